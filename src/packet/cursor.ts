// Where the decoder stands in a frame: what one layer's reader hands to the next. One per Decoder, reused.
//
// Guarantees: `offset <= end <= wireEnd`, and `end` never lies behind the last captured byte, so whoever has compared
// `end - offset` with a header's length may read the header freely. Knows no protocol.
//
//        offset             end              wireEnd
//          |                 |                 |
//   -------+=================+- - - - - - - - -+------------
//    outer | captured rest   | rest on the wire| padding
//    layers| of this layer   | (snap length)   | or trailer

import type { Packet } from "./packet.ts";

const NO_BYTES = new Uint8Array(0);

export class Cursor {
  bytes: Uint8Array = NO_BYTES;
  /** First byte of the layer to read next. */
  offset = 0;
  /** End of what was captured of it. */
  end = 0;
  /** End of what it had on the wire; at most 2^30 behind the frame's start. */
  wireEnd = 0;
  /** Layers found outside of the tunnels that were entered. */
  outerLayers = 0;
}

/** Notes a problem, unless the frame had one before. Returns 0, so that a reader can `return note(…)` to stop. */
export function note(packet: Packet, problem: number): number {
  if (packet.problem === 0) packet.problem = problem;
  return 0;
}

/**
 * Notes that a header of `length` bytes is not there in full: cut by the capture (`problem`), or too short on the wire
 * (the entry behind it in the table). Returns 0.
 */
export function lacking(cursor: Cursor, packet: Packet, problem: number, length: number): number {
  return note(packet, cursor.offset + length > cursor.wireEnd ? problem + 1 : problem);
}

/** Ends the layer `length` bytes behind the cursor, when it is not shorter anyway: what follows is padding. */
export function limit(cursor: Cursor, length: number): void {
  const end = cursor.offset + length;
  if (end >= cursor.wireEnd) return;
  cursor.wireEnd = end;
  if (end < cursor.end) cursor.end = end;
}

/**
 * Steps over a header of `length` bytes. Where the capture ends inside it, the rest of the header is taken off what is
 * left on the wire, so that `wireEnd - offset` is the payload's length on the wire in any case.
 */
export function skip(cursor: Cursor, length: number): void {
  const next = cursor.offset + length;
  if (next <= cursor.end) cursor.offset = next;
  else {
    cursor.offset = cursor.end;
    cursor.wireEnd = Math.max(cursor.end, cursor.wireEnd - (next - cursor.end));
  }
}

/** Gives up the rest: what follows is not known to be payload. */
export function abandon(cursor: Cursor): void {
  cursor.end = cursor.offset;
  cursor.wireEnd = cursor.offset;
}

/** Two bytes, big-endian. */
export function half(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 8) | bytes[offset + 1];
}

/** Four bytes, big-endian, as a signed 32-bit integer. */
export function word(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3];
}
