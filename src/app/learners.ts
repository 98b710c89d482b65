// The learners there are and what can be set, for help and forms. Loads no reader of rows.

import { METRICS } from "../evaluate/metric-table.ts";
import type { ParameterSpecification } from "../learner/contract.ts";
import { LEARNERS, learnerById } from "../learner/index.ts";
import { PRESETS, type Preset } from "./search/presets.ts";

export type { ParameterSpecification, SearchRange } from "../learner/contract.ts";

export interface LearnerFacts {
  id: string;
  /** "anomaly": learns from benign rows only. */
  task: "classification" | "anomaly";
  description: string;
  parameters: readonly ParameterSpecification[];
}

export function listLearners(): LearnerFacts[] {
  return LEARNERS.map(({ id, task, description, parameters }) => ({ id, task, description, parameters }));
}

/** Throws `parameter-invalid` when there is none. */
export function learnerFacts(id: string): LearnerFacts {
  const { task, description, parameters } = learnerById(id);
  return { id, task, description, parameters };
}

/** Recipes for public data sets; which labels they take is theirs. */
export type PresetFacts = Omit<Preset, "classes"> & { classes?: string[] };

export function listPresets(): PresetFacts[] {
  return PRESETS.map(({ classes, ...facts }) => ({
    ...facts,
    ...(classes && { classes: classes.map(({ name }) => name) }),
  }));
}

export interface MetricFacts {
  id: string;
  title: string;
  meaning: string;
  greaterIsBetter: boolean;
}

/** The figures that candidates are chosen by and runs are compared by. */
export function listMetrics(): MetricFacts[] {
  return METRICS.map(({ id, title, meaning, greaterIsBetter }) => ({ id, title, meaning, greaterIsBetter }));
}
