// Bars: lying ones with names, and standing ones as small as a word.

import { shortText } from "../base/short-number.ts";
import {
  AXIS_LINE,
  AXIS_TEXT,
  axisName,
  BARS,
  drawn,
  HIDDEN,
  NAME_CHARACTERS,
  NAME_TEXT,
  widestText,
} from "./drawing.ts";
import { type ClassShares, type HeatCell, heatSeries, shareCells, shareTip } from "./heat.ts";
import { type Markup, shortened } from "./markup.ts";

export interface BarChart {
  /** From the top down. */
  names: readonly string[];
  values: readonly number[];
  /** Text behind each bar. */
  texts: readonly string[];
  /** What the length of a bar is: "rows". */
  unit: string;
  scale: "linear" | "log";
  /** End of the axis, where it is not to be chosen by the values. */
  maximum?: number;
  width?: number;
  /** To the right of the bars: what share of each class has which value. */
  classes?: ClassShares;
}

const WIDTH = 540;
const BAR_HEIGHT = 20;
const CLASS_WIDTH = 17;
const CLASS_CHARACTERS = 16;
const BELOW = 42;

export function barChart(chart: BarChart): Markup {
  const { names, values, texts, classes } = chart;
  const labels = names.map((name) => shortened(name, NAME_CHARACTERS));
  const classLabels = (classes?.names ?? []).map((name) => shortened(name, CLASS_CHARACTERS));
  const classesWidth = classLabels.length * CLASS_WIDTH;
  const right = widestText(texts) + 10 + (classesWidth === 0 ? 0 : classesWidth + 10);
  const top = classesWidth === 0 ? 6 : widestText(classLabels) + 12;
  const height = names.length * BAR_HEIGHT;
  const cells = shareCells(classes);
  const nameAxis = { type: "category", data: labels, inverse: true, axisTick: HIDDEN };
  const bars = {
    ...BARS,
    barWidth: "72%",
    label: {
      show: true,
      position: "right",
      ...AXIS_TEXT,
      formatter: (bar: { dataIndex: number }) => texts[bar.dataIndex],
    },
    data: [...values],
  };
  const option = {
    grid: [
      { left: widestText(labels) + 12, right, top, height },
      { right: 6, width: classesWidth, top, height },
    ],
    xAxis: [valueAxis(chart), classAxis(classLabels)],
    yAxis: [
      { ...nameAxis, axisLine: AXIS_LINE, axisLabel: NAME_TEXT },
      { ...nameAxis, gridIndex: 1, show: false },
    ],
    series: [
      bars,
      heatSeries(
        1,
        cells.map(({ of, at, share }): HeatCell => [of, at, share]),
      ),
    ],
  };
  return drawn({
    option,
    width: chart.width ?? WIDTH,
    height: top + height + BELOW,
    tip: (series, index) =>
      series === 0 ? `${names[index]}: ${texts[index]}` : shareTip(classes, cells[index], names),
  });
}

function valueAxis({ unit, scale, values, maximum }: BarChart): object {
  const isLog = scale === "log";
  return {
    type: isLog ? "log" : "value",
    ...axisName(isLog ? `${unit}, logarithmic` : unit, 24),
    min: isLog ? logStart(values) : 0,
    ...(maximum === undefined ? { splitNumber: 3 } : { max: maximum, interval: maximum / 4 }),
    axisLabel: {
      ...AXIS_TEXT,
      hideOverlap: true,
      formatter: (value: number) => (isLog && value < 1 ? "" : shortText(value)),
    },
    splitLine: AXIS_LINE,
  };
}

/** Where a logarithmic axis of counts begins, so that a bar of one row is seen. */
function logStart(values: readonly number[]): number {
  const smallest = Math.min(...values.filter((value) => value > 0));
  return Number.isFinite(smallest) && smallest >= 10 ? 10 ** (Math.ceil(Math.log10(smallest)) - 1) : 0.5;
}

function classAxis(labels: readonly string[]): object {
  return {
    type: "category",
    data: [...labels],
    gridIndex: 1,
    position: "top",
    show: labels.length > 0,
    axisTick: HIDDEN,
    axisLine: HIDDEN,
    axisLabel: { ...AXIS_TEXT, rotate: -90, interval: 0 },
  };
}

const SPARK = { width: 120, height: 22 } as const;

/** Bars as small as a word. */
export function sparkChart(counts: readonly number[]): Markup {
  const option = {
    grid: { left: 0, right: 0, top: 1, bottom: 0 },
    xAxis: { type: "category", data: counts.map((_, bin) => String(bin)), ...HIDDEN },
    yAxis: { type: "value", min: 0, max: Math.max(...counts), ...HIDDEN },
    series: [{ ...BARS, barMinHeight: 1, barCategoryGap: "8%", data: [...counts] }],
  };
  return drawn({ option, ...SPARK });
}
