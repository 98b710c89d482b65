// From probabilities to verdicts: class, probability, margin, attack or not, and the reasons.
//
// What it guarantees: class and attack agree (an attack verdict names an attack class), the same rows give the same
// verdicts in any batching, and a reason names the raw value that the model saw. What it must not know: files,
// clocks, terminals, and how the model came to its probabilities.

import { OrbweaverError } from "../base/errors.ts";
import type { RowBatch } from "../feature/row.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import { valueText } from "./measure-text.ts";

/** Summed probability of the attack classes from which a flow is called an attack, unless another is given. */
export const THRESHOLD_DEFAULT = 0.5;

/** How much one feature moved the score of the class that was given. */
export interface Reason {
  /** Name of the column. */
  feature: string;
  /** What the model saw: a number, the name of a category, or null when missing. */
  value: number | string | null;
  unit: string;
  /** Signed change of the class's raw score (log-odds for trees). */
  amount: number;
  /** "source_destinations_short = 812 connections (+3.1)" */
  text: string;
}

export interface JudgeOptions {
  model: Model;
  /** Summed attack probability from which a flow is an attack, 0 < threshold <= 1. */
  threshold?: number;
  /** Rows judged at once at the most. */
  batchRows?: number;
}

/**
 * Judges batches of rows. The arrays hold the verdicts of the batch judged last, one per row, and are reused.
 */
export class Judge {
  readonly manifest: ModelManifest;
  readonly threshold: number;
  /** 1 for every class that is an attack, in class order. */
  readonly isAttackClass: Uint8Array;
  /** Index of the class given. */
  readonly classIndex: Int32Array;
  /** Probability of that class. */
  readonly probability: Float64Array;
  /** That probability minus the largest other one; negative where the threshold overruled the likeliest class. */
  readonly margin: Float64Array;
  /** Summed probability of all attack classes. */
  readonly attackProbability: Float64Array;
  /** 1 for an attack. */
  readonly attack: Uint8Array;
  /** Probabilities of all classes, row-major. */
  readonly probabilities: Float64Array;
  readonly #model: Model;

  constructor(options: JudgeOptions) {
    const manifest = options.model.manifest;
    const rows = options.batchRows ?? 1024;
    this.#model = options.model;
    this.manifest = manifest;
    this.threshold = checkedThreshold(options.threshold ?? THRESHOLD_DEFAULT);
    const benign = new Set(manifest.benignClasses);
    this.isAttackClass = Uint8Array.from(manifest.classes, (name) => (benign.has(name) ? 0 : 1));
    this.classIndex = new Int32Array(rows);
    this.probability = new Float64Array(rows);
    this.margin = new Float64Array(rows);
    this.attackProbability = new Float64Array(rows);
    this.attack = new Uint8Array(rows);
    this.probabilities = new Float64Array(rows * manifest.classes.length);
  }

  /** Judges the rows of a batch of the model's schema. */
  judge(batch: Pick<RowBatch, "values" | "count">): void {
    this.#model.score(batch.values, batch.count, this.probabilities);
    for (let row = 0; row < batch.count; row++) this.#decide(row);
  }

  /** Name of the class given to a row. */
  className(row: number): string {
    return this.manifest.classes[this.classIndex[row]];
  }

  /** Why a row of the batch judged last got its class: the features that moved its score most, largest first. */
  reasons(batch: Pick<RowBatch, "values" | "columnCount">, row: number, limit: number): Reason[] {
    if (limit <= 0) return [];
    const values = batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount);
    const { contributions } = this.#model.explain(values, this.classIndex[row], limit);
    const columns = this.manifest.schema.columns;
    return contributions.map(({ column, amount }) => reason(columns[column], values[column], amount));
  }

  #decide(row: number): void {
    const attacks = this.isAttackClass;
    const count = attacks.length;
    const first = row * count;
    let attackProbability = 0;
    let bestAttack = -1;
    let bestBenign = -1;
    for (let index = 0; index < count; index++) {
      const probability = this.probabilities[first + index];
      if (attacks[index] === 1) {
        attackProbability += probability;
        if (bestAttack < 0 || probability > this.probabilities[first + bestAttack]) bestAttack = index;
      } else if (bestBenign < 0 || probability > this.probabilities[first + bestBenign]) bestBenign = index;
    }
    const attack = bestAttack >= 0 && (bestBenign < 0 || attackProbability >= this.threshold);
    const given = attack ? bestAttack : bestBenign;
    const probability = this.probabilities[first + given];
    this.attack[row] = attack ? 1 : 0;
    this.attackProbability[row] = attackProbability;
    this.classIndex[row] = given;
    this.probability[row] = probability;
    this.margin[row] = probability - this.#largestOther(first, count, given);
  }

  #largestOther(first: number, count: number, given: number): number {
    let largest = 0;
    for (let index = 0; index < count; index++) {
      if (index !== given) largest = Math.max(largest, this.probabilities[first + index]);
    }
    return largest;
  }
}

function reason(column: ColumnSpecification, value: number, amount: number): Reason {
  const shown = valueText(column, value);
  const category = column.kind === "categorical" ? (column.categories[value] ?? null) : value;
  return {
    feature: column.name,
    value: Number.isNaN(value) ? null : category,
    unit: column.unit,
    amount,
    text: `${column.name} = ${shown} (${amount < 0 ? "" : "+"}${amount.toFixed(1)})`,
  };
}

function checkedThreshold(threshold: number): number {
  if (threshold > 0 && threshold <= 1) return threshold;
  throw new OrbweaverError(
    "parameter-invalid",
    `threshold is ${threshold}, expected a probability above 0 and up to 1`,
    { hint: "Give the summed attack probability from which a flow is an attack, such as 0.5 or 0.9." },
  );
}
