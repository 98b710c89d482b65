// The learners there are, by id.

import { OrbweaverError } from "../base/errors.ts";
import type { Learner } from "./contract.ts";
import * as listed from "./learners/_index.generated.ts";

/** By id, since not every loader keeps the names of a module in one order. */
export const LEARNERS: readonly Learner[] = Object.values(listed).sort((a, b) => (a.id < b.id ? -1 : 1));

/** The learner with an id. Throws `parameter-invalid` when there is none. */
export function learnerById(id: string): Learner {
  const learner = LEARNERS.find((candidate) => candidate.id === id);
  if (learner) return learner;
  const known = LEARNERS.map((candidate) => candidate.id).join(", ");
  throw new OrbweaverError("parameter-invalid", `learner '${id}' is unknown; known are ${known}`);
}
