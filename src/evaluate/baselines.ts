// What a score is worth: the majority class, and the best single column, which any model must beat.
//
// A single column is a stump: numeric columns one threshold, categorical ones the majority class of each category,
// chosen on training rows by accuracy. Knows no model.

import type { LabelledTable } from "../feature/table.ts";

/** Rows a stump is chosen on; larger tables are thinned evenly. */
const STUMP_ROWS = 50_000;

export interface Baselines {
  majority: { className: string; accuracy: number };
  bestColumn: { column: string; rule: string; trainingAccuracy: number; accuracy: number } | undefined;
}

/** A rule from one column: class of each side of a threshold, or of each category. */
export interface Stump {
  column: number;
  /** Numeric: values up to it are of class `classes[0]`, others and missing of `classes[1]`. */
  threshold: number;
  /** Categorical: class of each code, then that of missing and unknown ones. */
  classes: Int32Array;
  /** On the rows it was chosen on. */
  accuracy: number;
}

/** Baselines chosen on `training` and judged on `test`, which share schema and classes. */
export function baselines(training: LabelledTable, test: LabelledTable): Baselines {
  const majority = largest(classCounts(training, everyRow(training.rowCount)));
  const best = columnStumps(training).reduce<Stump | undefined>(
    (found, stump) => (found && found.accuracy >= stump.accuracy ? found : stump),
    undefined,
  );
  return {
    majority: { className: training.classes[majority], accuracy: shareOf(test, () => majority) },
    bestColumn: best && {
      column: training.schema.columns[best.column].name,
      rule: ruleText(training, best),
      trainingAccuracy: best.accuracy,
      accuracy: shareOf(test, (row) => applyStump(training, best, test.values[best.column][row])),
    },
  };
}

/** The best stump of every column, in column order. */
export function columnStumps(training: LabelledTable): Stump[] {
  const step = Math.max(1, Math.ceil(training.rowCount / STUMP_ROWS));
  const rows = everyRow(training.rowCount).filter((row) => row % step === 0);
  return training.schema.columns.map((specification, column) =>
    specification.kind === "categorical"
      ? categoricalStump(training, column, rows)
      : numericStump(training, column, rows),
  );
}

/** Class that a stump gives a value. */
export function applyStump(training: LabelledTable, stump: Stump, value: number): number {
  const { kind, categories } = training.schema.columns[stump.column];
  if (kind === "numeric") return stump.classes[value <= stump.threshold ? 0 : 1];
  const known = Number.isInteger(value) && value >= 0 && value < categories.length;
  return stump.classes[known ? value : categories.length];
}

function categoricalStump(table: LabelledTable, column: number, rows: Uint32Array): Stump {
  const { categories } = table.schema.columns[column];
  const counts = Array.from({ length: categories.length + 1 }, () => new Uint32Array(table.classes.length));
  for (const row of rows) {
    const value = table.values[column][row];
    const known = Number.isInteger(value) && value >= 0 && value < categories.length;
    counts[known ? value : categories.length][table.labels[row]]++;
  }
  const fallback = largest(classCounts(table, rows));
  const classes = Int32Array.from(counts, (count) =>
    count.some((rowCount) => rowCount > 0) ? largest(count) : fallback,
  );
  const hits = counts.reduce((sum, count) => sum + count[largest(count)], 0);
  return { column, threshold: Number.NaN, classes, accuracy: hits / rows.length };
}

function numericStump(table: LabelledTable, column: number, rows: Uint32Array): Stump {
  const values = table.values[column];
  const order = rows.filter((row) => !Number.isNaN(values[row])).sort((a, b) => values[a] - values[b]);
  const left = new Uint32Array(table.classes.length);
  const right = classCounts(table, rows);
  const none = largest(right);
  const best: Stump = {
    column,
    threshold: Number.POSITIVE_INFINITY,
    classes: Int32Array.of(none, none),
    accuracy: right[none] / rows.length,
  };
  for (let index = 0; index < order.length; index++) {
    const label = table.labels[order[index]];
    left[label]++;
    right[label]--;
    const value = values[order[index]];
    if (index + 1 < order.length && values[order[index + 1]] === value) continue;
    const low = largest(left);
    const high = largest(right);
    const accuracy = (left[low] + right[high]) / rows.length;
    if (accuracy > best.accuracy)
      Object.assign(best, { threshold: value, classes: Int32Array.of(low, high), accuracy });
  }
  return best;
}

function ruleText(table: LabelledTable, stump: Stump): string {
  const { name, kind } = table.schema.columns[stump.column];
  if (kind === "categorical") return `majority class of each ${name}`;
  const [low, high] = stump.classes;
  return `${table.classes[low]} if ${name} <= ${stump.threshold}, else ${table.classes[high]}`;
}

function shareOf(table: LabelledTable, classOfRow: (row: number) => number): number {
  let hits = 0;
  for (let row = 0; row < table.rowCount; row++) if (classOfRow(row) === table.labels[row]) hits++;
  return table.rowCount === 0 ? 0 : hits / table.rowCount;
}

function classCounts(table: LabelledTable, rows: Uint32Array): Uint32Array {
  const counts = new Uint32Array(table.classes.length);
  for (const row of rows) counts[table.labels[row]]++;
  return counts;
}

function everyRow(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row);
}

/** Index of the largest number; ties go to the first. */
function largest(counts: Uint32Array): number {
  let best = 0;
  for (let index = 1; index < counts.length; index++) if (counts[index] > counts[best]) best = index;
  return best;
}
