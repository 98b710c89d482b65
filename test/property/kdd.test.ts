// What holds on the published records of KDD holds on every row of the schema `kdd`, of every capture there is. The check
// itself is tried on the records, and on rows with a mistake.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { kddColumns } from "../../src/dataset/kdd.ts";
import { schemaById } from "../../src/feature/row-meter.ts";
import { dataTest, hasSharedData, sharedData, sharedFiles } from "../support/data.ts";
import { type Ended, type KddRecord, kddProblems, printedShare, slowWindows } from "../support/kdd-rules.ts";
import { type MeteredRow, meteredRows } from "../support/metered-rows.ts";

const schema = schemaById("kdd");
const checked = { rows: 0, windows: 0, captures: 0 };
/** Rows of a capture whose windows are worked out anew. */
const SLOW_ROWS = 4000;

function recordOf({ values }: MeteredRow): Record<string, number | string> {
  return Object.fromEntries(
    schema.columns.map(({ name, kind, categories }) => [
      name,
      kind === "categorical" ? categories[values[name]] : values[name],
    ]),
  );
}

function endedOf(row: MeteredRow): Ended {
  const { identity } = row;
  const record = recordOf(row);
  return {
    endUs: identity.endUs,
    host: identity.destinationAddress,
    service: String(record["service"]),
    port: record["protocol_type"] === "icmp" ? 0 : identity.sourcePort,
    flag: String(record["flag"]),
  };
}

const WINDOW_COLUMNS = schema.columns.slice(22).map((column) => column.name);
const CONTENT_COLUMNS = schema.columns.slice(9, 22).map((column) => column.name);

for (const path of hasSharedData() ? [...sharedFiles("pcap"), ...sharedFiles("oracle/captures")] : []) {
  if (/\.(csv|md|txt)$/.test(path)) continue;
  dataTest(
    path,
    async () => {
      const { rows } = await meteredRows(sharedData(path), { schema });
      const problems = rows.flatMap((row, index) =>
        kddProblems(recordOf(row)).map((problem) => `row ${index + 1}: ${problem}`),
      );
      expect(problems.slice(0, 5)).toEqual([]);
      for (const { values } of rows) {
        const missing = CONTENT_COLUMNS.filter((name) => Number.isNaN(values[name])).length;
        expect([0, CONTENT_COLUMNS.length]).toContain(missing);
      }
      const few = rows.slice(0, SLOW_ROWS);
      const windows = slowWindows(few.map(endedOf), 256);
      for (const { values } of few) {
        expect(WINDOW_COLUMNS.map((name) => values[name])).toEqual(windows.next().value);
      }
      checked.rows += rows.length;
      checked.windows += few.length;
      checked.captures++;
    },
    120_000,
  );
}

const COUNTS = ["count", "srv_count", "dst_host_count", "dst_host_srv_count"];

dataTest(
  "the records of KDD themselves",
  async () => {
    const input = createReadStream(sharedData("kdd/kddcup.data_10_percent.gz")).pipe(createGunzip());
    let records = 0;
    for await (const line of createInterface({ input })) {
      const fields = line.split(",");
      const names = kddColumns(fields) ?? [];
      const record: KddRecord = Object.fromEntries(names.map((name, index) => [name, fields[index]]));
      // A few of the published records have a count of 0; beyond 60, two decimals tell no number.
      if (COUNTS.some((count) => Number(record[count]) < 1 || Number(record[count]) > 60)) continue;
      expect(kddProblems(record), line).toEqual([]);
      if (++records === 20_000) break;
    }
    expect(records).toBeGreaterThan(5000);
  },
  120_000,
);

test("a mistake is told", () => {
  const row: Record<string, number | string> = {
    duration: 0,
    protocol_type: "tcp",
    flag: "SF",
    dst_bytes: 0,
  };
  for (const name of WINDOW_COLUMNS) row[name] = name.endsWith("count") ? 2 : 0;
  for (const name of ["same_srv_rate", "dst_host_same_srv_rate", "dst_host_same_src_port_rate"])
    row[name] = 1;
  expect(kddProblems(row)).toEqual([]);
  const mistakes: [string, number | string][] = [
    ["count", 0],
    ["dst_host_count", 256],
    ["serror_rate", 0.33],
    ["diff_srv_rate", 0.5],
    ["same_srv_rate", 0.5],
    ["srv_diff_host_rate", 0.5],
    ["dst_host_same_src_port_rate", 0],
    ["duration", -1],
  ];
  for (const [name, value] of mistakes) expect(kddProblems({ ...row, [name]: value }), name).not.toEqual([]);
  expect(kddProblems({ ...row, protocol_type: "icmp", dst_bytes: 5 })).toEqual(["icmp with an answer"]);
});

test("shares are printed as in the records of KDD", () => {
  const published = [
    [1, 8, 0.12],
    [3, 8, 0.38],
    [1, 40, 0.03],
    [3, 40, 0.08],
    [7, 40, 0.17],
    [9, 40, 0.22],
    [13, 40, 0.32],
    [1, 3, 0.33],
    [2, 3, 0.67],
  ];
  for (const [part, whole, share] of published) expect(printedShare(part, whole)).toBe(share);
});

afterAll(() => {
  const { rows, windows, captures } = checked;
  console.log(`kdd: ${rows} rows of ${captures} captures checked, windows of ${windows} worked out anew`);
});
