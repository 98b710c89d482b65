// What is the multi-layer perceptron's own; what every learner must do is tested in test/conformance.

import { expect, test } from "vitest";
import { mixedTable, selectRows } from "../../../test/support/tables.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { decodeModel } from "../../model/decode.ts";
import type { NetworkModel } from "../../model/kinds/network.ts";
import type { FitContext, ParameterValues } from "../contract.ts";
import { mlp } from "./mlp.ts";

const TABLE = mixedTable({ rows: 900, classes: 3, seed: 21 });
const TWO = mixedTable({ rows: 900, classes: 2, seed: 23 });
const UNSEEN = mixedTable({ rows: 500, classes: 3, seed: 22 });

function trained(
  parameters: ParameterValues = {},
  context: Partial<FitContext> = {},
  table = TABLE,
): Promise<Model> {
  return mlp.fit(table, { epochs: 8, ...parameters }, { seed: 4, ...context });
}

function scores(model: Model, table: LabelledTable = UNSEEN): Float64Array {
  const out = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, out);
  return out;
}

/** Widths of a model's layers, from the inputs to the outputs. */
function widthsOf(model: Model): number[] {
  const { network } = (model as NetworkModel).parts;
  return [network[0].inputs, ...network.map(({ outputs }) => outputs)];
}

test("early stopping keeps the weights of the epoch with the lowest validation loss", async () => {
  const losses: number[] = [];
  const onProgress: FitContext["onProgress"] = ({ metrics }) =>
    void losses.push(metrics["validationLogLoss"]);
  const parameters = { epochs: 300, learningRate: 0.02, earlyStopping: 4, layers: "64" };
  const model = await trained(parameters, { onProgress });
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(model.manifest.training.iterations).toBe(best);
  expect(losses).toHaveLength(best + 4);
  expect(model.manifest.training.metrics["validationLogLoss"]).toBe(losses[best - 1]);
  // The same fit, stopped after that epoch, has the same weights.
  const stopped = await trained({ ...parameters, epochs: best });
  expect(scores(stopped)).toEqual(scores(model));
});

test("the validation loss is that of the rows kept aside", async () => {
  const model = await trained({ earlyStopping: 50 }, { validation: UNSEEN });
  expect(model.manifest.training).toMatchObject({ trainingRows: 900, validationRows: 500 });
  const out = scores(model);
  let sum = 0;
  for (let row = 0; row < 500; row++) sum -= Math.log(out[row * 3 + UNSEEN.labels[row]]);
  expect(model.manifest.training.metrics["validationLogLoss"]).toBeCloseTo(sum / 500, 5);
});

test("validation rows of classes that training lacks are left out", async () => {
  const known = selectRows(
    TABLE,
    [...TABLE.labels.keys()].filter((row) => TABLE.labels[row] < 2),
  );
  const usable = UNSEEN.labels.filter((label) => label < 2).length;
  const { manifest } = await trained({}, { validation: UNSEEN }, known);
  expect(manifest.training.validationRows).toBe(usable);
  const others = selectRows(
    UNSEEN,
    [...UNSEEN.labels.keys()].filter((row) => UNSEEN.labels[row] === 2),
  );
  await expect(trained({}, { validation: others }, known)).rejects.toThrow(/no row of a class/);
});

test("classes without training rows keep their place, with probability 0", async () => {
  const known = selectRows(
    TABLE,
    [...TABLE.labels.keys()].filter((row) => TABLE.labels[row] !== 1),
  );
  const model = await trained({}, {}, known);
  const out = scores(model);
  for (let row = 0; row < UNSEEN.rowCount; row++) expect(out[row * 3 + 1]).toBe(0);
  const row = Float64Array.from(UNSEEN.values, (values) => values[0]);
  expect(model.explain(row, 1, 5).bias).toBe(Number.NEGATIVE_INFINITY);
});

test("layers are as they are named; two classes have one output unless softmax is asked for", async () => {
  const inputs = widthsOf(await trained({ layers: "none" }, {}, TWO))[0];
  expect(widthsOf(await trained({ layers: "none" }, {}, TWO))).toEqual([inputs, 1]);
  expect(widthsOf(await trained({ layers: "8,6", output: "softmax" }, {}, TWO))).toEqual([inputs, 8, 6, 2]);
  expect(widthsOf(await trained({ layers: "12-8-6" }))).toEqual([inputs, 12, 8, 6, 3]);
  for (const layers of ["", "0", "8,", "8;6", "a", "99999", "1,1,1,1,1,1,1,1,1"]) {
    await expect(trained({ layers })).rejects.toThrow(/'layers' is '.*', expected widths of 1 to 8/);
  }
  await expect(trained({ layers: "9999-9999" })).rejects.toThrow(/weights with \d+ inputs, at most/);
});

test("a published network can be told: layers, batch, epochs, uniform first weights, no early stopping", async () => {
  const parameters = {
    layers: "8,6",
    initialisation: "uniform",
    batchSize: 32,
    epochs: 15,
    earlyStopping: 0,
    l2: 0,
  };
  const { manifest } = await trained(parameters, {}, TWO);
  expect(manifest.training).toMatchObject({ iterations: 15, trainingRows: 900, validationRows: 0 });
});

test.each<ParameterValues>([
  { activation: "tanh" },
  { activation: "logistic", learningRate: 0.01 },
  { optimiser: "sgd", learningRate: 0.05 },
  { dropout: 0.3 },
  { scaling: "log" },
  { output: "softmax" },
])("learns with %o", async (parameters) => {
  const model = await trained({ epochs: 40, ...parameters });
  const out = scores(model);
  let hits = 0;
  for (let row = 0; row < 500; row++) {
    const probabilities = out.subarray(row * 3, row * 3 + 3);
    if (probabilities.indexOf(Math.max(...probabilities)) === UNSEEN.labels[row]) hits++;
  }
  // The commonest class has 0.37 of the rows.
  expect(hits / 500).toBeGreaterThan(0.62);
  expect(scores(decodeModel(model.encode()))).toEqual(out);
});

test("balanced weights are the inverse of the class counts", async () => {
  const counts = [0, 1, 2].map((label) => TABLE.labels.filter((other) => other === label).length);
  const classWeights = counts.map((count) => TABLE.rowCount / (3 * count));
  const balanced = await trained({ balance: "balanced", earlyStopping: 0 });
  const explicit = await trained({ earlyStopping: 0 }, { classWeights });
  expect(scores(balanced)).toEqual(scores(explicit));
  expect(scores(balanced)).not.toEqual(scores(await trained({ earlyStopping: 0 })));
});

test("dropout draws by the seed", async () => {
  const parameters = { dropout: 0.5, earlyStopping: 0 };
  const first = scores(await trained(parameters));
  expect(scores(await trained(parameters))).toEqual(first);
  expect(scores(await trained(parameters, { seed: 5 }))).not.toEqual(first);
});

test("columns matter as they were made to", async () => {
  const shares = (await trained({ epochs: 40 })).importance();
  const share = (name: string) => shares[TABLE.schema.columns.findIndex((column) => column.name === name)];
  expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  expect(share("constant")).toBe(0);
  expect(share("rate")).toBeGreaterThan(3 * share("noise"));
});

test("steps that are too long end in one clear error", async () => {
  const parameters = { optimiser: "sgd", learningRate: 10, scaling: "none", epochs: 30, earlyStopping: 0 };
  const huge = { ...TABLE, values: TABLE.values.map((values) => values.map((value) => value * 1e30)) };
  await expect(trained(parameters, {}, huge)).rejects.toMatchObject({ code: "training-data" });
});

test("a fit is cancelled between batches", async () => {
  let asked = 0;
  const isCancelled = () => ++asked > 5;
  const told: number[] = [];
  const fit = trained({ batchSize: 8 }, { isCancelled, onProgress: ({ done }) => void told.push(done) });
  await expect(fit).rejects.toMatchObject({ code: "cancelled" });
  expect(told).toEqual([]);
});
