// Fragments belong to the flow of their datagram. Only a datagram's first fragment has ports; this table remembers
// them for the others, and holds others that come before it.
//
// Bounds: FIRST_FRAGMENTS_REMEMBERED datagrams for FRAGMENT_TIMEOUT_US, the one begun longest ago in its set is forgotten
// first; HELD_MAXIMUM fragments held, the oldest is let go (to the flow with ports 0) when one more comes.

import { Packet } from "../../packet/assembly/packet";
import { reserve } from "./arena";

const FRAGMENT_SETS: u32 = 1024;
const FRAGMENT_WAYS: u32 = 4;
export const FIRST_FRAGMENTS_REMEMBERED: u32 = FRAGMENT_SETS * FRAGMENT_WAYS;
/** How long first fragments are remembered, and others wait for them, µs. */
export const FRAGMENT_TIMEOUT_US: f64 = 30_000_000;
export const HELD_MAXIMUM: u32 = 256;
const PROTOCOL_AUTHENTICATION: i32 = 51;

/** What is remembered of a first fragment. */
@unmanaged
@final
class Entry {
  source0: i32;
  source1: i32;
  source2: i32;
  source3: i32;
  destination0: i32;
  destination1: i32;
  destination2: i32;
  destination3: i32;
  identification: i32;
  protocol: i32;
  ports: i32;
  icmpType: i32;
  icmpCode: i32;
  icmpIdentifier: i32;
  timeUs: f64;
}

@unmanaged
@final
export class FragmentTable {
  entries: usize;
  /** Packets held, oldest first: addresses, and times in a second array. */
  held: usize;
  heldSinceUs: usize;
  /** Fragments held back now. */
  heldCount: u32;
  /** Packets that can be used, a stack of addresses. */
  pool: usize;
  pooled: u32;

  setup(): bool {
    this.entries = reserve(<usize>FIRST_FRAGMENTS_REMEMBERED * offsetof<Entry>());
    this.held = reserve(<usize>HELD_MAXIMUM * 4);
    this.heldSinceUs = reserve(<usize>HELD_MAXIMUM * 8);
    // One more than are held: the one let go is still read when another takes its place.
    const packets = HELD_MAXIMUM + 1;
    this.pool = reserve(<usize>packets * 4);
    const storage = reserve(<usize>packets * offsetof<Packet>());
    if (this.entries == 0 || this.held == 0 || this.heldSinceUs == 0 || this.pool == 0 || storage == 0) return false;
    this.forget();
    for (let packet: u32 = 0; packet < packets; packet++) {
      store<u32>(this.pool + <usize>(packet << 2), <u32>(storage + <usize>packet * offsetof<Packet>()));
    }
    this.pooled = packets;
    return true;
  }

  /** Remembers the ports of a first fragment. */
  remember(packet: Packet, nowUs: f64): void {
    let address = this.find(packet, nowUs);
    if (address == 0) address = this.oldest(packet);
    const entry = changetype<Entry>(address);
    entry.timeUs = nowUs;
    entry.source0 = packet.source0;
    entry.source1 = packet.source1;
    entry.source2 = packet.source2;
    entry.source3 = packet.source3;
    entry.destination0 = packet.destination0;
    entry.destination1 = packet.destination1;
    entry.destination2 = packet.destination2;
    entry.destination3 = packet.destination3;
    entry.identification = packet.fragmentIdentification;
    entry.protocol = packet.protocol;
    entry.ports = (packet.sourcePort << 16) | packet.destinationPort;
    entry.icmpType = packet.icmpType;
    entry.icmpCode = packet.icmpCode;
    entry.icmpIdentifier = packet.icmpIdentifier;
  }

  /** Gives a later fragment the protocol and ports of its datagram; false when its first fragment was not seen yet. */
  complete(packet: Packet, nowUs: f64): bool {
    const address = this.find(packet, nowUs);
    if (address == 0) return false;
    const entry = changetype<Entry>(address);
    packet.protocol = entry.protocol;
    packet.sourcePort = entry.ports >>> 16;
    packet.destinationPort = entry.ports & 0xffff;
    packet.icmpType = entry.icmpType;
    packet.icmpCode = entry.icmpCode;
    packet.icmpIdentifier = entry.icmpIdentifier;
    return true;
  }

  /** Holds a copy of a fragment that came before its first one. Answers one that must go to make room, or 0. */
  hold(packet: Packet, nowUs: f64): usize {
    const released = this.heldCount >= HELD_MAXIMUM ? this.takeAt(0) : 0;
    const address = <usize>load<u32>(this.pool + <usize>(--this.pooled << 2));
    memory.copy(address, changetype<usize>(packet), offsetof<Packet>());
    const copy = changetype<Packet>(address);
    // The frame itself is not kept.
    copy.start = 0;
    copy.payloadCaptured = 0;
    store<u32>(this.held + <usize>(this.heldCount << 2), <u32>address);
    store<f64>(this.heldSinceUs + <usize>(this.heldCount << 3), nowUs);
    this.heldCount++;
    return released;
  }

  /** A held fragment of the same datagram as this first fragment, its ports filled in; 0 when none is left. */
  takeCompleted(first: Packet, nowUs: f64): usize {
    for (let position: u32 = 0; position < this.heldCount; position++) {
      const packet = changetype<Packet>(<usize>load<u32>(this.held + <usize>(position << 2)));
      if (!sameDatagram(packet, first)) continue;
      this.takeAt(position);
      this.complete(packet, nowUs);
      return changetype<usize>(packet);
    }
    return 0;
  }

  /** When the fragment that was held first has waited long enough; Infinity when none is held. */
  dueUs(): f64 {
    return this.heldCount == 0 ? Infinity : load<f64>(this.heldSinceUs) + FRAGMENT_TIMEOUT_US;
  }

  /** The fragment that was held first, or 0. */
  takeOldest(): usize {
    return this.heldCount == 0 ? 0 : this.takeAt(0);
  }

  /** Forgets all first fragments: a new clock began. */
  forget(): void {
    for (let entry: u32 = 0; entry < FIRST_FRAGMENTS_REMEMBERED; entry++) {
      changetype<Entry>(this.entries + <usize>entry * offsetof<Entry>()).timeUs = -Infinity;
    }
  }

  /** Gives a taken packet's memory back. */
  recycle(packet: usize): void {
    store<u32>(this.pool + <usize>(this.pooled++ << 2), <u32>packet);
  }

  private takeAt(position: u32): usize {
    const at = <usize>(position << 2);
    const address = <usize>load<u32>(this.held + at);
    const rest = <usize>(this.heldCount - position - 1);
    memory.copy(this.held + at, this.held + at + 4, rest << 2);
    const since = this.heldSinceUs + <usize>(position << 3);
    memory.copy(since, since + 8, rest << 3);
    this.heldCount--;
    return address;
  }

  private find(packet: Packet, nowUs: f64): usize {
    let address = this.entries + <usize>(setOf(packet) * FRAGMENT_WAYS) * offsetof<Entry>();
    for (let way: u32 = 0; way < FRAGMENT_WAYS; way++, address += offsetof<Entry>()) {
      const entry = changetype<Entry>(address);
      if (
        entry.identification == packet.fragmentIdentification &&
        entry.source3 == packet.source3 &&
        entry.destination3 == packet.destination3 &&
        sharesProtocol(entry.protocol, packet) &&
        entry.source0 == packet.source0 &&
        entry.source1 == packet.source1 &&
        entry.source2 == packet.source2 &&
        entry.destination0 == packet.destination0 &&
        entry.destination1 == packet.destination1 &&
        entry.destination2 == packet.destination2 &&
        nowUs - entry.timeUs <= FRAGMENT_TIMEOUT_US
      ) {
        return address;
      }
    }
    return 0;
  }

  private oldest(packet: Packet): usize {
    let address = this.entries + <usize>(setOf(packet) * FRAGMENT_WAYS) * offsetof<Entry>();
    let oldest = address;
    for (let way: u32 = 1; way < FRAGMENT_WAYS; way++) {
      address += offsetof<Entry>();
      if (changetype<Entry>(address).timeUs < changetype<Entry>(oldest).timeUs) oldest = address;
    }
    return oldest;
  }
}

function setOf(packet: Packet): u32 {
  const mixed =
    (<u32>(packet.source3 ^ packet.destination3 ^ packet.source0) * 0x9e3779b1) ^
    (<u32>packet.fragmentIdentification * 0x85ebca6b);
  return ((mixed >>> 16) ^ mixed) & (FRAGMENT_SETS - 1);
}

/**
 * Whether a fragment can be of a datagram whose first fragment has this protocol. In IPv4 the protocol tells datagrams
 * apart (RFC 791, 3.2), save that later fragments name the authentication header and not what lies behind it. In IPv6 it
 * does not (RFC 8200, 4.5): each fragment names the first header behind its own, which the first one may step over.
 */
function sharesProtocol(protocol: i32, fragment: Packet): bool {
  return protocol == fragment.protocol || fragment.ipVersion == 6 || fragment.protocol == PROTOCOL_AUTHENTICATION;
}

/** Whether a fragment is of the datagram that begins with `first`. */
function sameDatagram(fragment: Packet, first: Packet): bool {
  return (
    fragment.fragmentIdentification == first.fragmentIdentification &&
    sharesProtocol(first.protocol, fragment) &&
    fragment.source0 == first.source0 &&
    fragment.source1 == first.source1 &&
    fragment.source2 == first.source2 &&
    fragment.source3 == first.source3 &&
    fragment.destination0 == first.destination0 &&
    fragment.destination1 == first.destination1 &&
    fragment.destination2 == first.destination2 &&
    fragment.destination3 == first.destination3
  );
}
