// Which packets are of a flow: both ways, in its time, with later fragments and the answers of ICMP, and no others.

import { expect, test } from "vitest";
import { ethernet, icmp, ipv4, tcp, udp } from "../../../test/support/frames.ts";
import { Decoder } from "../../packet/decode.ts";
import { LINK_ETHERNET } from "../../packet/link.ts";
import { type Direction, FlowMatch, type FlowWanted } from "./flow-match.ts";

const ONE = [10, 0, 0, 1];
const OTHER = [10, 0, 0, 2];
const WANTED: FlowWanted = {
  sourceAddress: "10.0.0.1",
  sourcePort: 5_000,
  destinationAddress: "10.0.0.2",
  destinationPort: 80,
  transport: "tcp",
  fromUs: 100,
  toUs: 200,
};

function asker(wanted: Partial<FlowWanted>): (frame: Uint8Array, timeUs?: number) => Direction | undefined {
  const match = new FlowMatch({ ...WANTED, ...wanted });
  const decoder = new Decoder();
  return (frame, timeUs = 150) =>
    match.directionOf(decoder.decode(frame, 0, frame.length, frame.length, timeUs, LINK_ETHERNET));
}

const between = (source: number[], destination: number[], protocol: number) => ({
  source,
  destination,
  protocol,
});

test("both directions, between its first and last packet", () => {
  const ask = asker({});
  const there = ethernet(
    0x0800,
    ipv4(between(ONE, OTHER, 6), tcp({ sourcePort: 5_000, destinationPort: 80 })),
  );
  const back = ethernet(
    0x0800,
    ipv4(between(OTHER, ONE, 6), tcp({ sourcePort: 80, destinationPort: 5_000 })),
  );
  expect([ask(there), ask(back)]).toEqual(["forward", "backward"]);
  expect([ask(there, 99), ask(there, 100), ask(back, 200), ask(back, 201)]).toEqual([
    undefined,
    "forward",
    "backward",
    undefined,
  ]);
  const others = [
    ipv4(between(ONE, OTHER, 6), tcp({ sourcePort: 5_001, destinationPort: 80 })),
    ipv4(between(OTHER, ONE, 6), tcp({ sourcePort: 5_000, destinationPort: 80 })),
    ipv4(between(ONE, [10, 0, 0, 3], 6), tcp({ sourcePort: 5_000, destinationPort: 80 })),
    ipv4(between(ONE, OTHER, 17), udp({ sourcePort: 5_000, destinationPort: 80 })),
  ];
  for (const other of others) expect(ask(ethernet(0x0800, other))).toBeUndefined();
});

test("later fragments of its datagrams, and of no others", () => {
  const ask = asker({ transport: "udp" });
  const payload = new Uint8Array(64);
  const fragment = (identification: number, fragmentOffset: number, moreFragments: boolean) =>
    ethernet(
      0x0800,
      ipv4(
        { ...between(ONE, OTHER, 17), identification, fragmentOffset, moreFragments },
        fragmentOffset === 0 ? udp({ sourcePort: 5_000, destinationPort: 80 }, payload) : payload,
      ),
    );
  expect(ask(fragment(7, 72, false))).toBeUndefined();
  expect(ask(fragment(7, 0, true))).toBe("forward");
  expect(ask(fragment(7, 72, false))).toBe("forward");
  expect(ask(fragment(8, 72, false))).toBeUndefined();
});

test("ICMP: a question by its type, and what answers it", () => {
  const ask = asker({ transport: "icmp", sourcePort: 8, destinationPort: 0 });
  const echo = (source: number[], destination: number[], type: number) =>
    ethernet(0x0800, ipv4(between(source, destination, 1), icmp(type, 0)));
  expect(ask(echo(ONE, OTHER, 8))).toBe("forward");
  expect(ask(echo(OTHER, ONE, 0))).toBe("backward");
  expect(ask(echo(OTHER, ONE, 8))).toBeUndefined();
  expect(ask(echo(OTHER, ONE, 3))).toBeUndefined();
});

test("what is no address or transport is refused", () => {
  expect(() => asker({ sourceAddress: "somebody" })).toThrow("source_address");
  expect(() => asker({ transport: "carrier pigeon" })).toThrow("transport");
});
