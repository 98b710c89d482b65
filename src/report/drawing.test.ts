// Charts as a reader sees them: what is in the SVG, and that nothing else is.

import { describe, expect, test } from "vitest";
import { barChart, sparkChart } from "./bars.ts";
import { matrixChart } from "./heat.ts";
import { histogramChart } from "./histogram.ts";

const HOSTILE = `<script>alert("1")</script>&{a|b}`;

const bars = () =>
  barChart({
    names: ["tcp", HOSTILE],
    values: [30, 10],
    texts: ["75 %", "25 %"],
    unit: "rows",
    scale: "linear",
    classes: {
      names: ["benign", "scan"],
      shares: [
        [0.9, 0.1],
        [0, 1],
      ],
    },
  });
const histogram = () =>
  histogramChart({
    counts: [5, 0, 2],
    labels: [
      { at: 0, text: "1" },
      { at: 3, text: "1k" },
    ],
    binTexts: ["1 to 10", "10 to 100", "100 to 1k"],
    unit: "bytes, logarithmic",
    countText: String,
    classes: {
      names: ["benign", HOSTILE],
      shares: [
        [1, 0, 0],
        [0, 0, 1],
      ],
    },
  });
const matrix = () =>
  matrixChart({
    names: ["a", HOSTILE, "c"],
    values: [
      [1, 0.5, -0.25],
      [0.5, 1, Number.NaN],
      [-0.25, 0.01, 1],
    ],
    tip: (row, column) => `${row},${column}`,
  });

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const tips = (svg: string): string[] => [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text);

describe.each([
  ["bars", bars],
  ["histogram", histogram],
  ["matrix", matrix],
  ["spark", () => sparkChart([1, 5, 2])],
])("%s", (_, draw) => {
  test("is the same whenever it is drawn", () => {
    expect(draw()).toBe(draw());
  });

  test("holds shapes and texts, and nothing that runs or loads", () => {
    const tags = new Set([...draw().matchAll(/<([a-z]+)/gi)].map(([, tag]) => tag));
    for (const tag of tags) expect(["svg", "g", "path", "text", "title"]).toContain(tag);
    expect(draw()).not.toMatch(/ecmeta|class=|href|url\(|javascript/);
  });
});

test("bars have names, texts, ticks, a unit, and tell what they stand for", () => {
  expect(texts(bars())).toEqual(
    expect.arrayContaining(["tcp", "75 %", "25 %", "rows", "0", "benign", "scan"]),
  );
  expect(tips(bars())).toEqual(expect.arrayContaining(["tcp: 75 %", "benign: 90 % in tcp"]));
  // A share of nothing is no cell.
  expect(tips(bars()).filter((tip) => tip.startsWith("scan"))).toHaveLength(1);
});

test("a histogram has its edges, its unit, its classes and a tip a bar", () => {
  expect(texts(histogram())).toEqual(expect.arrayContaining(["1", "1k", "bytes, logarithmic", "benign"]));
  expect(tips(histogram())).toEqual(expect.arrayContaining(["1 to 10: 5 rows", "benign: 100 % in 1 to 10"]));
});

test("a matrix has a cell for each pair that says something, coloured by sign", () => {
  expect(tips(matrix()).sort()).toEqual(["0,1", "0,2", "1,0", "2,0"]);
  expect(matrix().match(/fill="var\(--against\)"/g)).toHaveLength(2);
  expect(texts(matrix())).toEqual(expect.arrayContaining(["0.50", "-0.25", "a", "c"]));
});
