// Secrets that we make: their text, their digests, and how they are compared. Knows no store and no requests.
//
// A secret of 32 random bytes cannot be guessed, so a plain SHA-256 keeps it safe at rest; only passwords, which people
// choose, need a slow hash.

import { createHash, timingSafeEqual } from "node:crypto";

/** Gives so many random bytes, not to be foretold; `randomBytes` of node:crypto. */
export type RandomBytes = (count: number) => Uint8Array;

const SECRET_BYTES = 32;
const ID_BYTES = 8;
/** Of SECRET_BYTES in base64url: ⌈32 · 8 / 6⌉. */
const SECRET_LENGTH = 43;

/** Beginnings of our secrets, so that people and scanners of leaks know them when they see them. */
export const SECRET_KINDS = { key: "orbkey", refresh: "orbref" } as const;
export type SecretKind = keyof typeof SECRET_KINDS;

/** As it is shown to its owner, once: orbkey_1f2e3d4c5b6a7988_SECRET. */
export interface Secret {
  /** Names its document; no secret. */
  id: string;
  text: string;
  /** SHA-256 of the text, in base64url: what is kept. */
  digest: string;
}

const FORM = /^(orbkey|orbref)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** Characters of a secret's text. */
export const SECRET_TEXT_LENGTH = 6 + 1 + 2 * ID_BYTES + 1 + SECRET_LENGTH;

export function newId(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(ID_BYTES)).toString("hex");
}

export function newSecret(kind: SecretKind, randomBytes: RandomBytes, id = newId(randomBytes)): Secret {
  const secret = Buffer.from(randomBytes(SECRET_BYTES)).toString("base64url");
  const text = `${SECRET_KINDS[kind]}_${id}_${secret}`;
  return { id, text, digest: digestOf(text) };
}

/** The secret of a text, or nothing where it is none of that kind. */
export function parseSecret(kind: SecretKind, text: string): Secret | undefined {
  if (text.length !== SECRET_TEXT_LENGTH) return undefined;
  const match = FORM.exec(text);
  if (match === null || match[1] !== SECRET_KINDS[kind]) return undefined;
  return { id: match[2], text, digest: digestOf(text) };
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Compares in a time that tells nothing of where they differ. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
