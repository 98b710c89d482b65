// Observes KDD connections and turns them into rows: what is counted of each, what was said in it, what went before it.
//
// Measures in order: general (9), content (13), windows (19), packets and bytes; KDD_MEASURE_GROUPS of ../../measures/kdd.ts lists
// them so.

import { clear, reserve } from "../../../flow/assembly/arena";
import { Flow } from "../../../flow/assembly/flow";
import { Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, TCP_URG } from "../../../packet/assembly/packet";
import { Rows } from "../rows";
import { CONTENT_MEASURES, KddContent } from "./content";
import { KddFragments } from "./fragments";
import { KddFlow } from "./kdd-flow";
import { kddService } from "./service";
import { flagOf } from "./states";
import { KddWindows, WINDOW_MEASURES } from "./windows";

const GENERAL_MEASURES: i32 = 9;
export const KDD_MEASURES: i32 = GENERAL_MEASURES + CONTENT_MEASURES + WINDOW_MEASURES;
/** Bytes of a flow, whole cache lines. */
export const KDD_FLOW_BYTES: usize = (offsetof<KddFlow>() + 63) & ~63;

const FLOW_AT: usize = offsetof<Flow>();

@unmanaged
@final
export class KddRows {
  rows: Rows;
  windows: KddWindows;
  content: KddContent;
  fragments: KddFragments;
  opened: f64;
  endedRows: f64;

  setup(rows: Rows, windowSize: u32, seed: u32): bool {
    this.rows = rows;
    const windows = reserve(offsetof<KddWindows>());
    const content = reserve(offsetof<KddContent>());
    const fragments = reserve(offsetof<KddFragments>());
    if (windows == 0 || content == 0 || fragments == 0) return false;
    this.windows = changetype<KddWindows>(windows);
    this.content = changetype<KddContent>(content);
    this.fragments = changetype<KddFragments>(fragments);
    return this.windows.setup(windowSize, seed) && this.content.setup() && this.fragments.setup();
  }

  open(known: Flow, packet: Packet, forward: bool, _continued: bool): void {
    const flow = changetype<KddFlow>(changetype<usize>(known));
    clear(changetype<usize>(known) + FLOW_AT, (offsetof<KddFlow>() - FLOW_AT + 15) & ~15);
    this.opened += 1;
    flow.ordinal = this.opened;
    flow.startUs = packet.timestampUs;
    flow.endUs = packet.timestampUs;
    flow.icmp = packet.icmpType < 0 ? 0 : (packet.icmpType << 8) | (packet.icmpCode & 0xff);
    flow.service = <u8>kddService(packet);
    this.count(flow, packet, forward);
  }

  add(known: Flow, packet: Packet, forward: bool): void {
    const flow = changetype<KddFlow>(changetype<usize>(known));
    const timeUs = packet.timestampUs;
    if (timeUs > flow.endUs) flow.endUs = timeUs;
    else if (timeUs < flow.startUs) flow.startUs = timeUs;
    this.count(flow, packet, forward);
  }

  mark(_known: Flow, _mark: i32, _atUs: f64): void {}

  forget(): void {
    this.windows.forget();
  }

  end(known: Flow, reason: i32, atUs: f64): void {
    const at = changetype<usize>(known);
    const flow = changetype<KddFlow>(at);
    const flag = flagOf(<i32>flow.bits);
    const service = <i32>flow.service;
    const out = this.rows.measures;
    const sourcePort = flow.ports >>> 16;
    store<f64>(out, Math.floor((flow.endUs - flow.startUs) / 1_000_000));
    store<f64>(out, protocolOf(flow.protocol), 8);
    store<f64>(out, <f64>service, 16);
    store<f64>(out, <f64>flag, 24);
    store<f64>(out, flow.sourceBytes, 32);
    store<f64>(out, flow.destinationBytes, 40);
    store<f64>(out, isLand(flow) ? 1 : 0, 48);
    store<f64>(out, <f64>flow.wrongFragments, 56);
    store<f64>(out, <f64>flow.urgent, 64);
    this.content.end(flow, out + (GENERAL_MEASURES << 3));
    const destination = at + offsetof<Flow>("destination0");
    const windows = out + ((GENERAL_MEASURES + CONTENT_MEASURES) << 3);
    this.windows.add(destination, <u32>sourcePort, service, flag, flow.endUs, windows);
    this.endedRows += 1;
    this.rows.add(flow, reason, atUs);
  }

  private count(flow: KddFlow, packet: Packet, forward: bool): void {
    const bytes = payloadOf(packet);
    if (forward) flow.sourceBytes += <f64>bytes;
    else flow.destinationBytes += <f64>bytes;
    flow.packets++;
    if ((packet.fragmentOffset | packet.moreFragments) != 0) {
      const length = packet.payloadLength + packet.transportHeaderLength;
      if (this.fragments.isWrong(flow, flow.ordinal, packet, forward, length)) flow.wrongFragments++;
    }
    if (packet.protocol == PROTOCOL_TCP && (packet.tcpFlags & TCP_URG) != 0) flow.urgent++;
    this.content.see(flow, packet, forward);
  }
}

/** Payload as it was long on the wire. KDD counts the header of an ICMP message, 8 bytes, among its data. */
function payloadOf(packet: Packet): i32 {
  const icmp = packet.protocol == PROTOCOL_ICMP || packet.protocol == PROTOCOL_ICMPV6;
  return icmp ? packet.payloadLength + packet.transportHeaderLength : packet.payloadLength;
}

/** 0 icmp, 1 tcp, 2 udp: the categories of `protocol_type`. */
function protocolOf(protocol: i32): f64 {
  if (protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6) return 0;
  return protocol == PROTOCOL_TCP ? 1 : 2;
}

/** Whether it goes from one address and port to the same. */
function isLand(flow: KddFlow): bool {
  if (flow.ports >>> 16 != (flow.ports & 0xffff)) return false;
  const key = changetype<usize>(flow);
  return !v128.any_true(v128.xor(v128.load(key), v128.load(key, 16)));
}
