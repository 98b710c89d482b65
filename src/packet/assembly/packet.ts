// The decoded packet as it lies in WebAssembly's memory. Its fields are those of ../packet.ts, where each is explained;
// `start` and all offsets are addresses in this memory. ../memory.ts reads and writes it from outside: both lists must
// be in the same order (a test compares them).

/** Bits of `layers`. */
export const LAYER_ETHERNET: i32 = 1 << 0;
export const LAYER_VLAN: i32 = 1 << 1;
export const LAYER_MPLS: i32 = 1 << 2;
export const LAYER_LLC: i32 = 1 << 3;
export const LAYER_ARP: i32 = 1 << 4;
export const LAYER_IPV4: i32 = 1 << 5;
export const LAYER_IPV6: i32 = 1 << 6;
export const LAYER_ICMP: i32 = 1 << 7;
export const LAYER_ICMPV6: i32 = 1 << 8;
export const LAYER_TCP: i32 = 1 << 9;
export const LAYER_UDP: i32 = 1 << 10;
export const LAYER_SCTP: i32 = 1 << 11;
export const LAYER_DNS: i32 = 1 << 12;
export const LAYER_TUNNEL: i32 = 1 << 13;
export const LAYER_PPP: i32 = 1 << 14;
export const LAYER_COOKED: i32 = 1 << 15;
export const LAYER_FRAGMENT: i32 = 1 << 16;

/** Bits of `tcpFlags` (RFC 9293, section 3.1). */
export const TCP_FIN: i32 = 0x01;
export const TCP_SYN: i32 = 0x02;
export const TCP_RST: i32 = 0x04;
export const TCP_PSH: i32 = 0x08;
export const TCP_ACK: i32 = 0x10;
export const TCP_URG: i32 = 0x20;
export const TCP_ECE: i32 = 0x40;
export const TCP_CWR: i32 = 0x80;

/** IP protocol numbers (IANA). */
export const PROTOCOL_ICMP: i32 = 1;
export const PROTOCOL_IGMP: i32 = 2;
export const PROTOCOL_TCP: i32 = 6;
export const PROTOCOL_UDP: i32 = 17;
export const PROTOCOL_ICMPV6: i32 = 58;
export const PROTOCOL_SCTP: i32 = 132;

/** Never made with `new`: laid over a place in memory with `changetype<Packet>(address)`. */
@unmanaged
export class Packet {
  timestampUs: f64;
  ordinal: f64;
  start: i32;
  capturedLength: i32;
  wireLength: u32;

  layers: i32;
  problem: i32;
  etherType: i32;
  vlan: i32;
  tunnelDepth: i32;

  ipVersion: i32;
  source0: i32;
  source1: i32;
  source2: i32;
  source3: i32;
  destination0: i32;
  destination1: i32;
  destination2: i32;
  destination3: i32;
  protocol: i32;
  ttl: i32;
  trafficClass: i32;
  ipOffset: i32;
  ipHeaderLength: i32;
  ipLength: i32;
  fragmentIdentification: i32;
  fragmentOffset: i32;
  moreFragments: i32;
  dontFragment: i32;

  hasTransport: i32;
  sourcePort: i32;
  destinationPort: i32;
  transportOffset: i32;
  transportHeaderLength: i32;
  tcpFlags: i32;
  sequence: i32;
  acknowledgment: i32;
  window: i32;
  urgentPointer: i32;
  maximumSegmentSize: i32;
  windowScale: i32;
  icmpType: i32;
  icmpCode: i32;
  icmpIdentifier: i32;
  icmpSequence: i32;

  payloadOffset: i32;
  payloadLength: i32;
  payloadCaptured: i32;

  arpOperation: i32;

  dnsIdentification: i32;
  dnsFlags: i32;
  dnsQuestions: i32;
  dnsAnswers: i32;
  dnsNameOffset: i32;
  dnsNameLength: i32;
  dnsQuestionType: i32;

  /** Forgets the frame before; `start`, the lengths and the time stay. */
  reset(): void {
    // Calls of memory.fill cost more than these stores; 51 words are 12 × 16 + 12 bytes.
    const first = changetype<usize>(this) + offsetof<Packet>("layers");
    const zero = i64x2.splat(0);
    store<i32>(first, 0);
    v128.store(first, zero, 4);
    v128.store(first, zero, 20);
    v128.store(first, zero, 36);
    v128.store(first, zero, 52);
    v128.store(first, zero, 68);
    v128.store(first, zero, 84);
    v128.store(first, zero, 100);
    v128.store(first, zero, 116);
    v128.store(first, zero, 132);
    v128.store(first, zero, 148);
    v128.store(first, zero, 164);
    v128.store(first, zero, 180);
    store<i64>(first, 0, 196);
    this.vlan = -1;
    this.protocol = -1;
    this.maximumSegmentSize = -1;
    this.windowScale = -1;
    this.icmpType = -1;
    this.icmpCode = -1;
  }
}
