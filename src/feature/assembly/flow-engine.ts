// The engine of the schema `flow`: frames in, rows out. One instance meters one input.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/kernels.generated.ts;
// ../engine.ts drives it.

import { ConnectionLifecycle } from "../../flow/assembly/connection";
import { icmpTable } from "../../flow/assembly/icmp";
import { Meter } from "../../flow/assembly/meter";
import { reserve } from "../../flow/assembly/arena";
import { Decoder } from "../../packet/assembly/decode";
import { Packet } from "../../packet/assembly/packet";
import { entropyTable } from "./content";
import { Context } from "./context";
import { FLOW_BYTES, FLOW_MEASURES, FlowRows, MARK_EARLY, MARK_SETTLED } from "./flow-rows";
import { Rows } from "./rows";
import { serviceTable } from "./service";
import { distinctTable } from "./windows";

export { reserve } from "../../flow/assembly/arena";

let decoder = changetype<Decoder>(0);
let meter = changetype<Meter<ConnectionLifecycle, FlowRows<Context, Rows>>>(0);
let rows = changetype<Rows>(0);
let observer = changetype<FlowRows<Context, Rows>>(0);
let lifecycle = changetype<ConnectionLifecycle>(0);

/** Bytes that one flow takes. */
export function flowBytes(): usize {
  return FLOW_BYTES;
}

/** How many measures a row is made of. */
export function measureCount(): i32 {
  return FLOW_MEASURES;
}

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services, 2 entropy, 3 distinct partners. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  if (table == 1) return serviceTable();
  return table == 2 ? entropyTable() : distinctTable();
}

/** The lifecycle's timeouts, µs. To be called before `setup`. */
export function setTimeouts(idleUs: f64, unansweredUs: f64, activeUs: f64, lingerUs: f64): void {
  lifecycle = changetype<ConnectionLifecycle>(reserve(offsetof<ConnectionLifecycle>()));
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.unansweredTimeoutUs = unansweredUs;
  lifecycle.activeTimeoutUs = activeUs;
  lifecycle.lingerUs = lingerUs;
}

/** Takes all memory; false when it is refused. `earlyAfterUs` is negative when no row is wanted by age. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  hosts: u32,
  pairs: u32,
  settleUs: f64,
  earlyPackets: u32,
  earlyAfterUs: f64,
): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  rows = changetype<Rows>(reserve(offsetof<Rows>()));
  observer = changetype<FlowRows<Context, Rows>>(reserve(offsetof<FlowRows<Context, Rows>>()));
  const context = changetype<Context>(reserve(offsetof<Context>()));
  meter = changetype<Meter<ConnectionLifecycle, FlowRows<Context, Rows>>>(reserve(offsetof<Meter<ConnectionLifecycle, FlowRows<Context, Rows>>>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(meter) == 0) return false;
  decoder.setup(tunnelDepth);
  if (!rows.setup(batchRows, columns, FLOW_MEASURES)) return false;
  if (!context.setup(hosts, pairs)) return false;
  observer.setup(rows, context, earlyPackets);
  const marks = earlyAfterUs < 0 ? 1 : 2;
  if (!meter.setup(lifecycle, observer, maximumFlows, FLOW_BYTES, seed, marks)) return false;
  observer.counts = meter.counts;
  meter.setMark(MARK_SETTLED, settleUs);
  if (marks > 1) meter.setMark(MARK_EARLY, earlyAfterUs);
  return true;
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

/** 0 flows opened, 1 early rows, 2 rows of ended flows; then what the tables of hosts replaced: 3 sources, 4 destinations, 5 pairs. */
export function figure(which: i32): f64 {
  if (which == 1) return observer.earlyRows;
  if (which == 2) return observer.endedRows;
  if (which == 3) return observer.context.sources.replaced;
  if (which == 4) return observer.context.destinations.replaced;
  return which == 5 ? observer.context.pairs.replaced : observer.opened;
}

/** Decodes and meters a frame of `captured` bytes at `start`. */
export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
  meter.push(packet);
}

/** Meters a packet that was decoded elsewhere and written to this memory. */
export function push(packet: usize): void {
  meter.push(changetype<Packet>(packet));
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
