import { expect, test } from "vitest";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../feature/table.ts";
import { audit } from "./audit.ts";
import { applyStump, baselines, columnStumps } from "./baselines.ts";

const COLUMNS: ColumnSpecification[] = [
  { name: "size", kind: "numeric", unit: "bytes", categories: [], description: "" },
  { name: "service", kind: "categorical", unit: "", categories: ["http", "dns", "ssh"], description: "" },
  { name: "version", kind: "numeric", unit: "", categories: [], description: "" },
];

function table(rows: number[][], labels: number[]): LabelledTable {
  const values = COLUMNS.map((_, column) => Float64Array.from(rows, (row) => row[column]));
  const schema = foreignSchema("audit", COLUMNS);
  return {
    schema,
    rowCount: rows.length,
    values,
    classes: ["benign", "scan", "flood"],
    labels: Int32Array.from(labels),
  };
}

const training = table(
  [
    [10, 0, 4],
    [20, 1, 4],
    [900, 0, 4],
    [Number.NaN, 2, 4],
    [30, 0, 4],
    [40, 1, 4],
  ],
  [0, 0, 1, 1, 0, 0],
);

test("a stump takes the best threshold, missing values on its far side", () => {
  const [size] = columnStumps(training);
  expect(size).toMatchObject({ threshold: 40, accuracy: 1 });
  expect(applyStump(training, size, 40)).toBe(0);
  expect(applyStump(training, size, 41)).toBe(1);
  expect(applyStump(training, size, Number.NaN)).toBe(1);
});

test("a categorical stump gives each category its majority, unknown ones the table's", () => {
  const [, service] = columnStumps(training);
  expect([...service.classes]).toEqual([0, 0, 1, 0]);
  expect(service.accuracy).toBe(5 / 6);
  expect(applyStump(training, service, 7)).toBe(0);
});

test("baselines are chosen on training and judged on test", () => {
  const unlike = table(
    [
      [10, 0, 4],
      [950, 0, 4],
      [950, 0, 4],
    ],
    [1, 1, 0],
  );
  const found = baselines(training, unlike);
  expect(found.majority).toEqual({ className: "benign", accuracy: 1 / 3 });
  expect(found.bestColumn).toMatchObject({ column: "size", trainingAccuracy: 1, accuracy: 1 / 3 });
  expect(found.bestColumn?.rule).toBe("benign if size <= 40, else scan");
});

test("the audit finds shortcuts, constants, shared and contradicting rows, and unseen classes", () => {
  const unlike = table(
    [
      [10, 0, 4],
      [Number.NaN, 2, 4],
      [20, 1, 4],
      [77, 0, 4],
    ],
    [0, 1, 2, 2],
  );
  const codes = audit(training, unlike).map((finding) => [finding.code, finding.count]);
  expect(codes).toEqual([
    ["constant-column", 1],
    ["shortcut-column", 1],
    ["shared-rows", 3],
    ["contradicting-rows", 1],
    ["unseen-class", 2],
  ]);
});

test("the audit has nothing to say about rows that share nothing", () => {
  const values = Array.from({ length: 40 }, (_, row) => [row, row % 3, row * 7]);
  const labels = values.map((_, row) => (row * 5) % 2);
  const apart = table(
    values.map(([size, service, version]) => [size + 0.5, service, version]),
    labels,
  );
  expect(audit(table(values, labels), apart)).toEqual([]);
});
