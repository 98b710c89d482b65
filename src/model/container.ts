// The container of the model file: a JSON header and typed arrays in one checksummed, bounded block of bytes.
//
//        0  magic            "ORBMODEL"
//        8  version          u32   (all numbers little-endian)
//       12  header length    u32   bytes of JSON, without padding
//       16  section count    u32
//       20  zero             u32
//       24  file length      u64   checksum included
//       32  header           JSON, UTF-8, zero-padded to a multiple of 8
//        …  section table    16 bytes each:  name 4 ASCII | element type u32 | offset u32 | bytes u32
//        …  sections         each at a multiple of 8, in table order, zero-padded
//   end-32  checksum         SHA-256 of everything before it
//
// Guarantees on reading: nothing is believed before the checksum holds; every length is checked against the file
// before memory is taken for it; nothing in the file is ever executed. Knows nothing of what the sections mean.

import { OrbweaverError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";

export const CONTAINER_VERSION = 1;
export const CONTAINER_LIMITS = { fileBytes: 1 << 30, headerBytes: 1 << 24, sections: 64 } as const;

const MAGIC = "ORBMODEL";
const PREFIX_BYTES = 32;
const CHECKSUM_BYTES = 32;
const TABLE_ENTRY_BYTES = 16;

export type SectionArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array | Float32Array;

/** Element types of sections; the index is what the file holds. */
const ELEMENT_TYPES = [Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array, Float32Array] as const;

export interface Container {
  /** Parsed JSON; its shape is not checked here. */
  header: unknown;
  sections: Map<string, SectionArray>;
}

/** Bytes of a container. Section names have four ASCII characters. The same content gives the same bytes. */
export function encodeContainer(header: unknown, sections: ReadonlyMap<string, SectionArray>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const tableAt = PREFIX_BYTES + padded(json.length);
  let length = tableAt + sections.size * TABLE_ENTRY_BYTES;
  for (const array of sections.values()) length += padded(array.byteLength);
  length += CHECKSUM_BYTES;
  if (length > CONTAINER_LIMITS.fileBytes || json.length > CONTAINER_LIMITS.headerBytes) {
    throw new OrbweaverError(
      "model-format",
      `the model needs ${length} bytes, at most ${CONTAINER_LIMITS.fileBytes} are allowed`,
    );
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, CONTAINER_VERSION, true);
  view.setUint32(12, json.length, true);
  view.setUint32(16, sections.size, true);
  view.setBigUint64(24, BigInt(length), true);
  bytes.set(json, PREFIX_BYTES);
  let entry = tableAt;
  let at = tableAt + sections.size * TABLE_ENTRY_BYTES;
  for (const [name, array] of sections) {
    bytes.set(new TextEncoder().encode(name), entry);
    view.setUint32(
      entry + 4,
      ELEMENT_TYPES.findIndex((type) => array instanceof type),
      true,
    );
    view.setUint32(entry + 8, at, true);
    view.setUint32(entry + 12, array.byteLength, true);
    bytes.set(littleEndian(array), at);
    entry += TABLE_ENTRY_BYTES;
    at += padded(array.byteLength);
  }
  bytes.set(sha256(bytes.subarray(0, length - CHECKSUM_BYTES)), length - CHECKSUM_BYTES);
  return bytes;
}

/** Reads a container. Throws `model-format`, `model-version` or `model-corrupt`. */
export function decodeContainer(bytes: Uint8Array): Container {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkPrefix(bytes, view);
  checkChecksum(bytes);
  const headerLength = view.getUint32(12, true);
  const sectionCount = view.getUint32(16, true);
  const end = bytes.length - CHECKSUM_BYTES;
  const tableAt = PREFIX_BYTES + padded(headerLength);
  require(headerLength <= CONTAINER_LIMITS.headerBytes && tableAt <= end, "length of the header");
  require(sectionCount <= CONTAINER_LIMITS.sections, "number of sections");
  const first = tableAt + sectionCount * TABLE_ENTRY_BYTES;
  require(first <= end, "section table");
  const sections = new Map<string, SectionArray>();
  let expected = first;
  for (let index = 0; index < sectionCount; index++) {
    const entry = tableAt + index * TABLE_ENTRY_BYTES;
    const name = asciiText(bytes.subarray(entry, entry + 4));
    const offset = view.getUint32(entry + 8, true);
    const length = view.getUint32(entry + 12, true);
    require(offset === expected && offset + length <= end, `place of section '${name}'`);
    require(!sections.has(name), `section '${name}' is there twice`);
    sections.set(
      name,
      readSection(bytes.subarray(offset, offset + length), view.getUint32(entry + 4, true), name),
    );
    expected = offset + padded(length);
  }
  require(expected === end, "bytes after the last section");
  return { header: parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength)), sections };
}

function checkPrefix(bytes: Uint8Array, view: DataView): void {
  const isModel = bytes.length >= MAGIC.length && asciiText(bytes.subarray(0, MAGIC.length)) === MAGIC;
  if (!isModel) {
    throw new OrbweaverError("model-format", `this is not a model file: it does not begin with '${MAGIC}'`);
  }
  require(bytes.length >= PREFIX_BYTES + CHECKSUM_BYTES, `the file ends after ${bytes.length} bytes`);
  const version = view.getUint32(8, true);
  if (version !== CONTAINER_VERSION) {
    throw new OrbweaverError(
      "model-version",
      `the model file has format version ${version}, this release reads version ${CONTAINER_VERSION}`,
    );
  }
  require(bytes.length <=
    CONTAINER_LIMITS.fileBytes, `the file has more than ${CONTAINER_LIMITS.fileBytes} bytes`);
  const length = view.getBigUint64(24, true);
  require(length === BigInt(bytes.length), `the file has ${bytes.length} bytes, its header says ${length}`);
}

function checkChecksum(bytes: Uint8Array): void {
  const end = bytes.length - CHECKSUM_BYTES;
  const found = sha256(bytes.subarray(0, end));
  require(found.every(
    (byte, index) => byte === bytes[end + index],
  ), "the checksum does not match the content");
}

function readSection(bytes: Uint8Array, type: number, name: string): SectionArray {
  const elementType = ELEMENT_TYPES[type];
  require(elementType !== undefined, `element type of section '${name}'`);
  const size = elementType.BYTES_PER_ELEMENT;
  require(bytes.length % size === 0, `length of section '${name}'`);
  // Not `slice`, which shares memory where the bytes are a Buffer of Node.js.
  const copy = new Uint8Array(bytes);
  if (!hostIsLittleEndian()) reverseElements(copy, size);
  return new elementType(copy.buffer, 0, copy.length / size);
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OrbweaverError("model-corrupt", "the model file is damaged: its header is not JSON", { cause });
  }
}

function littleEndian(array: SectionArray): Uint8Array {
  const bytes = new Uint8Array(array.byteLength);
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  if (!hostIsLittleEndian()) reverseElements(bytes, array.BYTES_PER_ELEMENT);
  return bytes;
}

function hostIsLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}

function reverseElements(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function asciiText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function padded(length: number): number {
  return (length + 7) & ~7;
}

function require(condition: boolean, what: string): asserts condition {
  if (!condition) throw new OrbweaverError("model-corrupt", `the model file is damaged: ${what}`);
}
