// Frames with other addresses: every IPv4 and IPv6 address in the headers that can be reached becomes what a cipher makes
// of it, and checksums are moved along.
//
// Reached are: the IP header of a frame; IP headers in IP-in-IP, 6in4, GRE and VXLAN, up to four deep; IP headers that ICMP
// errors quote, and the gateway of a redirect; ARP; the targets of IPv6 neighbour discovery. Checksums are moved by the
// difference (RFC 1624), so a wrong one stays wrong by as much. Nothing else is touched: not hardware addresses, not
// payloads, not options of IPv4 or extension headers of IPv6. The frame given is not changed; a copy is handed on.

import { Decoder } from "../packet/decode.ts";
import {
  LAYER_ARP,
  LAYER_ETHERNET,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_TCP,
  LAYER_UDP,
  type Packet,
} from "../packet/packet.ts";
import type { FrameHandler } from "./contract.ts";
import type { CryptoPan } from "./crypto-pan.ts";

export interface AnonymiseOptions {
  /** Cut frames behind their headers. */
  headersOnly?: boolean;
}

/** What became of the frames. */
export interface AnonymiseCounts {
  frames: number;
  /** Frames with an address that was replaced. */
  changed: number;
  /** Frames in which no address was found; they are handed on as they are. */
  unchanged: number;
  /** Bytes cut off. */
  bytesCut: number;
}

const LINK_ETHERNET = 1;
const LINK_PPP = 9;
const LINK_RAW = 101;
const DEPTH_MAX = 4;
const ETHERNET_BYTES = 14;
const ETHERTYPE_ARP = 0x0806;
const ETHERTYPE_BRIDGED = 0x6558;
const ETHERTYPE_PPP = 0x880b;
const ETHERTYPES_IP = [0x0800, 0x86dd];
const TAGS = [0x8100, 0x88a8, 0x9100];
const PROTOCOL_IP_IN_IP = 4;
const PROTOCOL_6IN4 = 41;
const PROTOCOL_GRE = 47;
const PORT_VXLAN = 4789;
const VXLAN_BYTES = 8;
const ICMP_QUOTING = [3, 4, 5, 11, 12];
const ICMP_REDIRECT = 5;
const ICMPV6_QUOTING = [1, 2, 3, 4];
/** Neighbour solicitation and advertisement have one address, redirect two. */
const NEIGHBOUR_TARGETS: Readonly<Record<number, readonly number[]>> = { 135: [8], 136: [8], 137: [8, 24] };

/** A checksum, and the first byte of what it covers. */
interface Cover {
  checksum: number;
  start: number;
  /** 0 means that there is none. */
  optional: boolean;
}

/** A piece of a frame to look into. */
interface Part {
  start: number;
  captured: number;
  wire: number;
  linkType: number;
  depth: number;
}

/** Looks into what begins at an offset; `more` are checksums over it beside those known. */
type Enter = (start: number, linkType: number, more?: readonly Cover[]) => void;

export class Anonymiser implements FrameHandler {
  readonly #cipher: CryptoPan;
  readonly #target: FrameHandler;
  readonly #headersOnly: boolean;
  readonly #decoders = Array.from({ length: DEPTH_MAX + 1 }, () => new Decoder());
  readonly #words = new Int32Array(4);
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #found = false;
  readonly #counts: AnonymiseCounts = { frames: 0, changed: 0, unchanged: 0, bytesCut: 0 };

  constructor(cipher: CryptoPan, target: FrameHandler, options: AnonymiseOptions = {}) {
    this.#cipher = cipher;
    this.#target = target;
    this.#headersOnly = options.headersOnly ?? false;
  }

  get counts(): AnonymiseCounts {
    return { ...this.#counts };
  }

  frame(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void {
    this.#copy(bytes, start, capturedLength);
    this.#found = false;
    this.#end = capturedLength;
    const part = { start: 0, captured: capturedLength, wire: wireLength, linkType, depth: 0 };
    const packet = this.#anonymise(part, []);
    this.#counts.frames++;
    if (this.#found) this.#counts.changed++;
    else this.#counts.unchanged++;
    const length = this.#headersOnly ? headersEnd(packet, capturedLength) : capturedLength;
    this.#counts.bytesCut += capturedLength - length;
    this.#target.frame(this.#bytes, 0, length, wireLength, timestampUs, linkType);
  }

  #copy(bytes: Uint8Array, start: number, length: number): void {
    if (this.#bytes.length < length) {
      this.#bytes = new Uint8Array(length + 4096);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(bytes.subarray(start, start + length));
  }

  /** Replaces the addresses of one IP or ARP header and of what lies in it; `covers` are checksums over all of it. */
  #anonymise({ start, captured, wire, linkType, depth }: Part, covers: readonly Cover[]): Packet {
    const packet = this.#decoders[depth].decode(this.#bytes, start, captured, wire, 0, linkType);
    if (packet.ipVersion !== 0) this.#header(packet, covers, depth);
    else if ((packet.layers & LAYER_ARP) !== 0) this.#arp(packet, covers);
    return packet;
  }

  #header(packet: Packet, covers: readonly Cover[], depth: number): void {
    const { ipOffset, ipVersion } = packet;
    const own: Cover[] = [];
    if (ipVersion === 4) own.push({ checksum: ipOffset + 10, start: ipOffset, optional: false });
    const transport = transportCover(packet, this.#end);
    // ICMP of IPv4 does not cover addresses; the others do, by a pseudo-header whose parts lie at even places.
    if (transport !== undefined && (packet.layers & LAYER_ICMP) === 0)
      own.push({ ...transport, start: ipOffset });
    const size = ipVersion === 4 ? 4 : 16;
    const first = ipOffset + (ipVersion === 4 ? 12 : 8);
    this.#replace(first, size, own, covers);
    this.#replace(first + size, size, own, covers);
    if (depth === DEPTH_MAX) return;
    this.#inside(packet, transport === undefined ? covers : [...covers, transport], depth);
  }

  /** What lies in the packet: another header in a tunnel, or one that an ICMP message tells of. */
  #inside(packet: Packet, covers: readonly Cover[], depth: number): void {
    const { protocol, payloadOffset, transportOffset } = packet;
    if (packet.fragmentOffset !== 0) return;
    const end = Math.min(this.#end, packet.payloadOffset + packet.payloadCaptured);
    const into: Enter = (start, linkType, more = []) => {
      const captured = end - start;
      if (captured > 0) {
        const wire = Math.max(captured, packet.payloadOffset + packet.payloadLength - start);
        this.#anonymise({ start, captured, wire, linkType, depth: depth + 1 }, [...covers, ...more]);
      }
    };
    if (protocol === PROTOCOL_IP_IN_IP || protocol === PROTOCOL_6IN4) into(payloadOffset, LINK_RAW);
    else if (protocol === PROTOCOL_GRE) this.#generic(payloadOffset, end, into);
    else if ((packet.layers & LAYER_UDP) !== 0 && packet.destinationPort === PORT_VXLAN) {
      into(payloadOffset + VXLAN_BYTES, LINK_ETHERNET);
    } else if ((packet.layers & LAYER_ICMP) !== 0) {
      if (packet.icmpType === ICMP_REDIRECT) this.#replace(transportOffset + 4, 4, [], covers);
      if (ICMP_QUOTING.includes(packet.icmpType)) into(transportOffset + 8, LINK_RAW);
    } else if ((packet.layers & LAYER_ICMPV6) !== 0) {
      for (const at of NEIGHBOUR_TARGETS[packet.icmpType] ?? [])
        this.#replace(transportOffset + at, 16, [], covers);
      if (ICMPV6_QUOTING.includes(packet.icmpType)) into(transportOffset + 8, LINK_RAW);
    }
  }

  /** GRE (RFC 2784, 2890): flags and version, EtherType, and 4 bytes for each of checksum, key and number. */
  #generic(at: number, end: number, into: Enter): void {
    if (at + 4 > end) return;
    const flags = this.#view.getUint16(at);
    const type = this.#view.getUint16(at + 2);
    if ((flags & 7) === 1 && type === ETHERTYPE_PPP) {
      // Enhanced GRE of PPTP (RFC 2637) always has a key; a number of what was received may follow that of what is sent.
      const numbers = [0x1000, 0x0080].filter((bit) => (flags & bit) !== 0).length;
      into(at + 8 + 4 * numbers, LINK_PPP);
    }
    if ((flags & 7) !== 0) return;
    const options = [0x8000, 0x2000, 0x1000].filter((bit) => (flags & bit) !== 0).length;
    const more = (flags & 0x8000) === 0 ? [] : [{ checksum: at + 4, start: at, optional: false }];
    if (ETHERTYPES_IP.includes(type)) into(at + 4 + 4 * options, LINK_RAW, more);
    else if (type === ETHERTYPE_BRIDGED) into(at + 4 + 4 * options, LINK_ETHERNET, more);
  }

  /** ARP of IPv4 over anything with 6-byte addresses: sender's address 14 bytes behind its start, target's 24. */
  #arp(packet: Packet, covers: readonly Cover[]): void {
    if ((packet.layers & LAYER_ETHERNET) === 0) return;
    let at = packet.start + 12;
    while (at + 4 <= this.#end && TAGS.includes(this.#view.getUint16(at))) at += 4;
    if (at + 2 > this.#end || this.#view.getUint16(at) !== ETHERTYPE_ARP) return;
    const header = at + 2;
    if (header + 28 > this.#end || this.#view.getUint16(header + 4) !== 0x0604) return;
    this.#replace(header + 14, 4, [], covers);
    this.#replace(header + 24, 4, [], covers);
  }

  /** Replaces an address of 4 or 16 bytes. `own` are checksums of its packet, which `covers` cover with all the rest. */
  #replace(at: number, size: number, own: readonly Cover[], covers: readonly Cover[]): void {
    if (at + size > this.#end) return;
    this.#found = true;
    const words = this.#words;
    const view = this.#view;
    if (size === 4) words[0] = this.#cipher.address4(view.getInt32(at));
    else {
      for (let index = 0; index < 4; index++) words[index] = view.getInt32(at + 4 * index);
      this.#cipher.replace(words, 0);
    }
    for (let index = 0; index < size / 2; index++) {
      const value = (words[index >>> 1] >>> (index % 2 === 0 ? 16 : 0)) & 0xffff;
      const before = view.getUint16(at + 2 * index);
      this.#write(at + 2 * index, value, covers);
      for (const cover of own) this.#adjust(cover, at + 2 * index, before, value, covers);
    }
  }

  #write(at: number, value: number, covers: readonly Cover[]): void {
    const before = this.#view.getUint16(at);
    this.#view.setUint16(at, value);
    for (const [index, cover] of covers.entries()) {
      // A checksum is itself covered by those of the packets around it.
      this.#adjust(cover, at, before, value, covers.slice(0, index));
    }
  }

  /** RFC 1624: HC' = ~(~HC + ~m + m'). Words at odd places of what is covered count with their bytes swapped. */
  #adjust(cover: Cover, at: number, before: number, after: number, covers: readonly Cover[]): void {
    if (cover.checksum + 2 > this.#end || before === after) return;
    const sum = this.#view.getUint16(cover.checksum);
    if (cover.optional && sum === 0) return;
    const odd = ((at - cover.start) & 1) === 1;
    const [from, to] = odd ? [swapped(before), swapped(after)] : [before, after];
    let total = (~sum & 0xffff) + (~from & 0xffff) + to;
    total = (total & 0xffff) + (total >>> 16);
    total = (total & 0xffff) + (total >>> 16);
    const result = ~total & 0xffff;
    this.#write(cover.checksum, cover.optional && result === 0 ? 0xffff : result, covers);
  }
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >>> 8);
}

/** The checksum of the packet's transport header, when the packet begins with it and it was captured. */
function transportCover(packet: Packet, end: number): Cover | undefined {
  const place = checksumPlace(packet);
  if (place === undefined || packet.fragmentOffset !== 0) return undefined;
  const start = packet.transportOffset;
  if (start + place + 2 > end) return undefined;
  return { checksum: start + place, start, optional: (packet.layers & LAYER_UDP) !== 0 };
}

function checksumPlace({ layers }: Packet): number | undefined {
  if ((layers & LAYER_TCP) !== 0) return 16;
  if ((layers & LAYER_UDP) !== 0) return 6;
  return (layers & (LAYER_ICMP | LAYER_ICMPV6)) !== 0 ? 2 : undefined;
}

/** Where the headers of a frame end: its payload, or the Ethernet header where nothing else is known. */
function headersEnd(packet: Packet, captured: number): number {
  if (packet.ipVersion !== 0) {
    const behindIp = packet.ipOffset + packet.ipHeaderLength;
    return Math.min(captured, packet.hasTransport === 0 ? behindIp : packet.payloadOffset);
  }
  if ((packet.layers & LAYER_ARP) !== 0) return captured;
  return Math.min(captured, (packet.layers & LAYER_ETHERNET) === 0 ? 0 : ETHERNET_BYTES);
}
