import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { AddressPlan, addressText, ipv4, ipv6 } from "./address.ts";

test("text follows RFC 5952", () => {
  expect(addressText(ipv4(0xc0a80001))).toBe("192.168.0.1");
  const cases: [readonly [number, number, number, number], string][] = [
    [[0x20010db8, 0, 0, 1], "2001:db8::1"],
    [[0x20010db8, 0, 0x00010000, 1], "2001:db8::1:0:0:1"],
    [[0x20010db8, 0x00000001, 0x00010001, 0x00010001], "2001:db8:0:1:1:1:1:1"],
    [[0, 0, 0, 0], "::"],
    [[0xff020000, 0, 0, 0xfb], "ff02::fb"],
  ];
  for (const [words, text] of cases) expect(addressText(ipv6(words))).toBe(text);
});

test("every address is one, and its sum is that of its words", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (first, second) => {
      const four = ipv4(first);
      expect(isIPv4(addressText(four))).toBe(true);
      expect(four.sum).toBe((first >>> 16) + (first & 0xffff));
      const six = ipv6([first, second, 0, first]);
      expect(isIPv6(addressText(six))).toBe(true);
      let sum = 0;
      for (let index = 0; index < 16; index += 2) sum += (six.bytes[index] << 8) | six.bytes[index + 1];
      expect(six.sum).toBe(sum);
    }),
  );
});

test("hosts get addresses of their own; those of attackers have an odd third octet", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const plan = new AddressPlan(new Random(seed));
      const seen = new Set<number>();
      for (let index = 0; index < 500; index++) {
        const benign = plan.outside(false);
        const hostile = plan.outside(true);
        expect((benign >>> 8) & 1).toBe(0);
        expect((hostile >>> 8) & 1).toBe(1);
        seen.add(benign).add(hostile);
      }
      for (let index = 0; index < 250; index++) {
        const word = plan.inside(0);
        expect(word & 0xffffff00).toBe(plan.insideNet(0) & 0xffffff00);
        seen.add(word);
      }
      expect(seen.size).toBe(1250);
      expect((plan.spoofedInside() >>> 8) & 1).toBe(1);
    }),
    { numRuns: 20 },
  );
});
