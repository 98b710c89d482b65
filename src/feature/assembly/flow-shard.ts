// A shard of the schema `flow`: meters the flows of some pairs of hosts, and writes a journal of them.
//
// It takes chunks of frames, and of packets that were decoded, which the conductor (flow-conductor.ts) sorted. All shards and their
// conductor share one memory, in which each has its part, so that chunks and journals are read where they were written, and any
// thread may meter any shard's next chunk (dispatch.ts). So there must be no static data here, which every thread would write
// anew when it begins. scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/shard.generated.ts;
// ../conductor.ts sets the shards up, ../../app/shard-threads.ts lends threads.
//
//   chunk: records, each  0 bytes of the record | 4 kind | 8 newest packet time f64
//                         16 packet | then the payload's beginning, or
//                         16 where a frame lies, and what is known of it (records.ts)

import { reserve } from "../../flow/assembly/arena";
import { ConnectionLifecycle } from "../../flow/assembly/connection";
import { icmpTable } from "../../flow/assembly/icmp";
import { Meter } from "../../flow/assembly/meter";
import { Decoder } from "../../packet/assembly/decode";
import { entropyTable } from "./content";
import { CONTEXT_MEASURES } from "./context";
import { FlowDealer } from "./flow-dealer";
import { CONTEXT, FLOW_BYTES, FLOW_MEASURES, FlowRows, MARK_EARLY, MARK_SETTLED } from "./flow-rows";
import { Journal, JournalRows } from "./journal";
import { decodeFrame, packetOf } from "./records";
import { serviceTable } from "./service";
import { driveLane } from "./lane";
import { helpWith, serveWith } from "./sharding";

export { confine } from "../../flow/assembly/arena";
export { adoptDealing, packetBytes } from "./dealing";
export { closeStep, dealStep, join, openStep } from "./dispatch";

/** Everything of one shard, side by side. */
@unmanaged
@final
class Metering {
  lifecycle: ConnectionLifecycle;
  meter: Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>;
  observer: FlowRows<Journal, JournalRows>;
  journal: Journal;
  rows: JournalRows;
  decoder: Decoder;

  @inline
  takeFrame(record: usize, nowUs: f64): void {
    this.meter.pushAt(decodeFrame(this.decoder, record), nowUs);
  }

  @inline
  takePacket(record: usize, nowUs: f64): void {
    this.meter.pushAt(packetOf(record), nowUs);
  }

  @inline
  advance(nowUs: f64): void {
    this.meter.advance(nowUs);
  }

  @inline
  resetClock(nowUs: f64): void {
    this.meter.resetClock(nowUs);
  }

  @inline
  end(limit: f64): bool {
    return this.meter.end(limit);
  }
}

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services, 2 entropy. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  return table == 1 ? serviceTable() : entropyTable();
}

/**
 * Takes all memory of a shard, of the part that `confine` names, and gives where it begins; 0 when that is too small. Times in µs;
 * `earlyAfterUs` is negative when no row is wanted by age.
 */
export function setup(
  maximumFlows: u32,
  seed: u32,
  journalPieces: u32,
  journalEntries: u32,
  journalRows: u32,
  earlyPackets: u32,
  earlyAfterUs: f64,
  idleUs: f64,
  unansweredUs: f64,
  activeUs: f64,
  lingerUs: f64,
  settleUs: f64,
): usize {
  const shard = changetype<Metering>(reserve(offsetof<Metering>()));
  const lifecycle = changetype<ConnectionLifecycle>(reserve(offsetof<ConnectionLifecycle>()));
  const meter = changetype<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>(
    reserve(offsetof<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>()),
  );
  const observer = changetype<FlowRows<Journal, JournalRows>>(reserve(offsetof<FlowRows<Journal, JournalRows>>()));
  const journal = changetype<Journal>(reserve(offsetof<Journal>()));
  const rows = changetype<JournalRows>(reserve(offsetof<JournalRows>()));
  const decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  if (changetype<usize>(decoder) == 0) return 0;
  shard.lifecycle = lifecycle;
  shard.meter = meter;
  shard.observer = observer;
  shard.journal = journal;
  shard.rows = rows;
  shard.decoder = decoder;
  // Where tunnels are entered, all is decoded by the conductor.
  decoder.setup(0);
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.unansweredTimeoutUs = unansweredUs;
  lifecycle.activeTimeoutUs = activeUs;
  lifecycle.lingerUs = lingerUs;
  const measures = FLOW_MEASURES - CONTEXT_MEASURES;
  if (!journal.setup(journalPieces, journalEntries, journalRows, measures, CONTEXT_MEASURES, CONTEXT)) return 0;
  rows.journal = journal;
  observer.setup(rows, journal, earlyPackets);
  const marks = earlyAfterUs < 0 ? 1 : 2;
  if (!meter.setup(lifecycle, observer, maximumFlows, FLOW_BYTES, seed, marks)) return 0;
  observer.counts = meter.counts;
  journal.counts = meter.counts;
  meter.setMark(MARK_SETTLED, settleUs);
  if (marks > 1) meter.setMark(MARK_EARLY, earlyAfterUs);
  return changetype<usize>(shard);
}

export function countsAddress(shard: usize): usize {
  return changetype<usize>(changetype<Metering>(shard).meter.counts);
}

/** Of the frames that were decoded here. */
export function statisticsAddress(shard: usize): usize {
  return changetype<usize>(changetype<Metering>(shard).decoder.statistics);
}

/** 0 early rows, 1 rows of ended flows. */
export function figure(shard: usize, which: i32): f64 {
  const observer = changetype<Metering>(shard).observer;
  return which == 0 ? observer.earlyRows : observer.endedRows;
}

export function help(): bool {
  return helpWith<Metering>();
}

/** Does what there is to do in the lane; else false. */
export function drive(): bool {
  return driveLane<FlowDealer>();
}

export function serve(): void {
  serveWith<Metering, FlowDealer>();
}
