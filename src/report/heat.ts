// Values from -1 to 1 as coloured cells: matrices, and rows of classes below or beside other charts.

import { AXIS_LINE, AXIS_TEXT, COLOUR, drawn, NAME_CHARACTERS, TEXT_SIZE, widestText } from "./drawing.ts";
import { type Markup, shortened } from "./markup.ts";

export type HeatCell = [x: number, y: number, value: number];

/** Up to this strength, text in the colour of ink can be read in a cell. */
const READABLE_STRENGTH = 0.75;

/** As ECharts asks for the shape of a cell. */
interface CellPlace {
  coord(place: readonly number[]): number[];
  size(extent: readonly number[]): number[];
}

/** A series of cells in the grid of that number: colour by sign, strength by size. */
export function heatSeries(
  grid: number,
  cells: readonly HeatCell[],
  textOf?: (value: number) => string,
): object {
  const renderItem = ({ dataIndex }: { dataIndex: number }, { coord, size }: CellPlace): object => {
    const [x, y, value] = cells[dataIndex];
    const [centreX, centreY] = coord([x, y]);
    const [width, height] = size([1, 1]).map((side) => tenth(side - 1));
    const shape = { x: tenth(centreX - width / 2), y: tenth(centreY - height / 2), width, height };
    const style = { fill: value < 0 ? COLOUR.against : COLOUR.accent, opacity: strength(value) };
    const cell = { type: "rect", shape, style };
    if (textOf === undefined) return cell;
    const fill = strength(value) > READABLE_STRENGTH ? COLOUR.paper : COLOUR.ink;
    const textContent = { type: "text", style: { text: textOf(value), fill, fontSize: TEXT_SIZE } };
    return { ...cell, textContent, textConfig: { position: "inside" } };
  };
  const data = cells.map((cell) => [...cell]);
  return {
    type: "custom",
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    emphasis: { disabled: true },
    renderItem,
    data,
  };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Small shares are still seen: strength grows with the root. */
function strength(value: number): number {
  return Number.isNaN(value) ? 0 : Number(Math.sqrt(Math.min(1, Math.abs(value))).toFixed(2));
}

/** What share of each class lies where. */
export interface ClassShares {
  names: readonly string[];
  /** Of each class: its share, from 0 to 1, in each bin or value. */
  shares: readonly (readonly number[])[];
}

export interface ShareCell {
  /** Index of the class, and of the bin or value. */
  of: number;
  at: number;
  share: number;
}

/** The shares that are more than nothing. */
export function shareCells(classes: ClassShares | undefined): ShareCell[] {
  return (classes?.shares ?? []).flatMap((shares, of) =>
    shares.flatMap((share, at) => (share > 0 ? [{ of, at, share }] : [])),
  );
}

/** "neptune: 12.3 % in 10 to 20". */
export function shareTip(
  classes: ClassShares | undefined,
  { of, at, share }: ShareCell,
  places: readonly string[],
): string {
  return `${classes?.names[of] ?? ""}: ${Number((share * 100).toPrecision(3))} % in ${places[at]}`;
}

export interface MatrixChart {
  names: readonly string[];
  /** From -1 to 1; NaN for none. What columns say of themselves is not drawn. */
  values: readonly (readonly number[])[];
  tip: (row: number, column: number) => string;
}

/** Matrices of at most this many columns have their numbers written into the cells. */
const NUMBERED_MAX = 14;
/** Above, cells are as small as their names allow. */
const SPACIOUS_MAX = 40;
/** Values below are as good as none. */
const FAINT = 0.03;

export function matrixChart({ names, values, tip }: MatrixChart): Markup {
  const isNumbered = names.length <= NUMBERED_MAX;
  const isSpacious = names.length <= SPACIOUS_MAX;
  const cell = isNumbered ? 38 : isSpacious ? 17 : 12;
  const labels = names.map((name) => shortened(name, NAME_CHARACTERS));
  const margin = widestText(labels) + 12;
  const size = names.length * cell;
  const cells = values.flatMap((row, y) =>
    row.flatMap((value, x): HeatCell[] => (Math.abs(value) >= FAINT && x !== y ? [[x, y, value]] : [])),
  );
  const axis = {
    type: "category",
    data: labels,
    axisTick: { show: false },
    axisLine: AXIS_LINE,
    splitLine: { ...AXIS_LINE, show: isSpacious, interval: 0 },
  };
  const axisLabel = { ...AXIS_TEXT, color: COLOUR.ink, fontSize: Math.min(TEXT_SIZE, cell - 2), interval: 0 };
  const option = {
    grid: { left: margin, top: margin, width: size, height: size },
    xAxis: { ...axis, position: "top", axisLabel: { ...axisLabel, rotate: -90 } },
    yAxis: { ...axis, inverse: true, axisLabel },
    series: [heatSeries(0, cells, isNumbered ? (value) => value.toFixed(2) : undefined)],
  };
  return drawn({
    option,
    width: margin + size + 8,
    height: margin + size + 8,
    tip: (_, index) => tip(cells[index][1], cells[index][0]),
  });
}
