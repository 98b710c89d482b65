// CSV of verdicts, read back by a reader of RFC 4180 that is written out here.

import { expect, test } from "vitest";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import { verdictCsv } from "./csv.ts";

const ROW: VerdictRow = {
  class: '=HYPERLINK("http://a")',
  attack: true,
  confidence: 0.5,
  attack_probability: 1e-7,
  flow: 3,
  community_id: "1:abc=",
  start_us: 1_700_000_000_000_001,
  end_us: 1_700_000_000_000_002,
  source_address: "10.0.0.1",
  source_port: 1,
  destination_address: "::1",
  destination_port: 2,
  transport: "tcp",
  service: "@SUM(A1)",
  end_reason: "idle",
  packets: null,
  wire_bytes: 4,
  reasons: ["-packets = 8, and more", "second"],
};

function read(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows.slice(0, -1);
}

test("reads back, with formulas defused and what is not known left empty", () => {
  const [head, row, other] = read(verdictCsv([ROW, { ...ROW, class: "benign", service: "", reasons: [] }]));
  const told = Object.fromEntries(head.map((name, index) => [name, row[index]]));
  expect(row.length).toBe(head.length);
  expect(told).toMatchObject({
    class: '\'=HYPERLINK("http://a")',
    attack: "true",
    attack_probability: "1e-7",
    start_us: "1700000000000001",
    service: "'@SUM(A1)",
    packets: "",
    early: "",
    wire_bytes: "4",
    community_id: "1:abc=",
    reasons: "'-packets = 8, and more; second",
  });
  expect(other[0]).toBe("benign");
  expect(verdictCsv([]).trimEnd().split("\n").length).toBe(1);
});
