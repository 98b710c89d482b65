// The one table of what can be wrong with a frame. A decoder never throws: it notes a problem and keeps what it read.
//
// `Packet.problem` is an index into PROBLEMS; 0 means none. Each line says which layer was being read, what was met,
// and of what kind it is:
//
//   cut          the capture ends inside a header that the frame on the wire had (snap length): the frame is innocent
//   malformed    the frame contradicts itself: a header is shorter than its protocol allows, or claims too much
//   unsupported  a sound frame carries something that Orbweaver does not read
//
// Numbers may change between releases; layer and reason together are the lasting name.

export type ProblemKind = "none" | "cut" | "malformed" | "unsupported";

export interface ProblemEntry {
  readonly layer: string;
  /** Short and stable: `layer` and `reason` together name the problem. */
  readonly reason: string;
  readonly kind: ProblemKind;
  readonly description: string;
}

const entries: ProblemEntry[] = [];

function define(kind: ProblemKind, layer: string, reason: string, description: string): number {
  entries.push({ layer, reason, kind, description });
  return entries.length - 1;
}

/**
 * Defines the pair that every header needs: `header cut` (the capture ends inside it) and, directly behind it,
 * `header short` (the frame itself ends inside it). Returns the first; see `lacking`.
 */
function defineHeader(layer: string, header: string): number {
  const cut = define("cut", layer, "header cut", `The capture ends inside ${header}, which the frame had.`);
  define("malformed", layer, "header short", `The frame or the layer around it ends inside ${header}.`);
  return cut;
}

function malformed(layer: string, reason: string, description: string): number {
  return define("malformed", layer, reason, description);
}

function unsupported(layer: string, reason: string, description: string): number {
  return define("unsupported", layer, reason, description);
}

export const PROBLEM_NONE = define("none", "", "none", "Nothing was wrong.");

// Link layers.
export const PROBLEM_LINK_TYPE = unsupported("link", "type", "The link type of the capture is not decoded.");
export const PROBLEM_ETHERNET_HEADER = defineHeader("ethernet", "the 14-byte Ethernet header");
export const PROBLEM_ETHERNET_LENGTH = malformed(
  "ethernet",
  "length beyond frame",
  "The 802.3 length field claims more bytes than the frame has.",
);
export const PROBLEM_ETHERTYPE = unsupported("ethernet", "EtherType", "The EtherType is not decoded.");
export const PROBLEM_VLAN_HEADER = defineHeader("vlan", "the 4-byte VLAN tag");
export const PROBLEM_VLAN_DEPTH = malformed("vlan", "too deep", "More than 8 VLAN tags follow each other.");
export const PROBLEM_LLC_HEADER = defineHeader("llc", "the LLC or SNAP header");
export const PROBLEM_LLC_SAP = unsupported(
  "llc",
  "service access point",
  "The LLC service access point is neither SNAP nor IP.",
);
export const PROBLEM_SNAP_ORGANISATION = unsupported(
  "llc",
  "organisation",
  "The SNAP organisation code is not that of EtherTypes.",
);
export const PROBLEM_MPLS_HEADER = defineHeader("mpls", "the 4-byte MPLS label");
export const PROBLEM_MPLS_DEPTH = malformed(
  "mpls",
  "too deep",
  "More than 16 MPLS labels follow each other.",
);
export const PROBLEM_MPLS_PAYLOAD = unsupported(
  "mpls",
  "payload",
  "What follows the label stack does not begin like IPv4 or IPv6.",
);
export const PROBLEM_PPPOE_HEADER = defineHeader("pppoe", "the 6-byte PPPoE session header");
export const PROBLEM_PPPOE_CODE = malformed(
  "pppoe",
  "version or code",
  "Version and type are not 1, or the code is not that of session data.",
);
export const PROBLEM_PPPOE_LENGTH = malformed(
  "pppoe",
  "length beyond frame",
  "The PPPoE length claims more bytes than the frame has.",
);
export const PROBLEM_PPP_HEADER = defineHeader("ppp", "the PPP protocol field");
export const PROBLEM_PPP_PROTOCOL = unsupported(
  "ppp",
  "protocol",
  "The PPP protocol is neither IPv4, IPv6 nor MPLS.",
);
export const PROBLEM_HDLC_HEADER = defineHeader("hdlc", "the 4-byte Cisco HDLC header");
export const PROBLEM_HDLC_PROTOCOL = unsupported(
  "hdlc",
  "protocol",
  "The Cisco HDLC protocol is not decoded, such as keep-alives (SLARP).",
);
export const PROBLEM_COOKED_HEADER = defineHeader("cooked", "the Linux cooked header");
export const PROBLEM_COOKED_PROTOCOL = unsupported(
  "cooked",
  "protocol",
  "The protocol of the Linux cooked header is not decoded.",
);
export const PROBLEM_LOOPBACK_HEADER = defineHeader("loopback", "the 4-byte address family");
export const PROBLEM_LOOPBACK_FAMILY = unsupported(
  "loopback",
  "address family",
  "The address family is that of neither IPv4 nor IPv6.",
);
export const PROBLEM_NFLOG_HEADER = defineHeader("nflog", "the NFLOG header or an attribute of it");
export const PROBLEM_NFLOG_ATTRIBUTE = malformed(
  "nflog",
  "attribute length",
  "An NFLOG attribute is shorter than its own header or longer than the frame.",
);
export const PROBLEM_NFLOG_PAYLOAD = unsupported(
  "nflog",
  "no payload",
  "None of the first 64 NFLOG attributes is a payload.",
);
export const PROBLEM_NFLOG_FAMILY = unsupported(
  "nflog",
  "address family",
  "The address family is that of neither IPv4 nor IPv6.",
);

// Network layer.
export const PROBLEM_ARP_HEADER = defineHeader("arp", "the ARP message");
export const PROBLEM_ARP_ADDRESSES = unsupported(
  "arp",
  "address kind",
  "The protocol addresses are not those of IPv4.",
);
export const PROBLEM_RAW_VERSION = malformed(
  "ip",
  "version",
  "A frame that should begin with an IP header has a version other than 4 and 6.",
);
export const PROBLEM_IPV4_HEADER = defineHeader("ipv4", "the 20-byte IPv4 header");
export const PROBLEM_IPV4_VERSION = malformed("ipv4", "version", "The version in the IPv4 header is not 4.");
export const PROBLEM_IPV4_HEADER_LENGTH = malformed(
  "ipv4",
  "header length",
  "The header length is below 20 bytes.",
);
export const PROBLEM_IPV4_TOTAL_LENGTH = malformed(
  "ipv4",
  "total length",
  "The total length is below the header length.",
);
export const PROBLEM_IPV4_LENGTH_BEYOND = malformed(
  "ipv4",
  "length beyond frame",
  "The total length claims more bytes than the frame on the wire had.",
);
export const PROBLEM_IPV4_OPTIONS = defineHeader("ipv4 options", "the options of the IPv4 header");
export const PROBLEM_IPV4_FRAGMENT = malformed(
  "ipv4",
  "fragment beyond datagram",
  "The fragment ends beyond 65,535 bytes.",
);
export const PROBLEM_IPV6_HEADER = defineHeader("ipv6", "the 40-byte IPv6 header");
export const PROBLEM_IPV6_VERSION = malformed("ipv6", "version", "The version in the IPv6 header is not 6.");
export const PROBLEM_IPV6_LENGTH_BEYOND = malformed(
  "ipv6",
  "length beyond frame",
  "The payload length claims more bytes than the frame on the wire had.",
);
export const PROBLEM_EXTENSION_HEADER = defineHeader(
  "ip extension",
  "an IPv6 extension header or IP authentication header",
);
export const PROBLEM_EXTENSION_DEPTH = malformed(
  "ip extension",
  "too deep",
  "More than 16 extension headers follow each other.",
);
export const PROBLEM_IPV6_FRAGMENT = malformed(
  "ipv6",
  "fragment beyond datagram",
  "The fragment ends beyond 65,535 bytes.",
);

// Transport layer.
export const PROBLEM_TCP_HEADER = defineHeader("tcp", "the 20-byte TCP header");
export const PROBLEM_TCP_DATA_OFFSET = malformed("tcp", "data offset", "The data offset is below 5 words.");
export const PROBLEM_TCP_OPTIONS = defineHeader("tcp options", "the options of the TCP header");
export const PROBLEM_TCP_OPTION_LENGTH = malformed(
  "tcp options",
  "option length",
  "An option of a SYN is shorter than 2 bytes or ends beyond the header.",
);
export const PROBLEM_UDP_HEADER = defineHeader("udp", "the 8-byte UDP header");
export const PROBLEM_UDP_LENGTH = malformed(
  "udp",
  "length",
  "The UDP length is between 1 and 7, less than its own header.",
);
export const PROBLEM_UDP_LENGTH_BEYOND = malformed(
  "udp",
  "length beyond datagram",
  "The UDP length claims more bytes than the IP datagram has.",
);
export const PROBLEM_SCTP_HEADER = defineHeader("sctp", "the 12-byte SCTP header");
export const PROBLEM_ICMP_HEADER = defineHeader("icmp", "the 8-byte ICMP header");
export const PROBLEM_ICMPV6_HEADER = defineHeader("icmpv6", "the 8-byte ICMPv6 header");

// Above.
export const PROBLEM_DNS_HEADER = defineHeader("dns", "the 12-byte DNS header");
export const PROBLEM_DNS_QUESTION = defineHeader("dns question", "the first question");
export const PROBLEM_DNS_NAME = malformed(
  "dns question",
  "name",
  "The first name has a label of a reserved kind, a compression pointer, or more than 255 bytes.",
);
export const PROBLEM_TUNNEL_HEADER = defineHeader("tunnel", "the GRE or VXLAN header");
export const PROBLEM_TUNNEL_DEPTH = unsupported(
  "tunnel",
  "too deep",
  "More than 4 tunnels lie in each other; the fourth one's content is described.",
);
export const PROBLEM_TUNNEL_CONTENT = unsupported(
  "tunnel",
  "content",
  "What the tunnel carries is not decoded; the packet around it is described.",
);

/** Every problem; the index is `Packet.problem`. */
export const PROBLEMS: readonly ProblemEntry[] = entries;

/** "tcp: data offset", for people. */
export function problemName(problem: number): string {
  const entry = PROBLEMS[problem];
  return entry === undefined || problem === PROBLEM_NONE ? "none" : `${entry.layer}: ${entry.reason}`;
}
