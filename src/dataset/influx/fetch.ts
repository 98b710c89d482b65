// What a server has, as a Parquet table: `time` first, then tags, then fields. Streams in bounded memory; the table appears
// whole or not at all, so that a server that dies in the middle leaves nothing half-imported.

import { OrbweaverError } from "../../base/errors.ts";
import { type Environment, type InfluxBucket, type InfluxDatabase, parseInfluxAddress } from "./address.ts";
import { type ClientOptions, type InfluxClient, influxClient } from "./client.ts";
import type { ValueType } from "./line-protocol.ts";
import {
  distinctNames,
  openPointSpool,
  type PlacedColumn,
  type PointSpool,
  type SpooledColumn,
  TIME_NAME,
} from "./point-spool.ts";
import { type AskedColumn, askedQuery, type JsonValue, type Series, seriesOf } from "./query-1.ts";
import { fluxQuery, fluxRows } from "./query-2.ts";

export interface FetchOptions extends ClientOptions {
  /** Where secrets are looked for that the address does not have. */
  environment: Environment;
  onProgress?: (progress: { rows: number }) => void;
  /** Bounds DuckDB; default 1GB. */
  memoryLimit?: string;
}

export interface FetchedPoints {
  /** The address without secrets: what messages and manifests may show. */
  name: string;
  rows: number;
  columns: SpooledColumn[];
  remarks: { what: string }[];
}

/**
 * Fetches what an address names into the Parquet file `out`.
 *
 * @throws `usage` for an address that cannot be read, `influx-unreachable`, `influx-auth`, `influx-query`, `file-write`,
 *   `cancelled`
 */
export async function copyInfluxToParquet(
  text: string,
  out: string,
  options: FetchOptions,
): Promise<FetchedPoints> {
  const address = parseInfluxAddress(text, options.environment);
  const client = influxClient(address, options);
  await client.ping();
  const spool = openPointSpool(out, options);
  try {
    const taken =
      address.version === 1
        ? await takeSeries(client, address, spool, options)
        : await takeFlux(client, address, spool, options);
    if (spool.rows === 0) throw new OrbweaverError("influx-query", `${address.name} gives no rows`);
    const rows = spool.rows;
    const columns = await spool.finish(out, taken.columns, address.version === 2);
    return { name: address.name, rows, columns, remarks: taken.remarks.map((what) => ({ what })) };
  } finally {
    spool.discard();
  }
}

interface Taken {
  columns: PlacedColumn[];
  remarks: string[];
}

// --- 1.x ------------------------------------------------------------------------------------------------------

async function takeSeries(
  client: InfluxClient,
  address: InfluxDatabase,
  spool: PointSpool,
  options: FetchOptions,
): Promise<Taken> {
  const query = await askedQuery(client, address);
  const table = query.columns === undefined ? answeredTable(spool) : declaredTable(spool, query.columns);
  for await (const series of seriesOf(client, address, query.text)) {
    table.take(series);
    options.onProgress?.({ rows: spool.rows });
  }
  return { columns: table.columns(), remarks: query.remarks };
}

interface SeriesTable {
  take(series: Series): void;
  columns(): PlacedColumn[];
}

/** Rows of a measurement: its columns are known by their place, so that a tag and a field may share a name. */
function declaredTable(spool: PointSpool, asked: readonly AskedColumn[]): SeriesTable {
  const indices = asked.map(({ type }) => spool.addColumn(type));
  /** Of every tag, the place of the field of its name, and whether they ever differ. */
  const twins = asked.map(({ name, kind }) =>
    kind === "tag" ? asked.findIndex((other) => other.kind === "field" && other.name === name) : -1,
  );
  const tags = twins.flatMap((field, tag) => (field < 0 ? [] : [{ tag, field, differs: false }]));
  return {
    take({ values = [] }) {
      for (const row of values) {
        for (let place = 0; place < indices.length; place++) put(spool, indices[place], row[place + 1]);
        for (const twin of tags) twin.differs ||= row[twin.tag + 1] !== row[twin.field + 1];
        spool.endRow(timeText(row[0]));
      }
    },
    columns() {
      const same = new Set(tags.filter(({ differs }) => !differs).map(({ tag }) => tag));
      const placed = asked.flatMap(({ name }, place) => {
        if (same.has(place)) return [];
        return [{ name: twins[place] >= 0 ? `${name}.tag` : name, column: indices[place] }];
      });
      return distinctNames(placed);
    },
  };
}

/** Rows of a query of the user: the columns of the answer, and the tags that it is grouped by. */
function answeredTable(spool: PointSpool): SeriesTable {
  const known = new Map<string, number>();
  const indexOf = (name: string): number => {
    const index = known.get(name) ?? spool.addColumn();
    known.set(name, index);
    return index;
  };
  return {
    take({ tags = {}, columns, values = [] }) {
      const grouped = Object.entries(tags).map(([name, value]) => ({ index: indexOf(name), value }));
      const time = columns.indexOf(TIME_NAME);
      const places = columns.flatMap((name, place) =>
        place === time ? [] : [{ place, index: indexOf(name) }],
      );
      for (const row of values) {
        for (const { index, value } of grouped) put(spool, index, value === "" ? null : value);
        for (const { place, index } of places) put(spool, index, row[place]);
        spool.endRow(timeText(row[time]));
      }
    },
    columns: () => distinctNames([...known].map(([name, column]) => ({ name, column }))),
  };
}

function put(spool: PointSpool, index: number, value: JsonValue | undefined): void {
  if (typeof value === "number") spool.set(index, "number", Object.is(value, -0) ? "-0" : String(value));
  else if (typeof value === "string") spool.set(index, "text", value);
  else if (typeof value === "boolean") spool.set(index, "boolean", String(value));
}

function timeText(value: JsonValue | undefined): string {
  return typeof value === "number" && Number.isFinite(value) ? String(Math.trunc(value)) : "";
}

// --- 2.x ------------------------------------------------------------------------------------------------------

async function takeFlux(
  client: InfluxClient,
  address: InfluxBucket,
  spool: PointSpool,
  options: FetchOptions,
): Promise<Taken> {
  const known = new Map<string, number>();
  const indexOf = (name: string, type: ValueType): number => {
    const index = known.get(name) ?? spool.addColumn(type);
    known.set(name, index);
    return index;
  };
  for await (const rows of fluxRows(client, address, fluxQuery(address))) {
    for (const { cells, timeUs } of rows) {
      for (const { name, type, value } of cells) spool.set(indexOf(name, type), type, value);
      spool.endRow(timeUs);
    }
    options.onProgress?.({ rows: spool.rows });
  }
  return { columns: distinctNames([...known].map(([name, column]) => ({ name, column }))), remarks: [] };
}
