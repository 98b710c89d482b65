// Which ICMP messages answer each other: the one table for flows and for Community ID.

import { type Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../packet/packet.ts";

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

/** What tells an ICMP flow from others of its two hosts: the lesser type of a pair, code, and identifier. */
export function icmpKey(packet: Packet): number {
  const counterpart = icmpCounterpart(packet.protocol, packet.icmpType);
  const type = counterpart === ONE_WAY ? packet.icmpType : Math.min(packet.icmpType, counterpart);
  return (packet.icmpIdentifier << 16) | (type << 8) | packet.icmpCode;
}

/**
 * Errors of two hosts about each other are two flows: 0 for messages with a counterpart, else 1 or 2 by which of the two
 * addresses sends.
 */
export function icmpWay(packet: Packet): number {
  if (icmpCounterpart(packet.protocol, packet.icmpType) !== ONE_WAY) return 0;
  return sourceIsGreater(packet) ? 2 : 1;
}

function sourceIsGreater(packet: Packet): boolean {
  if (packet.source0 !== packet.destination0) return packet.source0 > packet.destination0;
  if (packet.source1 !== packet.destination1) return packet.source1 > packet.destination1;
  if (packet.source2 !== packet.destination2) return packet.source2 > packet.destination2;
  return packet.source3 > packet.destination3;
}

function counterparts(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(ONE_WAY);
  for (const [one, other] of pairs) {
    table[one] = other;
    table[other] = one;
  }
  return table;
}
