// What the generations of CICFlowMeter disagree about, as numbers that are written here from outside (the table
// GENERATIONS of ../../engines/cic.ts, in the order of these fields). Meter, intake and measures ask the rules and know
// no generation.

/** Values of `lifecycle`. */
export const LIFECYCLE_FIRST_FIN: i32 = 0;
export const LIFECYCLE_BACKWARD_FIN: i32 = 1;
export const LIFECYCLE_MARKED: i32 = 2;
export const LIFECYCLE_STATES_2022: i32 = 3;
export const LIFECYCLE_STATES: i32 = 4;
export const LIFECYCLE_CLOCK: i32 = 5;

/** Values of `intake`. */
export const INTAKE_DECODER: i32 = 0;
export const INTAKE_OLD_LIBRARY: i32 = 1;

/** Values of `protocols`. */
export const PROTOCOLS_ICMP: i32 = 1;
export const PROTOCOLS_KNOWN: i32 = 2;

/** Values of `singles`. */
export const SINGLES_NEVER: i32 = 0;
export const SINGLES_NOT_AT_END: i32 = 1;

/** Values of `windows`. */
export const WINDOWS_LAST: i32 = 0;
export const WINDOWS_FIRST_FILLED: i32 = 1;

/** Values of `subflows`. */
export const SUBFLOWS_ONE: i32 = 0;
export const SUBFLOWS_PACKETS: i32 = 1;
export const SUBFLOWS_GAPS: i32 = 2;

/** Values of `bulks`. */
export const BULKS_NONE: i32 = 0;
export const BULKS_MIXED: i32 = 1;

/** Values of `undefined`. */
export const UNDEFINED_MINUS_ONE: i32 = 1;
export const UNDEFINED_MISSING: i32 = 2;

/** Values of `retransmissions`. */
export const RETRANSMISSIONS_NONE: i32 = 0;
export const RETRANSMISSIONS_ALL: i32 = 1;

/** Values of `connectionTime`. */
export const CONNECTION_NONE: i32 = 0;
export const CONNECTION_TCP: i32 = 1;

/** Never made with `new`: laid over zeroed memory, then written from outside. */
@unmanaged
@final
export class Rules {
  /** When a flow ends and which packet opens the next one. */
  lifecycle: i32;
  /** Who reads frames: our decoder, or the originals' library in one of two versions. */
  intake: i32;
  /** Which IP protocols are told apart. */
  protocols: i32;
  /** Both endpoints are put in order of signed bytes for Flow ID; loops of a host with itself are two flows. */
  signedOrder: i32;
  /** Whether flows of one packet become rows. */
  singles: i32;
  /** A flow that takes the place of another keeps its Flow ID. */
  keyKept: i32;
  /** Ports do not tell directions: what a host sends itself is all forward. */
  portsIgnored: i32;
  /** The first packet of a continuation counts as forward, whoever sent it. */
  continuedForward: i32;
  /** Only the first packet is looked at for flags, bulks and subflows. */
  firstOnly: i32;
  /** PSH and URG of a direction are those of the first packet. */
  sideFlagsFirstOnly: i32;
  /** RST and FIN of the first packet do not count for its direction. */
  firstEndingSkipped: i32;
  /** The first payload is entered twice among the lengths of both directions. */
  firstLengthTwice: i32;
  windows: i32;
  /** The window of packets that have none. */
  noWindow: i32;
  /** The first packet is left out of the packets with data. */
  firstDataSkipped: i32;
  subflows: i32;
  bulks: i32;
  /** Subflows and bulks are divided without remainder. */
  wholeDivision: i32;
  /** Packets down per packet up are divided without remainder. */
  wholeRatio: i32;
  /** A FIN does not end an active period. */
  finKeepsActive: i32;
  /** The last active period counts. */
  lastActive: i32;
  undefined: i32;
  /** Both directions have their own shortest header; else only the one that began. */
  bothMinima: i32;
  retransmissions: i32;
  connectionTime: i32;
}
