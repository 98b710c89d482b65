// Guessing of passwords, slowed down: for a name at an address, for an address, and for a name. Knows no passwords.
//
// What it guarantees: an attempt that is refused here costs no hash; what is told of refusals never fills the log. What is known
// lies in memory, bounded, and is forgotten when the process ends.

import { OrbweaverError } from "../base/errors.ts";
import { type Rate, type Throttle, throttle } from "./throttle.ts";

/** Failed logins: so many at once, then one in so many milliseconds. */
export const LOGIN_RATES: Readonly<Record<"pair" | "address" | "name", Rate>> = {
  pair: { burst: 5, intervalMs: 60_000 },
  address: { burst: 20, intervalMs: 15_000 },
  // More, so that strangers cannot keep somebody out for long.
  name: { burst: 50, intervalMs: 10_000 },
};

export interface LoginGuard {
  /** Lets an attempt in, and gives what takes it back when it was no failure. Throws `rate-limited`. */
  enter(
    name: string,
    from: string,
    nowMs: number,
    onRefused: () => Promise<void>,
  ): Promise<(nowMs: number) => void>;
}

/** Each attempt counts as a failure until it is found right, so that many at once gain nothing. */
export function loginGuard(): LoginGuard {
  const guards: readonly [Throttle, (name: string, from: string) => string][] = [
    [throttle(LOGIN_RATES.pair), (name, from) => `${from} ${name}`],
    [throttle(LOGIN_RATES.address), (_, from) => from],
    [throttle(LOGIN_RATES.name), (name) => name],
  ];
  // What is refused is told once an hour for each name at an address, so that guessing does not fill the log.
  const told = throttle({ burst: 1, intervalMs: 3_600_000 });
  // And never more than ten times a minute, whatever the names.
  const toldInAll = throttle({ burst: 10, intervalMs: 6_000 });
  return {
    async enter(name, from, nowMs, onRefused) {
      const taken: [Throttle, string][] = [];
      for (const [guard, labelOf] of guards) {
        const label = labelOf(name, from);
        const waitMs = guard.take(label, nowMs);
        if (waitMs === 0) {
          taken.push([guard, label]);
          continue;
        }
        for (const [earlier, its] of taken) earlier.giveBack(its, nowMs);
        const isNews = told.take(`${from} ${name}`, nowMs) === 0 && toldInAll.take("", nowMs) === 0;
        if (isNews) await onRefused();
        throw new OrbweaverError("rate-limited", "too many logins failed", {
          retryAfterS: Math.ceil(waitMs / 1000),
        });
      }
      return (laterMs) => {
        for (const [guard, label] of taken) guard.giveBack(label, laterMs);
      };
    },
  };
}
