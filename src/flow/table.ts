// The flow table: who is talking to whom, in arrays of numbers.
//
//   key of a flow, 12 words                     slots of the index
//   +--------------------+--------------------+  hash → flow + 1, open addressing, linear probing,
//   | source, 4 words    | destination, 4     |  deletion by shifting back (Knuth, TAOCP 3, 6.4, algorithm R)
//   +--------------------+--------------------+
//   | ports | protocol | ICMP key | ICMP way  |  ports = source << 16 | destination
//   +-----------------------------------------+
//
// A flow is found from packets of both directions: the hash is symmetric and the comparison tries both orders. The
// table grows by doubling up to `maximum` flows; what happens then is the meter's business. It stores no addresses
// beyond the key and knows no time.

import type { Packet } from "../packet/packet.ts";
import { icmpKey, icmpWay } from "./icmp.ts";

/** Words per key. */
export const KEY_WORDS = 12;

/** What `find` answers: no such flow. */
export const NOT_FOUND = -1;

export class FlowTable {
  readonly maximum: number;
  capacity: number;
  /** Flows in the table. */
  size = 0;
  keys: Int32Array;
  /** True when the packet last found by `find` runs in the direction of the stored key. */
  matchesStoredDirection = true;

  #hashes: Int32Array;
  #index: Int32Array;
  #mask: number;
  #free: Int32Array;
  #freeCount = 0;
  #fresh = 0;
  readonly #seed: number;
  // The key of the packet looked up last, so that `insert` need not build it again.
  readonly #wanted = new Int32Array(KEY_WORDS);
  #wantedHash = 0;

  constructor(options: { maximum: number; initial?: number; hashSeed?: number }) {
    this.maximum = Math.max(1, options.maximum);
    this.capacity = Math.min(this.maximum, options.initial ?? 4096);
    this.#seed = options.hashSeed ?? 0x2545f491;
    this.keys = new Int32Array(this.capacity * KEY_WORDS);
    this.#hashes = new Int32Array(this.capacity);
    this.#free = new Int32Array(this.capacity);
    const slots = powerOfTwoAtLeast(this.capacity * 2);
    this.#index = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  /** The flow of a packet, or NOT_FOUND. Sets `matchesStoredDirection`. */
  find(packet: Packet): number {
    const wanted = this.#wanted;
    wanted[0] = packet.source0;
    wanted[1] = packet.source1;
    wanted[2] = packet.source2;
    wanted[3] = packet.source3;
    wanted[4] = packet.destination0;
    wanted[5] = packet.destination1;
    wanted[6] = packet.destination2;
    wanted[7] = packet.destination3;
    wanted[8] = (packet.sourcePort << 16) | packet.destinationPort;
    wanted[9] = packet.protocol;
    wanted[10] = packet.icmpType < 0 ? 0 : icmpKey(packet);
    wanted[11] = packet.icmpType < 0 ? 0 : icmpWay(packet);
    const hash = this.#hash(packet);
    this.#wantedHash = hash;
    const index = this.#index;
    const mask = this.#mask;
    const hashes = this.#hashes;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const flow = index[slot] - 1;
      if (flow < 0) return NOT_FOUND;
      if (hashes[flow] === hash && this.#equals(flow)) return flow;
    }
  }

  /** Adds the packet looked up last as a new flow; reversed when its destination opened the flow. */
  insert(reversed: boolean): number {
    if (this.size === this.capacity) this.#grow();
    const flow = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#fresh++;
    this.size++;
    const wanted = this.#wanted;
    const keys = this.keys;
    const base = flow * KEY_WORDS;
    const source = reversed ? 4 : 0;
    keys[base] = wanted[source];
    keys[base + 1] = wanted[source + 1];
    keys[base + 2] = wanted[source + 2];
    keys[base + 3] = wanted[source + 3];
    const destination = 4 - source;
    keys[base + 4] = wanted[destination];
    keys[base + 5] = wanted[destination + 1];
    keys[base + 6] = wanted[destination + 2];
    keys[base + 7] = wanted[destination + 3];
    keys[base + 8] = reversed ? swapPorts(wanted[8]) : wanted[8];
    keys[base + 9] = wanted[9];
    keys[base + 10] = wanted[10];
    keys[base + 11] = wanted[11];
    this.#hashes[flow] = this.#wantedHash;
    this.#place(flow, this.#wantedHash);
    return flow;
  }

  remove(flow: number): void {
    const index = this.#index;
    const mask = this.#mask;
    const hashes = this.#hashes;
    let slot = hashes[flow] & mask;
    while (index[slot] !== flow + 1) slot = (slot + 1) & mask;
    let hole = slot;
    for (;;) {
      slot = (slot + 1) & mask;
      const moved = index[slot] - 1;
      if (moved < 0) break;
      const home = hashes[moved] & mask;
      // The entry may fill the hole when its home does not lie between the hole and its slot.
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        index[hole] = moved + 1;
        hole = slot;
      }
    }
    index[hole] = 0;
    this.#free[this.#freeCount++] = flow;
    this.size--;
  }

  #equals(flow: number): boolean {
    const keys = this.keys;
    const wanted = this.#wanted;
    const base = flow * KEY_WORDS;
    if (keys[base + 9] !== wanted[9] || keys[base + 10] !== wanted[10]) return false;
    if (keys[base + 11] !== wanted[11]) return false;
    if (
      keys[base + 3] === wanted[3] &&
      keys[base + 7] === wanted[7] &&
      keys[base + 8] === wanted[8] &&
      keys[base + 2] === wanted[2] &&
      keys[base + 6] === wanted[6] &&
      keys[base] === wanted[0] &&
      keys[base + 1] === wanted[1] &&
      keys[base + 4] === wanted[4] &&
      keys[base + 5] === wanted[5]
    ) {
      this.matchesStoredDirection = true;
      return true;
    }
    if (
      keys[base + 3] === wanted[7] &&
      keys[base + 7] === wanted[3] &&
      keys[base + 8] === swapPorts(wanted[8]) &&
      keys[base + 2] === wanted[6] &&
      keys[base + 6] === wanted[2] &&
      keys[base] === wanted[4] &&
      keys[base + 1] === wanted[5] &&
      keys[base + 4] === wanted[0] &&
      keys[base + 5] === wanted[1]
    ) {
      this.matchesStoredDirection = false;
      return true;
    }
    return false;
  }

  /** Symmetric in the two endpoints; the same for both directions of a flow. */
  #hash(packet: Packet): number {
    const seed = this.#seed;
    let source = packet.source3 ^ seed;
    let destination = packet.destination3 ^ seed;
    if (packet.ipVersion === 6) {
      source = mix(mix(mix(source) ^ packet.source2) ^ packet.source1) ^ packet.source0;
      destination =
        mix(mix(mix(destination) ^ packet.destination2) ^ packet.destination1) ^ packet.destination0;
    }
    source = mix(source + Math.imul(packet.sourcePort, 0x9e3779b1));
    destination = mix(destination + Math.imul(packet.destinationPort, 0x9e3779b1));
    return mix(
      ((source + destination) | 0) ^
        (source ^ destination) ^
        Math.imul(packet.protocol ^ this.#wanted[10], 0x85ebca6b),
    );
  }

  #place(flow: number, hash: number): void {
    const index = this.#index;
    const mask = this.#mask;
    let slot = hash & mask;
    while (index[slot] !== 0) slot = (slot + 1) & mask;
    index[slot] = flow + 1;
  }

  #grow(): void {
    const capacity = Math.min(this.maximum, this.capacity * 2);
    if (capacity === this.capacity) throw new RangeError("flow table: insert into a full table");
    this.keys = grown(this.keys, capacity * KEY_WORDS);
    this.#hashes = grown(this.#hashes, capacity);
    this.#free = grown(this.#free, capacity);
    this.capacity = capacity;
    const slots = powerOfTwoAtLeast(capacity * 2);
    this.#index = new Int32Array(slots);
    this.#mask = slots - 1;
    // The table was full: every flow number below the old capacity is in use.
    for (let flow = 0; flow < this.size; flow++) this.#place(flow, this.#hashes[flow]);
  }
}

/** A longer copy of a typed array; the new part is zero. */
export function grown<T extends Int32Array | Float64Array | Uint8Array | Uint16Array>(
  array: T,
  length: number,
): T {
  const copy = new (array.constructor as new (length: number) => T)(length);
  copy.set(array);
  return copy;
}

function swapPorts(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}

/** Finaliser of MurmurHash3 (Appleby, public domain). */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function powerOfTwoAtLeast(count: number): number {
  let power = 16;
  while (power < count) power *= 2;
  return power;
}
