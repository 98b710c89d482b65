// Means with their intervals, one below the other, on one axis.

import { COLOUR, TEXT_SIZE, widestText } from "./drawing.ts";
import { escaped, type Markup, markup, shortened } from "./markup.ts";

export interface IntervalMark {
  name: string;
  mean: number;
  /** NaN where there is no interval. */
  low: number;
  high: number;
  isBest: boolean;
}

export interface IntervalChart {
  /** From the top down. */
  marks: readonly IntervalMark[];
  /** What is measured. */
  title: string;
  /** A line to compare with. */
  reference?: { name: string; value: number };
}

const WIDTH = 600;
const ROW = 22;
const TOP = 10;
const BOTTOM = 44;
const NAME_CHARACTERS = 24;
const TICKS = 5;

/** The span that a chart shows: all intervals, and some room. */
function spanOf(marks: readonly IntervalMark[]): { low: number; high: number } {
  const values = marks
    .flatMap(({ mean, low, high }) => [mean, low, high])
    .filter((value) => Number.isFinite(value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.06, Math.abs(high) * 1e-4, 1e-6);
  return { low: low - room, high: high + room };
}

export function intervalChart({ marks, title, reference }: IntervalChart): Markup {
  const names = marks.map(({ name }) => shortened(name, NAME_CHARACTERS));
  const left = widestText(names) + 14;
  const right = WIDTH - 16;
  const { low, high } = spanOf(marks);
  const x = (value: number): number =>
    Math.round((left + ((value - low) / (high - low)) * (right - left)) * 100) / 100;
  const bottom = TOP + marks.length * ROW;
  const parts = [
    ...ticks(low, high).map((value) => tick(x(value), bottom, tickText(value, high - low))),
    ...(reference !== undefined && reference.value > low && reference.value < high
      ? [
          `<line x1="${x(reference.value)}" x2="${x(reference.value)}" y1="${TOP}" y2="${bottom}" stroke="${COLOUR.against}" stroke-dasharray="4 3"><title>${escaped(`${reference.name}: ${reference.value.toFixed(4)}`)}</title></line>`,
        ]
      : []),
    ...marks.map((mark, index) => markText(mark, names[index], TOP + index * ROW + ROW / 2, x, left)),
    `<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle" fill="${COLOUR.soft}" font-size="${TEXT_SIZE}">${escaped(title)}</text>`,
  ];
  const height = bottom + BOTTOM;
  return markup(
    `<svg width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">${parts.join("")}</svg>`,
  );
}

function markText(
  { name, mean, low, high, isBest }: IntervalMark,
  shown: string,
  y: number,
  x: (value: number) => number,
  left: number,
): string {
  const colour = isBest ? COLOUR.accent : COLOUR.soft;
  const interval = Number.isNaN(low)
    ? ""
    : `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`;
  const told = Number.isNaN(low) ? "" : ` (${low.toFixed(4)} to ${high.toFixed(4)})`;
  return (
    `<g><title>${escaped(`${name}: ${mean.toFixed(4)}${told}`)}</title>` +
    `<text x="${left - 8}" y="${y + 4}" text-anchor="end" fill="${COLOUR.ink}" font-size="${TEXT_SIZE}"${isBest ? ' font-weight="600"' : ""}>${escaped(shown)}</text>` +
    `${interval}<circle cx="${x(mean)}" cy="${y}" r="${isBest ? 5 : 4}" fill="${colour}"/></g>`
  );
}

function tick(x: number, bottom: number, text: string): string {
  return (
    `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}" stroke="${COLOUR.line}"/>` +
    `<text x="${x}" y="${bottom + 16}" text-anchor="middle" fill="${COLOUR.soft}" font-size="${TEXT_SIZE}">${text}</text>`
  );
}

/** Round numbers inside a span. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const found: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) found.push(index * step);
  return found;
}

function tickText(value: number, span: number): string {
  const digits = Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(span / TICKS))));
  return String(Number(value.toFixed(digits)));
}
