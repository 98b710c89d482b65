// Community ID v1: the flow hash that security tools share (Corelight, community-id-spec, version 1).
//
// SHA-1 over seed, addresses, protocol and ports, the smaller endpoint first, in Base64 behind "1:". ICMP types that
// have a counterpart are ordered by it; other ICMP messages are one-way and keep the sender first.

import { sha1 } from "../base/hash.ts";

export interface CommunityIdInput {
  /** Eight words: source, then destination; IPv4 mapped. */
  words: ArrayLike<number>;
  protocol: number;
  /** ICMP: type. */
  sourcePort: number;
  /** ICMP: code. */
  destinationPort: number;
  seed?: number;
}

/** Message types that answer each other (ICMP: RFC 792, 950, 1256). */
const ICMP_COUNTERPARTS = new Map([
  [0, 8], [8, 0], [13, 14], [14, 13], [15, 16], [16, 15], [10, 9], [9, 10], [17, 18], [18, 17],
]); // biome-ignore format: a table
/** The same for ICMPv6 (RFC 4443, 4861, 2710, 4620). */
const ICMPV6_COUNTERPARTS = new Map([
  [128, 129], [129, 128], [133, 134], [134, 133], [135, 136], [136, 135], [130, 131], [131, 130],
  [144, 145], [145, 144], [139, 140], [140, 139],
]); // biome-ignore format: a table

export function communityId(input: CommunityIdInput): string {
  const { words, protocol } = input;
  const ipv4 = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  const sourcePort = input.sourcePort;
  let destinationPort = input.destinationPort;
  let oneWay = false;
  if (protocol === 1 || protocol === 58) {
    const counterpart = (protocol === 1 ? ICMP_COUNTERPARTS : ICMPV6_COUNTERPARTS).get(sourcePort);
    if (counterpart === undefined) oneWay = true;
    else destinationPort = counterpart;
  }
  const hasPorts = protocol === 1 || protocol === 6 || protocol === 17 || protocol === 58 || protocol === 132;
  const swap = !oneWay && sourceIsGreater(words, sourcePort, destinationPort, hasPorts);
  const size = ipv4 ? 4 : 16;
  const message = new Uint8Array(2 + size * 2 + 2 + (hasPorts ? 4 : 0));
  const view = new DataView(message.buffer);
  view.setUint16(0, input.seed ?? 0);
  writeAddress(view, 2, words, swap ? 4 : 0, ipv4);
  writeAddress(view, 2 + size, words, swap ? 0 : 4, ipv4);
  view.setUint8(2 + size * 2, protocol);
  if (hasPorts) {
    view.setUint16(4 + size * 2, swap ? destinationPort : sourcePort);
    view.setUint16(6 + size * 2, swap ? sourcePort : destinationPort);
  }
  return `1:${base64(sha1(message))}`;
}

function sourceIsGreater(
  words: ArrayLike<number>,
  sourcePort: number,
  destinationPort: number,
  hasPorts: boolean,
): boolean {
  for (let index = 0; index < 4; index++) {
    const source = words[index] >>> 0;
    const destination = words[index + 4] >>> 0;
    if (source !== destination) return source > destination;
  }
  return hasPorts && sourcePort > destinationPort;
}

function writeAddress(
  view: DataView,
  offset: number,
  words: ArrayLike<number>,
  first: number,
  ipv4: boolean,
): void {
  if (ipv4) view.setInt32(offset, words[first + 3]);
  else for (let index = 0; index < 4; index++) view.setInt32(offset + index * 4, words[first + index]);
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const group = (bytes[index] << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += BASE64[(group >>> 18) & 63] + BASE64[(group >>> 12) & 63];
    text += index + 1 < bytes.length ? BASE64[(group >>> 6) & 63] : "=";
    text += index + 2 < bytes.length ? BASE64[group & 63] : "=";
  }
  return text;
}
