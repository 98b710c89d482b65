// A shard of the schema `flow`: meters the flows of some pairs of hosts, and writes a journal of them.
//
// It takes chunks of frames, and of packets that were decoded, which the conductor (flow-conductor.ts) sorted. All shards and their conductor share
// one memory, in which each has its part, so that chunks and journals are read where they were written, and any thread may
// meter any shard's next chunk (dispatch.ts). So there must be no static data here, which every thread would write anew when
// it begins. scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/shard.generated.ts;
// ../conductor.ts sets the shards up, ../../app/shard-threads.ts lends threads.
//
//   chunk: records, each  0 bytes of the record | 4 kind | 8 newest packet time f64
//                         16 packet | then the payload's beginning, or
//                         16 where a frame lies, and what is known of it (records.ts)

import { reserve, touch } from "../../flow/assembly/arena";
import { ConnectionLifecycle } from "../../flow/assembly/connection";
import { icmpTable } from "../../flow/assembly/icmp";
import { Meter } from "../../flow/assembly/meter";
import { Decoder } from "../../packet/assembly/decode";
import { LINK_ETHERNET } from "../../packet/assembly/link";
import { Packet } from "../../packet/assembly/packet";
import { entropyTable } from "./content";
import { CONTEXT_MEASURES } from "./context";
import { claim, claimedChunk, claimedShard, isEnd, release, signal, takeJournal, waitForChunk } from "./dispatch";
import { CONTEXT, FLOW_BYTES, FLOW_MEASURES, FlowRows, MARK_EARLY, MARK_SETTLED } from "./flow-rows";
import { Journal, JournalRows } from "./journal";
import {
  FRAME_CAPTURED,
  FRAME_ORDINAL,
  FRAME_START,
  FRAME_TIME,
  FRAME_WIRE,
  RECORD_ADVANCE,
  RECORD_FRAME,
  RECORD_PACKET,
  RECORD_PAYLOAD,
  RECORD_RESET,
} from "./records";
import { serviceTable } from "./service";

export { confine } from "../../flow/assembly/arena";
export { join } from "./dispatch";

/** Flows that end between two looks at the journal. */
const ENDED_AT_ONCE: f64 = 8192;

/** Everything of one shard, side by side; what this thread works on is that of the shard it has claimed. */
let lifecycle = changetype<ConnectionLifecycle>(0);
let meter = changetype<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>(0);
let observer = changetype<FlowRows<Journal, JournalRows>>(0);
let journal = changetype<Journal>(0);
let rows = changetype<JournalRows>(0);
let decoder = changetype<Decoder>(0);

/**
 * Records whose frames are fetched together, while those of the group before are metered: frames lie where another thread had
 * them read, and lines that are asked for together come together.
 */
const GROUP_RECORDS: i32 = 16;
/** Where most headers end. */
const HEADERS_BYTES: usize = 128;

/** Where constant tables are to be written: 0 ICMP counterparts, 1 services, 2 entropy. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  return table == 1 ? serviceTable() : entropyTable();
}

/** Takes all memory of a shard, of the part that `confine` names; 0 when that is too small, else what `adopt` takes. Times in µs; `earlyAfterUs` is negative when no row is wanted by age. */
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
  journalPieces: u32,
  journalEntries: u32,
  journalRows: u32,
): usize {
  const state = reserve(6 * sizeof<usize>());
  lifecycle = changetype<ConnectionLifecycle>(reserve(offsetof<ConnectionLifecycle>()));
  meter = changetype<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>(
    reserve(offsetof<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>()),
  );
  observer = changetype<FlowRows<Journal, JournalRows>>(reserve(offsetof<FlowRows<Journal, JournalRows>>()));
  journal = changetype<Journal>(reserve(offsetof<Journal>()));
  rows = changetype<JournalRows>(reserve(offsetof<JournalRows>()));
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  if (changetype<usize>(decoder) == 0) return 0;
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
  store<usize>(state, changetype<usize>(lifecycle));
  store<usize>(state, changetype<usize>(meter), sizeof<usize>());
  store<usize>(state, changetype<usize>(observer), 2 * sizeof<usize>());
  store<usize>(state, changetype<usize>(journal), 3 * sizeof<usize>());
  store<usize>(state, changetype<usize>(rows), 4 * sizeof<usize>());
  store<usize>(state, changetype<usize>(decoder), 5 * sizeof<usize>());
  return state;
}

/** Turns to a shard, by what its `setup` gave, on whichever thread. */
export function adopt(state: usize): void {
  lifecycle = changetype<ConnectionLifecycle>(load<usize>(state));
  meter = changetype<Meter<ConnectionLifecycle, FlowRows<Journal, JournalRows>>>(load<usize>(state, sizeof<usize>()));
  observer = changetype<FlowRows<Journal, JournalRows>>(load<usize>(state, 2 * sizeof<usize>()));
  journal = changetype<Journal>(load<usize>(state, 3 * sizeof<usize>()));
  rows = changetype<JournalRows>(load<usize>(state, 4 * sizeof<usize>()));
  decoder = changetype<Decoder>(load<usize>(state, 5 * sizeof<usize>()));
}

export function countsAddress(): usize {
  return changetype<usize>(meter.counts);
}

/** Of the frames that were decoded here. */
export function statisticsAddress(): usize {
  return changetype<usize>(decoder.statistics);
}

/** 1 early rows, 2 rows of ended flows. */
export function figure(which: i32): f64 {
  return which == 1 ? observer.earlyRows : observer.endedRows;
}

/** Meters a chunk that nobody has claimed, if there is one; else false. */
export function help(): bool {
  if (!claim()) return false;
  adopt(<usize>load<u32>(claimedShard(), 16));
  if (isEnd()) while (!meter.end(ENDED_AT_ONCE)) continue;
  else {
    const chunk = claimedChunk();
    run(<usize>load<u32>(chunk), <usize>load<u32>(chunk, 4));
  }
  takeJournal(journal, true);
  release();
  return true;
}

/** Lends the calling thread until its host ends it. */
export function serve(): void {
  for (;;) {
    const seen = signal();
    if (!help()) waitForChunk(seen);
  }
}

function run(chunk: usize, bytes: usize): void {
  let at = chunk;
  const end = chunk + bytes;
  let lookAt = chunk;
  let ahead = lookAhead(chunk, end);
  while (at < end) {
    if (at == lookAt) {
      lookAt = ahead;
      ahead = lookAhead(ahead, end);
    }
    const kind = load<u32>(at, 4);
    const nowUs = load<f64>(at, 8);
    if (kind == RECORD_FRAME) {
      decoder.packet.ordinal = load<f64>(at, FRAME_ORDINAL) - 1;
      const packet = decoder.decode(
        <usize>load<u32>(at, FRAME_START),
        load<i32>(at, FRAME_CAPTURED),
        load<u32>(at, FRAME_WIRE),
        load<f64>(at, FRAME_TIME),
        LINK_ETHERNET,
      );
      meter.pushAt(packet, nowUs);
    } else if (kind == RECORD_PACKET) {
      const packet = changetype<Packet>(at + 16);
      packet.payloadOffset = <i32>(at + RECORD_PAYLOAD);
      meter.pushAt(packet, nowUs);
    } else if (kind == RECORD_ADVANCE) meter.advance(nowUs);
    else if (kind == RECORD_RESET) meter.resetClock(nowUs);
    at += <usize>load<u32>(at);
  }
}

/** Has the headers of a group's frames fetched; gives the record behind the group. */
function lookAhead(group: usize, end: usize): usize {
  let at = group;
  for (let record: i32 = 0; record < GROUP_RECORDS && at < end; record++) {
    if (load<u32>(at, 4) == RECORD_FRAME) touch(<usize>load<u32>(at, FRAME_START), HEADERS_BYTES);
    at += <usize>load<u32>(at);
  }
  return at;
}
