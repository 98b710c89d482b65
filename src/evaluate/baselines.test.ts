import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../feature/table.ts";
import {
  type Baseline,
  type BaselineId,
  fitBaselines,
  judgeBaseline,
  majorityBaseline,
} from "./baselines.ts";

const COLUMNS: ColumnSpecification[] = [
  { name: "size", kind: "numeric", unit: "bytes", categories: [], description: "" },
  { name: "service", kind: "categorical", unit: "", categories: ["http", "dns", "ssh"], description: "" },
];
const CLASSES = ["benign", "scan", "flood"];
const attack = { isAttack: (name: string) => name !== "benign", threshold: 0.5 };

function table(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes = CLASSES,
): LabelledTable {
  const values = COLUMNS.map((_, column) => Float64Array.from(rows, (row) => row[column]));
  const schema = foreignSchema("baselines", COLUMNS);
  return { schema, rowCount: rows.length, values, classes, labels: Int32Array.from(labels) };
}

function found(training: LabelledTable, id: BaselineId): Baseline {
  const baseline = fitBaselines(training).find((one) => one.id === id);
  expect(baseline).toBeDefined();
  return baseline as Baseline;
}

test("a rule from a number has one threshold, with missing values on the better side", () => {
  const rows = [
    [10, 0],
    [20, 0],
    [900, 0],
    [Number.NaN, 0],
    [30, 0],
    [40, 0],
  ];
  const column = found(table(rows, [0, 0, 1, 1, 0, 0]), "best-column");
  expect(column.rule).toBe("benign if size <= 40, else scan");
  expect(column.trainingAccuracy).toBe(1);
  const low = found(table(rows, [0, 0, 1, 0, 0, 0]), "best-column");
  expect(low.rule).toBe("benign if size <= 40 or missing, else scan");
  const asked = table(
    [
      [40, 0],
      [41, 0],
      [Number.NaN, 0],
    ],
    [0, 0, 0],
  );
  expect([...column.leavesOf(asked)]).toEqual([0, 1, 1]);
  expect([...low.leavesOf(asked)]).toEqual([0, 1, 0]);
});

test("a rule from categories gives each its majority, and those that were not seen that of all", () => {
  const column = found(
    table(
      [
        [1, 0],
        [2, 0],
        [1, 1],
        [2, 1],
        [1, 1],
      ],
      [0, 0, 1, 1, 1],
    ),
    "best-column",
  );
  expect(column.rule).toBe("majority class of each service");
  const judged = judgeBaseline(
    column,
    table(
      [
        [1, 0],
        [1, 1],
        [1, 2],
        [1, 9],
      ],
      [0, 1, 1, 1],
    ),
    attack,
  );
  // Category ssh and an unknown code have the shares of all rows: scan, 3 of 5.
  expect(judged.metrics.confusion).toEqual([
    [1, 0, 0],
    [0, 3, 0],
    [0, 0, 0],
  ]);
  expect(judged.metrics.logLoss).toBeCloseTo(-(2 * Math.log(3 / 5)) / 4, 12);
  expect(judged.attack).toMatchObject({ detectionRate: 1, falseAlarmRate: 0, rocAuc: 1 });
});

test("a tree of depth two tells what no single column tells", () => {
  // Flood where both are high; scan where service alone is ssh; benign elsewhere.
  const rows: number[][] = [];
  const labels: number[] = [];
  for (let size = 0; size < 20; size++)
    for (let service = 0; service < 3; service++) {
      rows.push([size, service]);
      labels.push(service === 2 ? (size >= 10 ? 2 : 1) : 0);
    }
  const training = table(rows, labels);
  const tree = found(training, "depth-2-tree");
  expect(tree.trainingAccuracy).toBe(1);
  expect(tree.rule).toBe("where service is ssh: scan if size <= 9, else flood; elsewhere: benign");
  expect(judgeBaseline(tree, training, attack).metrics.accuracy).toBe(1);
  expect(found(training, "best-column").trainingAccuracy).toBeLessThan(1);
});

test("the majority's probabilities are the shares of the classes, on classes that it does not know too", () => {
  const majority = majorityBaseline(["benign", "scan"], [3, 1]);
  const test = table(
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [0, 0, 1, 2],
  );
  const { metrics, rule, attack: of } = judgeBaseline(majority, test, attack);
  expect(rule).toBe("always benign");
  expect(metrics.accuracy).toBe(0.5);
  expect(metrics.logLoss).toBeCloseTo(
    -(2 * Math.log(0.75) + Math.log(0.25) + Math.log(Number.EPSILON)) / 4,
    12,
  );
  expect(of).toMatchObject({ detectionRate: 0, falseAlarmRate: 0, rocAuc: 0.5 });
});

test("rules are found on constant and empty-handed tables too: the majority alone", () => {
  const flat = table(
    [
      [1, 0],
      [1, 0],
      [1, 0],
    ],
    [0, 1, 1],
  );
  expect(fitBaselines(flat).map(({ id }) => id)).toEqual(["majority"]);
});

test("no threshold does better than the one that is found (against every threshold)", () => {
  const rows = fc.array(
    fc.record({
      size: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.NaN)),
      label: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 2, maxLength: 40 },
  );
  fc.assert(
    fc.property(rows, (list) => {
      const training = table(
        list.map(({ size }) => [size, 0]),
        list.map(({ label }) => label),
      );
      const most = (side: typeof list): number =>
        Math.max(...CLASSES.map((_, label) => side.filter((row) => row.label === label).length));
      let best = most(list);
      for (let cut = 0; cut <= 9; cut++)
        for (const missing of [true, false]) {
          const isLeft = ({ size }: (typeof list)[number]): boolean =>
            Number.isNaN(size) ? missing : size <= cut;
          best = Math.max(best, most(list.filter(isLeft)) + most(list.filter((row) => !isLeft(row))));
        }
      // Missing values against all others is a cut below every number, which a threshold at the largest one is as well.
      const rules = fitBaselines(training).filter(({ id }) => id !== "depth-2-tree");
      const reached = Math.max(...rules.map((one) => one.trainingAccuracy));
      expect(reached * list.length).toBeCloseTo(best, 9);
    }),
  );
});

test("the tree of depth two says what scikit-learn's says of other rows", () => {
  const {
    tree,
  }: { tree: { values: number[][]; labels: number[]; trainingRows: number; probabilities: number[][] } } =
    JSON.parse(readFileSync(new URL("../../test/golden/metrics.json", import.meta.url), "utf8"));
  const columns = [0, 1, 2].map((column): ColumnSpecification => {
    return { name: `x${column}`, kind: "numeric", unit: "", categories: [], description: "" };
  });
  const part = (start: number, end: number): LabelledTable => ({
    schema: foreignSchema("tree", columns),
    rowCount: end - start,
    values: columns.map((_, column) =>
      Float64Array.from(tree.values.slice(start, end), (row) => row[column]),
    ),
    classes: CLASSES,
    labels: Int32Array.from(tree.labels.slice(start, end)),
  });
  const grown = found(part(0, tree.trainingRows), "depth-2-tree");
  const leaves = grown.leavesOf(part(tree.trainingRows, tree.labels.length));
  tree.probabilities.forEach((expected, row) => {
    expected.forEach((probability, index) => {
      expect(grown.shares[leaves[row] * 3 + index]).toBeCloseTo(probability, 12);
    });
  });
});
