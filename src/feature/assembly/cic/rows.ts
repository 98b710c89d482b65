// Observes flows and turns them into rows of CICFlowMeter's columns, as the rules of a generation say.
//
// B takes rows: CicBatch, or CicJournal where they are handed out elsewhere.
//
// Order of work per packet (section 5.2 of the specification): active and idle, bulk, subflow, flags, lengths, gaps.

import { clear, reserve } from "../../../flow/assembly/arena";
import { Flow } from "../../../flow/assembly/flow";
import { REASON_EARLY, REASON_END_OF_INPUT } from "../../../flow/assembly/reasons";
import {
  Packet,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
} from "../../../packet/assembly/packet";
import { bulkAdd } from "./bulk";
import {
  ACTIVE,
  BACKWARD_GAPS,
  BACKWARD_LENGTHS,
  CicFlow,
  FLOW_BYTES,
  FORWARD_GAPS,
  FORWARD_LENGTHS,
  GAPS,
  HAS_BACKWARD,
  HAS_BACKWARD_NEXT,
  HAS_FORWARD,
  HAS_FORWARD_NEXT,
  IDLE,
  LENGTHS,
  seriesOf,
} from "./flow";
import { CicLifecycle, isLoop } from "./lifecycle";
import { Retransmissions } from "./retransmissions";
import {
  RETRANSMISSIONS_ALL,
  RETRANSMISSIONS_NONE,
  Rules,
  SINGLES_NEVER,
  SINGLES_NOT_AT_END,
  WINDOWS_FIRST_FILLED,
  WINDOWS_LAST,
} from "./rules";
import { addTo } from "./series";
import { cicWrite, COMPLETED_BYTES } from "./write";

/** Silence that separates two active periods, and subflows, µs. */
const ACTIVITY_TIMEOUT_US: f64 = 5_000_000;
const SUBFLOW_GAP_US: f64 = 1_000_000;
export const MARK_EARLY: i32 = 0;

@unmanaged
@final
export class CicRows<B> {
  batch: B;
  rules: Rules;
  lifecycle: CicLifecycle;
  retransmissions: Retransmissions;
  earlyPackets: u32;
  /** For cicWrite. */
  room: usize;
  opened: f64;
  earlyRows: f64;
  endedRows: f64;
  /** Flows that ended without a row, since one packet makes none. */
  withheld: f64;
  // The flow that ended last, for the one that takes its place.
  keySource: i32;
  keyPorts: i32;
  connectionStartUs: f64;
  connection: f64;
  forwardNext: i32;
  backwardNext: i32;
  has: u32;

  /** Takes memory; false when it is refused. */
  setup(batch: B, rules: Rules, lifecycle: CicLifecycle, seed: u32, earlyPackets: u32): bool {
    const retransmissions = reserve(offsetof<Retransmissions>());
    this.room = reserve(COMPLETED_BYTES);
    if (retransmissions == 0 || this.room == 0) return false;
    this.batch = batch;
    this.rules = rules;
    this.lifecycle = lifecycle;
    this.retransmissions = changetype<Retransmissions>(retransmissions);
    this.earlyPackets = earlyPackets;
    return this.retransmissions.setup(seed);
  }

  open(known: Flow, packet: Packet, ahead: bool, continued: bool): void {
    const flow = changetype<CicFlow>(changetype<usize>(known));
    const at = changetype<usize>(flow);
    const rules = this.rules;
    const timeUs = this.lifecycle.timeOf(packet);
    clear(at + ((offsetof<Flow>() + 15) & ~15), FLOW_BYTES - ((offsetof<Flow>() + 15) & ~15));
    this.opened += 1;
    flow.ordinal = this.opened;
    flow.startUs = timeUs;
    flow.endUs = timeUs;
    flow.activeStartUs = timeUs;
    flow.activeEndUs = timeUs;
    flow.forwardWindow = rules.noWindow;
    flow.backwardWindow = rules.noWindow;
    flow.connectionStartUs = timeUs;
    flow.connection = this.opened;
    if (continued) this.inherit(flow);
    const intake = this.lifecycle.intake;
    const adopted = changetype<usize>(intake) != 0;
    flow.firstIcmp = adopted ? intake.icmp : packet.icmpType < 0 ? -1 : (packet.icmpType << 8) | packet.icmpCode;
    flow.icmp = flow.firstIcmp < 0 ? 0 : flow.firstIcmp;
    if (rules.keyKept != 0 && (continued || this.lifecycle.renews)) this.inheritKey(flow);
    this.lifecycle.renews = false;
    this.batch.open(flow);

    const forward = ahead || isLoop(packet, rules) || (continued && rules.continuedForward != 0);
    const payload = payloadOf(packet);
    bulkAdd(flow, rules, timeUs, <f64>payload, forward);
    this.addFlags(flow, packet);
    const sideFlags = packet.tcpFlags & (rules.firstEndingSkipped != 0 ? ~TCP_RST : -1);
    this.addSideFlags(flow, sideFlags, forward);
    if (rules.firstLengthTwice != 0) addTo(seriesOf(flow, LENGTHS), <f64>payload);
    if (payload > 0 && rules.firstDataSkipped == 0) this.addData(flow, forward);
    this.addWindow(flow, packet, forward, true);
    this.addSide(flow, packet, payload, timeUs, forward, true);
    flow.packets = 1;
    if (this.earlyPackets == 1) this.early(flow, this.batch.nowUs());
  }

  add(known: Flow, packet: Packet, ahead: bool): void {
    const flow = changetype<CicFlow>(changetype<usize>(known));
    const rules = this.rules;
    const timeUs = this.lifecycle.timeOf(packet);
    const forward = ahead || isLoop(packet, rules);
    const payload = payloadOf(packet);
    if (rules.finKeepsActive == 0 || (packet.tcpFlags & TCP_FIN) == 0) this.addActivity(flow, timeUs);
    const gap = timeUs - flow.endUs;
    if (rules.firstOnly == 0) {
      bulkAdd(flow, rules, timeUs, <f64>payload, forward);
      if (gap > SUBFLOW_GAP_US) flow.subflowGaps += 1;
      this.addFlags(flow, packet);
    }
    if (rules.sideFlagsFirstOnly == 0) this.addSideFlags(flow, packet.tcpFlags, forward);
    if (payload > 0) this.addData(flow, forward);
    this.addWindow(flow, packet, forward, false);
    this.addSide(flow, packet, payload, timeUs, forward, false);
    addTo(seriesOf(flow, GAPS), gap);
    flow.endUs = timeUs;
    if (++flow.packets == this.earlyPackets) this.early(flow, this.batch.nowUs());
  }

  mark(known: Flow, mark: i32, atUs: f64): void {
    this.early(changetype<CicFlow>(changetype<usize>(known)), atUs);
  }

  forget(): void {
    this.batch.forget();
  }

  end(known: Flow, reason: i32, atUs: f64): void {
    const flow = changetype<CicFlow>(changetype<usize>(known));
    const reversed = flow.keyReversed != 0;
    this.keySource = reversed ? flow.destination3 : flow.source3;
    this.keyPorts = reversed ? rotl(flow.ports, 16) : flow.ports;
    this.connectionStartUs = flow.connectionStartUs;
    this.connection = flow.connection;
    this.forwardNext = flow.forwardNext;
    this.backwardNext = flow.backwardNext;
    this.has = flow.has;
    if (flow.packets < 2 && this.withholds(reason)) {
      this.withheld += 1;
      return;
    }
    this.endedRows += 1;
    this.write(flow, reason, atUs);
  }

  private withholds(reason: i32): bool {
    const singles = this.rules.singles;
    return singles == SINGLES_NEVER || (singles == SINGLES_NOT_AT_END && reason == REASON_END_OF_INPUT);
  }

  /** What a connection knows, in its next flow. */
  private inherit(flow: CicFlow): void {
    flow.connectionStartUs = this.connectionStartUs;
    flow.connection = this.connection;
    flow.forwardNext = this.forwardNext;
    flow.backwardNext = this.backwardNext;
    flow.has = this.has & (HAS_FORWARD_NEXT | HAS_BACKWARD_NEXT);
  }

  /** A flow in the place of another is stored under its name. */
  private inheritKey(flow: CicFlow): void {
    if (flow.source3 != this.keySource || flow.ports != this.keyPorts) flow.keyReversed = 1;
  }

  private early(flow: CicFlow, atUs: f64): void {
    this.earlyRows += 1;
    this.write(flow, REASON_EARLY, atUs);
  }

  private write(flow: CicFlow, reason: i32, atUs: f64): void {
    const rules = this.rules;
    cicWrite(flow, rules, this.batch.measures, this.room);
    const reversed = rules.signedOrder != 0 ? isSignedGreater(flow.source3, flow.destination3) : flow.keyReversed != 0;
    const word = flow.destination0;
    if (rules.signedOrder != 0) flow.destination0 = 0;
    this.batch.add(flow, reason, reversed, atUs);
    flow.destination0 = word;
  }

  private addActivity(flow: CicFlow, timeUs: f64): void {
    const silence = timeUs - flow.activeEndUs;
    if (silence > ACTIVITY_TIMEOUT_US) {
      const active = flow.activeEndUs - flow.activeStartUs;
      if (active > 0) addTo(seriesOf(flow, ACTIVE), active);
      addTo(seriesOf(flow, IDLE), silence);
      flow.activeStartUs = timeUs;
    }
    flow.activeEndUs = timeUs;
  }

  private addFlags(flow: CicFlow, packet: Packet): void {
    const flags = packet.tcpFlags;
    flow.acknowledgments += (flags & TCP_ACK) != 0 ? 1 : 0;
    flow.pushes += (flags & TCP_PSH) != 0 ? 1 : 0;
    if ((flags & ~(TCP_ACK | TCP_PSH)) == 0) return;
    flow.fins += (flags & TCP_FIN) != 0 ? 1 : 0;
    flow.syns += (flags & TCP_SYN) != 0 ? 1 : 0;
    flow.resets += (flags & TCP_RST) != 0 ? 1 : 0;
    flow.urgents += (flags & TCP_URG) != 0 ? 1 : 0;
    flow.reductions += (flags & TCP_CWR) != 0 ? 1 : 0;
    flow.echoes += (flags & TCP_ECE) != 0 ? 1 : 0;
  }

  private addSideFlags(flow: CicFlow, flags: i32, forward: bool): void {
    if ((flags & (TCP_PSH | TCP_URG | TCP_RST)) == 0) return;
    const push = (flags & TCP_PSH) != 0 ? 1 : 0;
    const urgent = (flags & TCP_URG) != 0 ? 1 : 0;
    const reset = (flags & TCP_RST) != 0 ? 1 : 0;
    if (forward) {
      flow.forwardPushes += push;
      flow.forwardUrgents += urgent;
      flow.forwardResets += reset;
    } else {
      flow.backwardPushes += push;
      flow.backwardUrgents += urgent;
      flow.backwardResets += reset;
    }
  }

  private addData(flow: CicFlow, forward: bool): void {
    if (forward) flow.forwardData += 1;
    else flow.backwardData += 1;
  }

  private addWindow(flow: CicFlow, packet: Packet, forward: bool, first: bool): void {
    const windows = this.rules.windows;
    const window = packet.protocol == PROTOCOL_TCP ? packet.window : this.rules.noWindow;
    if (windows == WINDOWS_LAST || windows == WINDOWS_FIRST_FILLED) {
      if (forward) {
        if (first) flow.forwardWindow = window;
      } else if (windows == WINDOWS_LAST || flow.backwardWindow == 0) flow.backwardWindow = window;
    } else if (packet.hasTransport == 0) return;
    else if (forward) {
      if ((flow.has & HAS_FORWARD) == 0) flow.forwardWindow = window;
    } else if ((flow.has & HAS_BACKWARD) == 0) flow.backwardWindow = window;
  }

  /** What is kept per direction. */
  private addSide(flow: CicFlow, packet: Packet, payload: i32, timeUs: f64, forward: bool, first: bool): void {
    const length = <f64>payload;
    const header = headerOf(packet);
    const repeated = this.isRepeated(flow, packet, payload, forward) ? 1 : 0;
    addTo(seriesOf(flow, LENGTHS), length);
    if (forward) {
      addTo(seriesOf(flow, FORWARD_LENGTHS), length);
      if (flow.forwardPackets++ > 0) addTo(seriesOf(flow, FORWARD_GAPS), timeUs - flow.forwardLastUs);
      flow.forwardLastUs = timeUs;
      flow.forwardHeaderBytes += header;
      flow.forwardRetransmissions += repeated;
      flow.forwardHeaderLeast = this.least(flow, flow.forwardHeaderLeast, header, HAS_FORWARD, first);
    } else {
      addTo(seriesOf(flow, BACKWARD_LENGTHS), length);
      if (flow.backwardPackets++ > 0) addTo(seriesOf(flow, BACKWARD_GAPS), timeUs - flow.backwardLastUs);
      flow.backwardLastUs = timeUs;
      flow.backwardHeaderBytes += header;
      flow.backwardRetransmissions += repeated;
      flow.backwardHeaderLeast = this.least(flow, flow.backwardHeaderLeast, header, HAS_BACKWARD, first);
    }
  }

  /** The shortest header of a direction. That of the direction that did not begin stays 0 unless both have their own. */
  @inline
  private least(flow: CicFlow, least: i32, header: i32, bit: u32, first: bool): i32 {
    const own = this.rules.bothMinima != 0;
    if (own && header == 0) return least; // a later fragment
    if ((flow.has & bit) != 0) return min(least, header);
    if (!own && !first) return least;
    flow.has |= bit;
    return header;
  }

  private isRepeated(flow: CicFlow, packet: Packet, payload: i32, forward: bool): bool {
    const rule = this.rules.retransmissions;
    if (rule == RETRANSMISSIONS_NONE || packet.protocol != PROTOCOL_TCP || packet.hasTransport == 0) return false;
    if (rule == RETRANSMISSIONS_ALL) return this.retransmissions.seen(flow.connection, packet, payload);
    return isBehind(flow, packet, payload, forward);
  }
}

/**
 * True for a segment that begins below what its sender has sent already: sent again, or late. Pure acknowledgments take
 * no room in the sequence; the originals count repeated ones all the same.
 */
function isBehind(flow: CicFlow, packet: Packet, payload: i32, forward: bool): bool {
  const room = payload + i32((packet.tcpFlags & (TCP_SYN | TCP_FIN)) != 0);
  if (room == 0) return false;
  const bit = forward ? HAS_FORWARD_NEXT : HAS_BACKWARD_NEXT;
  const next = forward ? flow.forwardNext : flow.backwardNext;
  const begin = packet.sequence;
  // A SYN with another number begins a new conversation of the same ports.
  const anew = (packet.tcpFlags & TCP_SYN) != 0 && begin + 1 != next;
  const behind = (flow.has & bit) != 0 && !anew && begin - next < 0;
  flow.has |= bit;
  if (behind && begin + room - next <= 0) return true;
  if (forward) flow.forwardNext = begin + room;
  else flow.backwardNext = begin + room;
  return behind;
}

/** Bytes behind the transport header; those of later fragments too, where they are known to belong to a flow with one. */
@inline
function payloadOf(packet: Packet): i32 {
  const protocol = packet.protocol;
  const counted = protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
  return counted ? packet.payloadLength : 0;
}

@inline
function headerOf(packet: Packet): i32 {
  if (packet.hasTransport == 0) return 0;
  const protocol = packet.protocol;
  if (protocol == PROTOCOL_TCP) return packet.transportHeaderLength;
  if (protocol == PROTOCOL_UDP) return 8;
  return protocol == PROTOCOL_SCTP ? 12 : 0;
}

/** Compares IPv4 addresses byte by byte as signed numbers, as Java does. */
function isSignedGreater(one: i32, other: i32): bool {
  for (let shift = 24; shift >= 0; shift -= 8) {
    const left = <i32>(<i8>(one >>> shift));
    const right = <i32>(<i8>(other >>> shift));
    if (left != right) return left > right;
  }
  return false;
}
