import { expect, test } from "vitest";
import type { ColumnSpecification } from "../feature/table.ts";
import {
  CATEGORICAL,
  categoryCountsOf,
  checkEnsemble,
  type Ensemble,
  EnsembleBuilder,
  LEAF,
  leafOf,
  MISSING_LEFT,
  type NodeSpecification,
} from "./trees.ts";

const COLUMNS: ColumnSpecification[] = [
  { name: "size", kind: "numeric", unit: "", categories: [], description: "" },
  {
    name: "service",
    kind: "categorical",
    unit: "",
    categories: Array.from({ length: 40 }, (_, i) => `s${i}`),
    description: "",
  },
];
const COUNTS = categoryCountsOf(COLUMNS);

function leaf(value: number, cover: number): NodeSpecification {
  return { feature: LEAF, flags: 0, threshold: 0, value, cover };
}

/** size <= 5 (missing left) ? (service in {1, 33} ? 1 : 2) : 3 */
function sampleTree(): NodeSpecification {
  const inner = {
    feature: 1,
    flags: CATEGORICAL,
    threshold: 0,
    value: 0,
    cover: 10,
    set: Uint32Array.of(2, 2),
  };
  return {
    feature: 0,
    flags: MISSING_LEFT,
    threshold: 5,
    value: 0,
    cover: 30,
    left: { ...inner, left: leaf(1, 4), right: leaf(2, 6) },
    right: leaf(3, 20),
  };
}

function built(trees = 2): Ensemble {
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  for (let tree = 0; tree < trees; tree++) builder.add(sampleTree());
  return builder.finish(trees);
}

function valueAt(size: number, service: number): number {
  const ensemble = built();
  return ensemble.value[leafOf(ensemble, 1, Float64Array.of(9, size, service), 1, COUNTS)];
}

test("rows go where thresholds, sets and missing values send them", () => {
  expect(valueAt(5, 1)).toBe(1);
  expect(valueAt(5, 33)).toBe(1);
  expect(valueAt(5, 32)).toBe(2);
  expect(valueAt(Number.NaN, 2)).toBe(2);
  expect(valueAt(5.000001, 1)).toBe(3);
  // Missing goes right in the inner node; so do codes that are no category.
  for (const odd of [Number.NaN, -1, 40, 1.5, 2 ** 32 + 1, Number.POSITIVE_INFINITY])
    expect(valueAt(0, odd)).toBe(2);
});

test("inner nodes hold the mean of their leaves by training rows", () => {
  const { value } = built(1);
  expect(value[1]).toBeCloseTo((4 * 1 + 6 * 2) / 10, 12);
  expect(value[0]).toBeCloseTo((10 * 1.6 + 20 * 3) / 30, 12);
});

test("a finished ensemble holds the first trees only, their sets too", () => {
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  for (let tree = 0; tree < 500; tree++) builder.add(sampleTree());
  const some = builder.finish(3);
  expect([...some.roots]).toEqual([0, 5, 10, 15]);
  expect([some.feature.length, some.sets.length]).toEqual([15, 6]);
  expect(builder.finish(500).sets.length).toBe(1000);
  expect(() => checkEnsemble(some, COLUMNS, 2)).not.toThrow();
});

test.each<[string, (ensemble: Ensemble) => void]>([
  ["a right child before its parent", (e) => e.right.fill(0, 0, 1)],
  ["a right child in the next tree", (e) => e.right.fill(6, 0, 1)],
  ["children that overlap", (e) => e.right.fill(3, 0, 1)],
  ["a column that does not exist", (e) => e.feature.fill(2, 0, 1)],
  ["a category asked of a numeric column", (e) => e.flags.fill(CATEGORICAL, 0, 1)],
  ["a set outside the sets", (e) => e.threshold.fill(3, 1, 2)],
  ["a set at no whole place", (e) => e.threshold.fill(0.5, 1, 2)],
  ["unknown flags", (e) => e.flags.fill(4, 0, 1)],
  ["a threshold that is no number", (e) => e.threshold.fill(Number.NaN, 0, 1)],
  ["a value that is not finite", (e) => e.value.fill(Number.POSITIVE_INFINITY, 2, 3)],
  ["roots that go back", (e) => e.roots.fill(0, 1, 2)],
  ["a node too few", (e) => e.roots.fill(9, 2, 3)],
  ["a class twice", (e) => e.activeClasses.fill(1)],
  ["a class that does not exist", (e) => e.activeClasses.fill(7, 1)],
  ["a baseline that is not finite", (e) => e.baseline.fill(Number.NaN)],
])("%s is refused", (_, damage) => {
  const ensemble = built();
  expect(() => checkEnsemble(ensemble, COLUMNS, 2)).not.toThrow();
  damage(ensemble);
  expect(() => checkEnsemble(ensemble, COLUMNS, 2)).toThrow(/damaged/);
});
