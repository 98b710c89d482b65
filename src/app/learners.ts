// The learners there are and what can be set, for help and forms. Loads no reader of rows.

import type { ParameterSpecification } from "../learner/contract.ts";
import { LEARNERS, learnerById } from "../learner/index.ts";

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
