// The .orbrows format: rows as blocks of columns, made to be written as fast as the meter runs and read back bit for bit.
//
// Everything is little-endian. A file is a header, blocks, and an end mark:
//
//     header   0         8         12        16        20        24                    24 + n + padding
//              | ORBROWS\n | version | n       | CRC-32  | 0       | JSON of n bytes, blanks to a multiple of 8 |
//     block    0         4         8         12        16          16 + 8 × columns      16 + body
//              | "BLK\n" | rows    | body    | CRC-32  | directory  | columns, each padded to 8 bytes |
//     end      0         4         8         12        16
//              | "END\n" | blocks  | rows (64-bit float), CRC-32 of the 16 bytes before it, 0 |
//
// The header's CRC covers the JSON; a block's covers its rows and body words and its body (directory and columns).
// The JSON names the schema (with columns and categories), the identity columns, the extra columns, the end reasons and
// free metadata. A directory entry is one byte of encoding, three zero bytes, and the column's length in bytes:
//
//     0 constant   one 64-bit float that every row has       1 u8, 2 u16, 3 u32   whole numbers; the greatest is "missing"
//     4 float      64-bit floats as they are                 5 text               see below
//
//     text         | entries n | bytes b | end offset of each entry, n × u32 | UTF-8, b bytes | padding to 2 | u16 per row |
//
// where the row's number is an entry and 65535 is null. Each block picks the narrowest exact encoding per column; a
// missing value (NaN) keeps no payload. Sums: 100 features of which half are small counts take about 350 bytes a row.
//
// A file cut short gives its whole blocks, and the reader says that the rest is missing. Nothing in a file is trusted:
// every length is checked against what holds it before it is used. Knows no files: bytes in, bytes out.

import { crc32 } from "node:zlib";
import { END_REASONS } from "../flow/reasons.ts";
import { type ExtraColumn, isRecord, parseSchemaText, type RowLayout, schemaText } from "./row-layout.ts";
import type { Pages } from "./sink.ts";

export const MAGIC = Buffer.from("ORBROWS\n");
const VERSION = 1;
export const HEADER_BYTES = 24;
export const BLOCK_BYTES = 16;
export const END_BYTES = 24;
const MARK_BLOCK = 0x0a4b4c42;
const MARK_END = 0x0a444e45;

/** Rows of a full block; equals DuckDB's vector size. */
export const BLOCK_ROWS = 2048;
/** Bounds on what a reader accepts. */
const BLOCK_ROWS_MAX = 65535;
const JSON_BYTES_MAX = 64 << 20;
const BODY_BYTES_MAX = 1 << 30;
const NULL_ENTRY = 65535;

const ENCODING_CONSTANT = 0;
const ENCODING_FLOAT = 4;
const ENCODING_TEXT = 5;
/** Bytes per value of the whole-number encodings 1 to 3; all ones stand for "missing". */
const WHOLE_BYTES = [undefined, 1, 2, 4];

type WholeArray = Uint8Array | Uint16Array | Uint32Array;

/** The columns that hold who the flow was, before the features. Address words are unsigned and big-endian by word. */
export const RAW_IDENTITY = [
  "flow",
  "start_us",
  "end_us",
  "source_word_0",
  "source_word_1",
  "source_word_2",
  "source_word_3",
  "destination_word_0",
  "destination_word_1",
  "destination_word_2",
  "destination_word_3",
  "source_port",
  "destination_port",
  "protocol",
  "end_reason",
] as const;

/** A column of a block: numbers (NaN is missing) or texts. */
export type BlockColumn = Float64Array | (string | null)[];

export interface Block {
  rows: number;
  /** Identity, features, extra columns, in this order; the arrays hold at least `rows` values. */
  columns: BlockColumn[];
}

export interface OrbrowsHeader extends RowLayout {
  identity: readonly string[];
  endReasons: readonly string[];
}

/** A damaged file; `offset` counts from the start of the bytes given. */
export class OrbrowsDamage extends Error {}

// --- writing ------------------------------------------------------------------------------------------------

export function encodeHeader(layout: RowLayout): Buffer {
  const json = Buffer.from(
    JSON.stringify({
      schema: JSON.parse(schemaText(layout.schema)),
      identity: RAW_IDENTITY,
      extra: layout.extra,
      endReasons: END_REASONS,
      metadata: layout.metadata,
    }),
  );
  const bytes = Buffer.alloc(HEADER_BYTES + padded(json.length), 0x20);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(json.length, 12);
  bytes.writeUInt32LE(crc32(json), 16);
  bytes.writeUInt32LE(0, 20);
  json.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** Columns that were encoded before: their directory entries, and their bytes, each padded to 8. */
export interface EncodedColumns {
  directory: Uint8Array;
  columns: Uint8Array;
}

/** Appends a block to a page: identity, features, extra columns. */
export function putBlock(
  pages: Pages,
  rows: number,
  identity: readonly BlockColumn[],
  features: EncodedColumns,
  extra: readonly BlockColumn[],
): void {
  const directory = (identity.length + extra.length) * 8 + features.directory.length;
  pages.reserve(BLOCK_BYTES + directory);
  const start = pages.length;
  const entries = start + BLOCK_BYTES;
  pages.length += BLOCK_BYTES + directory;
  for (const [index, column] of identity.entries()) putColumn(pages, rows, column, entries + index * 8);
  pages.reserve(features.columns.length);
  pages.page.set(features.directory, entries + identity.length * 8);
  pages.page.set(features.columns, pages.length);
  pages.length += features.columns.length;
  const behind = entries + identity.length * 8 + features.directory.length;
  for (const [index, column] of extra.entries()) putColumn(pages, rows, column, behind + index * 8);
  const page = pages.page;
  page.writeUInt32LE(MARK_BLOCK, start);
  page.writeUInt32LE(rows, start + 4);
  page.writeUInt32LE(pages.length - start - BLOCK_BYTES, start + 8);
  page.writeUInt32LE(blockCrc(page, start, pages.length), start + 12);
}

/** Appends a column, padded, and fills in its directory entry. */
function putColumn(pages: Pages, rows: number, column: BlockColumn, entry: number): void {
  const before = pages.length;
  const encoding =
    column instanceof Float64Array ? putNumbers(pages, column, rows) : putTexts(pages, column, rows);
  pages.page.writeUInt32LE(encoding, entry);
  pages.page.writeUInt32LE(pages.length - before, entry + 4);
  pad(pages);
}

export function putEnd(pages: Pages, blocks: number, rows: number): void {
  pages.reserve(END_BYTES);
  const { page, length } = pages;
  page.writeUInt32LE(MARK_END, length);
  page.writeUInt32LE(blocks, length + 4);
  page.writeDoubleLE(rows, length + 8);
  page.writeUInt32LE(crc32(page.subarray(length, length + 16)), length + 16);
  page.writeUInt32LE(0, length + 20);
  pages.length += END_BYTES;
}

function blockCrc(bytes: Buffer, start: number, end: number): number {
  return crc32(bytes.subarray(start + BLOCK_BYTES, end), crc32(bytes.subarray(start + 4, start + 12)));
}

function putNumbers(pages: Pages, values: Float64Array, rows: number): number {
  const encoding = narrowest(values, rows);
  pages.reserve(rows * 8 + 8);
  const { page, length } = pages;
  const start = page.byteOffset + length;
  if (encoding === ENCODING_CONSTANT) {
    page.writeDoubleLE(values[0], length);
    pages.length += 8;
    return encoding;
  }
  if (encoding === ENCODING_FLOAT) {
    new Float64Array(page.buffer, start, rows).set(values.subarray(0, rows));
    pages.length += rows * 8;
    return encoding;
  }
  const stored = wholeArray(encoding, page.buffer, start, rows);
  stored.set(WHOLE_NUMBERS.subarray(0, rows));
  pages.length += stored.byteLength;
  return encoding;
}

function wholeArray(encoding: number, buffer: ArrayBuffer, start: number, rows: number): WholeArray {
  if (encoding === 1) return new Uint8Array(buffer, start, rows);
  return encoding === 2 ? new Uint16Array(buffer, start, rows) : new Uint32Array(buffer, start, rows);
}

/** The whole numbers that `narrowest` found, "missing" as all ones, which storing narrower keeps as all ones. */
const WHOLE_NUMBERS = new Uint32Array(BLOCK_ROWS_MAX);

/** The narrowest encoding that keeps every value; -0 is no whole number here. */
function narrowest(values: Float64Array, rows: number): number {
  const words = new Int32Array(values.buffer, values.byteOffset, rows * 2);
  if (isConstant(words, rows)) return ENCODING_CONSTANT;
  const numbers = WHOLE_NUMBERS;
  let greatest = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    const number = value >>> 0;
    if (number === value) {
      if (words[row * 2 + 1] < 0) return ENCODING_FLOAT;
      numbers[row] = number;
      if (number > greatest) greatest = number;
    } else if (Number.isNaN(value)) numbers[row] = 0xffffffff;
    else return ENCODING_FLOAT;
  }
  if (greatest < 0xff) return 1;
  if (greatest < 0xffff) return 2;
  return greatest < 0xffffffff ? 3 : ENCODING_FLOAT;
}

function isConstant(words: Int32Array, rows: number): boolean {
  const low = words[0];
  const high = words[1];
  for (let word = 2; word < rows * 2; word += 2)
    if (words[word] !== low || words[word + 1] !== high) return false;
  return true;
}

function putTexts(pages: Pages, texts: readonly (string | null)[], rows: number): number {
  const entries = new Map<string, number>();
  const indices = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const text = texts[row];
    let entry = NULL_ENTRY;
    if (text !== null) {
      entry = entries.get(text) ?? entries.size;
      if (entry === entries.size) entries.set(text, entry);
    }
    indices[row] = entry;
  }
  const encoded = [...entries.keys()].map((text) => Buffer.from(text));
  const textBytes = encoded.reduce((sum, text) => sum + text.length, 0);
  const even = textBytes + (textBytes & 1);
  pages.reserve(8 + encoded.length * 4 + even + rows * 2 + 8);
  const { page } = pages;
  let offset = page.writeUInt32LE(encoded.length, pages.length);
  offset = page.writeUInt32LE(textBytes, offset);
  let end = 0;
  for (const text of encoded) {
    end += text.length;
    offset = page.writeUInt32LE(end, offset);
  }
  for (const text of encoded) offset += text.copy(page, offset);
  if (even !== textBytes) page[offset++] = 0;
  new Uint16Array(page.buffer, page.byteOffset + offset, rows).set(indices);
  pages.length = offset + rows * 2;
  return ENCODING_TEXT;
}

function pad(pages: Pages): void {
  pages.reserve(8);
  while (pages.length % 8 !== 0) pages.page[pages.length++] = 0;
}

function padded(length: number): number {
  return (length + 7) & ~7;
}

// --- reading ------------------------------------------------------------------------------------------------

/** Bytes of the whole header, from its first 24. Throws OrbrowsDamage. */
export function headerBytes(start: Buffer): number {
  if (start.length < HEADER_BYTES || !start.subarray(0, 8).equals(MAGIC))
    throw new OrbrowsDamage("no .orbrows header");
  const version = start.readUInt32LE(8);
  if (version !== VERSION) throw new OrbrowsDamage(`version ${version} of the format, expected ${VERSION}`);
  const length = start.readUInt32LE(12);
  if (length > JSON_BYTES_MAX)
    throw new OrbrowsDamage(`header of ${length} bytes, expected at most ${JSON_BYTES_MAX}`);
  return HEADER_BYTES + padded(length);
}

/** Reads a whole header. Throws OrbrowsDamage. */
export function decodeHeader(bytes: Buffer): OrbrowsHeader {
  if (bytes.length < headerBytes(bytes)) throw new OrbrowsDamage("the file ends inside its header");
  const json = bytes.subarray(HEADER_BYTES, HEADER_BYTES + bytes.readUInt32LE(12));
  if (crc32(json) !== bytes.readUInt32LE(16)) throw new OrbrowsDamage("the header's checksum differs");
  const value = parseJson(json);
  const schema = isRecord(value) ? parseSchemaText(JSON.stringify(value["schema"])) : undefined;
  if (!isRecord(value) || schema === undefined) throw new OrbrowsDamage("the header describes no schema");
  const { extra, identity, endReasons, metadata } = value;
  if (!isTextList(identity) || !isTextList(endReasons) || !isExtraList(extra) || !isTextRecord(metadata)) {
    throw new OrbrowsDamage("the header's lists are not of the expected form");
  }
  if (identity.join() !== RAW_IDENTITY.join())
    throw new OrbrowsDamage("the identity columns are not the expected ones");
  return { schema, extra, identity, endReasons, metadata };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new OrbrowsDamage("the header is no JSON");
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === "string");
}

function isExtraList(value: unknown): value is ExtraColumn[] {
  return Array.isArray(value) && value.every(isExtra);
}

function isExtra(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value["name"] === "string" &&
    (value["kind"] === "text" || value["kind"] === "number")
  );
}

/** What stands at a block's place: its body's length, or the end of the file with the row count it promises. */
export type Mark = { kind: "block"; body: number } | { kind: "end"; rows: number };

/**
 * Reads the bytes that start a block (16) or are the end mark (24).
 *
 * @returns undefined when there are too few of them
 * @throws OrbrowsDamage
 */
export function decodeMark(bytes: Buffer): Mark | undefined {
  if (bytes.length < BLOCK_BYTES) return undefined;
  const mark = bytes.readUInt32LE(0);
  if (mark === MARK_END) return decodeEnd(bytes);
  if (mark !== MARK_BLOCK) throw new OrbrowsDamage("neither a block nor the end mark");
  const body = bytes.readUInt32LE(8);
  if (body > BODY_BYTES_MAX || body % 8 !== 0) throw new OrbrowsDamage(`a block of ${body} bytes`);
  return { kind: "block", body };
}

function decodeEnd(bytes: Buffer): Mark | undefined {
  if (bytes.length < END_BYTES) return undefined;
  if (crc32(bytes.subarray(0, 16)) !== bytes.readUInt32LE(16))
    throw new OrbrowsDamage("the end mark's checksum differs");
  return { kind: "end", rows: bytes.readDoubleLE(8) };
}

/**
 * Reads a whole block.
 *
 * @param bytes from the block's mark to its end; must start at a multiple of 8 in its buffer
 * @param header tells which columns are text
 * @throws OrbrowsDamage when anything is out of bounds or the checksum differs
 */
export function decodeBlock(bytes: Buffer, header: OrbrowsHeader): Block {
  const rows = bytes.readUInt32LE(4);
  if (rows < 1 || rows > BLOCK_ROWS_MAX) throw new OrbrowsDamage(`a block of ${rows} rows`);
  if (blockCrc(bytes, 0, bytes.length) !== bytes.readUInt32LE(12))
    throw new OrbrowsDamage("a block's checksum differs");
  const numbers = header.identity.length + header.schema.columns.length;
  const kinds = [
    ...new Array<"number">(numbers).fill("number"),
    ...header.extra.map((column) => column.kind),
  ];
  let offset = BLOCK_BYTES + kinds.length * 8;
  if (offset > bytes.length) throw new OrbrowsDamage("a block shorter than its directory");
  const columns = kinds.map((kind, index) => {
    const entry = BLOCK_BYTES + index * 8;
    const length = bytes.readUInt32LE(entry + 4);
    if (length > bytes.length - offset)
      throw new OrbrowsDamage(`column ${index} passes the end of its block`);
    const column = bytes.subarray(offset, offset + length);
    offset += padded(length);
    const encoding = bytes.readUInt32LE(entry);
    if ((encoding === ENCODING_TEXT) !== (kind === "text"))
      throw new OrbrowsDamage(`column ${index}: encoding ${encoding}`);
    return kind === "text" ? decodeTexts(column, rows) : decodeNumbers(column, rows, encoding);
  });
  return { rows, columns };
}

function decodeNumbers(bytes: Buffer, rows: number, encoding: number): Float64Array {
  const values = new Float64Array(rows);
  if (encoding === ENCODING_CONSTANT) {
    requireLength(bytes, 8);
    return values.fill(bytes.readDoubleLE(0));
  }
  if (encoding === ENCODING_FLOAT) {
    requireLength(bytes, rows * 8);
    values.set(new Float64Array(bytes.buffer, bytes.byteOffset, rows));
    return values;
  }
  const width = WHOLE_BYTES[encoding];
  if (width === undefined) throw new OrbrowsDamage(`encoding ${encoding} is not known`);
  requireLength(bytes, rows * width);
  values.set(wholeArray(encoding, bytes.buffer as ArrayBuffer, bytes.byteOffset, rows));
  const missing = 2 ** (width * 8) - 1;
  for (let row = 0; row < rows; row++) if (values[row] === missing) values[row] = NaN;
  return values;
}

function decodeTexts(bytes: Buffer, rows: number): (string | null)[] {
  if (bytes.length < 8) throw new OrbrowsDamage("a text column without its head");
  const count = bytes.readUInt32LE(0);
  const textBytes = bytes.readUInt32LE(4);
  if (count >= NULL_ENTRY || textBytes > bytes.length)
    throw new OrbrowsDamage(`a text column of ${count} entries`);
  const texts = 8 + count * 4;
  requireLength(bytes, texts + textBytes + (textBytes & 1) + rows * 2);
  const entries: string[] = [];
  let start = 0;
  for (let index = 0; index < count; index++) {
    const end = bytes.readUInt32LE(8 + index * 4);
    if (end < start || end > textBytes) throw new OrbrowsDamage("a text passes the end of its column");
    entries.push(bytes.toString("utf8", texts + start, texts + end));
    start = end;
  }
  const indices = bytes.subarray(bytes.length - rows * 2);
  return Array.from({ length: rows }, (_, row) => {
    const entry = indices.readUInt16LE(row * 2);
    if (entry !== NULL_ENTRY && entry >= count) throw new OrbrowsDamage(`text entry ${entry} of ${count}`);
    return entry === NULL_ENTRY ? null : entries[entry];
  });
}

function requireLength(bytes: Buffer, expected: number): void {
  if (bytes.length !== expected)
    throw new OrbrowsDamage(`a column of ${bytes.length} bytes, expected ${expected}`);
}
