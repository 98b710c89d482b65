// The engine of the schema `kdd-extractor`: frames in, the rows of the original extractor out. One instance meters one input.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/kdd-extractor-kernels.generated.ts;
// ../../engine.ts drives it.

import { reserve } from "../../../flow/assembly/arena";
import { icmpTable } from "../../../flow/assembly/icmp";
import { Decoder } from "../../../packet/assembly/decode";
import { LAYER_IPV4, Packet } from "../../../packet/assembly/packet";
import { Rows } from "../rows";
import { EXTRACTOR_FLOW_BYTES, ExtractorMeter } from "./extractor-meter";
import { EXTRACTOR_MEASURES, ExtractorRows } from "./extractor-rows";
import { kddServiceTable } from "./service";

export { reserve } from "../../../flow/assembly/arena";

let decoder = changetype<Decoder>(0);
let meter = changetype<ExtractorMeter>(0);
let rows = changetype<Rows>(0);
let observer = changetype<ExtractorRows>(0);

/** Bytes that one flow takes. */
export function flowBytes(): usize {
  return EXTRACTOR_FLOW_BYTES;
}

/** How many measures a row is made of. */
export function measureCount(): i32 {
  return EXTRACTOR_MEASURES;
}

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services. */
export function tableAddress(table: i32): usize {
  return table == 0 ? icmpTable() : kddServiceTable();
}

/** Takes all memory; false when it is refused. */
export function setup(maximumFlows: u32, seed: u32, batchRows: u32, columns: u32): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  rows = changetype<Rows>(reserve(offsetof<Rows>()));
  observer = changetype<ExtractorRows>(reserve(offsetof<ExtractorRows>()));
  meter = changetype<ExtractorMeter>(reserve(offsetof<ExtractorMeter>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(meter) == 0) return false;
  decoder.setup(0);
  if (!rows.setup(batchRows, columns, EXTRACTOR_MEASURES)) return false;
  return observer.setup(rows, seed) && meter.setup(observer, maximumFlows, seed);
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

/** 0 flows opened, 1 early rows, 2 rows of ended flows, 3 connections forgotten by the time window. */
export function figure(which: i32): f64 {
  if (which == 0) return meter.counts.flowsOpened;
  if (which == 1) return 0;
  return which == 2 ? observer.endedRows : observer.recent.forgotten;
}

/** Decodes and meters a frame of `captured` bytes at `start`. */
export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
  // The extractor takes the reserved bit for "more fragments", and waits for them.
  const reservedBit = (packet.layers & LAYER_IPV4) != 0 && (load<u8>(<usize>packet.ipOffset, 6) & 0x80) != 0;
  meter.push(packet, reservedBit);
}

/** Meters a packet that was decoded elsewhere and written to this memory. */
export function push(packet: usize): void {
  meter.push(changetype<Packet>(packet), false);
}

/** Nothing is known sooner: only packets move this meter's clock. */
export function advance(_nowUs: f64): void {}

export function end(limit: f64): bool {
  const done = meter.end(limit);
  rows.flush();
  return done;
}

export function flush(): void {
  rows.flush();
}
