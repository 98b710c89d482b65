// A shard of the schemas `cic` and `cic-…`: meters the flows of some pairs of hosts, and writes a journal of them; see
// ../flow-shard.ts. scripts/build-kernels.mjs compiles this file, and what it imports, into
// src/feature/cic-shard.generated.ts.

import { reserve } from "../../../flow/assembly/arena";
import { icmpTable } from "../../../flow/assembly/icmp";
import { Meter } from "../../../flow/assembly/meter";
import { Decoder } from "../../../packet/assembly/decode";
import { Journal } from "../journal";
import {
  decodeFrame,
  FRAME_CAPTURED,
  FRAME_ORDINAL,
  FRAME_START,
  FRAME_TIME,
  FRAME_WIRE,
  packetOf,
  RECORD_PAYLOAD,
} from "../records";
import { driveLane } from "../lane";
import { helpWith, serveWith } from "../sharding";
import { CicDealer } from "./dealer";
import { FLOW_BYTES } from "./flow";
import { Intake } from "./intake";
import { CicJournal } from "./journal";
import { CicLifecycle } from "./lifecycle";
import { CicRows, MARK_EARLY } from "./rows";
import { INTAKE_DECODER, Rules } from "./rules";
import { CIC_MEASURES } from "./write";

export { confine } from "../../../flow/assembly/arena";
export { adoptDealing, packetBytes } from "../dealing";
export { closeStep, dealStep, join, openStep } from "../dispatch";

/** Everything of one shard, side by side. */
@unmanaged
@final
class Metering {
  lifecycle: CicLifecycle;
  meter: Meter<CicLifecycle, CicRows<CicJournal>>;
  observer: CicRows<CicJournal>;
  journal: Journal;
  rows: CicJournal;
  decoder: Decoder;
  /** 0 where our decoder reads frames. */
  intake: Intake;

  @inline
  takeFrame(record: usize, nowUs: f64): void {
    const intake = this.intake;
    if (changetype<usize>(intake) == 0) {
      this.meter.pushAt(decodeFrame(this.decoder, record), nowUs);
      return;
    }
    intake.clockUs = nowUs;
    intake.packet.ordinal = load<f64>(record, FRAME_ORDINAL) - 1;
    const packet = intake.read(
      <usize>load<u32>(record, FRAME_START),
      load<i32>(record, FRAME_CAPTURED),
      load<u32>(record, FRAME_WIRE),
      load<f64>(record, FRAME_TIME),
    );
    this.meter.pushAt(packet, nowUs);
  }

  @inline
  takePacket(record: usize, nowUs: f64): void {
    const packet = packetOf(record);
    const intake = this.intake;
    if (changetype<usize>(intake) != 0) {
      packet.timestampUs = nowUs;
      intake.timeUs = load<f64>(record + RECORD_PAYLOAD);
      intake.icmp = load<i32>(record + RECORD_PAYLOAD, 8);
    }
    this.meter.pushAt(packet, nowUs);
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

let rules = changetype<Rules>(0);

/** Where tables are to be written: 0 ICMP counterparts, 1 the rules, 32-bit numbers in the order of Rules. */
export function tableAddress(table: i32): usize {
  if (table == 0) return icmpTable();
  if (changetype<usize>(rules) == 0) rules = changetype<Rules>(reserve(offsetof<Rules>()));
  return changetype<usize>(rules);
}

/**
 * Takes all memory of a shard, of the part that `confine` names, and gives where it begins; 0 when that is too small. To be called
 * when the rules were written. Times in µs; `earlyAfterUs` is negative when no row is wanted by age.
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
  flowUs: f64,
  lingerUs: f64,
): usize {
  const shard = changetype<Metering>(reserve(offsetof<Metering>()));
  const lifecycle = changetype<CicLifecycle>(reserve(offsetof<CicLifecycle>()));
  const meter = changetype<Meter<CicLifecycle, CicRows<CicJournal>>>(
    reserve(offsetof<Meter<CicLifecycle, CicRows<CicJournal>>>()),
  );
  const observer = changetype<CicRows<CicJournal>>(reserve(offsetof<CicRows<CicJournal>>()));
  const journal = changetype<Journal>(reserve(offsetof<Journal>()));
  const rows = changetype<CicJournal>(reserve(offsetof<CicJournal>()));
  const decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  const intake = changetype<Intake>(reserve(offsetof<Intake>()));
  if (changetype<usize>(intake) == 0) return 0;
  shard.lifecycle = lifecycle;
  shard.meter = meter;
  shard.observer = observer;
  shard.journal = journal;
  shard.rows = rows;
  shard.decoder = decoder;
  decoder.setup(0);
  lifecycle.rules = rules;
  lifecycle.idleTimeoutUs = idleUs;
  lifecycle.flowTimeoutUs = flowUs;
  lifecycle.lingerUs = lingerUs;
  if (rules.intake != INTAKE_DECODER) {
    intake.setup(decoder.packet, decoder.statistics, rules);
    lifecycle.intake = intake;
    shard.intake = intake;
  }
  if (!journal.setup(journalPieces, journalEntries, journalRows, CIC_MEASURES, 0, 0)) return 0;
  rows.journal = journal;
  if (!observer.setup(rows, rules, lifecycle, seed, earlyPackets)) return 0;
  const marks = earlyAfterUs < 0 ? 0 : 1;
  if (!meter.setup(lifecycle, observer, maximumFlows, FLOW_BYTES, seed, marks)) return 0;
  journal.counts = meter.counts;
  if (marks > 0) meter.setMark(MARK_EARLY, earlyAfterUs);
  return changetype<usize>(shard);
}

export function countsAddress(shard: usize): usize {
  return changetype<usize>(changetype<Metering>(shard).meter.counts);
}

/** Of the frames that were read here. */
export function statisticsAddress(shard: usize): usize {
  return changetype<usize>(changetype<Metering>(shard).decoder.statistics);
}

/** 0 early rows, 1 rows of ended flows, 2 flows without a row, 3 segments that were forgotten. */
export function figure(shard: usize, which: i32): f64 {
  const observer = changetype<Metering>(shard).observer;
  if (which == 0) return observer.earlyRows;
  if (which == 1) return observer.endedRows;
  return which == 2 ? observer.withheld : observer.retransmissions.replaced;
}

export function help(): bool {
  return helpWith<Metering>();
}

/** Does what there is to do in the lane; else false. */
export function drive(): bool {
  return driveLane<CicDealer>();
}

export function serve(): void {
  serveWith<Metering, CicDealer>();
}
