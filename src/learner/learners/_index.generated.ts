// Generated: every learner of this folder. A test of the registry says when it is stale.

export { autoencoder } from "./autoencoder.ts";
export { bayes } from "./bayes.ts";
export { boosting } from "./boosting.ts";
export { extraTrees } from "./extra-trees.ts";
export { forest } from "./forest.ts";
export { isolationForest } from "./isolation-forest.ts";
export { logistic } from "./logistic.ts";
export { mlp } from "./mlp.ts";
export { neighbours } from "./neighbours.ts";
export { oneClass } from "./one-class.ts";
export { sgd } from "./sgd.ts";
export { svmRbf } from "./svm-rbf.ts";
export { svm } from "./svm.ts";
export { tree } from "./tree.ts";
