// Charts as SVG, drawn by ECharts without a browser. Colours are those of the page, which knows light and dark.
//
// What it guarantees: the same chart gives the same bytes, whatever was drawn before; text of strangers cannot become
// markup; shapes tell on pointing what they stand for. Knows no report.

import { BarChart, CustomChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escaped, type Markup, markup, shortened } from "./markup.ts";

use([BarChart, CustomChart, GridComponent, SVGRenderer]);

export interface Drawing {
  option: EChartsCoreOption;
  width: number;
  height: number;
  /** What to say of a shape when it is pointed at. */
  tip?: (series: number, index: number) => string | undefined;
}

/** Draws what the options of ECharts tell. */
export function drawn({ option, width, height, tip }: Drawing): Markup {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    return cleaned(chart.renderToSVGString(), tip);
  } finally {
    chart.dispose();
  }
}

/** Without what scripts would need, and numbered names that depend on what was drawn before; with tips. */
function cleaned(svg: string, tip: Drawing["tip"]): Markup {
  const text = svg
    .replace(/<style >[\s\S]*?<\/style>\s*/g, "")
    .replace(/<rect [^>]*fill="none"><\/rect>\s*/, "")
    .replace(/<path ([^>]*)><\/path>/g, (_, attributes: string) => shapeText(attributes, tip))
    .replace(/ (?:class|pointer-events|xmlns:xlink|xmlns|version|baseProfile|stroke-linecap)="[^"]*"/g, "")
    .replace(/font-family:[^;"]*;?/g, "")
    .replace(/>\s*\n\s*</g, "><");
  return markup(text);
}

function shapeText(attributes: string, tip: Drawing["tip"]): string {
  const series = /ecmeta_series_index="(\d+)"/.exec(attributes);
  const index = /ecmeta_data_index="(\d+)"/.exec(attributes);
  const bare = attributes.replace(/ ecmeta_\w+="[^"]*"/g, "");
  const told = series === null || index === null ? undefined : tip?.(Number(series[1]), Number(index[1]));
  return told === undefined
    ? `<path ${bare}></path>`
    : `<path ${bare}><title>${escaped(told)}</title></path>`;
}

// --- what charts have in common ---------------------------------------------------------------------------------

const TEXT_SIZE = 11;
/** Width of a character at that size, on average. */
const CHARACTER_WIDTH = 6.1;
const [INK, SOFT, LINE, ACCENT] = ["var(--ink)", "var(--soft)", "var(--line)", "var(--accent)"];
const COLOUR = { accent: ACCENT, against: "var(--against)" } as const;
/** Characters of a name at an axis. */
const NAME_CHARACTERS = 26;

const axisText = { color: SOFT, fontSize: TEXT_SIZE };
const axisName = (name: string, nameGap: number): object => ({
  name,
  nameGap,
  nameLocation: "middle",
  nameTextStyle: { color: SOFT, fontSize: TEXT_SIZE },
});
const line = { show: true, lineStyle: { color: LINE } };
const bars = { type: "bar", silent: true, emphasis: { disabled: true } } as const;

function widestText(texts: readonly string[]): number {
  return Math.ceil(Math.max(0, ...texts.map((text) => [...text].length)) * CHARACTER_WIDTH);
}

// --- bars -----------------------------------------------------------------------------------------------------

export interface Bars {
  /** From the top down. */
  names: readonly string[];
  values: readonly number[];
  /** Text behind each bar. */
  texts: readonly string[];
  /** What the length of a bar is: "rows". */
  unit: string;
  scale: "linear" | "log";
  /** End of the axis, where it is not the largest value. */
  maximum?: number;
  width?: number;
  /** To the right of the bars: what share of each class has this value, for values by classes. */
  classes?: ClassShares;
}

export interface ClassShares {
  names: readonly string[];
  /** Of each class: its share, from 0 to 1, for each bar or bin. */
  shares: readonly (readonly number[])[];
}

const BAR_HEIGHT = 20;
const CLASS_COLUMN_WIDTH = 17;

/** Bars that lie, each with a name and a text. */
export function barChart(chart: Bars): Markup {
  const { names, values, texts, unit, scale, classes } = chart;
  const width = chart.width ?? 720;
  const labels = names.map((name) => shortened(name, NAME_CHARACTERS));
  const left = widestText(labels) + 12;
  const classLabels = (classes?.names ?? []).map((name) => shortened(name, 16));
  const classesWidth = classLabels.length * CLASS_COLUMN_WIDTH;
  const right = widestText(texts) + 10 + (classesWidth === 0 ? 0 : classesWidth + 10);
  const top = classesWidth === 0 ? 6 : widestText(classLabels) + 12;
  const height = names.length * BAR_HEIGHT;
  const category = { type: "category", data: labels, inverse: true, axisTick: { show: false } };
  const grids = [
    { left, right, top, height },
    ...(classesWidth === 0 ? [] : [{ right: 6, width: classesWidth, top, height }]),
  ];
  const valueAxis = {
    type: scale === "log" ? "log" : "value",
    ...axisName(scale === "log" ? `${unit}, logarithmic` : unit, 24),
    ...(scale === "log" ? { min: logStart(values) } : { min: 0, max: chart.maximum }),
    axisLabel: { ...axisText, hideOverlap: true },
    splitNumber: 4,
    splitLine: line,
  };
  const classAxes =
    classesWidth === 0
      ? []
      : [
          {
            type: "category",
            data: classLabels,
            gridIndex: 1,
            position: "top",
            axisTick: { show: false },
            axisLine: { show: false },
            axisLabel: { ...axisText, rotate: 90, interval: 0 },
          },
        ];
  const option = {
    grid: grids,
    xAxis: [valueAxis, ...classAxes],
    yAxis: [
      { ...category, axisLine: line, axisLabel: { ...axisText, color: INK, interval: 0 } },
      ...(classesWidth === 0
        ? []
        : [{ ...category, gridIndex: 1, axisLine: { show: false }, axisLabel: { show: false } }]),
    ],
    series: [
      {
        ...bars,
        barWidth: "72%",
        itemStyle: { color: ACCENT },
        label: {
          show: true,
          position: "right",
          ...axisText,
          formatter: ({ dataIndex }: { dataIndex: number }) => texts[dataIndex],
        },
        data: [...values],
      },
      ...(classes === undefined || classesWidth === 0
        ? []
        : [
            heatSeries(
              1,
              classes.shares.flatMap((shares, at) => shares.map((share, bar): HeatCell => [at, bar, share])),
            ),
          ]),
    ],
  };
  return drawn({
    option,
    width,
    height: top + height + 42,
    tip: (series, index) => {
      if (series === 0) return `${names[index]}: ${texts[index]}`;
      const { name, share, place } = shareAt(classes, index, names.length);
      return `${name}: ${percent(share)} ${names[place]}`;
    },
  });
}

/** Where a logarithmic axis begins: a power of ten, so that the shortest bar is seen. */
function logStart(values: readonly number[]): number {
  const smallest = Math.min(...values.filter((value) => value > 0));
  return Number.isFinite(smallest)
    ? 10 ** (Math.floor(Math.log10(smallest)) - (Number.isInteger(Math.log10(smallest)) ? 1 : 0))
    : 1;
}

function shareAt(
  classes: ClassShares | undefined,
  index: number,
  length: number,
): { name: string; share: number; place: number } {
  const [at, place] = [Math.floor(index / length), index % length];
  return { name: classes?.names[at] ?? "", share: classes?.shares[at]?.[place] ?? 0, place };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

// --- histograms -------------------------------------------------------------------------------------------------

export interface HistogramChart {
  counts: readonly number[];
  /** Where labels of the axis stand, in bins from the left edge of the first, and what they say. */
  labels: readonly { at: number; text: string }[];
  /** What each bin holds: "20 to 40". */
  binTexts: readonly string[];
  /** Of the values: "bytes", "µs (logarithmic)". */
  unit: string;
  /** Below the bars: what share of each class lies in which bin. */
  classes?: ClassShares;
  countText: (count: number) => string;
}

const HISTOGRAM = { width: 380, top: 8, height: 104, gap: 8, classHeight: 15, right: 14 } as const;

export function histogramChart(chart: HistogramChart): Markup {
  const { counts, labels, binTexts, unit, classes, countText } = chart;
  const { width, top, height, gap, classHeight, right } = HISTOGRAM;
  const classLabels = (classes?.names ?? []).map((name) => shortened(name, 15));
  const left = Math.max(46, widestText(classLabels) + 10);
  const classesHeight = classLabels.length * classHeight;
  const bins = { type: "category", data: binTexts.map((_, bin) => String(bin)), show: false };
  const edges = {
    type: "value",
    min: 0,
    max: counts.length,
    position: "bottom",
    ...axisName(unit, 26),
    splitLine: { show: false },
    axisLine: { ...line, onZero: false },
    axisTick: { ...line, customValues: labels.map(({ at }) => at) },
    axisLabel: {
      ...axisText,
      customValues: labels.map(({ at }) => at),
      formatter: (at: number) => labels.find((label) => label.at === at)?.text ?? "",
      hideOverlap: true,
    },
  };
  const lowest = classesHeight === 0 ? 0 : 1;
  const option = {
    grid: [
      { left, right, top, height },
      ...(classesHeight === 0 ? [] : [{ left, right, top: top + height + gap, height: classesHeight }]),
    ],
    xAxis: [
      { ...bins, gridIndex: 0 },
      ...(lowest === 0 ? [] : [{ ...bins, gridIndex: 1 }]),
      { ...edges, gridIndex: lowest },
    ],
    yAxis: [
      {
        type: "value",
        min: 0,
        splitNumber: 3,
        splitLine: line,
        axisLabel: { ...axisText, formatter: countText },
      },
      ...(lowest === 0
        ? []
        : [
            {
              type: "category",
              data: classLabels,
              inverse: true,
              gridIndex: 1,
              axisTick: { show: false },
              axisLine: line,
              axisLabel: { ...axisText, interval: 0 },
            },
          ]),
    ],
    series: [
      {
        ...bars,
        barCategoryGap: counts.length > 12 ? "6%" : "20%",
        itemStyle: { color: ACCENT },
        data: [...counts],
      },
      ...(classes === undefined || lowest === 0
        ? []
        : [
            heatSeries(
              1,
              classes.shares.flatMap((shares, at) => shares.map((share, bin): HeatCell => [bin, at, share])),
            ),
          ]),
    ],
  };
  return drawn({
    option,
    width,
    height: top + height + (lowest === 0 ? 0 : gap + classesHeight) + 42,
    tip: (series, index) => {
      if (series === 0) return `${binTexts[index]}: ${countText(counts[index])} rows`;
      const { name, share, place } = shareAt(classes, index, counts.length);
      return `${name}: ${percent(share)} in ${binTexts[place]}`;
    },
  });
}

const SPARK = { width: 120, height: 22 } as const;

/** Bars as small as a word. */
export function sparkChart(counts: readonly number[]): Markup {
  const hidden = { show: false };
  const option = {
    grid: { left: 0, right: 0, top: 1, bottom: 0 },
    xAxis: { type: "category", data: counts.map((_, bin) => String(bin)), ...hidden },
    yAxis: { type: "value", min: 0, max: Math.max(...counts), ...hidden },
    series: [
      { ...bars, barMinHeight: 1, barCategoryGap: "8%", itemStyle: { color: ACCENT }, data: [...counts] },
    ],
  };
  return drawn({ option, ...SPARK });
}

// --- heat -------------------------------------------------------------------------------------------------------

type HeatCell = [x: number, y: number, value: number];

interface HeatItem {
  type: "rect";
  shape: { x: number; y: number; width: number; height: number };
  style: object;
  textContent?: object;
  textConfig?: object;
}

interface CellPlace {
  coord(place: readonly number[]): number[];
  size(extent: readonly number[]): number[];
}

/** Values from -1 to 1 as cells: colour by sign, strength by size. */
function heatSeries(grid: number, cells: readonly HeatCell[], textOf?: (value: number) => string): object {
  const renderItem = ({ dataIndex }: { dataIndex: number }, { coord, size }: CellPlace): HeatItem => {
    const [x, y, value] = cells[dataIndex];
    const [centreX, centreY] = coord([x, y]);
    const [width, height] = size([1, 1]).map((side) => side - 1);
    const style = { fill: value < 0 ? COLOUR.against : COLOUR.accent, opacity: strength(value) };
    const shape = {
      x: tenth(centreX - width / 2),
      y: tenth(centreY - height / 2),
      width: tenth(width),
      height: tenth(height),
    };
    if (textOf === undefined) return { type: "rect", shape, style };
    const text = { type: "text", style: { text: textOf(value), fill: INK, fontSize: 10 } };
    return { type: "rect", shape, style, textContent: text, textConfig: { position: "inside" } };
  };
  return {
    type: "custom",
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    emphasis: { disabled: true },
    renderItem,
    data: cells.map((cell) => [...cell]),
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Small shares are still seen: strength grows with the root. */
function strength(value: number): number {
  return Number.isNaN(value) ? 0 : Number(Math.sqrt(Math.min(1, Math.abs(value))).toFixed(2));
}

export interface MatrixChart {
  names: readonly string[];
  /** From -1 to 1; NaN for none. */
  values: readonly (readonly number[])[];
  tip: (row: number, column: number) => string;
}

/** Matrices of at most this many columns have their numbers written into the cells. */
const NUMBERED_MAX = 14;
/** Values below are as good as none. */
const FAINT = 0.03;

export function matrixChart({ names, values, tip }: MatrixChart): { svg: Markup; width: number } {
  const numbered = names.length <= NUMBERED_MAX;
  const cell = numbered ? 38 : names.length > 40 ? 12 : 17;
  const labels = names.map((name) => shortened(name, NAME_CHARACTERS));
  const margin = widestText(labels) + 12;
  const size = names.length * cell;
  const shown: { row: number; column: number; value: number }[] = values.flatMap((row, at) =>
    row.flatMap((value, column) =>
      Math.abs(value) >= FAINT && column !== at ? [{ row: at, column, value }] : [],
    ),
  );
  const axis = {
    type: "category",
    data: labels,
    axisTick: { show: false },
    axisLine: line,
    splitLine: { ...line, show: names.length <= 40, interval: 0 },
  };
  const fontSize = Math.min(TEXT_SIZE, cell - 2);
  const option = {
    grid: { left: margin, top: margin, width: size, height: size },
    xAxis: {
      ...axis,
      position: "top",
      axisLabel: { ...axisText, fontSize, color: INK, rotate: 90, interval: 0 },
    },
    yAxis: { ...axis, inverse: true, axisLabel: { ...axisText, fontSize, color: INK, interval: 0 } },
    series: [
      heatSeries(
        0,
        shown.map(({ row, column, value }): HeatCell => [column, row, value]),
        numbered ? (value) => value.toFixed(2) : undefined,
      ),
    ],
  };
  const svg = drawn({
    option,
    width: margin + size + 8,
    height: margin + size + 8,
    tip: (_, index) => tip(shown[index].row, shown[index].column),
  });
  return { svg, width: margin + size + 8 };
}
