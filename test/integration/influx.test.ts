// Orbweaver and a real InfluxDB 1.6: what the server takes and gives back, against what we parse, write and fetch.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExportOptions, exportRows } from "../../src/app/export.ts";
import { type Duck, fileLiteral, openDuck } from "../../src/dataset/duck.ts";
import { convertLineProtocol } from "../../src/dataset/influx/convert-lines.ts";
import { copyInfluxToParquet, type FetchOptions } from "../../src/dataset/influx/fetch.ts";
import { createLineParser } from "../../src/dataset/influx/line-protocol.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { withImported } from "../support/imported.ts";
import { freePort, type Influxd, startInfluxd } from "../support/influxd.ts";
import { describeInfluxd } from "../support/influxd-tests.ts";

const KDD_ROWS = 494_021;
/** Published with the data set: rows of some of the 23 classes. */
const KDD_CLASSES = { smurf: 280_790, neptune: 107_201, normal: 97_278, satan: 1_589, spy: 2 };

let folder = "";
let duck: Duck;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "1GB" });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);

async function rowsOf(select: string): Promise<unknown[][]> {
  return (await duck.connection.runAndReadAll(select)).getRows() as unknown[][];
}

function fetchTo(name: string, address: string, options: Partial<FetchOptions> = {}) {
  return copyInfluxToParquet(address, path(name), { environment: {}, retryPauseMs: 10, ...options });
}

function send(reference: string, to: string, options: Partial<ExportOptions> = {}) {
  return exportRows({ reference, to, environment: {}, client: { retryPauseMs: 10 }, ...options });
}

/** Nothing but what a test wrote itself. */
function leftovers(): string[] {
  return readdirSync(folder).filter((name) => name.includes("partial") || name.includes("spill"));
}

describeInfluxd("an open server", () => {
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd();
    await server.ask("CREATE DATABASE traffic");
    await server.ask("CREATE DATABASE odd");
  });
  afterAll(() => server.stop());

  // Our parser takes what the server takes, and no more.
  test.each([
    "e x=1",
    "e x=1 5",
    "e  x=1 5",
    " e x=1 5",
    "e x=1 5 ",
    "e x=1  5",
    "e x=1 -5",
    "e x=.5",
    "e x=5.",
    "e x=1e+5",
    "e x=01",
    "e x=-0",
    "e b=t,c=True,d=TRUE,f=f,g=False,h=false",
    "e,a=b\\ c,d=e\\=f\\,g x=1",
    'e,a"b=c"d x=1',
    "e,a=b\\c x=1",
    'e s="a\\"b\\\\c\\nd"',
    'e s="two\nlines"',
    'e s=""',
    "e x=1,x=2",
    "e i=9223372036854775807i",
    "e",
    "e,a=b",
    ",a=b x=1",
    "e,a= x=1",
    "e,=b x=1",
    "e, x=1",
    "e,a=b=c x=1",
    "e,a=b,a=c x=1",
    "e x",
    "e =1",
    "e x=",
    "e x=1,",
    "e x =1",
    "e x=NaN",
    "e x=+1",
    "e x=0x10",
    "e x=1e400",
    "e x=1e",
    "e x=-",
    "e x=1.5i",
    "e x=1=2",
    "e b=tRUE",
    "e i=9223372036854775808i",
    'e s="open',
    "e x=1 y",
    "e x=1 1 1",
    "e x=1 +5",
    "e x=1 99999999999999999999",
  ])("agrees about %j", async (line) => {
    const { status } = await server.write("odd", line.replace(/^(\s*)e/, "$1accepted"));
    // A field of another type than before is refused although its line is right.
    const again =
      status === 400 ? await server.write("odd", line.replace(/^(\s*)e/, `$1e${Date.now()}`)) : { status };
    let points = 0;
    const parser = createLineParser("ns", {
      onPoint: () => {
        points++;
      },
      onReject: () => undefined,
    });
    parser.push(line);
    parser.end();
    expect(points === 1 ? 204 : 400).toBe(again.status);
  });

  test("reads the same names, tags and texts as we do", async () => {
    const lines = [
      'say,t=a\\ b\\=c\\,d,u=a\\b s="q\\"u\\\\o\\nte",n=1.5 1000',
      'say,t=plain,k\\ y=é s="two\nlines",n=-0.1,b=T 2000',
      "say f\\,\\=\\ g=1e300,n=3 3000",
    ].join("\n");
    await server.write("odd", lines);
    writeFileSync(path("say.lp"), lines);
    await convertLineProtocol({ path: path("say.lp"), gzip: false }, path("say.parquet"));
    const fetched = await fetchTo("said.parquet", `${server.address}/odd?measurement=say`);
    const names = ["time", "t", "u", "s", "n", "b", "k y", "f,= g"].map((name) => `"${name}"`).join(", ");
    const ours = await rowsOf(`SELECT ${names} FROM ${fileLiteral(path("say.parquet"))} ORDER BY time`);
    const theirs = await rowsOf(`SELECT ${names} FROM ${fileLiteral(path("said.parquet"))} ORDER BY time`);
    expect(fetched.rows).toBe(3);
    expect(ours).toEqual(theirs);
    expect(ours[0].slice(1, 4)).toEqual(["a b=c,d", "a\\b", 'q"u\\o\\nte']);
  });

  test("keeps every odd text and number of a table that goes out and comes back", async () => {
    const rows = [
      [1, 0.1, 'a "quoted", text\\', "plain"],
      [2, 1 / 3, "two\nlines, a = b", "with blank"],
      [3, 5e-324, '\\"', 'comma,equals=quote"'],
      [4, -1.7976931348623157e308, "é日本 \u{1f578}", "back\\slash"],
      [5, 123456789.12345679, "tab\tend\\\\", "é"],
    ];
    writeFileSync(
      path("odd.jsonl"),
      rows.map(([a, b, c, d]) => JSON.stringify({ a, "b=, c": b, text: c, label: d })).join("\n"),
    );
    const sent = await send(path("odd.jsonl"), `${server.address}/odd?measurement=odd,=%20table`, {
      labelName: "Attack Type",
    });
    expect(sent).toMatchObject({ rows: 5, skipped: 0, points: { tags: ["Attack Type"] } });
    await fetchTo("odd.parquet", `${server.address}/odd?measurement=odd,=%20table`);
    const back = await rowsOf(
      `SELECT a, "b=, c", text, "Attack Type" FROM ${fileLiteral(path("odd.parquet"))} ORDER BY time`,
    );
    expect(back).toEqual(rows);
  });

  test("rows of one time and class are told apart, and have that time again", async () => {
    await duck.connection.run(
      `COPY (SELECT make_timestamp(1709542800123456 + i // 100) AS moment, i::DOUBLE AS n FROM range(500) r(i)) TO '${path("times.parquet")}'`,
    );
    const sent = await send(path("times.parquet"), `${server.address}/odd?measurement=times`, {
      time: "moment",
    });
    expect(sent.points?.time).toContain("nanoseconds");
    await fetchTo("times-back.parquet", `${server.address}/odd?measurement=times`);
    const [[rows, sum]] = await rowsOf(
      `SELECT count(*), sum(CASE WHEN epoch_us(time) = 1709542800123456 + floor(n / 100)::BIGINT THEN 1 ELSE 0 END) FROM ${fileLiteral(path("times-back.parquet"))}`,
    );
    expect([Number(rows), Number(sum)]).toEqual([500, 500]);
  });

  test("a tag and a field of one name are one column unless they differ", async () => {
    await server.write("odd", 'same,k=a k="a",n=1 1000\nsame,k=b k="b",n=2 2000');
    await server.write("odd", 'other,k=a k="a",n=1 1000\nother,k=b k="c",n=2 2000');
    const same = await fetchTo("same.parquet", `${server.address}/odd?measurement=same`);
    const other = await fetchTo("other.parquet", `${server.address}/odd?measurement=other`);
    expect(same.columns.map(({ name }) => name)).toEqual(["time", "k", "n"]);
    expect(other.columns.map(({ name }) => name)).toEqual(["time", "k.tag", "k", "n"]);
  });

  test("queries of one's own: aggregates, and the tags that they are grouped by", async () => {
    await server.write("odd", "mine,k=a n=1 1000\nmine,k=a n=3 2000\nmine,k=b n=5 3000");
    const query = encodeURIComponent('SELECT SUM("n") AS total, COUNT("n") FROM mine GROUP BY "k"');
    const fetched = await fetchTo("mine.parquet", `${server.address}/odd?query=${query}`);
    expect(fetched.name).not.toContain("@");
    expect(
      await rowsOf(`SELECT k, total, count FROM ${fileLiteral(path("mine.parquet"))} ORDER BY k`),
    ).toEqual([
      ["a", 4, 2],
      ["b", 5, 1],
    ]);
  });

  test("a field of another type is told with its row, and rows before it stay", async () => {
    writeFileSync(
      path("typed.jsonl"),
      [1, 2, 3, 4, 5, 6, 7].map((n) => `{"n": ${n}, "m": ${n === 5 ? 1 : null}}`).join("\n"),
    );
    await server.write("odd", 'clash m="text",n=1 1');
    await expect(send(path("typed.jsonl"), `${server.address}/odd?measurement=clash`)).rejects.toMatchObject({
      code: "influx-query",
      message: expect.stringMatching(
        /refuses row 5: partial write: field type conflict.*4 rows before it were written/,
      ),
    });
  });

  test.each([
    ["a database that is not there", "/nowhere?measurement=e", /database not found: .?nowhere/],
    [
      "a measurement that is not there",
      "/traffic?measurement=none",
      /has no measurement 'none'; it has none/,
    ],
    ["no measurement where there are several", "/odd", /names no measurement; there are /],
    ["a query that cannot be read", "/odd?query=SELECT%20FROM", /error parsing query/],
    [
      "a query that writes",
      "/odd?query=SELECT%20x%20INTO%20copy%20FROM%20accepted",
      /has INTO, which writes/,
    ],
    [
      "a query that drops",
      "/odd?query=DROP%20MEASUREMENT%20accepted",
      /begins with 'DROP', expected one SELECT/,
    ],
    [
      "two queries",
      "/odd?query=SELECT%20x%20FROM%20accepted;SELECT%20x%20FROM%20accepted",
      /several statements/,
    ],
    ["a query without rows", "/odd?query=SELECT%20x%20FROM%20none", /gives no rows/],
  ])("%s is one clear line", async (_, rest, message) => {
    await server.write("odd", "accepted x=1 1");
    await expect(fetchTo("never.parquet", `${server.address}${rest}`)).rejects.toMatchObject({
      code: "influx-query",
      message: expect.stringMatching(message),
    });
    expect(existsSync(path("never.parquet"))).toBe(false);
  });

  test("a database to export to that is not there", async () => {
    writeFileSync(path("two.csv"), "a,label\n1,x\n2,y\n");
    await expect(send(path("two.csv"), `${server.address}/nowhere`)).rejects.toMatchObject({
      code: "influx-query",
      message: expect.stringContaining('database not found: "nowhere"'),
    });
  });

  dataTest("494,021 rows of KDD go in and come back, every value, and are counted by attack", async () => {
    const file = sharedData("kdd/kddcup.data_10_percent.gz");
    let shown = 0;
    const sent = await send(file, `${server.address}/traffic`, {
      measurement: "kdd",
      labelName: "Attack Type",
      onProgress: ({ rows }) => {
        shown = rows;
      },
    });
    expect([sent.rows, sent.skipped, shown]).toEqual([KDD_ROWS, 0, KDD_ROWS]);

    const answer = await server.ask('SELECT COUNT("Attack Type") FROM kdd GROUP BY "Attack Type"', "traffic");
    const counts = Object.fromEntries(
      (answer.results[0].series ?? []).map(({ tags, values }) => [tags?.["Attack Type"], values[0][1]]),
    );
    expect(counts).toMatchObject(KDD_CLASSES);
    expect(Object.keys(counts)).toHaveLength(23);

    const fetched = await fetchTo("kdd.parquet", `${server.address}/traffic?measurement=kdd`);
    expect(fetched.rows).toBe(KDD_ROWS);
    await withImported([file], {}, async ({ result, path: imported }) => {
      // The order of time is that of the rows; every column of every row must be the same.
      const names = result.columns.map(({ name }) => name);
      expect(names.length).toBeGreaterThanOrEqual(42);
      const same = names.map(
        (name) => `i."${name}" IS NOT DISTINCT FROM f."${name === "label" ? "Attack Type" : name}"`,
      );
      const [[equal]] = await rowsOf(
        `SELECT count(*) FROM read_parquet(${fileLiteral(imported)}, file_row_number = true) i ` +
          `JOIN ${fileLiteral(path("kdd.parquet"))} f ON epoch_us(f.time) = i.file_row_number * 1000 WHERE ${same.join(" AND ")}`,
      );
      expect(Number(equal)).toBe(KDD_ROWS);
    });
  });

  dataTest("a server that dies in the middle leaves nothing", async () => {
    const dying = fetchTo("dead.parquet", `${server.address}/traffic?measurement=kdd`, {
      onProgress: ({ rows }) => {
        if (rows > 0) void server.stop("SIGKILL");
      },
    });
    await expect(dying).rejects.toMatchObject({
      code: "influx-unreachable",
      message: expect.stringContaining("broke off in the middle of its answer"),
    });
    expect(existsSync(path("dead.parquet"))).toBe(false);
    expect(leftovers()).toEqual([]);
  });
});

describeInfluxd("a server that asks who one is", () => {
  const admin = { user: "keeper", password: "p@ss:w#rd" };
  const environment = { ORBWEAVER_INFLUX_USER: admin.user, ORBWEAVER_INFLUX_PASSWORD: admin.password };
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd({ admin });
    await server.ask("CREATE DATABASE traffic");
    await server.ask("CREATE USER guest WITH PASSWORD 'guest'");
    await server.write("traffic", "m,k=a x=1 1000");
    writeFileSync(path("few.csv"), "a,label\n1,x\n2,y\n");
  });
  afterAll(() => server.stop());

  test("lets nobody in without a user, and says so", async () => {
    const wanted = {
      code: "influx-auth",
      message: expect.stringContaining("does not let us in without user or token"),
    };
    await expect(fetchTo("auth.parquet", `${server.address}/traffic?measurement=m`)).rejects.toMatchObject(
      wanted,
    );
    await expect(send(path("few.csv"), `${server.address}/traffic`)).rejects.toMatchObject(wanted);
  });

  test("a wrong password is never repeated", async () => {
    const address = `influx://keeper:secret-word@127.0.0.1:${server.port}/traffic?measurement=m`;
    const failure = await fetchTo("auth.parquet", address).catch((caught: unknown) => caught as Error);
    expect(failure).toMatchObject({
      code: "influx-auth",
      message: expect.stringContaining("authorization failed"),
    });
    expect(JSON.stringify(failure) + (failure as Error).message + (failure as Error).stack).not.toContain(
      "secret-word",
    );
  });

  test("a user without rights", async () => {
    const address = `influx://guest:guest@127.0.0.1:${server.port}/traffic`;
    await expect(fetchTo("auth.parquet", `${address}?measurement=m`)).rejects.toMatchObject({
      code: "influx-auth",
    });
    await expect(send(path("few.csv"), address)).rejects.toMatchObject({ code: "influx-auth" });
  });

  test("takes the user of the environment, and of the address", async () => {
    const fetched = await fetchTo("auth.parquet", `${server.address}/traffic?measurement=m`, { environment });
    expect(fetched.rows).toBe(1);
    const password = encodeURIComponent(admin.password);
    const address = `influx://keeper:${password}@127.0.0.1:${server.port}/traffic?measurement=few`;
    const sent = await send(path("few.csv"), address);
    expect(sent).toMatchObject({ rows: 2, to: `${server.address}/traffic?measurement=few` });
  });
});

test("a server that is not there", async () => {
  const address = `influx://127.0.0.1:${await freePort()}/traffic?measurement=m`;
  writeFileSync(path("gone.csv"), "a,label\n1,x\n2,y\n");
  const wanted = { code: "influx-unreachable", message: expect.stringContaining("nothing listens there") };
  await expect(fetchTo("gone.parquet", address)).rejects.toMatchObject(wanted);
  await expect(send(path("gone.csv"), address)).rejects.toMatchObject(wanted);
});
