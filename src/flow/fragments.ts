// Fragments belong to the flow of their datagram. Only a datagram's first fragment has ports; this table remembers
// them for the others, and holds others that come before it.
//
// Bounds: FIRST_FRAGMENTS_REMEMBERED datagrams for FRAGMENT_TIMEOUT_US, the one begun longest ago in its set is forgotten
// first; HELD_MAXIMUM fragments held, the oldest is let go (to the flow with ports 0) when one more comes.

import { Packet } from "../packet/packet.ts";

const FRAGMENT_SETS = 1024;
const FRAGMENT_WAYS = 4;
export const FIRST_FRAGMENTS_REMEMBERED = FRAGMENT_SETS * FRAGMENT_WAYS;
/** How long first fragments are remembered, and others wait for them, µs. */
export const FRAGMENT_TIMEOUT_US = 30_000_000;
const ENTRY_WORDS = 16;
const PROTOCOL_AUTHENTICATION = 51;
export const HELD_MAXIMUM = 256;

export class FragmentTable {
  readonly #timeoutUs: number;
  readonly #entries = new Int32Array(FIRST_FRAGMENTS_REMEMBERED * ENTRY_WORDS);
  readonly #timesUs = new Float64Array(FIRST_FRAGMENTS_REMEMBERED).fill(Number.NEGATIVE_INFINITY);
  readonly #pool: Packet[] = [];
  readonly #held: Packet[] = [];
  readonly #heldSinceUs: number[] = [];

  constructor(timeoutUs = FRAGMENT_TIMEOUT_US) {
    this.#timeoutUs = timeoutUs;
  }

  /** Fragments held back now. */
  get heldCount(): number {
    return this.#held.length;
  }

  /** Remembers the ports of a first fragment. */
  remember(packet: Packet, nowUs: number): void {
    let entry = this.#find(packet, nowUs);
    if (entry < 0) entry = this.#oldest(packet);
    this.#timesUs[entry] = nowUs;
    const entries = this.#entries;
    const base = entry * ENTRY_WORDS;
    entries[base] = packet.source0;
    entries[base + 1] = packet.source1;
    entries[base + 2] = packet.source2;
    entries[base + 3] = packet.source3;
    entries[base + 4] = packet.destination0;
    entries[base + 5] = packet.destination1;
    entries[base + 6] = packet.destination2;
    entries[base + 7] = packet.destination3;
    entries[base + 8] = packet.fragmentIdentification;
    entries[base + 9] = packet.protocol;
    entries[base + 10] = (packet.sourcePort << 16) | packet.destinationPort;
    entries[base + 11] = packet.icmpType;
    entries[base + 12] = packet.icmpCode;
    entries[base + 13] = packet.icmpIdentifier;
  }

  /** Gives a later fragment the protocol and ports of its datagram; false when its first fragment was not seen yet. */
  complete(packet: Packet, nowUs: number): boolean {
    const entry = this.#find(packet, nowUs);
    if (entry < 0) return false;
    const entries = this.#entries;
    const base = entry * ENTRY_WORDS;
    packet.protocol = entries[base + 9];
    packet.sourcePort = entries[base + 10] >>> 16;
    packet.destinationPort = entries[base + 10] & 0xffff;
    packet.icmpType = entries[base + 11];
    packet.icmpCode = entries[base + 12];
    packet.icmpIdentifier = entries[base + 13];
    return true;
  }

  /** Holds a copy of a fragment that came before its first one. Answers one that must go to make room, if any. */
  hold(packet: Packet, nowUs: number): Packet | undefined {
    const released = this.#held.length >= HELD_MAXIMUM ? this.#takeAt(0) : undefined;
    const copy = this.#pool.pop() ?? new Packet();
    Object.assign(copy, packet);
    copy.bytes = NO_BYTES;
    copy.start = 0;
    copy.payloadCaptured = 0;
    this.#held.push(copy);
    this.#heldSinceUs.push(nowUs);
    return released;
  }

  /** A held fragment of the same datagram as this first fragment, its ports filled in; undefined when none is left. */
  takeCompleted(first: Packet, nowUs: number): Packet | undefined {
    for (let index = 0; index < this.#held.length; index++) {
      if (!sameDatagram(this.#held[index], first)) continue;
      const packet = this.#takeAt(index);
      this.complete(packet, nowUs);
      return packet;
    }
    return undefined;
  }

  /** When the fragment that was held first has waited long enough; Infinity when none is held. */
  get dueUs(): number {
    return this.#held.length === 0 ? Number.POSITIVE_INFINITY : this.#heldSinceUs[0] + this.#timeoutUs;
  }

  /** The fragment that was held first. */
  takeOldest(): Packet | undefined {
    return this.#held.length === 0 ? undefined : this.#takeAt(0);
  }

  /** Forgets all first fragments: a new clock began. */
  forget(): void {
    this.#timesUs.fill(Number.NEGATIVE_INFINITY);
  }

  /** Gives a taken packet's memory back. */
  recycle(packet: Packet): void {
    this.#pool.push(packet);
  }

  #takeAt(index: number): Packet {
    this.#heldSinceUs.splice(index, 1);
    return this.#held.splice(index, 1)[0];
  }

  #find(packet: Packet, nowUs: number): number {
    const first = setOf(packet) * FRAGMENT_WAYS;
    const entries = this.#entries;
    for (let entry = first; entry < first + FRAGMENT_WAYS; entry++) {
      const base = entry * ENTRY_WORDS;
      if (
        entries[base + 8] === packet.fragmentIdentification &&
        entries[base + 3] === packet.source3 &&
        entries[base + 7] === packet.destination3 &&
        sharesProtocol(entries[base + 9], packet) &&
        entries[base] === packet.source0 &&
        entries[base + 1] === packet.source1 &&
        entries[base + 2] === packet.source2 &&
        entries[base + 4] === packet.destination0 &&
        entries[base + 5] === packet.destination1 &&
        entries[base + 6] === packet.destination2 &&
        nowUs - this.#timesUs[entry] <= this.#timeoutUs
      ) {
        return entry;
      }
    }
    return -1;
  }

  #oldest(packet: Packet): number {
    const first = setOf(packet) * FRAGMENT_WAYS;
    let oldest = first;
    for (let entry = first + 1; entry < first + FRAGMENT_WAYS; entry++) {
      if (this.#timesUs[entry] < this.#timesUs[oldest]) oldest = entry;
    }
    return oldest;
  }
}

const NO_BYTES = new Uint8Array(0);

function setOf(packet: Packet): number {
  const mixed =
    Math.imul(packet.source3 ^ packet.destination3 ^ packet.source0, 0x9e3779b1) ^
    Math.imul(packet.fragmentIdentification, 0x85ebca6b);
  return ((mixed >>> 16) ^ mixed) & (FRAGMENT_SETS - 1);
}

/**
 * Whether a fragment can be of a datagram whose first fragment has this protocol. In IPv4 the protocol tells datagrams
 * apart (RFC 791, 3.2), save that later fragments name the authentication header and not what lies behind it. In IPv6 it
 * does not (RFC 8200, 4.5): each fragment names the first header behind its own, which the first one may step over.
 */
function sharesProtocol(protocol: number, fragment: Packet): boolean {
  return (
    protocol === fragment.protocol ||
    fragment.ipVersion === 6 ||
    fragment.protocol === PROTOCOL_AUTHENTICATION
  );
}

/** Whether a fragment is of the datagram that begins with `first`. */
function sameDatagram(fragment: Packet, first: Packet): boolean {
  return (
    fragment.fragmentIdentification === first.fragmentIdentification &&
    sharesProtocol(first.protocol, fragment) &&
    fragment.source0 === first.source0 &&
    fragment.source1 === first.source1 &&
    fragment.source2 === first.source2 &&
    fragment.source3 === first.source3 &&
    fragment.destination0 === first.destination0 &&
    fragment.destination1 === first.destination1 &&
    fragment.destination2 === first.destination2 &&
    fragment.destination3 === first.destination3
  );
}
