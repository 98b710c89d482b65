// Our secrets: their form, and that nothing else passes for one.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { newSecret, parseSecret, SECRET_TEXT_LENGTH, sameText } from "./secrets.ts";

const bytes = (count: number): Uint8Array => new Uint8Array(count).fill(0xfb);

test("a secret is its kind, its id and 256 bits; its digest is SHA-256", () => {
  const secret = newSecret("key", bytes);
  expect(secret.text).toBe(`orbkey_fbfbfbfbfbfbfbfb_${Buffer.alloc(32, 0xfb).toString("base64url")}`);
  expect(secret.text).toHaveLength(SECRET_TEXT_LENGTH);
  expect(secret.digest).toBe(createHash("sha256").update(secret.text).digest("base64url"));
  expect(parseSecret("key", secret.text)).toEqual(secret);
});

test("a key is no refresh token, and neither is anything else", () => {
  const { text } = newSecret("key", bytes);
  expect(parseSecret("refresh", text)).toBeUndefined();
  for (const other of ["", "orbkey", text.slice(1), `${text}x`, text.toUpperCase(), text.replace("_f", "_g")])
    expect(parseSecret("key", other), other).toBeUndefined();
});

test("texts are the same or not", () => {
  expect(sameText("abc", "abc")).toBe(true);
  expect(sameText("abc", "abd")).toBe(false);
  expect(sameText("abc", "abcd")).toBe(false);
  expect(sameText("é", "e")).toBe(false);
});
