// Rows that a model has scored, as its figures ask for them: with the classes of the rows, as attacks and others, and for
// models of the task "anomaly" as anomalies and others. Knows no figure.

import type { LabelledTable } from "../feature/table.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import { attackRanking } from "./attack.ts";
import type { Ranking } from "./ranking.ts";

/** A model's scores of the rows, and who they are. */
export interface ScoredRows {
  model: Model;
  /** Its classes begin with the model's; labels that were joined into classes are joined. */
  table: LabelledTable;
  /** Probabilities of the model's classes, row-major. */
  scores: Float64Array;
  isBenign: (className: string) => boolean;
  original: OriginalLabels;
}

/** What the rows are called where they come from, before labels are joined into classes. */
export interface OriginalLabels {
  names: readonly string[];
  /** Of each row, an index into `names`. */
  labels: Int32Array;
  isBenign: (name: string) => boolean;
  /** Whether training had rows of that name. */
  isSeen: (name: string) => boolean;
}

/** Whether training had rows of a class, as far as the manifest tells. */
export function isSeenBy({ classes, training, task, benignClasses }: ModelManifest, name: string): boolean {
  if (task === "anomaly") return benignClasses.includes(name);
  const index = classes.indexOf(name);
  return index >= 0 && training.classCounts[index] > 0;
}

/** The rows as the model tells them apart: probabilities as wide as the table's classes; anomalies as one class. */
export interface JudgedRows {
  classes: readonly string[];
  labels: Int32Array;
  probabilities: Float64Array;
}

export function judgedRows({ model, table, scores, isBenign }: ScoredRows): JudgedRows {
  const { classes, task } = model.manifest;
  if (task === "anomaly") {
    const labels = table.labels.map((label) => (isBenign(table.classes[label]) ? 0 : 1));
    return { classes, labels, probabilities: scores };
  }
  const { labels, rowCount } = table;
  return {
    classes: table.classes,
    labels,
    probabilities: widened(scores, rowCount, classes.length, table.classes.length),
  };
}

/** The same probabilities with zeros for classes that the model does not know. */
function widened(scored: Float64Array, rows: number, from: number, to: number): Float64Array {
  if (from === to) return scored;
  const wide = new Float64Array(rows * to);
  for (let row = 0; row < rows; row++) wide.set(scored.subarray(row * from, (row + 1) * from), row * to);
  return wide;
}

/** Summed probability of all classes that are attacks, of each row. */
export function attackScores({ classes, benignClasses }: ModelManifest, scores: Float64Array): Float64Array {
  const isAttack = classes.map((name) => !benignClasses.includes(name));
  const sums = new Float64Array(scores.length / classes.length);
  for (let row = 0, at = 0; row < sums.length; row++)
    for (let index = 0; index < isAttack.length; index++, at++) if (isAttack[index]) sums[row] += scores[at];
  return sums;
}

export function rankingOfAttacks({
  model,
  table,
  scores,
  isBenign,
}: Pick<ScoredRows, "model" | "table" | "scores" | "isBenign">): Ranking {
  const isAttack = table.classes.map((name) => (isBenign(name) ? 0 : 1));
  return attackRanking(
    attackScores(model.manifest, scores),
    Uint8Array.from(table.labels, (label) => isAttack[label]),
  );
}

/** The table as its baselines are judged on it: of anomalies, with two classes. */
export function judgedTable(
  model: Model,
  table: LabelledTable,
  isBenign: (name: string) => boolean,
): LabelledTable {
  const { task, classes } = model.manifest;
  if (task !== "anomaly") return table;
  return { ...table, classes, labels: table.labels.map((label) => (isBenign(table.classes[label]) ? 0 : 1)) };
}
