import { expect, test } from "vitest";
import { mixedTable, selectRows } from "../../../test/support/tables.ts";
import { classWeightsFrom } from "./class-weights.ts";
import { relabelled } from "./relabel.ts";

const table = mixedTable({ rows: 60, classes: 3, seed: 1 });
const column = (of: (label: number, row: number) => number) => ({
  name: "weight",
  kind: "number" as const,
  values: Float64Array.from(table.labels, of),
});

test("weights that are the same for all rows of a class are the class's", () => {
  expect(
    classWeightsFrom(
      column((label) => [0.5, 2, 4][label]),
      table,
    ),
  ).toEqual([0.5, 2, 4]);
});

test("a class without rows weighs 1", () => {
  const some = selectRows(
    table,
    [...table.labels.keys()].filter((row) => table.labels[row] !== 1),
  );
  const values = Float64Array.from(some.labels, (label) => [0.5, 2, 4][label]);
  expect(classWeightsFrom({ name: "weight", kind: "number", values }, some)).toEqual([0.5, 1, 4]);
});

test("weights that differ inside a class, and what is no weight, are refused", () => {
  expect(() =>
    classWeightsFrom(
      column((_, row) => row + 1),
      table,
    ),
  ).toThrow(
    expect.objectContaining({
      code: "training-data",
      message: expect.stringMatching(/one weight for all rows of a class/),
    }),
  );
  for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() =>
      classWeightsFrom(
        column(() => wrong),
        table,
      ),
    ).toThrow(/as the weight of row 1, expected a number above 0/);
});

test("labels become classes by the first pattern, others' rows are left out with what goes beside", () => {
  const rules = [
    { pattern: /^benign$/i, name: "Benign" },
    { pattern: /^attack 2$/, name: "Bot" },
  ];
  const beside = [{ name: "row", kind: "number" as const, values: Float64Array.from(table.labels.keys()) }];
  const { table: kept, beside: besideKept, dropped } = relabelled(table, beside, rules);
  expect(kept.classes).toEqual(["Benign", "Bot"]);
  expect(kept.rowCount + dropped).toBe(60);
  besideKept[0].values.forEach((row, index) => {
    expect(kept.labels[index]).toBe(table.labels[row] === 0 ? 0 : 1);
    expect(kept.values[0][index]).toBe(table.values[0][row]);
  });
  expect(() => relabelled(table, [], [{ pattern: /worm/, name: "Worm" }])).toThrow(
    /no row is of class 'Worm'; the labels are/,
  );
});
