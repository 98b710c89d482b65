// The meter's part of the loss ledger, as it lies in WebAssembly's memory (assembly/meter.ts, MeterCounts).

import { END_REASONS, ENDINGS } from "./reasons.ts";

/** The meter's part of the loss ledger. Sums agree. */
export interface MeterLedger {
  /** Packets given to the meter. */
  packets: number;
  /** Packets without an IP header, which belong to no flow. */
  withoutFlow: number;
  /** Packets that the lifecycle threw away. */
  dropped: number;
  /** Packets counted in a flow: packets − withoutFlow − dropped − held. */
  metered: number;
  /** Fragments held back now, waiting for their first one. */
  held: number;
  /** Fragments metered without ports, their first one never seen. */
  orphanFragments: number;
  /** Packets older than a moment already announced by `advance`. */
  late: number;
  /** Steps back in time that started a new clock. */
  clockResets: number;
  flowsOpened: number;
  /** Flows open now: flowsOpened − the sum of flowsEnded. */
  flowsOpen: number;
  /** By reason (END_REASONS). */
  flowsEnded: Record<string, number>;
}

const NOW_US = 9;
const ENDED = 11;
/** Numbers in memory. */
export const METER_COUNTS = ENDED + ENDINGS + 1;

export function meterLedgerOf(counts: Float64Array): MeterLedger {
  const [packets, withoutFlow, dropped, held, orphanFragments, late, clockResets, flowsOpened, flowsOpen] =
    counts;
  return {
    packets,
    withoutFlow,
    dropped,
    metered: packets - withoutFlow - dropped - held,
    held,
    orphanFragments,
    late,
    clockResets,
    flowsOpened,
    flowsOpen,
    flowsEnded: Object.fromEntries(
      END_REASONS.slice(0, ENDINGS).map((name, reason) => [name, counts[ENDED + reason]]),
    ),
  };
}

/** Newest packet time seen, µs; −Infinity before the first packet. */
export function meterNowUs(counts: Float64Array): number {
  return counts[NOW_US];
}
