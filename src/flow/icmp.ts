// Which ICMP messages answer each other: the one table for flows and for Community ID.

import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../packet/packet.ts";

/** Types in pairs, each the counterpart of the other (RFC 792, 950, 1256). */
const ICMP_PAIRS = [[0, 8], [9, 10], [13, 14], [15, 16], [17, 18]] as const; // biome-ignore format: a table
/** The same for ICMPv6 (RFC 4443, 2710, 4861, 4620, 6275). */
const ICMPV6_PAIRS = [[128, 129], [130, 131], [133, 134], [135, 136], [139, 140], [144, 145]] as const; // biome-ignore format: a table

const ONE_WAY = -1;
const ICMP_COUNTERPARTS = counterparts(ICMP_PAIRS);
const ICMPV6_COUNTERPARTS = counterparts(ICMPV6_PAIRS);

/** The type that answers this one or is answered by it; −1 for messages that go one way, such as errors. */
export function icmpCounterpart(protocol: number, type: number): number {
  if (protocol === PROTOCOL_ICMP) return ICMP_COUNTERPARTS[type];
  return protocol === PROTOCOL_ICMPV6 ? ICMPV6_COUNTERPARTS[type] : ONE_WAY;
}

/** For the meter: the counterparts of the types of ICMP, then of ICMPv6, 256 each. */
export function icmpCounterparts(): Int16Array {
  const both = new Int16Array(512);
  both.set(ICMP_COUNTERPARTS);
  both.set(ICMPV6_COUNTERPARTS, 256);
  return both;
}

function counterparts(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(ONE_WAY);
  for (const [one, other] of pairs) {
    table[one] = other;
    table[other] = one;
  }
  return table;
}
