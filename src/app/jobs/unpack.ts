// Uploads that are packed, unpacked before a job reads them: gzip, and zip archives of one file.
//
// What it guarantees: what comes out is bounded, whatever an archive says of itself: in bytes, as a multiple of what went in, and by
// the room that the disk has; what was written of more is removed. A file that is unpacked is whole: its sums are checked.

import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip, createInflateRaw } from "node:zlib";
import { OrbweaverError } from "../../base/errors.ts";
import { requireRoom } from "../../job/keeping.ts";
import { onlyEntry, type ZipEntry } from "./zip-entry.ts";

export interface UnpackBounds {
  /** Bytes that may come out. */
  bytesMax: number;
  /** Times what went in that may come out; rows as text shrink to a tenth, very regular ones to a hundredth. */
  ratioMax: number;
  /** Bytes that may come out whatever went in. */
  freeBytes: number;
  /** Bytes that stay free on the disk. */
  roomMin: number;
}

export const UNPACK_BOUNDS: UnpackBounds = {
  bytesMax: 100 * 2 ** 30,
  ratioMax: 200,
  freeBytes: 64 * 2 ** 20,
  roomMin: 2 ** 30,
};
/** How often the disk is looked at. */
const LOOK_BYTES = 64 << 20;
const BUFFER_BYTES = 1 << 20;

type Packing = "gzip" | "zip";

/** Undefined for a file that is not packed. */
export async function packingOf(path: string): Promise<Packing | undefined> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(4);
    await file.read(head, 0, 4, 0);
    if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
    return head.readUInt32LE(0) === 0x04034b50 ? "zip" : undefined;
  } finally {
    await file.close();
  }
}

/**
 * Unpacks a file into a folder, and gives the name that it has there. One that is there already is taken as it is.
 *
 * @throws `upload-grows`, `upload-invalid`, `disk-full`, `cancelled`
 */
export async function unpack(
  path: string,
  packing: Packing,
  folder: string,
  { signal, bounds = UNPACK_BOUNDS }: { signal?: AbortSignal; bounds?: UnpackBounds } = {},
): Promise<string> {
  const entry = packing === "zip" ? await zipEntry(path) : undefined;
  const name = nameOf(entry?.name ?? basename(path));
  const target = join(folder, name);
  if ((await stat(target).catch(() => undefined)) !== undefined) return name;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const bytesIn = entry?.packed ?? (await stat(path)).size;
  const gate = new Gate(bytesIn, folder, bounds);
  const partial = `${target}.partial`;
  const file = await open(partial, "w", 0o600);
  try {
    const source =
      entry === undefined
        ? createReadStream(path, { highWaterMark: BUFFER_BYTES })
        : packedBytes(path, entry);
    const out = file.createWriteStream();
    if (entry?.isDeflated === false) await pipeline(source, gate, out, { signal });
    else
      await pipeline(source, entry === undefined ? createGunzip() : createInflateRaw(), gate, out, {
        signal,
      });
    if (entry !== undefined) checkSums(entry, gate);
    await rename(partial, target);
    return name;
  } catch (failure) {
    await rm(partial, { force: true });
    throw told(failure, packing, signal);
  } finally {
    await file.close().catch(() => undefined);
  }
}

async function zipEntry(path: string): Promise<ZipEntry> {
  const file = await open(path, "r");
  try {
    return await onlyEntry(file);
  } finally {
    await file.close();
  }
}

function packedBytes(path: string, { start, packed }: ZipEntry): Readable {
  const options = { start, end: start + packed - 1, highWaterMark: BUFFER_BYTES };
  return createReadStream(path, packed === 0 ? { start: 0, end: -1 } : options);
}

/** A name that means no folder, without the ending of what it was packed as. */
function nameOf(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const plain = last
    .replaceAll(/[^A-Za-z0-9._+-]+/g, "_")
    .replace(/^[.-]+/, "")
    .replace(/\.(gz|gzip)$/i, "");
  return plain.slice(-100) || "file";
}

/** Counts what comes out, and ends it where it is too much. */
class Gate extends Transform {
  bytes = 0;
  crc32 = 0;
  readonly #bytesIn: number;
  readonly #folder: string;
  readonly #bounds: UnpackBounds;
  #lookAt = 0;

  constructor(bytesIn: number, folder: string, bounds: UnpackBounds) {
    super();
    this.#bytesIn = bytesIn;
    this.#folder = folder;
    this.#bounds = bounds;
  }

  override _transform(
    piece: Buffer,
    _: string,
    done: (failure?: Error | null, piece?: Buffer) => void,
  ): void {
    this.bytes += piece.length;
    this.crc32 = crc32(piece, this.crc32);
    const problem = this.#problem();
    if (problem !== undefined) done(new OrbweaverError("upload-grows", problem));
    else if (this.bytes < this.#lookAt) done(null, piece);
    else {
      this.#lookAt = this.bytes + LOOK_BYTES;
      requireRoom(this.#folder, this.#bounds.roomMin + LOOK_BYTES).then(() => done(null, piece), done);
    }
  }

  #problem(): string | undefined {
    const { bytesMax, ratioMax, freeBytes } = this.#bounds;
    if (this.bytes > bytesMax) return `the upload grows to more than ${bytesMax} bytes when it is unpacked`;
    if (this.bytes > freeBytes && this.bytes > ratioMax * this.#bytesIn)
      return `the upload grows to more than ${ratioMax} times its size when it is unpacked`;
    return undefined;
  }
}

function checkSums(entry: ZipEntry, { bytes, crc32: found }: Gate): void {
  if (bytes === entry.unpacked && found === entry.crc32) return;
  throw new OrbweaverError("upload-invalid", "the zip archive is damaged: its file is not what it says");
}

function told(failure: unknown, packing: Packing, signal: AbortSignal | undefined): unknown {
  if (failure instanceof OrbweaverError) return failure;
  if (signal?.aborted) return new OrbweaverError("cancelled", "unpacking was stopped");
  const code = (failure as NodeJS.ErrnoException).code ?? "";
  if (!code.startsWith("Z_")) return failure;
  return new OrbweaverError(
    "upload-invalid",
    `the upload is no whole ${packing}: ${(failure as Error).message}`,
  );
}
