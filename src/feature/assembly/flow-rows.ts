// Observes flows and turns them into rows of the schema `flow`: keeps the parts of its measure groups behind each flow.
//
// Groups in order: volume, timing, tcp, network, early, content, service, context; the measures of a row lie in memory in
// that order, and FLOW_GROUPS of ../engine.ts lists them so.

import { Flow } from "../../flow/assembly/flow";
import { icmpCounterpart } from "../../flow/assembly/icmp";
import { clear } from "../../flow/assembly/arena";
import { MeterCounts } from "../../flow/assembly/meter";
import { REASON_EARLY } from "../../flow/assembly/reasons";
import { Packet } from "../../packet/assembly/packet";
import { CONTENT_BYTES, CONTENT_MEASURES, contentAdd, contentOpen, contentWrite } from "./content";
import { CONTEXT_BYTES, CONTEXT_MEASURES } from "./context";
import { EARLY_BYTES, EARLY_MEASURES, earlyAdd, earlyOpen, earlyWrite } from "./early";
import { MeasuredFlow } from "./measured-flow";
import { NETWORK_BYTES, NETWORK_MEASURES, networkAdd, networkOpen, networkWrite } from "./network";
import { SERVICE_BYTES, SERVICE_MEASURES, serviceOpen, serviceWrite } from "./service";
import { TCP_BYTES, TCP_MEASURES, tcpAdd, tcpOpen, tcpWrite } from "./tcp";
import { TIMING_BYTES, TIMING_MEASURES, timingAdd, timingOpen, timingWrite } from "./timing";
import { VOLUME_BYTES, VOLUME_MEASURES, volumeAdd, volumeOpen, volumeWrite } from "./volume";

const VOLUME: usize = (offsetof<MeasuredFlow>() + 15) & ~15;
const TIMING: usize = VOLUME + VOLUME_BYTES;
const TCP: usize = TIMING + TIMING_BYTES;
const NETWORK: usize = TCP + TCP_BYTES;
const CONTENT: usize = NETWORK + NETWORK_BYTES;
const SERVICE: usize = CONTENT + CONTENT_BYTES;
/** How far behind a flow its context state lies. */
export const CONTEXT: usize = SERVICE + SERVICE_BYTES;
const EARLY: usize = CONTEXT + CONTEXT_BYTES;
/** When the flow's surroundings were looked at, µs f64; -Infinity before. */
const SETTLED: usize = (EARLY + EARLY_BYTES + 7) & ~7;
/** Bytes of a flow, whole cache lines. */
export const FLOW_BYTES: usize = (SETTLED + 8 + 63) & ~63;

export const FLOW_MEASURES: i32 =
  VOLUME_MEASURES +
  TIMING_MEASURES +
  TCP_MEASURES +
  NETWORK_MEASURES +
  EARLY_MEASURES +
  CONTENT_MEASURES +
  SERVICE_MEASURES +
  CONTEXT_MEASURES;

export const MARK_SETTLED: i32 = 0;
export const MARK_EARLY: i32 = 1;

/**
 * C is what looks at the surroundings of flows, R what takes rows: Context and Rows where all flows are metered in one
 * place, Journal for both where they are not.
 */
@unmanaged
@final
export class FlowRows<C, R> {
  rows: R;
  context: C;
  /** Packets at which an early row is written; 0 for never. */
  earlyPackets: u32;
  opened: f64;
  earlyRows: f64;
  endedRows: f64;
  /** The meter's: they know the moment. */
  counts: MeterCounts;

  setup(rows: R, context: C, earlyPackets: u32): void {
    this.rows = rows;
    this.context = context;
    this.earlyPackets = earlyPackets;
  }

  open(known: Flow, packet: Packet, forward: bool, continued: bool): void {
    const at = changetype<usize>(known);
    const flow = changetype<MeasuredFlow>(at);
    clear(at + VOLUME, FLOW_BYTES - VOLUME);
    this.opened += 1;
    flow.ordinal = this.opened;
    flow.startUs = packet.timestampUs;
    flow.endUs = packet.timestampUs;
    store<f64>(at + SETTLED, -Infinity);
    flow.packets = 1;
    flow.icmp = forwardType(packet, forward);
    volumeOpen(at + VOLUME, packet, forward);
    timingOpen(at + TIMING, packet, forward);
    tcpOpen(at + TCP, packet, forward);
    networkOpen(at + NETWORK, packet, forward);
    earlyOpen(at + EARLY, packet, forward);
    contentOpen(at + CONTENT, packet, forward);
    serviceOpen(at + SERVICE, packet, forward);
    this.context.open(at + CONTEXT, packet, forward, continued);
    if (this.earlyPackets == 1) this.early(flow, this.counts.nowUs);
  }

  add(known: Flow, packet: Packet, forward: bool): void {
    const at = changetype<usize>(known);
    const flow = changetype<MeasuredFlow>(at);
    const timeUs = packet.timestampUs;
    if (timeUs > flow.endUs) flow.endUs = timeUs;
    else if (timeUs < flow.startUs) flow.startUs = timeUs;
    volumeAdd(at + VOLUME, packet, forward);
    timingAdd(at + TIMING, packet, forward);
    tcpAdd(at + TCP, packet, forward);
    networkAdd(at + NETWORK, packet, forward);
    earlyAdd(at + EARLY, packet, forward);
    contentAdd(at + CONTENT, packet, forward);
    this.context.add(at + CONTEXT, packet, forward);
    if (++flow.packets == this.earlyPackets) this.early(flow, this.counts.nowUs);
  }

  mark(known: Flow, mark: i32, atUs: f64): void {
    const at = changetype<usize>(known);
    const flow = changetype<MeasuredFlow>(at);
    if (mark == MARK_SETTLED) {
      store<f64>(at + SETTLED, atUs);
      this.context.settle(at + CONTEXT, atUs);
    } else this.early(flow, atUs);
  }

  forget(): void {
    this.context.forget();
  }

  end(known: Flow, reason: i32, atUs: f64): void {
    const at = changetype<usize>(known);
    const flow = changetype<MeasuredFlow>(at);
    // A flow that was silent since its surroundings were looked at has nothing new to see there.
    if (flow.endUs >= load<f64>(at + SETTLED)) this.context.settle(at + CONTEXT, atUs);
    this.endedRows += 1;
    this.write(flow, reason, atUs);
  }

  /** An early row knows the surroundings as they are now; the flow's own row must not tell that it was asked for. */
  private early(flow: MeasuredFlow, atUs: f64): void {
    const at = changetype<usize>(flow);
    this.context.beginEarly(at + CONTEXT);
    this.context.settle(at + CONTEXT, atUs);
    this.earlyRows += 1;
    this.write(flow, REASON_EARLY, atUs);
    this.context.endEarly(at + CONTEXT);
  }

  private write(flow: MeasuredFlow, reason: i32, atUs: f64): void {
    const at = changetype<usize>(flow);
    let out = this.rows.measures;
    volumeWrite(at + VOLUME, flow, out);
    out += VOLUME_MEASURES << 3;
    timingWrite(at + TIMING, out);
    out += TIMING_MEASURES << 3;
    tcpWrite(at + TCP, out);
    out += TCP_MEASURES << 3;
    networkWrite(at + NETWORK, out);
    out += NETWORK_MEASURES << 3;
    earlyWrite(at + EARLY, out);
    out += EARLY_MEASURES << 3;
    contentWrite(at + CONTENT, out);
    out += CONTENT_MEASURES << 3;
    serviceWrite(at + SERVICE, out);
    out += SERVICE_MEASURES << 3;
    this.context.write(at + CONTEXT, out);
    this.rows.add(flow, reason, atUs);
  }
}

/**
 * ICMP type and code, in two bytes, as the opener sends them, whoever sent this first packet. Fragments without a first
 * one have no type, as others have no ports.
 */
function forwardType(packet: Packet, forward: bool): u32 {
  if (packet.icmpType < 0) return 0;
  const counterpart = forward ? -1 : icmpCounterpart(packet.protocol, packet.icmpType);
  return ((counterpart < 0 ? packet.icmpType : counterpart) << 8) | (packet.icmpCode & 0xff);
}
