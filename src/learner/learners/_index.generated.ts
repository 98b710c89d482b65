// Generated: every learner of this folder. A test of the registry says when it is stale.

export { boosting } from "./boosting.ts";
export { logistic } from "./logistic.ts";
