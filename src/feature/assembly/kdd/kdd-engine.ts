// The engine of the schemas `kdd` and `kdd-100`: frames in, rows out. One instance meters one input.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/kdd-kernels.generated.ts;
// ../../engine.ts drives it.

import { reserve } from "../../../flow/assembly/arena";
import { icmpTable } from "../../../flow/assembly/icmp";
import { Meter } from "../../../flow/assembly/meter";
import { Decoder } from "../../../packet/assembly/decode";
import {
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../../../packet/assembly/packet";
import { Rows } from "../rows";
import { kddKindTable } from "./content";
import { KDD_FLOW_BYTES, KDD_MEASURES, KddRows } from "./kdd-rows";
import { KddLifecycle } from "./lifecycle";
import { kddServiceTable } from "./service";

export { reserve } from "../../../flow/assembly/arena";

let decoder = changetype<Decoder>(0);
let meter = changetype<Meter<KddLifecycle, KddRows>>(0);
let rows = changetype<Rows>(0);
let observer = changetype<KddRows>(0);

/** Bytes that one flow takes. */
export function flowBytes(): usize {
  return KDD_FLOW_BYTES;
}

/** How many measures a row is made of. */
export function measureCount(): i32 {
  return KDD_MEASURES;
}

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services, 2 kinds of text. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  return table == 1 ? kddServiceTable() : kddKindTable();
}

/** Takes all memory; false when it is refused. `windowSize` connections are in the window of connections. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  windowSize: u32,
): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  rows = changetype<Rows>(reserve(offsetof<Rows>()));
  observer = changetype<KddRows>(reserve(offsetof<KddRows>()));
  meter = changetype<Meter<KddLifecycle, KddRows>>(reserve(offsetof<Meter<KddLifecycle, KddRows>>()));
  const lifecycle = changetype<KddLifecycle>(reserve(offsetof<KddLifecycle>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(meter) == 0) return false;
  decoder.setup(tunnelDepth);
  if (!rows.setup(batchRows, columns, KDD_MEASURES)) return false;
  if (!observer.setup(rows, windowSize, seed)) return false;
  return meter.setup(lifecycle, observer, maximumFlows, KDD_FLOW_BYTES, seed, 0);
}

/** Where the parts lie that are read from outside. */
export function rowsAddress(): usize {
  return changetype<usize>(rows);
}

export function countsAddress(): usize {
  return changetype<usize>(meter.counts);
}

export function statisticsAddress(): usize {
  return changetype<usize>(decoder.statistics);
}

/** 0 flows opened, 1 early rows, 2 rows of ended flows; 3 sessions not read, 4 connections forgotten by the windows. */
export function figure(which: i32): f64 {
  if (which == 0) return observer.opened;
  if (which == 1) return 0;
  if (which == 2) return observer.endedRows;
  return which == 3 ? observer.content.refused : observer.windows.forgotten;
}

/** Decodes and meters a frame of `captured` bytes at `start`. */
export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  meterPacket(decoder.decode(start, captured, wireLength, timestampUs, linkType));
}

/** Meters a packet that was decoded elsewhere and written to this memory. */
export function push(packet: usize): void {
  meterPacket(changetype<Packet>(packet));
}

export function advance(nowUs: f64): void {
  meter.advance(nowUs);
}

export function end(limit: f64): bool {
  const done = meter.end(limit);
  rows.flush();
  return done;
}

export function flush(): void {
  rows.flush();
}

/**
 * Other protocols than these are no connections of KDD; they keep time, and belong to no flow. All messages of an ICMP
 * type and code from one host to another are one connection, whatever their identifiers. The packet is left as it was.
 */
function meterPacket(packet: Packet): void {
  const protocol = packet.protocol;
  const version = packet.ipVersion;
  const identifier = packet.icmpIdentifier;
  const icmp = protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
  if (icmp) packet.icmpIdentifier = 0;
  else if (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) packet.ipVersion = 0;
  meter.push(packet);
  packet.ipVersion = version;
  packet.icmpIdentifier = identifier;
}
