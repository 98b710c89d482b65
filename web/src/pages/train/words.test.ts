// Words of runs: which figure is the best, and what rows are called.

import { expect, test } from "vitest";
import { bestOf, datasetOf, rowsText, runName } from "./words.ts";

const GREATER = { greaterIsBetter: true };

test("the best is the greatest or the least, and one figure alone is none", () => {
  expect(bestOf([0.1, 0.9, 0.5], GREATER)).toBe(1);
  expect(bestOf([0.1, 0.9, 0.5], { greaterIsBetter: false })).toBe(0);
  expect(bestOf([null, undefined, 0.5], GREATER)).toBeUndefined();
  expect(bestOf([null, 0.4, 0.5], GREATER)).toBe(2);
});

test("rows are called by what people know of them", () => {
  expect(rowsText(["uploads/abc-1/rows.csv", "nsl@train"])).toBe("rows.csv, nsl@train");
  expect(datasetOf("nsl:clean@train")).toBe("nsl");
  expect(datasetOf("uploads/abc-1/rows.csv")).toBeUndefined();
  expect(datasetOf("rows.csv")).toBeUndefined();
});

test("a run is called by its learner and the end of its id", () => {
  expect(runName({ id: "20261130-001122-1a2b3c4d", learner: "tree" } as never)).toBe("tree 1a2b3c4d");
});
