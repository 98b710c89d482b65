// The packet in WebAssembly's memory, seen from outside: reads it into a Packet and writes one there.
//
// The layout is that of assembly/packet.ts: the time and the ordinal as 64-bit numbers, then one 32-bit word a field.
// There, `start` and the other offsets are addresses; here they are offsets in `bytes`, `base` behind the addresses.

import type { Packet } from "./packet.ts";

/** Fields in words, in the order of assembly/packet.ts, behind `timestampUs` and `ordinal`. */
// biome-ignore format: a table
export const PACKET_WORDS = [
  "start", "capturedLength", "wireLength",
  "layers", "problem", "etherType", "vlan", "tunnelDepth",
  "ipVersion", "source0", "source1", "source2", "source3", "destination0", "destination1", "destination2", "destination3",
  "protocol", "ttl", "trafficClass", "ipOffset", "ipHeaderLength", "ipLength",
  "fragmentIdentification", "fragmentOffset", "moreFragments", "dontFragment",
  "hasTransport", "sourcePort", "destinationPort", "transportOffset", "transportHeaderLength",
  "tcpFlags", "sequence", "acknowledgment", "window", "urgentPointer", "maximumSegmentSize", "windowScale",
  "icmpType", "icmpCode", "icmpIdentifier", "icmpSequence",
  "payloadOffset", "payloadLength", "payloadCaptured",
  "arpOperation",
  "dnsIdentification", "dnsFlags", "dnsQuestions", "dnsAnswers", "dnsNameOffset", "dnsNameLength", "dnsQuestionType",
] as const satisfies readonly (keyof Packet)[];

/** Bytes of a packet in memory. */
export const PACKET_BYTES = 16 + 4 * PACKET_WORDS.length;

/**
 * Reads the packet at `address`, a multiple of 8, of the memory that both views show from its beginning. What lies at
 * address `a` there lies at `a + base` in the caller's `bytes`, which stay as they are. An offset of 0 says that there is
 * nothing, and stays 0.
 */
export function readPacket(
  words: Int32Array,
  numbers: Float64Array,
  address: number,
  into: Packet,
  base: number,
): void {
  const at = address >> 2;
  into.timestampUs = numbers[address >> 3];
  into.ordinal = numbers[(address >> 3) + 1];
  into.start = words[at + 4] + base;
  into.capturedLength = words[at + 5];
  into.wireLength = words[at + 6] >>> 0;
  into.layers = words[at + 7];
  into.problem = words[at + 8];
  into.etherType = words[at + 9];
  into.vlan = words[at + 10];
  into.tunnelDepth = words[at + 11];
  into.ipVersion = words[at + 12];
  into.source0 = words[at + 13];
  into.source1 = words[at + 14];
  into.source2 = words[at + 15];
  into.source3 = words[at + 16];
  into.destination0 = words[at + 17];
  into.destination1 = words[at + 18];
  into.destination2 = words[at + 19];
  into.destination3 = words[at + 20];
  into.protocol = words[at + 21];
  into.ttl = words[at + 22];
  into.trafficClass = words[at + 23];
  into.ipOffset = offset(words[at + 24], base);
  into.ipHeaderLength = words[at + 25];
  into.ipLength = words[at + 26];
  into.fragmentIdentification = words[at + 27];
  into.fragmentOffset = words[at + 28];
  into.moreFragments = words[at + 29];
  into.dontFragment = words[at + 30];
  into.hasTransport = words[at + 31];
  into.sourcePort = words[at + 32];
  into.destinationPort = words[at + 33];
  into.transportOffset = offset(words[at + 34], base);
  into.transportHeaderLength = words[at + 35];
  into.tcpFlags = words[at + 36];
  into.sequence = words[at + 37];
  into.acknowledgment = words[at + 38];
  into.window = words[at + 39];
  into.urgentPointer = words[at + 40];
  into.maximumSegmentSize = words[at + 41];
  into.windowScale = words[at + 42];
  into.icmpType = words[at + 43];
  into.icmpCode = words[at + 44];
  into.icmpIdentifier = words[at + 45];
  into.icmpSequence = words[at + 46];
  into.payloadOffset = offset(words[at + 47], base);
  into.payloadLength = words[at + 48];
  into.payloadCaptured = words[at + 49];
  into.arpOperation = words[at + 50];
  into.dnsIdentification = words[at + 51];
  into.dnsFlags = words[at + 52];
  into.dnsQuestions = words[at + 53];
  into.dnsAnswers = words[at + 54];
  into.dnsNameOffset = offset(words[at + 55], base);
  into.dnsNameLength = words[at + 56];
  into.dnsQuestionType = words[at + 57];
}

/**
 * Writes a packet to `address`, a multiple of 8: the other way of `readPacket`, with the same `base`. Offsets of a packet
 * with an IP header are taken for real, also when they are 0.
 */
export function writePacket(
  packet: Packet,
  words: Int32Array,
  numbers: Float64Array,
  address: number,
  base: number,
): void {
  const at = (address >> 2) + 4;
  numbers[address >> 3] = packet.timestampUs;
  numbers[(address >> 3) + 1] = packet.ordinal;
  for (let index = 0; index < PACKET_WORDS.length; index++) words[at + index] = packet[PACKET_WORDS[index]];
  words[at + START] -= base;
  if (packet.ipVersion !== 0) {
    words[at + IP_OFFSET] -= base;
    words[at + TRANSPORT_OFFSET] -= base;
    words[at + PAYLOAD_OFFSET] -= base;
  }
  if (packet.dnsNameLength !== 0) words[at + DNS_NAME_OFFSET] -= base;
}

const START = PACKET_WORDS.indexOf("start");
const IP_OFFSET = PACKET_WORDS.indexOf("ipOffset");
const TRANSPORT_OFFSET = PACKET_WORDS.indexOf("transportOffset");
const PAYLOAD_OFFSET = PACKET_WORDS.indexOf("payloadOffset");
const DNS_NAME_OFFSET = PACKET_WORDS.indexOf("dnsNameOffset");

function offset(value: number, base: number): number {
  return value === 0 ? 0 : value + base;
}
