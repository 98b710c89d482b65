// Growth against plain arithmetic: splits by trying them all, leaves by sending the rows down over raw values.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOfSources } from "../../../test/support/kernel-digest.ts";
import { mixedTable, rowMajor, selectRows } from "../../../test/support/tables.ts";
import { Random } from "../../base/random.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../feature/table.ts";
import type { ForestModel } from "../../model/kinds/forest.ts";
import { categoryCountsOf, LEAF, leafOf } from "../../model/trees.ts";
import type { FitContext, Learner, ParameterValues } from "../contract.ts";
import { KERNEL_SOURCES, KERNEL_SOURCES_SHA256 } from "../forest-kernels.generated.ts";
import { extraTrees } from "../learners/extra-trees.ts";
import { forest } from "../learners/forest.ts";
import { tree } from "../learners/tree.ts";
import { countColumns } from "./parameters.ts";

async function grown(
  learner: Learner,
  table: LabelledTable,
  parameters: ParameterValues = {},
  context: Partial<FitContext> = {},
): Promise<ForestModel> {
  return (await learner.fit(table, parameters, { seed: 5, ...context })) as ForestModel;
}

/** The nodes of a tree that each row passes, the leaf last. */
function pathsOf({ forest: trees, manifest }: ForestModel, table: LabelledTable, index: number): number[][] {
  const rows = rowMajor(table);
  const counts = categoryCountsOf(manifest.schema.columns);
  return Array.from({ length: table.rowCount }, (_, row) => {
    const leaf = leafOf(trees, index, rows, row * table.values.length, counts);
    const path: number[] = [];
    let node = trees.roots[index];
    while (trees.feature[node] !== LEAF) {
      path.push(node);
      node = leaf < trees.right[node] ? node + 1 : trees.right[node];
    }
    return [...path, leaf];
  });
}

type Impurity = (shares: number[]) => number;
const IMPURITY: Record<string, Impurity> = {
  gini: (shares) => 1 - shares.reduce((sum, share) => sum + share ** 2, 0),
  entropy: (shares) => -shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log2(share) : 0), 0),
};

function weightsOfClasses(rows: number[], table: LabelledTable, weights: readonly number[]): number[] {
  const sums = weights.map(() => 0);
  for (const row of rows) sums[table.labels[row]] += weights[table.labels[row]];
  return sums;
}

/** Weight times impurity. */
function costOf(
  rows: number[],
  table: LabelledTable,
  weights: readonly number[],
  impurity: Impurity,
): number {
  const sums = weightsOfClasses(rows, table, weights);
  const total = sums.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : total * impurity(sums.map((weight) => weight / total));
}

/** Every question that may be asked of a column, as the side of each of the rows. */
function questions(table: LabelledTable, column: number, rows: number[]): boolean[][] {
  const values = rows.map((row) => table.values[column][row]);
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

const CASES = [2, 3].flatMap((classes) =>
  ["gini", "entropy"].flatMap((criterion) =>
    [1, 7].flatMap((minLeafRows) =>
      [[1, 1, 1].slice(0, classes), [1, 3.7, 0.4].slice(0, classes)].map((weights) => ({
        classes,
        criterion,
        minLeafRows,
        weights,
      })),
    ),
  ),
);

/** Fewer different numbers than bins. */
function coarsened(table: LabelledTable): LabelledTable {
  const values = table.values.map((numbers) =>
    Float64Array.from(numbers, (value) =>
      Math.abs(value) < 4 ? Math.round(value * 16) / 16 : Math.min(value, 3_000) - (value % 50),
    ),
  );
  return { ...table, values };
}

interface Best {
  found: number;
  numeric: number;
  categorical: number;
}

/** Of every inner node with so many rows: what its split gains, and what the best questions there are would. */
function bestOfNodes(
  model: ForestModel,
  table: LabelledTable,
  { criterion, minLeafRows, weights }: Omit<(typeof CASES)[number], "classes">,
  [fewest, most]: [number, number],
): Best[] {
  const { feature, right, roots, cover } = model.forest;
  const impurity = IMPURITY[criterion];
  const paths = pathsOf(model, table, 0);
  const found: Best[] = [];
  for (let node = roots[0]; node < roots[1]; node++) {
    if (feature[node] === LEAF || cover[node] < fewest || cover[node] > most) continue;
    const rows = [...paths.keys()].filter((row) => paths[row].includes(node));
    const whole = costOf(rows, table, weights, impurity);
    const gainOf = (isLeft: boolean[]): number => {
      const sides = [true, false].map((side) => rows.filter((_, index) => isLeft[index] === side));
      if (sides.some((side) => side.length < minLeafRows)) return -1;
      return sides.reduce((gain, side) => gain - costOf(side, table, weights, impurity), whole);
    };
    const best = (kind: string) =>
      Math.max(
        ...table.schema.columns.flatMap((column, index) =>
          column.kind === kind ? questions(table, index, rows).map(gainOf) : [],
        ),
      );
    found.push({
      found: gainOf(rows.map((row) => !paths[row].includes(right[node]))),
      numeric: best("numeric"),
      categorical: best("categorical"),
    });
  }
  return found;
}

describe.each(CASES)("%o", ({ classes, ...rules }) => {
  // Nodes with many rows of a small table, with few rows, and with many rows of a large one are searched in three ways.
  test.each([
    [240, 2, 240],
    [2_400, 161, 190],
  ])("of %i rows, every split of %i to %i rows is the best of all there are", async (rows, fewest, most) => {
    const { criterion, minLeafRows, weights } = rules;
    const table = coarsened(mixedTable({ rows, classes, seed: 11 }));
    const model = await grown(tree, table, { criterion, minLeafRows }, { classWeights: [...weights] });
    const nodes = bestOfNodes(model, table, rules, [fewest, most]);
    expect(nodes.length).toBeGreaterThan(0);
    for (const { found, numeric, categorical } of nodes) {
      expect(found).toBeGreaterThan(numeric - 1e-9);
      expect(found).toBeLessThan(Math.max(numeric, categorical) + 1e-9);
      // By more than two classes sets of categories are looked for along a few orders only; and where leaves must be
      // large, a set that is no beginning of the order can be the best that is allowed.
      if (classes === 2 && minLeafRows === 1) expect(found).toBeGreaterThan(categorical - 1e-9);
    }
  });
});

const NUMBERS = [0, 1, 2, 3, 4.5, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300];

function column(name: string, categories: string[] = []): ColumnSpecification {
  const kind = categories.length > 0 ? "categorical" : "numeric";
  return { name, kind, unit: "", categories, description: "" };
}

const someTable = fc
  .record({ rows: fc.integer({ min: 2, max: 300 }), classes: fc.integer({ min: 2, max: 5 }), seed: fc.nat() })
  .map(({ rows, classes, seed }): LabelledTable => {
    const random = new Random(seed);
    const columns = [column("b"), column("a"), column("kind", ["x", "y", "z", "unseen"]), column("c")];
    const values = columns.map(({ kind }, index) =>
      Float64Array.from({ length: rows }, () => {
        if (kind === "categorical") return random.pick([0, 1, 2, Number.NaN]);
        return index === 3 ? random.normal() : random.pick(NUMBERS);
      }),
    );
    // Half of the tables have many equal rows.
    if (seed % 2 === 0) values[3].fill(1);
    const labels = Int32Array.from({ length: rows }, (_, row) =>
      row < 2 ? row : random.integer(0, classes - 1),
    );
    values[0][0] = 0;
    values[0][1] = 1;
    const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
    return { schema: foreignSchema("some", columns), rowCount: rows, values, classes: names, labels };
  });

test.each([tree, extraTrees])("leaves of $id hold what the rows that fall into them are", async (learner) => {
  await fc.assert(
    fc.asyncProperty(someTable, async (table) => {
      const weights = table.classes.map((_, index) => 1 + (index % 3));
      const parameters: ParameterValues = learner.id === "tree" ? {} : { trees: 3 };
      const model = await grown(learner, table, parameters, { classWeights: weights });
      const { forest: trees } = model;
      const outputs = trees.activeClasses.length;
      for (let index = 0; index < trees.treeCount; index++) {
        const rowsOfNode = new Map<number, number[]>();
        for (const [row, path] of pathsOf(model, table, index).entries())
          for (const node of path) rowsOfNode.set(node, [...(rowsOfNode.get(node) ?? []), row]);
        for (let node = trees.roots[index]; node < trees.roots[index + 1]; node++) {
          const rows = rowsOfNode.get(node) ?? [];
          expect(trees.cover[node]).toBe(rows.length);
          if (trees.feature[node] !== LEAF) continue;
          const sums = weightsOfClasses(rows, table, weights);
          const total = sums.reduce((sum, weight) => sum + weight, 0);
          trees.activeClasses.forEach((label, place) => {
            const held = trees.distributions[trees.right[node] * outputs + place];
            expect(held).toBeCloseTo(sums[label] / total, 12);
          });
          // Fully grown: a leaf of several classes has rows that no column tells apart, where each value has its bin.
          if (sums.filter((weight) => weight > 0).length < 2) continue;
          for (const values of table.values) {
            if (new Set(values).size > 255) continue;
            expect(new Set(rows.map((row) => values[row])).size).toBe(1);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("shares of leaves are held once", async () => {
  const model = await grown(forest, mixedTable({ rows: 500, classes: 3, seed: 2 }), { trees: 20 });
  const { distributions, activeClasses } = model.forest;
  const rows = Array.from({ length: distributions.length / activeClasses.length }, (_, row) =>
    distributions.subarray(row * activeClasses.length, (row + 1) * activeClasses.length).join(),
  );
  expect(new Set(rows).size).toBe(rows.length);
});

test("the rules of growth are kept", async () => {
  const table = mixedTable({ rows: 900, classes: 3, seed: 4 });
  const leaves = async (parameters: ParameterValues) => {
    const { forest: trees, manifest } = await grown(tree, table, parameters);
    const covers = [...trees.cover].filter((_, node) => trees.feature[node] === LEAF);
    const inner = [...trees.cover].filter((_, node) => trees.feature[node] !== LEAF);
    return { covers, inner, depth: manifest.training.metrics["depth"] };
  };
  expect((await leaves({ maxDepth: 3 })).depth).toBe(3);
  expect((await leaves({ maxDepth: 3 })).covers).toHaveLength(8);
  expect(Math.min(...(await leaves({ minLeafRows: 40 })).covers)).toBeGreaterThanOrEqual(40);
  expect(Math.min(...(await leaves({ minSplitRows: 90 })).inner)).toBeGreaterThanOrEqual(90);
  expect((await leaves({ minImpurityDecrease: 1 })).covers).toEqual([900]);
  const some = (await leaves({ minImpurityDecrease: 0.005 })).covers.length;
  expect(some).toBeGreaterThan(1);
  expect(some).toBeLessThan((await leaves({})).covers.length);
});

test("as many rows are drawn as are asked for", async () => {
  const table = mixedTable({ rows: 900, classes: 2, seed: 4 });
  const roots = async (parameters: ParameterValues) => {
    const { forest: trees } = await grown(forest, table, { trees: 5, ...parameters });
    return [...trees.roots.subarray(0, 5)].map((root) => trees.cover[root]);
  };
  expect(await roots({})).toEqual([900, 900, 900, 900, 900]);
  expect(await roots({ rowShare: 0.4 })).toEqual([360, 360, 360, 360, 360]);
  expect(await roots({ rowShare: 0.4, bootstrap: false })).toEqual([360, 360, 360, 360, 360]);
  expect(await roots({ bootstrap: false })).toEqual([900, 900, 900, 900, 900]);
});

test.each([900, 9_000, 20_000])(
  "of %i rows, a tree leaves out the share that drawing with replacement does",
  async (rows) => {
    const table = mixedTable({ rows, classes: 2, seed: 4 });
    const model = await grown(forest, table, { trees: 1, maxDepth: 2 });
    const share = model.manifest.training.metrics["outOfBagRows"] / rows;
    // Four deviations of the number of rows left out, which is about 0.31 √rows.
    expect(Math.abs(share - Math.exp(-1))).toBeLessThan((4 * 0.31) / Math.sqrt(rows));
  },
);

test("rows that are left out judge the forest as unseen ones do", async () => {
  const table = mixedTable({ rows: 3_000, classes: 3, seed: 4 });
  const unseen = mixedTable({ rows: 3_000, classes: 3, seed: 5 });
  // Equal rows become one, and still each of them is left out or not.
  const twice = selectRows(
    table,
    [...table.labels.keys()].flatMap((row) => [row, row]),
  );
  for (const [rows, bootstrap] of [
    [table, true],
    [table, false],
    [twice, true],
  ] as const) {
    const model = await grown(forest, rows, { trees: 40, bootstrap, rowShare: bootstrap ? 1 : 0.6 });
    const { outOfBagAccuracy, outOfBagRows } = model.manifest.training.metrics;
    expect(outOfBagRows).toBe(rows.rowCount);
    if (rows === twice) expect(outOfBagAccuracy).toBeGreaterThan(0.9);
    else expect(Math.abs(outOfBagAccuracy - accuracyOf(model, unseen))).toBeLessThan(0.03);
  }
  const whole = await grown(forest, table, { trees: 3, bootstrap: false });
  expect(whole.manifest.training.metrics).not.toHaveProperty("outOfBagAccuracy");
});

function accuracyOf(model: ForestModel, table: LabelledTable): number {
  const classes = table.classes.length;
  const out = new Float64Array(table.rowCount * classes);
  model.scoreTable(table, out);
  let hits = 0;
  for (let row = 0; row < table.rowCount; row++) {
    const probabilities = out.subarray(row * classes, (row + 1) * classes);
    if (probabilities.indexOf(Math.max(...probabilities)) === table.labels[row]) hits++;
  }
  return hits / table.rowCount;
}

test("balanced weights are the inverse of the class counts, of the table or of each tree", async () => {
  const table = mixedTable({ rows: 900, classes: 3, seed: 21 });
  const counts = [0, 1, 2].map((label) => table.labels.filter((other) => other === label).length);
  const classWeights = counts.map((count) => table.rowCount / (3 * count));
  const shares = async (parameters: ParameterValues, context: Partial<FitContext> = {}) =>
    (await grown(forest, table, { trees: 4, minLeafRows: 9, ...parameters }, context)).forest.distributions;
  expect(await shares({ balance: "balanced" })).toEqual(await shares({}, { classWeights }));
  expect(await shares({ balance: "balanced-trees", bootstrap: false })).toEqual(
    await shares({ balance: "balanced", bootstrap: false }),
  );
  expect(await shares({ balance: "balanced-trees" })).not.toEqual(await shares({ balance: "balanced" }));
});

test("rows that are heavier than an entry can hold lose none", async () => {
  const rowCount = 1_300_000;
  const values = [Float64Array.from({ length: rowCount }, (_, row) => (row < 100 ? 1 : 0))];
  const labels = Int32Array.from({ length: rowCount }, (_, row) => (row < 70 || row > rowCount - 50 ? 1 : 0));
  const schema = foreignSchema("heavy", [column("flag")]);
  const table = { schema, rowCount, values, classes: ["a", "b"], labels };
  const { forest: trees } = await grown(tree, table);
  expect([...trees.cover]).toEqual([rowCount, rowCount - 100, 100]);
  const shares = [1, 2].map((leaf) => trees.distributions[trees.right[leaf] * 2 + 1]);
  expect(shares[0]).toBeCloseTo(49 / (rowCount - 100), 12);
  expect(shares[1]).toBeCloseTo(0.7, 12);
});

test.each([
  ["all", 41, 41],
  ["sqrt", 41, 6],
  ["log2", 41, 5],
  ["log2", 64, 6],
  ["0.25", 41, 10],
  [".001", 41, 1],
  ["7", 41, 7],
  ["7", 3, 3],
  ["sqrt", 1, 1],
])("%s of %i columns are %i", (text, columns, expected) => {
  expect(countColumns(text, columns)).toBe(expected);
});

test("importance is the share of the decrease of impurity", async () => {
  const table = mixedTable({ rows: 900, classes: 2, seed: 6 });
  const model = await grown(tree, table, { maxDepth: 1 });
  const asked = model.forest.feature[0];
  expect([...model.importance()]).toEqual(table.values.map((_, index) => (index === asked ? 1 : 0)));
  const whole = (await grown(forest, table, { trees: 30 })).importance();
  expect(whole.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(whole[0]).toBeGreaterThan(whole[7]);
  expect(whole[6]).toBe(0);
});

test("the kernels were compiled from the sources that are here", () => {
  expect(digestOfSources(KERNEL_SOURCES)).toBe(KERNEL_SOURCES_SHA256);
});
