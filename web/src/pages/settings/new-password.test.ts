// Passwords that are made: all letters alike, groups of five.

import { expect, test } from "vitest";
import { newPassword } from "./new-password.ts";

test("a password is what chance says, and every letter comes from as many bytes", () => {
  expect(newPassword((bytes) => bytes.fill(0))).toBe("aaaaa-aaaaa-aaaaa-aaaaa-aaaaa");
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const letter = newPassword((bytes) => bytes.fill(byte)).charAt(0);
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect([...new Set(counts.values())]).toEqual([8]);
  const made = newPassword((bytes) => crypto.getRandomValues(bytes));
  expect(made).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){4}$/);
});
