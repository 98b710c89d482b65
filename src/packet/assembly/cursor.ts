// Where the decoder stands in a frame: what one layer's reader hands to the next. One per Decoder, reused.
//
// Guarantees: `offset <= end <= wireEnd`, and `end` never lies behind the last captured byte, so whoever has compared
// `end - offset` with a header's length may read the header freely. Positions are addresses, lengths are signed. Knows no
// protocol.
//
//        offset             end              wireEnd
//          |                 |                 |
//   -------+=================+- - - - - - - - -+------------
//    outer | captured rest   | rest on the wire| padding
//    layers| of this layer   | (snap length)   | or trailer

import { Packet } from "./packet";

/** Never made with `new`: laid over a place in memory. */
@unmanaged
export class Cursor {
  /** First byte of the layer to read next. */
  offset: usize;
  /** End of what was captured of it. */
  end: usize;
  /** End of what it had on the wire; at most 2^30 behind the frame's start. */
  wireEnd: usize;
  /** Layers found outside of the tunnels that were entered. */
  outerLayers: i32;

  /** Captured bytes that are left. */
  @inline get available(): i32 {
    return <i32>(this.end - this.offset);
  }

  /** Bytes that were left on the wire. */
  @inline get remaining(): i32 {
    return <i32>(this.wireEnd - this.offset);
  }
}

/** Notes a problem, unless the frame had one before. Returns 0, so that a reader can `return note(…)` to stop. */
export function note(packet: Packet, problem: i32): i32 {
  if (packet.problem == 0) packet.problem = problem;
  return 0;
}

/**
 * Notes that a header of `length` bytes is not there in full: cut by the capture (`problem`), or too short on the wire
 * (the entry behind it in the table). Returns 0.
 */
export function lacking(cursor: Cursor, packet: Packet, problem: i32, length: i32): i32 {
  return note(packet, length > cursor.remaining ? problem + 1 : problem);
}

/** Ends the layer `length` bytes behind the cursor, when it is not shorter anyway: what follows is padding. */
// @ts-ignore: decorator
@inline
export function limit(cursor: Cursor, length: i32): void {
  if (length >= cursor.remaining) return;
  const end = cursor.offset + length;
  cursor.wireEnd = end;
  if (end < cursor.end) cursor.end = end;
}

/**
 * Steps over a header of `length` bytes. Where the capture ends inside it, the rest of the header is taken off what is
 * left on the wire, so that `wireEnd - offset` is the payload's length on the wire in any case.
 */
// @ts-ignore: decorator
@inline
export function skip(cursor: Cursor, length: i32): void {
  const missing = length - cursor.available;
  if (missing <= 0) cursor.offset += length;
  else {
    cursor.offset = cursor.end;
    cursor.wireEnd = cursor.end + max(0, cursor.remaining - missing);
  }
}

/** Gives up the rest: what follows is not known to be payload. */
export function abandon(cursor: Cursor): void {
  cursor.end = cursor.offset;
  cursor.wireEnd = cursor.offset;
}

/** One byte. */
// @ts-ignore: decorator
@inline
export function byte(offset: usize): i32 {
  return <i32>load<u8>(offset);
}

/** Two bytes, big-endian. */
// @ts-ignore: decorator
@inline
export function half(offset: usize): i32 {
  return (<i32>load<u8>(offset) << 8) | <i32>load<u8>(offset, 1);
}

/** Four bytes, big-endian, as a signed 32-bit integer. */
// @ts-ignore: decorator
@inline
export function word(offset: usize): i32 {
  return bswap(load<i32>(offset));
}
