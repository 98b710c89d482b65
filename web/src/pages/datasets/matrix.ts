// A matrix of correlations as a heat map, and its strongest pairs in words.

import type { ChartOption } from "../../parts/chart.tsx";
import type { Matrix } from "./types.ts";

const NAME_MAX = 26;
/** From −1 over 0 to 1: told apart also by those who see red and green alike. */
const COLOURS = ["#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788"];

export interface Pair {
  one: string;
  other: string;
  value: number;
}

export function strongest({ columns, values }: Matrix, limit: number): Pair[] {
  const pairs: Pair[] = [];
  for (let row = 0; row < columns.length; row++) {
    for (let column = 0; column < row; column++) {
      const value = values[row]?.[column];
      if (typeof value === "number") pairs.push({ one: columns[column], other: columns[row], value });
    }
  }
  return pairs.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, limit);
}

export function matrixOption({ columns, values }: Matrix): ChartOption {
  const names = columns.map((name) => (name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name));
  const cells = values.flatMap((row, y) =>
    row.map((value, x) => [x, y, value === null ? "-" : Number(value.toFixed(4))]),
  );
  const axis = { type: "category", data: names, splitArea: { show: false }, axisTick: { show: false } };
  return {
    grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
    tooltip: {
      formatter: ({ value: [x, y, value] }: { value: [number, number, number | string] }) =>
        `${columns[x]}\n${columns[y]}\n${value === "-" ? "not defined" : value}`,
    },
    xAxis: { ...axis, axisLabel: { rotate: 90, interval: 0, fontSize: 10 } },
    yAxis: { ...axis, inverse: true, axisLabel: { interval: 0, fontSize: 10 } },
    visualMap: {
      min: -1,
      max: 1,
      calculable: false,
      orient: "horizontal",
      left: 0,
      top: 0,
      itemHeight: 160,
      itemWidth: 10,
      text: ["1", "−1"],
      inRange: { color: COLOURS },
    },
    series: [{ type: "heatmap", data: cells, progressive: 4_000, animation: false }],
  };
}
