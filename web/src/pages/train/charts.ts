// Charts of runs as options of ECharts: curves of one run or of several, each with its name. Pure; what is drawn is text and
// numbers, never markup.

import type { ChartOption } from "../../parts/chart.tsx";
import { percent, score } from "../../parts/format.ts";
import { SERIES } from "../../theme.ts";
import type { Calibration, Curves, ThresholdPoint } from "./types.ts";

export interface NamedCurves {
  name: string;
  curves: Curves;
}

const GRID = { left: 8, right: 20, top: 36, bottom: 28, containLabel: true };
const LEGEND = { type: "scroll", top: 0, left: 0 };
const DIAGONAL = { type: "dashed", width: 1, color: "#8a9299" };

const rate = (name: string) => ({
  type: "value",
  name,
  nameLocation: "middle",
  nameGap: 26,
  min: 0,
  max: 1,
  axisLabel: { formatter: (value: number) => percent(value, 0) },
});

function upright(name: string) {
  return { ...rate(name), nameGap: 44 };
}

interface Item {
  seriesName?: string;
  value: (number | null)[];
}

/** Receiver operating characteristic, with the diagonal of guessing. */
export function rocOption(runs: readonly NamedCurves[]): ChartOption {
  return {
    grid: GRID,
    legend: LEGEND,
    tooltip: {
      trigger: "item",
      formatter: ({ seriesName, value: [alarms, detected, threshold] }: Item) =>
        `${seriesName}\nfalse alarms ${percent(alarms, 2)}\ndetected ${percent(detected, 2)}\nthreshold ${score(threshold, 3)}`,
    },
    xAxis: rate("False alarm rate"),
    yAxis: upright("Detection rate"),
    series: [
      ...runs.map(({ name, curves }, at) =>
        line(
          named(name, curves.rocAuc),
          curves.roc.map(({ falseAlarmRate, detectionRate, threshold }) => [
            falseAlarmRate,
            detectionRate,
            threshold,
          ]),
          at,
        ),
      ),
      diagonal(),
    ],
  };
}

/** Precision over recall. */
export function precisionOption(runs: readonly NamedCurves[]): ChartOption {
  return {
    grid: GRID,
    legend: LEGEND,
    tooltip: {
      trigger: "item",
      formatter: ({ seriesName, value: [recall, precision, threshold] }: Item) =>
        `${seriesName}\nrecall ${percent(recall, 2)}\nprecision ${percent(precision, 2)}\nthreshold ${score(threshold, 3)}`,
    },
    xAxis: rate("Recall"),
    yAxis: upright("Precision"),
    series: runs.map(({ name, curves }, at) =>
      line(
        named(name, curves.prAuc),
        curves.precisionRecall.map(({ detectionRate, precision, threshold }) => [
          detectionRate,
          precision,
          threshold,
        ]),
        at,
      ),
    ),
  };
}

/** What was said and what was found, with the diagonal of honesty. */
export function calibrationOption(runs: readonly { name: string; calibration: Calibration }[]): ChartOption {
  return {
    grid: GRID,
    legend: LEGEND,
    tooltip: {
      trigger: "item",
      formatter: ({ seriesName, value: [said, found, rows] }: Item) =>
        `${seriesName}\nsaid ${percent(said)}\nfound ${percent(found)}\n${rows?.toLocaleString("en-GB")} rows`,
    },
    xAxis: rate("Probability said"),
    yAxis: upright("Share found"),
    series: [
      ...runs.map(({ name, calibration: { bins, expectedError } }, at) => ({
        ...line(
          expectedError === null ? name : `${name} · error ${score(expectedError, 3)}`,
          bins.map(({ said, found, rows }) => [said, found, rows]),
          at,
        ),
        showSymbol: true,
        symbolSize: 6,
      })),
      diagonal(),
    ],
  };
}

/** Detection and false alarms at each threshold, with the one that is chosen. */
export function thresholdOption(points: readonly ThresholdPoint[], threshold: number): ChartOption {
  const told = points.filter((point) => point.threshold !== null);
  const series = (name: string, of: (point: ThresholdPoint) => number, at: number) =>
    line(
      name,
      told.map((point) => [point.threshold, of(point)]),
      at,
    );
  return {
    grid: GRID,
    legend: LEGEND,
    tooltip: {
      trigger: "axis",
      valueFormatter: (value: number) => percent(value, 2),
    },
    xAxis: { type: "value", min: 0, max: 1, name: "Threshold", nameLocation: "middle", nameGap: 26 },
    yAxis: { type: "value", min: 0, max: 1, axisLabel: { formatter: (value: number) => percent(value, 0) } },
    series: [
      {
        ...series("Detection rate", ({ detectionRate }) => detectionRate, 0),
        markLine: {
          symbol: "none",
          silent: true,
          animation: false,
          lineStyle: { type: "solid", width: 1.5, color: "#8a9299" },
          label: { show: false },
          data: [{ xAxis: threshold }],
        },
      },
      series("False alarm rate", ({ falseAlarmRate }) => falseAlarmRate, 1),
      series("Precision in the test", ({ precision }) => precision, 2),
    ],
  };
}

/** Figures of iterations, a line for each; those of small numbers on a logarithmic axis where asked for. */
export function progressOption(
  fits: readonly { name: string; points: readonly { done: number; metrics: Record<string, number> }[] }[],
  metrics: readonly string[],
  isLogarithmic: boolean,
): ChartOption {
  const series = fits.flatMap(({ name, points }) =>
    metrics.flatMap((metric) => {
      const values = points.flatMap(({ done, metrics: told }): [number, number][] => {
        const value = told[metric];
        return value === undefined || (isLogarithmic && value <= 0) ? [] : [[done, value]];
      });
      return values.length === 0 ? [] : [{ name: fits.length > 1 ? `${name}: ${metric}` : metric, values }];
    }),
  );
  return {
    animation: false,
    grid: GRID,
    legend: LEGEND,
    tooltip: { trigger: "axis", valueFormatter: (value: number) => Number(value).toPrecision(5) },
    xAxis: {
      type: "value",
      name: "Iteration",
      nameLocation: "middle",
      nameGap: 26,
      minInterval: 1,
      min: "dataMin",
      max: "dataMax",
    },
    yAxis: { type: isLogarithmic ? "log" : "value", scale: true },
    series: series.map(({ name, values }, at) => ({
      ...line(name, values, at),
      showSymbol: values.length < 12,
    })),
  };
}

function named(name: string, area: number | null): string {
  return area === null ? name : `${name} · area ${score(area)}`;
}

function line(name: string, values: (number | null)[][], at: number) {
  const colour = SERIES[at % SERIES.length];
  return {
    type: "line",
    name,
    data: values,
    showSymbol: false,
    symbol: "circle",
    animation: false,
    lineStyle: { width: 1.8, type: at >= SERIES.length ? "dashed" : "solid" },
    itemStyle: { color: colour },
    color: colour,
  };
}

function diagonal() {
  return {
    type: "line",
    data: [
      [0, 0],
      [1, 1],
    ],
    showSymbol: false,
    silent: true,
    animation: false,
    lineStyle: DIAGONAL,
    tooltip: { show: false },
  };
}
