// What all conductors do: put the journals of the shards together, so that rows are those of one meter, in its order.
//
// P carries out what journals tell. What spans shards is done there, in the order of packets. Journals are merged by the keys of
// their entries (journal.ts). Frames are dealt out to shards by dealing.ts.

import { reserve } from "../../flow/assembly/arena";
import { dealingFigure, setupDealing, SHARDS_MAXIMUM } from "./dealing";
import { ENTRY_BYTES, ENTRY_FORGET, journalPieceBytes, journalRowBytes } from "./journal";

/** What the conductor keeps of a shard. */
@unmanaged
@final
export class Shard {
  /** The piece of its journal that is being read. */
  entry: usize;
  entriesEnd: usize;
  row: usize;
  /** The entry in front of which the next look ahead is due. */
  lookAt: usize;
  /** No piece follows that must be waited for. */
  complete: bool;
  /** By place of the flow: its number f64, then what P keeps of it. */
  flows: usize;
}

/** Where what P keeps of a flow lies, behind its number. */
export const FLOW_STATE: usize = 8;

const shards = reserve(<usize>SHARDS_MAXIMUM * offsetof<Shard>());

let shardCount: u32 = 1;
let flowsOpened: f64 = 0;
let rowBytes: usize = 0;
let rowMeasures: u32 = 0;
let rowFurtherMeasures: u32 = 0;
let besideJournalBytes: usize = 0;
let flowStateBytes: usize = 0;

@inline
function shardAt(index: u32): Shard {
  return changetype<Shard>(shards + <usize>index * offsetof<Shard>());
}

/**
 * Takes memory; false when it is refused. `flowsPerShard` places at the most in each, `stateBytes` of each for P; a row of the
 * journal has `measures`, and room behind the last one for `furtherMeasures`. A shard takes `besideJournal` bytes.
 */
export function setupShards(
  count: u32,
  flowsPerShard: u32,
  stateBytes: usize,
  measures: u32,
  furtherMeasures: u32,
  besideJournal: usize,
): bool {
  if (!setupDealing(count)) return false;
  shardCount = count;
  rowMeasures = measures;
  rowFurtherMeasures = furtherMeasures;
  besideJournalBytes = besideJournal;
  rowBytes = journalRowBytes(measures);
  flowStateBytes = (FLOW_STATE + stateBytes + 7) & ~7;
  for (let index: u32 = 0; index < count; index++) {
    const shard = shardAt(index);
    shard.flows = reserve(<usize>flowsPerShard * flowStateBytes);
    if (shard.flows == 0) return false;
  }
  return true;
}

/** Bytes that the meter of a shard takes for so many flows of `flowBytes` each, with so many marks. */
export function meterBytes(flows: u32, flowBytes: usize, marks: usize): usize {
  let slots: usize = 16;
  while (slots < <usize>flows * 2) slots *= 2;
  const index = slots << 4;
  const links = <usize>flows * (1 + marks) * 8;
  return <usize>flows * flowBytes + index + links;
}

/** Bytes of a piece of a journal. */
export function pieceBytes(entries: u32, rows: u32): usize {
  return journalPieceBytes(entries, rows, rowMeasures, rowFurtherMeasures);
}

/** Bytes that a shard takes with so many pieces of its journal. */
export function shardBytes(pieces: u32, entries: u32, rows: u32): usize {
  return besideJournalBytes + <usize>pieces * pieceBytes(entries, rows);
}

/** Bytes of a row in it. */
export function pieceRowBytes(): usize {
  return rowBytes;
}

/** 0 newest packet time, 1 packets without a flow, 2 clock resets, 3 flows opened. */
export function figure(which: i32): f64 {
  return which == 3 ? flowsOpened : dealingFigure(which);
}

/** Gives the next piece of a shard's journal. */
export function takePiece<P>(player: P, index: u32, entries: usize, count: u32, rowsOfPiece: usize): void {
  const shard = shardAt(index);
  shard.entry = entries;
  shard.entriesEnd = entries + <usize>count * ENTRY_BYTES;
  shard.row = rowsOfPiece;
  shard.lookAt = entries;
  touchStates(player, shard, entries);
}

/** Whether what a shard did of the step is all here, so that others need not wait for it. */
export function setComplete(index: u32, complete: bool): void {
  shardAt(index).complete = complete;
}

/** Merges journals as far as they go. Answers the shard whose next piece is needed, or -1 when all are complete and read. */
export function mergeJournals<P>(player: P): i32 {
  while (true) {
    let first: usize = 0;
    let forgetting: u32 = 0;
    for (let index: u32 = 0; index < shardCount; index++) {
      const shard = shardAt(index);
      if (shard.entry == shard.entriesEnd) {
        if (!shard.complete) return <i32>index;
      } else if (load<u32>(shard.entry, 16) == ENTRY_FORGET) forgetting++;
      else if (first == 0 || isBefore(shard.entry, changetype<Shard>(first).entry)) first = changetype<usize>(shard);
    }
    if (first != 0) play(player, changetype<Shard>(first));
    else if (forgetting == 0) return -1;
    else forget(player);
  }
}

function isBefore(one: usize, other: usize): bool {
  const oneUs = load<f64>(one);
  const otherUs = load<f64>(other);
  return oneUs < otherUs || (oneUs == otherUs && load<f64>(one, 8) < load<f64>(other, 8));
}

/**
 * Entries that are looked ahead of together. A journal tells what will be needed: the states of the flows of one group are fetched
 * while the group before is read, then what lies behind them; lines that are asked for together come together.
 */
const GROUP_BYTES: usize = 16 * ENTRY_BYTES;

/** Has fetched what the group at hand looks at, and the states of the next one. */
function lookAhead<P>(player: P, shard: Shard): void {
  const from = shard.entry;
  const next = from + GROUP_BYTES;
  shard.lookAt = next;
  const end = min(next, shard.entriesEnd);
  let row = shard.row;
  for (let entry = from; entry < end; entry += ENTRY_BYTES) {
    if (player.touch(entry, flowOf(shard, entry) + FLOW_STATE, row)) row += rowBytes;
  }
  touchStates(player, shard, next);
}

/** Has the states of the flows of a group fetched. */
function touchStates<P>(player: P, shard: Shard, from: usize): void {
  const end = min(from + GROUP_BYTES, shard.entriesEnd);
  for (let entry = from; entry < end; entry += ENTRY_BYTES) player.touchState(flowOf(shard, entry) + FLOW_STATE);
}

@inline
function flowOf(shard: Shard, entry: usize): usize {
  return shard.flows + <usize>load<u32>(entry, 20) * flowStateBytes;
}

/** Carries out the entry that is next of a shard. */
function play<P>(player: P, shard: Shard): void {
  const entry = shard.entry;
  if (entry == shard.lookAt) lookAhead(player, shard);
  shard.entry += ENTRY_BYTES;
  if (player.play(entry, flowOf(shard, entry), shard.row)) shard.row += rowBytes;
}

/** Gives a flow its number. */
@inline
export function numberFlow(flow: usize): void {
  flowsOpened += 1;
  store<f64>(flow, flowsOpened);
}

/** A new clock begins: every shard has come to that place of its journal, and nobody's entries go before. */
function forget<P>(player: P): void {
  for (let index: u32 = 0; index < shardCount; index++) shardAt(index).entry += ENTRY_BYTES;
  player.forget();
}
