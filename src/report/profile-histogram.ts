// The histogram of a column of numbers: its bars, its classes, and what stands at its axis.

import { momentText } from "../base/number-text.ts";
import { shortText } from "../base/short-number.ts";
import type { Histogram, HistogramBin, NumberColumn, Profile } from "../dataset/profile/contract.ts";
import { type AxisLabel, histogramChart } from "./histogram.ts";
import { visible } from "./markup.ts";
import type { Figure } from "./page.ts";
import { classShares, exactText, quantileText } from "./profile-words.ts";

const SCALES = {
  values: "one bar a value",
  linear: "bins of equal width",
  log: "bins of equal ratio, zero apart",
} as const;

export function histogramFigure(profile: Profile, column: NumberColumn, histogram: Histogram): Figure {
  const { bins, scale } = histogram;
  const sum = (at: number): number => bins.reduce((rows, { byClass }) => rows + (byClass?.[at] ?? 0), 0);
  const classes = classShares(profile, bins, sum);
  const unit = unitText(column);
  return {
    type: "figure",
    title: `Histogram, ${SCALES[scale]}`,
    alternative: `Histogram of ${column.name}: ${bins.length} bins from ${quantileText(column, 0)} to ${quantileText(column, 1)}, half of the rows up to ${quantileText(column, 0.5)}.`,
    svg: histogramChart({
      counts: bins.map(({ rows }) => rows),
      labels: scale === "values" ? valueLabels(column, bins) : edgeLabels(column, histogram),
      binTexts: bins.map((bin) => binText(column, bin)),
      unit: scale === "log" ? `${unit}, logarithmic` : unit,
      countText: shortText,
      ...(classes === undefined ? {} : { classes }),
    }),
  };
}

function unitText({ unit, kind }: NumberColumn): string {
  if (kind === "time") return "time, UTC";
  return unit === "" ? "value" : visible(unit);
}

function binText(column: NumberColumn, { low, high }: HistogramBin): string {
  return low === high ? exactText(column, low) : `${axisText(column, low)} to ${axisText(column, high)}`;
}

const AXIS_LABELS = 6;
/** Times are long. */
const AXIS_TIMES = 3;
const VALUE_LABELS = 12;

/** Labels below the middle of bars that stand for one value each. */
function valueLabels(column: NumberColumn, bins: readonly HistogramBin[]): AxisLabel[] {
  const every = Math.ceil(bins.length / VALUE_LABELS);
  return bins.flatMap(({ low }, at) =>
    at % every === 0 ? [{ at: at + 0.5, text: axisText(column, low) }] : [],
  );
}

/** Labels at edges of bins: on a logarithmic scale at powers of ten, and below the bin of zero. */
function edgeLabels(column: NumberColumn, { bins, scale }: Histogram): AxisLabel[] {
  const zero = scale === "log" ? bins.findIndex(({ low, high }) => low === 0 && high === 0) : -1;
  const edges = [...bins.map(({ low }) => low), bins[bins.length - 1].high];
  const places = edges.flatMap((edge, at): AxisLabel[] => {
    const isNearZero = zero >= 0 && Math.abs(at - zero - 0.5) < 2;
    return isNearZero || (scale === "log" && !isPowerOfTen(edge))
      ? []
      : [{ at, text: axisText(column, edge) }];
  });
  const every = Math.ceil(places.length / (column.kind === "time" ? AXIS_TIMES : AXIS_LABELS));
  const labels = places.filter((_, at) => at % every === 0);
  return zero < 0 ? labels : [...labels, { at: zero + 0.5, text: "0" }].sort((a, b) => a.at - b.at);
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(value) === Number(`1e${Math.round(Math.log10(Math.abs(value)))}`);
}

function axisText(column: NumberColumn, value: number): string {
  return column.kind === "time" ? momentText(value).slice(0, 16) : shortText(value);
}
