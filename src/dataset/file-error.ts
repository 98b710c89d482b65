// Turns what the file system says into the house's errors, one clear line each. Knows no formats.

import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { OrbweaverError } from "../base/errors.ts";

/** System error codes met while reading, and what they mean to the user. */
const READ_ERRORS = {
  ENOENT: ["file-missing", "does not exist"],
  ENOTDIR: ["file-missing", "does not exist: a part of the path is a file"],
  EACCES: ["file-permission", "may not be read by this user"],
  EPERM: ["file-permission", "may not be read by this user"],
  EISDIR: ["file-is-directory", "is a folder, expected a file"],
} as const;

/** The same while writing; every one of them is `file-write`. */
const WRITE_ERRORS: Record<string, string> = {
  EACCES: "no permission to write there",
  EPERM: "no permission to write there",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be too large for the file system",
  EISDIR: "it is a folder, expected a file",
  ENOTDIR: "a part of the path is a file, expected a folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};

/** The error to throw when reading `path` failed with `cause`. */
export function readError(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  const entry = READ_ERRORS[systemCode(cause) as keyof typeof READ_ERRORS];
  if (entry !== undefined) return new OrbweaverError(entry[0], `'${path}' ${entry[1]}`, { cause });
  return new OrbweaverError("file-read", `'${path}' cannot be read: ${messageOf(cause)}`, { cause });
}

/** The error to throw when writing `path` failed with `cause`. */
export function writeError(path: string, cause: unknown): OrbweaverError {
  if (cause instanceof OrbweaverError) return cause;
  const code = systemCode(cause);
  const reason =
    code === "ENOENT" ? `folder '${dirname(path)}' does not exist` : (WRITE_ERRORS[code] ?? messageOf(cause));
  return new OrbweaverError("file-write", `cannot write '${path}': ${reason}`, { cause });
}

/** Throws unless `path` is something that can be read as a file; returns its size in bytes. */
export async function requireReadable(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw Object.assign(new Error("folder"), { code: "EISDIR" });
    return facts.size;
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** The code of a system error, also of one that DuckDB reports as text; "" when there is none. */
function systemCode(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  const message = messageOf(cause);
  if (/no space left|could not write all bytes|failed to write/i.test(message)) return "ENOSPC";
  if (/permission denied/i.test(message)) return "EACCES";
  return "";
}

/** A text from a file as one short piece of a message: no line ends or other controls, at most 60 characters. */
export function shown(text: unknown): string {
  const plain = String(text ?? "").replaceAll(/\p{Cc}+/gu, " ");
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain;
}

export function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0];
}
