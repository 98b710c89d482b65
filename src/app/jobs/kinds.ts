// All kinds of jobs, in the order in which they are listed.

import type { JobKind } from "../../job/contract.ts";
import { auditJob, exportJob, importJob, prepareJob, profileJob, splitJob } from "./data.ts";
import { compareJob, evaluateJob, explainJob, trainJob } from "./learn.ts";
import { scoreJob } from "./score.ts";

// A kind takes what its own form gives; whoever runs it checks requests by that form first.
export const JOB_KINDS = [
  scoreJob,
  importJob,
  profileJob,
  prepareJob,
  splitJob,
  auditJob,
  trainJob,
  compareJob,
  evaluateJob,
  explainJob,
  exportJob,
] as unknown as readonly JobKind[];
