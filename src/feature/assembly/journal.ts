// What a shard writes down instead of looking at the surroundings and handing out rows: who opened and answered which
// connection, when surroundings are to be looked at, and rows without them. The conductor, who has the journals of all
// shards, puts the entries in order, looks at the surroundings, and hands the rows out.
//
// Entries are in the order of their keys: the moment, and what came first then (MeterCounts.order).
//
//   entry (48 bytes): 0 moment f64 | 8 order f64 | 16 kind | 20 place of the flow | 24 four words | 40 packet time f64
//   row (ROW_BYTES):  0 the flow's record up to its measure groups | 128 measures of all groups but context

import { reserve } from "../../flow/assembly/arena";
import { Flow } from "../../flow/assembly/flow";
import { MeterCounts } from "../../flow/assembly/meter";
import { Packet } from "../../packet/assembly/packet";
import { takeJournal } from "./dispatch";
import { isAnswer, receiverHash, senderHash, serviceHash } from "./context";
import { MeasuredFlow } from "./measured-flow";

export const ENTRY_BYTES: usize = 48;
export const ENTRY_OPEN: u32 = 1;
export const ENTRY_ANSWER: u32 = 2;
export const ENTRY_SETTLE: u32 = 3;
export const ENTRY_ROW: u32 = 4;
export const ENTRY_FORGET: u32 = 5;

/** Where the measures begin in a row. */
export const ROW_MEASURES: usize = 128;

/** The part of a flow's context that a shard keeps. */
@unmanaged
@final
class State {
  answered: u32;
}

/** Bytes of a row with so many measures. */
export function journalRowBytes(measures: u32): usize {
  return (ROW_MEASURES + ((<usize>measures) << 3) + 63) & ~63;
}

/**
 * Bytes of a piece. Groups write all their measures; those of context, which come last, fall behind the row and are
 * overwritten.
 */
export function journalPieceBytes(entries: u32, rows: u32, measures: u32, contextMeasures: u32): usize {
  const rowBytes = <usize>rows * journalRowBytes(measures) + ((<usize>contextMeasures) << 3);
  return (<usize>entries * ENTRY_BYTES + rowBytes + 63) & ~63;
}

/** Stands for the context of flows where that is looked at elsewhere. */
@unmanaged
@final
export class Journal {
  /** The piece that is being written. */
  entries: usize;
  entryCount: u32;
  entryCapacity: u32;
  rows: usize;
  rowCount: u32;
  rowCapacity: u32;
  rowBytes: usize;
  /** Where the measures of the next row are written. */
  measures: usize;
  counts: MeterCounts;
  /** How far behind the flow its context state lies. */
  contextOffset: usize;
  /** An early row is being written. */
  early: bool;
  /** All pieces, which are written in turn: entries, then rows of each. */
  pieces: usize;
  pieceBytes: usize;
  pieceCount: u32;
  piece: u32;

  /** Takes memory; false when it is refused. `measures` of a row, those of context left out. */
  setup(pieces: u32, entries: u32, rows: u32, measures: u32, contextMeasures: u32, contextOffset: usize): bool {
    this.contextOffset = contextOffset;
    this.entryCapacity = entries;
    this.rowCapacity = rows;
    this.rowBytes = journalRowBytes(measures);
    this.pieceCount = pieces;
    this.pieceBytes = journalPieceBytes(entries, rows, measures, contextMeasures);
    this.pieces = reserve(<usize>pieces * this.pieceBytes);
    if (this.pieces == 0) return false;
    this.piece = pieces - 1;
    this.turn();
    return true;
  }

  /** Goes on in the next piece. */
  turn(): void {
    this.piece = this.piece + 1 == this.pieceCount ? 0 : this.piece + 1;
    this.entries = this.pieces + <usize>this.piece * this.pieceBytes;
    this.rows = this.entries + <usize>this.entryCapacity * ENTRY_BYTES;
    this.again();
  }

  /** Begins the same piece anew: what was in it was copied. */
  again(): void {
    this.entryCount = 0;
    this.rowCount = 0;
    this.measures = this.rows + ROW_MEASURES;
  }

  open(at: usize, packet: Packet, forward: bool, continued: bool): void {
    const sender = senderHash(packet);
    const receiver = receiverHash(packet);
    const entry = this.entry(ENTRY_OPEN, this.counts.nowUs, at);
    store<u32>(entry, forward ? sender : receiver, 24);
    store<u32>(entry, forward ? receiver : sender, 28);
    store<u32>(entry, serviceHash(packet, forward), 32);
    store<u32>(entry, continued ? 1 : 0, 36);
    store<f64>(entry, packet.timestampUs, 40);
    changetype<State>(at).answered = continued ? 1 : 0;
    this.add(at, packet, forward);
  }

  @inline
  add(at: usize, packet: Packet, forward: bool): void {
    if (!forward && changetype<State>(at).answered == 0 && isAnswer(packet)) this.answer(at, packet.timestampUs);
  }

  private answer(at: usize, timeUs: f64): void {
    changetype<State>(at).answered = 1;
    store<f64>(this.entry(ENTRY_ANSWER, this.counts.nowUs, at), timeUs, 40);
  }

  settle(at: usize, atUs: f64): void {
    if (!this.early) this.entry(ENTRY_SETTLE, atUs, at);
  }

  beginEarly(_at: usize): void {
    this.early = true;
  }

  endEarly(_at: usize): void {
    this.early = false;
  }

  forget(): void {
    this.entry(ENTRY_FORGET, this.counts.nowUs, 0);
  }

  /** Surroundings are not known here; the row is completed by the conductor. */
  write(_at: usize, _out: usize): void {}

  /** The entry of a row whose measures lie at `measures`; to be completed, then ended by `endRow`. */
  beginRow(flow: MeasuredFlow, reason: i32, atUs: f64): usize {
    memory.copy(this.measures - ROW_MEASURES, changetype<usize>(flow), ROW_MEASURES);
    const entry = this.entry(ENTRY_ROW, atUs, changetype<usize>(flow) + this.contextOffset);
    store<u32>(entry, <u32>reason, 24);
    return entry;
  }

  @inline
  endRow(): void {
    this.rowCount++;
    this.measures += this.rowBytes;
    if (this.rowCount == this.rowCapacity || this.entryCount == this.entryCapacity) takeJournal(this);
  }

  /** A new entry. `at` is the flow's context state, which tells its place. */
  entry(kind: u32, momentUs: f64, at: usize): usize {
    // Room is kept for one row, whose measures are written before its entry.
    if (kind != ENTRY_ROW && this.entryCount == this.entryCapacity - 1) takeJournal(this);
    const entry = this.entries + <usize>this.entryCount * ENTRY_BYTES;
    this.entryCount++;
    store<f64>(entry, momentUs);
    store<f64>(entry, this.counts.order, 8);
    store<u32>(entry, kind, 16);
    store<u32>(entry, at == 0 ? 0 : changetype<Flow>(at - this.contextOffset).number, 20);
    return entry;
  }
}

/** Takes rows where they are handed out elsewhere. */
@unmanaged
@final
export class JournalRows {
  journal: Journal;

  @inline
  get measures(): usize {
    return this.journal.measures;
  }

  /** Takes the row whose measures lie at `measures`. */
  add(flow: MeasuredFlow, reason: i32, atUs: f64): void {
    this.journal.beginRow(flow, reason, atUs);
    this.journal.endRow();
  }
}
