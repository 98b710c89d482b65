// What may be a name and a password.

import { expect, test } from "vitest";
import { checkName, checkPassword, NAME_PATTERN } from "./names.ts";

test.each(["ann", "a1", "ann.smith@example.org", "ci-runner_2", "0x", "a".repeat(64)])(
  "%s is a name",
  (name) => {
    expect(() => checkName(name, "a user", "user-invalid")).not.toThrow();
  },
);

test.each([
  "",
  "a",
  "Ann",
  "ann ",
  " ann",
  "-ann",
  "ann-",
  ".x",
  "a/b",
  "../x",
  "a\u0000b",
  "a\nb",
  "änn",
  "=cmd",
  "@sum",
  "__proto__",
  "a".repeat(65),
  "a".repeat(1_000_000),
])("%j is none", (name) => {
  expect(() => checkName(name, "a user", "user-invalid")).toThrow("is no name of a user, expected 2 to 64");
});

test("the pattern takes no time on long text", () => {
  expect(NAME_PATTERN.test(`a${".".repeat(1_000_000)}!`)).toBe(false);
});

test.each([
  ["short", "has 5 characters, expected 12 to 256"],
  ["x".repeat(257), "has 257 characters"],
  ["aaaaaaaaaaaa", "fewer than 5 different"],
  ["abcdabcdabcdabcd", "fewer than 5 different"],
  ["correct\nhorse battery", "control characters"],
  ["annabelle.smith1", "little more than the user's name"],
])("the password %j is refused, and not told", (password, message) => {
  const check = (): void => checkPassword(password, "annabelle.smith");
  expect(check).toThrow(message);
  expect(check).not.toThrow(password);
});

test.each(["correct horse battery", "aB3$aB3$xyz!", "пароль который длинный"])(
  "%j may be a password",
  (password) => {
    expect(() => checkPassword(password, "ann")).not.toThrow();
  },
);
