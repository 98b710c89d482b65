// One record of a journal: a line that says how long it is and what its checksum is. Knows no files.
//
//     0         9         18                    18 + length
//     |length   |CRC-32   |content              |\n
//      8 hex + " " each
//
// What it guarantees: of a record that was not written to its end nothing is ever taken, and a record whose bytes changed is noticed.

import { crc32 } from "node:zlib";

const PREFIX = 18;
/** Bytes of one record: a group of commits, or a part of a snapshot. */
export const RECORD_MAX = 64 * 2 ** 20;
const LINE_END = 10;
const BLANK = 32;
const SHAPE = /^[0-9a-f]{8} [0-9a-f]{8} $/;

export function recordOf(content: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(PREFIX + content.length + 1);
  content.copy(bytes, PREFIX);
  bytes[PREFIX + content.length] = LINE_END;
  bytes.write(`${hex(content.length)} ${hex(crc32(content))} `, 0, "latin1");
  return bytes;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** A whole record, or that there may be one when more bytes are there, or that there is none. */
export type Found = { content: Buffer; end: number } | { needs: number } | undefined;

/** The record at `start`. */
export function recordAt(bytes: Buffer, start: number): Found {
  const available = bytes.length - start;
  if (available < PREFIX) return { needs: PREFIX };
  const prefix = bytes.toString("latin1", start, start + PREFIX);
  if (!SHAPE.test(prefix)) return undefined;
  const length = Number.parseInt(prefix.slice(0, 8), 16);
  const size = PREFIX + length + 1;
  if (size > RECORD_MAX) return undefined;
  if (available < size) return { needs: size };
  const content = bytes.subarray(start + PREFIX, start + size - 1);
  if (bytes[start + size - 1] !== LINE_END || crc32(content) !== Number.parseInt(prefix.slice(9, 17), 16))
    return undefined;
  return { content, end: start + size };
}

/** Whether a whole record begins anywhere behind `start`, also where what was before it lost its line end. */
export function isRecordBehind(bytes: Buffer, start: number): boolean {
  for (let at = start + 1; at + PREFIX <= bytes.length; at++) {
    if (bytes[at + 8] !== BLANK || bytes[at + 17] !== BLANK) continue;
    const found = recordAt(bytes, at);
    if (found !== undefined && "content" in found) return true;
  }
  return false;
}
