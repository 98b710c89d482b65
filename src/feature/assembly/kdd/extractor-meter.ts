// Connections as the original KDD 99 extractor cuts them out of a capture, mistakes and all: docs/reference/kdd.md lists them.
//
// IPv4 in Ethernet, TCP, UDP and ICMP; the sender of the first packet is the source, and packets from its address are its
// own. Connections are looked through for such that are over only after a silence of a second, in the order of their
// first packets; at the end of the input likewise. Later fragments are not seen. Time is that of the packet at hand.
//
// Bound: `maximum` connections; when one more comes, that which began first is handed out.

import { clear, reserve } from "../../../flow/assembly/arena";
import { Flow } from "../../../flow/assembly/flow";
import { MeterCounts } from "../../../flow/assembly/meter";
import {
  REASON_CLOSED,
  REASON_END_OF_INPUT,
  REASON_EVICTED,
  REASON_IDLE,
  REASONS,
} from "../../../flow/assembly/reasons";
import { FlowTable } from "../../../flow/assembly/table";
import {
  LAYER_COOKED,
  LAYER_ETHERNET,
  LAYER_IPV4,
  LAYER_LLC,
  LAYER_MPLS,
  LAYER_PPP,
  LAYER_TUNNEL,
  LAYER_VLAN,
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_URG,
} from "../../../packet/assembly/packet";
import { MeasuredFlow } from "../measured-flow";
import { ExtractorRows } from "./extractor-rows";
import { kddService } from "./service";
import {
  firstState,
  nextState,
  STATE_ESTABLISHED,
  STATE_OTH,
  STATE_RSTO,
  STATE_RSTR,
  STATE_S1,
  STATE_S2,
  STATE_S2F,
  STATE_S3,
  STATE_S3F,
  STATE_SF,
} from "./states";

const SECOND_US: f64 = 1_000_000;
/** 432,000 s, as it overflows 32 bits when it is turned into microseconds. */
const ESTABLISHED_US: f64 = 2_503_270_400;
const LAYERS_OTHER: i32 = LAYER_VLAN | LAYER_MPLS | LAYER_LLC | LAYER_PPP | LAYER_TUNNEL | LAYER_COOKED;
const LAYERS_NEEDED: i32 = LAYER_ETHERNET | LAYER_IPV4;

@unmanaged
export class ExtractorFlow extends MeasuredFlow {
  /** Bytes of whole frames. */
  sourceBytes: f64;
  destinationBytes: f64;
  /** Time of the packet that came last. */
  lastUs: f64;
  urgent: u32;
  service: i32;
  state: i32;
  /** Neighbours in the order of first packets, addresses; 0 for none. */
  previous: u32;
  next: u32;
  reserved: u32;
}

export const EXTRACTOR_FLOW_BYTES: usize = (offsetof<ExtractorFlow>() + 63) & ~63;
const FLOW_AT: usize = offsetof<Flow>();

@unmanaged
@final
export class ExtractorMeter {
  table: FlowTable;
  rows: ExtractorRows;
  counts: MeterCounts;
  ended: usize;
  first: u32;
  last: u32;
  /** Time of the packet before, µs. */
  beforeUs: f64;

  setup(rows: ExtractorRows, maximum: u32, seed: u32): bool {
    this.rows = rows;
    const table = reserve(offsetof<FlowTable>());
    const counts = reserve(offsetof<MeterCounts>() + ((<usize>REASONS) << 3));
    if (table == 0 || counts == 0) return false;
    this.table = changetype<FlowTable>(table);
    this.counts = changetype<MeterCounts>(counts);
    this.ended = counts + offsetof<MeterCounts>();
    this.counts.nowUs = -Infinity;
    this.beforeUs = -Infinity;
    return this.table.setup(maximum, EXTRACTOR_FLOW_BYTES, seed);
  }

  /** Meters a packet; `swallowed` when the extractor would wait for more fragments of it. */
  push(packet: Packet, swallowed: bool): void {
    const nowUs = Math.floor(packet.timestampUs);
    this.counts.packets += 1;
    if (nowUs > this.counts.nowUs) this.counts.nowUs = nowUs;
    if (nowUs >= this.beforeUs + SECOND_US) this.sweep(nowUs);
    this.beforeUs = nowUs;
    if (swallowed || packet.fragmentOffset != 0 || !isSeen(packet)) {
      this.counts.withoutFlow += 1;
      return;
    }
    // ICMP flows are told apart by addresses alone, and each direction is one of its own.
    const type = packet.icmpType;
    const code = packet.icmpCode;
    const identifier = packet.icmpIdentifier;
    if (packet.protocol == PROTOCOL_ICMP) {
      packet.icmpType = 0;
      packet.icmpCode = 0;
      packet.icmpIdentifier = 0;
    }
    let at = this.table.find(packet);
    if (at == 0 && this.table.size == this.table.maximum) this.hand(changetype<ExtractorFlow>(<usize>this.first), REASON_EVICTED);
    const known = at != 0;
    if (!known) at = this.table.insert(packet, false);
    packet.icmpType = type;
    packet.icmpCode = code;
    packet.icmpIdentifier = identifier;
    const flow = changetype<ExtractorFlow>(at);
    if (!known) this.open(flow, packet, nowUs);
    this.add(flow, packet, nowUs, known);
  }

  /** Hands out all that are left, about `limit` at the most; true when none is. */
  end(limit: f64): bool {
    for (let step: f64 = 0; step < limit && this.first != 0; step += 1) {
      this.hand(changetype<ExtractorFlow>(<usize>this.first), REASON_END_OF_INPUT);
    }
    return this.first == 0;
  }

  private open(flow: ExtractorFlow, packet: Packet, nowUs: f64): void {
    const at = changetype<usize>(flow);
    clear(at + FLOW_AT, (offsetof<ExtractorFlow>() - FLOW_AT + 15) & ~15);
    this.counts.flowsOpened += 1;
    this.counts.flowsOpen = <f64>this.table.size;
    flow.ordinal = this.counts.flowsOpened;
    flow.startUs = nowUs;
    flow.icmp = packet.icmpType < 0 ? 0 : (packet.icmpType << 8) | (packet.icmpCode & 0xff);
    flow.service = kddService(packet);
    flow.state = packet.protocol == PROTOCOL_TCP ? firstState(packet.tcpFlags, STATE_S1) : STATE_SF;
    flow.previous = this.last;
    if (this.last == 0) this.first = <u32>at;
    else changetype<ExtractorFlow>(<usize>this.last).next = <u32>at;
    this.last = <u32>at;
  }

  private add(flow: ExtractorFlow, packet: Packet, nowUs: f64, known: bool): void {
    const forward = flow.source3 == packet.source3;
    flow.lastUs = nowUs;
    flow.endUs = nowUs;
    flow.packets++;
    if (forward) flow.sourceBytes += <f64>packet.wireLength;
    else flow.destinationBytes += <f64>packet.wireLength;
    if (packet.protocol != PROTOCOL_TCP) return;
    if ((packet.tcpFlags & TCP_URG) != 0) flow.urgent++;
    if (known) flow.state = nextState(flow.state, packet.tcpFlags, forward);
    if (flow.state == STATE_SF || flow.state == STATE_OTH) this.hand(flow, REASON_CLOSED);
  }

  private sweep(nowUs: f64): void {
    let at = this.first;
    while (at != 0) {
      const flow = changetype<ExtractorFlow>(<usize>at);
      at = flow.next;
      if (flow.lastUs <= nowUs - timeoutUs(flow)) this.hand(flow, REASON_IDLE);
    }
  }

  private hand(flow: ExtractorFlow, reason: i32): void {
    if (flow.previous == 0) this.first = flow.next;
    else changetype<ExtractorFlow>(<usize>flow.previous).next = flow.next;
    if (flow.next == 0) this.last = flow.previous;
    else changetype<ExtractorFlow>(<usize>flow.next).previous = flow.previous;
    const count = this.ended + ((<usize>reason) << 3);
    store<f64>(count, load<f64>(count) + 1);
    this.rows.write(flow, reason, this.beforeUs);
    this.table.remove(changetype<usize>(flow));
    this.counts.flowsOpen = <f64>this.table.size;
  }
}

function isSeen(packet: Packet): bool {
  if ((packet.layers & (LAYERS_NEEDED | LAYERS_OTHER)) != LAYERS_NEEDED) return false;
  return packet.protocol == PROTOCOL_TCP || packet.protocol == PROTOCOL_UDP || packet.protocol == PROTOCOL_ICMP;
}

function timeoutUs(flow: ExtractorFlow): f64 {
  if (flow.protocol == PROTOCOL_UDP) return 180 * SECOND_US;
  if (flow.protocol == PROTOCOL_ICMP) return 30 * SECOND_US;
  switch (flow.state) {
    case STATE_ESTABLISHED:
      return ESTABLISHED_US;
    case STATE_RSTO:
    case STATE_RSTR:
      return 10 * SECOND_US;
    case STATE_S2F:
    case STATE_S3F:
      return 30 * SECOND_US;
    case STATE_S1:
    case STATE_S2:
    case STATE_S3:
      return 120 * SECOND_US;
    default:
      return Infinity;
  }
}
