import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CellValue, tableOf } from "../../../test/support/profile.ts";
import { type Duck, openDuck } from "../duck.ts";
import type { Matrix, NumberColumn, Profile } from "./contract.ts";
import { profileTable } from "./profile.ts";

interface GoldenColumn {
  missing: number;
  infinite: number;
  zeros: number;
  negative: number;
  distinct: number;
  mean: number;
  standardDeviation: number;
  quantiles: number[];
  medianByClass: Record<string, number>;
  correlationRatio: number;
}

interface Golden {
  numbers: Record<string, CellValue[]>;
  categories: Record<string, string[]>;
  columns: Record<string, GoldenColumn>;
  pearson: number[][];
  spearman: number[][];
  cramersV: number[][];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/profile.json", import.meta.url), "utf8"),
);
const names = Object.keys(golden.numbers);

let folder = "";
let duck: Duck;
let profile: Profile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "500MB" });
  const table = await tableOf(duck, {
    folder,
    kinds: {
      ...Object.fromEntries(names.map((name) => [name, "number" as const])),
      ...Object.fromEntries(Object.keys(golden.categories).map((name) => [name, "category" as const])),
    },
    values: { ...golden.numbers, ...golden.categories },
    label: "label",
  });
  profile = await profileTable({ duck, table });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Equal to nine digits of the larger of the two, or of `scale`. */
function expectAlike(found: number | undefined, expected: number, scale = 0): void {
  const bound = 1e-9 * Math.max(Math.abs(expected), scale) + 1e-300;
  expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(bound);
}

test.each(Object.entries(golden.columns))(
  "facts of '%s' are numpy's and scikit-learn's",
  (name, expected) => {
    const column = profile.columns.find((each) => each.name === name) as NumberColumn;
    const { missing, infinite, zeros, negative } = expected;
    expect(column).toMatchObject({ kind: "number", missing, infinite, zeros, negative });
    expect(column.distinct).toEqual({ count: expected.distinct, exact: true });
    expectAlike(column.mean, expected.mean);
    // numpy itself loses digits where differences are small beside the values.
    const isOffset = name === "offset";
    const digits = isOffset ? 1e-6 : 1e-9;
    expect(Math.abs((column.standardDeviation ?? 0) / expected.standardDeviation - 1)).toBeLessThan(digits);
    for (const [at, quantile] of (column.quantiles ?? []).entries())
      expectAlike(quantile.value, expected.quantiles[at]);
    expect(column.quantiles).toHaveLength(expected.quantiles.length);
    for (const each of column.byClass ?? [])
      expectAlike(
        each.quantiles?.find(({ share }) => share === 0.5)?.value,
        expected.medianByClass[each.name],
        1e-6,
      );
    expect(column.byClass?.map((each) => each.name).sort()).toEqual(
      Object.keys(expected.medianByClass).sort(),
    );
    const tie = profile.classTies.find((each) => each.column === name);
    expect(tie?.measure).toBe("correlation-ratio");
    expect(Math.abs((tie?.value ?? 0) - expected.correlationRatio)).toBeLessThan(1e-9);
  },
);

function expectMatrix(
  found: Matrix | undefined,
  columns: string[],
  expected: number[][],
  bound: number,
): void {
  expect(found?.columns).toEqual(columns);
  for (const [a, row] of expected.entries())
    for (const [b, value] of row.entries())
      expect(
        Math.abs((found?.values[a][b] ?? Number.NaN) - value),
        `${columns[a]}, ${columns[b]}`,
      ).toBeLessThan(bound);
}

test("correlations are scipy's, over the rows where both are finite", () => {
  expectMatrix(profile.pearson, names, golden.pearson, 1e-9);
  expectMatrix(profile.spearman, names, golden.spearman, 1e-9);
  // Ranks and values must differ somewhere, or one could stand for the other.
  expect(golden.spearman[0][1] - golden.pearson[0][1]).toBeGreaterThan(0.3);
});

test("Cramér's V is Bergsma's of scipy's chi-square", () => {
  const columns = Object.keys(golden.categories);
  const expected = golden.cramersV.map((row, at) => row.with(at, 1));
  expectMatrix(profile.cramersV, columns, expected, 1e-9);
});
