// TCP conversations as Wireshark cuts them: first sequence numbers, totals so far, and totals of the whole.
//
// A conversation is two endpoints; its first address is that of the packet that opened it. It ends only when a SYN with
// another sequence number than its sender's first one comes (a port that is used again), so nothing ends by silence. Up to
// `maximum` are open at once; when one more opens, the one that was silent longest is closed, and would be a new one if it
// went on.
//
// Totals of the whole are known only afterwards. Conversations are numbered in the order of their opening, which depends on
// the packets alone, so a second pass over the same packets finds the totals of the first by number:
//
//   chunk of 65,536 conversations, 32 bytes each:  packets sent | bytes sent | packets received | bytes received
//
// 2 MiB a chunk; 1024 chunks, when memory allows, tell of 67 million conversations. Those beyond have no totals and are
// counted. Knows no rows.

import { reserve } from "../../flow/assembly/arena";
import { Flow } from "../../flow/assembly/flow";
import { FlowTable } from "../../flow/assembly/table";
import { Packet, TCP_ACK, TCP_SYN } from "../../packet/assembly/packet";

/** Bits of Flow.bits: whose first sequence number is known. */
const BASE_FIRST: i32 = 1;
const BASE_SECOND: i32 = 2;

const CHUNK_BITS: u32 = 16;
const CHUNKS_MAXIMUM: u32 = 1024;
const TOTALS_BYTES: usize = 32;

@unmanaged
@final
export class Conversation extends Flow {
  packetsSent: f64;
  bytesSent: f64;
  packetsReceived: f64;
  bytesReceived: f64;
  /** Number in the order of opening, from 0. */
  ordinal: u32;
  /** What relative sequence numbers of each side count from. */
  baseFirst: u32;
  baseSecond: u32;
  /** Neighbours in the order of the last packet: addresses, 0 at the ends. */
  before: u32;
  after: u32;
}

/** Bytes of a conversation, whole cache lines. */
export const CONVERSATION_BYTES: usize = (offsetof<Conversation>() + 63) & ~63;

@unmanaged
@final
export class Conversations {
  table: FlowTable;
  /** True when the packet last taken was sent by the conversation's first address. */
  fromFirst: bool;
  /** True while totals of the whole are gathered, and while they are read. */
  keeps: bool;
  /** Open ones, from the one that was silent longest to the one that spoke last. */
  oldest: usize;
  newest: usize;
  chunks: usize;
  opened: f64;
  reused: f64;
  evicted: f64;
  /** Conversations whose totals found no room. */
  withoutTotals: f64;

  /** Takes memory; false when it is refused. */
  setup(maximum: u32, seed: u32, keeps: bool): bool {
    const table = reserve(offsetof<FlowTable>());
    this.chunks = reserve((<usize>CHUNKS_MAXIMUM) << 2);
    if (table == 0 || this.chunks == 0) return false;
    this.table = changetype<FlowTable>(table);
    this.keeps = keeps;
    return this.table.setup(maximum, CONVERSATION_BYTES, seed);
  }

  /** The conversation of a TCP packet, with the packet counted; a new one when the packet opens one. */
  take(packet: Packet): Conversation {
    const table = this.table;
    let address = table.find(packet);
    let fromFirst = table.matchesStoredDirection;
    if (address != 0 && isReuse(changetype<Conversation>(address), packet, fromFirst)) {
      this.close(changetype<Conversation>(address));
      this.reused += 1;
      address = 0;
    }
    if (address == 0) {
      address = this.open(packet);
      fromFirst = true;
    } else this.touch(address);
    this.fromFirst = fromFirst;
    const conversation = changetype<Conversation>(address);
    learnBases(conversation, packet, fromFirst);
    const bytes = <f64>packet.wireLength;
    if (fromFirst) {
      conversation.packetsSent += 1;
      conversation.bytesSent += bytes;
    } else {
      conversation.packetsReceived += 1;
      conversation.bytesReceived += bytes;
    }
    return conversation;
  }

  /** The totals that the pass before found, or 0. */
  totalsOf(conversation: Conversation): usize {
    const chunk = conversation.ordinal >>> CHUNK_BITS;
    if (chunk >= CHUNKS_MAXIMUM) return 0;
    const start = <usize>load<u32>(this.chunks + ((<usize>chunk) << 2));
    return start == 0 ? 0 : start + <usize>(conversation.ordinal & ((1 << CHUNK_BITS) - 1)) * TOTALS_BYTES;
  }

  /** Closes what is open and forgets what was counted; totals of the whole stay. */
  rewind(): void {
    while (this.oldest != 0) this.close(changetype<Conversation>(this.oldest));
    this.keeps = false;
    this.opened = 0;
    this.reused = 0;
    this.evicted = 0;
  }

  private open(packet: Packet): usize {
    const table = this.table;
    if (table.size == table.maximum) {
      this.close(changetype<Conversation>(this.oldest));
      this.evicted += 1;
    }
    // The key was worked out when the packet was looked up.
    const address = table.insert(packet, false);
    const conversation = changetype<Conversation>(address);
    conversation.bits = 0;
    conversation.baseFirst = 0;
    conversation.baseSecond = 0;
    conversation.packetsSent = 0;
    conversation.bytesSent = 0;
    conversation.packetsReceived = 0;
    conversation.bytesReceived = 0;
    conversation.ordinal = <u32>this.opened;
    this.opened += 1;
    this.append(address);
    return address;
  }

  private close(conversation: Conversation): void {
    if (this.keeps) this.keep(conversation);
    this.unlink(changetype<usize>(conversation));
    this.table.remove(changetype<usize>(conversation));
  }

  private keep(conversation: Conversation): void {
    const chunk = conversation.ordinal >>> CHUNK_BITS;
    const place = this.chunks + ((<usize>chunk) << 2);
    if (chunk < CHUNKS_MAXIMUM && load<u32>(place) == 0) {
      store<u32>(place, <u32>reserve(TOTALS_BYTES << CHUNK_BITS));
    }
    const totals = this.totalsOf(conversation);
    if (totals == 0) {
      this.withoutTotals += 1;
      return;
    }
    store<f64>(totals, conversation.packetsSent);
    store<f64>(totals, conversation.bytesSent, 8);
    store<f64>(totals, conversation.packetsReceived, 16);
    store<f64>(totals, conversation.bytesReceived, 24);
  }

  private touch(address: usize): void {
    if (this.newest == address) return;
    this.unlink(address);
    this.append(address);
  }

  private append(address: usize): void {
    const conversation = changetype<Conversation>(address);
    conversation.before = <u32>this.newest;
    conversation.after = 0;
    if (this.newest == 0) this.oldest = address;
    else changetype<Conversation>(this.newest).after = <u32>address;
    this.newest = address;
  }

  private unlink(address: usize): void {
    const conversation = changetype<Conversation>(address);
    const before = <usize>conversation.before;
    const after = <usize>conversation.after;
    if (before == 0) this.oldest = after;
    else changetype<Conversation>(before).after = <u32>after;
    if (after == 0) this.newest = before;
    else changetype<Conversation>(after).before = <u32>before;
  }
}

/** The sequence number as Wireshark shows it: counted from the sender's first one. */
export function relativeSequence(conversation: Conversation, packet: Packet, fromFirst: bool): f64 {
  const base = fromFirst ? conversation.baseFirst : conversation.baseSecond;
  return <f64>(<u32>packet.sequence - base);
}

/** The same of the acknowledgment number; as it stands where the packet acknowledges nothing. */
export function relativeAcknowledgment(conversation: Conversation, packet: Packet, fromFirst: bool): f64 {
  if ((packet.tcpFlags & TCP_ACK) == 0) return <f64>(<u32>packet.acknowledgment);
  const base = fromFirst ? conversation.baseSecond : conversation.baseFirst;
  return <f64>(<u32>packet.acknowledgment - base);
}

/** True for a SYN that does not repeat the one its sender began with. */
function isReuse(conversation: Conversation, packet: Packet, fromFirst: bool): bool {
  if ((packet.tcpFlags & (TCP_SYN | TCP_ACK)) != TCP_SYN) return false;
  const known = <i32>conversation.bits & (fromFirst ? BASE_FIRST : BASE_SECOND);
  const base = fromFirst ? conversation.baseFirst : conversation.baseSecond;
  return known != 0 && <u32>packet.sequence != base;
}

/**
 * Where the first packet of a side is no SYN, or is not seen, counting starts so that it has number 1. Fragments teach
 * nothing; while nothing is known, numbers stay as they are.
 */
function learnBases(conversation: Conversation, packet: Packet, fromFirst: bool): void {
  if (packet.moreFragments != 0) return;
  const bits = <i32>conversation.bits;
  if (bits == (BASE_FIRST | BASE_SECOND)) return;
  const own = fromFirst ? BASE_FIRST : BASE_SECOND;
  const other = fromFirst ? BASE_SECOND : BASE_FIRST;
  if ((bits & own) == 0) {
    const base = <u32>packet.sequence - ((packet.tcpFlags & TCP_SYN) != 0 ? 0 : 1);
    if (fromFirst) conversation.baseFirst = base;
    else conversation.baseSecond = base;
    conversation.bits = <u16>(<i32>conversation.bits | own);
  }
  if ((bits & other) == 0 && (packet.tcpFlags & TCP_ACK) != 0) {
    const base = <u32>packet.acknowledgment - 1;
    if (fromFirst) conversation.baseSecond = base;
    else conversation.baseFirst = base;
    conversation.bits = <u16>(<i32>conversation.bits | other);
  }
}
