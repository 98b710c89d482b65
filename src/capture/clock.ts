// Turns the 64-bit ticks of a pcapng interface into whole microseconds, exactly: no rounding error at any
// resolution, digits finer than a microsecond cut. Source: pcapng draft, options if_tsresol (9) and if_tsoffset (14).
//
// Times that a double cannot hold exactly (beyond ±2^53 − 1 µs, the year 2255) are held at that bound; the caller
// sees it by `isTimeBound`.

const WORD = 4294967296;
const SECOND_US = 1_000_000;
/** Largest divisor for which every intermediate of `dividedTicks` stays below 2^53. */
const DIVISOR_MAX = 1_000_000;

export const TIME_BOUND_US = Number.MAX_SAFE_INTEGER;

/** How an interface counts time. Immutable. */
export interface Clock {
  /** For people: "1e-6 s", "2^-10 s". */
  resolution: string;
  offsetSeconds: bigint;
  /** 1 when ticks are microseconds without offset: the common case, one multiplication and one addition. */
  plain: number;
  /** Ticks per microsecond where that is a whole number up to DIVISOR_MAX and there is no offset, else 0. */
  divisor: number;
  /** Ticks per second as a fraction numerator / 1: 10^n or 2^n. */
  ticksPerSecond: bigint;
}

/** A clock of the raw if_tsresol byte (6 when the option is absent) and if_tsoffset in seconds. */
export function clockOf(resolutionByte: number, offsetSeconds: bigint): Clock {
  const exponent = resolutionByte & 0x7f;
  const binary = (resolutionByte & 0x80) !== 0;
  const ticksPerSecond = (binary ? 2n : 10n) ** BigInt(exponent);
  const ticksPerUs = ticksPerSecond / BigInt(SECOND_US);
  const whole = ticksPerUs > 0n && ticksPerUs * BigInt(SECOND_US) === ticksPerSecond;
  const quick = offsetSeconds === 0n && whole && ticksPerUs <= BigInt(DIVISOR_MAX);
  return {
    resolution: binary ? `2^-${exponent} s` : `1e-${exponent} s`,
    offsetSeconds,
    plain: quick && ticksPerUs === 1n ? 1 : 0,
    divisor: quick ? Number(ticksPerUs) : 0,
    ticksPerSecond,
  };
}

/** Whole microseconds of the tick count high · 2^32 + low (both unsigned), within ±TIME_BOUND_US. */
export function ticksToUs(clock: Clock, high: number, low: number): number {
  if (clock.divisor === 0) return anyTicks(clock, high, low);
  return Math.min(dividedTicks(high, low, clock.divisor), TIME_BOUND_US);
}

export function isTimeBound(timestampUs: number): boolean {
  return timestampUs >= TIME_BOUND_US || timestampUs <= -TIME_BOUND_US;
}

/**
 * floor((high · 2^32 + low) / divisor) by long division in base 2^32: every intermediate is a whole number below
 * 2^53, and the floor of a double quotient of such numbers is exact.
 */
function dividedTicks(high: number, low: number, divisor: number): number {
  const quotient = Math.floor(high / divisor);
  const rest = high - quotient * divisor;
  return quotient * WORD + Math.floor((rest * WORD + low) / divisor);
}

function anyTicks(clock: Clock, high: number, low: number): number {
  const ticks = BigInt(high) * BigInt(WORD) + BigInt(low);
  const us = (ticks * BigInt(SECOND_US)) / clock.ticksPerSecond + clock.offsetSeconds * BigInt(SECOND_US);
  if (us > BigInt(TIME_BOUND_US)) return TIME_BOUND_US;
  if (us < -BigInt(TIME_BOUND_US)) return -TIME_BOUND_US;
  return Number(us);
}
