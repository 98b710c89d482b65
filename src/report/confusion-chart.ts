// A confusion matrix as coloured cells: truth in lines, verdicts in columns, shares of each line; what is wrong in the other
// colour.

import { groupedText } from "../base/number-text.ts";
import { AXIS_LINE, AXIS_TEXT, COLOUR, drawn, NAME_CHARACTERS, TEXT_SIZE, widestText } from "./drawing.ts";
import { type HeatCell, heatSeries } from "./heat.ts";
import { type Markup, shortened } from "./markup.ts";

export interface ConfusionChart {
  /** Names of the lines and of the columns. */
  truths: readonly string[];
  called: readonly string[];
  /** Rows: `counts[truth][called]`. */
  counts: readonly (readonly number[])[];
}

/** Columns up to which shares are written into the cells. */
const NUMBERED_MAX = 14;
/** Shares below are not worth a number. */
const NUMBERED_SHARE = 0.0005;

export function confusionChart({ truths, called, counts }: ConfusionChart): Markup {
  const isNumbered = called.length <= NUMBERED_MAX;
  const [cellWidth, cellHeight] = isNumbered ? [56, 26] : [17, 17];
  const rows = truths.map((name) => shortened(name, NAME_CHARACTERS));
  const columns = called.map((name) => shortened(name, NAME_CHARACTERS));
  const left = widestText(rows) + 14;
  const top = widestText(columns) + 14;
  const shares = counts.map((row) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => count / Math.max(1, all));
  });
  const cells = shares.flatMap((row, y) =>
    row.flatMap((share, x): HeatCell[] =>
      share > 0 ? [[x, y, truths[y] === called[x] ? share : -share]] : [],
    ),
  );
  const axis = {
    type: "category",
    axisTick: { show: false },
    axisLine: AXIS_LINE,
    splitLine: { ...AXIS_LINE, show: true, interval: 0 },
  };
  const axisLabel = { ...AXIS_TEXT, color: COLOUR.ink, fontSize: TEXT_SIZE, interval: 0 };
  const size = { width: called.length * cellWidth, height: truths.length * cellHeight };
  const option = {
    grid: { left, top, ...size },
    xAxis: { ...axis, data: columns, position: "top", axisLabel: { ...axisLabel, rotate: -90 } },
    yAxis: { ...axis, data: rows, inverse: true, axisLabel },
    series: [heatSeries(0, cells, isNumbered ? shareText : undefined)],
  };
  return drawn({
    option,
    width: left + size.width + 8,
    height: top + size.height + 8,
    tip: (_, index) => {
      const [x, y] = cells[index];
      return `${truths[y]} called ${called[x]}: ${groupedText(counts[y][x])} rows`;
    },
  });
}

function shareText(value: number): string {
  const share = Math.abs(value);
  return share < NUMBERED_SHARE ? "" : `${(share * 100).toFixed(1)} %`;
}
