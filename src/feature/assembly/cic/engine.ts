// The engine of the schemas `cic` and `cic-…`: frames in, rows out. One instance meters one input.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/cic-kernels.generated.ts;
// ../../engine.ts drives it, ../../engines/cic.ts writes the rules of a generation.

import { reserve } from "../../../flow/assembly/arena";
import { icmpTable } from "../../../flow/assembly/icmp";
import { Meter } from "../../../flow/assembly/meter";
import { Decoder } from "../../../packet/assembly/decode";
import { Packet } from "../../../packet/assembly/packet";
import { CicBatch } from "./batch";
import { FLOW_BYTES } from "./flow";
import { Intake } from "./intake";
import { CicLifecycle } from "./lifecycle";
import { CicRows, MARK_EARLY } from "./rows";
import { INTAKE_DECODER, Rules } from "./rules";
import { CIC_MEASURES } from "./write";

export { reserve } from "../../../flow/assembly/arena";

let decoder = changetype<Decoder>(0);
let intake = changetype<Intake>(0);
let meter = changetype<Meter<CicLifecycle, CicRows<CicBatch>>>(0);
let batch = changetype<CicBatch>(0);
let observer = changetype<CicRows<CicBatch>>(0);
let lifecycle = changetype<CicLifecycle>(0);
const rules = changetype<Rules>(reserve(offsetof<Rules>()));

/** Bytes that one flow takes. */
export function flowBytes(): usize {
  return FLOW_BYTES;
}

/** How many measures a row is made of. */
export function measureCount(): i32 {
  return CIC_MEASURES;
}

/** Where the table of ICMP counterparts is to be written. */
export function icmpAddress(): usize {
  return icmpTable();
}

/** Where the rules are to be written, before `setup`: 32-bit numbers in the order of Rules. */
export function rulesAddress(): usize {
  return changetype<usize>(rules);
}

/** How many rules there are. */
export function ruleCount(): i32 {
  return <i32>(offsetof<Rules>() / 4);
}

/** The lifecycle's timeouts, µs. To be called before `setup`. */
export function setTimeouts(idleUs: f64, flowUs: f64, lingerUs: f64): void {
  lifecycle = changetype<CicLifecycle>(reserve(offsetof<CicLifecycle>()));
  lifecycle.rules = rules;
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.flowTimeoutUs = flowUs;
  lifecycle.lingerUs = lingerUs;
}

/** Takes all memory; false when it is refused. `earlyAfterUs` is negative when no row is wanted by age. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  earlyPackets: u32,
  earlyAfterUs: f64,
): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  intake = changetype<Intake>(reserve(offsetof<Intake>()));
  batch = changetype<CicBatch>(reserve(offsetof<CicBatch>()));
  observer = changetype<CicRows<CicBatch>>(reserve(offsetof<CicRows<CicBatch>>()));
  meter = changetype<Meter<CicLifecycle, CicRows<CicBatch>>>(reserve(offsetof<Meter<CicLifecycle, CicRows<CicBatch>>>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(meter) == 0) return false;
  decoder.setup(tunnelDepth);
  if (!batch.setup(batchRows, columns)) return false;
  if (rules.intake != INTAKE_DECODER) {
    intake.setup(decoder.packet, decoder.statistics, rules);
    lifecycle.intake = intake;
  }
  if (!observer.setup(batch, rules, lifecycle, seed, earlyPackets)) return false;
  const marks = earlyAfterUs < 0 ? 0 : 1;
  if (!meter.setup(lifecycle, observer, maximumFlows, FLOW_BYTES, seed, marks)) return false;
  if (marks > 0) meter.setMark(MARK_EARLY, earlyAfterUs);
  return true;
}

/** Where the parts lie that are read from outside. */
export function rowsAddress(): usize {
  return changetype<usize>(batch.rows);
}

export function countsAddress(): usize {
  return changetype<usize>(meter.counts);
}

export function statisticsAddress(): usize {
  return changetype<usize>(decoder.statistics);
}

/** One byte a row: 1 when the flow is known by the name of its destination first. */
export function keysAddress(): usize {
  return batch.keys;
}

/** 0 flows opened, 1 early rows, 2 rows of ended flows, 3 flows without a row, 4 segments that were forgotten. */
export function figure(which: i32): f64 {
  if (which == 1) return observer.earlyRows;
  if (which == 2) return observer.endedRows;
  if (which == 3) return observer.withheld;
  return which == 4 ? observer.retransmissions.replaced : observer.opened;
}

/** Decodes and meters a frame of `captured` bytes at `start`. */
export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  if (rules.intake == INTAKE_DECODER) {
    const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
    meter.push(packet);
  } else {
    const packet = intake.read(start, captured, wireLength, timestampUs);
    meter.push(packet);
  }
}

/** Meters a packet that was decoded elsewhere and written to this memory. */
export function push(address: usize): void {
  const packet = changetype<Packet>(address);
  if (rules.intake != INTAKE_DECODER) intake.adopt(packet);
  meter.push(packet);
}

/** The originals know no clock: for them nothing is due before the end. */
export function advance(nowUs: f64): void {
  if (rules.intake == INTAKE_DECODER) meter.advance(nowUs);
}

export function end(limit: f64): bool {
  const done = meter.end(limit);
  batch.rows.flush();
  return done;
}

export function flush(): void {
  batch.rows.flush();
}
