// What is the boosting learner's own; what every learner must do is tested in test/conformance.

import { expect, test } from "vitest";
import { mixedTable, selectRows } from "../../../test/support/tables.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { describeModel } from "../../model/describe.ts";
import type { FitContext, ParameterValues } from "../contract.ts";
import { boosting } from "./boosting.ts";

const TABLE = mixedTable({ rows: 900, classes: 3, seed: 21 });
const UNSEEN = mixedTable({ rows: 500, classes: 3, seed: 22 });

function trained(
  parameters: ParameterValues = {},
  context: Partial<FitContext> = {},
  table = TABLE,
): Promise<Model> {
  return boosting.fit(table, { iterations: 15, ...parameters }, { seed: 4, ...context });
}

function scores(model: Model, table: LabelledTable = UNSEEN): Float64Array {
  const out = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, out);
  return out;
}

test("early stopping keeps the rounds up to the lowest validation loss", async () => {
  const losses: number[] = [];
  const onProgress: FitContext["onProgress"] = ({ metrics }) =>
    void losses.push(metrics["validationLogLoss"]);
  const parameters = { iterations: 400, learningRate: 0.5, earlyStopping: 5 };
  const { manifest } = await trained(parameters, { onProgress });
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(manifest.training.iterations).toBe(best);
  expect(losses).toHaveLength(best + 5);
  expect(manifest.training.metrics["validationLogLoss"]).toBe(losses[best - 1]);
  expect(manifest.training.validationRows).toBeGreaterThan(70);
});

test("a given validation table is used whole, and all training rows are trained on", async () => {
  const { manifest } = await trained({ iterations: 200, learningRate: 0.5 }, { validation: UNSEEN });
  expect(manifest.training).toMatchObject({ trainingRows: 900, validationRows: 500 });
  expect(manifest.training.iterations).toBeLessThan(200);
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
  for (let row = 0; row < UNSEEN.rowCount; row++) {
    expect(out[row * 3 + 1]).toBe(0);
    expect(out[row * 3] + out[row * 3 + 2]).toBeCloseTo(1, 12);
  }
  const row = Float64Array.from(UNSEEN.values, (values) => values[0]);
  expect(model.explain(row, 1, 5)).toEqual({
    bias: Number.NEGATIVE_INFINITY,
    scale: "log-odds",
    contributions: [],
  });
  expect(model.explain(row, 0, 1).contributions[0].amount).toBe(
    -model.explain(row, 2, 1).contributions[0].amount,
  );
});

test("balanced weights are the inverse of the class counts", async () => {
  const counts = [0, 1, 2].map((label) => TABLE.labels.filter((other) => other === label).length);
  const classWeights = counts.map((count) => TABLE.rowCount / (3 * count));
  const balanced = await trained({ balance: "balanced", earlyStopping: 0 });
  const explicit = await trained({ earlyStopping: 0 }, { classWeights });
  expect(scores(balanced)).toEqual(scores(explicit));
  expect(scores(balanced)).not.toEqual(scores(await trained({ earlyStopping: 0 })));
});

test.each(["rowShare", "columnShare"])("%s draws by the seed", async (name) => {
  const parameters = { [name]: 0.5, earlyStopping: 0 };
  const first = await trained(parameters);
  expect(scores(await trained(parameters))).toEqual(scores(first));
  expect(scores(await trained(parameters, { seed: 5 }))).not.toEqual(scores(first));
  expect(scores(first)).not.toEqual(scores(await trained({ earlyStopping: 0 })));
});

test("the seed changes nothing where nothing is drawn", async () => {
  const one = scores(await trained({ earlyStopping: 0 }, { seed: 1 }));
  expect(scores(await trained({ earlyStopping: 0 }, { seed: 2 }))).toEqual(one);
});

test("the order of rows changes nothing where nothing is drawn", async () => {
  const reversed = selectRows(TABLE, [...TABLE.labels.keys()].reverse());
  const model = await trained({ earlyStopping: 0 }, {}, reversed);
  const found = scores(model);
  scores(await trained({ earlyStopping: 0 })).forEach((score, index) => {
    expect(found[index]).toBeCloseTo(score, 9);
  });
});

test("columns of 32-bit numbers are trained on and scored as their values", async () => {
  const narrow = { ...TABLE, values: TABLE.values.map((values) => Float32Array.from(values)) };
  const wide = { ...TABLE, values: narrow.values.map((values) => Float64Array.from(values)) };
  const model = await trained({}, {}, narrow);
  expect(Buffer.compare(model.encode(), (await trained({}, {}, wide)).encode())).toBe(0);
  expect(scores(model, narrow)).toEqual(scores(model, wide));
});

test("a table too small to split gives the shares of its classes", async () => {
  const few = selectRows(TABLE, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const model = await trained({ earlyStopping: 0 }, {}, few);
  const shares = [0, 1, 2].map((label) => few.labels.filter((other) => other === label).length / 10);
  [...scores(model).subarray(0, 3)].forEach((probability, label) => {
    expect(probability).toBeCloseTo(shares[label], 3);
  });
});

test("a model is described by its facts alone", async () => {
  const model = await trained({}, { benignClasses: ["benign"] });
  const text = describeModel(model);
  expect(text).toContain("| benign | benign |");
  expect(text).toContain("| attack 1 | attack |");
  expect(text).toContain("- maxLeaves: 31");
  expect(text).toContain(model.manifest.schema.fingerprint);
});
