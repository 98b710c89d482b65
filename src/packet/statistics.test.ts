import { expect, test } from "vitest";
import { decodeWith } from "../../test/support/decode.ts";
import {
  arp,
  dns,
  dnsLabels,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  join,
  sctp,
  tcp,
  udp,
  vlan,
} from "../../test/support/frames.ts";
import { Decoder } from "./decode.ts";
import { LAYER_ETHERNET, LAYER_IPV4, LAYER_TCP } from "./packet.ts";
import { PROBLEM_ETHERTYPE, PROBLEM_TCP_DATA_OFFSET } from "./problems.ts";
import { LAYERS } from "./statistics.ts";

const QUESTION = dns({}, join(dnsLabels("org"), [0, 1, 0, 1]));

function counted(): Decoder {
  const decoder = new Decoder();
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 6 }, tcp({}, [1, 2]))));
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 6 }, tcp({ headerWords: 2 }))));
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 17 }, udp({ destinationPort: 53 }, QUESTION))));
  decodeWith(decoder, ethernet(0x8100, vlan(1, 0x86dd, ipv6({ next: 58 }, icmp(128, 0)))));
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 132 }, sctp(1, 2))), { captured: 42 });
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 1, fragmentOffset: 8 }, [1, 2, 3])));
  decodeWith(decoder, ethernet(0x0806, arp(1)));
  decodeWith(decoder, ethernet(0x88cc, [1, 2]));
  return decoder;
}

test("packets are counted by layer, protocol and problem", () => {
  expect(counted().statistics.report()).toEqual({
    packets: 8,
    bytes: 56 + 54 + 63 + 66 + 46 + 37 + 42 + 16,
    capturedBytes: 56 + 54 + 63 + 66 + 42 + 37 + 42 + 16,
    cutFrames: 1,
    layers: {
      ethernet: 8,
      vlan: 1,
      arp: 1,
      ipv4: 5,
      ipv6: 1,
      fragments: 1,
      tcp: 2,
      udp: 1,
      sctp: 1,
      icmpv6: 1,
      dns: 1,
      other: 1,
    },
    ipProtocols: { 1: 1, 6: 2, 17: 1, 58: 1, 132: 1 },
    problems: [
      { layer: "ethernet", reason: "EtherType", kind: "unsupported", packets: 1 },
      { layer: "tcp", reason: "data offset", kind: "malformed", packets: 1 },
      { layer: "sctp", reason: "header cut", kind: "cut", packets: 1 },
    ],
  });
});

test("single counts", () => {
  const { statistics } = counted();
  expect(statistics.layer(LAYER_TCP)).toBe(2);
  expect(statistics.ipProtocol(6)).toBe(2);
  expect(statistics.ipProtocol(256)).toBe(0);
  expect(statistics.problem(PROBLEM_TCP_DATA_OFFSET)).toBe(1);
  expect(statistics.problem(PROBLEM_ETHERTYPE)).toBe(1);
  expect(statistics.problem(0)).toBe(5);
  expect(
    ["none", "malformed", "cut", "unsupported"].map((kind) => statistics.problemsOfKind(kind as "none")),
  ).toEqual([5, 1, 1, 1]);
});

test("two decoders' counts add up", () => {
  const first = counted().statistics;
  first.merge(counted().statistics);
  expect(first.packets).toBe(16);
  expect(first.layer(LAYER_ETHERNET)).toBe(16);
  expect(first.layer(LAYER_IPV4)).toBe(10);
  expect(first.problemsOfKind("malformed")).toBe(2);
  expect(first.other).toBe(2);
});

test("the summary tells what is not 0", () => {
  expect(counted().statistics.summary().split("\n")).toEqual([
    "8 packets, 380 bytes on the wire",
    "captured in part (snap length): 1",
    "ethernet 8, vlan 1, arp 1, ipv4 5, ipv6 1, fragments 1, tcp 2, udp 1, sctp 1, icmpv6 1, dns 1, other 1",
    "malformed: tcp: data offset (1)",
    "cut: sctp: header cut (1)",
    "unsupported: ethernet: EtherType (1)",
  ]);
  expect(new Decoder().statistics.summary()).toBe("0 packets, 0 bytes on the wire");
});

test("large counts are grouped by thousands", () => {
  const decoder = new Decoder();
  decodeWith(decoder, ethernet(0x0800, ipv4({ protocol: 6 }, tcp({}))), { wire: 1_234_567 });
  expect(decoder.statistics.summary()).toContain("1,234,567 bytes");
});

test("every layer bit is in the table once", () => {
  const bits = LAYERS.map(({ layer }) => layer).sort((first, second) => first - second);
  expect(bits).toEqual(Array.from({ length: bits.length }, (_, index) => 1 << index));
});
