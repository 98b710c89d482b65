// Access tokens against RFC 7515 and against every way to forge one that RFC 8725 names.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ACCESS_TOKEN_S, signature, signToken, verifyToken } from "./tokens.ts";

const KEY = Buffer.alloc(32, 7);
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const CLAIMS = { sub: "ann", sid: "00112233445566ff", ver: 3 };

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const HEADER = { alg: "HS256", typ: "JWT" };
const PAYLOAD = { iss: "orbweaver", ...CLAIMS, iat: NOW / 1000, exp: NOW / 1000 + 600 };

/** A token of any header and payload, signed with our key as HS256 would. */
function forged(header: unknown, payload: unknown, key: Uint8Array = KEY): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

test("the signature of RFC 7515, appendix A.1", () => {
  const key = Buffer.from(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "base64url",
  );
  const signed =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  expect(signature(signed, key).toString("base64url")).toBe("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
});

test("a token gives back its claims until it expires, to the second", () => {
  const token = signToken(CLAIMS, KEY, NOW);
  expect(token).toBe(forged(HEADER, PAYLOAD));
  expect(verifyToken(token, KEY, NOW)).toEqual(CLAIMS);
  expect(verifyToken(token, KEY, NOW + ACCESS_TOKEN_S * 1000 - 1)).toEqual(CLAIMS);
  expect(() => verifyToken(token, KEY, NOW + ACCESS_TOKEN_S * 1000)).toThrow("has expired");
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rs256 = `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(PAYLOAD)}`;

describe("what is refused", () => {
  test.each<[string, string, string]>([
    ["nothing", "", "is no access token"],
    ["two parts", "a.b", "is no access token"],
    ["four parts", `${forged(HEADER, PAYLOAD)}.x`, "is no access token"],
    [
      "the algorithm none, unsigned",
      `${encoded({ alg: "none", typ: "JWT" })}.${encoded(PAYLOAD)}.`,
      "header",
    ],
    ["the algorithm none, signed all the same", forged({ alg: "none", typ: "JWT" }, PAYLOAD), "header"],
    ["the algorithm None", forged({ alg: "None", typ: "JWT" }, PAYLOAD), "header"],
    ["HS512", forged({ alg: "HS512", typ: "JWT" }, PAYLOAD), "header"],
    ["a key in the header", forged({ ...HEADER, jwk: { kty: "oct", k: encoded("x") } }, PAYLOAD), "header"],
    ["a key's address in the header", forged({ ...HEADER, jku: "http://x" }, PAYLOAD), "header"],
    [
      "RS256",
      `${rs256}.${sign("sha256", Buffer.from(rs256), rsa.privateKey).toString("base64url")}`,
      "header",
    ],
    ["another key", forged(HEADER, PAYLOAD, Buffer.alloc(32, 8)), "not signed by this server"],
    ["an empty key", forged(HEADER, PAYLOAD, Buffer.alloc(0)), "not signed by this server"],
    ["no signature", `${encoded(HEADER)}.${encoded(PAYLOAD)}.`, "not signed by this server"],
    ["another issuer", forged(HEADER, { ...PAYLOAD, iss: "x" }), "other claims"],
    ["no expiry", forged(HEADER, { ...PAYLOAD, exp: undefined }), "other claims"],
    ["an expiry that is text", forged(HEADER, { ...PAYLOAD, exp: "never" }), "other claims"],
    ["a claim more", forged(HEADER, { ...PAYLOAD, role: "admin" }), "other claims"],
    ["no JSON", forged(HEADER, "{"), "other claims"],
    [
      "a token of tomorrow",
      forged(HEADER, { ...PAYLOAD, iat: NOW / 1000 + 86_400, exp: NOW / 1000 + 90_000 }),
      "future",
    ],
    ["ten thousand characters", forged(HEADER, { ...PAYLOAD, x: "x".repeat(10_000) }), "characters"],
  ])("%s", (_, token, message) => {
    expect(() => verifyToken(token, KEY, NOW)).toThrow(message);
  });

  test("every change of one character", () => {
    const token = signToken(CLAIMS, KEY, NOW);
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === "A" ? "B" : "A";
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      expect(() => verifyToken(changed, KEY, NOW), `character ${index}`).toThrow();
    }
  });

  test("no message holds the token", () => {
    const token = forged(HEADER, PAYLOAD, Buffer.alloc(32, 8));
    expect(() => verifyToken(token, KEY, NOW)).toThrow(expect.not.stringContaining(token.slice(40, 60)));
  });
});
