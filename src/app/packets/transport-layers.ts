// The layers above the network's, written out for people: TCP, UDP, SCTP, ICMP, DNS, and the start of the payload as text.

import { dnsName } from "../../packet/dns.ts";
import { type Packet, PROTOCOL_ICMPV6 } from "../../packet/packet.ts";
import type { LayerField, PacketLayer } from "./layers.ts";

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const;
const TCP_HEADER_BYTES = 20;
/** Payload that is shown as text. */
const TEXT_BYTES = 512;

function layer(packet: Packet, name: string, fields: LayerField[]): PacketLayer {
  const { start, transportOffset, transportHeaderLength, capturedLength } = packet;
  const at = transportOffset - start;
  return { name, start: at, length: Math.min(transportHeaderLength, capturedLength - at), fields };
}

export function tcpLayer(packet: Packet): PacketLayer {
  const { bytes, transportOffset, transportHeaderLength, tcpFlags } = packet;
  const flags = TCP_FLAGS.filter((_, bit) => (tcpFlags & (1 << bit)) !== 0);
  return layer(packet, "TCP", [
    ...portFields(packet),
    { name: "Sequence", value: unsigned(packet.sequence) },
    { name: "Acknowledgment", value: unsigned(packet.acknowledgment) },
    { name: "Header length", value: `${transportHeaderLength} bytes` },
    { name: "Flags", value: flags.join(" ") || "none" },
    { name: "Window", value: String(packet.window) },
    { name: "Checksum", value: hexWord(bytes, transportOffset + 16) },
    ...(packet.urgentPointer > 0 ? [{ name: "Urgent pointer", value: String(packet.urgentPointer) }] : []),
    ...tcpOptions(packet),
  ]);
}

/** Options in their order (RFC 9293, 3.2; RFC 7323; RFC 2018); what makes no sense ends the list. */
function tcpOptions({ bytes, start, capturedLength, transportOffset, transportHeaderLength }: Packet) {
  const end = Math.min(transportOffset + transportHeaderLength, start + capturedLength);
  const told: string[] = [];
  for (let at = transportOffset + TCP_HEADER_BYTES; at < end; ) {
    const kind = bytes[at];
    if (kind === 0) break;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = bytes[at + 1];
    if (at + 2 > end || length < 2 || at + length > end) break;
    told.push(optionText(bytes, at, kind, length));
    at += length;
  }
  return told.length === 0 ? [] : [{ name: "Options", value: told.join(", ") }];
}

function optionText(bytes: Uint8Array, at: number, kind: number, length: number): string {
  if (kind === 2 && length === 4) return `maximum segment size ${word(bytes, at + 2)}`;
  if (kind === 3 && length === 3) return `window scale ${bytes[at + 2]}`;
  if (kind === 4) return "SACK permitted";
  if (kind === 5) return `SACK, ${(length - 2) / 8} blocks`;
  if (kind === 8 && length === 10) return `timestamps ${long(bytes, at + 2)}, ${long(bytes, at + 6)}`;
  return `option ${kind}, ${length} bytes`;
}

export function udpLayer(packet: Packet): PacketLayer {
  const { bytes, transportOffset } = packet;
  return layer(packet, "UDP", [
    ...portFields(packet),
    { name: "Length", value: `${word(bytes, transportOffset + 4)} bytes` },
    { name: "Checksum", value: hexWord(bytes, transportOffset + 6) },
  ]);
}

export function sctpLayer(packet: Packet): PacketLayer {
  return layer(packet, "SCTP", portFields(packet));
}

export function icmpLayer(packet: Packet): PacketLayer {
  const { protocol, icmpType, icmpCode, icmpIdentifier, icmpSequence } = packet;
  return layer(packet, protocol === PROTOCOL_ICMPV6 ? "ICMPv6" : "ICMP", [
    { name: "Type", value: String(icmpType) },
    { name: "Code", value: String(icmpCode) },
    { name: "Checksum", value: hexWord(packet.bytes, packet.transportOffset + 2) },
    { name: "Identifier", value: String(icmpIdentifier) },
    { name: "Sequence", value: String(icmpSequence) },
  ]);
}

/** Header and first question; the bytes are those of the payload. */
export function dnsLayer(packet: Packet): PacketLayer {
  const { start, payloadOffset, payloadCaptured, dnsFlags } = packet;
  return {
    name: "DNS",
    start: payloadOffset - start,
    length: payloadCaptured,
    fields: [
      { name: "Identification", value: String(packet.dnsIdentification) },
      { name: "Kind", value: (dnsFlags & 0x8000) === 0 ? "question" : `answer, code ${dnsFlags & 15}` },
      { name: "Questions", value: String(packet.dnsQuestions) },
      { name: "Answers", value: String(packet.dnsAnswers) },
      { name: "Name", value: dnsName(packet) },
      { name: "Type", value: String(packet.dnsQuestionType) },
    ],
  };
}

export function payloadLayer(packet: Packet): PacketLayer {
  const { bytes, start, payloadOffset, payloadLength, payloadCaptured } = packet;
  const shown = bytes.subarray(payloadOffset, payloadOffset + Math.min(payloadCaptured, TEXT_BYTES));
  return {
    name: "Payload",
    start: payloadOffset - start,
    length: payloadCaptured,
    fields: [
      { name: "Length", value: `${payloadLength} bytes` },
      ...(payloadCaptured < payloadLength ? [{ name: "Captured", value: `${payloadCaptured} bytes` }] : []),
      { name: payloadCaptured > TEXT_BYTES ? `First ${TEXT_BYTES} bytes` : "Text", value: printable(shown) },
    ],
  };
}

/** Printable ASCII as it is, lines as lines, a dot for all else. */
function printable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes)
    text +=
      (byte >= 0x20 && byte < 0x7f) || byte === 0x0a ? String.fromCharCode(byte) : byte === 0x0d ? "" : ".";
  return text;
}

function portFields({ sourcePort, destinationPort }: Packet): LayerField[] {
  return [
    { name: "Source port", value: String(sourcePort) },
    { name: "Destination port", value: String(destinationPort) },
  ];
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function long(bytes: Uint8Array, at: number): number {
  return ((word(bytes, at) << 16) | word(bytes, at + 2)) >>> 0;
}

function unsigned(value: number): string {
  return String(value >>> 0);
}

function hexWord(bytes: Uint8Array, at: number): string {
  return `0x${word(bytes, at).toString(16).padStart(4, "0")}`;
}
