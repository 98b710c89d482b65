// The engine of the schemas `antinex` and `antinex-legacy`: frames in, one row a frame out. One instance meters one input.
//
// A row has the fields of the packet's headers, layer by layer, and what the recorder of the public files made of some of
// them. Nothing is kept from one frame to the next but a count. Only what was captured of a header is read; a header that is
// not there in full has no fields. scripts/build-kernels.mjs compiles this file into src/feature/antinex-kernels.generated.ts;
// ../engine.ts drives it.

import { reserve } from "../../flow/assembly/arena";
import { byte, half, word } from "../../packet/assembly/cursor";
import { Decoder } from "../../packet/assembly/decode";
import {
  LAYER_ARP,
  LAYER_DNS,
  LAYER_ETHERNET,
  LAYER_ICMP,
  LAYER_TCP,
  LAYER_UDP,
  Packet,
} from "../../packet/assembly/packet";
import { PacketRows } from "./packet-rows";

export { reserve } from "../../flow/assembly/arena";

// Places of the measures, in the order of ../measures/layers.ts.
const ETHERNET: usize = 0;
const ARP: usize = 1;
const IP: usize = 6;
const IPV6: usize = 15;
const TCP: usize = 21;
const TCP_OPTIONS: usize = 30;
const UDP: usize = 35;
const ICMP: usize = 39;
const DNS: usize = 50;
const RECORDED: usize = 66;
const MEASURES: i32 = 75;

const RECORDED_IP_LENGTH: usize = RECORDED;
const RECORDED_TCP_SEQUENCE: usize = RECORDED + 1;
const RECORDED_UDP_LENGTH: usize = RECORDED + 2;
const RECORDED_ICMP_CODE: usize = RECORDED + 3;
const RECORDED_ICMP_POINTER: usize = RECORDED + 4;
const RECORDED_DNS_ZERO: usize = RECORDED + 5;
const RECORDED_DNS_ONE: usize = RECORDED + 6;
const RECORDED_ROW: usize = RECORDED + 8;

const LINK_ETHERNET: i32 = 1;
/** Smaller values of the field are lengths (IEEE 802.3). */
const ETHERTYPE_MINIMUM: i32 = 1536;

let decoder = changetype<Decoder>(0);
let rows = changetype<PacketRows>(0);
/** Where the measures of the row lie. */
let out: usize = 0;

/** No flow takes any memory. */
export function flowBytes(): usize {
  return 0;
}

export function measureCount(): i32 {
  return MEASURES;
}

/** Takes all memory; false when it is refused. */
export function setup(tunnelDepth: i32, batchRows: u32, columns: u32): bool {
  decoder = changetype<Decoder>(reserve(Decoder.bytes()));
  rows = changetype<PacketRows>(reserve(offsetof<PacketRows>()));
  if (changetype<usize>(decoder) == 0 || changetype<usize>(rows) == 0) return false;
  decoder.setup(tunnelDepth);
  if (!rows.setup(batchRows, columns, MEASURES)) return false;
  out = rows.rows.measures;
  return true;
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

/** 2 rows; there are no early ones. */
export function figure(which: i32): f64 {
  return which == 2 ? rows.written : 0;
}

export function frame(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): void {
  const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
  rows.see(packet);
  clearMeasures();
  put(RECORDED_ROW, rows.written);
  if (linkType == LINK_ETHERNET && (packet.layers & LAYER_ETHERNET) != 0 && captured >= 14) {
    const type = half(start + 12);
    if (type >= ETHERTYPE_MINIMUM) put(ETHERNET, <f64>type);
  }
  if (packet.ipVersion == 4) writeIp(packet);
  else if (packet.ipVersion == 6) writeIpv6(<usize>packet.ipOffset);
  else if ((packet.layers & LAYER_ARP) != 0) writeArp(packet);
  if (packet.hasTransport != 0) writeTransport(packet);
  rows.add(packet);
}

/** A packet decoded elsewhere brings no headers, so there is nothing to tell of it. */
export function push(packet: usize): void {
  rows.see(changetype<Packet>(packet));
  rows.counts.withoutFlow += 1;
}

export function advance(nowUs: f64): void {
  if (nowUs > rows.counts.nowUs) rows.counts.nowUs = nowUs;
}

export function end(_limit: f64): bool {
  rows.rows.flush();
  return true;
}

export function flush(): void {
  rows.rows.flush();
}

@inline
function put(place: usize, value: f64): void {
  store<f64>(out + (place << 3), value);
}

function clearMeasures(): void {
  const none = f64x2.splat(NaN);
  const last = out + ((<usize>MEASURES - 1) << 3);
  for (let at = out; at < last; at += 16) v128.store(at, none);
  store<f64>(last, NaN);
}

/** The last value of these that is not 0, else the first: where the recorder stored several fields under one name. */
@inline
function later(value: f64, next: i32): f64 {
  return next == 0 ? value : <f64>(<u32>next);
}

/** A length of 0 leaves segmentation to the card: the frame tells. The recorder wrote what stood there. */
function writeIp(packet: Packet): void {
  const at = <usize>packet.ipOffset;
  const fragment = half(at + 6);
  const length = half(at + 2);
  put(IP, <f64>(byte(at) >> 4));
  put(IP + 1, <f64>(byte(at) & 15));
  put(IP + 2, <f64>byte(at + 1));
  put(IP + 3, <f64>packet.ipLength);
  put(IP + 4, <f64>(fragment >> 13));
  put(IP + 5, <f64>(fragment & 0x1fff));
  put(IP + 6, <f64>byte(at + 8));
  put(IP + 7, <f64>byte(at + 9));
  put(IP + 8, <f64>half(at + 10));
  let recorded = later(<f64>length, half(at + 4));
  recorded = later(recorded, fragment >> 13);
  recorded = later(recorded, fragment & 0x1fff);
  recorded = later(recorded, byte(at + 8));
  recorded = later(recorded, byte(at + 9));
  put(RECORDED_IP_LENGTH, later(recorded, half(at + 10)));
}

function writeIpv6(at: usize): void {
  const first = word(at);
  put(IPV6, <f64>(<u32>first >>> 28));
  put(IPV6 + 1, <f64>((first >>> 20) & 0xff));
  put(IPV6 + 2, <f64>(first & 0xfffff));
  put(IPV6 + 3, <f64>half(at + 4));
  put(IPV6 + 4, <f64>byte(at + 6));
  put(IPV6 + 5, <f64>byte(at + 7));
}

/**
 * The ARP header lies behind the EtherType that announced it. It is found from the operation and addresses that the
 * decoder read: the decoder leaves no offset, so the frame's EtherType fields are walked.
 */
function writeArp(packet: Packet): void {
  const end = <usize>packet.start + <usize>packet.capturedLength;
  let at = <usize>packet.start + 12;
  if ((packet.layers & LAYER_ETHERNET) == 0) return;
  while (at + 10 <= end) {
    const type = half(at);
    if (type == 0x0806) break;
    if (type != 0x8100 && type != 0x88a8 && type != 0x9100) return;
    at += 4;
  }
  at += 2;
  if (at + 8 > end) return;
  put(ARP, <f64>half(at));
  put(ARP + 1, <f64>half(at + 2));
  put(ARP + 2, <f64>byte(at + 4));
  put(ARP + 3, <f64>byte(at + 5));
  put(ARP + 4, <f64>half(at + 6));
}

function writeTransport(packet: Packet): void {
  const at = <usize>packet.transportOffset;
  const layers = packet.layers;
  if ((layers & LAYER_TCP) != 0) writeTcp(at, packet);
  else if ((layers & LAYER_UDP) != 0) writeUdp(at);
  else if ((layers & LAYER_ICMP) != 0) writeIcmp(at, <usize>packet.start + <usize>packet.capturedLength);
  if ((layers & LAYER_DNS) != 0) writeDns(packet);
}

function writeTcp(at: usize, packet: Packet): void {
  const words = byte(at + 12);
  // Data offset, three reserved bits, and nine flags, of which the first is NS (RFC 3540).
  const flags = half(at + 12) & 0x1ff;
  const reserved = (words >> 1) & 7;
  put(TCP, <f64>half(at));
  put(TCP + 1, <f64>half(at + 2));
  put(TCP + 2, <f64>(<u32>word(at + 4)));
  put(TCP + 3, <f64>(<u32>word(at + 8)));
  put(TCP + 4, <f64>(words >> 4));
  put(TCP + 5, <f64>reserved);
  put(TCP + 6, <f64>flags);
  put(TCP + 7, <f64>half(at + 14));
  put(TCP + 8, <f64>half(at + 16));
  let recorded = later(<f64>(<u32>word(at + 4)), word(at + 8));
  recorded = later(recorded, words >> 4);
  recorded = later(recorded, reserved);
  recorded = later(recorded, flags);
  recorded = later(recorded, half(at + 14));
  put(RECORDED_TCP_SEQUENCE, later(recorded, half(at + 16)));
  const end = min(
    at + ((<usize>words >> 4) << 2),
    <usize>packet.start + <usize>packet.capturedLength,
  );
  writeOptions(at + 20, end);
}

/** Kinds: 0 end, 1 nothing, 2 segment size, 3 window scale, 4 selective acknowledgment permitted, 8 timestamps. */
function writeOptions(from: usize, end: usize): void {
  let at = from;
  let nothings: f64 = 0;
  while (at < end) {
    const kind = byte(at);
    if (kind == 0) break;
    if (kind == 1) {
      nothings += 1;
      put(TCP_OPTIONS + 1, nothings);
      at++;
      continue;
    }
    const length = at + 1 < end ? <usize>byte(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (kind == 2 && length == 4) put(TCP_OPTIONS, <f64>half(at + 2));
    else if (kind == 3 && length == 3) put(TCP_OPTIONS + 4, <f64>byte(at + 2));
    else if (kind == 4) put(TCP_OPTIONS + 2, 1);
    else if (kind == 8 && length == 10) put(TCP_OPTIONS + 3, <f64>(<u32>word(at + 2)));
    at += length;
  }
}

function writeUdp(at: usize): void {
  const length = half(at + 4);
  put(UDP, <f64>half(at));
  put(UDP + 1, <f64>half(at + 2));
  put(UDP + 2, <f64>length);
  put(UDP + 3, <f64>half(at + 6));
  put(RECORDED_UDP_LENGTH, later(<f64>length, half(at + 6)));
}

/** Which fields there are depends on the type (RFC 792, 950). */
function writeIcmp(at: usize, end: usize): void {
  const type = byte(at);
  const code = byte(at + 1);
  const echo = type == 0 || type == 8 || (type >= 13 && type <= 18);
  put(ICMP, <f64>type);
  put(ICMP + 1, <f64>code);
  put(ICMP + 2, <f64>half(at + 2));
  const recorded = later(<f64>code, half(at + 2));
  put(RECORDED_ICMP_CODE, echo ? later(recorded, half(at + 4)) : recorded);
  if (echo) put(ICMP + 3, <f64>half(at + 6));
  if ((type == 13 || type == 14) && at + 20 <= end) {
    put(ICMP + 4, <f64>(<u32>word(at + 8)));
    put(ICMP + 5, <f64>(<u32>word(at + 12)));
    put(ICMP + 6, <f64>(<u32>word(at + 16)));
  }
  if (type == 5) put(ICMP + 7, <f64>(<u32>word(at + 4)));
  if (type == 12) {
    const reserved = word(at + 4) & 0x00ffffff;
    put(ICMP + 8, <f64>byte(at + 4));
    put(RECORDED_ICMP_POINTER, later(<f64>byte(at + 4), reserved));
  }
  if ((type == 17 || type == 18) && at + 12 <= end) put(ICMP + 9, <f64>(<u32>word(at + 8)));
  if (!echo && type != 5 && type != 12) put(ICMP + 10, <f64>(<u32>word(at + 4)));
}

/** RFC 1035, section 4.1.1, and the bits of RFC 2535. Over TCP two bytes of length go before. */
function writeDns(packet: Packet): void {
  let at = <usize>packet.payloadOffset;
  if ((packet.layers & LAYER_TCP) != 0) {
    put(DNS, <f64>half(at));
    at += 2;
  }
  const flags = half(at + 2);
  put(DNS + 1, <f64>half(at));
  put(DNS + 2, <f64>(flags >> 15));
  put(DNS + 3, <f64>((flags >> 11) & 15));
  put(DNS + 4, <f64>((flags >> 10) & 1));
  put(DNS + 5, <f64>((flags >> 9) & 1));
  put(DNS + 6, <f64>((flags >> 8) & 1));
  put(DNS + 7, <f64>((flags >> 7) & 1));
  put(DNS + 8, <f64>((flags >> 6) & 1));
  put(DNS + 9, <f64>((flags >> 5) & 1));
  put(DNS + 10, <f64>((flags >> 4) & 1));
  put(DNS + 11, <f64>(flags & 15));
  put(DNS + 12, <f64>half(at + 4));
  put(DNS + 13, <f64>half(at + 6));
  put(DNS + 14, <f64>half(at + 8));
  put(DNS + 15, <f64>half(at + 10));
  put(RECORDED_DNS_ZERO, 0);
  put(RECORDED_DNS_ONE, 1);
}
