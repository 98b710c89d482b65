// What time it is in packets while a live source is silent, so that flows that fell silent are handed out on time.
//
// The answer is a promise to the meter that no older packet will come, so it is given carefully: packet time goes on from
// the newest packet as fast as time passes, minus the lateness that the way from the wire may take; and only where silence
// means that nothing was captured. Reads a monotonic clock, so that setting the system's clock has no effect.

/** A source on standard input is live when its packets are this close to the wall clock, µs. A recording is not. */
const LIVE_WITHIN_US = 10e6;

export class SilenceClock {
  readonly #latenessUs: number;
  readonly #nowMs: () => number;
  #newestUs = Number.NEGATIVE_INFINITY;
  #heardMs = 0;
  #isCounting = false;

  /** @param nowMs a monotonic clock, ms */
  constructor(latenessUs: number, nowMs: () => number = () => performance.now()) {
    this.#latenessUs = latenessUs;
    this.#nowMs = nowMs;
  }

  /**
   * Something came. `newestUs` is the newest packet time so far, `settled` says that what came ends with a whole frame;
   * `wallUs` is the time of day where it is to be told whether the source is live, undefined where it is known to be.
   */
  heard(newestUs: number, settled: boolean, wallUs: number | undefined): void {
    this.#heardMs = this.#nowMs();
    this.#newestUs = newestUs;
    const isLive = wallUs === undefined || Math.abs(wallUs - newestUs) <= LIVE_WITHIN_US;
    this.#isCounting = settled && isLive && Number.isFinite(newestUs);
  }

  /** The source ended. */
  stop(): void {
    this.#isCounting = false;
  }

  /** No packet older than this will come, µs; undefined when nothing can be said. */
  announcedUs(): number | undefined {
    if (!this.#isCounting) return undefined;
    const silentUs = (this.#nowMs() - this.#heardMs) * 1000;
    return silentUs < this.#latenessUs ? undefined : this.#newestUs + silentUs - this.#latenessUs;
  }
}
