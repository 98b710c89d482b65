// Rows of an InfluxDB 2.x: the Flux query that asks for them, and its answer, annotated CSV, as it streams in.
//
// An answer is several tables, each with lines that begin with #datatype, #group and #default, a header, and rows; columns
// may differ between tables. What the server computes for itself (result, table, _start, _stop, _measurement) is left out.

import { OrbweaverError } from "../../base/errors.ts";
import { CsvSplitter } from "../csv-text.ts";
import type { InfluxBucket } from "./address.ts";
import { type InfluxClient, longShown, place } from "./client.ts";
import type { ValueType } from "./line-protocol.ts";

export interface FluxRow {
  /** µs in digits; "" where the row has no _time. */
  timeUs: string;
  cells: { name: string; type: ValueType; value: string }[];
}

const TIME = "_time";
const SERVER_COLUMNS = ["", "result", "table", "_start", "_stop", "_measurement"];

/** Every point of a measurement as one row, or what the address asks for. Throws `influx-query`. */
export function fluxQuery(address: InfluxBucket): string {
  if (address.query !== undefined) return address.query;
  if (address.measurement === undefined) {
    throw new OrbweaverError("influx-query", `${address.name} names no measurement`, {
      hint: "Add &measurement=NAME to the address.",
    });
  }
  const stop = address.stop === undefined ? "" : `, stop: ${address.stop}`;
  return [
    `from(bucket: ${fluxText(address.bucket)})`,
    `|> range(start: ${address.start}${stop})`,
    `|> filter(fn: (r) => r._measurement == ${fluxText(address.measurement)})`,
    `|> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")`,
  ].join("\n  ");
}

/** A text of Flux, in which ${…} would be computed. */
export function fluxText(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("${", "\\${").replaceAll("\n", "\\n")}"`;
}

/** The answer to a query, row by row. Throws `influx-query`, `influx-unreachable`, `influx-auth`. */
export async function* fluxRows(
  client: InfluxClient,
  address: InfluxBucket,
  query: string,
): AsyncGenerator<FluxRow[]> {
  const text = client.text({
    method: "POST",
    path: "/api/v2/query",
    parameters: { org: address.organisation },
    headers: { accept: "application/csv", "content-type": "application/json" },
    body: JSON.stringify({
      query,
      type: "flux",
      dialect: { annotations: ["datatype", "group", "default"], header: true, delimiter: "," },
    }),
    retries: true,
  });
  const reader = fluxReader(address);
  for await (const piece of text) {
    reader.push(piece);
    yield reader.taken();
  }
  reader.end();
  yield reader.taken();
}

interface FluxReader {
  push(text: string): void;
  end(): void;
  /** Rows since the last call. */
  taken(): FluxRow[];
}

export function fluxReader(address: InfluxBucket): FluxReader {
  let rows: FluxRow[] = [];
  let types: readonly string[] = [];
  let defaults: readonly string[] = [];
  let names: readonly string[] | undefined;
  let failure: OrbweaverError | undefined;
  const splitter = new CsvSplitter(",", ({ fields }) => {
    if (failure !== undefined) return;
    const [first] = fields;
    if (first.startsWith("#")) {
      // Annotations begin a table.
      if (first === "#datatype") types = fields;
      if (first === "#default") defaults = fields;
      names = undefined;
    } else if (names === undefined) names = fields;
    else if (names.includes("error") && names.includes("reference")) {
      failure = new OrbweaverError(
        "influx-query",
        `${place(address)} refuses: ${longShown(fields[names.indexOf("error")] ?? "")}`,
      );
    } else rows.push(rowOf(names, types, defaults, fields));
  });
  return {
    push(text) {
      splitter.push(text);
      if (failure !== undefined) throw failure;
    },
    end() {
      splitter.end();
      if (failure !== undefined) throw failure;
    },
    taken() {
      const found = rows;
      rows = [];
      return found;
    },
  };
}

function rowOf(
  names: readonly string[],
  types: readonly string[],
  defaults: readonly string[],
  fields: readonly string[],
): FluxRow {
  const row: FluxRow = { timeUs: "", cells: [] };
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    const text = fields[index] || defaults[index] || "";
    if (text === "" || SERVER_COLUMNS.includes(name)) continue;
    if (name === TIME) row.timeUs = rfc3339Us(text) ?? "";
    else {
      const cell = cellOf(types[index] ?? "string", text);
      if (cell !== undefined) row.cells.push({ name, ...cell });
    }
  }
  return row;
}

/** A value by its type in Flux; undefined for what is missing. */
function cellOf(type: string, text: string): { type: ValueType; value: string } | undefined {
  if (type === "boolean") return { type: "boolean", value: text };
  if (type === "long" || type === "unsignedLong") return { type: "number", value: text };
  if (type.startsWith("dateTime")) {
    const us = rfc3339Us(text);
    return us === undefined ? { type: "text", value: text } : { type: "number", value: us };
  }
  if (type !== "double") return { type: "text", value: text };
  const value = Number(text.replace(/^([+-]?)Inf$/, "$1Infinity"));
  return Number.isNaN(value) ? undefined : { type: "number", value: String(value) };
}

/** A moment in µs, in digits: "2024-03-04T09:00:00.123456789Z". */
export function rfc3339Us(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(ms)) return undefined;
  const fraction = Number((match[2] ?? "").slice(0, 6).padEnd(6, "0"));
  return String(BigInt(ms) * 1000n + BigInt(fraction));
}
