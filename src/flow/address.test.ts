import fc from "fast-check";
import { expect, test } from "vitest";
import { addressText, parseAddress } from "./address.ts";

test.each([
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "::"],
  ["::1", "::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:0DB8::0001", "2001:db8::1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
])("%s is written %s (RFC 5952)", (text, canonical) => {
  expect(addressText(...parseAddress(text)!)).toBe(canonical);
});

test.each([
  "",
  "1.2.3",
  "1.2.3.256",
  "1.2.3.4.5",
  "g::1",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "12345::",
])("%s is no address", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test("any address survives being written and read", () => {
  const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), (words) => {
      expect(parseAddress(addressText(...words))).toEqual(words);
    }),
  );
});
