// What a registry keeps: runs, what came of them, and the versions of models with their aliases. Small facts are documents; what is
// large - model files, curves, comparisons - are objects that documents name.

/** What was done. */
export type RunKind = "train" | "evaluate";
export const RUN_KINDS: readonly RunKind[] = ["train", "evaluate"];

export type RunState = "running" | "finished" | "failed" | "cancelled" | "interrupted";

/** Bytes that a run left, by name: "model", "record", "progress", "evaluation". */
export interface Artefact {
  name: string;
  /** SHA-256. */
  object: string;
  bytes: number;
  /** Media type. */
  type: string;
}

export interface SchemaFacts {
  id: string;
  fingerprint: string;
  columns: number;
}

export interface RunFacts {
  kind: RunKind;
  /** Of Orbweaver. */
  release: string;
  /** Names of rows as they were given. */
  rows: string[];
  /** Options that were given, by name. */
  options: Record<string, string | number | boolean | string[]>;
  /** Name of the user, where one is known. */
  by?: string;
  /** The model that is made or judged, as it is called: a file, or a reference. */
  model?: string;
  /** Digest of the model file. */
  modelObject?: string;
  learner?: string;
  seed?: number;
}

/** What is known when a run ended well; all of it may be told earlier. */
export interface RunOutcome {
  parameters?: Record<string, string | number | boolean>;
  /** The figures that runs are compared by. */
  metrics?: Record<string, number>;
  schema?: SchemaFacts;
  data?: { fingerprint: string; rows: number; classes: { name: string; rows: number }[] };
  /** Findings of the audit by severity. */
  findings?: Record<string, number>;
  iterations?: number;
  learner?: string;
  modelObject?: string;
  artefacts?: Artefact[];
}

export interface Run extends RunFacts, RunOutcome {
  id: string;
  state: RunState;
  /** Moments in UTC, ISO 8601. */
  started: string;
  ended?: string;
  elapsedMs?: number;
  failure?: { code: string; message: string };
  /** The process that works on it, while it runs. */
  process?: { pid: number; started: string; space: string };
}

/** A version of a model. */
export interface ModelVersion {
  name: string;
  /** From 1. */
  version: number;
  created: string;
  /** SHA-256 of the model file. */
  object: string;
  bytes: number;
  /** Run that made it. */
  run?: string;
  /** File that it was registered from. */
  source?: string;
  by?: string;
  schema: SchemaFacts;
  classes: string[];
  benignClasses: string[];
  learner: string;
  /** Summary of how good it is. */
  metrics: Record<string, number>;
}

export interface AliasChange {
  /** Undefined where the alias was taken away. */
  version?: number;
  at: string;
  by?: string;
  how: "promote" | "roll back" | "remove";
}

export interface Alias {
  version: number;
  /** Versions that it named before, newest last: what rolling back goes to. */
  before: number[];
}

/** A name with its versions. */
export interface ModelName {
  name: string;
  created: string;
  /** Newest number that was ever given. */
  newest: number;
  /** Numbers that are there, ascending. */
  versions: number[];
  aliases: Record<string, Alias>;
  /** What happened to aliases, oldest first; the oldest are forgotten where they are many. */
  history: (AliasChange & { alias: string })[];
}

/** Alias that a name alone means. */
export const CHAMPION = "champion";

/** Collections of the store. */
export const RUNS = "runs";
export const MODELS = "models";
export const VERSIONS = "versions";
