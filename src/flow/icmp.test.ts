import { expect, test } from "vitest";
import { icmpCounterpart } from "./icmp.ts";

test.each([
  [1, "echo", 8, 0],
  [1, "router solicitation", 10, 9],
  [1, "timestamp", 13, 14],
  [1, "information", 15, 16],
  [1, "address mask", 17, 18],
  [58, "echo", 128, 129],
  [58, "multicast listener", 130, 131],
  [58, "router solicitation", 133, 134],
  [58, "neighbour solicitation", 135, 136],
  [58, "node information", 139, 140],
  [58, "home agent discovery", 144, 145],
])("protocol %i: %s, asked by type %i, is answered by %i", (protocol, _name, question, answer) => {
  expect(icmpCounterpart(protocol, question)).toBe(answer);
  expect(icmpCounterpart(protocol, answer)).toBe(question);
});

test("errors are answered by nothing, and neither is what is not ICMP", () => {
  for (const type of [3, 5, 11, 12]) expect(icmpCounterpart(1, type)).toBe(-1);
  for (const type of [1, 2, 3, 4, 137]) expect(icmpCounterpart(58, type)).toBe(-1);
  expect(icmpCounterpart(17, 8)).toBe(-1);
});
