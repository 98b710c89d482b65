// Which ICMP messages answer each other, by the table of ../icmp.ts: 256 entries for ICMP, 256 for ICMPv6, each the
// counterpart of a type, or -1.

import { Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../../packet/assembly/packet";
import { reserve } from "./arena";

const ENTRIES: usize = 256;
// Not static data: several instances may share one memory, and each would write its static data anew when it begins.
let counterparts: usize = 0;

/** Where the table is to be written: 512 16-bit numbers. To be asked for before the first packet. */
export function icmpTable(): usize {
  if (counterparts == 0) counterparts = reserve(2 * ENTRIES * 2);
  return counterparts;
}

/** The type that answers this one or is answered by it; -1 for messages that go one way, such as errors. */
export function icmpCounterpart(protocol: i32, type: i32): i32 {
  if (protocol == PROTOCOL_ICMP) return <i32>load<i16>(counterparts + (<usize>type << 1));
  if (protocol == PROTOCOL_ICMPV6) return <i32>load<i16>(counterparts + ((ENTRIES + <usize>type) << 1));
  return -1;
}

/** What tells an ICMP flow from others of its two hosts: the lesser type of a pair, code, and identifier. */
export function icmpKey(packet: Packet): i32 {
  const counterpart = icmpCounterpart(packet.protocol, packet.icmpType);
  const type = counterpart < 0 ? packet.icmpType : min(packet.icmpType, counterpart);
  return (packet.icmpIdentifier << 16) | (type << 8) | packet.icmpCode;
}

/**
 * Errors of two hosts about each other are two flows: 0 for messages with a counterpart, else 1 or 2 by which of the two
 * addresses sends.
 */
export function icmpWay(packet: Packet): i32 {
  if (icmpCounterpart(packet.protocol, packet.icmpType) >= 0) return 0;
  return sourceIsGreater(packet) ? 2 : 1;
}

function sourceIsGreater(packet: Packet): bool {
  if (packet.source0 != packet.destination0) return packet.source0 > packet.destination0;
  if (packet.source1 != packet.destination1) return packet.source1 > packet.destination1;
  if (packet.source2 != packet.destination2) return packet.source2 > packet.destination2;
  return packet.source3 > packet.destination3;
}
