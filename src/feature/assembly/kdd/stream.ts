// One direction of a TCP connection as lines of text: segments in, bytes in their order out, whatever order they came in.
//
// Bounds: BYTES_MAX bytes of a direction are read; HELD_MAX segments and HELD_BYTES wait for one that is missing, and when
// one more comes the hole is given up. A line that a hole or a cut segment tears is left out. Repeated bytes are read once.

import { clear } from "../../../flow/assembly/arena";

/** Bytes read of one direction. */
const BYTES_MAX: u32 = 65_536;
/** Bytes of a line that are looked at. */
export const LINE_BYTES: usize = 256;
const HELD_MAX: u32 = 4;
const HELD_BYTES: u32 = 4096;

@unmanaged
@final
export class Stream {
  /** Sequence number of the next byte. */
  expected: u32;
  begun: u8;
  /** The rest of the line is left out: a part of it was lost. */
  torn: u8;
  /** Where a Telnet command stands. */
  command: u8;
  reserved: u8;
  length: u32;
  taken: u32;
  held: u32;
  heldBytes: u32;
  // Behind it: sequence numbers and lengths of the segments held; the line; the bytes held.
}

const HELD_AT: usize = (offsetof<Stream>() + 15) & ~15;
const LINE_AT: usize = HELD_AT + ((<usize>HELD_MAX) << 3);
const BYTES_AT: usize = LINE_AT + LINE_BYTES;
export const STREAM_BYTES: usize = BYTES_AT + <usize>HELD_BYTES;

@inline
export function openStream(stream: Stream): void {
  clear(changetype<usize>(stream), LINE_AT);
}

@inline
export function lineOf(stream: Stream): usize {
  return changetype<usize>(stream) + LINE_AT;
}

/** Whether bytes are still wanted. */
@inline
export function isOpen(stream: Stream): bool {
  return stream.taken < BYTES_MAX;
}

/** The stream begins with this sequence number. */
export function begin(stream: Stream, sequence: u32): void {
  if (stream.begun != 0) return;
  stream.begun = 1;
  stream.expected = sequence;
}

/** Bytes that were on the wire and are not to be had: the line they are in is left out. */
export function lose(stream: Stream): void {
  stream.length = 0;
  stream.torn = 1;
}

/**
 * How many bytes of a segment lie before those that are expected, all of them when it brings nothing new; -1 when bytes
 * are missing before it.
 */
export function overlap(stream: Stream, sequence: u32, length: u32): i32 {
  const ahead = <i32>(sequence - stream.expected);
  if (ahead > 0) return -1;
  return <u32>-ahead >= length ? <i32>length : -ahead;
}

/** Keeps a segment until those before it come; false when there is no room. */
export function hold(stream: Stream, sequence: u32, from: usize, length: u32): bool {
  if (stream.held == HELD_MAX || stream.heldBytes + length > HELD_BYTES) return false;
  const base = changetype<usize>(stream);
  const at = base + HELD_AT + (<usize>stream.held << 3);
  store<u32>(at, sequence);
  store<u32>(at, length, 4);
  memory.copy(base + BYTES_AT + <usize>stream.heldBytes, from, <usize>length);
  stream.held++;
  stream.heldBytes += length;
  return true;
}

/** Place of the held segment that comes first; -1 when none is held. */
export function firstHeld(stream: Stream): i32 {
  let first = -1;
  for (let place = 0; place < <i32>stream.held; place++) {
    if (first < 0 || <i32>(heldSequence(stream, place) - heldSequence(stream, first)) < 0) first = place;
  }
  return first;
}

export function heldSequence(stream: Stream, place: i32): u32 {
  return load<u32>(changetype<usize>(stream) + HELD_AT + (<usize>place << 3));
}

export function heldLength(stream: Stream, place: i32): u32 {
  return load<u32>(changetype<usize>(stream) + HELD_AT + (<usize>place << 3), 4);
}

export function heldBytes(stream: Stream, place: i32): usize {
  let at = changetype<usize>(stream) + BYTES_AT;
  for (let before = 0; before < place; before++) at += <usize>heldLength(stream, before);
  return at;
}

/** Forgets a held segment. */
export function letGo(stream: Stream, place: i32): void {
  const base = changetype<usize>(stream);
  const bytes = heldBytes(stream, place);
  const length = heldLength(stream, place);
  const end = base + BYTES_AT + <usize>stream.heldBytes;
  memory.copy(bytes, bytes + <usize>length, end - bytes - <usize>length);
  const at = base + HELD_AT + (<usize>place << 3);
  memory.copy(at, at + 8, <usize>(stream.held - 1 - <u32>place) << 3);
  stream.held--;
  stream.heldBytes -= length;
}

/** Adds a byte to the line, in lower case. */
export function addByte(stream: Stream, byte: i32): void {
  if (stream.length >= <u32>LINE_BYTES) return;
  const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  store<u8>(lineOf(stream) + <usize>stream.length, <u8>lower);
  stream.length++;
}
