// Runs, their records and evaluations as the server tells them: the members that the console shows. What JSON cannot say (no
// number, infinite) comes as null.

export type Figure = number | null;

export interface Interval {
  low: Figure;
  high: Figure;
}

export interface Artefact {
  name: string;
  bytes: number;
  type: string;
}

export interface Run {
  id: string;
  kind: "train" | "evaluate";
  state: "running" | "finished" | "failed" | "cancelled" | "interrupted";
  started: string;
  ended?: string;
  elapsedMs?: number;
  release: string;
  rows: string[];
  options: Record<string, string | number | boolean | string[]>;
  by?: string;
  model?: string;
  modelObject?: string;
  learner?: string;
  seed?: number;
  parameters?: Record<string, string | number | boolean>;
  metrics?: Record<string, number>;
  schema?: { id: string; fingerprint: string; columns: number };
  data?: { fingerprint: string; rows: number; classes: { name: string; rows: number }[] };
  findings?: Record<string, number>;
  iterations?: number;
  artefacts?: Artefact[];
  failure?: { code: string; message: string };
}

export interface ModelVersion {
  name: string;
  version: number;
  created: string;
  object: string;
  bytes: number;
  run?: string;
  source?: string;
  by?: string;
  learner: string;
  classes: string[];
  benignClasses: string[];
  metrics: Record<string, number>;
  schema: { id: string; fingerprint: string; columns: number };
}

export interface Finding {
  code: string;
  severity: "info" | "warning" | "error";
  message: string;
}

export interface Score extends Interval {
  mean: Figure;
  folds: Figure[];
}

export interface Entry {
  name: string;
  kind: "candidate" | "baseline";
  learner?: string;
  rule?: string;
  scores: Record<string, Score>;
  difference?: { mean: Figure } & Interval;
  fitMs: number;
  scoreUs: number;
  bytes: number;
  failure?: string;
}

export interface MetricFacts {
  id: string;
  title: string;
  greaterIsBetter: boolean;
}

export interface Comparison {
  metric: MetricFacts;
  metrics: MetricFacts[];
  view: "classes" | "attack";
  folds: { method: string; count: number; by?: string };
  entries: Entry[];
  best?: string;
  remarks: string[];
}

/** The record of a training. */
export interface TrainingRecord {
  learner: string;
  parameters: Record<string, string | number | boolean>;
  steps: { select?: string; calibrate?: string; unknown?: string };
  seed: number;
  comparison?: Comparison;
  fit: { elapsedMs: number; progress: { done: number; metrics: Record<string, number> }[] };
  findings: Finding[];
}

export interface ThresholdPoint {
  threshold: Figure;
  detectionRate: number;
  falseAlarmRate: number;
  precision: number;
}

export interface CalibrationBin {
  said: number;
  found: number;
  rows: number;
}

export interface Calibration {
  bins: CalibrationBin[];
  expectedError: Figure;
  maximumError: Figure;
}

export interface Curves {
  rocAuc: Figure;
  prAuc: Figure;
  roc: ThresholdPoint[];
  precisionRecall: ThresholdPoint[];
  calibration: Calibration;
}

export interface ClassReport {
  name: string;
  precision: Figure;
  recall: Figure;
  f1: Figure;
  falsePositiveRate: Figure;
  support: number;
  predicted: number;
  rocAuc: Figure;
  prAuc: Figure;
}

export interface Baseline {
  id: string;
  rule: string;
  metrics: Record<string, Figure>;
  attack?: { detectionRate: Figure; falseAlarmRate: Figure };
}

/** What an evaluation recorded. */
export interface Evaluation {
  model: { title: string; learner: string; classes: string[]; benignClasses: string[]; trainingRows: number };
  metrics: Record<string, Figure> & {
    classes: string[];
    confusion: number[][];
    perClass: ClassReport[];
  };
  intervals: { confidence: number; [name: string]: unknown };
  attack: {
    threshold: number;
    attacks: number;
    benign: number;
    detectionRate: Figure;
    falseAlarmRate: Figure;
    precision: Figure;
    rocAuc: Figure;
    prAuc: Figure;
    intervals: Record<string, Interval>;
  };
  detection: {
    name: string;
    isAttack: boolean;
    isSeen: boolean;
    rows: number;
    flagged: number;
    rate: Figure;
    interval: Interval;
  }[];
  curves: {
    attack: Curves & { thresholds: ThresholdPoint[] };
    classes: (Curves & { name: string })[];
  };
  baselines: Baseline[];
  importance: { column: string; share: number }[];
  timing: { rows: number; microsecondsPerRow: number };
  audit?: { findings: Finding[] };
  remarks: string[];
}
