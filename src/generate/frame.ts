// Builds Ethernet frames of IPv4, IPv6, TCP, UDP, ICMP and ICMPv6 with right lengths and checksums, in one buffer.
//
// Use: `route` says from whom to whom; `startPayload` says how long the transport header is; `append*` writes payload;
// `finish*` writes the headers in front of it and returns the frame's length. Knows no sessions and no time.
//
//   0          14 (18 with a VLAN tag)   34, 54, ...            transport header         payload
//   | Ethernet | IPv4 20 or IPv6 40 | TCP 20 + options, UDP 8, ICMP 8 | ...  | zeros up to 60 bytes
//
// Sources: RFC 791, 792, 768, 8200, 4443, 9293; checksums after RFC 1071.

import type { Address } from "./address.ts";
import type { Host } from "./host.ts";
import { PayloadArena } from "./payload.ts";

const MINIMUM_FRAME = 60;
/** Bytes of the largest IP packet on Ethernet, and of the payload of a fragment of that size. */
const MTU = 1500;
const FRAGMENT_BYTES = 1480;

export interface Route {
  sourceMac: Uint8Array;
  destinationMac: Uint8Array;
  source: Address;
  destination: Address;
  ttl: number;
  trafficClass: number;
  identification: number;
  dontFragment: boolean;
}

export class FrameBuilder {
  readonly arena = new PayloadArena();
  readonly bytes: Uint8Array;
  /** VLAN tag of all frames, -1 for none. */
  vlan = -1;
  /** Fill short frames with zeros to 60 bytes, as they are on the wire. */
  padding: "none" | "received" | "all" = "none";
  /** TCP options of the next segment; a multiple of four bytes. */
  readonly options = new Uint8Array(40);
  optionsLength = 0;

  readonly #route: Route = {
    sourceMac: new Uint8Array(6),
    destinationMac: new Uint8Array(6),
    source: { version: 4, bytes: new Uint8Array(4), sum: 0, word: 0 },
    destination: { version: 4, bytes: new Uint8Array(4), sum: 0, word: 0 },
    ttl: 64,
    trafficClass: 0,
    identification: 0,
    dontFragment: true,
  };
  #inside = false;
  #network = 14;
  #transport = 34;
  #payload = 54;
  #at = 54;
  #sum = 0;
  /** Flag and offset of the fragment being written. */
  #fragment = 0;

  constructor() {
    this.bytes = this.arena.bytes;
  }

  /** From host to host, with their habits. The returned record may be changed until `finish*`. */
  route(from: Host, to: Host, version: 4 | 6): Route {
    const route = this.#route;
    route.sourceMac = from.mac;
    route.destinationMac = to.mac;
    route.source = from.address(version);
    route.destination = to.address(version);
    route.ttl = from.ttl;
    route.trafficClass = 0;
    route.dontFragment = from.flavour.dontFragment;
    route.identification = version === 4 ? from.identification(route.dontFragment) : 0;
    this.#inside = from.inside;
    return route;
  }

  /** Begins the payload behind a transport header of the given size. */
  startPayload(transportHeaderLength: number): void {
    this.#network = this.vlan >= 0 ? 18 : 14;
    this.#transport = this.#network + (this.#route.source.version === 4 ? 20 : 40);
    this.#payload = this.#transport + transportHeaderLength;
    this.#at = this.#payload;
    this.#sum = 0;
  }

  get payloadLength(): number {
    return this.#at - this.#payload;
  }

  /** Copies bytes `from` … `to` of a small array. */
  append(source: Uint8Array, from = 0, to = source.length): void {
    const { bytes } = this;
    let at = this.#at;
    let high = ((at - this.#payload) & 1) === 0;
    let sum = this.#sum;
    for (let index = from; index < to; index++) {
      const byte = source[index];
      bytes[at++] = byte;
      sum += high ? byte << 8 : byte;
      high = !high;
    }
    this.#at = at;
    this.#sum = sum;
  }

  /** Copies bytes `offset` … `offset + length` of the body that begins at `base` of the pools. */
  appendBody(base: number, offset: number, length: number): void {
    const position = this.arena.position(base, offset);
    this.bytes.copyWithin(this.#at, position, position + length);
    const sum = this.arena.wordSum(position, length);
    // Behind an odd number of bytes, high and low change places; a swapped one's complement sum is the sum's swap.
    if ((this.#at - this.#payload) & 1) {
      const folded = fold(sum);
      this.#sum += ((folded & 0xff) << 8) | (folded >>> 8);
    } else this.#sum += sum;
    this.#at += length;
  }

  finishTcp(
    sourcePort: number,
    destinationPort: number,
    segment: { sequence: number; acknowledgment: number; flags: number; window: number },
  ): number {
    const { bytes } = this;
    const at = this.#transport;
    const headerLength = 20 + this.optionsLength;
    const { sequence, acknowledgment } = segment;
    bytes[at] = sourcePort >>> 8;
    bytes[at + 1] = sourcePort;
    bytes[at + 2] = destinationPort >>> 8;
    bytes[at + 3] = destinationPort;
    bytes[at + 4] = sequence >>> 24;
    bytes[at + 5] = sequence >>> 16;
    bytes[at + 6] = sequence >>> 8;
    bytes[at + 7] = sequence;
    bytes[at + 8] = acknowledgment >>> 24;
    bytes[at + 9] = acknowledgment >>> 16;
    bytes[at + 10] = acknowledgment >>> 8;
    bytes[at + 11] = acknowledgment;
    bytes[at + 12] = (headerLength >>> 2) << 4;
    bytes[at + 13] = segment.flags;
    bytes[at + 14] = segment.window >>> 8;
    bytes[at + 15] = segment.window;
    bytes[at + 18] = 0;
    bytes[at + 19] = 0;
    let sum = sourcePort + destinationPort + (sequence >>> 16) + (sequence & 0xffff);
    sum += (acknowledgment >>> 16) + (acknowledgment & 0xffff);
    sum += ((headerLength >>> 2) << 12) + segment.flags + segment.window;
    for (let index = 0; index < this.optionsLength; index += 2) {
      const high = this.options[index];
      const low = this.options[index + 1];
      bytes[at + 20 + index] = high;
      bytes[at + 21 + index] = low;
      sum += (high << 8) + low;
    }
    this.#writeChecksum(at + 16, sum + this.#pseudoSum(6, headerLength), false);
    return this.#finishNetwork(6);
  }

  finishUdp(sourcePort: number, destinationPort: number): number {
    const { bytes } = this;
    const at = this.#transport;
    const length = 8 + this.payloadLength;
    bytes[at] = sourcePort >>> 8;
    bytes[at + 1] = sourcePort;
    bytes[at + 2] = destinationPort >>> 8;
    bytes[at + 3] = destinationPort;
    bytes[at + 4] = length >>> 8;
    bytes[at + 5] = length;
    this.#writeChecksum(at + 6, sourcePort + destinationPort + length + this.#pseudoSum(17, 8), true);
    return this.#finishNetwork(17);
  }

  /** ICMP on IPv4 routes, ICMPv6 on IPv6 routes. `rest` is the second word of the header. */
  finishIcmp(type: number, code: number, rest: number): number {
    const { bytes } = this;
    const at = this.#transport;
    const six = this.#route.source.version === 6;
    bytes[at] = type;
    bytes[at + 1] = code;
    bytes[at + 4] = rest >>> 24;
    bytes[at + 5] = rest >>> 16;
    bytes[at + 6] = rest >>> 8;
    bytes[at + 7] = rest;
    const sum = (type << 8) + code + (rest >>> 16) + (rest & 0xffff) + (six ? this.#pseudoSum(58, 8) : 0);
    this.#writeChecksum(at + 2, sum, false);
    return this.#finishNetwork(six ? 58 : 1);
  }

  /** Whether the frame just built is an IPv4 datagram that Ethernet cannot carry in one piece. */
  get needsFragments(): boolean {
    const { source } = this.#route;
    return source.version === 4 && this.bytes[this.#network + 9] !== 6 && this.#at - this.#network > MTU;
  }

  /** Rewrites the frame just built as fragments (RFC 791, 3.2), one after another; gives each one's length. */
  *fragments(): Generator<number, void> {
    const { bytes } = this;
    const start = this.#network + 20;
    const whole = bytes.slice(start, this.#at);
    for (let offset = 0; offset < whole.length; offset += FRAGMENT_BYTES) {
      const part = whole.subarray(offset, offset + FRAGMENT_BYTES);
      bytes.set(part, start);
      this.#at = start + part.length;
      this.#fragment = (offset >>> 3) | (offset + FRAGMENT_BYTES < whole.length ? 0x2000 : 0);
      this.#route.dontFragment = false;
      this.#writeIpv4(bytes[this.#network + 9]);
      yield this.#pad(this.#at);
    }
    // What errors quote is the first fragment.
    bytes.set(whole.subarray(0, FRAGMENT_BYTES), start);
    this.#at = start + FRAGMENT_BYTES;
    this.#fragment = 0x2000;
    this.#writeIpv4(bytes[this.#network + 9]);
    this.#fragment = 0;
  }

  #pseudoSum(protocol: number, headerLength: number): number {
    const { source, destination } = this.#route;
    const length = headerLength + this.payloadLength;
    return source.sum + destination.sum + protocol + (length >>> 16) + (length & 0xffff);
  }

  #writeChecksum(at: number, headerSum: number, zeroMeansNone: boolean): void {
    let checksum = ~fold(headerSum + this.#sum) & 0xffff;
    if (zeroMeansNone && checksum === 0) checksum = 0xffff;
    this.bytes[at] = checksum >>> 8;
    this.bytes[at + 1] = checksum;
  }

  #finishNetwork(protocol: number): number {
    const six = this.#route.source.version === 6;
    this.#writeEthernet(six ? 0x86dd : 0x0800);
    if (six) this.#writeIpv6(protocol);
    else this.#writeIpv4(protocol);
    return this.#pad(this.#at);
  }

  #pad(length: number): number {
    if (length >= MINIMUM_FRAME || this.padding === "none") return length;
    if (this.padding === "received" && this.#inside) return length;
    this.bytes.fill(0, length, MINIMUM_FRAME);
    return MINIMUM_FRAME;
  }

  #writeEthernet(etherType: number): void {
    const { bytes } = this;
    const { sourceMac, destinationMac } = this.#route;
    for (let index = 0; index < 6; index++) {
      bytes[index] = destinationMac[index];
      bytes[index + 6] = sourceMac[index];
    }
    let at = 12;
    if (this.vlan >= 0) {
      bytes[12] = 0x81;
      bytes[13] = 0;
      bytes[14] = this.vlan >>> 8;
      bytes[15] = this.vlan;
      at = 16;
    }
    bytes[at] = etherType >>> 8;
    bytes[at + 1] = etherType;
  }

  #writeIpv4(protocol: number): void {
    const { bytes } = this;
    const route = this.#route;
    const at = this.#network;
    const length = this.#at - at;
    const fragment = this.#fragment | (route.dontFragment ? 0x4000 : 0);
    bytes[at] = 0x45;
    bytes[at + 1] = route.trafficClass;
    bytes[at + 2] = length >>> 8;
    bytes[at + 3] = length;
    bytes[at + 4] = route.identification >>> 8;
    bytes[at + 5] = route.identification;
    bytes[at + 6] = fragment >>> 8;
    bytes[at + 7] = fragment;
    bytes[at + 8] = route.ttl;
    bytes[at + 9] = protocol;
    let sum =
      0x4500 + route.trafficClass + length + route.identification + fragment + (route.ttl << 8) + protocol;
    sum += route.source.sum + route.destination.sum;
    const checksum = ~fold(sum) & 0xffff;
    bytes[at + 10] = checksum >>> 8;
    bytes[at + 11] = checksum;
    for (let index = 0; index < 4; index++) {
      bytes[at + 12 + index] = route.source.bytes[index];
      bytes[at + 16 + index] = route.destination.bytes[index];
    }
  }

  #writeIpv6(protocol: number): void {
    const { bytes } = this;
    const route = this.#route;
    const at = this.#network;
    const length = this.#at - at - 40;
    // The flow label is a hash of the addresses, the same for all packets of a pair.
    const label = (route.source.sum * 31 + route.destination.sum * 17) & 0xfffff;
    bytes[at] = 0x60 | (route.trafficClass >>> 4);
    bytes[at + 1] = ((route.trafficClass & 0xf) << 4) | (label >>> 16);
    bytes[at + 2] = label >>> 8;
    bytes[at + 3] = label;
    bytes[at + 4] = length >>> 8;
    bytes[at + 5] = length;
    bytes[at + 6] = protocol;
    bytes[at + 7] = route.ttl;
    for (let index = 0; index < 16; index++) {
      bytes[at + 8 + index] = route.source.bytes[index];
      bytes[at + 24 + index] = route.destination.bytes[index];
    }
  }
}

/** One's complement sum of 16 bits. The argument is below 2^48. */
function fold(sum: number): number {
  let folded = (sum & 0xffff) + Math.floor(sum / 65536);
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 65536);
  return folded;
}
