// What every driver asks of a commit before it takes it, and how a body becomes text. Knows no driver.

import { OrbweaverError } from "../base/errors.ts";
import type { Change, Json } from "./contract.ts";

/** Characters of the name of a collection or a document. */
const NAME_MAX = 256;
/** Changes of one commit. */
export const CHANGES_MAX = 10_000;
/** Bytes of all bodies of one commit; what is larger is an object. */
export const COMMIT_BYTES_MAX = 16 * 2 ** 20;

const OBJECT = /^[0-9a-f]{64}$/;
const CONTROL = /\p{Cc}/u;

/** A change whose body is text: what drivers keep. Without `text` the document is removed. */
export interface TextChange {
  collection: string;
  id: string;
  expected?: number;
  text?: string;
}

/** Throws `store-limit` for what is too much or has no usable name. */
export function textChanges(changes: readonly Change[]): TextChange[] {
  if (changes.length === 0 || changes.length > CHANGES_MAX)
    throw tooMuch(`a commit has ${changes.length} changes, expected 1 to ${CHANGES_MAX}`);
  let bytes = 0;
  const seen = new Set<string>();
  return changes.map((change) => {
    const { collection, id, expected } = change;
    for (const name of [collection, id]) requireName(name);
    const key = `${collection}\n${id}`;
    if (seen.has(key)) throw tooMuch(`a commit changes ${collection}/${id} twice, expected once`);
    seen.add(key);
    if (!("body" in change)) return { collection, id, expected };
    const text = JSON.stringify(change.body);
    bytes += Buffer.byteLength(text);
    if (bytes > COMMIT_BYTES_MAX)
      throw tooMuch(
        `a commit has more than ${COMMIT_BYTES_MAX} bytes, expected less; keep more as an object`,
      );
    return { collection, id, expected, text };
  });
}

function requireName(name: string): void {
  const isUsable = name.length > 0 && name.length <= NAME_MAX && !CONTROL.test(name) && isWellFormed(name);
  if (!isUsable)
    throw tooMuch(
      `a name is ${JSON.stringify(name.slice(0, 40))}, expected 1 to ${NAME_MAX} printable characters`,
    );
}

/** Whether no half of a surrogate pair stands alone: such text has no bytes in UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function tooMuch(message: string): OrbweaverError {
  return new OrbweaverError("store-limit", message);
}

/** The error of a document that is not as `expected`; `found` is its revision, 0 where it is not there. */
export function conflict({ collection, id, expected }: TextChange, found: number): OrbweaverError {
  const is = found === 0 ? "is not there" : `has revision ${found}`;
  const wanted = expected === 0 ? "that it is not there" : `revision ${expected}`;
  return new OrbweaverError("store-conflict", `${collection}/${id} ${is}, expected ${wanted}`);
}

/** Whether text is the digest of an object. */
export function isObjectName(text: string): boolean {
  return OBJECT.test(text);
}

/** Throws `store-damaged` for what is no digest, and so can be nowhere. */
export function requireObjectName(place: string, object: string): void {
  if (isObjectName(object)) return;
  throw new OrbweaverError(
    "store-damaged",
    `${place}: ${JSON.stringify(object.slice(0, 80))} is no object's digest`,
  );
}

/** The digests among the strings of a body. */
export function objectsNamed(body: Json, found: Set<string>): void {
  if (typeof body === "string") {
    if (isObjectName(body)) found.add(body);
  } else if (typeof body === "object" && body !== null) {
    for (const part of Object.values(body)) objectsNamed(part, found);
  }
}
