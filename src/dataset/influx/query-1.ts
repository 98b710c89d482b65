// Rows of an InfluxDB 1.x: the query that asks for them, and its answer as it streams in.
//
// Answers come in chunks of JSON, one a line, so that a text is told from a number and nothing from an empty text, and so
// that an answer that ends early is noticed: every chunk says whether another one follows.

import { OrbweaverError } from "../../base/errors.ts";
import { messageOf, shown } from "../file-error.ts";
import type { InfluxDatabase } from "./address.ts";
import { type InfluxClient, longShown, place } from "./client.ts";
import type { ValueType } from "./line-protocol.ts";

/** A column of the answer. */
export interface AskedColumn {
  name: string;
  kind: "tag" | "field";
  /** As the server declares it. */
  type: ValueType;
}

export interface AskedQuery {
  text: string;
  /** What stands behind the time, by place; undefined for queries of the user, whose columns the answer names. */
  columns?: readonly AskedColumn[];
  remarks: string[];
}

export type JsonValue = string | number | boolean | null;

export interface Series {
  name?: string;
  tags?: Record<string, string>;
  columns: string[];
  values?: JsonValue[][];
}

interface Result {
  series?: Series[];
  error?: string;
  partial?: boolean;
}

const CHUNK_ROWS = 5_000;
/** Of one chunk; longer ones would not fit in a text. */
const CHUNK_CHARACTERS_MAX = 1 << 28;
const NAMES_SHOWN = 12;

/** Every row of the measurement, or what the address asks for. Throws `influx-query`. */
export async function askedQuery(client: InfluxClient, address: InfluxDatabase): Promise<AskedQuery> {
  if (address.query !== undefined) {
    requireReading(address.query);
    return { text: address.query, remarks: [] };
  }
  const measurement = address.measurement ?? (await onlyMeasurement(client, address));
  return measurementQuery(client, address, measurement);
}

/**
 * One SELECT that writes nothing: servers run whatever they are asked, also for GET. Throws `influx-query`.
 */
export function requireReading(query: string): void {
  const bare = query.replaceAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|--[^\n]*|\/\*[\s\S]*?\*\//g, " q ");
  const refuse = (what: string): never => {
    throw new OrbweaverError("influx-query", `the query ${what}, expected one SELECT`);
  };
  const first = query.trim().split(/[\s(;]/)[0];
  if (!/^\s*select\b/i.test(query)) refuse(`begins with '${shown(first)}'`);
  if (/\binto\b/i.test(bare)) refuse("has INTO, which writes");
  if (/;\s*\S/.test(bare)) refuse("has several statements");
}

async function measurementQuery(
  client: InfluxClient,
  address: InfluxDatabase,
  measurement: string,
): Promise<AskedQuery> {
  const from = `${address.retention === undefined ? "" : `${quoted(address.retention)}.`}${quoted(measurement)}`;
  const fields = new Map<string, AskedColumn>();
  const remarks: string[] = [];
  for (const [name, type] of await table(client, address, `SHOW FIELD KEYS FROM ${from}`)) {
    const known = fields.get(name);
    const valueType = type === "string" ? "text" : type === "boolean" ? "boolean" : "number";
    if (known === undefined) fields.set(name, { name, kind: "field", type: valueType });
    else if (known.type !== valueType)
      remarks.push(
        `field '${shown(name)}' is of several types in the server, which gives values of one of them`,
      );
  }
  if (fields.size === 0) {
    const there = await measurementsText(client, address);
    const where = address.retention === undefined ? "" : ` in retention policy '${shown(address.retention)}'`;
    throw new OrbweaverError(
      "influx-query",
      `database '${shown(address.database)}' has no measurement '${shown(measurement)}'${where}; ${there}`,
    );
  }
  const tags = (await table(client, address, `SHOW TAG KEYS FROM ${from}`)).map(
    ([name]): AskedColumn => ({ name, kind: "tag", type: "text" }),
  );
  const columns = [...tags, ...fields.values()];
  const names = columns.map(({ name, kind }) => `${quoted(name)}::${kind}`);
  return { text: `SELECT ${names.join(", ")} FROM ${from}`, columns, remarks };
}

async function onlyMeasurement(client: InfluxClient, address: InfluxDatabase): Promise<string> {
  const found = await table(client, address, "SHOW MEASUREMENTS");
  if (found.length === 1) return found[0][0];
  throw new OrbweaverError(
    "influx-query",
    `${address.name} names no measurement; ${await measurementsText(client, address)}`,
    { hint: "Add ?measurement=NAME to the address." },
  );
}

async function measurementsText(client: InfluxClient, address: InfluxDatabase): Promise<string> {
  const names = (await table(client, address, "SHOW MEASUREMENTS")).map(([name]) => shown(name));
  if (names.length === 0) return "it has none";
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : "";
  return `there are ${names.slice(0, NAMES_SHOWN).join(", ")}${more}`;
}

/** The rows of a small answer, as texts. */
async function table(client: InfluxClient, address: InfluxDatabase, query: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { values } of seriesOf(client, address, query))
    for (const row of values ?? []) rows.push(row.map(String));
  return rows;
}

/**
 * The answer to a query, piece by piece; times in µs.
 *
 * @throws `influx-query` for what the server does not understand or know, `influx-unreachable` when it ends early
 */
export async function* seriesOf(
  client: InfluxClient,
  address: InfluxDatabase,
  query: string,
): AsyncGenerator<Series> {
  const text = client.text({
    method: "GET",
    path: "/query",
    parameters: {
      db: address.database,
      rp: address.retention,
      epoch: "u",
      chunked: "true",
      chunk_size: String(CHUNK_ROWS),
      q: query,
    },
    headers: { accept: "application/json" },
    retries: true,
  });
  let isPartial = false;
  for await (const line of jsonLines(text, address)) {
    const { results = [], error } = parsed(line, address) as { results?: Result[]; error?: string };
    if (error !== undefined) throw queryError(address, error);
    for (const result of results) {
      if (result.error !== undefined) throw queryError(address, result.error);
      isPartial = result.partial === true;
      yield* result.series ?? [];
    }
  }
  if (isPartial) {
    throw new OrbweaverError(
      "influx-unreachable",
      `${place(address)} broke off in the middle of its answer`,
      {
        hint: "Look into the server's log, and try again.",
      },
    );
  }
}

async function* jsonLines(text: AsyncGenerator<string>, address: InfluxDatabase): AsyncGenerator<string> {
  let rest: string[] = [];
  let length = 0;
  for await (const piece of text) {
    const lines = piece.split("\n");
    for (let index = 0; index < lines.length; index++) {
      rest.push(lines[index]);
      length += lines[index].length;
      if (length > CHUNK_CHARACTERS_MAX)
        throw new OrbweaverError(
          "influx-query",
          `${place(address)} gives more in one piece than can be taken`,
        );
      if (index === lines.length - 1) break;
      if (length > 0) yield rest.join("");
      rest = [];
      length = 0;
    }
  }
  if (length > 0) yield rest.join("");
}

function parsed(line: string, address: InfluxDatabase): unknown {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw new OrbweaverError(
      "influx-unreachable",
      `${place(address)} gives no JSON that can be read: ${shown(messageOf(cause))}`,
      { hint: "Is it InfluxDB that listens there?", cause },
    );
  }
  throw new OrbweaverError("influx-unreachable", `${place(address)} gives no answer of InfluxDB`);
}

function queryError(address: InfluxDatabase, message: string): OrbweaverError {
  const isAccess = /not authorized|authorization failed/i.test(message);
  return new OrbweaverError(
    isAccess ? "influx-auth" : "influx-query",
    `${place(address)} refuses: ${longShown(message)}`,
  );
}

/** A name for InfluxQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
