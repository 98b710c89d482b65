// The rows that are balanced, as arrays: features as they are, and as points whose distances say something. Asks DuckDB for
// columns; the sums are ours, so that the same rows give the same scales on every machine.

import { OrbweaverError } from "../../base/errors.ts";
import { groupedText } from "../../base/number-text.ts";
import { doubles, identifier, literal } from "../duck.ts";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { BalanceContext } from "./contract.ts";
import type { Points } from "./points.ts";

/** Most values that are held at once: 512 MB of numbers, and about as much again as points. */
const CELLS_MAX = 64_000_000;

export interface Features {
  numbers: DatasetColumn[];
  categories: DatasetColumn[];
}

export function featuresOf({ columns }: TableFile): Features {
  const features = columns.filter(({ role }) => role === "feature");
  return {
    numbers: features.filter(({ kind }) => kind === "number" || kind === "time"),
    categories: features.filter(({ kind }) => kind === "category" || kind === "text"),
  };
}

/** Mean and standard deviation of every number over the rows that have one; a column that does not vary has deviation 0. */
export interface Scale {
  mean: Float64Array;
  deviation: Float64Array;
}

/** Rows with their features as they are. */
export interface Rows {
  count: number;
  features: Features;
  /** Row-major; NaN is missing. */
  numbers: Float64Array;
  /** Row-major codes into `texts` of the column. */
  categories: Int32Array;
  texts: (string | null)[][];
}

type Reading = Pick<BalanceContext, "duck" | "signal" | "onProgress"> & { table: TableFile };

/** Scales of all rows with a label, by Welford's method in the order of rows. */
export async function readScale(reading: Reading, features: Features): Promise<Scale> {
  const width = features.numbers.length;
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const counts = new Float64Array(width);
  await scan(reading, "reading scales", features.numbers, undefined, (columns, rows) => {
    for (let at = 0; at < width; at++) {
      const values = columns[at] as Float64Array;
      for (let row = 0; row < rows; row++) {
        const value = values[row];
        if (!Number.isFinite(value)) continue;
        const difference = value - mean[at];
        counts[at]++;
        mean[at] += difference / counts[at];
        squares[at] += difference * (value - mean[at]);
      }
    }
  });
  const deviation = squares.map((sum, at) => {
    const found = Math.sqrt(sum / Math.max(1, counts[at]));
    return Number.isFinite(found) && found > 1e-12 * Math.abs(mean[at]) ? found : 0;
  });
  return { mean, deviation };
}

/**
 * The rows of a class, or of all classes, in the order of the table.
 *
 * @throws `rows-too-large`
 */
export async function readRows(
  reading: Reading,
  features: Features,
  count: number,
  className?: string,
): Promise<Rows> {
  const width = features.numbers.length;
  const categoryWidth = features.categories.length;
  requireCells(reading.table, count, width + categoryWidth);
  const numbers = new Float64Array(count * width);
  const categories = new Int32Array(count * categoryWidth);
  const codes = features.categories.map(() => new Map<string | null, number>());
  let first = 0;
  const columns = [...features.numbers, ...features.categories];
  await scan(reading, "reading rows", columns, className, (chunk, rows) => {
    if (first + rows > count) throw wrongCount(reading.table, first + rows, count);
    for (let at = 0; at < width; at++) {
      const values = chunk[at] as Float64Array;
      for (let row = 0; row < rows; row++) numbers[(first + row) * width + at] = values[row];
    }
    for (let at = 0; at < categoryWidth; at++) {
      const texts = chunk[width + at] as readonly (string | null)[];
      for (let row = 0; row < rows; row++) {
        const text = texts[row];
        const known = codes[at].get(text);
        if (known === undefined) codes[at].set(text, codes[at].size);
        categories[(first + row) * categoryWidth + at] = known ?? codes[at].size - 1;
      }
    }
    first += rows;
  });
  if (first !== count) throw wrongCount(reading.table, first, count);
  return { count, features, numbers, categories, texts: codes.map((map) => [...map.keys()]) };
}

/** Throws `rows-too-large` where so many rows cannot be held as points. */
export function requireCells(table: TableFile, rows: number, width: number): void {
  if (rows * width <= CELLS_MAX) return;
  throw new OrbweaverError(
    "rows-too-large",
    `'${table.name}': neighbours of ${groupedText(rows)} rows of ${width} features, at most ${groupedText(Math.floor(CELLS_MAX / width))} rows fit`,
    { hint: "Balance fewer rows: leave some out first (random-under), or make fewer." },
  );
}

/**
 * Rows as points: numbers scaled, columns that do not vary left out, what is missing or infinite at the mean; categories cost
 * the median of the deviations of the numbers, over these rows (Chawla et al. 2002, section 6.1).
 */
export function pointsOf(rows: Rows, scale: Scale): Points {
  const varying = [...scale.deviation.keys()].filter((at) => scale.deviation[at] > 0);
  const width = varying.length;
  const all = rows.features.numbers.length;
  const numbers = new Float64Array(rows.count * width);
  for (let row = 0; row < rows.count; row++) {
    for (let at = 0; at < width; at++) {
      const column = varying[at];
      const value = (rows.numbers[row * all + column] - scale.mean[column]) / scale.deviation[column];
      // Adding 0 makes one zero of both.
      numbers[row * width + at] = Number.isFinite(value) ? value + 0 : 0;
    }
  }
  const median = medianDeviation(numbers, rows.count, width);
  return {
    count: rows.count,
    width,
    numbers,
    categoryWidth: rows.features.categories.length,
    categories: rows.categories,
    categoryCost: median * median,
  };
}

function medianDeviation(numbers: Float64Array, count: number, width: number): number {
  const deviations = new Float64Array(width);
  for (let at = 0; at < width; at++) {
    let mean = 0;
    for (let row = 0; row < count; row++) mean += numbers[row * width + at] / count;
    let squares = 0;
    for (let row = 0; row < count; row++) squares += (numbers[row * width + at] - mean) ** 2;
    deviations[at] = Math.sqrt(squares / count);
  }
  deviations.sort();
  const middle = width >> 1;
  if (width === 0) return 0;
  return width % 2 === 1 ? deviations[middle] : (deviations[middle - 1] + deviations[middle]) / 2;
}

type ChunkColumns = readonly (Float64Array | readonly (string | null)[])[];

async function scan(
  { duck, table, signal, onProgress }: Reading,
  step: string,
  columns: readonly DatasetColumn[],
  className: string | undefined,
  take: (columns: ChunkColumns, rows: number) => void,
): Promise<void> {
  if (table.label === undefined) return;
  const expressions = columns.map(({ name, kind }) =>
    kind === "number" || kind === "time"
      ? `coalesce(${identifier(name)}::DOUBLE, 'nan'::DOUBLE)`
      : `${identifier(name)}::VARCHAR`,
  );
  const label = identifier(table.label);
  const where =
    className === undefined ? `${label} IS NOT NULL` : `${label}::VARCHAR = ${literal(className)}`;
  const result = await duck.connection.stream(
    `SELECT ${["0::DOUBLE", ...expressions].join(", ")} FROM ${fromTable(table.path)} WHERE ${where}`,
  );
  let done = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    stopWhenAsked(signal ?? duck.signal);
    if (chunk === null || chunk.rowCount === 0) return;
    const read = columns.map(({ kind }, at) =>
      kind === "number" || kind === "time"
        ? doubles(chunk, at + 1)
        : chunk.getColumnValues(at + 1).map((value) => (value === null ? null : String(value))),
    );
    take(read, chunk.rowCount);
    done += chunk.rowCount;
    onProgress?.({ step, share: Math.min(1, done / table.rows) });
  }
}

function wrongCount(table: TableFile, found: number, expected: number): OrbweaverError {
  return new OrbweaverError("dataset-damaged", `'${table.name}' gave ${found} rows, expected ${expected}`);
}
