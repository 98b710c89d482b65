// A file of line protocol as a Parquet table: time first, then the tags, then the fields, each in the order in which it comes
// to light. Points of one measurement only: those of others have other columns.
//
// A tag and a field of one name are one column while they never differ; otherwise the tag is called NAME.tag.

import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import { shown } from "../file-error.ts";
import { type TextFile, textBytes } from "../row-format.ts";
import { createLineParser, type Point, type TimePrecision } from "./line-protocol.ts";
import { distinctNames, openPointSpool, type PlacedColumn, type SpooledColumn } from "./point-spool.ts";

export interface ConvertOptions {
  /** The measurement whose points are taken; may be left out where the file has only one. */
  measurement?: string;
  /** How fine the times of the file are; default: ns, as InfluxDB and Telegraf write them. */
  precision?: TimePrecision;
  /** Called for every line that is no point. */
  onReject?: (line: number, reason: string, text: string) => void;
  onProgress?: (progress: { bytes: number; rows: number }) => void;
  /** Bounds DuckDB; default 1GB. */
  memoryLimit?: string;
}

export interface ConvertedLines {
  rows: number;
  /** Lines that were no point. */
  rejects: number;
  columns: SpooledColumn[];
  /** Every measurement of the file with its points, in the order in which they come. */
  measurements: { name: string; points: number }[];
  /** The one that was taken. */
  measurement: string;
  /** Points without a time; theirs is NULL. */
  timeless: number;
}

const MEASUREMENTS_MAX = 10_000;

/**
 * Writes `out`, which appears whole or not at all.
 *
 * @throws `rows-invalid` where the file has no point of the measurement, or several measurements and none is named; what
 *   reading and writing files throws; `cancelled`
 */
export async function convertLineProtocol(
  source: TextFile,
  out: string,
  options: ConvertOptions = {},
): Promise<ConvertedLines> {
  const taker = pointTaker(out, source.signal, options);
  let rejects = 0;
  const parser = createLineParser(options.precision ?? "ns", {
    onPoint: taker.take,
    onReject(line, reason, text) {
      rejects++;
      options.onReject?.(line, reason, text);
    },
  });
  try {
    const decoder = new TextDecoder("utf-8");
    let bytes = 0;
    for await (const part of textBytes(source)) {
      bytes += part.length;
      parser.push(decoder.decode(part, { stream: true }));
      options.onProgress?.({ bytes, rows: taker.rows() });
    }
    parser.push(decoder.decode());
    parser.end();
    const measurement = chosen(source.path, taker.measurements, options.measurement);
    const { columns, rows } = await taker.finish(out);
    return {
      rows,
      rejects,
      columns,
      measurements: [...taker.measurements].map(([name, points]) => ({ name, points })),
      measurement,
      timeless: taker.timeless(),
    };
  } finally {
    taker.discard();
  }
}

/** The measurement that is taken. Throws `rows-invalid`. */
function chosen(path: string, found: ReadonlyMap<string, number>, asked: string | undefined): string {
  const [first] = found.keys();
  if (first === undefined) {
    throw new OrbweaverError("rows-invalid", `'${path}' has no point of line protocol`, {
      hint: "A point is a line such as: flows,host=a bytes=12,packets=3i 1709542800000000000",
    });
  }
  const listed = [...found]
    .slice(0, 8)
    .map(([name, points]) => `'${shown(name)}' (${counted(points, "point")})`);
  const more = found.size > listed.length ? ` and ${found.size - listed.length} more` : "";
  if (asked !== undefined && !found.has(asked)) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${path}' has no measurement '${shown(asked)}'; it has ${listed.join(", ")}${more}`,
      { hint: "Name one of its measurements with --measurement." },
    );
  }
  if (asked === undefined && found.size > 1) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${path}' has ${found.size} measurements, expected one: ${listed.join(", ")}${more}`,
      { hint: "Name the one to take with --measurement." },
    );
  }
  return asked ?? first;
}

/** A column of the table that is made: where its values go, once for tags and once for fields. */
interface KeyColumns {
  tag?: number;
  field?: number;
  /** A point had the tag, and no field of the same value. */
  differs?: boolean;
}

interface PointTaker {
  measurements: Map<string, number>;
  take(point: Point): void;
  rows(): number;
  timeless(): number;
  finish(out: string): Promise<{ columns: SpooledColumn[]; rows: number }>;
  discard(): void;
}

function pointTaker(out: string, signal: AbortSignal | undefined, options: ConvertOptions): PointTaker {
  const spool = openPointSpool(out, { memoryLimit: options.memoryLimit, signal });
  const measurements = new Map<string, number>();
  const columns = new Map<string, KeyColumns>();
  /** Of each place in a point, its key the last time, and its column. */
  const lastKeys: string[] = [];
  const lastColumns: number[] = [];
  let lastTagCount = -1;
  /** The measurement that is taken, once a point of it was seen. */
  let taken = options.measurement;
  let timeless = 0;

  function columnOf(key: string, kind: "tag" | "field", type: Point["types"][number]): number {
    let known = columns.get(key);
    if (known === undefined) {
      known = {};
      columns.set(key, known);
    }
    known[kind] ??= spool.addColumn(type);
    return known[kind];
  }

  function compareTwins(point: Point): void {
    for (let tag = 0; tag < point.tagCount; tag++) {
      const known = columns.get(point.keys[tag]);
      if (known === undefined || known.differs) continue;
      const field = known.field === undefined ? -1 : point.keys.indexOf(point.keys[tag], point.tagCount);
      known.differs = field < 0 || field >= point.count || point.values[field] !== point.values[tag];
    }
  }

  function put(point: Point): void {
    const { keys, types, values, tagCount, count } = point;
    for (let place = 0; place < count; place++) {
      if (lastKeys[place] !== keys[place] || tagCount !== lastTagCount) {
        lastColumns[place] = columnOf(keys[place], place < tagCount ? "tag" : "field", types[place]);
        lastKeys[place] = keys[place];
      }
      spool.set(lastColumns[place], types[place], values[place]);
    }
    if (tagCount !== lastTagCount) lastKeys.length = count;
    lastTagCount = tagCount;
    if (tagCount > 0) compareTwins(point);
    if (point.timeUs === "") timeless++;
    spool.endRow(point.timeUs);
  }

  return {
    measurements,
    take(point) {
      const before = measurements.get(point.measurement);
      if (before === undefined && measurements.size >= MEASUREMENTS_MAX) return;
      measurements.set(point.measurement, (before ?? 0) + 1);
      taken ??= point.measurement;
      if (point.measurement === taken) put(point);
    },
    rows: () => spool.rows,
    timeless: () => timeless,
    async finish(path) {
      return { columns: await spool.finish(path, namedColumns(columns)), rows: spool.rows };
    },
    discard: spool.discard,
  };
}

/** Tags before fields; of two columns of one name the field keeps it. */
function namedColumns(columns: ReadonlyMap<string, KeyColumns>): PlacedColumn[] {
  const tags: PlacedColumn[] = [];
  const fields: PlacedColumn[] = [];
  for (const [name, { tag, field, differs }] of columns) {
    if (field !== undefined) fields.push({ name, column: field });
    if (tag !== undefined && (field === undefined || differs))
      tags.push({ name: field === undefined ? name : `${name}.tag`, column: tag });
  }
  const distinct = distinctNames([...fields, ...tags]);
  return [...distinct.slice(fields.length), ...distinct.slice(0, fields.length)];
}
