// The lane: threads read a pcap file and deal its frames out themselves, a block each in turn, so that neither copying the file
// out of the system's memory nor walking over its records is the work of one thread alone.
//
// Whoever is free claims the next block and has it read near; blocks are dealt out one behind the other, by those who read them.
// The lane takes ordinary records only. It stops at the first that is not, and where the file ends or cannot be read: who reads
// captures goes on from there (src/capture), and says what is wrong.
//
// Blocks are used in turn. In front of each is room for the beginning of a record that the block before ends in.
//
//   lane:   0 state | 4 blocks claimed | 8 blocks dealt | 12 blocks | 16 bytes of a block | 20 address of the first block
//          24 bytes in front of each block | 28 dealer | 32 dealing (dealing.ts) | 36 blocks of the open step | 40 of a whole one
//          44 bytes of packets of a whole step | 48 link type | 52 big-endian | 56 nanoseconds | 60 threads inside
//          64 descriptor | 68 number of the lane | 72 where block 0 begins in the file f64 | 80 where the next record begins f64
//          88 frames, captured bytes, wire bytes, first and last time µs, time of the frame before µs, steps back in time, f64 each
//         144 of each block: steps that must be metered before it is read anew

import { adoptDealing, deal, packetBytes } from "./dealing";
import { areMetered, call, closeStep, laneAddress, openStep, stepsDealt, tellReader } from "./dispatch";

export const LANE_BLOCKS: usize = 144;

const RUNNING: u32 = 1;
const STOPPED: u32 = 2;

const RECORD_BYTES: usize = 16;
/** Bounds of src/capture/ledger.ts. */
const FRAME_BYTES_MAX: u32 = 262_144;
const WIRE_BYTES_MAX: u32 = 134_217_728;

/** Reads so many bytes from a place of a file; how many there were, less at its end, and -1 when it failed. */
@external("env", "readBlock")
declare function readBlock(descriptor: i32, address: usize, bytes: usize, position: f64): i32;

/** The block that this thread has read and not yet dealt out; of which lane. */
let pending: i32 = -1;
let pendingBytes: i32 = 0;
let pendingLane: u32 = 0;

/** Does what there is to do in the lane; false when there is nothing, or no lane. */
export function driveLane<D>(): bool {
  const lane = laneAddress();
  if (lane == 0) return false;
  atomic.add<u32>(lane, 1, 60);
  const done = atomic.load<u32>(lane) == RUNNING && drive<D>(lane);
  atomic.sub<u32>(lane, 1, 60);
  // Who reads waits for all to leave.
  if (atomic.load<u32>(lane) != RUNNING) tellReader();
  return done;
}

function drive<D>(lane: usize): bool {
  if (pendingLane != load<u32>(lane, 68)) pending = -1;
  let read = false;
  if (pending < 0) {
    const block = atomic.load<u32>(lane, 4);
    if (!isFree(lane, block)) return false;
    if (atomic.cmpxchg<u32>(lane, block, block + 1, 4) != block) return true;
    const bytes = load<u32>(lane, 16);
    const position = load<f64>(lane, 72) + <f64>block * <f64>bytes;
    pending = <i32>block;
    pendingLane = load<u32>(lane, 68);
    pendingBytes = readBlock(load<i32>(lane, 64), blockAt(lane, block), bytes, position);
    read = true;
  }
  if (atomic.load<u32>(lane, 8) != <u32>pending) return read;
  // The block before may have been the last one.
  if (atomic.load<u32>(lane) != RUNNING) return read;
  adoptDealing(load<u32>(lane, 32));
  if (!openStep()) return read;
  const goesOn = dealBlock<D>(lane);
  pending = -1;
  if (!goesOn) atomic.store<u32>(lane, STOPPED);
  atomic.add<u32>(lane, 1, 8);
  call();
  tellReader();
  return true;
}

@inline
function blockAt(lane: usize, block: u32): usize {
  const stride = load<u32>(lane, 16) + load<u32>(lane, 24);
  return <usize>load<u32>(lane, 20) + <usize>(block % load<u32>(lane, 12)) * <usize>stride;
}

/** Whether nobody looks any more at what lies where the block is to lie. */
function isFree(lane: usize, block: u32): bool {
  const blocks = load<u32>(lane, 12);
  if (block < blocks) return true;
  // The block behind the old one may begin in it.
  if (atomic.load<u32>(lane, 8) < block - blocks + 2) return false;
  return areMetered(load<u32>(lane + LANE_BLOCKS + ((<usize>(block % blocks)) << 2)));
}

/** Deals out the frames of the block that is pending; false when the lane ends with it. */
function dealBlock<D>(lane: usize): bool {
  const block = <u32>pending;
  const blockBytes = load<u32>(lane, 16);
  const begin = blockAt(lane, block);
  const beginsAt = load<f64>(lane, 72) + <f64>block * <f64>blockBytes;
  const at = load<f64>(lane, 80);
  if (pendingBytes < 0) return false;
  let from = begin;
  if (at < beginsAt) {
    const carried = <usize>(beginsAt - at);
    if (carried > load<u32>(lane, 24)) return false;
    from = begin - carried;
    memory.copy(from, blockAt(lane, block - 1) + blockBytes - carried, carried);
  } else from += <usize>(at - beginsAt);
  const end = begin + pendingBytes;
  const to = dealRecords<D>(lane, from, end);
  store<f64>(lane, at + <f64>(to - from), 80);
  store<u32>(lane + LANE_BLOCKS + ((<usize>(block % load<u32>(lane, 12))) << 2), stepsDealt() + 1);
  const blocks = load<u32>(lane, 36) + 1;
  store<u32>(lane, blocks, 36);
  if (blocks >= load<u32>(lane, 40) || packetBytes() >= load<u32>(lane, 44)) {
    store<u32>(lane, 0, 36);
    if (!closeStep()) return false;
  }
  return pendingBytes == <i32>blockBytes && !isOdd;
}

/** The records ended at one that is not ordinary. */
let isOdd: bool = false;

@inline
function wordAt(at: usize, big: bool): u32 {
  const word = load<u32>(at);
  return big ? bswap<u32>(word) : word;
}

/** Deals out whole ordinary records; where they end. Fields are those of src/capture/pcap.ts. */
function dealRecords<D>(lane: usize, from: usize, end: usize): usize {
  const dealer = changetype<D>(<usize>load<u32>(lane, 28));
  const linkType = load<i32>(lane, 48);
  const big = load<u32>(lane, 52) != 0;
  const nanoseconds = load<u32>(lane, 56) != 0;
  const fractionMax: u32 = nanoseconds ? 999_999_999 : 999_999;
  let frames = load<f64>(lane, 88);
  let capturedBytes = load<f64>(lane, 96);
  let wireBytes = load<f64>(lane, 104);
  let firstUs = load<f64>(lane, 112);
  let lastUs = load<f64>(lane, 120);
  let previousUs = load<f64>(lane, 128);
  let timesBackward = load<f64>(lane, 136);
  let at = from;
  isOdd = false;
  while (at + RECORD_BYTES <= end) {
    const captured = wordAt(at + 8, big);
    const wire = wordAt(at + 12, big);
    const fraction = wordAt(at + 4, big);
    isOdd = captured > FRAME_BYTES_MAX || wire < captured || wire > WIRE_BYTES_MAX || fraction > fractionMax;
    if (isOdd) break;
    const start = at + RECORD_BYTES;
    const next = start + captured;
    if (next > end) break;
    const fractionUs = nanoseconds ? fraction / 1000 : fraction;
    const timestampUs = <f64>wordAt(at, big) * 1_000_000 + <f64>fractionUs;
    isOdd = !deal(dealer, start, <i32>captured, wire, timestampUs, linkType, true);
    if (isOdd) break;
    firstUs = min(firstUs, timestampUs);
    lastUs = max(lastUs, timestampUs);
    if (timestampUs < previousUs) timesBackward += 1;
    previousUs = timestampUs;
    frames += 1;
    capturedBytes += <f64>captured;
    wireBytes += <f64>wire;
    at = next;
  }
  store<f64>(lane, frames, 88);
  store<f64>(lane, capturedBytes, 96);
  store<f64>(lane, wireBytes, 104);
  store<f64>(lane, firstUs, 112);
  store<f64>(lane, lastUs, 120);
  store<f64>(lane, previousUs, 128);
  store<f64>(lane, timesBackward, 136);
  return at;
}
