// TCP health: flags, windows, retransmissions, reordering, handshake times and the state of the connection.
//
// A segment that takes sequence numbers below the highest one seen is either late or sent again; `repeated` tells which, by
// the rules of Wireshark's TCP analysis. They need the newest sequence and acknowledgment numbers with their times, so
// what is remembered per flow does not grow with what is in flight. States are Zeek's conn_state.

import {
  type Packet,
  PROTOCOL_TCP,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
} from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";

/** Late by less than a round trip, or by less than this where none is known, is reordering; µs. */
export const REORDER_US = 3_000;
/** What is asked for by two repeated acknowledgments and comes within this was sent again, µs. */
export const FAST_RETRANSMISSION_US = 20_000;

/** Codes of `connection.state`, as Zeek's conn.log names them. Flows other than TCP are SF when answered, else S0. */
export const CONNECTION_STATES = [
  "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH",
] as const; // biome-ignore format: a table

// Slots of one direction.
const SYN = 0;
const FIN = 1;
const RST = 2;
const PSH = 3;
const ACK = 4;
const URG = 5;
const ECN = 6;
// The first sequence number, the next one expected, and when that last rose; NEXT_US < 0 before the first.
const INITIAL = 7;
const NEXT = 8;
const NEXT_US = 9;
// The newest acknowledgment sent, when, how often it was repeated, and the newest window; ACKED_US < 0 before the first.
const ACKED = 10;
const ACKED_US = 11;
const ACKED_AGAIN = 12;
const WINDOW = 13;
const RETRANSMITTED = 14;
const OUT_OF_ORDER = 15;
const WINDOW_FIRST = 16;
const WINDOW_MIN = 17;
const WINDOW_MAX = 18;
const WINDOW_ZERO = 19;
const SEGMENT_MAX = 20;
const DIRECTION = 21;
// Slots of the flow.
const SYN_US = 42;
const SYN_ACK_US = 43;
const ESTABLISHED_US = 44;
const PROTOCOL = 45;
const BITS = 46;
const REQUEST_US = 47;
const RESPONSE_US = 48;

// Bits of BITS.
const SAW_SYN = 1;
const SAW_SYN_ACK = 2;
const SAW_RST_FORWARD = 4;
const SAW_RST_BACKWARD = 8;
const SAW_FIN_FORWARD = 16;
const SAW_FIN_BACKWARD = 32;
const SAW_BACKWARD = 64;
const SAW_FORWARD = 128;

export class TcpGroup implements MeasureGroup {
  readonly id = "tcp";
  readonly version = 2;
  readonly slotCount = 49;
  readonly measures = new Map<string, MeasureReader>([
    ...directionMeasures("forward", 0),
    ...directionMeasures("backward", DIRECTION),
    ["handshake.rtt", (slots, base) => span(slots, base, SYN_US, ESTABLISHED_US)],
    ["handshake.server", (slots, base) => span(slots, base, SYN_US, SYN_ACK_US)],
    ["response.time", (slots, base) => span(slots, base, REQUEST_US, RESPONSE_US)],
    [
      "connection.state",
      (slots, base) => connectionState(slots[base + BITS], slots[base + PROTOCOL] === PROTOCOL_TCP),
    ],
    ["protocol", PROTOCOL],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    slots[base + PROTOCOL] = packet.protocol;
    for (let at = base; at <= base + DIRECTION; at += DIRECTION) {
      slots[at + WINDOW_FIRST] = Number.NaN;
      slots[at + WINDOW_MIN] = Number.NaN;
      slots[at + WINDOW_MAX] = Number.NaN;
      slots[at + SEGMENT_MAX] = Number.NaN;
      slots[at + NEXT_US] = -1;
      slots[at + ACKED_US] = -1;
    }
    slots[base + SYN_US] = -1;
    slots[base + SYN_ACK_US] = -1;
    slots[base + ESTABLISHED_US] = -1;
    slots[base + REQUEST_US] = -1;
    slots[base + RESPONSE_US] = -1;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    if (packet.payloadLength !== 0) dialogue(slots, base, packet.timestampUs, forward);
    if (packet.protocol !== PROTOCOL_TCP || packet.hasTransport === 0) {
      slots[base + BITS] = slots[base + BITS] | (forward ? SAW_FORWARD : SAW_BACKWARD);
      return;
    }
    const at = forward ? base : base + DIRECTION;
    const flags = packet.tcpFlags;
    if ((flags & TCP_ACK) !== 0) slots[at + ACK] += 1;
    if ((flags & TCP_PSH) !== 0) slots[at + PSH] += 1;
    if ((flags & ~(TCP_ACK | TCP_PSH)) !== 0) rareFlags(slots, base, at, packet, forward);
    if (slots[base + ESTABLISHED_US] < 0 && forward) established(slots, base, packet.timestampUs, flags);
    const window = packet.window;
    if (Number.isNaN(slots[at + WINDOW_FIRST])) slots[at + WINDOW_FIRST] = window;
    if (!(window >= slots[at + WINDOW_MIN])) slots[at + WINDOW_MIN] = window;
    if (!(window <= slots[at + WINDOW_MAX])) slots[at + WINDOW_MAX] = window;
    if (window === 0 && (flags & (TCP_SYN | TCP_FIN | TCP_RST)) === 0) slots[at + WINDOW_ZERO] += 1;
    slots[base + BITS] = slots[base + BITS] | (forward ? SAW_FORWARD : SAW_BACKWARD);
    if ((flags & TCP_RST) !== 0) return;
    const peer = forward ? base + DIRECTION : base;
    // Before the acknowledgment, since a repeated one is known by the sequence number still expected.
    if ((flags & TCP_ACK) !== 0) acknowledge(slots, at, packet);
    slots[at + WINDOW] = window;
    if (slots[at + NEXT_US] < 0) begin(slots, at, packet);
    else sequence(slots, base, at, peer, packet);
  }
}

/** First request data and the first data that answers it. */
function dialogue(slots: Float64Array, base: number, timeUs: number, forward: boolean): void {
  if (forward) {
    if (slots[base + REQUEST_US] < 0) slots[base + REQUEST_US] = timeUs;
  } else if (slots[base + RESPONSE_US] < 0 && slots[base + REQUEST_US] >= 0)
    slots[base + RESPONSE_US] = timeUs;
}

function rareFlags(slots: Float64Array, base: number, at: number, packet: Packet, forward: boolean): void {
  const flags = packet.tcpFlags;
  let bits = slots[base + BITS] | 0;
  if ((flags & TCP_SYN) !== 0) {
    slots[at + SYN] += 1;
    if (packet.maximumSegmentSize >= 0) slots[at + SEGMENT_MAX] = packet.maximumSegmentSize;
    if (forward && (flags & TCP_ACK) === 0) {
      bits |= SAW_SYN;
      // The newest one: how long the ones before it went unanswered is no round trip.
      if (slots[base + ESTABLISHED_US] < 0) slots[base + SYN_US] = packet.timestampUs;
    } else if (!forward && (flags & TCP_ACK) !== 0) {
      bits |= SAW_SYN_ACK;
      const synUs = Math.max(0, slots[base + SYN_US]);
      if (slots[base + SYN_ACK_US] < synUs) slots[base + SYN_ACK_US] = packet.timestampUs;
    }
  }
  if ((flags & TCP_FIN) !== 0) {
    slots[at + FIN] += 1;
    bits |= forward ? SAW_FIN_FORWARD : SAW_FIN_BACKWARD;
  }
  if ((flags & TCP_RST) !== 0) {
    slots[at + RST] += 1;
    bits |= forward ? SAW_RST_FORWARD : SAW_RST_BACKWARD;
  }
  if ((flags & TCP_URG) !== 0) slots[at + URG] += 1;
  if ((flags & 0xc0) !== 0) slots[at + ECN] += 1;
  slots[base + BITS] = bits;
}

/** The first ACK of the opener behind a SYN-ACK completes the handshake. */
function established(slots: Float64Array, base: number, timeUs: number, flags: number): void {
  if ((flags & (TCP_SYN | TCP_RST | TCP_ACK)) !== TCP_ACK) return;
  if (slots[base + SYN_ACK_US] >= 0) slots[base + ESTABLISHED_US] = timeUs;
}

/** Remembers what a packet acknowledges, and counts empty ones that say the same again. */
function acknowledge(slots: Float64Array, at: number, packet: Packet): void {
  const acknowledgment = packet.acknowledgment;
  if (acknowledgment !== slots[at + ACKED]) {
    slots[at + ACKED] = acknowledgment;
    slots[at + ACKED_AGAIN] = 0;
  } else if (
    packet.payloadLength === 0 &&
    (packet.tcpFlags & (TCP_SYN | TCP_FIN)) === 0 &&
    packet.window !== 0 &&
    packet.window === slots[at + WINDOW] &&
    packet.sequence === slots[at + NEXT]
  ) {
    slots[at + ACKED_AGAIN] += 1;
  }
  slots[at + ACKED_US] = packet.timestampUs;
}

/** Sequence numbers that a segment takes: its payload, and one for SYN or FIN. */
function sequenceLength(packet: Packet): number {
  return packet.payloadLength + ((packet.tcpFlags & (TCP_SYN | TCP_FIN)) !== 0 ? 1 : 0);
}

/** The first segment of a direction. */
function begin(slots: Float64Array, at: number, packet: Packet): void {
  slots[at + INITIAL] = packet.sequence;
  slots[at + NEXT] = (packet.sequence + sequenceLength(packet)) | 0;
  slots[at + NEXT_US] = packet.timestampUs;
}

/** A SYN with another number: the same ports are used again, so what was known of the numbers is void. */
function beginAnew(slots: Float64Array, at: number, peer: number, packet: Packet): void {
  begin(slots, at, packet);
  slots[peer + ACKED_US] = -1;
  if ((packet.tcpFlags & TCP_ACK) !== 0) return;
  slots[at + ACKED_US] = -1;
  slots[peer + NEXT_US] = -1;
}

function sequence(slots: Float64Array, base: number, at: number, peer: number, packet: Packet): void {
  const length = sequenceLength(packet);
  const ahead = (packet.sequence - slots[at + NEXT]) | 0;
  if (length === 0 && ahead <= 0) return;
  if ((packet.tcpFlags & TCP_SYN) !== 0 && packet.sequence !== slots[at + INITIAL]) {
    beginAnew(slots, at, peer, packet);
    return;
  }
  if (ahead < 0) repeated(slots, base, at, peer, packet);
  if (ahead + length > 0) {
    slots[at + NEXT] = (packet.sequence + length) | 0;
    slots[at + NEXT_US] = packet.timestampUs;
  }
}

/**
 * A segment that begins below the next sequence number, in Wireshark's order of questions (packet-tcp.c, version 4.0):
 * a keep-alive, or more behind a window probe, is nothing; what the peer acknowledged before, or asked for twice and just
 * now, was retransmitted; what comes within a round trip of the newest segment and does not end with it is out of order;
 * all else was retransmitted.
 */
function repeated(slots: Float64Array, base: number, at: number, peer: number, packet: Packet): void {
  const start = packet.sequence;
  const payload = packet.payloadLength;
  const just = ((start + 1) | 0) === slots[at + NEXT];
  if (just && payload <= 1 && (packet.tcpFlags & (TCP_SYN | TCP_FIN)) === 0) return;
  if (wasAcknowledged(slots, peer, start, payload)) slots[at + RETRANSMITTED] += 1;
  else if (just && payload > 1) return;
  else if (wasAskedFor(slots, peer, packet)) slots[at + RETRANSMITTED] += 1;
  else if (isLate(slots, base, at, packet)) slots[at + OUT_OF_ORDER] += 1;
  else slots[at + RETRANSMITTED] += 1;
}

function wasAcknowledged(slots: Float64Array, peer: number, start: number, payload: number): boolean {
  return payload > 0 && slots[peer + ACKED_US] >= 0 && ((start + payload - slots[peer + ACKED]) | 0) <= 0;
}

function wasAskedFor(slots: Float64Array, peer: number, packet: Packet): boolean {
  return (
    slots[peer + ACKED_AGAIN] >= 2 &&
    slots[peer + ACKED] === packet.sequence &&
    packet.timestampUs - slots[peer + ACKED_US] < FAST_RETRANSMISSION_US
  );
}

function isLate(slots: Float64Array, base: number, at: number, packet: Packet): boolean {
  if (((packet.sequence + sequenceLength(packet)) | 0) === slots[at + NEXT]) return false;
  const roundTripUs = span(slots, base, SYN_US, ESTABLISHED_US);
  return packet.timestampUs - slots[at + NEXT_US] < (roundTripUs > 0 ? roundTripUs : REORDER_US);
}

function directionMeasures(name: string, at: number): [string, MeasureReader][] {
  return [
    [`${name}.syn`, at + SYN],
    [`${name}.fin`, at + FIN],
    [`${name}.rst`, at + RST],
    [`${name}.psh`, at + PSH],
    [`${name}.ack`, at + ACK],
    [`${name}.urg`, at + URG],
    [`${name}.ecn`, at + ECN],
    [`${name}.retransmitted`, at + RETRANSMITTED],
    [`${name}.out_of_order`, at + OUT_OF_ORDER],
    [`${name}.window.first`, at + WINDOW_FIRST],
    [`${name}.window.min`, at + WINDOW_MIN],
    [`${name}.window.max`, at + WINDOW_MAX],
    [`${name}.window.zero`, at + WINDOW_ZERO],
    [`${name}.mss`, at + SEGMENT_MAX],
  ];
}

function span(slots: Float64Array, base: number, from: number, to: number): number {
  if (slots[base + from] < 0 || slots[base + to] < slots[base + from]) return Number.NaN;
  return slots[base + to] - slots[base + from];
}

/** Index into CONNECTION_STATES. */
function connectionState(bits: number, tcp: boolean): number {
  return CONNECTION_STATES.indexOf(
    tcp ? tcpState(bits) : bits & SAW_BACKWARD && bits & SAW_FORWARD ? "SF" : "S0",
  );
}

function tcpState(bits: number): (typeof CONNECTION_STATES)[number] {
  const resetForward = (bits & SAW_RST_FORWARD) !== 0;
  const resetBackward = (bits & SAW_RST_BACKWARD) !== 0;
  const finForward = (bits & SAW_FIN_FORWARD) !== 0;
  const finBackward = (bits & SAW_FIN_BACKWARD) !== 0;
  if ((bits & SAW_SYN) === 0) {
    if ((bits & SAW_SYN_ACK) === 0) return "OTH";
    if (resetBackward) return "RSTRH";
    return finBackward && !finForward ? "SHR" : "OTH";
  }
  if ((bits & SAW_SYN_ACK) === 0) {
    if (resetBackward) return "REJ";
    if (resetForward) return "RSTOS0";
    if (finForward) return "SH";
    return (bits & SAW_BACKWARD) === 0 ? "S0" : "OTH";
  }
  // As in Zeek, a RST behind both FINs changes nothing: many programs end that way.
  if (finForward && finBackward) return "SF";
  if (resetForward) return "RSTO";
  if (resetBackward) return "RSTR";
  if (finForward) return "S2";
  return finBackward ? "S3" : "S1";
}
