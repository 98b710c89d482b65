import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countingError, expectedError } from "../../../test/support/linear-counting.ts";
import { HostWindows } from "../../../test/support/parts.ts";
import { DISTINCT_MAXIMUM, LONG_BUCKET_US, SHORT_BUCKET_US, WINDOW_LONG, WINDOW_SHORT } from "./windows.ts";

describe.each([
  ["short", WINDOW_SHORT, SHORT_BUCKET_US],
  ["long", WINDOW_LONG, LONG_BUCKET_US],
])("the %s window", (_name, window, bucketUs) => {
  test("counts everything of the last bucket length, and nothing older than two", () => {
    const gap = fc.oneof(
      fc.integer({ min: 0, max: bucketUs / 5 }),
      fc.integer({ min: 0, max: 3 * bucketUs }),
      fc.constantFrom(0, bucketUs - 1, bucketUs, bucketUs + 1, 2 * bucketUs - 1, 2 * bucketUs),
    );
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 40 }), gap, (gaps, last) => {
        const hosts = new HostWindows(16, 2);
        const times: number[] = [];
        let timeUs = 1e9;
        for (const us of gaps) {
          timeUs += us;
          times.push(timeUs);
          hosts.connect(hosts.entryFor(7, timeUs), timeUs, times.length, 0);
        }
        const atUs = timeUs + last;
        const within = (us: number): number => times.filter((then) => atUs - then < us).length;
        const entry = hosts.entryFor(7, atUs);
        const counted = hosts.connections(entry, window, atUs);
        expect(counted).toBeGreaterThanOrEqual(within(bucketUs));
        expect(counted).toBeLessThanOrEqual(within(2 * bucketUs));
        // Partners are those of the same buckets: 40 fall into different bits here, and few are counted exactly or nearly so.
        expect(Math.abs(hosts.distinct(entry, window, atUs, 0) - counted)).toBeLessThanOrEqual(4);
        expect(hosts.distinct(entry, window, atUs, 1)).toBe(Math.min(1, counted));
      }),
    );
  });
});

test("answers are taken from connections; more answers than connections are none missing", () => {
  const hosts = new HostWindows(16, 0);
  const entry = hosts.entryFor(7, 0);
  for (let count = 0; count < 5; count++) hosts.connect(entry, 0, 0, 0);
  hosts.answer(entry, 1);
  expect(hosts.unanswered(entry, WINDOW_SHORT, 1)).toBe(4);
  for (let count = 0; count < 9; count++) hosts.answer(entry, 2);
  expect(hosts.unanswered(entry, WINDOW_SHORT, 2)).toBe(0);
});

test("a full set replaces the host that was silent longest, and counts it", () => {
  const hosts = new HostWindows(4, 2);
  const keys = [1, 2, 3, 4];
  for (const [index, key] of keys.entries()) hosts.connect(hosts.entryFor(key, index), index, 0, 0);
  hosts.connect(hosts.entryFor(1, 10), 10, 0, 0);
  const second = hosts.entryFor(2, 11);
  const taken = hosts.entryFor(5, 12);
  expect(taken).toBe(second);
  expect(hosts.replaced).toBe(1);
  expect(hosts.holds(second, 2)).toBe(false);
  expect(hosts.connections(taken, WINDOW_LONG, 12)).toBe(0);
  expect(hosts.connections(hosts.entryFor(1, 12), WINDOW_LONG, 12)).toBe(2);
});

test("a new clock forgets all hosts and replaces none", () => {
  const hosts = new HostWindows(4, 2);
  for (const key of [1, 2, 3, 4]) hosts.connect(hosts.entryFor(key, 1e12), 1e12, 0, 0);
  hosts.forget();
  const entry = hosts.entryFor(9, 0);
  hosts.connect(entry, 0, 0, 0);
  expect(hosts.connections(entry, WINDOW_SHORT, 0)).toBe(1);
  expect(hosts.replaced).toBe(0);
});

test.each([1, 5, 20, 50, 100, 200, 400])(
  "%i distinct partners are counted as well as theory says",
  (partners) => {
    const { mean, error } = countingError(partners);
    // Rounding to whole partners adds up to a half; 400 trials know the error to about 4 %.
    expect(error).toBeLessThan(1.15 * expectedError(partners) + 0.3 / partners);
    expect(Math.abs(mean / partners - 1)).toBeLessThan(0.02 + 0.3 / partners);
  },
);

test("the count of distinct partners saturates", () => {
  const { mean, error } = countingError(20_000, 4);
  expect(mean).toBe(DISTINCT_MAXIMUM);
  expect(error).toBeGreaterThan(0.9);
});
