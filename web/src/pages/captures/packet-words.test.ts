// A packet in a few words, packets along a time, and names of sources made of names of files.

import { expect, test } from "vitest";
import { type Packet, summaryOfPacket } from "./packet-words.ts";
import { sourceName } from "./source-name.ts";
import { timelinePoints } from "./timeline.ts";

function packet(...layers: [string, Record<string, string>][]): Packet {
  return {
    layers: layers.map(([name, fields]) => ({
      name,
      start: 0,
      length: 1,
      fields: Object.entries(fields).map(([field, value]) => ({ name: field, value })),
    })),
  } as Packet;
}

test("a packet is told by what it is for", () => {
  expect(summaryOfPacket(packet(["IPv4", {}], ["TCP", { Flags: "SYN", Window: "1024" }]))).toBe(
    "SYN, window 1024",
  );
  expect(
    summaryOfPacket(packet(["UDP", {}], ["DNS", { Kind: "question", Name: "a.example" }], ["Payload", {}])),
  ).toBe("DNS question a.example");
  expect(summaryOfPacket(packet(["ICMP", { Type: "8", Code: "0" }]))).toBe("ICMP type 8, code 0");
  expect(summaryOfPacket(packet(["IPv4", {}], ["Payload", {}]))).toBe("IPv4");
});

test("packets stand after the first, backward ones downwards", () => {
  const points = timelinePoints([
    { timestamp_us: 5_000_000, direction: "forward", wire_length: 60 },
    { timestamp_us: 5_500_000, direction: "backward", wire_length: 1_500 },
  ]);
  expect(points).toEqual({ forward: [[0, 60, 1]], backward: [[0.5, -1_500, 2]] });
});

test("a source is called after its file, in letters that a name may have", () => {
  expect(sourceName("Office Monday.pcap.gz")).toBe("office-monday.pcap.gz");
  expect(sourceName('"><svg>.pcap')).toBe("svg-.pcap");
  expect(sourceName("***")).toBe("capture");
  expect(sourceName("x".repeat(200)).length).toBe(60);
});
