// How chunks are dealt out to threads, and journals handed back: words in shared memory that all threads look at.
//
// A step is one chunk of packets for each shard. Whoever is free claims a shard that has a chunk waiting, and meters it; a
// shard's chunks are metered one after the other, by whichever threads. So a thread that has more to do elsewhere, as the
// one that decodes, does less here, and heavy shards hold only themselves up.
//
//   control:   0 signal to those who wait for chunks | 4 threads | 8 steps dealt out | 12 news to the one who reads journals
//             16 number of the step that ends the input, from 1; 0 before | 20 shards | 24 the lane (lane.ts); 0 for none
//             28 steps read | 32 bytes of a chunk | 36 a step is open: its chunks are being filled
//   then, for each shard, SHARD_BYTES:
//              0 claimed | 4 chunks metered | 8 pieces of journal written | 12 pieces read | 16 the meter's state | 20 thread that
//              metered it last
//             24 chunks in turn: address u32, bytes u32 each | 56 pieces in turn: entries, rows, entry count, last, u32 each

import { chunkBytes, closeChunks, setChunk } from "./dealing";
import { Journal } from "./journal";

/** Steps that may be dealt out and not yet read. */
export const STEPS: u32 = 4;
/** Pieces that the journal of a shard has, which are written and read in turn. */
export const PIECES: u32 = 8;
export const CONTROL_HEAD: usize = 64;
export const SHARD_BYTES: usize = 192;

/** What this thread is at: the control words, the shard that it has claimed, and whether it reads journals too. */
let control: usize = 0;
let claimed: usize = 0;
let reads: bool = false;
/** Number of this thread, from 1. */
let thread: u32 = 0;

@inline
function shardCount(): u32 {
  return load<u32>(control, 20);
}

@inline
export function shardOf(index: u32): usize {
  return control + CONTROL_HEAD + <usize>index * SHARD_BYTES;
}

/**
 * Claims the shard that is furthest behind of those with a chunk waiting, rather one that this thread had last: its flows lie in the
 * caches. At the end of the input its journal must have room. False when there is none.
 */
export function claim(): bool {
  const count = shardCount();
  while (true) {
    const dealt = stepsDealt();
    let best: i32 = -1;
    let least: u32 = dealt;
    let isOwn = true;
    for (let index: u32 = 0; index < count; index++) {
      const shard = shardOf(index);
      const metered = atomic.load<u32>(shard, 4);
      const own = load<u32>(shard, 20) == thread;
      if (metered > least || (metered == least && (isOwn || !own)) || atomic.load<u32>(shard) != 0) continue;
      if (isLast(metered) && !hasRoom(shard)) continue;
      least = metered;
      isOwn = own;
      best = <i32>index;
    }
    if (best < 0) return false;
    const shard = shardOf(<u32>best);
    if (atomic.cmpxchg<u32>(shard, 0, 1) != 0) continue;
    if (atomic.load<u32>(shard, 4) < atomic.load<u32>(control, 8)) {
      claimed = shard;
      store<u32>(shard, thread, 20);
      return true;
    }
    atomic.store<u32>(shard, 0);
  }
}

/** The claimed shard. */
@inline
export function claimedShard(): usize {
  return claimed;
}

/** Whether its chunk is the end of the input. */
@inline
export function isEnd(): bool {
  return isLast(atomic.load<u32>(claimed, 4));
}

/** Whether the chunk behind so many is the end of the input. */
@inline
function isLast(metered: u32): bool {
  return metered + 1 == load<u32>(control, 16);
}

/** Address of its chunk's address and bytes. */
@inline
export function claimedChunk(): usize {
  return chunkOf(claimed, atomic.load<u32>(claimed, 4));
}

/** Opens the next step to be filled; false while its chunks are in use. */
export function openStep(): bool {
  if (load<u32>(control, 36) != 0) return true;
  const dealt = stepsDealt();
  if (dealt - atomic.load<u32>(control, 28) >= STEPS) return false;
  const count = shardCount();
  for (let index: u32 = 0; index < count; index++) {
    setChunk(index, load<u32>(chunkOf(shardOf(index), dealt)), load<u32>(control, 32));
  }
  store<u32>(control, 1, 36);
  return true;
}

/** Deals out the step that was filled; false when a chunk has no room for its end. */
export function closeStep(): bool {
  if (!closeChunks()) return false;
  const dealt = stepsDealt();
  const count = shardCount();
  for (let index: u32 = 0; index < count; index++) {
    store<u32>(chunkOf(shardOf(index), dealt), <u32>chunkBytes(index), 4);
  }
  store<u32>(control, 0, 36);
  dealStep();
  return true;
}

/** Deals a step out to whoever is free. */
export function dealStep(): void {
  atomic.add<u32>(control, 1, 8);
  call();
}

/** Number of steps that were dealt out. */
@inline
export function stepsDealt(): u32 {
  return atomic.load<u32>(control, 8);
}

/** Whether all shards have metered so many steps. */
export function areMetered(steps: u32): bool {
  const count = shardCount();
  for (let index: u32 = 0; index < count; index++) {
    if (atomic.load<u32>(shardOf(index), 4) < steps) return false;
  }
  return true;
}

@inline
export function laneAddress(): usize {
  return atomic.load<u32>(control, 24);
}

/** Calls those who wait for something to do. */
export function call(): void {
  atomic.add<u32>(control, 1);
  atomic.notify(control, -1);
}

@inline
function chunkOf(shard: usize, step: u32): usize {
  return shard + 24 + ((<usize>(step % STEPS)) << 3);
}

/** Number of the last signal to those who wait for chunks. */
@inline
export function signal(): u32 {
  return atomic.load<u32>(control);
}

/** Leaves the claimed shard to others before its chunk is metered. */
export function putBack(): void {
  atomic.store<u32>(claimed, 0);
  tellReader();
  call();
}

/** The claimed shard's chunk is metered. */
export function release(): void {
  const shard = claimed;
  const metered = atomic.add<u32>(shard, 1, 4) + 1;
  atomic.store<u32>(shard, 0);
  tellReader();
  // Blocks may be free now, and the shard's next chunk waits, if there is one.
  if (laneAddress() != 0) call();
  else if (metered < atomic.load<u32>(control, 8)) {
    atomic.add<u32>(control, 1);
    atomic.notify(control, 1);
  }
}

/** Waits for a chunk to claim. `seen` is the signal before the last look. */
@inline
export function waitForChunk(seen: u32): void {
  atomic.wait<i32>(control, <i32>seen, -1);
}

/** Whether a piece of a shard's journal may be handed back without waiting until one has been read. */
@inline
export function hasRoom(shard: usize): bool {
  return atomic.load<u32>(shard, 8) + 1 - atomic.load<u32>(shard, 12) < PIECES;
}

/** Hands a piece of the journal to the reader. */
function handBack(entries: usize, rows: usize, count: u32, last: bool): void {
  const shard = claimed;
  const written = atomic.load<u32>(shard, 8);
  const piece = shard + 56 + ((<usize>(written % PIECES)) << 4);
  store<u32>(piece, <u32>entries);
  store<u32>(piece, <u32>rows, 4);
  store<u32>(piece, count, 8);
  store<u32>(piece, last ? 1 : 0, 12);
  atomic.store<u32>(shard, written + 1, 8);
  tellReader();
}

/** Waits until the next piece of a shard's journal has been read. */
function waitForRoom(shard: usize): void {
  const next = atomic.load<u32>(shard, 8);
  for (;;) {
    const read = atomic.load<u32>(shard, 12);
    if (next - read < PIECES) return;
    atomic.wait<i32>(shard + 12, <i32>read, -1);
  }
}

/** Called where the thread that reads journals has no room left: copies what is in the piece; the shard's address. */
@external("env", "copyPiece")
declare function copyPiece(shard: usize, entries: usize, rows: usize, count: u32, rowCount: u32, last: bool): void;

/** Says where the control words are, and whether this thread reads journals too. */
export function join(controlWords: usize, alsoReads: bool): void {
  control = controlWords;
  thread = atomic.add<u32>(controlWords, 1, 4) + 1;
  reads = alsoReads;
}

/** Hands a piece on that is full, or of a chunk that is at its end; the next one is free when this returns. */
export function takeJournal(journal: Journal, last: bool = false): void {
  // The one who reads cannot wait for himself.
  if (reads && !hasRoom(claimed)) {
    copyPiece(claimed, journal.entries, journal.rows, journal.entryCount, journal.rowCount, last);
    journal.again();
    return;
  }
  handBack(journal.entries, journal.rows, journal.entryCount, last);
  waitForRoom(claimed);
  journal.turn();
}

export function tellReader(): void {
  atomic.add<u32>(control, 1, 12);
  atomic.notify(control + 12, -1);
}
