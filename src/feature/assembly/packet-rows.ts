// Rows of schemas that have one row for every packet: who a packet was, as rows keep it, and the counts of its engine.
//
// Engines of such schemas decode a frame, write its measures and add the row at once.

import { reserve } from "../../flow/assembly/arena";
import { MeterCounts } from "../../flow/assembly/meter";
import { REASON_END_OF_INPUT, REASON_EVICTED, REASON_REUSED, REASONS } from "../../flow/assembly/reasons";
import { LAYER_ARP, Packet } from "../../packet/assembly/packet";
import { MeasuredFlow } from "./measured-flow";
import { Rows } from "./rows";

/** Why the row was handed out: it is a packet's. Index into END_REASONS of ../../flow/reasons.ts. */
const REASON_PACKET: i32 = 8;
/** Stands for the IP protocol of a frame that has none; reserved by IANA. */
const PROTOCOL_NONE: i32 = 255;
const MAPPED: i32 = 0x0000ffff;

@unmanaged
@final
export class PacketRows {
  rows: Rows;
  counts: MeterCounts;
  /** The packet as a row tells who it was. */
  identity: MeasuredFlow;
  /** Rows handed out. */
  written: f64;

  /** Takes memory; false when it is refused. */
  setup(batchRows: u32, columns: u32, measures: u32): bool {
    const rows = reserve(offsetof<Rows>());
    const counts = reserve(offsetof<MeterCounts>() + ((<usize>REASONS) << 3));
    const identity = reserve(offsetof<MeasuredFlow>());
    if (rows == 0 || counts == 0 || identity == 0) return false;
    this.rows = changetype<Rows>(rows);
    this.counts = changetype<MeterCounts>(counts);
    this.identity = changetype<MeasuredFlow>(identity);
    this.counts.nowUs = -Infinity;
    return this.rows.setup(batchRows, columns, measures);
  }

  /** Counts a packet, whether it gets a row or not. */
  @inline
  see(packet: Packet): void {
    this.counts.packets += 1;
    if (packet.timestampUs > this.counts.nowUs) this.counts.nowUs = packet.timestampUs;
  }

  /** Adds the row of the packet whose measures were written last. */
  add(packet: Packet): void {
    const identity = this.identity;
    const key = changetype<usize>(identity);
    const source = changetype<usize>(packet) + offsetof<Packet>("source0");
    v128.store(key, v128.load(source));
    v128.store(key, v128.load(source, 16), 16);
    if ((packet.layers & LAYER_ARP) != 0 && packet.ipVersion == 0) {
      identity.source2 = MAPPED;
      identity.destination2 = MAPPED;
    }
    identity.ports = (packet.sourcePort << 16) | packet.destinationPort;
    identity.protocol = packet.protocol < 0 ? PROTOCOL_NONE : packet.protocol;
    identity.icmp = packet.icmpType < 0 ? 0 : (packet.icmpType << 8) | (packet.icmpCode & 0xff);
    identity.startUs = packet.timestampUs;
    identity.endUs = packet.timestampUs;
    identity.ordinal = packet.ordinal;
    this.written += 1;
    this.rows.add(identity, REASON_PACKET, packet.timestampUs);
  }

  /** Counts conversations; they give no rows. */
  tell(opened: f64, open: f64, reused: f64, evicted: f64): void {
    this.counts.flowsOpened = opened;
    this.counts.flowsOpen = open;
    this.count(REASON_REUSED, reused);
    this.count(REASON_EVICTED, evicted);
    this.count(REASON_END_OF_INPUT, opened - open - reused - evicted);
  }

  /** Forgets what was counted. */
  rewind(): void {
    const counts = changetype<usize>(this.counts);
    memory.fill(counts, 0, offsetof<MeterCounts>() + ((<usize>REASONS) << 3));
    this.counts.nowUs = -Infinity;
    this.written = 0;
  }

  private count(reason: i32, ended: f64): void {
    store<f64>(changetype<usize>(this.counts) + offsetof<MeterCounts>() + ((<usize>reason) << 3), ended);
  }
}
