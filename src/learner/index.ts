// The learners there are, by id.

import { OrbweaverError } from "../base/errors.ts";
import type { Learner } from "./contract.ts";
import * as listed from "./learners/_index.generated.ts";

export const LEARNERS: readonly Learner[] = Object.values(listed);

/** The learner with an id. Throws `parameter-invalid` when there is none. */
export function learnerById(id: string): Learner {
  const learner = LEARNERS.find((candidate) => candidate.id === id);
  if (learner) return learner;
  const known = LEARNERS.map((candidate) => candidate.id).join(", ");
  throw new OrbweaverError("parameter-invalid", `learner '${id}' is unknown; known are ${known}`);
}
