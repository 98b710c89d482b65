// The schema `kdd-extractor` gives the rows of the original extractor: every row of every capture in the oracle, as text,
// with who it was and when it ended.
//
// Connections that one sweep finds have no order in the original (it sorts pointers), and what went before a connection
// depends on the order. Rows that differ for that reason are compared once more: our connections in the original's
// order, which must differ from ours inside one sweep only, with windows worked out here by themselves.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, expect } from "vitest";
import { schemaById } from "../../src/feature/row-meter.ts";
import { dataTest, hasSharedData, sharedData, sharedFiles } from "../support/data.ts";
import { type MeteredRow, meteredRows } from "../support/metered-rows.ts";

const schema = schemaById("kdd-extractor");
const names = schema.columns.map((column) => column.name);
const oracles = hasSharedData() ? sharedFiles("oracle/kdd99-extractor") : [];
const compared = { rows: 0, reordered: 0, captures: 0 };
/** Columns before the windows. */
const GENERAL = 9;

/** A row as the extractor prints it with the option -e, cell by cell. */
function cells({ values, identity }: MeteredRow): string[] {
  const features = schema.columns.map(({ name, kind, categories, unit }) => {
    if (kind === "categorical") return categories[values[name]];
    return unit === "share" ? values[name].toFixed(2) : String(values[name]);
  });
  const ports = identity.transport === "icmp" ? [0, 0] : [identity.sourcePort, identity.destinationPort];
  const end = new Date(Math.floor(identity.endUs / 1e6) * 1000).toISOString().slice(0, 19);
  const who = [identity.sourceAddress, ports[0], identity.destinationAddress, ports[1], end];
  return [...features, ...who.map(String)];
}

/** What tells a row but for its windows. */
function connection(row: readonly string[]): string {
  return [...row.slice(0, GENERAL), ...row.slice(names.length)].join(",");
}

interface Ended {
  endUs: number;
  host: string;
  service: string;
  port: string;
  error: boolean;
}

/** The ten columns of a window, by the words of the specification: without this connection. */
function windowCells(before: readonly Ended[], own: Ended, withPort: boolean): string[] {
  const host = before.filter((other) => other.host === own.host);
  const service = before.filter((other) => other.service === own.service);
  const both = host.filter((other) => other.service === own.service);
  const port = service.filter((other) => other.port === own.port);
  const rate = (part: number, whole: number): string => (whole === 0 ? 0 : part / whole).toFixed(2);
  const errors = (list: readonly Ended[]): number => list.filter((other) => other.error).length;
  const counts = [String(host.length), String(service.length)];
  const error = [rate(errors(host), host.length), rate(errors(service), service.length), "0.00", "0.00"];
  const same = rate(both.length, host.length);
  const difference = rate(host.length - both.length, host.length);
  const hosts = rate(service.length - both.length, service.length);
  return withPort
    ? [...counts, same, difference, rate(port.length, service.length + 1), hosts, ...error]
    : [...counts, ...error, same, difference, hosts];
}

/** The rows with their windows worked out anew, in this order. */
function withWindows(rows: readonly { row: readonly string[]; endUs: number }[]): string[][] {
  const recent: Ended[] = [];
  const last: Ended[] = [];
  return rows.map(({ row, endUs }) => {
    const [, , service, flag] = row;
    const [, port, host] = row.slice(names.length);
    const own = { endUs, host, service, port, error: ["S0", "S1", "S2", "S3"].includes(flag) };
    const made = [...windowCells(recent, own, false), ...windowCells(last, own, true)];
    recent.push(own);
    while (recent[0].endUs <= endUs - 2e6) recent.shift();
    last.push(own);
    if (last.length > 100) last.shift();
    return [...row.slice(0, GENERAL), ...made, ...row.slice(names.length)];
  });
}

/** Our rows in the original's order; fails when they are moved out of their sweep. */
function inOrderOf(
  expected: readonly string[],
  rows: readonly MeteredRow[],
): { row: string[]; endUs: number }[] {
  const left = rows.map((row, index) => ({ row: cells(row), endUs: row.identity.endUs, index }));
  return expected.map((line, place) => {
    const found = left.findIndex(({ row }) => connection(row) === connection(line.split(",")));
    const [taken] = left.splice(found, 1);
    const [from, to] = [Math.min(taken.index, place), Math.max(taken.index, place)];
    const reasons = new Set(rows.slice(from, to + 1).map((row) => row.identity.endReason));
    if (from !== to) expect([...reasons]).toEqual(["end-of-input"]);
    return taken;
  });
}

dataTest("the oracle is there", () => {
  expect(oracles.length).toBeGreaterThan(50);
});

for (const oracle of oracles) {
  const name = basename(oracle, ".csv");
  dataTest(
    `${name}: every row`,
    async () => {
      const [header, ...expected] = readFileSync(sharedData(oracle), "utf8").trimEnd().split(/\r?\n/);
      expect(header.split(",").slice(0, names.length)).toEqual(names);
      const { rows } = await meteredRows(sharedData(`oracle/captures/${name}`), { schema });
      const wanted = [...expected].sort();
      let found = rows.map((row) => cells(row).join(",")).sort();
      if (found.join("\n") !== wanted.join("\n") && found.length === wanted.length) {
        const connections = rows.map((row) => connection(cells(row))).sort();
        expect(connections).toEqual(expected.map((line) => connection(line.split(","))).sort());
        found = withWindows(inOrderOf(expected, rows))
          .map((row) => row.join(","))
          .sort();
        compared.reordered += found.length;
      }
      expect(found).toEqual(wanted);
      compared.rows += expected.length;
      compared.captures++;
    },
    60_000,
  );
}

dataTest("rows are equal as they come, but for a sweep of two connections", () => {
  expect(compared.reordered).toBeLessThanOrEqual(2);
});

afterAll(() => {
  const { rows, captures, reordered } = compared;
  console.log(
    `kdd-extractor: ${rows} rows of ${captures} captures compared, ${reordered} of them in the original's order`,
  );
});
