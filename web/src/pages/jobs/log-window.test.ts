// A part of a log: gone on with in both directions, without a line lost or told twice, and bounded.

import { expect, test } from "vitest";
import { type LogPart, windowOf, withEarlier, withLines } from "./log-window.ts";

const LINES = Array.from({ length: 10 }, (_, index) => `line ${index} ä`);
const BYTES = new TextEncoder().encode(`${LINES.join("\n")}\n`);

/** What the server would give of that log from a place on. */
function part(from: number, length: number, kept = 0): LogPart {
  const to = Math.min(BYTES.length, from + length);
  return { from, to, end: BYTES.length, kept, text: new TextDecoder().decode(BYTES.slice(from, to)) };
}

const LINE_BYTES = BYTES.length / LINES.length;

test("lines come behind once, though events tell some of them again", () => {
  const window = windowOf(part(LINE_BYTES * 7, LINE_BYTES * 3));
  expect(window).toMatchObject({ lines: LINES.slice(7), isAtEnd: true, to: BYTES.length });
  const again = { line: LINES[9] as string, to: BYTES.length };
  const next = { line: "new", to: BYTES.length + 4 };
  expect(withLines(window, [again, next]).lines).toEqual([...LINES.slice(7), "new"]);
  expect(withLines(window, [again])).toBe(window);
});

test("the oldest lines leave, and their places with them", () => {
  const window = windowOf(part(0, BYTES.length), 4);
  expect(window).toMatchObject({ lines: LINES.slice(6), from: LINE_BYTES * 6 });
  const next = withLines(window, [{ line: "new", to: BYTES.length + 4 }], 4);
  expect(next).toMatchObject({ lines: [...LINES.slice(7), "new"], from: LINE_BYTES * 7 });
});

test("what stands before is put in front, also where the part begins within a line or a letter", () => {
  const window = windowOf(part(LINE_BYTES * 7, LINE_BYTES * 3));
  // Within "ä", which has two bytes.
  const begin = LINE_BYTES * 3 + LINE_BYTES - 2;
  const earlier = withEarlier(window, part(begin, LINE_BYTES * 7 - begin));
  expect(earlier).toMatchObject({ lines: LINES.slice(4), from: LINE_BYTES * 4, isAtEnd: true });
  const all = withEarlier(earlier, part(0, LINE_BYTES * 4));
  expect(all).toMatchObject({ lines: LINES, from: 0 });
  // Where the log was cut within a line, what is kept of it is shown.
  expect(
    withEarlier(earlier, part(begin - LINE_BYTES, LINE_BYTES * 4 - begin + LINE_BYTES, begin)).lines.length,
  ).toBe(8);
});

test("too many lines before push out those behind, and what is added is not shown then", () => {
  const window = windowOf(part(LINE_BYTES * 7, LINE_BYTES * 3));
  const moved = withEarlier(window, part(0, LINE_BYTES * 7), 4);
  expect(moved).toEqual({ lines: LINES.slice(0, 4), from: 0, to: LINE_BYTES * 4, isAtEnd: false });
  expect(withLines(moved, [{ line: "new", to: BYTES.length + 4 }])).toBe(moved);
});
