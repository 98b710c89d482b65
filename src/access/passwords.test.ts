// Hashes of passwords against RFC 7914's own scrypt vector, and what is guaranteed around them.

import { createHash, scryptSync } from "node:crypto";
import { expect, test } from "vitest";
import { COSTS_DEFAULT, passwordHasher, WAITING_MAX } from "./passwords.ts";

const CHEAP = { log2N: 4, r: 1, p: 1 };
const salts = (count: number): Uint8Array =>
  new Uint8Array(createHash("sha512").update(String(turn++)).digest()).slice(0, count);
let turn = 0;

test("a hash is scrypt's, with its costs and salt written beside it", async () => {
  const hasher = passwordHasher(() => Buffer.from("SodiumChloride!!"), { log2N: 14, r: 8, p: 1 });
  const text = await hasher.hash("pleaseletmein");
  const expected = scryptSync("pleaseletmein", "SodiumChloride!!", 32, { N: 16_384, r: 8, p: 1 });
  expect(text).toBe(
    `$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGUhIQ$${expected.toString("base64").replace("=", "")}`,
  );
});

test("RFC 7914, section 12: the function is the one that is meant", () => {
  const hash = scryptSync("pleaseletmein", "SodiumChloride", 64, { N: 16_384, r: 8, p: 1 });
  expect(hash.toString("hex")).toMatch(/^7023bdcb3afd7348461c06cd81fd38eb/);
});

test("the costs are those that OWASP names: 128 MiB for a guess", async () => {
  expect(128 * 2 ** COSTS_DEFAULT.log2N * COSTS_DEFAULT.r).toBe(128 * 2 ** 20);
  const hasher = passwordHasher(salts);
  const text = await hasher.hash("correct horse battery");
  expect(text).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
  expect(await hasher.verify("correct horse battery", text)).toBe(true);
});

test("the password counts and nothing else", async () => {
  const hasher = passwordHasher(salts, CHEAP);
  const text = await hasher.hash("correct horse battery");
  expect(await hasher.verify("correct horse battery", text)).toBe(true);
  for (const wrong of ["", "correct horse batter", "Correct horse battery", "correct horse battery "])
    expect(await hasher.verify(wrong, text), wrong).toBe(false);
  expect(await hasher.hash("correct horse battery")).not.toBe(text);
});

test("the same characters count, however they are spelt", async () => {
  const hasher = passwordHasher(salts, CHEAP);
  const text = await hasher.hash("caf\u00e9 au lait, sucre");
  expect(await hasher.verify("cafe\u0301 au lait, sucre", text)).toBe(true);
});

test("hashes of other costs still count, and are said to be outdated", async () => {
  const older = await passwordHasher(salts, CHEAP).hash("correct horse battery");
  const hasher = passwordHasher(salts, { log2N: 5, r: 1, p: 1 });
  expect(hasher.isOutdated(older)).toBe(true);
  expect(await hasher.verify("correct horse battery", older)).toBe(true);
  expect(hasher.isOutdated(await hasher.hash("x"))).toBe(false);
});

test("one run of scrypt for a right password, a wrong one, a long one, no user, and what is no hash", async () => {
  const hasher = passwordHasher(salts, CHEAP);
  const text = await hasher.hash("correct horse battery");
  const cases: [string, string | undefined][] = [
    ["correct horse battery", text],
    ["wrong", text],
    ["x".repeat(100_000), text],
    ["correct horse battery", undefined],
    ["correct horse battery", "$scrypt$ln=99,r=8,p=1$x$y"],
    ["", "$2b$10$"],
  ];
  for (const [password, hash] of cases) {
    const before = hasher.runs;
    expect(await hasher.verify(password, hash)).toBe(hash === text && password.startsWith("correct"));
    expect(hasher.runs - before).toBe(1);
  }
});

test("a hash that asks for too much memory is none", async () => {
  const hasher = passwordHasher(salts, CHEAP);
  const greedy = (await hasher.hash("x")).replace("ln=4,", "ln=30,");
  expect(await hasher.verify("x", greedy)).toBe(false);
});

test("two at a time, so many wait, and the next is told to come again", async () => {
  const hasher = passwordHasher(salts, CHEAP);
  const all = Array.from({ length: WAITING_MAX + 4 }, () =>
    hasher.hash("x").then(
      () => "done",
      (failure) => failure,
    ),
  );
  const results = await Promise.all(all);
  expect(results.filter((result) => result === "done")).toHaveLength(WAITING_MAX + 2);
  const refused = results.filter((result) => result !== "done");
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({ code: "rate-limited", retryAfterS: 5 });
  expect(await hasher.hash("x")).toContain("$scrypt$");
});
