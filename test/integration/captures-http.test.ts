// Tables of verdicts by pages, and flows of captures with their packets, over HTTP: with real jobs on real captures. What packets
// there are, and what is in them, is told by tshark, too.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiError, type Job } from "../../src/client/index.ts";
import { ROOT } from "../support/command.ts";
import { sharedData } from "../support/data.ts";
import { startTestServer, type TestServer } from "../support/serving.ts";
import { type TsharkRow, tsharkRows, tsharkTest } from "../support/tshark.ts";

const DEMO = join(ROOT, "assets", "demo.pcap.gz");

let server: TestServer;
let capture: string;
let job: Job;

async function scored(path: string): Promise<{ capture: string; job: Job }> {
  const sent = await server.client.uploadCapture(new Uint8Array(readFileSync(path)), { name: "c.pcap" });
  const asked = await server.client.createJob({
    kind: "score",
    request: { input: { capture: sent.id }, model: "bundled" },
  });
  const ended = await server.client.untilEnded(asked.id);
  expect(ended.failure).toBeUndefined();
  return { capture: sent.id, job: ended };
}

type Cells = Record<string, string | number | boolean | null>;

async function page(query: Record<string, unknown>, of = job): Promise<{ total: number; rows: Cells[] }> {
  const { data } = await server.client.api.GET("/jobs/{id}/results/{result}/rows", {
    params: { path: { id: of.id, result: "verdicts" }, query: query as never },
  });
  const { total, columns, rows } = data as NonNullable<typeof data>;
  return {
    total,
    rows: rows.map((cells) => Object.fromEntries(cells.map((cell, at) => [columns[at].name, cell]))),
  };
}

/** All rows, as the download as JSON lines has them. */
async function allRows(of = job, query = ""): Promise<Cells[]> {
  const answer = await server.client.fetch(`/jobs/${of.id}/results/verdicts?format=jsonl${query}`);
  return (await answer.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Cells);
}

const where = (...conditions: object[]): { where: string } => ({ where: JSON.stringify(conditions) });

async function refusal(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => expect.fail("it went well"),
    (cause: unknown) => {
      expect(cause).toBeInstanceOf(ApiError);
      return cause as ApiError;
    },
  );
}

beforeAll(async () => {
  server = await startTestServer();
  ({ capture, job } = await scored(DEMO));
});

afterAll(() => server.remove());

describe("rows of a result", () => {
  test("come by pages, in the order of the table", async () => {
    const all = await allRows();
    expect(all.length).toBeGreaterThan(300);
    const first = await page({ offset: 0, limit: 100 });
    const second = await page({ offset: 100, limit: 100 });
    expect([first.total, second.total]).toEqual([all.length, all.length]);
    const told = [...first.rows, ...second.rows];
    expect(told.map(({ row }) => row)).toEqual(all.slice(0, 200).map(({ row }) => row));
    expect(told[7]).toMatchObject({ community_id: all[7]["community_id"], start_us: all[7]["start_us"] });
    const behind = await page({ offset: all.length, limit: 10 });
    expect(behind).toEqual({ total: all.length, rows: [] });
  });

  test("are sorted by any column, rows that are alike in their order", async () => {
    const all = await allRows();
    for (const column of ["destination_port", "class", "community_id", "attack_probability"]) {
      for (const order of ["ascending", "descending"]) {
        const sign = order === "ascending" ? 1 : -1;
        const compare = (one: Cells, other: Cells): number => {
          const [a, b] = [one[column] as never, other[column] as never];
          return a < b ? -sign : a > b ? sign : Number(one["row"]) - Number(other["row"]);
        };
        const sorted = [...all].sort(compare).map(({ row }) => row);
        const { rows } = await page({ sort: column, order, offset: 30, limit: 150 });
        expect(
          rows.map(({ row }) => row),
          `${column} ${order}`,
        ).toEqual(sorted.slice(30, 180));
      }
    }
  });

  test("are filtered by numbers, texts, either of two columns, several values, what is missing", async () => {
    const all = await allRows();
    const port = all[0]["destination_port"];
    const cases: [object, (row: Cells) => boolean][] = [
      [{ column: "attack", is: "equal", value: 1 }, (row) => row["attack"] === 1],
      [{ column: "class", is: "different", value: "benign" }, (row) => row["class"] !== "benign"],
      [
        { column: ["source_port", "destination_port"], is: "equal", value: port },
        (row) => row["source_port"] === port || row["destination_port"] === port,
      ],
      [
        { column: "destination_port", is: "equal", value: [53, 443] },
        (row) => row["destination_port"] === 53 || row["destination_port"] === 443,
      ],
      [{ column: "confidence", is: "at-most", value: 0.9 }, (row) => Number(row["confidence"]) <= 0.9],
      [
        { column: "source_address", is: "starts", value: "10." },
        (row) => String(row["source_address"]).startsWith("10."),
      ],
      [
        { column: ["community_id", "transport"], is: "contains", value: "UDP" },
        (row) => /udp/i.test(`${row["community_id"]} ${row["transport"]}`),
      ],
      [
        { column: "destination_port", is: "contains", value: "44" },
        (row) => String(row["destination_port"]).includes("44"),
      ],
      [{ column: "class", is: "missing" }, () => false],
    ];
    for (const [condition, fits] of cases) {
      const expected = all.filter(fits).map(({ row }) => row);
      const found = await page({ ...where(condition), limit: 1_000 });
      expect(found.total, JSON.stringify(condition)).toBe(expected.length);
      expect(found.rows.map(({ row }) => row)).toEqual(expected.slice(0, 1_000));
    }
    const attacks = all.filter((row) => row["attack"] === 1);
    expect(attacks.length).toBeGreaterThan(0);
    expect(attacks.length).toBeLessThan(all.length);
    // The download gives the same rows, in the order that is asked for.
    const asked = `&sort=confidence&order=descending&where=${encodeURIComponent(where({ column: "attack", is: "equal", value: 1 }).where)}`;
    const downloaded = await allRows(job, asked);
    const sorted = attacks.sort(
      (one, other) =>
        Number(other["confidence"]) - Number(one["confidence"]) || Number(one["row"]) - Number(other["row"]),
    );
    expect(downloaded).toEqual(sorted);
    const parquet = await server.client.fetch(`/jobs/${job.id}/results/verdicts?format=parquet${asked}`);
    expect(
      Buffer.from(await parquet.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe("PAR1");
  });

  test("values are bound: nothing that is asked becomes a part of the question", async () => {
    const all = await allRows();
    for (const value of ["'", "' OR 1=1 --", '"; DROP TABLE x; --', "%", "_", "\\"]) {
      const found = await page(where({ column: "class", is: "equal", value }));
      expect(found.total, value).toBe(0);
      const within = await page(where({ column: "community_id", is: "contains", value }));
      expect(within.total).toBe(all.filter((row) => String(row["community_id"]).includes(value)).length);
    }
    for (const column of ['class" OR 1=1 --', "file_row_number", "nothing"])
      expect(await refusal(page({ sort: column }))).toMatchObject({ status: 400, code: "request-invalid" });
  });

  test("what makes no sense is refused with its field", async () => {
    const cases: [Record<string, unknown>, string][] = [
      [{ where: "{" }, "where"],
      [{ where: '{"column":"class"}' }, "where"],
      [where({ column: "class", is: "like", value: "x" }), "where/0/is"],
      [where({ column: "nothing", is: "equal", value: "x" }), "where/0/column"],
      [where({ column: "attack", is: "equal", value: "yes" }), "where/0/value"],
      [where({ column: "class", is: "equal" }), "where/0/value"],
      [where({ column: "class", is: "missing", value: 1 }), "where/0/value"],
      [{ sort: "nothing" }, "sort"],
      [{ limit: 1_001 }, "limit"],
    ];
    for (const [query, field] of cases) {
      const { status, problem } = await refusal(page(query));
      expect([status, problem?.errors?.[0]?.field], JSON.stringify(query)).toEqual([400, field]);
    }
  });
});

describe("a flow of a capture", () => {
  const flow = async (query: Record<string, unknown>) => {
    const { data } = await server.client.api.GET("/captures/{id}/flow", {
      params: { path: { id: capture }, query: query as never },
    });
    return data as NonNullable<typeof data>;
  };

  test("is judged as the job judged it, with reasons that sum to its score", async () => {
    const all = await allRows();
    const attack = all.find((row) => row["attack"] === 1) as Cells;
    for (const row of [all[0], all.at(-1) as Cells, attack]) {
      const found = await flow({ job: job.id, row: row["row"] });
      expect(found.identity).toMatchObject({
        community_id: row["community_id"],
        start_us: row["start_us"],
        end_us: row["end_us"],
        flow: row["flow"],
        end_reason: row["end_reason"],
      });
      expect(found.verdict.class).toBe(row["class"]);
      expect(found.verdict.confidence).toBeCloseTo(Number(row["confidence"]), 12);
      for (const { class: name, probability } of found.probabilities)
        expect(probability).toBeCloseTo(Number(row[`probability_${name}`]), 12);
      const { bias, contributions, others, sum, decisions } = found.explanation;
      const added = contributions.reduce((total, { amount }) => total + amount, bias + others.amount);
      expect(added).toBeCloseTo(sum, 9);
      expect(decisions?.paths[0].decisions.length).toBeGreaterThan(0);
      // The same flow by who it was.
      const { community_id, start_us } = found.identity;
      const again = await flow({ community_id, start_us, model: "bundled" });
      expect(again.verdict).toEqual(found.verdict);
    }
  });

  test("that is not there, or is not named, is told so", async () => {
    const cases: [Record<string, unknown>, number, string][] = [
      [{}, 400, "request-invalid"],
      [{ job: job.id }, 400, "request-invalid"],
      [{ job: job.id, row: 1_000_000 }, 400, "request-invalid"],
      [{ job: "000000000-000000000000", row: 1 }, 404, "job-unknown"],
      [{ community_id: "1:none", start_us: 0, model: "bundled" }, 404, "flow-unknown"],
    ];
    for (const [query, status, code] of cases)
      expect(await refusal(flow(query)), JSON.stringify(query)).toMatchObject({ status, code });
  });
});

const FIELDS = [
  ...["frame.number", "frame.len", "eth.src", "ip.src", "ip.dst", "ip.ttl", "ip.id"],
  ...["tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.window_size_value", "tcp.len"],
];
const endOf = (row: Cells, side: string): string => `${row[`${side}_address`]} ${row[`${side}_port`]}`;

describe("packets of flows, beside tshark", () => {
  tsharkTest("are those that it finds: frames, sizes, times, headers; also as a capture", async () => {
    const path = sharedData("pcap/ndpi/WebattackSQLinj.pcap");
    const own = await scored(path);
    const rows = await allRows(own.job);
    expect(rows.length).toBeGreaterThan(3);
    const all = await tsharkRows(path, FIELDS);
    let compared = 0;
    let largest: { query: string; told: TsharkRow[] } = { query: "", told: [] };
    for (const row of rows) {
      const tuple = {
        source_address: row["source_address"],
        source_port: row["source_port"],
        destination_address: row["destination_address"],
        destination_port: row["destination_port"],
        transport: row["transport"],
        from_us: row["start_us"],
        to_us: row["end_us"],
      };
      const { data: found } = await server.client.api.GET("/captures/{id}/packets", {
        params: { path: { id: own.capture }, query: { ...tuple, limit: 200 } as never },
      });
      const ends = [endOf(row, "source"), endOf(row, "destination")].sort().join();
      const told = all.filter(
        (one) =>
          [`${one["ip.src"]} ${one["tcp.srcport"]}`, `${one["ip.dst"]} ${one["tcp.dstport"]}`]
            .sort()
            .join() === ends,
      );
      expect(found?.total).toBe(told.length);
      expect(found?.timeline.length).toBe(told.length);
      found?.packets.forEach((packet, at) => {
        const other = told[at];
        expect([packet.frame, packet.wire_length]).toEqual([
          Number(other["frame.number"]),
          Number(other["frame.len"]),
        ]);
        expect(packet.direction).toBe(other["ip.src"] === row["source_address"] ? "forward" : "backward");
        const value = (layer: string, name: string) =>
          packet.layers.find((one) => one.name === layer)?.fields.find((one) => one.name === name)?.value;
        expect(value("Ethernet", "Source")).toBe(other["eth.src"]);
        expect(value("IPv4", "Time to live")).toBe(other["ip.ttl"]);
        expect(Number(value("IPv4", "Identification"))).toBe(Number(other["ip.id"]));
        expect(value("TCP", "Sequence")).toBe(other["tcp.seq"]);
        expect(value("TCP", "Window")).toBe(other["tcp.window_size_value"]);
        expect(packet.payload_length).toBe(Number(other["tcp.len"]));
        expect(packet.hex.length).toBe(Math.min(2_048, packet.captured_length) * 2);
        compared++;
      });
      const query = new URLSearchParams(
        Object.fromEntries(Object.entries(tuple).map(([name, value]) => [name, String(value)])),
      );
      if (told.length > largest.told.length) largest = { query: String(query), told };
    }
    const pcap = await server.client.fetch(`/captures/${own.capture}/packets.pcap?${largest.query}`);
    const file = join(server.root, "flow.pcap");
    writeFileSync(file, new Uint8Array(await pcap.arrayBuffer()));
    const written = await tsharkRows(file, FIELDS);
    const renumbered = largest.told.map((one, at) => ({ ...one, "frame.number": String(at + 1) }));
    expect(written).toEqual(renumbered);
    expect(compared).toBe(94);
  });

  test("what is no address is refused; a flow of nobody has none", async () => {
    const tuple = { destination_address: "10.0.0.2", transport: "tcp", from_us: 0, to_us: 1 };
    const ask = (source_address: string) =>
      server.client.api.GET("/captures/{id}/packets", {
        params: { path: { id: capture }, query: { ...tuple, source_address } },
      });
    expect(await refusal(ask("nobody"))).toMatchObject({ status: 400, code: "request-invalid" });
    expect((await ask("10.0.0.1")).data).toMatchObject({ total: 0, more: false, packets: [], timeline: [] });
  });
});
