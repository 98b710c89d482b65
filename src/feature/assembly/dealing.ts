// How frames are dealt out to shards, each pair of hosts to one: of most frames no more than two addresses are read, since whoever
// meters the shard reads them where they lie. D says which frames those are, and how others are read.
//
// What is known of it lies in shared memory, so that threads may deal one behind the other (lane.ts).

import { reserve } from "../../flow/assembly/arena";
import { byte, half, word } from "../../packet/assembly/cursor";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "../../packet/assembly/ethertype";
import { addressHash, mappedHash } from "./context";
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
export const SHARDS_MAXIMUM: u32 = 64;

/** The chunk of a shard that is being filled. */
@unmanaged
@final
class Chunk {
  address: usize;
  bytes: usize;
  capacity: usize;
}

@unmanaged
@final
class Dealing {
  shardCount: u32;
  ordinal: f64;
  nowUs: f64;
  withoutFlow: f64;
  clockResets: f64;
  // Behind it: a chunk for each shard.
}

let dealing = changetype<Dealing>(0);

/** Bytes of an Ethernet header, and with the fixed part of an IP header. */
const ETHERNET_BYTES: usize = 14;
const ETHERNET_IPV4_BYTES: i32 = 34;
const ETHERNET_IPV6_BYTES: i32 = 54;
export const NO_SHARD: u32 = 0xffffffff;

/** Takes memory; false when it is refused. */
export function setupDealing(count: u32): bool {
  const address = reserve(offsetof<Dealing>() + <usize>SHARDS_MAXIMUM * offsetof<Chunk>());
  if (address == 0) return false;
  dealing = changetype<Dealing>(address);
  dealing.shardCount = count;
  dealing.nowUs = -Infinity;
  return true;
}

/** Where it lies, for other modules to adopt. */
export function dealingAddress(): usize {
  return changetype<usize>(dealing);
}

export function adoptDealing(address: usize): void {
  dealing = changetype<Dealing>(address);
}

@inline
function chunkAt(index: u32): Chunk {
  return changetype<Chunk>(changetype<usize>(dealing) + offsetof<Dealing>() + <usize>index * offsetof<Chunk>());
}

/** 0 newest packet time, 1 packets without a flow, 2 clock resets. */
export function dealingFigure(which: i32): f64 {
  if (which == 0) return dealing.nowUs;
  return which == 1 ? dealing.withoutFlow : dealing.clockResets;
}

/** Gives a shard an empty chunk to be filled. */
export function setChunk(index: u32, address: usize, capacity: usize): void {
  const chunk = chunkAt(index);
  chunk.address = address;
  chunk.bytes = 0;
  chunk.capacity = capacity;
}

export function chunkBytes(index: u32): usize {
  return chunkAt(index).bytes;
}

/** Bytes of packets that wait in the open step. */
export function packetBytes(): usize {
  let bytes: usize = 0;
  for (let index: u32 = 0; index < dealing.shardCount; index++) bytes += chunkBytes(index);
  return bytes;
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
  dealing.ordinal += 1;
  if (timestampUs > dealing.nowUs) dealing.nowUs = timestampUs;
  else if (dealer.hasClock() && timestampUs < dealing.nowUs - CLOCK_RESET_US && !resetClock(timestampUs)) return false;
  if (stays) {
    const index = dealer.shardOfFrame(start, captured, linkType);
    if (index != NO_SHARD) return appendFrame(chunkAt(index), start, captured, wireLength, timestampUs);
  }
  return dealer.read(start, captured, wireLength, timestampUs, linkType);
}

/** The packet that was read last belongs to no flow. */
export function leaveOut(): bool {
  dealing.withoutFlow += 1;
  return true;
}

/** Ordinal of the frame at hand, from 1. */
@inline
export function frameOrdinal(): f64 {
  return dealing.ordinal;
}

/** Both directions of all flows of two hosts, and their fragments, which have no ports, go to one shard. */
@inline
export function shardOf(sender: u32, receiver: u32): u32 {
  return <u32>((<u64>(sender + receiver) * <u64>dealing.shardCount) >> 32);
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
function appendFrame(chunk: Chunk, start: usize, captured: i32, wireLength: u32, timestampUs: f64): bool {
  const record = append(chunk, RECORD_FRAME, RECORD_FRAME_BYTES);
  if (record == 0) return false;
  store<u32>(record, <u32>start, FRAME_START);
  store<i32>(record, captured, FRAME_CAPTURED);
  store<u32>(record, wireLength, FRAME_WIRE);
  store<f64>(record, timestampUs, FRAME_TIME);
  store<f64>(record, dealing.ordinal, FRAME_ORDINAL);
  return true;
}

/** Room for a record of so many bytes in the chunk of a shard; 0 when there is none. */
@inline
export function appendRecord(index: u32, kind: u32, bytes: usize): usize {
  return append(chunkAt(index), kind, bytes);
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

/** Tells all shards the newest packet time, at the end of their chunks; false when a chunk has no room. */
export function closeChunks(): bool {
  return dealing.nowUs == -Infinity || appendAll(RECORD_ADVANCE, dealing.nowUs);
}

function resetClock(timestampUs: f64): bool {
  // Every shard first comes to where time was.
  if (!appendAll(RECORD_ADVANCE, dealing.nowUs)) return false;
  dealing.clockResets += 1;
  dealing.nowUs = timestampUs;
  return appendAll(RECORD_RESET, timestampUs);
}

function appendAll(kind: u32, timeUs: f64): bool {
  for (let index: u32 = 0; index < dealing.shardCount; index++) {
    const record = append(chunkAt(index), kind, RECORD_HEAD);
    if (record == 0) return false;
    store<f64>(record, timeUs, 8);
  }
  return true;
}

@inline
function append(chunk: Chunk, kind: u32, bytes: usize): usize {
  if (chunk.bytes + bytes > chunk.capacity) return 0;
  const record = chunk.address + chunk.bytes;
  store<u32>(record, <u32>bytes);
  store<u32>(record, kind, 4);
  store<f64>(record, dealing.nowUs, 8);
  chunk.bytes += bytes;
  return record;
}

