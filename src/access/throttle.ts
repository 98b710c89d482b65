// How often somebody may do something: a bounded table of buckets that refill with time. Reads no clock.
//
// The generic cell rate algorithm (ITU-T I.371, annex A): one number a name says when its bucket will be full again. At the
// bound the name that was silent longest is forgotten, and begins with a full bucket when it comes back.

/** `burst` at once, and one more every `intervalMs`. */
export interface Rate {
  burst: number;
  intervalMs: number;
}

export interface Throttle {
  /** Takes one; 0 when it was there, else the milliseconds until it will be, and nothing is taken. */
  take(name: string, nowMs: number): number;
  /** Gives one back. */
  giveBack(name: string, nowMs: number): void;
  /** Names that are known now, never more than the bound. */
  readonly size: number;
}

/** Names that a throttle knows at once: some 100 bytes each. */
export const NAMES_MAX = 16_384;
/** A name is cut to this many characters. */
const NAME_LENGTH_MAX = 128;

export function throttle({ burst, intervalMs }: Rate, namesMax = NAMES_MAX): Throttle {
  /** When the bucket of each name is full again, by name, the one silent longest first. */
  const fullAt = new Map<string, number>();
  const toleranceMs = (burst - 1) * intervalMs;
  const keep = (name: string, at: number): void => {
    fullAt.delete(name);
    if (fullAt.size >= namesMax) fullAt.delete(fullAt.keys().next().value as string);
    fullAt.set(name, at);
  };
  return {
    take(given, nowMs) {
      const name = given.slice(0, NAME_LENGTH_MAX);
      const full = Math.max(fullAt.get(name) ?? 0, nowMs);
      const waitMs = full - toleranceMs - nowMs;
      keep(name, waitMs > 0 ? full : full + intervalMs);
      return Math.max(0, waitMs);
    },
    giveBack(given, nowMs) {
      const name = given.slice(0, NAME_LENGTH_MAX);
      const full = (fullAt.get(name) ?? 0) - intervalMs;
      if (full <= nowMs) fullAt.delete(name);
      else keep(name, full);
    },
    get size() {
      return fullAt.size;
    },
  };
}

/** A number of requests a minute, of which a tenth (at least 10) may come at once. */
export function perMinute(count: number): Rate {
  return { burst: Math.max(Math.min(10, count), Math.ceil(count / 10)), intervalMs: 60_000 / count };
}
