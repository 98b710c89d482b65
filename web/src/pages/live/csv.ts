// Verdicts as CSV (RFC 4180), as the server writes them: with an apostrophe before what a spreadsheet would take for a formula.

import { reasonsOf, type VerdictRow } from "../../parts/verdicts/verdict-row.ts";

const COLUMNS = [
  "class",
  "attack",
  "confidence",
  "attack_probability",
  "early",
  "flow",
  "community_id",
  "start_us",
  "end_us",
  "source_address",
  "source_port",
  "destination_address",
  "destination_port",
  "transport",
  "service",
  "packets",
  "wire_bytes",
  "end_reason",
] as const satisfies readonly (keyof VerdictRow)[];

/** A text that begins so is a formula for a spreadsheet. */
const FORMULA = /^[=+\-@\t\r]/;

export function verdictCsv(rows: Iterable<VerdictRow>): string {
  const lines = [[...COLUMNS, "reasons"].join(",")];
  for (const row of rows)
    lines.push([...COLUMNS.map((column) => row[column]), reasonsOf(row)].map(field).join(","));
  return `${lines.join("\n")}\n`;
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
