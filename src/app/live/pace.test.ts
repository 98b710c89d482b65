import { expect, test } from "vitest";
import { PAUSE_MAX_MS, Pace } from "./pace.ts";

const NEVER = new AbortController().signal;

/** A clock that is moved by hand. */
function clocked(speed: number) {
  const clock = { ms: 5_000 };
  return { clock, pace: new Pace(speed, NEVER, () => clock.ms) };
}

test("the first packet is due at once, the next ones when their time has come", () => {
  const { clock, pace } = clocked(2);
  expect(pace.waitMs(1_000_000)).toBe(0);
  expect(pace.waitMs(1_100_000)).toBe(50);
  clock.ms += 50;
  expect(pace.waitMs(1_300_000)).toBe(100);
});

test("steps that are too short for a timer add up", () => {
  const { clock, pace } = clocked(1);
  const begin = clock.ms;
  let waited = 0;
  for (let step = 0; step <= 10_000; step++) {
    const waitMs = pace.waitMs(step * 300);
    if (waitMs > 0) waited++;
    clock.ms += waitMs;
  }
  expect(Math.abs(clock.ms - begin - 3_000)).toBeLessThan(4);
  expect(waited).toBeLessThan(1_000);
});

test("a wait that took too long is made good, but no more than a second of it", () => {
  const { clock, pace } = clocked(1);
  pace.waitMs(0);
  clock.ms += 700;
  expect(pace.waitMs(1_000_000)).toBe(300);
  clock.ms += 60_000;
  expect(pace.waitMs(1_000_000)).toBe(0);
  expect(pace.waitMs(3_000_000)).toBe(1_000);
});

test("long silence is cut short, a clock that was set back goes on, and no time is no wait", () => {
  const { clock, pace } = clocked(1);
  expect(pace.waitMs(Number.NEGATIVE_INFINITY)).toBe(0);
  pace.waitMs(0);
  expect(pace.waitMs(7_200e6)).toBe(PAUSE_MAX_MS);
  clock.ms += PAUSE_MAX_MS;
  expect(pace.waitMs(0)).toBe(0);
  expect(pace.waitMs(20_000)).toBe(20);
});

test("a stop ends the wait", async () => {
  const stop = new AbortController();
  const pace = new Pace(1, stop.signal);
  pace.until(0);
  const waiting = pace.until(4_000_000);
  expect(waiting).toBeInstanceOf(Promise);
  stop.abort();
  await waiting;
});
