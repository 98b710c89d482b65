// What a comparison of finished trainings says, for people and for a page. Plain values.

import type {
  ComparedFinding,
  EntryValues,
  FoldFacts,
  MetricFacts,
  ScoreFacts,
} from "./comparison-contract.ts";

export interface RunsComparison {
  /** As they were named. */
  runs: ComparedRun[];
  metrics: MetricFacts[];
  /** Settings that are not the same in all runs. */
  differing: string[];
  /** Why scores may not be comparable. */
  warnings: string[];
}

export interface ComparedRun {
  name: string;
  release: string;
  /** UTC, ISO 8601. */
  started: string;
  /** What it learnt from, as it was named. */
  rows: string[];
  learner: string;
  /** Parameters, steps and seed. */
  settings: EntryValues;
  data: { fingerprint: string; rows: number; columns: number; schema: string };
  folds?: FoldFacts;
  view?: "classes" | "attack";
  /** Id of the metric that it was chosen by. */
  chosenBy?: string;
  /** Empty where it was not judged. */
  scores: Record<string, ScoreFacts>;
  baselines: { name: string; scores: Record<string, ScoreFacts> }[];
  /** Of the last fit, on all rows. */
  fitMs: number;
  /** Microseconds a row. */
  scoreUs?: number;
  bytes: number;
  sha256: string;
  findings: ComparedFinding[];
}
