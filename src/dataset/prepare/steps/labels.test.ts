// Labels by rules and by records of other tables, on flows that can be looked through by eye.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { factsOf, prepare, type TestTable, table } from "../../../../test/support/prepared.ts";
import { temporaryFolder } from "../../../../test/support/rows.ts";
import { OrbweaverError } from "../../../base/errors.ts";

const COLUMNS = [
  "i:start_us:time",
  "i:end_us:time",
  "i:source_address:text",
  "i:source_port:number",
  "i:destination_address:text",
  "i:destination_port:number",
  "i:transport:text",
  "bytes",
];
const WEB = [1_000_000, 2_000_000, "10.0.0.1", 50_000, "192.0.2.7", 80, "tcp", 100];
const DNS = [5_000_000, 5_000_000, "10.0.0.2", 5353, "192.0.2.53", 53, "udp", 60];
const ODD = [9_000_000, null, "2001:db8::1", 1, "2001:db8::2", 2, "6", 1];
const NAMELESS = [null, null, null, null, null, null, null, 7];
const FLOWS = table(COLUMNS, [WEB, DNS, ODD, NAMELESS]);

async function labels(tables: Record<string, TestTable>, step: object): Promise<unknown[]> {
  const { clean } = await prepare(tables, { sources: Object.keys(tables).slice(0, 1), steps: [step] });
  return clean.map(({ label }) => label);
}

async function message(work: Promise<unknown>): Promise<string> {
  const found = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(found).toBeInstanceOf(OrbweaverError);
  return (found as OrbweaverError).message;
}

describe("rules", () => {
  test.each([
    ["source: 10.0.0.0/31", [true, false, false, false]],
    ["either: 192.0.2.53", [false, true, false, false]],
    ["destination: [192.0.2.0/24, '2001:db8::/32']", [true, true, true, false]],
    ["destination_port: [53, 80-90]", [true, true, false, false]],
    ["port: 5353", [false, true, false, false]],
    ["transport: tcp", [true, false, true, false]],
    ["from: 1970-01-01T00:00:05Z", [false, true, true, false]],
    ["to: 1970-01-01T00:00:05Z", [true, true, false, false]],
    ["from: 1969-12-31T20:00:05-04:00\n          to: 5000000", [false, true, false, false]],
    ["file: 'flo*'", [true, true, true, true]],
    ["file: [other, 'x*']", [false, false, false, false]],
    ["where: bytes >= 60 and transport = 'udp'", [false, true, false, false]],
    ["where: start_us is missing", [false, false, false, true]],
    ["source: 10.0.0.0/8\n          where: bytes < 100", [false, true, false, false]],
  ])("%s", async (condition, matches) => {
    const text = `sources: flows\nsteps:\n  - label-rules:\n      rules:\n        - label: bad\n          ${condition}\n`;
    const { clean } = await prepare({ flows: FLOWS }, text);
    expect(clean.map(({ label }) => label === "bad")).toEqual(matches);
  });

  test("the first that matches wins; what none matches keeps its label, goes, or gets one", async () => {
    const rules = [
      { label: "web", port: 80 },
      { label: "tcp", transport: "tcp" },
      { label: "never", port: 9 },
    ];
    const step = (unmatched: unknown): object => ({ "label-rules": { rules, unmatched } });
    expect(await labels({ flows: FLOWS }, step("keep"))).toEqual(["web", null, "tcp", null]);
    expect(await labels({ flows: FLOWS }, step("drop"))).toEqual(["web", "tcp"]);
    expect(await labels({ flows: FLOWS }, step({ label: "benign" }))).toEqual([
      "web",
      "benign",
      "tcp",
      "benign",
    ]);
    const before = table(
      [...COLUMNS, "l:label:category"],
      [
        [...WEB, "old"],
        [...DNS, "old"],
      ],
    );
    expect(await labels({ flows: before }, step("keep"))).toEqual(["web", "old"]);
    const told = await prepare({ flows: FLOWS }, { steps: [step("keep")] });
    expect(factsOf(told, "labelled")).toEqual({
      matched: [
        { label: "web", rows: 1 },
        { label: "tcp", rows: 1 },
        { label: "never", rows: 0 },
      ],
      unmatched: 2,
    });
    expect(told.prepared.remarks).toEqual([{ what: "step 1 (label-rules): 1 rule of 3 matched no row" }]);
    expect(told.prepared.full.label).toBe("label");
  });

  test("columns of other names may be told; those that are needed and absent are named", async () => {
    const odd = table(["i:from_host:text", "f:sent_at:text", "bytes"], [["10.0.0.1", "soon", 1]]);
    const rule = (more: object): object => ({
      "label-rules": { rules: [{ label: "x", source: "10.0.0.1" }], ...more },
    });
    expect(await labels({ odd }, rule({ columns: { source: "from_host" } }))).toEqual(["x"]);
    expect(await message(labels({ odd }, rule({})))).toBe(
      "recipe step 1 (label-rules): no column tells the source of flows; name it under 'columns'",
    );
    expect(await message(labels({ odd }, rule({ columns: { source: "host" } })))).toContain(
      "no column 'host' for source",
    );
    expect(await message(labels({ odd }, rule({ columns: { start: "sent_at" } })))).toContain(
      "column 'sent_at' is a text, expected a time; a step 'time' makes one",
    );
  });
});

describe("records", () => {
  const RECORDS = [...COLUMNS.slice(0, 7), "l:class:category"];
  const record = (
    flow: readonly unknown[],
    label: string,
    change: Record<number, unknown> = {},
  ): (string | number | null)[] =>
    [...flow.slice(0, 7), label].map(
      (value, at) => (at in change ? change[at] : value) as string | number | null,
    );

  test("time and five-tuple, in either direction, the longest overlap first", async () => {
    const turned = [1_500_000, 3_000_000, "192.0.2.7", 80, "10.0.0.1", 50_000, "tcp"];
    const records = table(RECORDS, [
      record(WEB, "short", { 1: 1_100_000 }),
      record(turned, "scan"),
      record(DNS, "elsewhere", { 5: 54 }),
      record(DNS, "later", { 0: 6_000_000, 1: 7_000_000 }),
      record(ODD, "six", { 6: "tcp" }),
    ]);
    const step = (tolerance: number): object => ({ "join-labels": { from: "records", tolerance } });
    const tables = { flows: FLOWS, records };
    expect(await labels(tables, step(0))).toEqual(["scan", null, "six", null]);
    expect(await labels(tables, step(0.999999))).toEqual(["scan", null, "six", null]);
    expect(await labels(tables, step(1))).toEqual(["scan", "later", "six", null]);
    const told = await prepare(tables, { sources: ["flows"], steps: [step(0)] });
    expect(factsOf(told, "labelled")).toEqual({ matched: 2, unmatched: 2, records: 5, unusedRecords: 3 });
    expect(told.prepared.remarks[0]).toEqual({
      what: "step 1 (join-labels): rows overlap records of several labels; the longest overlap counts",
      count: 1,
    });
  });

  test("from a file of Zeek, as it is", async () => {
    const path = join(temporary, "conn.log");
    writeFileSync(
      path,
      [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tconn",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory",
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tstring",
        "1.000000\tC1\t10.0.0.1\t50000\t192.0.2.7\t80\ttcp\thttp\t1.0\t1\t2\tSF\tShADadFf",
        "5.000000\tC2\t10.0.0.2\t5353\t192.0.2.53\t53\tudp\tdns\t-\t-\t-\tS0\tD",
        "",
      ].join("\n"),
    );
    const step = { "join-labels": { from: path, label: "conn_state" } };
    expect(await labels({ flows: FLOWS }, step)).toEqual(["SF", "S0", null, null]);
  });

  test("a table without labels or flows is refused", async () => {
    const bare = table(["bytes"], [[1]]);
    expect(await message(labels({ flows: FLOWS, bare }, { "join-labels": { from: "bare" } }))).toContain(
      "'bare' has no column 'label' of labels",
    );
    expect(
      await message(
        labels({ bare, records: table(RECORDS, [record(WEB, "x")]) }, { "join-labels": { from: "records" } }),
      ),
    ).toContain(
      "no column tells the start, source, destination, source port, destination port, transport of flows",
    );
  });

  test("gives what a look through all records gives", async () => {
    const address = fc.constantFrom("10.0.0.1", "10.0.0.2", "2001:db8::1");
    const flow = fc
      .tuple(
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0, max: 9 }),
        address,
        fc.integer({ min: 1, max: 2 }),
        address,
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom("tcp", "udp"),
      )
      .map(([start, length, ...rest]) => [start * 1_000_000, (start + length) * 1_000_000, ...rest]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(flow, { minLength: 1, maxLength: 12 }),
        fc.array(flow, { minLength: 1, maxLength: 12 }),
        async (flows, records) => {
          const tables = {
            flows: table(
              COLUMNS,
              flows.map((one) => [...one, 0]),
            ),
            records: table(
              RECORDS,
              records.map((one, at) => [...one, `r${at}`]),
            ),
          };
          const found = await labels(tables, { "join-labels": { from: "records" } });
          expect(found).toEqual(flows.map((one) => slowLabel(one, records)));
        },
      ),
      { numRuns: 25 },
    );
  });
});

const temporary = temporaryFolder();

function slowLabel(
  flow: readonly (string | number)[],
  records: readonly (readonly (string | number)[])[],
): string | null {
  const ends = ([, , a, b, c, d, transport]: readonly (string | number)[]): string =>
    `${[`${a} ${b}`, `${c} ${d}`].sort().join(" ")} ${transport}`;
  let best: { at: number; overlap: number } | undefined;
  records.forEach((record, at) => {
    const overlap =
      Math.min(Number(flow[1]), Number(record[1])) - Math.max(Number(flow[0]), Number(record[0]));
    if (ends(flow) === ends(record) && overlap >= 0 && overlap > (best?.overlap ?? -1))
      best = { at, overlap };
  });
  return best === undefined ? null : `r${best.at}`;
}
