// A JSON document that holds rows: a list of objects, or an object with one such list. Turned into JSON lines, so that
// everything after reads lines. Documents are read whole and are bounded; what is larger should be lines.

import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { OrbweaverError } from "../base/errors.ts";
import { bytesText } from "../base/number-text.ts";
import { readError } from "./file-error.ts";
import { isRecord } from "./row-layout.ts";

const BYTES_MAX = 256 * 2 ** 20;

/** Whether a text that begins like JSON is a document and not lines: its first line is no value by itself. */
export function isJsonDocument(text: string): boolean {
  const start = text.trimStart();
  if (start.startsWith("[")) return true;
  if (!start.startsWith("{")) return false;
  try {
    JSON.parse(start.split("\n", 1)[0]);
    return false;
  } catch {
    return true;
  }
}

export interface JsonRows {
  /** Path of the list in the document, "" for the document itself. */
  place: string;
  rows: number;
}

/** Writes the document's rows as JSON lines. Throws `rows-invalid` and the file errors. */
export async function writeJsonLines(path: string, gzip: boolean, out: string): Promise<JsonRows> {
  const text = await documentText(path, gzip);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrbweaverError("rows-invalid", `'${path}' is no JSON: ${reason}`, { cause });
  }
  const { place, list } = listOf(path, value);
  await writeFile(out, list.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { place, rows: list.length };
}

async function documentText(path: string, gzip: boolean): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw readError(path, cause);
  }
  const large = new OrbweaverError(
    "rows-too-large",
    `'${path}' is a JSON document of more than ${bytesText(BYTES_MAX)}`,
    { hint: "Turn it into JSON lines, one object a line (jq -c '.[]')." },
  );
  if (bytes.length > BYTES_MAX) throw large;
  if (!gzip) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes, { maxOutputLength: BYTES_MAX }).toString("utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw large;
    throw new OrbweaverError("rows-invalid", `'${path}': its compressed data are damaged`, { cause });
  }
}

function listOf(path: string, value: unknown): { place: string; list: Record<string, unknown>[] } {
  if (isRows(value)) return { place: "", list: value };
  const lists = isRecord(value) ? Object.entries(value).filter(([, inner]) => isRows(inner)) : [];
  if (lists.length === 1) return { place: lists[0][0], list: lists[0][1] as Record<string, unknown>[] };
  const found =
    lists.length === 0
      ? "no list of objects"
      : `several lists of objects: ${lists.map(([name]) => name).join(", ")}`;
  throw new OrbweaverError(
    "rows-invalid",
    `'${path}' is a JSON document with ${found}, expected one list of rows`,
  );
}

function isRows(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
