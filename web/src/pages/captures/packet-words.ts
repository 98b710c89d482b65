// A packet of a flow in a few words, from its layers.

import type { Schemas } from "../../api/client.ts";

export type Packets = Schemas["FlowPackets"];
export type Packet = Packets["packets"][number];

/** "SYN ACK, window 65535", "DNS question example.org": what tells packets of a flow apart. */
export function summaryOfPacket({ layers }: Packet): string {
  const field = (layer: string, name: string): string | undefined =>
    layers.find((one) => one.name === layer)?.fields.find((one) => one.name === name)?.value;
  const dns = field("DNS", "Kind");
  if (dns !== undefined) return `DNS ${dns} ${field("DNS", "Name") ?? ""}`.trim();
  const flags = field("TCP", "Flags");
  if (flags !== undefined) return `${flags}, window ${field("TCP", "Window") ?? ""}`;
  for (const icmp of ["ICMP", "ICMPv6"]) {
    const type = field(icmp, "Type");
    if (type !== undefined) return `${icmp} type ${type}, code ${field(icmp, "Code") ?? ""}`;
  }
  const names = layers.map(({ name }) => name).filter((name) => name !== "Payload");
  return names.at(-1) ?? "";
}
