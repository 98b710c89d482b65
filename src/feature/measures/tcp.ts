// TCP health: flags, windows, retransmissions, reordering, handshake times and the state of the connection.
//
// A segment that carries data below the highest sequence number seen is a repetition. When it fills the newest gap
// within REORDER_US of the gap's opening it counts as out of order, else as retransmitted (the rule of Wireshark's
// TCP analysis, with one gap remembered per direction). Keep-alives (one byte or none, just below the next sequence
// number) are neither. States are Zeek's conn_state.

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

/** A hole filled sooner than this was reordering, µs. */
export const REORDER_US = 3_000;

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
const NEXT = 7;
const STARTED = 8;
const GAP_START = 9;
const GAP_US = 10;
const RETRANSMITTED = 11;
const OUT_OF_ORDER = 12;
const WINDOW_FIRST = 13;
const WINDOW_MIN = 14;
const WINDOW_MAX = 15;
const WINDOW_ZERO = 16;
const SEGMENT_MAX = 17;
const DIRECTION = 18;
// Slots of the flow.
const SYN_US = 36;
const SYN_ACK_US = 37;
const ESTABLISHED_US = 38;
const PROTOCOL = 39;
const BITS = 40;
const REQUEST_US = 41;
const RESPONSE_US = 42;

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
  readonly version = 1;
  readonly slotCount = 43;
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
    else if (slots[base + ESTABLISHED_US] < 0 && forward) established(slots, base, packet.timestampUs);
    const window = packet.window;
    if (Number.isNaN(slots[at + WINDOW_FIRST])) slots[at + WINDOW_FIRST] = window;
    if (!(window >= slots[at + WINDOW_MIN])) slots[at + WINDOW_MIN] = window;
    if (!(window <= slots[at + WINDOW_MAX])) slots[at + WINDOW_MAX] = window;
    if (window === 0 && (flags & TCP_RST) === 0) slots[at + WINDOW_ZERO] += 1;
    slots[base + BITS] = slots[base + BITS] | (forward ? SAW_FORWARD : SAW_BACKWARD);
    sequence(slots, at, packet, flags);
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
      if (slots[base + SYN_US] < 0) slots[base + SYN_US] = packet.timestampUs;
    } else if (!forward && (flags & TCP_ACK) !== 0) {
      bits |= SAW_SYN_ACK;
      if (slots[base + SYN_ACK_US] < 0) slots[base + SYN_ACK_US] = packet.timestampUs;
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

/** The first plain ACK of the opener behind a SYN-ACK completes the handshake. */
function established(slots: Float64Array, base: number, timeUs: number): void {
  if (slots[base + SYN_ACK_US] >= 0) slots[base + ESTABLISHED_US] = timeUs;
}

function sequence(slots: Float64Array, at: number, packet: Packet, flags: number): void {
  const length = packet.payloadLength;
  const consumed = length + ((flags & TCP_SYN) >> 1) + (flags & TCP_FIN);
  const start = packet.sequence;
  const end = (start + consumed) | 0;
  if (slots[at + STARTED] === 0) {
    if ((flags & TCP_RST) !== 0) return;
    slots[at + STARTED] = 1;
    slots[at + NEXT] = end;
    slots[at + GAP_US] = -1;
    return;
  }
  const ahead = (start - slots[at + NEXT]) | 0;
  if (ahead === 0) {
    if (consumed !== 0) slots[at + NEXT] = end;
    return;
  }
  if (consumed === 0 || (flags & TCP_RST) !== 0) return;
  if (ahead > 0) {
    slots[at + GAP_START] = slots[at + NEXT];
    slots[at + GAP_US] = packet.timestampUs;
    slots[at + NEXT] = end;
    return;
  }
  if (ahead === -1 && length <= 1) return; // keep-alive
  const gapUs = slots[at + GAP_US];
  if (gapUs >= 0 && start === slots[at + GAP_START] && packet.timestampUs - gapUs <= REORDER_US) {
    slots[at + OUT_OF_ORDER] += 1;
    slots[at + GAP_START] = end;
  } else slots[at + RETRANSMITTED] += 1;
  if (((end - slots[at + NEXT]) | 0) > 0) slots[at + NEXT] = end;
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
  if (slots[base + from] < 0 || slots[base + to] < 0) return Number.NaN;
  return Math.max(0, slots[base + to] - slots[base + from]);
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
