// A histogram: a bar for each bin, and below, a row for each class that shows in which bins its rows lie.

import { AXIS_LINE, AXIS_TEXT, axisName, BARS, drawn, HIDDEN, widestText } from "./drawing.ts";
import { type ClassShares, type HeatCell, heatSeries, shareCells, shareTip } from "./heat.ts";
import { type Markup, shortened } from "./markup.ts";

export interface HistogramChart {
  counts: readonly number[];
  /** Where labels of the axis stand, in bins from the left edge of the first, and what they say. */
  labels: readonly AxisLabel[];
  /** What each bin holds: "20 to 40". */
  binTexts: readonly string[];
  /** Of the values: "bytes", "µs, logarithmic". */
  unit: string;
  classes?: ClassShares;
  countText: (count: number) => string;
}

export interface AxisLabel {
  at: number;
  text: string;
}

const WIDTH = 380;
const TOP = 8;
const HEIGHT = 104;
const GAP = 8;
const CLASS_HEIGHT = 15;
const CLASS_CHARACTERS = 15;
const LEFT_MIN = 46;
const RIGHT = 14;
const BELOW = 42;
/** From this many bins on, bars stand close together. */
const CLOSE_BINS = 12;

export function histogramChart(chart: HistogramChart): Markup {
  const { counts, labels, binTexts, unit, classes, countText } = chart;
  const classLabels = (classes?.names ?? []).map((name) => shortened(name, CLASS_CHARACTERS));
  const left = Math.max(LEFT_MIN, widestText(classLabels) + 10);
  const classesHeight = classLabels.length * CLASS_HEIGHT;
  const cells = shareCells(classes);
  const bins = { type: "category", data: counts.map((_, bin) => String(bin)), show: false };
  const option = {
    grid: [
      { left, right: RIGHT, top: TOP, height: HEIGHT },
      { left, right: RIGHT, top: TOP + HEIGHT + GAP, height: classesHeight },
    ],
    xAxis: [
      { ...bins, gridIndex: 0 },
      { ...bins, gridIndex: 1 },
      { ...edgeAxis(counts.length, labels), ...axisName(unit, 26), gridIndex: classesHeight > 0 ? 1 : 0 },
    ],
    yAxis: [
      {
        type: "value",
        min: 0,
        splitNumber: 3,
        splitLine: AXIS_LINE,
        axisLabel: { ...AXIS_TEXT, formatter: countText },
      },
      classAxis(classLabels),
    ],
    series: [
      { ...BARS, barCategoryGap: counts.length > CLOSE_BINS ? "6%" : "20%", data: [...counts] },
      heatSeries(
        1,
        cells.map(({ of, at, share }): HeatCell => [at, of, share]),
      ),
    ],
  };
  return drawn({
    option,
    width: WIDTH,
    height: TOP + HEIGHT + (classesHeight > 0 ? GAP + classesHeight : 0) + BELOW,
    tip: (series, index) =>
      series === 0
        ? `${binTexts[index]}: ${countText(counts[index])} rows`
        : shareTip(classes, cells[index], binTexts),
  });
}

/** An axis of numbers over the bins, so that labels can stand at their edges. */
function edgeAxis(bins: number, labels: readonly AxisLabel[]): object {
  const customValues = labels.map(({ at }) => at);
  const textAt = new Map(labels.map(({ at, text }) => [at, text]));
  return {
    type: "value",
    min: 0,
    max: bins,
    position: "bottom",
    splitLine: HIDDEN,
    axisLine: { ...AXIS_LINE, onZero: false },
    axisTick: { ...AXIS_LINE, customValues },
    axisLabel: {
      ...AXIS_TEXT,
      customValues,
      hideOverlap: true,
      formatter: (at: number) => textAt.get(at) ?? "",
    },
  };
}

function classAxis(labels: readonly string[]): object {
  return {
    type: "category",
    data: [...labels],
    inverse: true,
    gridIndex: 1,
    show: labels.length > 0,
    axisTick: HIDDEN,
    axisLine: AXIS_LINE,
    axisLabel: { ...AXIS_TEXT, interval: 0 },
  };
}
