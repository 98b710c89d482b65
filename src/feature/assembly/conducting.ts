// What all conductors do: sort frames to shards, each pair of hosts to one; then put the journals of the shards together, so
// that rows are those of one meter, in its order.
//
// Of most frames no more than two addresses are read: whoever meters the shard reads them where they lie. D says which frames
// those are and how others are read, P carries out what journals tell. What spans shards is done there, in the order of
// packets. Journals are merged by the keys of their entries (journal.ts).

import { reserve } from "../../flow/assembly/arena";
import { byte, half, word } from "../../packet/assembly/cursor";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "../../packet/assembly/ethertype";
import { addressHash, mappedHash } from "./context";
import { ENTRY_BYTES, ENTRY_FORGET, journalPieceBytes, journalRowBytes } from "./journal";
import {
  FRAME_CAPTURED,
  FRAME_ORDINAL,
  FRAME_START,
  FRAME_TIME,
  FRAME_WIRE,
  RECORD_ADVANCE,
  RECORD_FRAME,
  RECORD_FRAME_BYTES,
  RECORD_HEAD,
  RECORD_RESET,
} from "./records";

/** A step back in time larger than this starts a new clock, µs; as in the meter. */
const CLOCK_RESET_US: f64 = 600_000_000;
const SHARDS_MAXIMUM: u32 = 64;

/** What the conductor keeps of a shard. */
@unmanaged
@final
export class Shard {
  /** The chunk that is being filled. */
  chunk: usize;
  chunkBytes: usize;
  chunkCapacity: usize;
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

/** Bytes of an Ethernet header, and with the fixed part of an IP header. */
const ETHERNET_BYTES: usize = 14;
const ETHERNET_IPV4_BYTES: i32 = 34;
const ETHERNET_IPV6_BYTES: i32 = 54;
export const NO_SHARD: u32 = 0xffffffff;

let shardCount: u32 = 1;
let ordinal: f64 = 0;
let nowUs: f64 = -Infinity;
let announcedUs: f64 = -Infinity;
let flowsOpened: f64 = 0;
let withoutFlow: f64 = 0;
let late: f64 = 0;
let clockResets: f64 = 0;
let rowBytes: usize = 0;
let flowStateBytes: usize = 0;

@inline
function shardAt(index: u32): Shard {
  return changetype<Shard>(shards + <usize>index * offsetof<Shard>());
}

/** Takes memory; false when it is refused. `flowsPerShard` places at the most in each, `stateBytes` of each for P; `measures` of a row of the journal. */
export function setupShards(count: u32, flowsPerShard: u32, stateBytes: usize, measures: u32): bool {
  shardCount = count;
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

/** Bytes of all pieces of a journal. */
export function journalBytes(pieces: u32, entries: u32, rows: u32, measures: u32, furtherMeasures: u32): usize {
  return <usize>pieces * journalPieceBytes(entries, rows, measures, furtherMeasures);
}

/** Bytes of a row in it. */
export function pieceRowBytes(): usize {
  return rowBytes;
}

/** 0 newest packet time, 1 packets without a flow, 2 late ones, 3 clock resets; 4 flows opened. */
export function figure(which: i32): f64 {
  if (which == 0) return nowUs;
  if (which == 1) return withoutFlow;
  if (which == 2) return late;
  return which == 3 ? clockResets : flowsOpened;
}

/** Gives a shard an empty chunk to be filled. */
export function setChunk(index: u32, address: usize, capacity: usize): void {
  const shard = shardAt(index);
  shard.chunk = address;
  shard.chunkBytes = 0;
  shard.chunkCapacity = capacity;
}

export function chunkBytes(index: u32): usize {
  return shardAt(index).chunkBytes;
}

/**
 * Adds a frame, or what is read of it here, to a chunk; false when the chunk has no room. `stays` says that the frame lies
 * where it is until the chunk is metered.
 */
@inline
export function deal<D>(
  dealer: D,
  start: usize,
  captured: i32,
  wireLength: u32,
  timestampUs: f64,
  linkType: i32,
  stays: bool,
): bool {
  ordinal += 1;
  if (timestampUs > nowUs) nowUs = timestampUs;
  else if (dealer.hasClock() && timestampUs < nowUs - CLOCK_RESET_US && !resetClock(timestampUs)) return false;
  if (timestampUs < announcedUs) late += 1;
  if (stays) {
    const index = dealer.shardOfFrame(start, captured, linkType);
    if (index != NO_SHARD) return appendFrame(shardAt(index), start, captured, wireLength, timestampUs);
  }
  return dealer.read(start, captured, wireLength, timestampUs, linkType);
}

/** The packet that was read last belongs to no flow. */
export function leaveOut(): bool {
  withoutFlow += 1;
  return true;
}

/** Ordinal of the frame at hand, from 1. */
@inline
export function frameOrdinal(): f64 {
  return ordinal;
}

/** Both directions of all flows of two hosts, and their fragments, which have no ports, go to one shard. */
@inline
export function shardOf(sender: u32, receiver: u32): u32 {
  return <u32>((<u64>(sender + receiver) * <u64>shardCount) >> 32);
}

/** The shard of an Ethernet frame whose IPv4 addresses lie where they mostly do; NO_SHARD where only decoding tells. */
@inline
export function shardOfIpv4(start: usize, captured: i32): u32 {
  if (captured < ETHERNET_IPV4_BYTES || half(start + 12) != ETHERTYPE_IPV4) return NO_SHARD;
  const header = start + ETHERNET_BYTES;
  const first = byte(header);
  // A version or header length that is none: there are no addresses.
  if (first < 0x45 || first > 0x4f) return NO_SHARD;
  return shardOf(mappedHash(word(header + 12)), mappedHash(word(header + 16)));
}

/** The same of IPv6. */
@inline
export function shardOfIpv6(start: usize, captured: i32): u32 {
  if (captured < ETHERNET_IPV6_BYTES || half(start + 12) != ETHERTYPE_IPV6) return NO_SHARD;
  const header = start + ETHERNET_BYTES;
  if (byte(header) >> 4 != 6) return NO_SHARD;
  return shardOf(
    addressHash(word(header + 8), word(header + 12), word(header + 16), word(header + 20)),
    addressHash(word(header + 24), word(header + 28), word(header + 32), word(header + 36)),
  );
}

@inline
function appendFrame(shard: Shard, start: usize, captured: i32, wireLength: u32, timestampUs: f64): bool {
  const record = append(shard, RECORD_FRAME, RECORD_FRAME_BYTES);
  if (record == 0) return false;
  store<u32>(record, <u32>start, FRAME_START);
  store<i32>(record, captured, FRAME_CAPTURED);
  store<u32>(record, wireLength, FRAME_WIRE);
  store<f64>(record, timestampUs, FRAME_TIME);
  store<f64>(record, ordinal, FRAME_ORDINAL);
  return true;
}

/** Room for a record of so many bytes in the chunk of a shard; 0 when there is none. */
@inline
export function appendRecord(index: u32, kind: u32, bytes: usize): usize {
  return append(shardAt(index), kind, bytes);
}

/** Copies so many bytes, a multiple of 16. */
@inline
export function copy(to: usize, from: usize, bytes: usize): void {
  const end = from + bytes;
  while (from < end) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
}

/** Tells all shards how far time went, at the end of their chunks; false when a chunk has no room. */
export function advanceAll(toUs: f64): bool {
  if (toUs > announcedUs) announcedUs = toUs;
  return appendAll(RECORD_ADVANCE, toUs);
}

/** The same for the newest packet time, which announces nothing about packets to come. */
export function closeChunks(): bool {
  return nowUs == -Infinity || appendAll(RECORD_ADVANCE, nowUs);
}

function resetClock(timestampUs: f64): bool {
  clockResets += 1;
  nowUs = timestampUs;
  announcedUs = -Infinity;
  return appendAll(RECORD_RESET, timestampUs);
}

function appendAll(kind: u32, timeUs: f64): bool {
  for (let index: u32 = 0; index < shardCount; index++) {
    const record = append(shardAt(index), kind, RECORD_HEAD);
    if (record == 0) return false;
    store<f64>(record, timeUs, 8);
  }
  return true;
}

@inline
function append(shard: Shard, kind: u32, bytes: usize): usize {
  if (shard.chunkBytes + bytes > shard.chunkCapacity) return 0;
  const record = shard.chunk + shard.chunkBytes;
  store<u32>(record, <u32>bytes);
  store<u32>(record, kind, 4);
  store<f64>(record, nowUs, 8);
  shard.chunkBytes += bytes;
  return record;
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
