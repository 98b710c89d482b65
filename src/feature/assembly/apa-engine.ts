// The engine of the schemas `apa` and `apa-live`: frames in, one row a TCP packet out. One instance meters one input.
//
// A row holds fields of the packet, numbers relative to its conversation, and the conversation's totals: those so far, and
// those of the whole, which need a pass over the same frames before (`rewind` lies between). In the first pass of two no
// row is written. scripts/build-kernels.mjs compiles this file into src/feature/apa.generated.ts; ../engine.ts drives it.

import { reserve } from "../../flow/assembly/arena";
import { Decoder } from "../../packet/assembly/decode";
import {
  Packet,
  PROTOCOL_TCP,
  TCP_ACK,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
} from "../../packet/assembly/packet";
import {
  Conversation,
  CONVERSATION_BYTES,
  Conversations,
  relativeAcknowledgment,
  relativeSequence,
} from "./conversations";
import { PacketRows } from "./packet-rows";

export { reserve } from "../../flow/assembly/arena";

/** Names in ../measures/apa.ts, in the order in which `write` writes them. */
const MEASURES: i32 = 25;

let decoder = changetype<Decoder>(0);
let rows = changetype<PacketRows>(0);
let conversations = changetype<Conversations>(0);
let depth: i32 = 0;
/** True in the first pass of two. */
let counting: bool = false;

export function flowBytes(): usize {
  return CONVERSATION_BYTES;
}

export function measureCount(): i32 {
  return MEASURES;
}

/** Takes all memory; false when it is refused. `passes` is 2 where totals of the whole are wanted. */
export function setup(
  maximumFlows: u32,
  seed: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  passes: i32,
): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  rows = changetype<PacketRows>(reserve(offsetof<PacketRows>()));
  conversations = changetype<Conversations>(reserve(offsetof<Conversations>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(conversations) == 0) return false;
  depth = tunnelDepth;
  counting = passes > 1;
  decoder.setup(depth);
  return rows.setup(batchRows, columns, MEASURES) && conversations.setup(maximumFlows, seed, counting);
}

export function rowsAddress(): usize {
  return changetype<usize>(rows.rows);
}

export function countsAddress(): usize {
  return changetype<usize>(rows.counts);
}

export function statisticsAddress(): usize {
  return changetype<usize>(decoder.statistics);
}

/** 1 early rows (never any), 2 rows, 3 conversations whose totals found no room. */
export function figure(which: i32): f64 {
  if (which == 2) return rows.written;
  return which == 3 ? conversations.withoutTotals : 0;
}

export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
  const header = <usize>packet.ipOffset;
  take(packet, packet.ipVersion == 4 ? <f64>(load<u8>(header + 6) >> 7) : NaN);
}

/** A packet decoded elsewhere brings no headers, so nothing is known of the reserved bit. */
export function push(packet: usize): void {
  take(changetype<Packet>(packet), NaN);
}

/** Nothing waits for a moment. */
export function advance(nowUs: f64): void {
  if (nowUs > rows.counts.nowUs) rows.counts.nowUs = nowUs;
}

/** The pass is over: the same frames come once more, and give rows. */
export function rewind(): void {
  conversations.rewind();
  rows.rewind();
  decoder.setup(depth);
  counting = false;
}

export function end(_limit: f64): bool {
  tell(0);
  rows.rows.flush();
  return true;
}

export function flush(): void {
  tell(<f64>conversations.table.size);
  rows.rows.flush();
}

function tell(open: f64): void {
  rows.tell(conversations.opened, open, conversations.reused, conversations.evicted);
}

function take(packet: Packet, reservedBit: f64): void {
  rows.see(packet);
  if (packet.protocol != PROTOCOL_TCP || packet.hasTransport == 0) {
    rows.counts.withoutFlow += 1;
    return;
  }
  const conversation = conversations.take(packet);
  if (counting) return;
  write(packet, conversation, reservedBit, rows.rows.measures);
  rows.add(packet);
}

function write(packet: Packet, conversation: Conversation, reservedBit: f64, out: usize): void {
  const flags = packet.tcpFlags;
  const fourth = packet.ipVersion == 4;
  const fromFirst = conversations.fromFirst;
  store<f64>(out, <f64>packet.sourcePort);
  store<f64>(out, <f64>packet.destinationPort, 8);
  store<f64>(out, <f64>packet.protocol, 16);
  store<f64>(out, <f64>packet.wireLength, 24);
  store<f64>(out, <f64>((flags & TCP_SYN) != 0), 32);
  store<f64>(out, <f64>((flags & TCP_RST) != 0), 40);
  store<f64>(out, <f64>((flags & TCP_PSH) != 0), 48);
  store<f64>(out, <f64>((flags & TCP_ACK) != 0), 56);
  store<f64>(out, fourth ? <f64>packet.moreFragments : NaN, 64);
  store<f64>(out, fourth ? <f64>packet.dontFragment : NaN, 72);
  store<f64>(out, reservedBit, 80);
  store<f64>(out, relativeSequence(conversation, packet, fromFirst), 88);
  store<f64>(out, relativeAcknowledgment(conversation, packet, fromFirst), 96);
  writeWhole(conversations.totalsOf(conversation), out + 104);
  writeTotals(
    conversation.packetsSent,
    conversation.bytesSent,
    conversation.packetsReceived,
    conversation.bytesReceived,
    out + 152,
  );
}

function writeWhole(totals: usize, out: usize): void {
  if (totals == 0) {
    writeTotals(NaN, NaN, NaN, NaN, out);
    return;
  }
  writeTotals(
    load<f64>(totals),
    load<f64>(totals, 8),
    load<f64>(totals, 16),
    load<f64>(totals, 24),
    out,
  );
}

@inline
function writeTotals(packetsSent: f64, bytesSent: f64, packetsReceived: f64, bytesReceived: f64, out: usize): void {
  store<f64>(out, packetsSent + packetsReceived);
  store<f64>(out, bytesSent + bytesReceived, 8);
  store<f64>(out, packetsSent, 16);
  store<f64>(out, bytesSent, 24);
  store<f64>(out, packetsReceived, 32);
  store<f64>(out, bytesReceived, 40);
}
