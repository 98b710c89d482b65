// Small labelled tables for tests of learners and models: every kind of column and value, seeded.

import { Random } from "../../src/base/random.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../src/feature/table.ts";

export interface MixedOptions {
  rows: number;
  classes: number;
  seed: number;
}

const CATEGORIES = ["http", "dns", "ssh", "ftp", "smtp", "never seen"];

function column(name: string, categories: string[] = []): ColumnSpecification {
  const kind = categories.length > 0 ? "categorical" : "numeric";
  return { name, kind, unit: "", categories, description: `test column ${name}` };
}

/**
 * Columns: a continuous one, a heavy-tailed one with missing values and infinities, a count, a flag, two categorical
 * ones (one with missing codes), a constant and noise. Classes depend on all but the last two, with some noise.
 */
export function mixedTable({ rows, classes, seed }: MixedOptions): LabelledTable {
  const random = new Random(seed);
  const columns = [
    column("rate"),
    column("bytes"),
    column("packets"),
    column("flag"),
    column("service", CATEGORIES),
    column("state", ["open", "closed", "reset"]),
    column("constant"),
    column("noise"),
  ];
  const values = columns.map(() => new Float64Array(rows));
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [rate, bytes, packets] = [random.normal(), random.logNormal(100, 2), random.integer(0, 9)];
    const [flag, service, state] = [random.integer(0, 1), random.integer(0, 4), random.integer(0, 2)];
    const shown = random.chance(0.1) ? Number.NaN : random.chance(0.02) ? Number.POSITIVE_INFINITY : bytes;
    const drawn = [
      rate,
      shown,
      packets,
      flag,
      service,
      random.chance(0.1) ? Number.NaN : state,
      7,
      random.normal(),
    ];
    drawn.forEach((value, index) => {
      values[index][row] = value;
    });
    const score =
      rate + (bytes > 150 ? 1.5 : 0) + packets / 5 + (service % 2) + (flag && state === 1 ? 2 : 0);
    const cut = Math.floor(((score + random.normal(0, 0.3)) * classes) / 5);
    labels[row] = Math.max(0, Math.min(classes - 1, cut));
  }
  const names = Array.from({ length: classes }, (_, index) => (index === 0 ? "benign" : `attack ${index}`));
  return { schema: foreignSchema("mixed", columns), rowCount: rows, values, classes: names, labels };
}

/** Rows of one class that are like none of `mixedTable`: numbers far off, combinations that do not occur there. */
export function oddTable({ rows, seed }: Omit<MixedOptions, "classes">): LabelledTable {
  const table = mixedTable({ rows, classes: 1, seed });
  const random = new Random(seed + 1);
  const [rate, , packets, , service, , , noise] = table.values;
  for (let row = 0; row < rows; row++) {
    rate[row] = (random.chance(0.5) ? 1 : -1) * random.uniform() * 4 + rate[row] * 3;
    packets[row] = packets[row] * 3 + 12;
    noise[row] = noise[row] * 5;
    if (random.chance(0.3)) service[row] = CATEGORIES.length - 1;
  }
  return table;
}

/** The same rows with the columns in another order. */
export function reorderColumns(table: LabelledTable, order: readonly number[]): LabelledTable {
  const columns = order.map((index) => table.schema.columns[index]);
  return {
    ...table,
    schema: foreignSchema("mixed", columns),
    values: order.map((index) => table.values[index]),
  };
}

/** Some rows of a table. */
export function selectRows(table: LabelledTable, rows: readonly number[]): LabelledTable {
  const values = table.values.map((values) => Float64Array.from(rows, (row) => values[row]));
  return {
    ...table,
    rowCount: rows.length,
    values,
    labels: Int32Array.from(rows, (row) => table.labels[row]),
  };
}

/** Rows of a table, one after another. */
export function rowMajor(table: LabelledTable): Float64Array {
  const columns = table.values.length;
  const rows = new Float64Array(table.rowCount * columns);
  table.values.forEach((values, index) => {
    for (let row = 0; row < table.rowCount; row++) rows[row * columns + index] = values[row];
  });
  return rows;
}
