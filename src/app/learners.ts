// The learners there are and what can be set, for help and forms. Loads no reader of rows.

import type { ParameterSpecification } from "../learner/contract.ts";
import { LEARNERS } from "../learner/index.ts";

export type { ParameterSpecification } from "../learner/contract.ts";

export interface LearnerFacts {
  id: string;
  description: string;
  parameters: readonly ParameterSpecification[];
}

export function listLearners(): LearnerFacts[] {
  return LEARNERS.map(({ id, description, parameters }) => ({ id, description, parameters }));
}
