import { expect, test } from "vitest";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../feature/table.ts";
import { audit } from "./audit.ts";

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
