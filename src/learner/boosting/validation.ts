// Rows kept aside to know when to stop: their scores are carried along as trees are added.

import { Random } from "../../base/random.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { addTree } from "../../model/kinds/boosting.ts";
import { categoryCountsOf, type Ensemble } from "../../model/trees.ts";
import { rowLoss } from "./gradients.ts";

/** Rows of a table, parted. */
export interface Parted {
  training: Int32Array;
  validation: Int32Array;
}

/**
 * Parts a table: the given share of every class, rounded down, by chance for the seed, for validation. Both parts keep
 * the table's order.
 */
export function partStratified(
  labels: Int32Array,
  rowCount: number,
  classes: number,
  share: number,
  seed: number,
): Parted {
  const rowsOfClass: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < rowCount; row++) rowsOfClass[labels[row]].push(row);
  const kept = new Uint8Array(rowCount);
  const random = new Random(seed);
  for (const rows of rowsOfClass) {
    const wanted = Math.floor(rows.length * share);
    random.shuffle(rows);
    for (const row of rows.slice(0, wanted)) kept[row] = 1;
  }
  const all = Int32Array.from({ length: rowCount }, (_, row) => row);
  return { training: all.filter((row) => kept[row] === 0), validation: all.filter((row) => kept[row] === 1) };
}

export class ValidationRows {
  readonly count: number;
  readonly #rows: Float64Array;
  readonly #labels: Int32Array;
  readonly #weights: Float64Array;
  readonly #columnCount: number;
  readonly #categoryCounts: Int32Array;
  readonly #raw: Float64Array;
  readonly #outputs: number;
  readonly #totalWeight: number;

  /** `labelOf` maps a class to its index among the active ones; rows of other classes are left out. */
  constructor(
    table: LabelledTable,
    rows: Int32Array,
    labelOf: Int32Array,
    classWeights: Float64Array,
    baseline: Float64Array,
  ) {
    const usable = rows.filter((row) => labelOf[table.labels[row]] >= 0);
    const columns = table.schema.columns.length;
    this.count = usable.length;
    this.#columnCount = columns;
    this.#categoryCounts = categoryCountsOf(table.schema.columns);
    this.#rows = new Float64Array(usable.length * columns);
    table.values.forEach((values, column) => {
      for (let index = 0; index < usable.length; index++)
        this.#rows[index * columns + column] = values[usable[index]];
    });
    this.#labels = Int32Array.from(usable, (row) => labelOf[table.labels[row]]);
    this.#weights = Float64Array.from(this.#labels, (label) => classWeights[label]);
    this.#totalWeight = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#outputs = baseline.length;
    this.#raw = new Float64Array(usable.length * this.#outputs);
    for (let index = 0; index < this.#raw.length; index++) this.#raw[index] = baseline[index % this.#outputs];
  }

  /** Adds the trees from `first` on; returns the mean weighted log loss. */
  add(ensemble: Ensemble, first: number): number {
    for (let tree = first; tree < ensemble.treeCount; tree++) {
      addTree(ensemble, tree, this.#rows, 0, this.#columnCount, this.count, this.#raw, this.#categoryCounts);
    }
    let sum = 0;
    for (let row = 0; row < this.count; row++) {
      sum +=
        this.#weights[row] * rowLoss(this.#raw, row * this.#outputs, 1, this.#outputs, this.#labels[row]);
    }
    return sum / this.#totalWeight;
  }
}
