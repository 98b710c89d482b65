// Names of DNS, from a packet's first question to text. The decoder (assembly/dns.ts) finds the name and leaves it in the
// capture, in wire form: labels, each with its length (1 byte) before it, and a final 0 (RFC 1035, section 3.1).

import type { Packet } from "./packet.ts";

/**
 * The first question's name as text: labels joined by dots, no final dot, "." for the root, "" when there is none. A dot
 * or backslash inside a label is written "\." or "\\", any byte that is not printable ASCII "\DDD" (RFC 4343, section 2.1).
 */
export function dnsName(packet: Packet): string {
  if (packet.dnsNameLength === 0) return "";
  const { bytes } = packet;
  const end = packet.dnsNameOffset + packet.dnsNameLength;
  const labels: string[] = [];
  let at = packet.dnsNameOffset;
  while (at < end && bytes[at] !== 0) {
    const next = at + 1 + bytes[at];
    let label = "";
    for (let index = at + 1; index < next; index++) label += escaped(bytes[index]);
    labels.push(label);
    at = next;
  }
  return labels.length === 0 ? "." : labels.join(".");
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "." || character === "\\") return `\\${character}`;
  return byte > 0x20 && byte < 0x7f ? character : `\\${byte.toString().padStart(3, "0")}`;
}
