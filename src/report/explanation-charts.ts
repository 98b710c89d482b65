// Charts of explanations: a waterfall from what is expected to what a row scores, and a swarm of many rows' amounts.

import { shortText } from "../base/short-number.ts";
import { AXIS_LINE, AXIS_TEXT, axisName, COLOUR, drawn, HIDDEN, NAME_TEXT, widestText } from "./drawing.ts";
import type { ExplainedSwarmColumn } from "./explanation-contract.ts";
import { type Markup, shortened } from "./markup.ts";

const BAR_HEIGHT = 21;
const TOP = 6;
const BELOW = 42;

/** As ECharts asks for the shape of an item. */
interface ItemPlace {
  coord(place: readonly number[]): number[];
}

export interface WaterfallChart {
  /** From the top down: what moves the score, and by how much. */
  names: readonly string[];
  amounts: readonly number[];
  /** Where it begins; it ends at the sum. */
  bias: number;
  /** What the axis measures: "log-odds of scan". */
  unit: string;
  /** Words for the first and the last bar. */
  ends: readonly [first: string, last: string];
}

const WATERFALL_WIDTH = 540;
const WATERFALL_CHARACTERS = 34;

/** Bars that begin where the one above ends. */
export function waterfallChart({ names, amounts, bias, unit, ends }: WaterfallChart): Markup {
  const steps = stepsOf(names, amounts, bias, ends);
  const labels = steps.map(({ name }) => shortened(name, WATERFALL_CHARACTERS));
  const texts = steps.map(({ text }) => text);
  const [low, high] = extentOf(steps.flatMap(({ from, to }) => [from, to]));
  const renderItem = ({ dataIndex }: { dataIndex: number }, { coord }: ItemPlace): object => {
    const { from, to, colour, text } = steps[dataIndex];
    const [[start, y], [end]] = [
      coord([Math.min(from, to), dataIndex]),
      coord([Math.max(from, to), dataIndex]),
    ];
    return {
      type: "rect",
      shape: {
        x: tenth(start),
        y: tenth(y - BAR_HEIGHT * 0.36),
        width: Math.max(1, tenth(end - start)),
        height: BAR_HEIGHT * 0.72,
      },
      style: { fill: colour },
      textContent: { type: "text", style: { text, fill: COLOUR.soft, fontSize: AXIS_TEXT.fontSize } },
      textConfig: { position: "right" },
    };
  };
  const option = {
    grid: {
      left: widestText(labels) + 12,
      right: widestText(texts) + 12,
      top: TOP,
      height: steps.length * BAR_HEIGHT,
    },
    xAxis: { ...amountAxis(unit), min: low, max: high },
    yAxis: nameAxis(labels),
    series: [{ ...SILENT, renderItem, data: steps.map(({ to }, index) => [to, index]) }],
  };
  return drawn({
    option,
    width: WATERFALL_WIDTH,
    height: TOP + steps.length * BAR_HEIGHT + BELOW,
    tip: (_, index) => `${steps[index].name}: ${steps[index].text}`,
  });
}

interface Step {
  name: string;
  text: string;
  from: number;
  to: number;
  colour: string;
}

/** Bias and sum are thin marks; what lies between leads from one to the other. */
function stepsOf(
  names: readonly string[],
  amounts: readonly number[],
  bias: number,
  [first, last]: readonly [string, string],
): Step[] {
  let at = bias;
  const mark = (name: string, place: number): Step => ({
    ...{ name, from: place, to: place },
    ...{ text: signedText(place), colour: COLOUR.ink },
  });
  const steps = [mark(first, bias)];
  names.forEach((name, index) => {
    const amount = amounts[index];
    const colour = amount < 0 ? COLOUR.against : COLOUR.accent;
    steps.push({ name, text: signedText(amount), from: at, to: at + amount, colour });
    at += amount;
  });
  return [...steps, mark(last, at)];
}

/** A number with its sign and three digits. */
export function signedText(value: number): string {
  if (value === 0) return "0";
  return `${value > 0 ? "+" : "−"}${shortText(Math.abs(value))}`;
}

export interface SwarmChart {
  columns: readonly ExplainedSwarmColumn[];
  unit: string;
}

const SWARM_WIDTH = 540;
const SWARM_HEIGHT = 26;
const SWARM_BINS = 80;
const SWARM_CHARACTERS = 26;

/** Rows of one column whose amounts lie close together. */
interface SwarmBin {
  /** Index of the column. */
  of: number;
  low: number;
  high: number;
  rows: number;
  /** Mean place of the values among all of the column, from 0 to 1; NaN where values have no order. */
  rank: number;
}

/** For each column, where the amounts of the rows lie: higher where more are, coloured by how large the values are. */
export function swarmChart({ columns, unit }: SwarmChart): Markup {
  const [low, high] = extentOf([0, ...columns.flatMap(({ amounts }) => [...amounts])]);
  const bins = columns.flatMap((column, of) => binsOf(column, of, low, high));
  const most = columns.map((_, of) =>
    Math.max(...bins.filter((bin) => bin.of === of).map(({ rows }) => rows)),
  );
  const labels = columns.map(({ column }) => shortened(column, SWARM_CHARACTERS));
  const renderItem = ({ dataIndex }: { dataIndex: number }, { coord }: ItemPlace): object => {
    const bin = bins[dataIndex];
    const [[start, y], [end]] = [coord([bin.low, bin.of]), coord([bin.high, bin.of])];
    const height = Math.max(2, tenth(SWARM_HEIGHT * 0.86 * Math.sqrt(bin.rows / most[bin.of])));
    return {
      type: "rect",
      shape: {
        x: tenth(start),
        y: tenth(y - height / 2),
        width: Math.max(1, tenth(end - start - 0.4)),
        height,
      },
      style: shadeOf(bin.rank),
    };
  };
  const zero = (_: object, { coord }: ItemPlace): object => {
    const [[x, top], [, bottom]] = [coord([0, 0]), coord([0, columns.length - 1])];
    const shape = { x: tenth(x), y: top - SWARM_HEIGHT / 2, width: 1, height: bottom - top + SWARM_HEIGHT };
    return { type: "rect", shape, style: { fill: COLOUR.soft } };
  };
  const option = {
    grid: { left: widestText(labels) + 12, right: 14, top: TOP, height: columns.length * SWARM_HEIGHT },
    xAxis: { ...amountAxis(unit), min: low, max: high },
    yAxis: nameAxis(labels),
    series: [
      { ...SILENT, renderItem: zero, data: [[0, 0]] },
      { ...SILENT, renderItem, data: bins.map((bin) => [bin.low, bin.of]) },
    ],
  };
  return drawn({
    option,
    width: SWARM_WIDTH,
    height: TOP + columns.length * SWARM_HEIGHT + BELOW,
    tip: (series, index) => (series === 0 ? "no change" : binTip(columns, bins[index])),
  });
}

function binTip(columns: readonly ExplainedSwarmColumn[], { of, low, high, rows, rank }: SwarmBin): string {
  const place = Number.isNaN(rank) ? "" : `; values at ${Math.round(rank * 100)} % of the column on average`;
  return `${columns[of].column}, ${signedText(low)} to ${signedText(high)}: ${rows} rows${place}`;
}

function binsOf(
  { values, amounts, isCategorical }: ExplainedSwarmColumn,
  of: number,
  low: number,
  high: number,
): SwarmBin[] {
  const width = (high - low) / SWARM_BINS;
  const ranks = isCategorical ? undefined : ranksOf(values);
  const bins = new Map<number, { rows: number; ranked: number; sum: number }>();
  amounts.forEach((amount, row) => {
    const place = Math.min(SWARM_BINS - 1, Math.max(0, Math.floor((amount - low) / width)));
    const bin = bins.get(place) ?? { rows: 0, ranked: 0, sum: 0 };
    bins.set(place, bin);
    bin.rows++;
    const rank = ranks?.[row] ?? Number.NaN;
    if (Number.isNaN(rank)) return;
    bin.ranked++;
    bin.sum += rank;
  });
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([place, { rows, ranked, sum }]) => ({
      ...{ of, rows, rank: sum / ranked },
      ...{ low: low + place * width, high: low + (place + 1) * width },
    }));
}

/** Place of each value among all, from 0 to 1, equal ones sharing the middle of theirs; NaN for missing ones. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = [...values.keys()]
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => compare(values[a], values[b]));
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    const rank = (first + end - 1) / 2 / Math.max(1, order.length - 1);
    for (let at = first; at < end; at++) ranks[order[at]] = rank;
    first = end;
  }
  return ranks;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Low values in one colour, high ones in the other, what lies between fainter; grey where there is no order. */
function shadeOf(rank: number): object {
  if (Number.isNaN(rank)) return { fill: COLOUR.soft, opacity: 0.7 };
  const distance = Math.abs(rank - 0.5) * 2;
  return {
    fill: rank < 0.5 ? COLOUR.accent : COLOUR.against,
    opacity: Number((0.3 + 0.7 * distance).toFixed(1)),
  };
}

// --- what both have in common -------------------------------------------------------------------------------------

const UNIT_CHARACTERS = 48;
const SILENT = { type: "custom", silent: true, emphasis: { disabled: true } } as const;

function amountAxis(unit: string): object {
  return {
    type: "value",
    ...axisName(shortened(unit, UNIT_CHARACTERS), 24),
    splitNumber: 5,
    axisLabel: {
      ...AXIS_TEXT,
      hideOverlap: true,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: shortText,
    },
    splitLine: AXIS_LINE,
  };
}

function nameAxis(labels: readonly string[]): object {
  return {
    type: "category",
    data: [...labels],
    inverse: true,
    axisTick: HIDDEN,
    axisLine: HIDDEN,
    axisLabel: NAME_TEXT,
  };
}

/** A little more than from the smallest to the largest; never nothing. */
function extentOf(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [-1, 1];
  const room = (high - low) * 0.03 || 0.01;
  return [low - room, high + room];
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
