// The conductor of the schema `flow`: sorts frames to shards, each pair of hosts to one; then puts the journals of the shards
// together, so that rows are those of one meter, in its order.
//
// Of most frames it reads no more than two addresses: whoever meters the shard decodes them where they lie. Frames of other
// links, in tunnels, and those that do not stay where they are, are decoded here, and their packets are copied.
//
// What spans shards is done here, in the order of packets: the numbers of flows, and the surroundings of hosts. Journals
// are merged by the keys of their entries (journal.ts). scripts/build-kernels.mjs compiles this file, and what it imports,
// into src/feature/conductor.generated.ts; ../conductor.ts drives it.

import { reserve, touch } from "../../flow/assembly/arena";
import { REASON_EARLY } from "../../flow/assembly/reasons";
import { byte, half, word } from "../../packet/assembly/cursor";
import { Decoder } from "../../packet/assembly/decode";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "../../packet/assembly/ethertype";
import { LINK_ETHERNET } from "../../packet/assembly/link";
import { Packet } from "../../packet/assembly/packet";
import {
  addressHash,
  Context,
  CONTEXT_BYTES,
  CONTEXT_MEASURES,
  mappedHash,
  receiverHash,
  senderHash,
} from "./context";
import { FLOW_BYTES, FLOW_MEASURES } from "./flow-rows";
import {
  ENTRY_ANSWER,
  ENTRY_BYTES,
  ENTRY_FORGET,
  ENTRY_OPEN,
  ENTRY_ROW,
  ENTRY_SETTLE,
  journalPieceBytes,
  journalRowBytes,
  ROW_MEASURES,
} from "./journal";
import { MeasuredFlow } from "./measured-flow";
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
  RECORD_PACKET,
  RECORD_PAYLOAD,
  RECORD_RESET,
} from "./records";
import { Rows } from "./rows";
import { distinctTable } from "./windows";

export { reserve } from "../../flow/assembly/arena";

/** A step back in time larger than this starts a new clock, µs; as in the meter. */
const CLOCK_RESET_US: f64 = 600_000_000;
/** Payload bytes that shards look at. */
const PAYLOAD_KEPT: usize = 64;
const SHARDS_MAXIMUM: u32 = 64;
/** What a shard takes beside its flows and journal: fragments, constant tables, and all that is small. */
const SHARD_REST: usize = 1 << 20;

/** What the conductor keeps of a shard. */
@unmanaged
@final
class Shard {
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
  /** By place of the flow: its number f64, then its context state. */
  flows: usize;
}

const FLOW_STATE: usize = 8;
const FLOW_STATE_BYTES: usize = (FLOW_STATE + CONTEXT_BYTES + 7) & ~7;

const decoder = changetype<Decoder>(reserve(Decoder.bytes()));
const context = changetype<Context>(reserve(offsetof<Context>()));
const rows = changetype<Rows>(reserve(offsetof<Rows>()));
const shards = reserve(<usize>SHARDS_MAXIMUM * offsetof<Shard>());

/** Bytes of an Ethernet header, and with the fixed part of an IP header. */
const ETHERNET_BYTES: usize = 14;
const ETHERNET_IPV4_BYTES: i32 = 34;
const ETHERNET_IPV6_BYTES: i32 = 54;
const NO_SHARD: u32 = 0xffffffff;

let shardCount: u32 = 1;
/** Tunnels are entered: which hosts speak is told by decoding only. */
let entersTunnels: bool = false;
let ordinal: f64 = 0;
let nowUs: f64 = -Infinity;
let announcedUs: f64 = -Infinity;
let flowsOpened: f64 = 0;
let withoutFlow: f64 = 0;
let late: f64 = 0;
let clockResets: f64 = 0;
let rowBytes: usize = 0;

@inline
function shardAt(index: u32): Shard {
  return changetype<Shard>(shards + <usize>index * offsetof<Shard>());
}

/** Takes all memory; false when it is refused. `flowsPerShard` places at the most in each. */
export function setup(
  count: u32,
  flowsPerShard: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  hosts: u32,
  pairs: u32,
): bool {
  shardCount = count;
  decoder.setup(tunnelDepth);
  entersTunnels = tunnelDepth > 0;
  rowBytes = journalRowBytes(FLOW_MEASURES - CONTEXT_MEASURES);
  for (let index: u32 = 0; index < count; index++) {
    const shard = shardAt(index);
    shard.flows = reserve(<usize>flowsPerShard * FLOW_STATE_BYTES);
    if (shard.flows == 0) return false;
  }
  return context.setup(hosts, pairs) && rows.setup(batchRows, columns, FLOW_MEASURES);
}

/** Bytes that a shard takes for so many flows and pieces of its journal. */
export function shardBytes(flows: u32, pieces: u32, entries: u32, rowsOfPiece: u32): usize {
  let slots: usize = 16;
  while (slots < <usize>flows * 2) slots *= 2;
  const index = slots << 4;
  const links = <usize>flows * 3 * 8;
  const measures = FLOW_MEASURES - CONTEXT_MEASURES;
  const journal = <usize>pieces * journalPieceBytes(entries, rowsOfPiece, measures, CONTEXT_MEASURES);
  return <usize>flows * FLOW_BYTES + index + links + journal + SHARD_REST;
}

/** Bytes of a piece of a journal. */
export function pieceBytes(entries: u32, rowsOfPiece: u32): usize {
  return journalPieceBytes(entries, rowsOfPiece, FLOW_MEASURES - CONTEXT_MEASURES, CONTEXT_MEASURES);
}

/** Bytes of a row in it. */
export function pieceRowBytes(): usize {
  return rowBytes;
}

export function measureCount(): i32 {
  return FLOW_MEASURES;
}

/** Where the table of distinct partners is to be written. */
export function tableAddress(): usize {
  return distinctTable();
}

export function rowsAddress(): usize {
  return changetype<usize>(rows);
}

export function statisticsAddress(): usize {
  return changetype<usize>(decoder.statistics);
}

/** 0 newest packet time, 1 packets without a flow, 2 late ones, 3 clock resets; 4 to 6 what the tables of hosts replaced; 7 flows opened. */
export function figure(which: i32): f64 {
  if (which == 0) return nowUs;
  if (which == 1) return withoutFlow;
  if (which == 2) return late;
  if (which == 3) return clockResets;
  if (which == 4) return context.sources.replaced;
  if (which == 5) return context.destinations.replaced;
  return which == 6 ? context.pairs.replaced : flowsOpened;
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
 * Adds a frame, or the packet decoded from it, to a chunk; false when the chunk has no room. `stays` says that the frame
 * lies where it is until the chunk is metered.
 */
export function frame(
  start: usize,
  captured: i32,
  wireLength: u32,
  timestampUs: f64,
  linkType: i32,
  stays: bool,
): bool {
  ordinal += 1;
  if (timestampUs > nowUs) nowUs = timestampUs;
  else if (timestampUs < nowUs - CLOCK_RESET_US && !resetClock(timestampUs)) return false;
  if (timestampUs < announcedUs) late += 1;
  if (stays && linkType == LINK_ETHERNET && !entersTunnels) {
    const index = shardOfFrame(start, captured);
    if (index != NO_SHARD) return appendFrame(shardAt(index), start, captured, wireLength, timestampUs);
  }
  return appendPacket(start, captured, wireLength, timestampUs, linkType);
}

/** Both directions of all flows of two hosts, and their fragments, which have no ports, go to one shard. */
@inline
function shardOf(sender: u32, receiver: u32): u32 {
  return <u32>((<u64>(sender + receiver) * <u64>shardCount) >> 32);
}

/** The shard of a frame whose addresses lie where they mostly do; NO_SHARD where only decoding tells. */
@inline
function shardOfFrame(start: usize, captured: i32): u32 {
  if (captured < ETHERNET_IPV4_BYTES) return NO_SHARD;
  const type = half(start + 12);
  const header = start + ETHERNET_BYTES;
  const first = byte(header);
  if (type == ETHERTYPE_IPV4) {
    // A version or header length that is none: there are no addresses.
    if (first < 0x45 || first > 0x4f) return NO_SHARD;
    return shardOf(mappedHash(word(header + 12)), mappedHash(word(header + 16)));
  }
  if (type != ETHERTYPE_IPV6 || captured < ETHERNET_IPV6_BYTES || first >> 4 != 6) return NO_SHARD;
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

function appendPacket(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): bool {
  decoder.packet.ordinal = ordinal - 1;
  const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
  if (packet.ipVersion == 0) {
    withoutFlow += 1;
    return true;
  }
  const shard = shardAt(shardOf(senderHash(packet), receiverHash(packet)));
  const withPayload = packet.payloadCaptured > 0;
  const record = append(shard, RECORD_PACKET, withPayload ? RECORD_PAYLOAD + PAYLOAD_KEPT : RECORD_PAYLOAD);
  if (record == 0) return false;
  copy(record + RECORD_HEAD, changetype<usize>(packet), RECORD_PAYLOAD - RECORD_HEAD);
  // Bytes behind the end of the frame may come along; nobody looks at them.
  if (withPayload) copy(record + RECORD_PAYLOAD, <usize>packet.payloadOffset, PAYLOAD_KEPT);
  return true;
}

/** Copies so many bytes, a multiple of 16. */
@inline
function copy(to: usize, from: usize, bytes: usize): void {
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
export function setPiece(index: u32, entries: usize, count: u32, rowsOfPiece: usize): void {
  const shard = shardAt(index);
  shard.entry = entries;
  shard.entriesEnd = entries + <usize>count * ENTRY_BYTES;
  shard.row = rowsOfPiece;
  shard.lookAt = entries;
  touchStates(shard, entries);
}

/** Whether what a shard did of the step is all here, so that others need not wait for it. */
export function setComplete(index: u32, complete: bool): void {
  shardAt(index).complete = complete;
}

/** Merges journals as far as they go. Answers the shard whose next piece is needed, or -1 when all are complete and read. */
export function merge(): i32 {
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
    if (first != 0) play(changetype<Shard>(first));
    else if (forgetting == 0) return -1;
    else forget();
  }
}

export function flush(): void {
  rows.flush();
}

function isBefore(one: usize, other: usize): bool {
  const oneUs = load<f64>(one);
  const otherUs = load<f64>(other);
  return oneUs < otherUs || (oneUs == otherUs && load<f64>(one, 8) < load<f64>(other, 8));
}

/**
 * Entries that are looked ahead of together. A journal tells what will be needed: the states of the flows of one group are fetched
 * while the group before is read, then their surroundings; lines that are asked for together come together.
 */
const GROUP_BYTES: usize = 16 * ENTRY_BYTES;

/** Has the surroundings fetched that the group at hand looks at, and the states of the next one. */
function lookAhead(shard: Shard): void {
  const from = shard.entry;
  const next = from + GROUP_BYTES;
  shard.lookAt = next;
  const end = min(next, shard.entriesEnd);
  let row = shard.row;
  for (let entry = from; entry < end; entry += ENTRY_BYTES) {
    const kind = load<u32>(entry, 16);
    if (kind == ENTRY_SETTLE) context.touchSurroundings(stateOf(shard, entry));
    else if (kind == ENTRY_ROW) {
      touch(row, rowBytes);
      row += rowBytes;
    } else if (kind == ENTRY_OPEN) context.touchSets(load<u32>(entry, 24), load<u32>(entry, 28), load<u32>(entry, 32));
  }
  touchStates(shard, next);
}

/** Has the states of the flows of a group fetched. */
function touchStates(shard: Shard, from: usize): void {
  const end = min(from + GROUP_BYTES, shard.entriesEnd);
  for (let entry = from; entry < end; entry += ENTRY_BYTES) touch(stateOf(shard, entry), CONTEXT_BYTES);
}

@inline
function stateOf(shard: Shard, entry: usize): usize {
  return shard.flows + <usize>load<u32>(entry, 20) * FLOW_STATE_BYTES + FLOW_STATE;
}

/** Carries out the entry that is next of a shard. */
function play(shard: Shard): void {
  const entry = shard.entry;
  if (entry == shard.lookAt) lookAhead(shard);
  shard.entry += ENTRY_BYTES;
  const kind = load<u32>(entry, 16);
  const flow = shard.flows + <usize>load<u32>(entry, 20) * FLOW_STATE_BYTES;
  const state = flow + FLOW_STATE;
  if (kind == ENTRY_OPEN) open(entry, flow);
  else if (kind == ENTRY_ANSWER) context.answer(state, load<f64>(entry, 40));
  else if (kind == ENTRY_SETTLE) context.settle(state, load<f64>(entry));
  else if (kind == ENTRY_ROW) handOut(shard, entry, flow);
}

function open(entry: usize, flow: usize): void {
  flowsOpened += 1;
  store<f64>(flow, flowsOpened);
  const state = flow + FLOW_STATE;
  memory.fill(state, 0, CONTEXT_BYTES);
  const continued = load<u32>(entry, 36) != 0;
  context.begin(state, load<u32>(entry, 24), load<u32>(entry, 28), load<u32>(entry, 32), load<f64>(entry, 40), continued);
}

function handOut(shard: Shard, entry: usize, flow: usize): void {
  const row = shard.row;
  shard.row += rowBytes;
  const reason = <i32>load<u32>(entry, 24);
  const state = flow + FLOW_STATE;
  const others = (FLOW_MEASURES - CONTEXT_MEASURES) << 3;
  memory.copy(rows.measures, row + ROW_MEASURES, others);
  if (reason == REASON_EARLY) {
    context.beginEarly(state);
    context.settle(state, load<f64>(entry));
    context.write(state, rows.measures + others);
    context.endEarly(state);
  } else context.write(state, rows.measures + others);
  const known = changetype<MeasuredFlow>(row);
  known.ordinal = load<f64>(flow);
  rows.add(known, reason, 0);
}

/** A new clock begins: every shard has come to that place of its journal, and nobody's entries go before. */
function forget(): void {
  for (let index: u32 = 0; index < shardCount; index++) shardAt(index).entry += ENTRY_BYTES;
  context.forget();
}
