// A shard of the schema `flow`: meters the flows of some pairs of hosts, and writes a journal of them.
//
// It takes chunks of packets that the conductor (flow-conductor.ts) decoded and sorted. scripts/build-kernels.mjs compiles
// this file, and what it imports, into src/feature/shard.generated.ts; ../shard.ts drives it.
//
//   chunk: records, each  0 bytes of the record | 4 kind | 8 newest packet time f64 | 16 packet | then the payload's beginning

import { reserve } from "../../flow/assembly/arena";
import { ConnectionLifecycle } from "../../flow/assembly/connection";
import { icmpTable } from "../../flow/assembly/icmp";
import { Meter } from "../../flow/assembly/meter";
import { Packet } from "../../packet/assembly/packet";
import { entropyTable } from "./content";
import { CONTEXT_MEASURES } from "./context";
import { CONTEXT, FLOW_BYTES, FLOW_MEASURES, FlowRows, MARK_EARLY, MARK_SETTLED } from "./flow-rows";
import { Journal, JournalRows } from "./journal";
import { RECORD_ADVANCE, RECORD_PACKET, RECORD_PAYLOAD, RECORD_RESET } from "./records";
import { serviceTable } from "./service";

export { reserve } from "../../flow/assembly/arena";

const lifecycle = changetype<ConnectionLifecycle>(reserve(offsetof<ConnectionLifecycle>()));
const meter = changetype<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>(
  reserve(offsetof<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>()),
);
const observer = changetype<FlowRows<Journal, JournalRows>>(reserve(offsetof<FlowRows<Journal, JournalRows>>()));
const journal = changetype<Journal>(reserve(offsetof<Journal>()));
const rows = changetype<JournalRows>(reserve(offsetof<JournalRows>()));

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services, 2 entropy. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  return table == 1 ? serviceTable() : entropyTable();
}

/** Takes all memory; false when it is refused. Times in µs; `earlyAfterUs` is negative when no row is wanted by age. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  idleUs: f64,
  unansweredUs: f64,
  activeUs: f64,
  lingerUs: f64,
  settleUs: f64,
  earlyPackets: u32,
  earlyAfterUs: f64,
  journalEntries: u32,
  journalRows: u32,
): bool {
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.unansweredTimeoutUs = unansweredUs;
  lifecycle.activeTimeoutUs = activeUs;
  lifecycle.lingerUs = lingerUs;
  const measures = FLOW_MEASURES - CONTEXT_MEASURES;
  if (!journal.setup(journalEntries, journalRows, measures, CONTEXT_MEASURES, CONTEXT)) return false;
  rows.journal = journal;
  observer.setup(rows, journal, earlyPackets);
  const marks = earlyAfterUs < 0 ? 1 : 2;
  if (!meter.setup(lifecycle, observer, maximumFlows, FLOW_BYTES, seed, marks)) return false;
  observer.counts = meter.counts;
  journal.counts = meter.counts;
  meter.setMark(MARK_SETTLED, settleUs);
  if (marks > 1) meter.setMark(MARK_EARLY, earlyAfterUs);
  return true;
}

export function countsAddress(): usize {
  return changetype<usize>(meter.counts);
}

export function journalAddress(): usize {
  return changetype<usize>(journal);
}

/** The journal was taken. */
export function emptyJournal(): void {
  journal.empty();
}

/** 1 early rows, 2 rows of ended flows. */
export function figure(which: i32): f64 {
  return which == 1 ? observer.earlyRows : observer.endedRows;
}

/** Meters a chunk. */
export function run(chunk: usize, bytes: usize): void {
  let at = chunk;
  const end = chunk + bytes;
  while (at < end) {
    const kind = load<u32>(at, 4);
    const nowUs = load<f64>(at, 8);
    if (kind == RECORD_PACKET) {
      const packet = changetype<Packet>(at + 16);
      packet.payloadOffset = <i32>(at + RECORD_PAYLOAD);
      meter.pushAt(packet, nowUs);
    } else if (kind == RECORD_ADVANCE) meter.advance(nowUs);
    else if (kind == RECORD_RESET) meter.resetClock(nowUs);
    at += <usize>load<u32>(at);
  }
}

/** Ends the input; true when no flow is left. */
export function end(limit: f64): bool {
  return meter.end(limit);
}
