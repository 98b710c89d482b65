// The decoded packet: one mutable record, reused for every frame of a capture.
//
// What it guarantees: after `decode` every field is set (stale values of the frame before are never seen), and all
// offsets lie inside `bytes`. What it must not know: flows, features, files, clocks. In WebAssembly's memory it has the
// same fields: assembly/packet.ts, memory.ts.
// Integers are kept as signed 32-bit (`| 0`), which engines hold unboxed; use `>>> 0` to print them.

/** Bits of `Packet.layers`: what was found in the frame. */
export const LAYER_ETHERNET = 1 << 0;
export const LAYER_VLAN = 1 << 1;
export const LAYER_MPLS = 1 << 2;
export const LAYER_LLC = 1 << 3;
export const LAYER_ARP = 1 << 4;
export const LAYER_IPV4 = 1 << 5;
export const LAYER_IPV6 = 1 << 6;
export const LAYER_ICMP = 1 << 7;
export const LAYER_ICMPV6 = 1 << 8;
export const LAYER_TCP = 1 << 9;
export const LAYER_UDP = 1 << 10;
export const LAYER_SCTP = 1 << 11;
export const LAYER_DNS = 1 << 12;
export const LAYER_TUNNEL = 1 << 13;
export const LAYER_PPP = 1 << 14;
export const LAYER_COOKED = 1 << 15;
export const LAYER_FRAGMENT = 1 << 16;

/** Bits of `Packet.tcpFlags`, as on the wire (RFC 9293, section 3.1). */
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;
export const TCP_ECE = 0x40;
export const TCP_CWR = 0x80;

/** IP protocol numbers (IANA) that the house knows by name. */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_IGMP = 2;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_SCTP = 132;

const NO_BYTES = new Uint8Array(0);

export class Packet {
  // --- where the frame lies -------------------------------------------------------------------------------
  /** The block that holds the frame; valid until the next block is read. */
  bytes: Uint8Array = NO_BYTES;
  /** Offset of the frame's first byte in `bytes`. */
  start = 0;
  /** Bytes of the frame that were captured. */
  capturedLength = 0;
  /** Bytes of the frame on the wire. */
  wireLength = 0;
  /** Microseconds since 1970-01-01 UTC, whole; nanosecond captures are cut, not rounded. */
  timestampUs = 0;
  /** Number of the packet in its capture, from 1. */
  ordinal = 0;

  // --- what was found -------------------------------------------------------------------------------------
  /** LAYER_* bits. */
  layers = 0;
  /** First problem met (index into PROBLEMS of problems.ts), 0 when none. */
  problem = 0;
  /** Innermost EtherType or its equivalent for the link type; 0 when unknown. */
  etherType = 0;
  /** VLAN identifier of the outermost tag, -1 when untagged. */
  vlan = -1;
  /** How many tunnels were entered (0 unless tunnels are decoded). */
  tunnelDepth = 0;

  // --- network layer --------------------------------------------------------------------------------------
  /** 4, 6, or 0 when there is no IP header. */
  ipVersion = 0;
  /** Addresses as four big-endian words; IPv4 is mapped: 0, 0, 0x0000ffff, address (RFC 4291, 2.5.5.2). */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  /** Upper-layer protocol, behind IPv6 extension headers; -1 when there is no IP header. */
  protocol = -1;
  /** Time to live or hop limit. */
  ttl = 0;
  /** Type of service or traffic class. */
  trafficClass = 0;
  /** Offset in `bytes` of the (innermost decoded) IP header. */
  ipOffset = 0;
  /** Bytes of the IP header with options and extension headers. */
  ipHeaderLength = 0;
  /** Bytes of the IP datagram on the wire: header and payload, by its header; frame length where that says 0. */
  ipLength = 0;
  /** IPv4 identification, or that of the IPv6 fragment header. */
  fragmentIdentification = 0;
  /** Offset of this fragment in bytes. */
  fragmentOffset = 0;
  /** 1 when more fragments follow. */
  moreFragments = 0;
  /** 1 when IPv4's "don't fragment" is set. */
  dontFragment = 0;

  // --- transport layer ------------------------------------------------------------------------------------
  /** 1 when a TCP, UDP, SCTP, ICMP or ICMPv6 header was read in full. */
  hasTransport = 0;
  sourcePort = 0;
  destinationPort = 0;
  transportOffset = 0;
  /** Bytes of the transport header: TCP data offset × 4, UDP 8, SCTP 12, ICMP 8; 0 without one. */
  transportHeaderLength = 0;
  tcpFlags = 0;
  sequence = 0;
  acknowledgment = 0;
  /** Raw 16-bit window. */
  window = 0;
  urgentPointer = 0;
  /** TCP options; -1 when absent. Only read on packets with SYN. */
  maximumSegmentSize = -1;
  windowScale = -1;
  /** ICMP or ICMPv6 type and code; -1 when not ICMP. */
  icmpType = -1;
  icmpCode = -1;
  /** Identifier and sequence of echo-like ICMP messages, else 0. */
  icmpIdentifier = 0;
  icmpSequence = 0;

  // --- payload --------------------------------------------------------------------------------------------
  /** Offset in `bytes` of the first byte behind the transport header (or IP header where there is none). */
  payloadOffset = 0;
  /** Bytes of payload on the wire, by the IP header; padding of the frame is not payload. */
  payloadLength = 0;
  /** Bytes of payload in the capture (at most `payloadLength`). */
  payloadCaptured = 0;

  // --- ARP ------------------------------------------------------------------------------------------------
  /** 1 request, 2 reply; 0 when not ARP. Its addresses are in source3 and destination3. */
  arpOperation = 0;

  // --- DNS (header and first question; RFC 1035) ----------------------------------------------------------
  dnsIdentification = 0;
  /** The 16 flag bits; bit 15 set in answers. */
  dnsFlags = 0;
  dnsQuestions = 0;
  dnsAnswers = 0;
  /** Offset and length in `bytes` of the first question's name in wire form; 0 and 0 when absent. */
  dnsNameOffset = 0;
  dnsNameLength = 0;
  dnsQuestionType = 0;

  /** Forgets the frame before; where it lies, and when it came, stay. */
  reset(): void {
    this.layers = 0;
    this.problem = 0;
    this.etherType = 0;
    this.vlan = -1;
    this.tunnelDepth = 0;
    this.ipVersion = 0;
    this.source0 = 0;
    this.source1 = 0;
    this.source2 = 0;
    this.source3 = 0;
    this.destination0 = 0;
    this.destination1 = 0;
    this.destination2 = 0;
    this.destination3 = 0;
    this.protocol = -1;
    this.ttl = 0;
    this.trafficClass = 0;
    this.ipOffset = 0;
    this.ipHeaderLength = 0;
    this.ipLength = 0;
    this.fragmentIdentification = 0;
    this.fragmentOffset = 0;
    this.moreFragments = 0;
    this.dontFragment = 0;
    this.hasTransport = 0;
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.transportOffset = 0;
    this.transportHeaderLength = 0;
    this.tcpFlags = 0;
    this.sequence = 0;
    this.acknowledgment = 0;
    this.window = 0;
    this.urgentPointer = 0;
    this.maximumSegmentSize = -1;
    this.windowScale = -1;
    this.icmpType = -1;
    this.icmpCode = -1;
    this.icmpIdentifier = 0;
    this.icmpSequence = 0;
    this.payloadOffset = 0;
    this.payloadLength = 0;
    this.payloadCaptured = 0;
    this.arpOperation = 0;
    this.dnsIdentification = 0;
    this.dnsFlags = 0;
    this.dnsQuestions = 0;
    this.dnsAnswers = 0;
    this.dnsNameOffset = 0;
    this.dnsNameLength = 0;
    this.dnsQuestionType = 0;
  }
}
