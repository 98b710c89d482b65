// Anonymisation from end to end: rows, verdicts, alerts and captures of one key tell of the same hosts under other names.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, jsonLines, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const KEY = "0f".repeat(32);

function good(...args: string[]): string {
  const { status, out, err } = orbweaver(args, { cwd });
  expect(err, args.join(" ")).toBe("");
  expect(status, args.join(" ")).toBe(0);
  return out;
}

/** Values of a column of CSV without quotes. */
function column(csv: string, name: string): string[] {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const at = header.split(",").indexOf(name);
  return lines.map((line) => line.split(",")[at]);
}

beforeAll(() => {
  buildCommand();
  writeFileSync(join(cwd, "key"), KEY, { mode: 0o600 });
  good(
    "generate",
    "--scenario",
    "web",
    "--scenario",
    "syn-flood:start=5,duration=5,rate=60",
    "--seed",
    "3",
    "--duration",
    "20",
    "-o",
    "x.pcap",
  );
});

test("rows have other addresses and the same features", () => {
  const plain = good("meter", "x.pcap");
  const hidden = good("meter", "x.pcap", "--anonymise-key", "key");
  const addresses = column(plain, "source_address");
  const others = column(hidden, "source_address");
  const mapping = new Map(addresses.map((address, row) => [address, others[row]]));
  expect(others).toEqual(addresses.map((address) => mapping.get(address)));
  expect(addresses.filter((address) => others.includes(address))).toEqual([]);
  expect(column(hidden, "forward_packets")).toEqual(column(plain, "forward_packets"));
  expect(column(hidden, "community_id")).not.toEqual(column(plain, "community_id"));
});

// Who a flow was and the flow's own measures; how many others a host meets is estimated from hashes of addresses.
const OWN_COLUMNS = 40;

function ownColumns(csv: string): string[][] {
  return csv.split("\n").map((line) => line.split(",").slice(0, OWN_COLUMNS));
}

test("a capture anonymised first gives the rows of a capture anonymised while it is metered", () => {
  good("anonymise", "x.pcap", "--anonymise-key", "key", "--out", "hidden.pcap");
  const rows = ownColumns(good("meter", "hidden.pcap"));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows).toEqual(ownColumns(good("meter", "x.pcap", "--anonymise-key", "key")));
});

test("verdicts and alerts tell no true address, and no output tells the key", () => {
  const addresses = new Set(column(good("meter", "x.pcap"), "source_address"));
  for (const address of column(good("meter", "x.pcap"), "destination_address")) addresses.add(address);
  const out = good("detect", "x.pcap", "--json", "--anonymise-key", "key");
  const alerts = jsonLines(out).filter(({ type }) => type === "alert");
  expect(alerts.length).toBeGreaterThan(0);
  for (const address of addresses) expect(out).not.toContain(`"${address}"`);
  expect(out).not.toContain(KEY);
});

test("without a key there is an error that says where one is expected", () => {
  const { status, err } = orbweaver(["meter", "x.pcap", "--anonymise"], { cwd });
  expect(status).toBe(12);
  expect(err).toContain("ORBWEAVER_ANONYMISE_KEY");
});
