// The one file of a zip archive: where its bytes lie and how they are packed. Source: PKWARE's APPNOTE.TXT 6.3.10.
//
// An archive ends with a record that says where its directory is:
//
//   0   4  50 4b 05 06
//   10  2  entries           12  4  bytes of the directory      16  4  place of the directory
//   20  2  bytes of a comment, which follows
//
// Each entry of the directory:
//
//   0   4  50 4b 01 02
//   8   2  flags: bit 0 encrypted        10  2  method: 0 as they are, 8 deflate
//   16  4  CRC-32             20  4  bytes packed               24  4  bytes unpacked
//   28  2  bytes of the name  30  2  bytes of extra fields      32  2  bytes of a comment
//   42  4  place of the entry's own header                      46  .  the name
//
// The own header has 30 bytes, then its own name and extra fields, whose lengths are at 26 and 28; the bytes follow. Archives with
// 64-bit fields are refused: they hold more than 4 GB.

import type { FileHandle } from "node:fs/promises";
import { OrbweaverError } from "../../base/errors.ts";

export interface ZipEntry {
  name: string;
  isDeflated: boolean;
  /** Of the packed bytes. */
  start: number;
  packed: number;
  /** Of the unpacked bytes, as the archive says. */
  unpacked: number;
  crc32: number;
}

const END_SIZE = 22;
const COMMENT_MAX = 0xffff;
const ENTRY_SIZE = 46;
const HEADER_SIZE = 30;
const ENTRIES_MAX = 1_000;
/** Bytes of a directory: names are of 65,535 bytes at the most, and people's are shorter. */
const DIRECTORY_MAX = 4 << 20;
const BEYOND = 0xffff_ffff;

/** Throws `upload-invalid` where it is no archive that can be read, or holds none or several files. */
export async function onlyEntry(file: FileHandle): Promise<ZipEntry> {
  const { size } = await file.stat();
  const end = await endRecord(file, size);
  const [count, bytes, start] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  if (start === BEYOND || bytes === BEYOND) throw invalid("has 64-bit fields, expected less than 4 GB");
  if (count > ENTRIES_MAX) throw invalid(`has ${count} entries, expected one file`);
  if (bytes > DIRECTORY_MAX || start + bytes > size) throw invalid("has a directory that it has no room for");
  const files = entriesOf(await read(file, start, bytes), count).filter(isData);
  const [only] = files;
  if (files.length !== 1 || only === undefined) {
    const names = files.slice(0, 3).map(({ name }) => name);
    throw invalid(
      files.length === 0
        ? "holds no file"
        : `holds ${files.length} files (${names.join(", ")} …), expected one`,
    );
  }
  const header = await read(file, only.start, HEADER_SIZE);
  if (header.readUInt32LE(0) !== 0x04034b50) throw invalid("is damaged: an entry has no header");
  const begin = only.start + HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (begin + only.packed > size) throw invalid("is cut");
  return { ...only, start: begin };
}

async function endRecord(file: FileHandle, size: number): Promise<Buffer> {
  const length = Math.min(size, END_SIZE + COMMENT_MAX);
  const tail = await read(file, size - length, length);
  for (let at = length - END_SIZE; at >= 0; at--)
    if (tail.readUInt32LE(at) === 0x06054b50) return tail.subarray(at);
  throw invalid("has no directory; it may be cut");
}

function entriesOf(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_SIZE > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw invalid("has a damaged directory");
    const nameSize = directory.readUInt16LE(at + 28);
    const method = directory.readUInt16LE(at + 10);
    const name = directory.toString("utf8", at + ENTRY_SIZE, at + ENTRY_SIZE + nameSize);
    const entry = {
      name,
      isDeflated: method === 8,
      start: directory.readUInt32LE(at + 42),
      packed: directory.readUInt32LE(at + 20),
      unpacked: directory.readUInt32LE(at + 24),
      crc32: directory.readUInt32LE(at + 16),
    };
    if (isData(entry)) {
      if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw invalid("is encrypted");
      if (method !== 0 && method !== 8) throw invalid(`is packed by method ${method}, expected deflate`);
      if ([entry.start, entry.packed, entry.unpacked].includes(BEYOND))
        throw invalid("has 64-bit fields, expected less than 4 GB");
    }
    entries.push(entry);
    at += ENTRY_SIZE + nameSize + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Folders, and what macOS adds, are no data. */
function isData({ name }: Pick<ZipEntry, "name">): boolean {
  return !name.endsWith("/") && !name.startsWith("__MACOSX/") && !/(^|\/)\.DS_Store$/.test(name);
}

async function read(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, start);
  if (bytesRead < length) throw invalid("is cut");
  return bytes;
}

function invalid(found: string): OrbweaverError {
  return new OrbweaverError("upload-invalid", `the zip archive ${found}`, {
    hint: "Upload the one file itself, as it is or as gzip.",
  });
}
