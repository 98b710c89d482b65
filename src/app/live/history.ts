// What a live source did in the last minutes, a sample for each second, and how fast it is now. The clock is given by the caller.
//
// What it guarantees: a bounded number of samples, each the difference of counters that only grow.

/** Samples kept: five minutes. */
export const SAMPLES_MAX = 300;
/** Samples that rates are taken over. */
const RATE_SAMPLES = 5;

/** Counters since the source began. */
export interface Totals {
  packets: number;
  /** On the wire. */
  bytes: number;
  flows: number;
  verdicts: number;
  attacks: number;
  byClass: Readonly<Record<string, number>>;
}

/** What came in one second. */
export interface Sample extends Totals {
  /** Number of the sample, from 1. */
  ordinal: number;
  /** End of the time that it tells of, ms since 1970 UTC. */
  atMs: number;
  /** How long that time was. */
  seconds: number;
}

export interface Rates {
  /** Time that they were measured over. */
  seconds: number;
  packetsPerSecond: number;
  bytesPerSecond: number;
  flowsPerSecond: number;
  verdictsPerSecond: number;
}

export class LiveHistory {
  readonly #samples: Sample[] = [];
  #before: Totals;
  #beforeMs: number;
  #ordinal = 0;

  /** @param nowMs of a clock that only goes forward */
  constructor(totals: Totals, nowMs: number) {
    this.#before = copied(totals);
    this.#beforeMs = nowMs;
  }

  /** Takes the counters as they are now; `atMs` is the moment, ms since 1970 UTC. */
  take(totals: Totals, nowMs: number, atMs: number): Sample {
    this.#ordinal++;
    const seconds = Math.max(1, nowMs - this.#beforeMs) / 1_000;
    const sample = { ordinal: this.#ordinal, atMs, seconds, ...difference(totals, this.#before) };
    this.#before = copied(totals);
    this.#beforeMs = nowMs;
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
    return sample;
  }

  get latest(): Sample | undefined {
    return this.#samples.at(-1);
  }

  /** Oldest first. */
  samples(): Sample[] {
    return [...this.#samples];
  }

  /** Over the last few samples; nothing where there is none. */
  rates(): Rates {
    const last = this.#samples.slice(-RATE_SAMPLES);
    const sum = (of: (sample: Sample) => number): number =>
      last.reduce((total, sample) => total + of(sample), 0);
    const seconds = sum((sample) => sample.seconds);
    const rate = (of: (sample: Sample) => number): number => (seconds === 0 ? 0 : sum(of) / seconds);
    return {
      seconds,
      packetsPerSecond: rate(({ packets }) => packets),
      bytesPerSecond: rate(({ bytes }) => bytes),
      flowsPerSecond: rate(({ flows }) => flows),
      verdictsPerSecond: rate(({ verdicts }) => verdicts),
    };
  }
}

function copied({ byClass, ...totals }: Totals): Totals {
  return { ...totals, byClass: { ...byClass } };
}

/** Counters never go back; classes without a verdict are left out. */
function difference(now: Totals, before: Totals): Totals {
  const grown = (of: (totals: Totals) => number): number => Math.max(0, of(now) - of(before));
  const byClass: Record<string, number> = {};
  for (const [name, verdicts] of Object.entries(now.byClass)) {
    const came = verdicts - (before.byClass[name] ?? 0);
    if (came > 0) byClass[name] = came;
  }
  return {
    packets: grown(({ packets }) => packets),
    bytes: grown(({ bytes }) => bytes),
    flows: grown(({ flows }) => flows),
    verdicts: grown(({ verdicts }) => verdicts),
    attacks: grown(({ attacks }) => attacks),
    byClass,
  };
}
