// A part of a log as a page holds it: whole lines, with the places of the first byte and of the one behind the last, so that it can
// be gone on with in both directions. Bounded: lines leave at the other end.

export interface LogWindow {
  lines: readonly string[];
  /** Place of the first byte of the first line. */
  from: number;
  /** Place behind the last line. */
  to: number;
  /** Whether it reaches to the end of the log, so that what is added behind is shown. */
  isAtEnd: boolean;
}

/** What the server gives of a log. */
export interface LogPart {
  from: number;
  to: number;
  end: number;
  kept: number;
  text: string;
}

export const LINES_MAX = 5_000;
const encoder = new TextEncoder();

/** The window of a part that was asked for without a place: it begins with a whole line. */
export function windowOf(part: LogPart, linesMax = LINES_MAX): LogWindow {
  const lines = linesOf(part.text);
  return cutFront({ lines, from: part.from, to: part.to, isAtEnd: part.to >= part.end }, linesMax);
}

/** The window with a line behind it that ends at `to`; itself where it has that line already, or does not reach to the end. */
export function withLines(
  window: LogWindow,
  added: readonly { line: string; to: number }[],
  linesMax = LINES_MAX,
): LogWindow {
  const fresh = added.filter(({ to }) => to > window.to);
  const last = fresh.at(-1);
  if (!window.isAtEnd || last === undefined) return window;
  const lines = [...window.lines, ...fresh.map(({ line }) => line)];
  return cutFront({ ...window, lines, to: last.to }, linesMax);
}

/**
 * The window with what stands before it. The part was asked for by a place and may begin within a line, which is then left out,
 * unless nothing before it is kept.
 */
export function withEarlier(window: LogWindow, part: LogPart, linesMax = LINES_MAX): LogWindow {
  const isWhole = part.from <= part.kept;
  const text = isWhole ? part.text : part.text.slice(part.text.indexOf("\n") + 1);
  const lines = [...linesOf(text), ...window.lines];
  const from = part.to - encoder.encode(text).length;
  if (lines.length <= linesMax) return { ...window, lines, from };
  const left = lines.slice(0, linesMax);
  return { lines: left, from, to: from + sizeOf(left), isAtEnd: false };
}

function cutFront(window: LogWindow, linesMax: number): LogWindow {
  const surplus = window.lines.length - linesMax;
  if (surplus <= 0) return window;
  const from = window.from + sizeOf(window.lines.slice(0, surplus));
  return { ...window, lines: window.lines.slice(surplus), from };
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Bytes of lines, each with its end. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + encoder.encode(line).length + 1, 0);
}
