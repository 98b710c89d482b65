// What a model that knows its doubt says of rows: how many it calls unknown, how right it is on the rest, and how often its
// sets of classes hold the true one.

import type { LabelledTable } from "../feature/table.ts";
import type { Caution, ModelManifest } from "../model/contract.ts";
import { shareInterval } from "./intervals.ts";
import { predictedClasses } from "./metrics.ts";
import type { FigureInterval } from "./resampling.ts";
import type { JudgedRows, OriginalLabels, ScoredRows } from "./scored-rows.ts";

/** What a model that knows its doubt said. */
export interface DoubtFigures {
  method: Caution["method"];
  /** What it was fitted for; see Caution. */
  meantCoverage: number;
  unknownRows: number;
  /** Of each label of the rows: how many are called unknown. */
  unknown: { name: string; isSeen: boolean; rows: number; unknown: number; rate: number }[];
  /** Over the rows that are not called unknown. */
  known: { rows: number; accuracy: number; interval: FigureInterval };
  /** Conformal only. */
  sets?: {
    /** Share of the rows of classes seen in training whose class is in their set. */
    coverage: number;
    interval: FigureInterval;
    /** Of each class seen in training. */
    perClass: { name: string; rows: number; coverage: number }[];
    meanSize: number;
    /** Rows with no class, one class and several classes in their set. */
    empty: number;
    single: number;
    several: number;
  };
}

/** Rows asked at once. */
const ROWS_AT_ONCE = 1 << 14;

/** What the model says of its doubt about the rows; undefined where it cannot. */
export async function doubtOf(
  { model, table, scores, original }: ScoredRows,
  judged: JudgedRows,
  confidence: number,
  pause: () => Promise<void>,
): Promise<DoubtFigures | undefined> {
  const { caution, manifest } = model;
  if (caution === undefined) return undefined;
  const called = predictedClasses(judged.classes.length, judged.probabilities);
  const classes = manifest.classes.length;
  const doubt = new DoubtTally(original, table, manifest);
  for (let start = 0; start < table.rowCount; start += ROWS_AT_ONCE) {
    await pause();
    const count = Math.min(ROWS_AT_ONCE, table.rowCount - start);
    const probabilities = scores.subarray(start * classes, (start + count) * classes);
    const unknown = new Uint8Array(count);
    caution.flagUnknown(rowMajor(table, start, start + count), count, probabilities, unknown);
    for (let at = 0; at < count; at++)
      doubt.take(start + at, unknown[at] === 1, called[start + at] === judged.labels[start + at]);
    if (caution.predictionSets === undefined) continue;
    const sets = new Uint8Array(count * classes);
    caution.predictionSets(count, probabilities, sets);
    for (let at = 0; at < count; at++)
      doubt.takeSet(start + at, sets.subarray(at * classes, (at + 1) * classes));
  }
  return doubt.figures(caution, confidence);
}

function rowMajor({ values }: LabelledTable, start: number, end: number): Float64Array {
  const rows = new Float64Array((end - start) * values.length);
  values.forEach((column, index) => {
    for (let row = start; row < end; row++) rows[(row - start) * values.length + index] = column[row];
  });
  return rows;
}

class DoubtTally {
  readonly #original: OriginalLabels;
  readonly #table: LabelledTable;
  readonly #manifest: ModelManifest;
  /** By original label. */
  readonly #rows: Float64Array;
  readonly #unknown: Float64Array;
  /** By class: rows with a set, and those whose set holds the class. */
  readonly #setRows: Float64Array;
  readonly #covered: Float64Array;
  #known = 0;
  #right = 0;
  readonly #sizes = { empty: 0, single: 0, several: 0, sum: 0 };

  constructor(original: OriginalLabels, table: LabelledTable, manifest: ModelManifest) {
    this.#original = original;
    this.#table = table;
    this.#manifest = manifest;
    this.#rows = new Float64Array(original.names.length);
    this.#unknown = new Float64Array(original.names.length);
    this.#setRows = new Float64Array(table.classes.length);
    this.#covered = new Float64Array(table.classes.length);
  }

  take(row: number, isUnknown: boolean, isRight: boolean): void {
    const label = this.#original.labels[row];
    this.#rows[label]++;
    if (isUnknown) {
      this.#unknown[label]++;
      return;
    }
    this.#known++;
    if (isRight) this.#right++;
  }

  takeSet(row: number, set: Uint8Array): void {
    const size = set.reduce((sum, mark) => sum + mark, 0);
    this.#sizes.sum += size;
    this.#sizes[size === 0 ? "empty" : size === 1 ? "single" : "several"]++;
    const label = this.#table.labels[row];
    // Sets are only promised for rows like those of training.
    if (!this.#original.isSeen(this.#original.names[this.#original.labels[row]])) return;
    this.#setRows[label]++;
    if (label < set.length && set[label] === 1) this.#covered[label]++;
  }

  figures({ method, coverage, predictionSets }: Caution, confidence: number): DoubtFigures {
    const { names, isSeen } = this.#original;
    const occurring = [...names.keys()].filter((index) => this.#rows[index] > 0);
    return {
      method,
      meantCoverage: coverage,
      unknownRows: this.#unknown.reduce((sum, rows) => sum + rows, 0),
      unknown: occurring.map((index) => ({
        name: names[index],
        isSeen: isSeen(names[index]),
        rows: this.#rows[index],
        unknown: this.#unknown[index],
        rate: this.#unknown[index] / this.#rows[index],
      })),
      known: {
        rows: this.#known,
        accuracy: this.#right / this.#known,
        interval: shareInterval(this.#right, this.#known, confidence),
      },
      ...(predictionSets === undefined ? {} : { sets: this.#setFigures(confidence) }),
    };
  }

  #setFigures(confidence: number): NonNullable<DoubtFigures["sets"]> {
    const { classes } = this.#manifest;
    const rows = this.#setRows.reduce((sum, count) => sum + count, 0);
    const covered = this.#covered.reduce((sum, count) => sum + count, 0);
    const { sum, ...sizes } = this.#sizes;
    return {
      coverage: covered / rows,
      interval: shareInterval(covered, rows, confidence),
      perClass: classes.flatMap((name, index) =>
        this.#setRows[index] === 0
          ? []
          : [{ name, rows: this.#setRows[index], coverage: this.#covered[index] / this.#setRows[index] }],
      ),
      meanSize: sum / Math.max(1, this.#table.rowCount),
      ...sizes,
    };
  }
}
