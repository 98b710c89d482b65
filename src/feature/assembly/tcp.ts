// TCP health: flags, windows, retransmissions, reordering, handshake times and the state of the connection.
//
// A segment that takes sequence numbers below the highest one seen is either late or sent again; `repeated` tells which, by
// the rules of Wireshark's TCP analysis. They need the newest sequence and acknowledgment numbers with their times, so
// what is remembered per flow does not grow with what is in flight. States are Zeek's conn_state.
//
// The measures, their order and the version are told in ../measures/tcp.ts.

import {
  Packet,
  PROTOCOL_TCP,
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
} from "../../packet/assembly/packet";
import { orMissing } from "./measured-flow";

export const TCP_MEASURES: i32 = 33;

/** Late by less than a round trip, or by less than this where none is known, is reordering; µs. */
const REORDER_US: f64 = 3_000;
/** What is asked for by two repeated acknowledgments and comes within this was sent again, µs. */
const FAST_RETRANSMISSION_US: f64 = 20_000;

@unmanaged
@final
class Direction {
  // The first sequence number, the next one expected, and when that last rose; nextUs < 0 before the first.
  nextUs: f64;
  next: i32;
  initial: i32;
  // The newest acknowledgment sent, when, how often it was repeated, and the newest window; ackedUs < 0 before the first.
  ackedUs: f64;
  acked: i32;
  ackedAgain: u32;
  window: i32;
  /** First, least and greatest window field; -1 before the first. */
  windowFirst: i32;
  windowLeast: i32;
  windowGreatest: i32;
  ack: u32;
  psh: u32;
  windowZero: u32;
  retransmitted: u32;
  outOfOrder: u32;
  syn: u32;
  fin: u32;
  rst: u32;
  urg: u32;
  ecn: u32;
  /** Announced; -1 when it was not. */
  segmentGreatest: i32;
  padding: u32;
}

@unmanaged
@final
class State {
  /** Moments in µs, negative before they come. */
  synUs: f64;
  synAckUs: f64;
  establishedUs: f64;
  requestUs: f64;
  responseUs: f64;
  bits: i32;
  protocol: i32;
}

const DIRECTIONS: usize = offsetof<State>();
export const TCP_BYTES: usize = DIRECTIONS + 2 * offsetof<Direction>();

// Bits of State.bits.
const SAW_SYN: i32 = 1;
const SAW_SYN_ACK: i32 = 2;
const SAW_RST_FORWARD: i32 = 4;
const SAW_RST_BACKWARD: i32 = 8;
const SAW_FIN_FORWARD: i32 = 16;
const SAW_FIN_BACKWARD: i32 = 32;
const SAW_BACKWARD: i32 = 64;
const SAW_FORWARD: i32 = 128;

@inline
function direction(at: usize, forward: bool): Direction {
  return changetype<Direction>(forward ? at + DIRECTIONS : at + DIRECTIONS + offsetof<Direction>());
}

/** The state is zero before. */
export function tcpOpen(at: usize, packet: Packet, forward: bool): void {
  const state = changetype<State>(at);
  state.protocol = packet.protocol;
  state.synUs = -1;
  state.synAckUs = -1;
  state.establishedUs = -1;
  state.requestUs = -1;
  state.responseUs = -1;
  for (let side = 0; side < 2; side++) {
    const own = direction(at, side == 0);
    own.windowFirst = -1;
    own.windowLeast = -1;
    own.windowGreatest = -1;
    own.segmentGreatest = -1;
    own.nextUs = -1;
    own.ackedUs = -1;
  }
  tcpAdd(at, packet, forward);
}

@inline
export function tcpAdd(at: usize, packet: Packet, forward: bool): void {
  const state = changetype<State>(at);
  state.bits |= forward ? SAW_FORWARD : SAW_BACKWARD;
  if (packet.payloadLength != 0 && state.responseUs < 0) dialogue(state, packet.timestampUs, forward);
  if (packet.protocol == PROTOCOL_TCP && packet.hasTransport != 0) addSegment(at, packet, forward);
}

function addSegment(at: usize, packet: Packet, forward: bool): void {
  const state = changetype<State>(at);
  const own = direction(at, forward);
  const flags = packet.tcpFlags;
  if ((flags & TCP_ACK) != 0) own.ack += 1;
  if ((flags & TCP_PSH) != 0) own.psh += 1;
  if ((flags & ~(TCP_ACK | TCP_PSH)) != 0) rareFlags(state, own, packet, forward);
  if (state.establishedUs < 0 && forward) established(state, packet.timestampUs, flags);
  const window = packet.window;
  if (own.windowFirst < 0) own.windowFirst = window;
  if (<u32>window < <u32>own.windowLeast) own.windowLeast = window;
  if (window > own.windowGreatest) own.windowGreatest = window;
  if (window == 0 && (flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0) own.windowZero += 1;
  if ((flags & TCP_RST) != 0) return;
  // Before the acknowledgment, since a repeated one is known by the sequence number still expected.
  if ((flags & TCP_ACK) != 0) acknowledge(own, packet);
  own.window = window;
  if (own.nextUs < 0) begin(own, packet);
  else sequence(state, own, direction(at, !forward), packet);
}

/** First request data and the first data that answers it. */
function dialogue(state: State, timeUs: f64, forward: bool): void {
  if (forward) {
    if (state.requestUs < 0) state.requestUs = timeUs;
  } else if (state.requestUs >= 0) state.responseUs = timeUs;
}

function rareFlags(state: State, own: Direction, packet: Packet, forward: bool): void {
  const flags = packet.tcpFlags;
  let bits = state.bits;
  if ((flags & TCP_SYN) != 0) {
    own.syn += 1;
    if (packet.maximumSegmentSize >= 0) own.segmentGreatest = packet.maximumSegmentSize;
    if (forward && (flags & TCP_ACK) == 0) {
      bits |= SAW_SYN;
      // The newest one: how long the ones before it went unanswered is no round trip.
      if (state.establishedUs < 0) state.synUs = packet.timestampUs;
    } else if (!forward && (flags & TCP_ACK) != 0) {
      bits |= SAW_SYN_ACK;
      if (state.synAckUs < max(0.0, state.synUs)) state.synAckUs = packet.timestampUs;
    }
  }
  if ((flags & TCP_FIN) != 0) {
    own.fin += 1;
    bits |= forward ? SAW_FIN_FORWARD : SAW_FIN_BACKWARD;
  }
  if ((flags & TCP_RST) != 0) {
    own.rst += 1;
    bits |= forward ? SAW_RST_FORWARD : SAW_RST_BACKWARD;
  }
  if ((flags & TCP_URG) != 0) own.urg += 1;
  if ((flags & (TCP_ECE | TCP_CWR)) != 0) own.ecn += 1;
  state.bits = bits;
}

/** The first ACK of the opener behind a SYN-ACK completes the handshake. */
function established(state: State, timeUs: f64, flags: i32): void {
  if ((flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK) return;
  if (state.synAckUs >= 0) state.establishedUs = timeUs;
}

/** Remembers what a packet acknowledges, and counts empty ones that say the same again. */
@inline
function acknowledge(own: Direction, packet: Packet): void {
  const acknowledgment = packet.acknowledgment;
  if (acknowledgment != own.acked) {
    own.acked = acknowledgment;
    own.ackedAgain = 0;
  } else if (
    packet.payloadLength == 0 &&
    (packet.tcpFlags & (TCP_SYN | TCP_FIN)) == 0 &&
    packet.window != 0 &&
    packet.window == own.window &&
    packet.sequence == own.next
  ) {
    own.ackedAgain += 1;
  }
  own.ackedUs = packet.timestampUs;
}

/** Sequence numbers that a segment takes: its payload, and one for SYN or FIN. */
@inline
function sequenceLength(packet: Packet): i32 {
  return packet.payloadLength + i32((packet.tcpFlags & (TCP_SYN | TCP_FIN)) != 0);
}

/** The first segment of a direction. */
function begin(own: Direction, packet: Packet): void {
  own.initial = packet.sequence;
  own.next = packet.sequence + sequenceLength(packet);
  own.nextUs = packet.timestampUs;
}

/** A SYN with another number: the same ports are used again, so what was known of the numbers is void. */
function beginAnew(own: Direction, peer: Direction, packet: Packet): void {
  begin(own, packet);
  peer.ackedUs = -1;
  if ((packet.tcpFlags & TCP_ACK) != 0) return;
  own.ackedUs = -1;
  peer.nextUs = -1;
}

@inline
function sequence(state: State, own: Direction, peer: Direction, packet: Packet): void {
  const length = sequenceLength(packet);
  const ahead = packet.sequence - own.next;
  if (length == 0 && ahead <= 0) return;
  if ((packet.tcpFlags & TCP_SYN) != 0 && packet.sequence != own.initial) {
    beginAnew(own, peer, packet);
    return;
  }
  if (ahead < 0) repeated(state, own, peer, packet);
  if (ahead + length > 0) {
    own.next = packet.sequence + length;
    own.nextUs = packet.timestampUs;
  }
}

/**
 * A segment that begins below the next sequence number, in Wireshark's order of questions (packet-tcp.c, version 4.0):
 * a keep-alive, or more behind a window probe, is nothing; what the peer acknowledged before, or asked for twice and just
 * now, was retransmitted; what comes within a round trip of the newest segment and does not end with it is out of order;
 * all else was retransmitted.
 */
function repeated(state: State, own: Direction, peer: Direction, packet: Packet): void {
  const start = packet.sequence;
  const payload = packet.payloadLength;
  const just = start + 1 == own.next;
  if (just && payload <= 1 && (packet.tcpFlags & (TCP_SYN | TCP_FIN)) == 0) return;
  if (wasAcknowledged(peer, start, payload)) own.retransmitted += 1;
  else if (just && payload > 1) return;
  else if (wasAskedFor(peer, packet)) own.retransmitted += 1;
  else if (isLate(state, own, packet)) own.outOfOrder += 1;
  else own.retransmitted += 1;
}

function wasAcknowledged(peer: Direction, start: i32, payload: i32): bool {
  return payload > 0 && peer.ackedUs >= 0 && start + payload - peer.acked <= 0;
}

function wasAskedFor(peer: Direction, packet: Packet): bool {
  return (
    peer.ackedAgain >= 2 &&
    peer.acked == packet.sequence &&
    packet.timestampUs - peer.ackedUs < FAST_RETRANSMISSION_US
  );
}

function isLate(state: State, own: Direction, packet: Packet): bool {
  if (packet.sequence + sequenceLength(packet) == own.next) return false;
  const roundTripUs = span(state.synUs, state.establishedUs);
  return packet.timestampUs - own.nextUs < (roundTripUs > 0 ? roundTripUs : REORDER_US);
}

/** Writes TCP_MEASURES numbers. */
export function tcpWrite(at: usize, out: usize): void {
  const state = changetype<State>(at);
  writeDirection(direction(at, true), out);
  writeDirection(direction(at, false), out + 14 * 8);
  store<f64>(out, span(state.synUs, state.establishedUs), 28 * 8);
  store<f64>(out, span(state.synUs, state.synAckUs), 29 * 8);
  store<f64>(out, span(state.requestUs, state.responseUs), 30 * 8);
  store<f64>(out, <f64>connectionState(state), 31 * 8);
  store<f64>(out, <f64>state.protocol, 32 * 8);
}

function writeDirection(own: Direction, out: usize): void {
  store<f64>(out, <f64>own.syn);
  store<f64>(out, <f64>own.fin, 1 * 8);
  store<f64>(out, <f64>own.rst, 2 * 8);
  store<f64>(out, <f64>own.psh, 3 * 8);
  store<f64>(out, <f64>own.ack, 4 * 8);
  store<f64>(out, <f64>own.urg, 5 * 8);
  store<f64>(out, <f64>own.ecn, 6 * 8);
  store<f64>(out, <f64>own.retransmitted, 7 * 8);
  store<f64>(out, <f64>own.outOfOrder, 8 * 8);
  store<f64>(out, orMissing(own.windowFirst), 9 * 8);
  store<f64>(out, orMissing(own.windowLeast), 10 * 8);
  store<f64>(out, orMissing(own.windowGreatest), 11 * 8);
  store<f64>(out, <f64>own.windowZero, 12 * 8);
  store<f64>(out, orMissing(own.segmentGreatest), 13 * 8);
}

function span(fromUs: f64, toUs: f64): f64 {
  return fromUs < 0 || toUs < fromUs ? NaN : toUs - fromUs;
}

// Codes of connection.state: indices into CONNECTION_STATES of ../measures/tcp.ts.
const STATE_S0: i32 = 0;
const STATE_S1: i32 = 1;
const STATE_SF: i32 = 2;
const STATE_REJ: i32 = 3;
const STATE_S2: i32 = 4;
const STATE_S3: i32 = 5;
const STATE_RSTO: i32 = 6;
const STATE_RSTR: i32 = 7;
const STATE_RSTOS0: i32 = 8;
const STATE_RSTRH: i32 = 9;
const STATE_SH: i32 = 10;
const STATE_SHR: i32 = 11;
const STATE_OTH: i32 = 12;

function connectionState(state: State): i32 {
  const bits = state.bits;
  if (state.protocol == PROTOCOL_TCP) return tcpState(bits);
  return (bits & SAW_BACKWARD) != 0 && (bits & SAW_FORWARD) != 0 ? STATE_SF : STATE_S0;
}

function tcpState(bits: i32): i32 {
  const resetForward = (bits & SAW_RST_FORWARD) != 0;
  const resetBackward = (bits & SAW_RST_BACKWARD) != 0;
  const finForward = (bits & SAW_FIN_FORWARD) != 0;
  const finBackward = (bits & SAW_FIN_BACKWARD) != 0;
  if ((bits & SAW_SYN) == 0) {
    if ((bits & SAW_SYN_ACK) == 0) return STATE_OTH;
    if (resetBackward) return STATE_RSTRH;
    return finBackward && !finForward ? STATE_SHR : STATE_OTH;
  }
  if ((bits & SAW_SYN_ACK) == 0) {
    if (resetBackward) return STATE_REJ;
    if (resetForward) return STATE_RSTOS0;
    if (finForward) return STATE_SH;
    return (bits & SAW_BACKWARD) == 0 ? STATE_S0 : STATE_OTH;
  }
  // As in Zeek, a RST behind both FINs changes nothing: many programs end that way.
  if (finForward && finBackward) return STATE_SF;
  if (resetForward) return STATE_RSTO;
  if (resetBackward) return STATE_RSTR;
  if (finForward) return STATE_S2;
  return finBackward ? STATE_S3 : STATE_S1;
}
