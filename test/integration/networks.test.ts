// Networks on a real task, beside scikit-learn: the perceptron as good as its own within noise, the autoencoders better than
// its isolation forest at telling attacks from what is normal, having seen normal rows only.

import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { readKdd, toTables } from "../../bench/support/kdd.ts";
import { workerPool } from "../../src/app/worker-pool.ts";
import { evaluateClassifier, rankingAreas } from "../../src/evaluate/metrics.ts";
import { learnerById } from "../../src/learner/index.ts";
import { dataTest } from "../support/data.ts";

interface Spread {
  mean: number;
  deviation: number;
}

const golden: { mlpAccuracy: Spread; isolationForestRocAuc: Spread } = JSON.parse(
  readFileSync(new URL("../golden/nsl-networks.json", import.meta.url), "utf8"),
);

const CONTEXT = { seed: 1, benignClasses: ["normal"] };

function tables() {
  return toTables([readKdd("nsl-kdd/KDDTrain+.txt.gz"), readKdd("nsl-kdd/KDDTest+.txt.gz")], "binary");
}

dataTest("a perceptron is as accurate on KDDTest+ as scikit-learn's", async () => {
  const [train, test] = tables();
  const parameters = { layers: "64-32", batchSize: 256, epochs: 10, learningRate: 0.001, earlyStopping: 0 };
  const context = { ...CONTEXT, parallel: workerPool() };
  const model = await learnerById("mlp").fit(train, parameters, context);
  const probabilities = new Float64Array(test.rowCount * 2);
  model.scoreTable(test, probabilities);
  const { accuracy } = evaluateClassifier(test.classes, test.labels, probabilities);
  // Three deviations of one fit by the seed, of either side.
  const noise = 3 * Math.SQRT2 * golden.mlpAccuracy.deviation;
  expect(accuracy).toBeGreaterThan(golden.mlpAccuracy.mean - noise);
});

dataTest("autoencoders tell attacks of KDDTest+ better than scikit-learn's isolation forest", async () => {
  const [train, test] = tables();
  const model = await learnerById("autoencoder").fit(train, {}, { ...CONTEXT, parallel: workerPool() });
  const probabilities = new Float64Array(test.rowCount * 2);
  model.scoreTable(test, probabilities);
  const positive = Uint8Array.from(test.labels, (label) => (test.classes[label] === "normal" ? 0 : 1));
  const { rocAuc } = rankingAreas(
    probabilities.filter((_, index) => index % 2 === 1),
    positive,
  );
  expect(rocAuc).toBeGreaterThan(golden.isolationForestRocAuc.mean);
});
