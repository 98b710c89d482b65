// Where Orbweaver's decoder and tshark count differently on the shared captures, in how many frames, and why.
//
// Read by test/integration/tshark.test.ts, which fails when a difference is not listed here, or listed and gone; and by
// the test that keeps docs/reference/decoding.md up to date.

export interface TsharkDifference {
  /** A layer and who alone counts it, or a field of tshark's. "(tunnels)": with tunnels decoded. */
  readonly what: string;
  readonly why: string;
  /** Shared file → frames. */
  readonly files: Readonly<Record<string, number>>;
}

const FUZZED = "pcap/ndpi/fuzz-2006-06-26-2594.pcap";
const HDLC = "pcap/ndpi/BGP_Cisco_hdlc_slarp.pcap";
const GRE = "pcap/ndpi/gre.pcapng";
const OS_SCAN = "pcap/practical-packet-analysis-3e/activeosfingerprinting.pcapng";

const DNS_FILES = {
  [FUZZED]: 8,
  "pcap/practical-packet-analysis-3e/dns_axfr.pcapng": 2,
  "oracle/captures/badpackets.pcap": 5,
  "oracle/captures/k01_kdd_windows.pcap": 1,
  "oracle/captures/k02_established_timeout.pcap": 2,
  "oracle/captures/s10_active_idle_gaps.pcap": 2,
  "oracle/captures/s20_out_of_order_time.pcap": 1,
  "oracle/captures/s21_zero_duration.pcap": 1,
  "oracle/captures/s24_nonip_garbage.pcap": 2,
  "oracle/captures/s30_first_payload_twice.pcap": 1,
};

const WHY_DNS =
  "Orbweaver calls a payload DNS when it is on a DNS port and the 12-byte header is there (over TCP, when the segment begins " +
  "with a message). tshark does so for shorter ones as well, for pieces of messages over TCP, and on ports that were " +
  "damaged in the capture, because it remembers the conversation.";
const WHY_HDLC =
  "tshark lists Cisco HDLC below PPP when the capture calls its link type PPP; Orbweaver counts PPP only where there is a PPP protocol field.";
const WHY_VERSION =
  "tshark counts IPv4 as soon as the EtherType announces it, and looks for IPv6 when the version says 6. In these damaged " +
  "frames the version is not 4, or the header length is below 20: Orbweaver finds no IP header in them and counts the problem.";

export const TSHARK_DIFFERENCES: readonly TsharkDifference[] = [
  { what: "dns: tshark only", why: WHY_DNS, files: DNS_FILES },
  { what: "dns (tunnels): tshark only", why: WHY_DNS, files: DNS_FILES },
  { what: "ppp: tshark only", why: WHY_HDLC, files: { [HDLC]: 14 } },
  {
    what: "ppp (tunnels): tshark only",
    why: `${WHY_HDLC} In the GRE capture, see the next line.`,
    files: { [HDLC]: 14, [GRE]: 1 },
  },
  {
    what: "udp (tunnels): tshark only",
    why: "GRE version 1 (PPTP, RFC 2637) carries PPP frames that may be compressed or encrypted; Orbweaver enters version 0 only.",
    files: { [GRE]: 1 },
  },
  { what: "ipv4: tshark only", why: WHY_VERSION, files: { [FUZZED]: 7 } },
  { what: "ipv4 (tunnels): tshark only", why: WHY_VERSION, files: { [FUZZED]: 7 } },
  { what: "ipv6 (tunnels): tshark only", why: WHY_VERSION, files: { [FUZZED]: 1 } },
  {
    what: "udp.length",
    why: "The UDP length was damaged and contradicts the IP header. Orbweaver counts the problem and takes the payload's length from the IP header.",
    files: { [FUZZED]: 32 },
  },
  {
    what: "tcp.hdr_len",
    why: "The data offset is below 5 words, or beyond the end of the datagram. Orbweaver reports no header length, or the part that is there; tshark what the field says.",
    files: { "pcap/ndpi/ip_fragmented_garbage.pcap": 4, "oracle/captures/ip_fragmented_garbage.pcap": 29 },
  },
  {
    what: "tcp.options.mss_val",
    why: "Orbweaver reads TCP options on packets with SYN only, where they mean something; these are probes of a scanner.",
    files: { [OS_SCAN]: 16 },
  },
  {
    what: "tcp.options.wscale.shift",
    why: "Orbweaver reads TCP options on packets with SYN only, where they mean something; these are probes of a scanner.",
    files: { [OS_SCAN]: 16 },
  },
  {
    what: "icmp.ident",
    why: "The ICMP header is 6 bytes long. Orbweaver takes type and code of a header that is not there in full; tshark the identifier as well.",
    files: { "pcap/zeek-btest/icmp-header-trunc.pcap": 2 },
  },
];
