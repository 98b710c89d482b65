// Rows kept aside to know when to stop: their scores are carried along as trees are added.

import type { LabelledTable } from "../../feature/table.ts";
import { addTree } from "../../model/kinds/boosting.ts";
import { categoryCountsOf, type Ensemble } from "../../model/trees.ts";
import type { BoostingWorkspace } from "./kernels.ts";

export class ValidationRows {
  readonly count: number;
  readonly #workspace: BoostingWorkspace;
  readonly #rows: Float64Array;
  readonly #columnCount: number;
  readonly #categoryCounts: Int32Array;
  readonly #outputs: number;
  readonly #totalWeight: number;
  /** Addresses; raw scores lie row after row. */
  readonly #labels: number;
  readonly #weights: number;
  readonly #raw: number;

  /** `labelOf` maps a class to its index among the active ones; rows of other classes are left out. */
  constructor(
    workspace: BoostingWorkspace,
    table: LabelledTable,
    rows: Int32Array,
    labelOf: Int32Array,
    classWeights: Float64Array,
    baseline: Float64Array,
  ) {
    const usable = rows.filter((row) => labelOf[table.labels[row]] >= 0);
    const columns = table.schema.columns.length;
    const outputs = baseline.length;
    this.count = usable.length;
    this.#workspace = workspace;
    this.#columnCount = columns;
    this.#outputs = outputs;
    this.#categoryCounts = categoryCountsOf(table.schema.columns);
    this.#rows = new Float64Array(usable.length * columns);
    table.values.forEach((values, column) => {
      for (let index = 0; index < usable.length; index++)
        this.#rows[index * columns + column] = values[usable[index]];
    });
    const labels = Float64Array.from(usable, (row) => labelOf[table.labels[row]]);
    const weights = labels.map((label) => classWeights[label]);
    this.#totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
    this.#labels = this.#keep(labels);
    this.#weights = this.#keep(weights);
    this.#raw = this.#keep(
      Float64Array.from({ length: usable.length * outputs }, (_, index) => baseline[index % outputs]),
    );
  }

  /** Adds the trees from `first` on; returns the mean weighted log loss. */
  add(ensemble: Ensemble, first: number): number {
    const outputs = this.#outputs;
    const raw = this.#workspace.numbersAt(this.#raw, this.count * outputs);
    for (let tree = first; tree < ensemble.treeCount; tree++) {
      addTree(ensemble, tree, this.#rows, 0, this.#columnCount, this.count, raw, this.#categoryCounts);
    }
    const { kernels } = this.#workspace;
    const sum = kernels.logLoss(
      this.#raw,
      8,
      outputs * 8,
      outputs,
      this.#labels,
      this.#weights,
      this.count,
      1,
    );
    return sum / this.#totalWeight;
  }

  #keep(numbers: Float64Array): number {
    const at = this.#workspace.take(numbers.byteLength);
    this.#workspace.numbersAt(at, numbers.length).set(numbers);
    return at;
  }
}
