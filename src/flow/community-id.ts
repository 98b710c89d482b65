// Community ID v1: the flow hash that security tools share (Corelight, community-id-spec, version 1).
//
// SHA-1 over seed, addresses, protocol and ports, the smaller endpoint first, in Base64 behind "1:". ICMP types that
// have a counterpart are ordered by it; other ICMP messages are one-way and keep the sender first.

import { sha1Short } from "../base/hash.ts";
import { icmpCounterpart } from "./icmp.ts";

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

export function communityId(input: CommunityIdInput): string {
  const { words, protocol } = input;
  const ipv4 = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  const sourcePort = input.sourcePort;
  let destinationPort = input.destinationPort;
  let oneWay = false;
  if (protocol === 1 || protocol === 58) {
    const counterpart = icmpCounterpart(protocol, sourcePort);
    if (counterpart < 0) oneWay = true;
    else destinationPort = counterpart;
  }
  const hasPorts = protocol === 1 || protocol === 6 || protocol === 17 || protocol === 58 || protocol === 132;
  const swap = !oneWay && sourceIsGreater(words, sourcePort, destinationPort, hasPorts);
  const size = ipv4 ? 4 : 16;
  MESSAGE.setUint16(0, input.seed ?? 0);
  writeAddress(MESSAGE, 2, words, swap ? 4 : 0, ipv4);
  writeAddress(MESSAGE, 2 + size, words, swap ? 0 : 4, ipv4);
  MESSAGE.setUint16(2 + size * 2, protocol << 8);
  if (hasPorts) {
    MESSAGE.setUint16(4 + size * 2, swap ? destinationPort : sourcePort);
    MESSAGE.setUint16(6 + size * 2, swap ? sourcePort : destinationPort);
  }
  sha1Short(MESSAGE, 4 + size * 2 + (hasPorts ? 4 : 0), DIGEST);
  return `1:${base64(DIGEST)}`;
}

/** The message and its digest, reused: an identifier is made for every flow. */
const MESSAGE = new DataView(new ArrayBuffer(64));
const DIGEST = new Int32Array(5);

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

/** Base64 of every 12-bit group. */
const BASE64_PAIRS = Array.from({ length: 4096 }, (_, group) => BASE64[group >>> 6] + BASE64[group & 63]);

/** Base64 of five big-endian words: 13 groups of 12 bits, the last 4 bits, and the padding. */
function base64(words: Int32Array): string {
  let text = "";
  for (let bit = 0; bit < 156; bit += 12) {
    const word = bit >>> 5;
    const shift = 20 - (bit & 31);
    const group =
      shift >= 0 ? words[word] >>> shift : (words[word] << -shift) | (words[word + 1] >>> (32 + shift));
    text += BASE64_PAIRS[group & 0xfff];
  }
  return `${text}${BASE64[(words[4] & 15) << 2]}=`;
}
