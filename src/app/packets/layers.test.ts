// Frames built by hand, written out layer by layer: what stands where, and what is cut or odd.

import { expect, test } from "vitest";
import {
  arp,
  ascii,
  be16,
  be32,
  dns,
  dnsLabels,
  ethernet,
  icmp,
  ipv4,
  ipv6,
  join,
  tcp,
  udp,
  vlan,
} from "../../../test/support/frames.ts";
import { Decoder } from "../../packet/decode.ts";
import { LINK_ETHERNET } from "../../packet/link.ts";
import { layersOf, type PacketLayer } from "./layers.ts";

function layers(frame: Uint8Array, captured = frame.length): PacketLayer[] {
  const packet = new Decoder().decode(frame, 0, captured, frame.length, 1, LINK_ETHERNET);
  return layersOf(packet, LINK_ETHERNET);
}

function value(found: readonly PacketLayer[], layer: string, name: string): string | undefined {
  return found.find((one) => one.name === layer)?.fields.find((field) => field.name === name)?.value;
}

test("TCP with options and text: layers stand in the order of the bytes and cover the frame", () => {
  const options = [2, 4, ...be16(1460), 4, 2, 8, 10, ...be32(7), ...be32(9), 1, 3, 3, 7];
  const frame = ethernet(
    0x0800,
    ipv4(
      { protocol: 6, identification: 0xabcd, dontFragment: true, ttl: 61 },
      tcp({ sequence: 4_000_000_000, flags: 0x12, options }, ascii("GET /\r\n\u0007x")),
    ),
  );
  const found = layers(frame);
  expect(found.map(({ name, start, length }) => [name, start, length])).toEqual([
    ["Ethernet", 0, 14],
    ["IPv4", 14, 20],
    ["TCP", 34, 40],
    ["Payload", 74, 9],
  ]);
  expect(value(found, "IPv4", "Identification")).toBe("0xabcd");
  expect(value(found, "IPv4", "Flags")).toBe("don't fragment");
  expect(value(found, "IPv4", "Protocol")).toBe("6 (TCP)");
  expect(value(found, "TCP", "Sequence")).toBe("4000000000");
  expect(value(found, "TCP", "Flags")).toBe("SYN ACK");
  expect(value(found, "TCP", "Options")).toBe(
    "maximum segment size 1460, SACK permitted, timestamps 7, 9, window scale 7",
  );
  expect(value(found, "Payload", "Text")).toBe("GET /\n.x");
});

test("DNS over IPv6 in a VLAN", () => {
  const question = join(dnsLabels("a<b", "example"), be16(28), be16(1));
  const message = dns({ identification: 77 }, question);
  const found = layers(
    ethernet(
      0x8100,
      vlan(42, 0x86dd, ipv6({ next: 17, hopLimit: 9 }, udp({ destinationPort: 53 }, message))),
    ),
  );
  expect(found.map(({ name }) => name)).toEqual(["Ethernet", "IPv6", "UDP", "DNS", "Payload"]);
  expect(value(found, "Ethernet", "VLAN")).toBe("42");
  expect(value(found, "IPv6", "Hop limit")).toBe("9");
  expect(value(found, "DNS", "Name")).toBe("a<b.example");
  expect([value(found, "DNS", "Identification"), value(found, "DNS", "Type")]).toEqual(["77", "28"]);
});

test("ARP and ICMP", () => {
  const asked = layers(ethernet(0x0806, arp(1)));
  expect(value(asked, "ARP", "Operation")).toBe("request");
  expect(value(asked, "ARP", "Target")).toBe("10.0.0.2");
  const echo = layers(ethernet(0x0800, ipv4({ protocol: 1 }, icmp(8, 0))));
  expect([value(echo, "ICMP", "Type"), value(echo, "ICMP", "Code")]).toEqual(["8", "0"]);
});

test("a frame that is cut shows what there is, and says what is missing", () => {
  const frame = ethernet(0x0800, ipv4({ protocol: 6 }, tcp({}, ascii("text"))));
  const found = layers(frame, 40);
  expect(found.map(({ name }) => name)).toEqual(["Ethernet", "IPv4", "Problem"]);
  expect(value(found, "Problem", "Layer")).toBe("tcp");
  for (const captured of Array.from({ length: frame.length }, (_, at) => at))
    for (const { start, length } of layers(frame, captured))
      expect(start + length, `${captured} bytes`).toBeLessThanOrEqual(captured);
});
