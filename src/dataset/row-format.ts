// Tells what a file of rows is by its content, never by its name.

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { OrbweaverError } from "../base/errors.ts";
import { readError, requireReadable } from "./file-error.ts";
import { MAGIC } from "./orbrows.ts";
import { stopWhenAsked } from "./stop.ts";

export interface RowFileKind {
  format: "csv" | "parquet" | "jsonl" | "orbrows";
  /** Only text formats may be compressed. */
  gzip: boolean;
  bytes: number;
  /** The first bytes, decompressed; at most HEAD_BYTES. */
  head: Buffer;
}

/** A text file to be read. */
export interface TextFile {
  path: string;
  gzip: boolean;
  /** Ends reading with `cancelled`. */
  signal?: AbortSignal;
}

export const HEAD_BYTES = 1 << 20;

/** First bytes of pcap in either byte order, precision and variant, and of pcapng. */
const CAPTURES = ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a"];

/** Starts of files that people give by mistake, and what to do with them. */
const STRANGERS: { start: Buffer; what: string; hint: string }[] = [
  ...CAPTURES.map((magic) => ({
    start: Buffer.from(magic, "hex"),
    what: "a capture",
    hint: "Turn it into rows first: `orbweaver meter FILE --out rows.parquet`.",
  })),
  {
    start: Buffer.from("28b52ffd", "hex"),
    what: "compressed with zstd",
    hint: "Decompress it first: `zstd -d FILE`.",
  },
  { start: Buffer.from("504b0304", "hex"), what: "a zip archive", hint: "Unpack it first." },
];

/** Whether a file is a capture, plain or gzip, and no rows. Throws the file errors. */
export async function isCaptureFile(path: string): Promise<boolean> {
  await requireReadable(path);
  const start = await firstBytes(path);
  const head = isGzip(start) ? await firstUnzipped(path) : start;
  return CAPTURES.includes(head.subarray(0, 4).toString("hex"));
}

function isGzip(start: Buffer): boolean {
  return start.length > 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/** Throws the file errors, and `rows-format` when it is none of the formats. */
export async function tellRowFile(path: string): Promise<RowFileKind> {
  const bytes = await requireReadable(path);
  const start = await firstBytes(path);
  if (start.length === 0) throw new OrbweaverError("rows-format", `'${path}' is empty, expected rows`);
  const gzip = isGzip(start);
  const head = gzip ? await firstUnzipped(path) : start;
  const format = formatOf(path, head);
  if (gzip && (format === "parquet" || format === "orbrows")) {
    throw new OrbweaverError("rows-format", `'${path}' is a ${format} file inside gzip`, {
      hint: "Decompress it first: `gunzip FILE`.",
    });
  }
  return { format, gzip, bytes, head };
}

function formatOf(path: string, head: Buffer): RowFileKind["format"] {
  if (head.subarray(0, 4).toString("latin1") === "PAR1") return "parquet";
  if (head.subarray(0, 8).equals(MAGIC)) return "orbrows";
  const stranger = STRANGERS.find(({ start }) => head.subarray(0, start.length).equals(start));
  if (stranger !== undefined) {
    throw new OrbweaverError("rows-format", `'${path}' is ${stranger.what}, expected rows`, {
      hint: stranger.hint,
    });
  }
  if (head.includes(0)) {
    throw new OrbweaverError("rows-format", `'${path}' is a binary file of another kind, expected rows`);
  }
  const text = head
    .subarray(0, 4096)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text === "") throw new OrbweaverError("rows-format", `'${path}' holds blanks only, expected rows`);
  return /^[{[]/.test(text) ? "jsonl" : "csv";
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, "r");
    try {
      const buffer = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw readError(path, cause);
  }
}

async function firstUnzipped(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of textBytes({ path, gzip: true })) {
    parts.push(part);
    length += part.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

/**
 * The bytes of a text file, decompressed, in pieces. Throws `rows-invalid` when the compressed data are damaged, and
 * `cancelled`.
 */
export async function* textBytes({ path, gzip, signal }: TextFile): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const stream = gzip ? file.pipe(createGunzip({ chunkSize: 1 << 18 })) : file;
  if (gzip) file.once("error", (failure) => stream.destroy(failure));
  try {
    for await (const part of stream) {
      stopWhenAsked(signal);
      yield part as Buffer;
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("Z_")) throw readError(path, cause);
    const what = code === "Z_BUF_ERROR" ? "its compressed data end early" : "its compressed data are damaged";
    throw new OrbweaverError("rows-invalid", `'${path}': ${what}`, { hint: "Copy the file again.", cause });
  } finally {
    stream.destroy();
    file.destroy();
  }
}
