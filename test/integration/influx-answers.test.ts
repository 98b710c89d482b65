// How the client meets a server that is busy, broken, slow or of version 2. The server is one of the test's own: Debian has
// no InfluxDB 2, so that side is held against the documented interface, not against the program.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ExportOptions, exportRows } from "../../src/app/export.ts";
import { type Duck, fileLiteral, openDuck } from "../../src/dataset/duck.ts";
import { copyInfluxToParquet, type FetchOptions } from "../../src/dataset/influx/fetch.ts";
import { type Answer, type FakeInflux, startFakeInflux } from "../support/fake-influx.ts";

const QUICK = { retryPauseMs: 1, idleTimeoutMs: 20_000 };

let folder = "";
let duck: Duck;
let fake: FakeInflux;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "1GB" });
  writeFileSync(
    join(folder, "rows.csv"),
    `a,label\n${[...Array(7)].map((_, row) => `${row},x`).join("\n")}\n`,
  );
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  fake = await startFakeInflux();
});
afterEach(() => fake.stop());

const out = (): string => join(folder, "out.parquet");

function fetchFrom(address: string, options: Partial<FetchOptions> = {}) {
  rmSync(out(), { force: true });
  return copyInfluxToParquet(address, out(), { environment: {}, ...QUICK, ...options });
}

function send(address: string, options: Partial<ExportOptions> = {}) {
  const reference = join(folder, "rows.csv");
  return exportRows({ reference, to: address, environment: {}, client: QUICK, ...options });
}

/** One answer after another; the last one again and again. */
function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (asked, response) => answers[Math.min(next++, answers.length - 1)](asked, response);
}

const status =
  (code: number, body = "", headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);

const QUERY = "query=SELECT%20x%20FROM%20m";
const chunk = (values: unknown[][], partial: boolean): string =>
  `${JSON.stringify({
    results: [{ statement_id: 0, series: [{ name: "m", columns: ["time", "x"], values, partial }], partial }],
  })}\n`;

describe("writing", () => {
  test.each([429, 500, 502, 503])("is tried again after status %i, and nothing is lost", async (code) => {
    fake.answer = inTurn(status(code, '{"error":"busy"}'), status(code), status(204));
    const sent = await send(`influx://${fake.host}/d?measurement=m`);
    expect(sent.rows).toBe(7);
    expect(fake.asked).toHaveLength(3);
    expect(new Set(fake.asked.map(({ body }) => body)).size).toBe(1);
    expect(fake.asked[2].body.trimEnd().split("\n")[1]).toBe(
      'm,label=x a=1,label="x",source_file="rows.csv" 1000000',
    );
  });

  test("is given up after six tries, and says what it met", async () => {
    fake.answer = status(503, '{"error":"engine: cache maximum memory size exceeded"}');
    await expect(send(`influx://${fake.host}/d`)).rejects.toMatchObject({
      code: "influx-unreachable",
      message: expect.stringContaining("fails with status 503: engine: cache maximum memory size exceeded"),
    });
    expect(fake.asked).toHaveLength(6);
  });

  test("is not tried again where the server asks for too long a wait", async () => {
    fake.answer = status(429, '{"message":"quota"}', { "retry-after": "3600" });
    await expect(send(`influx://${fake.host}/d`)).rejects.toMatchObject({ code: "influx-unreachable" });
    expect(fake.asked).toHaveLength(1);
  });

  test("goes on after a connection that broke", async () => {
    fake.answer = inTurn((_, response) => void response.destroy(), status(204));
    expect((await send(`influx://${fake.host}/d`)).rows).toBe(7);
    expect(fake.asked).toHaveLength(2);
  });

  test("splits what is too large for the server", async () => {
    const taken: string[] = [];
    fake.answer = (asked, response) => {
      const lines = asked.body.trimEnd().split("\n");
      if (lines.length <= 2) taken.push(...lines);
      response.writeHead(lines.length > 2 ? 413 : 204).end();
    };
    await send(`influx://${fake.host}/d`);
    expect(taken.map((line) => / a=(\d+)/.exec(line)?.[1])).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  });

  test("names the row that is refused, and what was written", async () => {
    fake.answer = (asked, response) => {
      const bad = asked.body.includes(" a=4,");
      response
        .writeHead(bad ? 400 : 204)
        .end(bad ? '{"error":"partial write: points beyond retention policy dropped=1"}' : "");
    };
    await expect(send(`influx://${fake.host}/d`)).rejects.toMatchObject({
      code: "influx-query",
      message: expect.stringMatching(
        /refuses row 5: partial write: points beyond retention policy.*; 4 rows before it were written/,
      ),
    });
  });

  test("ends at once when it is cancelled", async () => {
    const controller = new AbortController();
    fake.answer = () => controller.abort();
    await expect(send(`influx://${fake.host}/d`, { signal: controller.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("fetching", () => {
  test("takes an answer of several pieces, cut anywhere", async () => {
    const text = chunk([[1, 1.5]], true) + chunk([[2, null]], true) + chunk([[3, -0.25]], false);
    fake.answer = async (_, response) => {
      response.writeHead(200);
      for (const piece of text.match(/[\s\S]{1,9}/g) ?? []) {
        response.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    expect((await fetchFrom(`influx://${fake.host}/d?${QUERY}`)).rows).toBe(3);
    const rows = await duck.connection.runAndReadAll(`SELECT epoch_us(time), x FROM ${fileLiteral(out())}`);
    expect(rows.getRows()).toEqual([
      [1n, 1.5],
      [2n, null],
      [3n, -0.25],
    ]);
  });

  test.each<[string, Answer, string, RegExp]>([
    [
      "an answer that ends before the last piece",
      status(200, chunk([[1, 1]], true)),
      "influx-unreachable",
      /broke off/,
    ],
    [
      "a connection that breaks",
      (_, response) => {
        response.writeHead(200);
        response.write(chunk([[1, 1]], true));
        setTimeout(() => response.destroy(), 20);
      },
      "influx-unreachable",
      /broke off in the middle of its answer: the connection was cut/,
    ],
    [
      "a page of something else",
      status(200, "<html>hello"),
      "influx-unreachable",
      /no JSON that can be read/,
    ],
    [
      "a server of another version",
      status(404, "404 page not found"),
      "influx-query",
      /does not know what InfluxDB 1\.x is asked/,
    ],
    [
      "an error behind the first rows",
      status(200, `${chunk([[1, 1]], true)}{"results":[{"error":"timeout"}]}\n`),
      "influx-query",
      /refuses: timeout/,
    ],
  ])("%s is one clear line, and leaves nothing", async (_, answer, code, message) => {
    fake.answer = answer;
    await expect(fetchFrom(`influx://${fake.host}/d?${QUERY}`)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(existsSync(out())).toBe(false);
    expect(readdirSync(folder)).toEqual(["rows.csv"]);
  });

  test("a server that falls silent is given up", async () => {
    fake.answer = (_, response) => {
      response.writeHead(200);
      response.write(chunk([[1, 1]], true));
    };
    await expect(fetchFrom(`influx://${fake.host}/d?${QUERY}`, { idleTimeoutMs: 300 })).rejects.toMatchObject(
      {
        code: "influx-unreachable",
        message: expect.stringContaining("nothing came for 300 ms"),
      },
    );
  });

  test("a redirect is not followed: secrets would go with it", async () => {
    fake.answer = status(302, "", { location: "http://127.0.0.1:9/" });
    await expect(fetchFrom(`influx://u:p@${fake.host}/d?${QUERY}`)).rejects.toMatchObject({
      code: "influx-unreachable",
    });
  });
});

describe("version 2", () => {
  const environment = { ORBWEAVER_INFLUX_TOKEN: "token-1" };
  const address = (): string => `influx2://${fake.host}?org=my%20org&bucket=traffic&measurement=flows`;

  test("is written to as its reference says", async () => {
    const sent = await send(address(), { environment });
    expect(sent.to).toBe(`influx2://${fake.host}?org=my+org&bucket=traffic&measurement=flows`);
    expect(fake.asked).toMatchObject([
      {
        method: "POST",
        path: "/api/v2/write",
        parameters: { org: "my org", bucket: "traffic", precision: "ns" },
        authorization: "Token token-1",
      },
    ]);
    expect(fake.asked[0].body.startsWith('flows,label=x a=0,label="x",source_file="rows.csv" 0\n')).toBe(
      true,
    );
  });

  test("is asked in Flux, and its annotated CSV read, rows in the order of time", async () => {
    const table = (host: string, rows: string[]): string =>
      [
        "#datatype,string,long,dateTime:RFC3339,string,string,double,string",
        "#group,false,false,false,true,true,false,false",
        "#default,_result,,,,,,",
        ",result,table,_time,_measurement,host,bytes,label",
        ...rows.map((row) => `,,0,${row}`.replace("HOST", host)),
        "\r\n",
      ].join("\r\n");
    fake.answer = status(
      200,
      table("a", [
        "2024-01-01T00:00:03Z,flows,HOST,0.1,benign",
        '2024-01-01T00:00:05Z,flows,HOST,2,"dos, slow"',
      ]) + table("b", ["2024-01-01T00:00:04.000001Z,flows,HOST,,scan"]),
    );
    const fetched = await fetchFrom(address(), { environment });
    expect(fetched).toMatchObject({
      rows: 3,
      name: `influx2://${fake.host}?org=my+org&bucket=traffic&measurement=flows`,
    });
    const { query } = JSON.parse(fake.asked[0].body) as { query: string };
    expect(fake.asked[0]).toMatchObject({
      path: "/api/v2/query",
      parameters: { org: "my org" },
      authorization: "Token token-1",
    });
    expect(query).toContain('from(bucket: "traffic")');
    const rows = await duck.connection.runAndReadAll(
      `SELECT epoch_us(time), host, bytes, label FROM ${fileLiteral(out())}`,
    );
    expect(rows.getRows()).toEqual([
      [1704067203000000n, "a", 0.1, "benign"],
      [1704067204000001n, "b", null, "scan"],
      [1704067205000000n, "a", 2, "dos, slow"],
    ]);
  });

  test.each<[number, string, string, RegExp]>([
    [
      401,
      '{"code":"unauthorized","message":"unauthorized access"}',
      "influx-auth",
      /does not let us in: unauthorized access/,
    ],
    [
      404,
      '{"code":"not found","message":"bucket \\"traffic\\" not found: x"}',
      "influx-query",
      /refuses: bucket "traffic" not found/,
    ],
    [
      400,
      '{"code":"invalid","message":"compilation failed: error at @1:1"}',
      "influx-query",
      /refuses: compilation failed/,
    ],
  ])("status %i is one clear line", async (code, body, expected, message) => {
    fake.answer = status(code, body);
    await expect(fetchFrom(address(), { environment })).rejects.toMatchObject({
      code: expected,
      message: expect.stringMatching(message),
    });
  });

  test("without a token it is said what is missing", async () => {
    fake.answer = status(401, '{"code":"unauthorized","message":"unauthorized access"}');
    await expect(send(address())).rejects.toMatchObject({
      code: "influx-auth",
      message: expect.stringContaining("without user or token"),
      hint: expect.stringContaining("ORBWEAVER_INFLUX_TOKEN"),
    });
  });
});
