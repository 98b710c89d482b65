// The log of a job: lines in files of bounded size, the oldest of which make room.
//
//   log-0000000000000000.txt     begins at byte 0 of the log
//   log-0000000001048612.txt     begins at byte 1,048,612
//
// A byte keeps its place in the log when older ones go, so a reader goes on where it was. Written by one process at a time.

import { closeSync, fstatSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface LogBounds {
  /** Bytes of a file. */
  pieceBytes: number;
  /** Files. */
  pieces: number;
  /** Characters of a line. */
  lineMax: number;
}

export const LOG_BOUNDS: LogBounds = { pieceBytes: 1 << 20, pieces: 4, lineMax: 4_000 };

const PIECE = /^log-(\d{16})\.txt$/;

export interface LogPart {
  /** Places of the first byte given and of the one behind the last. */
  from: number;
  to: number;
  /** Place behind the last byte there is. */
  end: number;
  /** The first byte that is still kept. */
  kept: number;
  text: string;
}

export class JobLog {
  readonly #folder: string;
  readonly #bounds: LogBounds;
  #descriptor: number | undefined;
  #start = 0;
  #length = 0;

  constructor(folder: string, bounds: LogBounds = LOG_BOUNDS) {
    this.#folder = folder;
    this.#bounds = bounds;
    this.#start = piecesAmong(readdirSync(folder)).at(-1) ?? 0;
    this.#open();
  }

  /** Place behind the last byte. */
  get end(): number {
    return this.#start + this.#length;
  }

  /** Adds one line; line ends and other controls within it become blanks, and what is too long is cut. */
  line(text: string): string {
    const plain = text.replaceAll(/\p{Cc}+/gu, " ").trimEnd();
    const { lineMax, pieceBytes } = this.#bounds;
    const shown = plain.length > lineMax ? `${plain.slice(0, lineMax - 1)}…` : plain;
    const bytes = Buffer.from(`${shown}\n`);
    if (this.#length > 0 && this.#length + bytes.length > pieceBytes) this.#rotate();
    this.#length += writeSync(this.#descriptor as number, bytes);
    return shown;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #rotate(): void {
    this.close();
    this.#start += this.#length;
    this.#open();
    const starts = piecesAmong(readdirSync(this.#folder));
    for (const start of starts.slice(0, -this.#bounds.pieces))
      rmSync(join(this.#folder, pieceName(start)), { force: true });
  }

  #open(): void {
    this.#descriptor = openSync(join(this.#folder, pieceName(this.#start)), "a");
    this.#length = fstatSync(this.#descriptor).size;
  }
}

/**
 * A part of a log of at most `bytesMax` bytes: from a place on, or its last bytes. A place that is not kept any more means the
 * first that is. Begins and ends with whole characters, wherever bytes are cut.
 */
export async function readLog(
  folder: string,
  { from, bytesMax }: { from?: number; bytesMax: number },
): Promise<LogPart> {
  const starts = piecesAmong(await readdir(folder).catch(() => []));
  const kept = starts[0] ?? 0;
  let end = kept;
  const pieces: { start: number; size: number }[] = [];
  for (const start of starts) {
    const size = await sizeOf(join(folder, pieceName(start)));
    pieces.push({ start, size });
    end = start + size;
  }
  const first = Math.min(end, Math.max(kept, from ?? end - bytesMax));
  const last = Math.min(end, first + bytesMax);
  const parts: Buffer[] = [];
  for (const { start, size } of pieces) {
    const begin = Math.max(first, start) - start;
    const stop = Math.min(last, start + size) - start;
    if (begin < stop) parts.push(await readPart(join(folder, pieceName(start)), begin, stop - begin));
  }
  const bytes = Buffer.concat(parts);
  const skipped = first === kept || from !== undefined ? 0 : behindLine(bytes);
  const text = bytes.subarray(skipped);
  const whole = last === end ? text : text.subarray(0, wholeLines(text));
  return {
    from: first + skipped,
    to: first + skipped + whole.length,
    end,
    kept,
    text: whole.toString("utf8"),
  };
}

function piecesAmong(names: readonly string[]): number[] {
  const starts = names.flatMap((name) => {
    const found = PIECE.exec(name);
    return found === null ? [] : [Number(found[1])];
  });
  return starts.sort((a, b) => a - b);
}

function pieceName(start: number): string {
  return `log-${String(start).padStart(16, "0")}.txt`;
}

/** Where the first whole line begins. */
function behindLine(bytes: Buffer): number {
  return bytes.indexOf(0x0a) + 1;
}

/** Bytes up to the end of the last whole line; all where there is none. */
function wholeLines(bytes: Buffer): number {
  const end = bytes.lastIndexOf(0x0a) + 1;
  return end === 0 ? bytes.length : end;
}

async function sizeOf(path: string): Promise<number> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return 0;
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function readPart(path: string, start: number, length: number): Promise<Buffer> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
