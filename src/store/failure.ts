// Turns what the system says of files of a store into the house's errors. Knows no store.

import { OrbweaverError } from "../base/errors.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large for the file system",
  ENOTDIR: "a part of the path is a file, expected a folder",
  EISDIR: "it is a folder, expected a file",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** Throws `file-write`. */
export function writeFailed(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  return new OrbweaverError("file-write", `cannot write ${path}: ${wordsOf(cause)}`, { cause });
}

/** Throws `file-permission` or `file-read`. */
export function readFailed(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  const code = systemCode(cause) === "EACCES" ? "file-permission" : "file-read";
  return new OrbweaverError(code, `cannot read ${path}: ${wordsOf(cause)}`, { cause });
}

export function systemCode(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
}

function wordsOf(cause: unknown): string {
  return WORDS[systemCode(cause)] ?? String((cause as Error | undefined)?.message ?? cause).split("\n", 1)[0];
}
