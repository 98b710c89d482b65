// How the page of an evaluation writes figures, and the small charts in its tables.

import { shortText } from "../base/short-number.ts";
import type { BaselineId } from "../evaluate/baselines.ts";
import type { FigureInterval } from "../evaluate/resampling.ts";
import { COLOUR } from "./drawing.ts";
import { escaped, type Markup, markup } from "./markup.ts";
import type { Cell } from "./page.ts";

export const BASELINE_NAMES: Record<BaselineId, string> = {
  majority: "Majority",
  "best-column": "Best column",
  "depth-2-tree": "Depth-2 tree",
};

export function figure(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(4);
}

export function intervalText(interval: Pick<FigureInterval, "low" | "high"> | undefined): string {
  if (interval === undefined || Number.isNaN(interval.low)) return "–";
  return `${figure(interval.low)} to ${figure(interval.high)}`;
}

export function thresholdText(threshold: number): string {
  if (!Number.isFinite(threshold)) return "none";
  if (threshold >= 0.99999995 && threshold < 1) return `1 - ${shortText(1 - threshold)}`;
  return String(Number(threshold.toPrecision(7)));
}

const WIDTH = 120;
const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;
const ROOM = 3;

/** A figure from 0 to 1 as a dot with its interval, and what simple rules reach as ticks. */
export function spark(
  value: number,
  interval: Pick<FigureInterval, "low" | "high"> | undefined,
  beside: readonly number[],
): Cell {
  if (Number.isNaN(value)) return "–";
  const x = (at: number): number =>
    Math.round((ROOM + Math.min(1, Math.max(0, at)) * (WIDTH - 2 * ROOM)) * 10) / 10;
  const ticks = beside
    .filter((at) => !Number.isNaN(at))
    .map((at) => line({ x1: x(at), x2: x(at), y1: 4, y2: HEIGHT - 4, colour: COLOUR.against, width: 1.5 }));
  const span =
    interval === undefined
      ? ""
      : line({
          x1: x(interval.low),
          x2: x(interval.high),
          y1: MIDDLE,
          y2: MIDDLE,
          colour: COLOUR.accent,
          width: 5,
        });
  const svg: Markup = markup(
    `<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
      line({ x1: ROOM, x2: WIDTH - ROOM, y1: MIDDLE, y2: MIDDLE, colour: COLOUR.line, width: 1 }) +
      `${ticks.join("")}${span}<circle cx="${x(value)}" cy="${MIDDLE}" r="3.5" fill="${COLOUR.accent}"/></svg>`,
  );
  const others = beside.map(figure).join(", ");
  return { svg, alternative: `${figure(value)}; simple rules ${others || "none"}` };
}

interface Stroke {
  x1: number;
  x2: number;
  y1: number;
  y2: number;
  colour: string;
  width: number;
}

function line({ x1, x2, y1, y2, colour, width }: Stroke): string {
  return `<line x1="${x1}" x2="${x2}" y1="${y1}" y2="${y2}" stroke="${escaped(colour)}" stroke-width="${width}"/>`;
}
