// The flow table: who is talking to whom.
//
// The index is open-addressed with linear probing and deletion by shifting back (Knuth, TAOCP 3, 6.4, algorithm R); a slot
// holds a flow's hash and address, so that probing touches no flow but the right one. A flow is found from packets of
// both directions: the hash is symmetric and the comparison tries both orders. Up to `maximum` flows; what happens then is
// the meter's business. It stores no addresses beyond the key and knows no time.

import { Packet } from "../../packet/assembly/packet";
import { reserve } from "./arena";
import { Flow } from "./flow";
import { icmpKey, icmpWay } from "./icmp";

const SLOT_BYTES: usize = 8;
const SLOTS_INITIAL: u32 = 64;

@unmanaged
@final
export class FlowTable {
  /** Flows in the table. */
  size: u32;
  maximum: u32;
  /** True when the packet last found by `find` runs in the direction of the stored key. */
  matchesStoredDirection: bool;
  seed: u32;
  flows: usize;
  stride: usize;
  /** Slots in use, a power of two; at most half of them hold a flow. */
  index: usize;
  mask: u32;
  /** Where the slots go when there are to be more of them; zero. */
  spare: usize;
  /** First of the freed flows, 0 when there is none. */
  free: usize;
  /** Flows that were ever in use. */
  fresh: u32;
  // The key of the packet looked up last, so that `insert` need not work it out again.
  ports: i32;
  icmpKey: i32;
  icmpWay: i32;
  hash: u32;

  /** Takes memory for `maximum` flows of `stride` bytes; false when it is refused. */
  setup(maximum: u32, stride: usize, seed: u32): bool {
    this.maximum = maximum;
    this.stride = stride;
    this.seed = seed;
    this.mask = min(SLOTS_INITIAL, powerOfTwoAtLeast(maximum * 2)) - 1;
    const bytes = <usize>powerOfTwoAtLeast(maximum * 2) * SLOT_BYTES;
    this.index = reserve(bytes);
    this.spare = reserve(bytes);
    this.flows = reserve(<usize>maximum * stride);
    return this.index != 0 && this.spare != 0 && this.flows != 0;
  }

  /** The flow in a place. */
  @inline
  addressOf(number: u32): usize {
    return this.flows + <usize>number * this.stride;
  }

  /** The flow of a packet, or 0. Sets `matchesStoredDirection`. */
  find(packet: Packet): usize {
    this.ports = (packet.sourcePort << 16) | packet.destinationPort;
    this.icmpKey = 0;
    this.icmpWay = 0;
    if (packet.icmpType >= 0) {
      this.icmpKey = icmpKey(packet);
      this.icmpWay = icmpWay(packet);
    }
    const hash = this.hashOf(packet);
    this.hash = hash;
    const mask = this.mask;
    const index = this.index;
    let slot = hash & mask;
    while (true) {
      const at = index + ((<usize>slot) << 3);
      const flow = <usize>load<u32>(at, 4);
      if (flow == 0) return 0;
      if (load<u32>(at) == hash && this.equals(changetype<Flow>(flow), packet)) return flow;
      slot = (slot + 1) & mask;
    }
  }

  /** Adds the packet looked up last as a new flow; reversed when its destination opened the flow. */
  insert(packet: Packet, reversed: bool): usize {
    if (this.size * 2 > this.mask) this.grow();
    let address = this.free;
    if (address != 0) this.free = <usize>changetype<Flow>(address).nextFree;
    else {
      address = this.addressOf(this.fresh);
      changetype<Flow>(address).number = this.fresh++;
    }
    this.size++;
    const flow = changetype<Flow>(address);
    if (reversed) {
      flow.source0 = packet.destination0;
      flow.source1 = packet.destination1;
      flow.source2 = packet.destination2;
      flow.source3 = packet.destination3;
      flow.destination0 = packet.source0;
      flow.destination1 = packet.source1;
      flow.destination2 = packet.source2;
      flow.destination3 = packet.source3;
      flow.ports = rotl(this.ports, 16);
    } else {
      flow.source0 = packet.source0;
      flow.source1 = packet.source1;
      flow.source2 = packet.source2;
      flow.source3 = packet.source3;
      flow.destination0 = packet.destination0;
      flow.destination1 = packet.destination1;
      flow.destination2 = packet.destination2;
      flow.destination3 = packet.destination3;
      flow.ports = this.ports;
    }
    flow.protocol = packet.protocol;
    flow.icmpKey = this.icmpKey;
    flow.icmpWay = this.icmpWay;
    flow.hash = this.hash;
    this.place(address, this.hash);
    return address;
  }

  remove(address: usize): void {
    const flow = changetype<Flow>(address);
    const index = this.index;
    const mask = this.mask;
    let slot = flow.hash & mask;
    while (<usize>load<u32>(index + ((<usize>slot) << 3), 4) != address) slot = (slot + 1) & mask;
    let hole = slot;
    for (;;) {
      slot = (slot + 1) & mask;
      const at = index + ((<usize>slot) << 3);
      const moved = load<u32>(at, 4);
      if (moved == 0) break;
      const home = load<u32>(at) & mask;
      // The entry may fill the hole when its home does not lie between the hole and its slot.
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        store<u64>(index + ((<usize>hole) << 3), load<u64>(at));
        hole = slot;
      }
    }
    store<u64>(index + ((<usize>hole) << 3), 0);
    flow.nextFree = <u32>this.free;
    this.free = address;
    this.size--;
  }

  private equals(flow: Flow, packet: Packet): bool {
    if (flow.protocol != packet.protocol || flow.icmpKey != this.icmpKey || flow.icmpWay != this.icmpWay) return false;
    const key = changetype<usize>(flow);
    const source = changetype<usize>(packet) + offsetof<Packet>("source0");
    const keySource = v128.load(key);
    const keyDestination = v128.load(key, 16);
    const packetSource = v128.load(source);
    const packetDestination = v128.load(source, 16);
    if (flow.ports == this.ports && same(keySource, packetSource) && same(keyDestination, packetDestination)) {
      this.matchesStoredDirection = true;
      return true;
    }
    if (
      flow.ports == rotl(this.ports, 16) &&
      same(keySource, packetDestination) &&
      same(keyDestination, packetSource)
    ) {
      this.matchesStoredDirection = false;
      return true;
    }
    return false;
  }

  /** Symmetric in the two endpoints; the same for both directions of a flow. */
  private hashOf(packet: Packet): u32 {
    let source: u32 = packet.source3 ^ this.seed;
    let destination: u32 = packet.destination3 ^ this.seed;
    if (packet.ipVersion == 6) {
      source = mix(mix(mix(source) ^ packet.source2) ^ packet.source1) ^ packet.source0;
      destination = mix(mix(mix(destination) ^ packet.destination2) ^ packet.destination1) ^ packet.destination0;
    }
    source = mix(source + <u32>packet.sourcePort * 0x9e3779b1);
    destination = mix(destination + <u32>packet.destinationPort * 0x9e3779b1);
    return mix(
      (source + destination) ^ (source ^ destination) ^ (<u32>(packet.protocol ^ this.icmpKey) * 0x85ebca6b),
    );
  }

  private place(address: usize, hash: u32): void {
    const index = this.index;
    const mask = this.mask;
    let slot = hash & mask;
    while (load<u32>(index + ((<usize>slot) << 3), 4) != 0) slot = (slot + 1) & mask;
    store<u32>(index + ((<usize>slot) << 3), hash);
    store<u32>(index + ((<usize>slot) << 3), <u32>address, 4);
  }

  /** Doubles the slots in use, in the other region. */
  private grow(): void {
    const before = this.index;
    const slots = this.mask + 1;
    this.index = this.spare;
    this.spare = before;
    this.mask = slots * 2 - 1;
    for (let slot: u32 = 0; slot < slots; slot++) {
      const at = before + (<usize>slot << 3);
      const address = <usize>load<u32>(at, 4);
      if (address != 0) this.place(address, load<u32>(at));
    }
    memory.fill(before, 0, <usize>slots << 3);
  }
}

@inline
function same(one: v128, other: v128): bool {
  return !v128.any_true(v128.xor(one, other));
}

/** Finaliser of MurmurHash3 (Appleby, public domain). */
@inline
function mix(word: u32): u32 {
  let mixed = word ^ (word >>> 16);
  mixed *= 0x85ebca6b;
  mixed ^= mixed >>> 13;
  mixed *= 0xc2b2ae35;
  return mixed ^ (mixed >>> 16);
}

function powerOfTwoAtLeast(count: u32): u32 {
  let power: u32 = 16;
  while (power < count) power *= 2;
  return power;
}
