// The contract of a model: rows in, class probabilities out, and why. Knows no learner, no file and no clock.

import type { ColumnSpecification, FeatureTable } from "../feature/table.ts";

/** Facts about how a model came to be; shown on its card. All optional facts are absent, never invented. */
export interface TrainingFacts {
  learner: string;
  /** Every parameter of the learner with the value used. */
  parameters: Record<string, number | string | boolean>;
  seed: number;
  trainingRows: number;
  validationRows: number;
  /** Rows per class in the training table, in class order. */
  classCounts: number[];
  /** Number of boosting rounds, epochs or the like that were kept. */
  iterations: number;
  /** Named figures measured while training (e.g. "validationLogLoss"). */
  metrics: Record<string, number>;
}

/** Sections of the model card (Mitchell et al., Model Cards for Model Reporting, 2019), as plain Markdown. */
export interface ModelCard {
  title: string;
  sections: { heading: string; text: string }[];
}

export interface ModelManifest {
  /** Which kind decodes the body: "boosting", "forest", ... (src/model/decode.ts lists them). */
  kind: string;
  /** Present for models that only know benign rows: their classes are benign and "anomaly". */
  task?: "anomaly";
  formatVersion: number;
  schema: { id: string; fingerprint: string; columns: ColumnSpecification[] };
  /** Class names; probabilities come in this order. */
  classes: string[];
  /** Which classes are not attacks. Every other class is one. */
  benignClasses: string[];
  training: TrainingFacts;
  card: ModelCard;
}

/** How much one feature moved the score of the class it is given for. */
export interface Contribution {
  /** Index of the column in the schema. */
  column: number;
  /** Signed change of what is explained, on the scale of the explanation. */
  amount: number;
}

/**
 * What the sum of bias and contributions is. "log-odds": for two classes the log-odds of the class, for more a logarithm of
 * the probability up to a constant that all classes share. "probability": the probability itself.
 */
export type ExplanationScale = "log-odds" | "probability";

export interface Explanation {
  bias: number;
  scale: ExplanationScale;
  /** True when what is explained is the score before a calibration that no sum can follow. */
  uncalibrated?: true;
  /** Largest first. */
  contributions: Contribution[];
}

export interface Model {
  readonly manifest: ModelManifest;
  /** The whole model as bytes of the model-file format. The same model always gives the same bytes. */
  encode(): Uint8Array;
  /**
   * Scores rows held one after another.
   *
   * @param rows row-major values, `count × columns` numbers, NaN for missing
   * @param count number of rows
   * @param out receives `count × classes` probabilities, row-major; each row sums to 1
   */
  score(rows: Float64Array, count: number, out: Float64Array): void;
  /** Scores a column-major table; `out` as in `score`. */
  scoreTable(table: FeatureTable, out: Float64Array): void;
  /**
   * Explains one row's score for one class, quickly: additive contributions of the columns, largest first, at most `limit`
   * of them; all of them and the bias sum to the score on the scale given. For trees: the change of the expected value
   * along each decision path (Saabas 2014). For linear models and naive Bayes: exact. For others: seeded permutations
   * against a reference row (Štrumbelj and Kononenko 2014).
   */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation;
  /** How much each column matters to the model's scores over all: one share per column, summing to 1 (or all 0). */
  importance(): Float64Array;
  /** What the model can tell beside probabilities; absent where it was not fitted to. */
  readonly caution?: Caution;
}

/** A model's doubt: which classes a row may be of, and whether it is like nothing seen in training. */
export interface Caution {
  /** "conformal": by sets of classes (a row with an empty set is unknown). "density": by the density of the columns. */
  method: "conformal" | "density";
  /** Share of rows like those of training that is meant to be called known (density), or to have its class in the set. */
  coverage: number;
  /**
   * Marks rows that are like nothing seen in training: 1 unknown, 0 known.
   *
   * @param rows row-major values, as in `score`
   * @param probabilities what `score` gave for these rows
   */
  flagUnknown(rows: Float64Array, count: number, probabilities: Float64Array, out: Uint8Array): void;
  /** Conformal only: `count × classes` marks, 1 where a row may be of the class. */
  predictionSets?(count: number, probabilities: Float64Array, out: Uint8Array): void;
}
