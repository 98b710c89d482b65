// What is the isolation forest's own; what every learner must do is tested in test/conformance.

import { expect, test } from "vitest";
import { mixedTable, oddTable, rowMajor } from "../../../test/support/tables.ts";
import { Random } from "../../base/random.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../feature/table.ts";
import { averagePath, type IsolationForestModel } from "../../model/kinds/isolation-forest.ts";
import { categoryCountsOf, LEAF, leafOf } from "../../model/trees.ts";
import type { ParameterValues } from "../contract.ts";
import { isolationForest } from "./isolation-forest.ts";

const TABLE = mixedTable({ rows: 1_200, classes: 1, seed: 3 });

async function fitted(parameters: ParameterValues = {}, table = TABLE): Promise<IsolationForestModel> {
  return (await isolationForest.fit(table, parameters, { seed: 2 })) as IsolationForestModel;
}

function anomalies(model: IsolationForestModel, table: LabelledTable): Float64Array {
  const out = new Float64Array(table.rowCount * 2);
  model.scoreTable(table, out);
  return out.filter((_, index) => index % 2 === 1);
}

test.each([
  [1, 0],
  [2, 1],
  // 2 (1 + 1/2) - 2 × 2 / 3
  [3, 5 / 3],
  // The harmonic number by its asymptotic series.
  [256, 2 * (Math.log(255) + 0.5772156649015329 + 1 / 510 - 1 / (12 * 255 ** 2)) - 510 / 256],
])("the average path of %i rows is %d", (rows, expected) => {
  expect(averagePath(rows)).toBeCloseTo(expected, 9);
});

test("paths are depths and what would come after them; a row's score is their mean", async () => {
  const model = await fitted({ trees: 7, drawnRows: 100 });
  const { forest } = model;
  const rows = rowMajor(TABLE);
  const counts = categoryCountsOf(model.manifest.schema.columns);
  const found = anomalies(model, TABLE);
  for (let row = 0; row < 50; row++) {
    let sum = 0;
    for (let tree = 0; tree < 7; tree++) {
      const leaf = leafOf(forest, tree, rows, row * TABLE.values.length, counts);
      let depth = 0;
      for (let node = forest.roots[tree]; node !== leaf; depth++)
        node = leaf < forest.right[node] ? node + 1 : forest.right[node];
      expect(depth).toBeLessThanOrEqual(7);
      expect(forest.paths[forest.right[leaf]]).toBeCloseTo(depth + averagePath(forest.cover[leaf]), 12);
      sum += depth + averagePath(forest.cover[leaf]);
    }
    expect(found[row]).toBeCloseTo(model.anomaly.probability(-sum / 7 / averagePath(100)), 9);
  }
});

test.each([0.01, 0.2])("a share of %d of the training rows is called anomalous", async (contamination) => {
  const found = anomalies(await fitted({ contamination }), TABLE);
  const flagged = found.filter((probability) => probability >= 0.5).length / TABLE.rowCount;
  expect(Math.abs(flagged - contamination)).toBeLessThan(0.01);
});

test("only benign rows are learnt from", async () => {
  const mixed = mixedTable({ rows: 900, classes: 3, seed: 8 });
  const benign = [...mixed.labels.keys()].filter((row) => mixed.labels[row] === 0);
  const alone = {
    ...mixed,
    rowCount: benign.length,
    values: mixed.values.map((values) => Float64Array.from(benign, (row) => values[row])),
    labels: new Int32Array(benign.length),
  };
  const context = { seed: 2, benignClasses: ["benign"] };
  const first = (await isolationForest.fit(mixed, {}, context)) as IsolationForestModel;
  const second = (await isolationForest.fit(alone, {}, context)) as IsolationForestModel;
  expect(first.forest).toEqual(second.forest);
  expect(first.manifest.training.trainingRows).toBe(benign.length);
});

function tableOf(values: Float64Array, categories: string[] = []): LabelledTable {
  const column: ColumnSpecification = {
    name: "only",
    kind: categories.length > 0 ? "categorical" : "numeric",
    unit: "",
    categories,
    description: "",
  };
  const labels = new Int32Array(values.length);
  const schema = foreignSchema("one", [column]);
  return { schema, rowCount: values.length, values: [values], classes: ["benign"], labels };
}

test.each<[string, LabelledTable, number, number]>([
  ["a number far off", tableOf(Float64Array.from({ length: 500 }, (_, row) => row % 20)), 7, 500],
  ["a missing number", tableOf(Float64Array.from({ length: 500 }, (_, row) => row % 20)), 7, Number.NaN],
  [
    "a rare missing number",
    tableOf(Float64Array.from({ length: 500 }, (_, row) => (row % 100 === 0 ? Number.NaN : row % 2))),
    1,
    Number.NaN,
  ],
  [
    "an infinite number",
    tableOf(Float64Array.from({ length: 500 }, (_, row) => (row === 9 ? Number.POSITIVE_INFINITY : row % 9))),
    4,
    Number.POSITIVE_INFINITY,
  ],
  [
    "a category never seen",
    tableOf(
      Float64Array.from({ length: 500 }, (_, row) => (row % 50 === 0 ? row % 3 : 1)),
      ["a", "b", "c", "d"],
    ),
    1,
    3,
  ],
])("%s is odder than what is common", async (_, table, common, odd) => {
  const model = await fitted({}, table);
  const out = new Float64Array(4);
  model.score(Float64Array.of(common, odd), 2, out);
  expect(out[3]).toBeGreaterThan(out[1]);
});

test("contributions name the columns that make a row odd", async () => {
  const model = await fitted();
  const odd = oddTable({ rows: 200, seed: 5 });
  const rows = rowMajor(odd);
  const named = new Set<number>();
  for (let row = 0; row < odd.rowCount; row++) {
    const [first] = model.explain(rows.subarray(row * 8), 1, 1).contributions;
    named.add(first.column);
    const [opposite] = model.explain(rows.subarray(row * 8), 0, 1).contributions;
    expect(opposite).toEqual({ column: first.column, amount: -first.amount });
  }
  // rate, packets and noise are far off; the constant column is asked by nobody.
  expect(named.has(0)).toBe(true);
  expect(named.has(6)).toBe(false);
  const importance = model.importance();
  expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(importance[6]).toBe(0);
});

test("the seed decides the trees, and every tree draws its own rows", async () => {
  const { forest } = await fitted({ trees: 3 });
  const other = (await isolationForest.fit(TABLE, { trees: 3 }, { seed: 3 })) as IsolationForestModel;
  expect(other.forest).not.toEqual(forest);
  const thresholds = [0, 1, 2].map((tree) => forest.threshold[forest.roots[tree]]);
  expect(new Set(thresholds).size).toBe(3);
  expect(forest.feature.some((feature) => feature !== LEAF)).toBe(true);
});

test("few rows are all drawn", async () => {
  const random = new Random(1);
  const model = await fitted({ trees: 4 }, tableOf(Float64Array.from({ length: 20 }, () => random.normal())));
  expect(model.forest.drawnRows).toBe(20);
  expect([0, 1, 2, 3].map((tree) => model.forest.cover[model.forest.roots[tree]])).toEqual([20, 20, 20, 20]);
});
