// Contributions by permutation, against Shapley values worked out by hand.

import { expect, test } from "vitest";
import type { ColumnSpecification } from "../feature/table.ts";
import { type ExplainedValue, permutationContributions, rankedContributions } from "./permutation.ts";

function columnsOf(...names: string[]): ColumnSpecification[] {
  return names.map((name) => ({ name, kind: "numeric", unit: "", categories: [], description: "" }));
}

function explainedBy(of: (row: Float64Array) => number, width: number): ExplainedValue {
  return (rows, count, out) => {
    for (let row = 0; row < count; row++) out[row] = of(rows.subarray(row * width, (row + 1) * width));
  };
}

const ABC = columnsOf("a", "b", "c");

test("an additive value is told apart exactly", () => {
  const value = explainedBy(([a, b, c]) => 2 * a - 3 * b + c, 3);
  const { bias, amounts } = permutationContributions(
    value,
    Float64Array.of(5, 1, 4),
    Float64Array.of(1, 1, 1),
    {
      columns: ABC,
    },
  );
  expect(bias).toBe(0);
  expect([...amounts]).toEqual([8, 0, 3]);
  expect(rankedContributions(amounts, 1)).toEqual([{ column: 0, amount: 8 }]);
});

test("what two columns do together is shared equally, as an order and its reverse have it", () => {
  const value = explainedBy(([a, b]) => a * b, 3);
  const row = Float64Array.of(2, 3, 9);
  const { amounts } = permutationContributions(value, row, Float64Array.of(0, 0, 0), {
    columns: ABC,
    orders: 2,
  });
  expect([...amounts]).toEqual([3, 3, 0]);
});

test("sums to the value whatever the orders, missing values included", () => {
  const value = explainedBy(
    ([a, b, c]) => (Number.isNaN(a) ? 1 : a) * Math.sin(Number.isNaN(b) ? c : b * c),
    3,
  );
  const [row, reference] = [Float64Array.of(Number.NaN, 2, 3), Float64Array.of(5, Number.NaN, 7)];
  for (const orders of [2, 8, 32]) {
    const { bias, amounts } = permutationContributions(value, row, reference, { columns: ABC, orders });
    expect(bias).toBe(5 * Math.sin(7));
    expect(amounts.reduce((sum, amount) => sum + amount, bias)).toBeCloseTo(Math.sin(6), 12);
  }
});

test("the order of the columns changes nothing", () => {
  const options = { columns: ABC, orders: 2 };
  const straight = explainedBy(([a, b, c]) => a * b * (c + 1), 3);
  const turned = explainedBy(([c, a, b]) => a * b * (c + 1), 3);
  const zeros = new Float64Array(3);
  const first = permutationContributions(straight, Float64Array.of(1, 2, 3), zeros, options);
  const second = permutationContributions(turned, Float64Array.of(3, 1, 2), zeros, {
    ...options,
    columns: columnsOf("c", "a", "b"),
  });
  expect([second.amounts[1], second.amounts[2], second.amounts[0]]).toEqual([...first.amounts]);
});

test("asks for the orders' rows and no more, and for one where nothing differs", () => {
  let asked = 0;
  const value: ExplainedValue = (_, count, out) => {
    asked += count;
    out.fill(0);
  };
  const row = Float64Array.of(1, 2, 3);
  permutationContributions(value, row, Float64Array.of(0, 2, 0), { columns: ABC, orders: 4 });
  expect(asked).toBe(1 + 4 * 3);
  asked = 0;
  permutationContributions(value, row, row, { columns: ABC });
  expect(asked).toBe(1);
});
