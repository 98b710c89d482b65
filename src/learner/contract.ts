// The contract of a learner: a labelled table and parameters in, a model out.
//
// Learners keep no data and no state between fits. The same table, parameters and seed give the same model, bit for
// bit, on any number of threads.

import type { LabelledTable } from "../feature/table.ts";
import type { Model } from "../model/contract.ts";

/** One parameter: its range, default and meaning. Feeds the command line, validation and documentation. */
export interface ParameterSpecification {
  name: string;
  type: "integer" | "number" | "boolean" | "choice" | "text";
  default: number | boolean | string;
  minimum?: number;
  maximum?: number;
  choices?: readonly string[];
  /** Of texts: the regular expression that the whole text must match, and what it says in words. */
  pattern?: string;
  form?: string;
  description: string;
  /** Where a search looks unless it is told otherwise; a parameter without it keeps its default. */
  search?: SearchRange;
}

/** Values to try, or a range to draw from; "log": every decade of it is as likely. */
export type SearchRange =
  | { values: readonly (number | boolean | string)[] }
  | { low: number; high: number; scale: "linear" | "log" };

/** The second class of every model of the task "anomaly". */
export const ANOMALY_CLASS = "anomaly";

export type ParameterValues = Record<string, number | boolean | string>;

export interface Progress {
  /** Iterations done and planned. */
  done: number;
  total: number;
  /** Figures of this iteration, e.g. { trainingLogLoss: 0.12, validationLogLoss: 0.15 }. */
  metrics: Record<string, number>;
}

/** WebAssembly that threads are to run: a module on a shared memory, and the export that each calls once. */
export interface ThreadTask {
  module: object;
  memory: object;
  /** Export to call as entry(argument, thread); threads are numbered from 1. It returns when the work is over. */
  entry: string;
  argument: number;
  threads: number;
}

/** Threads at work. */
export interface Crew {
  /** Resolves when the threads are gone. Their entry has been told to return before. */
  stop(): Promise<void>;
}

/** Threads that the host lends to a fit. They make it faster and never change what comes out. */
export interface Parallel {
  /** How many, beside the caller's own. */
  threads: number;
  start(task: ThreadTask): Crew;
}

export interface FitContext {
  seed: number;
  /** Threads to use beside the caller's own; none unless given. */
  parallel?: Parallel;
  /** Called now and then; may be awaited between iterations. */
  onProgress?: (progress: Progress) => void | Promise<void>;
  /** Asked between iterations; true stops the fit, which then throws `cancelled`. */
  isCancelled?: () => boolean;
  /** Which classes are not attacks; kept in the manifest. */
  benignClasses?: string[];
  /** Weight of each class, in class order; overrides the learner's own balancing. */
  classWeights?: number[];
  /** Rows of another table to stop early on; otherwise a seeded, stratified share of the training rows. */
  validation?: LabelledTable;
}

export interface Learner {
  readonly id: string;
  /**
   * What the learner's models tell. "classification": the classes of the table, each from its rows. "anomaly": only rows of
   * the context's benign classes are learnt from (all rows where the table has none); the model's two classes are
   * benign and "anomaly" (see ANOMALY_CLASS), whatever else the table names.
   */
  readonly task: "classification" | "anomaly";
  readonly description: string;
  readonly parameters: readonly ParameterSpecification[];
  fit(table: LabelledTable, parameters: ParameterValues, context: FitContext): Promise<Model>;
}
