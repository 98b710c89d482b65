// What every fit begins and ends with: which rows are kept aside, which classes occur, what they weigh, and the manifest.

import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { ModelManifest, TrainingFacts } from "../model/contract.ts";
import type { FitContext } from "./contract.ts";

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
  const all = Int32Array.from({ length: rowCount }, (_, row) => row);
  if (share === 0) return { training: all, validation: new Int32Array(0) };
  const rowsOfClass: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < rowCount; row++) rowsOfClass[labels[row]].push(row);
  const kept = new Uint8Array(rowCount);
  const random = new Random(seed);
  for (const rows of rowsOfClass) {
    const wanted = Math.floor(rows.length * share);
    random.shuffle(rows);
    for (const row of rows.slice(0, wanted)) kept[row] = 1;
  }
  return { training: all.filter((row) => kept[row] === 0), validation: all.filter((row) => kept[row] === 1) };
}

export interface ActiveClasses {
  /** Indices of the classes that occur in the training rows, ascending. */
  active: Int32Array;
  /** Index among the active ones of every class; -1 for others. */
  labelOf: Int32Array;
  /** Training rows of each active class. */
  counts: number[];
}

/** The classes of the given rows of a table. */
export function activeClassesOf(table: LabelledTable, rows: Int32Array): ActiveClasses {
  const counts = new Array<number>(table.classes.length).fill(0);
  const { labels } = table;
  for (let index = 0; index < rows.length; index++) counts[labels[rows[index]]]++;
  const active = Int32Array.from(counts.keys()).filter((index) => counts[index] > 0);
  const labelOf = new Int32Array(table.classes.length).fill(-1);
  active.forEach((index, label) => {
    labelOf[index] = label;
  });
  return { active, labelOf, counts: Array.from(active, (index) => counts[index]) };
}

/**
 * Weight of each active class: what the context says, or all 1, or with `balanced` inverse to the class's rows
 * (rows / (classes × rows of the class), as scikit-learn's "balanced").
 *
 * Throws `parameter-invalid` when the context's weights are not one number above 0 for each class of the table.
 */
export function classWeightsOf(
  table: LabelledTable,
  balanced: boolean,
  context: FitContext,
  { active, counts }: ActiveClasses,
): Float64Array {
  const explicit = context.classWeights;
  if (explicit) {
    const valid =
      explicit.length === table.classes.length && explicit.every((weight) => weight > 0 && weight <= 1e9);
    if (valid) return Float64Array.from(active, (index) => explicit[index]);
    throw new OrbweaverError(
      "parameter-invalid",
      `class weights are [${explicit.slice(0, 8).join(", ")}], expected ${table.classes.length} numbers above 0`,
    );
  }
  if (!balanced) return new Float64Array(active.length).fill(1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) => total / (counts.length * count));
}

/** What a learner tells of its fit, beside what the table and the context tell. */
export interface FitFacts extends Omit<TrainingFacts, "seed"> {
  kind: string;
  formatVersion: number;
  /** First part of the card's title, such as "Boosted trees". */
  title: string;
  /** Of models of the task "anomaly": what takes the place of the table's classes; `classCounts` is in its order. */
  anomaly?: { classes: [benign: string, anomaly: string] };
}

/** The manifest of a model fitted on a table. Copies what it takes. */
export function manifestOf(table: LabelledTable, context: FitContext, facts: FitFacts): ModelManifest {
  const { id, fingerprint, columns } = table.schema;
  const benign = context.benignClasses ?? [];
  const { kind, formatVersion, title, anomaly, ...training } = facts;
  return {
    kind,
    ...(anomaly && { task: "anomaly" }),
    formatVersion,
    schema: {
      id,
      fingerprint,
      columns: columns.map((column) => ({
        name: column.name,
        kind: column.kind,
        unit: column.unit,
        categories: [...column.categories],
        description: column.description,
      })),
    },
    classes: [...(anomaly?.classes ?? table.classes)],
    benignClasses: anomaly ? [anomaly.classes[0]] : table.classes.filter((name) => benign.includes(name)),
    training: {
      learner: training.learner,
      parameters: training.parameters,
      seed: context.seed,
      trainingRows: training.trainingRows,
      validationRows: training.validationRows,
      classCounts: training.classCounts,
      iterations: training.iterations,
      metrics: training.metrics,
    },
    card: { title: `${title} over schema ${id}`, sections: [] },
  };
}

/** Throws `cancelled`, saying what was done until then, when the one who asked for the fit has asked it to stop. */
export function heedCancel(context: FitContext, done: () => string): void {
  if (context.isCancelled?.())
    throw new OrbweaverError("cancelled", `training was cancelled after ${done()}`);
}
