// A histogram as a chart: a bar for each bin, divided by the classes with the most rows.

import type { ChartOption } from "../../parts/chart.tsx";
import { count, figure, momentOfUs } from "../../parts/format.ts";
import type { ColumnProfile } from "./types.ts";

/** Classes with a colour of their own; the rows of all others are taken together. */
const CLASSES_SHOWN = 6;
const OTHERS = "other classes";

/** Undefined for columns without one. */
export function histogramOption(
  { kind, unit, histogram }: Pick<ColumnProfile, "kind" | "unit" | "histogram">,
  classes: readonly string[],
): ChartOption | undefined {
  if (histogram === undefined || histogram.bins.length === 0) return undefined;
  const { scale, bins } = histogram;
  const text = (value: number): string => (kind === "time" ? momentOfUs(value).slice(0, 19) : figure(value));
  const names = bins.map(({ low, high }) => (low === high ? text(low) : `${text(low)} to ${text(high)}`));
  const series = seriesOf(bins, classes);
  return {
    grid: { left: 8, right: 8, top: series.length > 1 ? 44 : 12, bottom: 28, containLabel: true },
    ...(series.length > 1 ? { legend: { type: "scroll", top: 0, left: 0, right: 0 } } : {}),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      valueFormatter: (value: unknown) => `${count(Number(value))} rows`,
    },
    xAxis: {
      type: "category",
      data: names,
      name: `${scale === "values" ? "value" : scale === "log" ? "value, bins grow" : "value"}${unit === "" ? "" : `, ${unit}`}`,
      nameLocation: "middle",
      nameGap: 28,
      axisLabel: { hideOverlap: true, formatter: (name: string) => name.split(" to ")[0] },
    },
    yAxis: { type: "value", name: "rows", minInterval: 1 },
    series: series.map(({ name, rows }) => ({
      type: "bar",
      name,
      stack: "rows",
      barCategoryGap: "8%",
      data: rows,
    })),
  };
}

interface Series {
  name: string;
  rows: number[];
}

function seriesOf(
  bins: readonly { rows: number; byClass?: number[] }[],
  classes: readonly string[],
): Series[] {
  if (classes.length === 0 || bins.some(({ byClass }) => byClass === undefined))
    return [{ name: "rows", rows: bins.map(({ rows }) => rows) }];
  const shown = classes.slice(0, CLASSES_SHOWN).map((name, index) => ({
    name,
    rows: bins.map(({ byClass = [] }) => byClass[index] ?? 0),
  }));
  // Rows without a class are among the others, so that bars are as high as their bins.
  const others = bins.map(({ rows }, bin) => rows - shown.reduce((sum, one) => sum + one.rows[bin], 0));
  return others.some((rows) => rows > 0) ? [...shown, { name: OTHERS, rows: others }] : shown;
}
