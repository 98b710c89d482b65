import fc from "fast-check";
import { expect, test } from "vitest";
import { clockOf, isTimeBound, TIME_BOUND_US, ticksToUs } from "./clock.ts";

const word = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
const resolution = fc.integer({ min: 0, max: 255 });

/** The definition, in whole numbers of any size. */
function exactUs(resolutionByte: number, offsetSeconds: bigint, ticks: bigint): number {
  const base = resolutionByte & 0x80 ? 2n : 10n;
  const us = (ticks * 1_000_000n) / base ** BigInt(resolutionByte & 0x7f) + offsetSeconds * 1_000_000n;
  const bound = BigInt(TIME_BOUND_US);
  return Number(us > bound ? bound : us < -bound ? -bound : us);
}

function us(resolutionByte: number, offsetSeconds: bigint, ticks: bigint): number {
  return ticksToUs(clockOf(resolutionByte, offsetSeconds), Number(ticks >> 32n), Number(ticks & 0xffffffffn));
}

test("every resolution, offset and tick count gives the exact whole microsecond", () => {
  const offset = fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt(-5n, 5n),
  );
  fc.assert(
    fc.property(resolution, offset, word, (byte, seconds, ticks) => {
      expect(us(byte, seconds, ticks)).toBe(exactUs(byte, seconds, ticks));
    }),
    { numRuns: 5000 },
  );
});

test("the resolutions in use are exact at every present-day time", () => {
  const present = fc.bigInt({ min: 0n, max: 4_294_967_295n });
  fc.assert(
    fc.property(
      fc.constantFrom(0, 3, 6, 7, 8, 9, 12, 0x8a, 0x94, 0xa0),
      present,
      word,
      (byte, seconds, fraction) => {
        const perSecond = (byte & 0x80 ? 2n : 10n) ** BigInt(byte & 0x7f);
        const ticks = BigInt.asUintN(64, seconds * perSecond + (fraction % perSecond));
        expect(us(byte, 0n, ticks)).toBe(exactUs(byte, 0n, ticks));
      },
    ),
    { numRuns: 5000 },
  );
});

test("one nanosecond before a microsecond is cut, not rounded, at full 64-bit size", () => {
  expect(us(9, 0n, 1_700_000_000_123_456_999n)).toBe(1_700_000_000_123_456);
  expect(us(9, 0n, 1_700_000_000_123_457_000n)).toBe(1_700_000_000_123_457);
});

test("a time beyond 2^53 µs is held at the bound", () => {
  expect(us(6, 0n, 2n ** 64n - 1n)).toBe(TIME_BOUND_US);
  expect(isTimeBound(us(6, 0n, 2n ** 64n - 1n))).toBe(true);
  expect(isTimeBound(us(6, 0n, 2n ** 53n - 2n))).toBe(false);
});
