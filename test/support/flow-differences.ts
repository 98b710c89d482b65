// Where Orbweaver's flows and tshark tell differently on the shared captures, how often, and why; and how far they agree on
// what became of TCP segments.
//
// Read by test/integration/flows.test.ts, which fails when a difference is not listed here, or listed and gone; and by the
// test that keeps docs/reference/flow-measures.md up to date.

export interface FlowDifference {
  readonly what: string;
  readonly why: string;
  /** Shared file → how often. */
  readonly files: Readonly<Record<string, number>>;
}

export interface SegmentAgreement {
  readonly measure: string;
  /** Segments that tshark tells, that Orbweaver counts, and the same ones, by flow and direction. */
  readonly tshark: number;
  readonly orbweaver: number;
  readonly same: number;
}

const FUZZED = "pcap/ndpi/fuzz-2006-06-26-2594.pcap";
const SYN_FLOOD = "pcap/lucid-cicddos2019/CIC-DDoS-2019-SynFlood.pcap";

/** By transport: directions of conversations whose packets or bytes differ. */
export const CONVERSATION_DIFFERENCES: readonly FlowDifference[] = [];

/** By transport: pairs of endpoints whose identifiers differ. */
export const COMMUNITY_DIFFERENCES: readonly FlowDifference[] = [
  {
    what: "icmp",
    why: "The ICMP header is 6 bytes long. Orbweaver takes type and code of a header that is not there in full; tshark none.",
    files: { "pcap/zeek-btest/icmp-header-trunc.pcap": 1 },
  },
  {
    what: "udp",
    why: "tshark takes the addresses of the wireless frames that this tunnel (CAPWAP) carries; Orbweaver those of the tunnel.",
    files: { "pcap/ndpi/capwap.pcap": 1 },
  },
];

/** By column: flows for which the slow computation differs. */
export const COLUMN_DIFFERENCES: readonly FlowDifference[] = [];

/** By measure: segments. */
export const SEGMENT_DIFFERENCES: readonly FlowDifference[] = [
  {
    what: "retransmitted",
    why: "A segment that the other side acknowledged before it was captured: tshark calls it a spurious retransmission although nothing was captured twice. Orbweaver calls sent again only what takes sequence numbers a second time.",
    files: { [FUZZED]: 1 },
  },
  {
    what: "retransmitted, in one of several flows",
    why: "The first segment of a new flow of the same ports, after the one before ended by silence or reset: tshark takes both for one stream, Orbweaver's flow has sent nothing yet.",
    files: { [SYN_FLOOD]: 14, "oracle/captures/k02_established_timeout.pcap": 1 },
  },
];

/** By column: flows. */
export const ROUND_TRIP_DIFFERENCES: readonly FlowDifference[] = [
  {
    what: "handshake_rtt",
    why: "SYN and ACK have the same time in this capture. For tshark 0 is no round trip, and it takes the next ACK.",
    files: { "pcap/zeek-btest/nflog-http.pcap": 1 },
  },
];

export const SEGMENT_AGREEMENT: readonly SegmentAgreement[] = [
  { measure: "retransmitted", tshark: 9859, orbweaver: 9843, same: 9843 },
  { measure: "out_of_order", tshark: 28, orbweaver: 28, same: 28 },
  { measure: "window_zero", tshark: 1, orbweaver: 1, same: 1 },
];
