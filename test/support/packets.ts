// Builds decoded packets directly, for tests of what comes behind the decoder.

import { parseAddress } from "../../src/flow/address.ts";
import {
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
} from "../../src/packet/packet.ts";

export interface PacketSketch {
  /** µs. */
  at?: number;
  from?: string;
  to?: string;
  protocol?: "tcp" | "udp" | "icmp";
  /** Letters of S, A, F, R, P, U. */
  flags?: string;
  sequence?: number;
  acknowledgment?: number;
  window?: number;
  payload?: number | Uint8Array;
  ttl?: number;
  icmp?: { type: number; code: number; identifier: number };
  fragment?: { identification: number; offset: number; more: boolean };
}

const FLAG_BITS: Record<string, number> = {
  S: TCP_SYN,
  A: TCP_ACK,
  F: TCP_FIN,
  R: TCP_RST,
  P: TCP_PSH,
  U: TCP_URG,
};

/** A packet "address:port" to "address:port" (IPv6 as "[address]:port"). */
export function packetOf(sketch: PacketSketch): Packet {
  const packet = new Packet();
  const [source, sourcePort] = endpoint(sketch.from ?? "10.0.0.1:40000");
  const [destination, destinationPort] = endpoint(sketch.to ?? "10.0.0.2:80");
  [packet.source0, packet.source1, packet.source2, packet.source3] = source;
  [packet.destination0, packet.destination1, packet.destination2, packet.destination3] = destination;
  packet.ipVersion = source[2] === 0xffff ? 4 : 6;
  packet.timestampUs = sketch.at ?? 0;
  packet.ttl = sketch.ttl ?? 64;
  packet.ipHeaderLength = 20;
  packet.hasTransport = 1;
  const protocol = sketch.protocol ?? "tcp";
  packet.protocol = { tcp: PROTOCOL_TCP, udp: PROTOCOL_UDP, icmp: PROTOCOL_ICMP }[protocol];
  packet.sourcePort = protocol === "icmp" ? 0 : sourcePort;
  packet.destinationPort = protocol === "icmp" ? 0 : destinationPort;
  packet.transportHeaderLength = protocol === "tcp" ? 20 : 8;
  for (const letter of sketch.flags ?? "") packet.tcpFlags |= FLAG_BITS[letter];
  packet.sequence = (sketch.sequence ?? 0) | 0;
  packet.acknowledgment = (sketch.acknowledgment ?? 0) | 0;
  packet.window = sketch.window ?? 64240;
  if (sketch.icmp !== undefined) {
    packet.icmpType = sketch.icmp.type;
    packet.icmpCode = sketch.icmp.code;
    packet.icmpIdentifier = sketch.icmp.identifier;
  }
  if (sketch.fragment !== undefined) {
    packet.fragmentIdentification = sketch.fragment.identification;
    packet.fragmentOffset = sketch.fragment.offset;
    packet.moreFragments = sketch.fragment.more ? 1 : 0;
    if (sketch.fragment.offset > 0) {
      packet.hasTransport = 0;
      packet.sourcePort = 0;
      packet.destinationPort = 0;
      packet.transportHeaderLength = 0;
    }
  }
  const payload = sketch.payload ?? 0;
  packet.bytes = typeof payload === "number" ? new Uint8Array(payload) : payload;
  packet.payloadLength = packet.bytes.length;
  packet.payloadCaptured = packet.bytes.length;
  packet.wireLength = 14 + packet.ipHeaderLength + packet.transportHeaderLength + packet.payloadLength;
  packet.capturedLength = packet.wireLength;
  return packet;
}

function endpoint(text: string): [[number, number, number, number], number] {
  const match = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text);
  if (match === null) throw new RangeError(`not an endpoint: ${text}`);
  const words = parseAddress(match[1]);
  if (words === undefined) throw new RangeError(`not an address: ${match[1]}`);
  return [words, Number(match[2])];
}
