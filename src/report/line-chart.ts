// Curves over two numbers, with lines to compare with and points that are named.

import { shortText } from "../base/short-number.ts";
import { AXIS_LINE, AXIS_TEXT, axisName, COLOUR, drawn, TEXT_SIZE } from "./drawing.ts";
import type { Markup } from "./markup.ts";
import type { ThemeColour } from "./page.ts";

export type Point = readonly [x: number, y: number];

export interface Line {
  points: readonly Point[];
  colour: ThemeColour;
  isDashed?: boolean;
  /** Points are marked where they are few; "only": there is no line between them. */
  marks?: "also" | "only";
}

export interface NamedPoint {
  name: string;
  at: Point;
}

export interface LineChart {
  lines: readonly Line[];
  points?: readonly NamedPoint[];
  x: ChartAxis;
  y: ChartAxis;
}

export interface ChartAxis {
  name: string;
  /** Where the axis begins; it ends at 1. */
  minimum?: number;
  scale?: "linear" | "log";
}

const WIDTH = 380;
const HEIGHT = 300;
const MARGIN = { left: 50, right: 16, top: 12, bottom: 46 } as const;

export function lineChart({ lines, points = [], x, y }: LineChart): Markup {
  const option = {
    grid: MARGIN,
    xAxis: { ...axis(x), ...axisName(x.name, 28) },
    yAxis: { ...axis(y), ...axisName(y.name, 36) },
    series: [...lines.map((line) => lineSeries(line, x)), ...points.map((point) => pointSeries(point, x))],
  };
  return drawn({ option, width: WIDTH, height: HEIGHT });
}

function axis({ scale = "linear", minimum = 0 }: ChartAxis): object {
  const isLog = scale === "log";
  return {
    type: isLog ? "log" : "value",
    min: minimum,
    max: 1,
    ...(isLog ? {} : { interval: 0.25 }),
    axisLine: AXIS_LINE,
    axisTick: AXIS_LINE,
    splitLine: AXIS_LINE,
    axisLabel: { ...AXIS_TEXT, hideOverlap: true, formatter: (value: number) => shortText(value) },
  };
}

function lineSeries({ points, colour, isDashed, marks }: Line, x: ChartAxis): object {
  return {
    ...COMMON,
    data: shownPoints(points, x),
    showSymbol: marks !== undefined,
    symbol: "circle",
    symbolSize: 5,
    itemStyle: { color: COLOUR[colour] },
    lineStyle: {
      color: COLOUR[colour],
      width: marks === "only" ? 0 : isDashed ? 1 : 2,
      ...(isDashed ? { type: [4, 3] } : {}),
    },
  };
}

function pointSeries({ name, at }: NamedPoint, x: ChartAxis): object {
  return {
    ...COMMON,
    data: shownPoints([at], x),
    showSymbol: true,
    symbol: "diamond",
    symbolSize: 8,
    itemStyle: { color: COLOUR.against },
    label: {
      show: true,
      // To where there is room.
      position: at[0] > 0.6 ? "left" : "right",
      color: COLOUR.soft,
      fontSize: TEXT_SIZE,
      formatter: () => name,
    },
  };
}

/** A line of its own, whose look does not change on pointing; without a clip, which would need a name. */
const COMMON = { type: "line", silent: true, clip: false, emphasis: { disabled: true } } as const;

/** Points that lie on the axes: those before the beginning of a logarithmic one are left out. */
function shownPoints(points: readonly Point[], { scale, minimum = 0 }: ChartAxis): number[][] {
  const shown = scale === "log" ? points.filter(([x]) => x >= minimum) : points;
  return shown
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y]) => [round(x), round(y)]);
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
