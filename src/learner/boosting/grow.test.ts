// Growth against plain arithmetic: gradients by the textbook, splits by trying them all, scores by walking the trees.

import { expect, test } from "vitest";
import { mixedTable, rowMajor } from "../../../test/support/tables.ts";
import { Random } from "../../base/random.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../feature/table.ts";
import { addTrees } from "../../model/kinds/boosting.ts";
import {
  CATEGORICAL,
  categoryCountsOf,
  EnsembleBuilder,
  MISSING_LEFT,
  type NodeSpecification,
} from "../../model/trees.ts";
import { binColumns } from "../bins.ts";
import { Workspace } from "../workspace.ts";
import { packDataset } from "./dataset.ts";
import { Gradients } from "./gradients.ts";
import { type GrowthRules, TreeGrower } from "./grow.ts";
import { BOOSTING_KERNELS } from "./kernels.ts";

const RULES: GrowthRules = {
  learningRate: 0.1,
  maxLeaves: 8,
  maxDepth: 0,
  minLeafRows: 5,
  minLeafHessian: 1e-3,
  l2: 0.5,
  minGain: 0,
  maxStep: Number.POSITIVE_INFINITY,
  categorySmoothing: 0,
  categoryL2: 0,
  maxCategories: 64,
};

function prepared(table: LabelledTable, rules: Partial<GrowthRules> = {}) {
  const workspace = new Workspace(BOOSTING_KERNELS);
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  const { columns } = table.schema;
  const features = binColumns(workspace, { columns, values: table.values, rows }, 255, 1);
  const dataset = packDataset(
    workspace,
    features,
    columns.map((column) => column.name),
    table.labels,
  );
  const outputs = table.classes.length === 2 ? 1 : table.classes.length;
  const baseline = new Float64Array(outputs).map((_, index) => 0.1 * index - 0.2);
  const gradients = new Gradients(dataset, new Float64Array(table.classes.length).fill(1), baseline);
  return { dataset, gradients, baseline, outputs, grower: new TreeGrower(dataset, { ...RULES, ...rules }) };
}

/** Gradient and hessian of every row at the first round, by the definition. */
function textbookGradients(table: LabelledTable, baseline: Float64Array, output: number): [number, number][] {
  const exponentials = baseline.map(Math.exp);
  const p =
    baseline.length === 1
      ? 1 / (1 + Math.exp(-baseline[0]))
      : exponentials[output] / exponentials.reduce((sum, value) => sum + value, 0);
  const target = baseline.length === 1 ? 1 : output;
  return [...table.labels].map((label) => [p - (label === target ? 1 : 0), p * (1 - p)]);
}

/** Gain of sending the rows for which `left` holds to one side; -1 when a rule forbids it. */
function gainOf(pairs: [number, number][], left: boolean[], rules: GrowthRules): number {
  const sides = [0, 0, 0, 0, 0, 0];
  pairs.forEach(([g, h], row) => {
    const at = left[row] ? 0 : 3;
    sides[at] += g;
    sides[at + 1] += h;
    sides[at + 2]++;
  });
  const [gl, hl, nl, gr, hr, nr] = sides;
  if (Math.min(nl, nr) < rules.minLeafRows) return -1;
  const part = (g: number, h: number) => g ** 2 / (h + rules.l2);
  return part(gl, hl) + part(gr, hr) - part(gl + gr, hl + hr);
}

/** Every question that may be asked of a column, as the side of each row. */
function questions(table: LabelledTable, column: number): boolean[][] {
  const values = [...table.values[column]];
  const present = [...new Set(values.filter((value) => !Number.isNaN(value)))];
  if (table.schema.columns[column].kind === "categorical") {
    const groups = [...present, ...(values.some(Number.isNaN) ? [Number.NaN] : [])];
    return Array.from({ length: 2 ** groups.length }, (_, set) =>
      values.map((value) => ((set >> groups.findIndex((group) => Object.is(group, value))) & 1) === 1),
    );
  }
  return present.flatMap((edge) => [
    values.map((value) => value <= edge),
    values.map((value) => Number.isNaN(value) || value <= edge),
  ]);
}

/** Side of each row at the root of a tree. */
function rootSides(table: LabelledTable, root: NodeSpecification): boolean[] {
  return [...table.values[root.feature]].map((value) => {
    const missing = (root.flags & MISSING_LEFT) !== 0;
    if (Number.isNaN(value)) return missing;
    if ((root.flags & CATEGORICAL) === 0) return value <= root.threshold;
    return (((root.set?.[value >>> 5] ?? 0) >>> (value & 31)) & 1) === 1;
  });
}

test.each([2, 3, 5])("the first split is the best of all there are (%i classes)", (classes) => {
  for (let seed = 1; seed <= 6; seed++) {
    const table = mixedTable({ rows: 150, classes, seed });
    const { dataset, gradients, baseline, outputs, grower } = prepared(table, { maxLeaves: 2, l2: 0 });
    gradients.startRound();
    for (let output = 0; output < outputs; output++) {
      const root = grower.grow(gradients, output, dataset.byName);
      const pairs = textbookGradients(table, baseline, output);
      const rules = { ...RULES, l2: 0 };
      const best = Math.max(
        ...table.schema.columns.flatMap((_, column) =>
          questions(table, column).map((left) => gainOf(pairs, left, rules)),
        ),
      );
      expect(gainOf(pairs, rootSides(table, root), rules)).toBeCloseTo(best, 9);
      const left = rootSides(table, root);
      for (const side of [root.left, root.right]) {
        const rows = pairs.filter((_, row) => left[row] === (side === root.left));
        const [g, h] = rows.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
        expect(side?.cover).toBe(rows.length);
        expect(side?.value).toBeCloseTo((-0.1 * g) / h, 9);
      }
    }
  }
});

test.each([2, 3])(
  "scores while training equal walking the trees over raw values, bit for bit (%i classes)",
  (classes) => {
    const table = mixedTable({ rows: 700, classes, seed: 3 });
    const { dataset, gradients, baseline, outputs, grower } = prepared(table);
    const builder = new EnsembleBuilder(
      Int32Array.from({ length: classes }, (_, index) => index),
      baseline,
    );
    for (let round = 0; round < 10; round++) {
      gradients.startRound();
      for (let output = 0; output < outputs; output++)
        builder.add(grower.grow(gradients, output, dataset.byName));
    }
    const raw = new Float64Array(table.rowCount * outputs);
    const columns = table.schema.columns;
    const ensemble = builder.finish(10 * outputs);
    addTrees(ensemble, rowMajor(table), 0, columns.length, table.rowCount, raw, categoryCountsOf(columns));
    expect(dataset.rowCount).toBe(table.rowCount);
    for (let output = 0; output < outputs; output++) {
      const at = gradients.scores + output * gradients.stride;
      const trained = dataset.workspace.numbersAt(at, table.rowCount);
      expect(raw.filter((_, index) => index % outputs === output)).toEqual(trained.slice());
    }
  },
);

test("the rules of growth are kept", () => {
  const table = mixedTable({ rows: 800, classes: 2, seed: 4 });
  const depthOf = (node: NodeSpecification): number =>
    node.left && node.right ? 1 + Math.max(depthOf(node.left), depthOf(node.right)) : 0;
  const leavesOf = (node: NodeSpecification): NodeSpecification[] =>
    node.left && node.right ? [...leavesOf(node.left), ...leavesOf(node.right)] : [node];
  const grown = (rules: Partial<GrowthRules>) => {
    const { dataset, gradients, grower } = prepared(table, rules);
    return grower.grow(gradients, 0, dataset.byName);
  };
  expect(leavesOf(grown({ maxLeaves: 13, minLeafRows: 1 }))).toHaveLength(13);
  expect(depthOf(grown({ maxLeaves: 64, maxDepth: 3 }))).toBe(3);
  for (const leaf of leavesOf(grown({ maxLeaves: 64, minLeafRows: 40 })))
    expect(leaf.cover).toBeGreaterThanOrEqual(40);
  for (const leaf of leavesOf(grown({ maxStep: 0.25 })))
    expect(Math.abs(leaf.value)).toBeLessThanOrEqual(0.025);
  expect(leavesOf(grown({ minGain: 1e6 }))).toHaveLength(1);
  expect(leavesOf(grown({ minLeafHessian: 1e6 }))).toHaveLength(1);
});

/** Whole numbers only, so that many rows are equal. */
function repetitiveTable(): LabelledTable {
  const random = new Random(8);
  const column = (name: string): ColumnSpecification => ({
    name,
    kind: "numeric",
    unit: "",
    categories: [],
    description: "",
  });
  const values = [0, 1, 2].map(() => Float64Array.from({ length: 900 }, () => random.integer(0, 3)));
  const labels = Int32Array.from({ length: 900 }, (_, row) =>
    values[0][row] + values[1][row] + random.integer(0, 2) > 3 ? 1 : 0,
  );
  return {
    schema: foreignSchema("rep", ["a", "b", "c"].map(column)),
    rowCount: 900,
    values,
    classes: ["x", "y"],
    labels,
  };
}

test("merged rows give the same trees as rows told apart", () => {
  const table = repetitiveTable();
  const merged = prepared(table);
  expect(merged.dataset.rowCount).toBeLessThan(130);
  // A column of unlike numbers that no tree may use keeps the rows apart.
  const serial = Float64Array.from({ length: 900 }, (_, row) => row);
  const schema = foreignSchema("rep", [
    ...table.schema.columns,
    { ...table.schema.columns[0], name: "serial" },
  ]);
  const apart = prepared({ ...table, schema, values: [...table.values, serial] });
  expect(apart.dataset.rowCount).toBe(900);
  for (let round = 0; round < 5; round++) {
    const tree = merged.grower.grow(merged.gradients, 0, [0, 1, 2]);
    const same = outline(apart.grower.grow(apart.gradients, 0, [0, 1, 2]));
    expect(same.shape).toEqual(outline(tree).shape);
    outline(tree).values.forEach((value, index) => {
      expect(same.values[index]).toBeCloseTo(value, 9);
    });
  }
});

/** Questions and covers of a tree, and the values of its leaves. */
function outline(node: NodeSpecification): { shape: number[]; values: number[] } {
  const { feature, threshold, flags, cover, left, right } = node;
  const children = left && right ? [outline(left), outline(right)] : [];
  return {
    shape: [feature, threshold, flags, cover, ...children.flatMap((child) => child.shape)],
    values: children.length === 0 ? [node.value] : children.flatMap((child) => child.values),
  };
}

test("losses are those of the definition", () => {
  const workspace = new Workspace(BOOSTING_KERNELS);
  const random = new Random(9);
  const rows = 50;
  for (const classes of [2, 3, 7]) {
    const outputs = classes === 2 ? 1 : classes;
    const scores = Float64Array.from({ length: rows * outputs }, () => random.normal(0, 8));
    const labels = Float64Array.from({ length: rows }, () => random.integer(0, classes - 1));
    const weights = Float64Array.from({ length: rows }, () => random.uniform());
    const [a, b, c] = [scores, labels, weights].map((numbers) => {
      const at = workspace.take(numbers.byteLength);
      workspace.numbersAt(at, numbers.length).set(numbers);
      return at;
    });
    let expected = 0;
    for (let row = 0; row < rows; row += 2) {
      const own = outputs === 1 ? [0, scores[row]] : [...scores.subarray(row * outputs, (row + 1) * outputs)];
      const total = own.reduce((sum, score) => sum + Math.exp(score), 0);
      expected += weights[row] * (Math.log(total) - own[labels[row]]);
    }
    expect(workspace.kernels.logLoss(a, 8, outputs * 8, outputs, b, c, rows, 2)).toBeCloseTo(expected, 9);
  }
});
