import { createHash } from "node:crypto";
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, hex, sha1, sha1Short, sha256 } from "./hash.ts";

test("sha1 and sha256 equal the platform's on any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(hex(sha1(bytes))).toBe(createHash("sha1").update(bytes).digest("hex"));
      expect(hex(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
  );
});

test("crc32 equals the published check value and continues", () => {
  const bytes = new TextEncoder().encode("123456789");
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  if (zlibCrc32) expect(crc32(bytes)).toBe(zlibCrc32(bytes));
});

test("sha1Short equals sha1 on every length it takes, whatever the block held before", () => {
  const block = new Uint8Array(64).fill(0xff);
  const state = new Int32Array(5);
  for (let length = 0; length <= 55; length++) {
    const message = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 0xff);
    block.set(message);
    sha1Short(new DataView(block.buffer), length, state);
    const digest = [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    expect(digest).toBe(hex(sha1(message)));
  }
});
