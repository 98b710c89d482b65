// What the page of an explanation shows. The use case that explains gives it; nothing here knows a model.

export interface ExplainedColumn {
  column: string;
  /** The value in words: "812 packets". */
  text: string;
  /** Signed, on the scale of the explanation. */
  amount: number;
}

export interface ExplainedRow {
  /** Number of the row, from 1. */
  row: number;
  truth?: string;
  verdict: { class: string; probability: number; attack: boolean; unknown?: true };
  class: string;
  probability: number;
  scale: string;
  uncalibrated?: true;
  bias: number;
  contributions: readonly ExplainedColumn[];
  others: { columns: number; amount: number };
  sum: number;
  decisions?: ExplainedDecisions;
}

export interface ExplainedDecisions {
  scale: string;
  trees: number;
  paths: readonly {
    tree: number;
    before: number;
    decisions: readonly { question: string; value: string; answer: string; after: number; rows: number }[];
    after: number;
  }[];
}

export interface ExplainedModel {
  rows: number;
  scale: string;
  columns: readonly { column: string; share: number }[];
  classes: readonly {
    class: string;
    columns: readonly { column: string; meanSize: number; mean: number }[];
  }[];
}

/** Values and amounts of the sampled rows for the columns that matter most to a class. */
export interface ExplainedSwarm {
  class: string;
  columns: readonly ExplainedSwarmColumn[];
}

export interface ExplainedSwarmColumn {
  column: string;
  values: Float64Array;
  amounts: Float64Array;
  /** Values are codes, which have no order. */
  isCategorical: boolean;
}

export interface ExplanationReport {
  /** Name of the model. */
  name: string;
  facts: readonly (readonly [name: string, value: string])[];
  /** How the amounts were computed, as a sentence. */
  how: string;
  rows: readonly ExplainedRow[];
  overall?: ExplainedModel;
  swarms: readonly ExplainedSwarm[];
  own: readonly { column: string; share: number }[];
}
