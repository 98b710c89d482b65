// What a comparison of learners says: one entry for each candidate and baseline, measured on the same folds. Plain values,
// ready for JSON, for a run's record, and for a page.

import type { FoldInterval } from "../evaluate/fold-interval.ts";

export type EntryValues = Record<string, number | string | boolean>;

export interface Comparison {
  /** What the best was chosen by. */
  metric: MetricFacts;
  /** Every figure that was measured, in order of the table of metrics. */
  metrics: MetricFacts[];
  /** "attack": all entries were judged by whether a row is an attack, since some know nothing else. */
  view: "classes" | "attack";
  rows: number;
  folds: FoldFacts;
  search?: SearchFacts;
  /** Candidates best first, then baselines. */
  entries: ComparedEntry[];
  /** Name of the best candidate; absent when none was measured. */
  best?: string;
  /** True when the user stopped it: what was measured until then stands here. */
  cancelled: boolean;
  findings: ComparedFinding[];
  /** What should be known beside the figures. */
  remarks: string[];
}

export interface MetricFacts {
  id: string;
  title: string;
  greaterIsBetter: boolean;
}

export interface FoldFacts {
  method: "stratified" | "groups" | "time" | "holdout";
  count: number;
  /** The column that rows were grouped or ordered by. */
  by?: string;
  /** Test rows / training rows of a fold, on average: the correction of the intervals. */
  testShare: number;
}

export interface SearchFacts {
  method: "grid" | "random" | "halving";
  candidates: number;
  /** Of halving: rows and candidates of each round. */
  rounds?: { rows: number; candidates: number }[];
}

export interface ComparedEntry {
  /** "boosting", or with several of a learner "boosting 3"; of baselines what it does. */
  name: string;
  kind: "candidate" | "baseline";
  learner?: string;
  /** Every parameter. */
  parameters?: EntryValues;
  /** Those that were set or searched. */
  varied?: string[];
  /** What a baseline is, in words. */
  rule?: string;
  /** Folds that were measured. */
  folds: number;
  /** Rows that were dealt into folds, and the round of halving from 1, where not all rows were. */
  rows: number;
  round?: number;
  scores: Record<string, ScoreFacts>;
  /** Difference of the metric to the best entry on the same folds; absent for the best and where rounds differ. */
  difference?: FoldInterval;
  /** Milliseconds of one fit, microseconds of scoring one row of many, bytes of the model: means over folds. */
  fitMs: number;
  scoreUs: number;
  bytes: number;
  /** Why it could not be measured. */
  failure?: string;
}

export interface ScoreFacts extends FoldInterval {
  /** One for each fold that was measured. */
  folds: number[];
}

export interface ComparedFinding {
  code: string;
  severity: "info" | "warning" | "error";
  message: string;
}
