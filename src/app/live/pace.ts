// The pace at which a capture is played: whoever reads it is held up until the packet time that it reached is due.
//
// What it guarantees: the pace is kept on the whole, also where waits are shorter than timers can tell, or a wait took too long;
// long silence is cut short; a stop ends every wait.

import { pause } from "../pause.ts";

/** Longest pause between two packets, ms: hours of silence in a capture are not played. */
export const PAUSE_MAX_MS = 5_000;
/** Shorter waits are left to the next one, ms: timers tell no shorter ones. */
const WAIT_MIN_MS = 4;
/** What was lost in time, on a machine that is too slow, is made good up to this, ms. */
const BEHIND_MAX_MS = 1_000;

export class Pace {
  readonly #speed: number;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  #lastUs = Number.NaN;
  #dueMs = 0;

  /**
   * @param speed 2 plays twice as fast
   * @param now a clock that only goes forward, ms
   */
  constructor(speed: number, signal: AbortSignal, now: () => number = () => performance.now()) {
    this.#speed = speed;
    this.#signal = signal;
    this.#now = now;
  }

  /** How long the one who reached this packet time, µs, has to wait, ms. */
  waitMs(timeUs: number): number {
    if (!Number.isFinite(timeUs)) return 0;
    const now = this.#now();
    if (Number.isNaN(this.#lastUs)) this.#dueMs = now;
    const stepMs = Math.max(0, timeUs - this.#lastUs || 0) / 1_000 / this.#speed;
    this.#dueMs = Math.max(this.#dueMs, now - BEHIND_MAX_MS) + Math.min(stepMs, PAUSE_MAX_MS);
    // A clock that was set back goes on from there.
    this.#lastUs = timeUs;
    const waitMs = this.#dueMs - now;
    return waitMs < WAIT_MIN_MS ? 0 : waitMs;
  }

  /** Waits until a packet time, µs, is due. */
  until(timeUs: number): Promise<void> | undefined {
    const waitMs = this.waitMs(timeUs);
    return waitMs === 0 ? undefined : pause(waitMs, this.#signal);
  }
}
