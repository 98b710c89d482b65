// A histogram's bars: as high as their bins, whatever the classes.

import { expect, test } from "vitest";
import { histogramOption } from "./histogram.ts";
import { matrixOption, strongest } from "./matrix.ts";
import { nameFrom, nameProblem } from "./names.ts";
import type { Histogram } from "./types.ts";

interface Told {
  xAxis: { data: string[]; name: string };
  series: { name: string; data: number[] }[];
}

const CLASSES = Array.from({ length: 8 }, (_, index) => `class ${index}`);

function optionOf(histogram: Histogram, classes: string[]): Told {
  return histogramOption({ kind: "number", unit: "bytes", histogram }, classes) as unknown as Told;
}

test("classes beyond the first, and rows without one, are told together", () => {
  const bins = [
    { low: 0, high: 0, rows: 40, byClass: [1, 2, 3, 4, 5, 6, 7, 8] },
    { low: 1, high: 10, rows: 8, byClass: [8, 0, 0, 0, 0, 0, 0, 0] },
  ];
  const { series, xAxis } = optionOf({ scale: "log", bins }, CLASSES);
  expect(xAxis.data).toEqual(["0", "1 to 10"]);
  expect(xAxis.name).toBe("value, bins grow, bytes");
  expect(series).toHaveLength(7);
  expect(series.at(-1)).toMatchObject({ name: "other classes", data: [19, 0] });
  bins.forEach(({ rows }, bin) => {
    expect(series.reduce((sum, { data }) => sum + data[bin], 0)).toBe(rows);
  });
});

test("without classes there is one series, without bins none", () => {
  const bins = [{ low: 0, high: 1, rows: 3 }];
  expect(optionOf({ scale: "linear", bins }, CLASSES).series).toMatchObject([{ name: "rows", data: [3] }]);
  expect(histogramOption({ kind: "number", unit: "", histogram: { scale: "linear", bins: [] } }, [])).toBe(
    undefined,
  );
  expect(histogramOption({ kind: "text", unit: "" }, [])).toBeUndefined();
});

test("a matrix tells its strongest pairs, without a column with itself or what is not defined", () => {
  const matrix = {
    columns: ["a", "b", "a name that is far too long to stand beside a map"],
    values: [
      [1, -0.9, null],
      [-0.9, 1, 0.2],
      [null, 0.2, 1],
    ],
  };
  expect(strongest(matrix, 5)).toEqual([
    { one: "a", other: "b", value: -0.9 },
    { one: "b", other: matrix.columns[2], value: 0.2 },
  ]);
  const { series, xAxis } = matrixOption(matrix) as unknown as {
    series: { data: unknown[][] }[];
    xAxis: { data: string[] };
  };
  expect(series[0].data).toHaveLength(9);
  expect(series[0].data[2]).toEqual([2, 0, "-"]);
  expect(xAxis.data[2].endsWith("…")).toBe(true);
});

test("names of files become names of data sets", () => {
  expect(nameFrom("KDDTrain+.txt.gz")).toBe("KDDTrain");
  expect(nameFrom("../week 1 <b>.csv")).toBe("week-1-b");
  expect(nameFrom("+++.csv")).toBe("");
  expect(nameProblem("a b")).toBeDefined();
  expect(nameProblem("a-b.1")).toBeUndefined();
});
