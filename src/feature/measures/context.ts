// Context: what else the two hosts of a flow were doing around it. Scans, floods and brute force show here, not in
// any single flow. Computed by ../assembly/context.ts.

import type { MeasureGroup } from "./contract.ts";

/** Age of a flow at which its surroundings are looked at, µs. */
export const SETTLE_US = 5_000_000;

/** Hosts remembered as sources and as destinations. */
export const HOSTS_REMEMBERED = 16_384;
/** Pairs of hosts and service remembered. */
export const PAIRS_REMEMBERED = 65_536;

/** Readings of one window, in order; the long window's follow the short one's. */
const READINGS = [
  "source.connections",
  "source.destinations",
  "source.ports",
  "source.unanswered",
  "destination.connections",
  "destination.sources",
  "destination.ports",
  "destination.half_open",
  "pair.attempts",
  "pair.unanswered",
] as const;

export const contextGroup: MeasureGroup = {
  id: "context",
  version: 1,
  measures: ["short", "long"].flatMap((window) => READINGS.map((name) => `${name}.${window}`)),
};
