// Small files read and written whole, with the house's errors. Knows no formats.

import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type ErrorCode, OrbweaverError } from "../base/errors.ts";

const READ_FAILURES: Record<string, [ErrorCode, string]> = {
  ENOENT: ["file-missing", "no such file"],
  ENOTDIR: ["file-missing", "no such file (a part of the path is not a directory)"],
  EACCES: ["file-permission", "no permission to read it"],
  EPERM: ["file-permission", "no permission to read it"],
  EISDIR: ["file-is-directory", "is a directory, expected a file"],
};

const WRITE_FAILURES: Record<string, string> = {
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EISDIR: "it is a directory, expected a file",
  ENOTDIR: "a part of the path is not a directory",
};

/** The bytes of a file. Throws `file-missing`, `file-permission`, `file-is-directory`, `file-read`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    // A plain array: `slice` of Node's Buffer shares memory, which readers of bytes do not expect.
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

/** The first bytes of a file, fewer where it is shorter. */
export async function readStart(path: string, length: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, "r");
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw readFailure(path, cause);
  }
}

/** Writes a file that appears whole or not at all. Throws `file-write`. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const isPlain = await stat(path).then(
    (facts) => facts.isFile(),
    () => true,
  );
  const temporary = isPlain ? `${path}.${process.pid}.partial` : path;
  try {
    await writeFile(temporary, bytes);
    if (isPlain) await rename(temporary, path);
  } catch (cause) {
    if (isPlain) await rm(temporary, { force: true });
    throw writeFailure(path, cause);
  }
}

/** Characters gathered before they are written. */
const LINE_CHUNK = 1 << 18;

/** A text file written line by line in bounded memory; it appears under its name when it is closed. */
export class LineFile {
  readonly #path: string;
  readonly #written: string;
  readonly #descriptor: number;
  #text = "";

  /** Throws `file-write`. */
  constructor(path: string) {
    const facts = statSync(path, { throwIfNoEntry: false });
    this.#path = path;
    this.#written = facts === undefined || facts.isFile() ? `${path}.${process.pid}.partial` : path;
    try {
      this.#descriptor = openSync(this.#written, "w");
    } catch (cause) {
      throw writeFailure(path, cause);
    }
  }

  line(text: string): void {
    this.#text += `${text}\n`;
    if (this.#text.length >= LINE_CHUNK) this.#flush();
  }

  close(): void {
    this.#flush();
    try {
      closeSync(this.#descriptor);
      if (this.#written !== this.#path) renameSync(this.#written, this.#path);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  /** Leaves nothing behind. Never throws. */
  discard(): void {
    try {
      closeSync(this.#descriptor);
      if (this.#written !== this.#path) rmSync(this.#written, { force: true });
    } catch {
      // What cannot be closed or removed is not worth hiding the first failure.
    }
  }

  #flush(): void {
    try {
      writeSync(this.#descriptor, this.#text);
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
    this.#text = "";
  }
}

export function readFailure(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  const [code, found] = READ_FAILURES[systemCode(cause)] ?? [
    "file-read",
    `reading failed (${String(cause)})`,
  ];
  return new OrbweaverError(code, `${path}: ${found}`, { cause });
}

export function writeFailure(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  const code = systemCode(cause);
  const missing = code === "ENOENT" ? `directory '${dirname(path)}' does not exist` : undefined;
  const reason = missing ?? WRITE_FAILURES[code] ?? String(cause);
  return new OrbweaverError("file-write", `cannot write ${path}: ${reason}`, { cause });
}

function systemCode(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? "";
}
