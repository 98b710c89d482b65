// What can be wrong with a frame, as numbers: indices into PROBLEMS of ../problems.ts, where each is explained.
//
// Directly behind each header's problem (`…_HEADER`, `…_OPTIONS`, `PROBLEM_DNS_QUESTION`) stands its other half, "header
// short", which has no name here: see `lacking`. A test holds both lists equal.

export const PROBLEM_NONE: i32 = 0;
export const PROBLEM_LINK_TYPE: i32 = 1;
export const PROBLEM_ETHERNET_HEADER: i32 = 2;
export const PROBLEM_ETHERNET_LENGTH: i32 = 4;
export const PROBLEM_ETHERTYPE: i32 = 5;
export const PROBLEM_VLAN_HEADER: i32 = 6;
export const PROBLEM_VLAN_DEPTH: i32 = 8;
export const PROBLEM_LLC_HEADER: i32 = 9;
export const PROBLEM_LLC_SAP: i32 = 11;
export const PROBLEM_SNAP_ORGANISATION: i32 = 12;
export const PROBLEM_MPLS_HEADER: i32 = 13;
export const PROBLEM_MPLS_DEPTH: i32 = 15;
export const PROBLEM_MPLS_PAYLOAD: i32 = 16;
export const PROBLEM_PPPOE_HEADER: i32 = 17;
export const PROBLEM_PPPOE_CODE: i32 = 19;
export const PROBLEM_PPPOE_LENGTH: i32 = 20;
export const PROBLEM_PPP_HEADER: i32 = 21;
export const PROBLEM_PPP_PROTOCOL: i32 = 23;
export const PROBLEM_HDLC_HEADER: i32 = 24;
export const PROBLEM_HDLC_PROTOCOL: i32 = 26;
export const PROBLEM_COOKED_HEADER: i32 = 27;
export const PROBLEM_COOKED_PROTOCOL: i32 = 29;
export const PROBLEM_LOOPBACK_HEADER: i32 = 30;
export const PROBLEM_LOOPBACK_FAMILY: i32 = 32;
export const PROBLEM_NFLOG_HEADER: i32 = 33;
export const PROBLEM_NFLOG_ATTRIBUTE: i32 = 35;
export const PROBLEM_NFLOG_PAYLOAD: i32 = 36;
export const PROBLEM_NFLOG_FAMILY: i32 = 37;
export const PROBLEM_ARP_HEADER: i32 = 38;
export const PROBLEM_ARP_ADDRESSES: i32 = 40;
export const PROBLEM_RAW_VERSION: i32 = 41;
export const PROBLEM_IPV4_HEADER: i32 = 42;
export const PROBLEM_IPV4_VERSION: i32 = 44;
export const PROBLEM_IPV4_HEADER_LENGTH: i32 = 45;
export const PROBLEM_IPV4_TOTAL_LENGTH: i32 = 46;
export const PROBLEM_IPV4_LENGTH_BEYOND: i32 = 47;
export const PROBLEM_IPV4_OPTIONS: i32 = 48;
export const PROBLEM_IPV4_FRAGMENT: i32 = 50;
export const PROBLEM_IPV6_HEADER: i32 = 51;
export const PROBLEM_IPV6_VERSION: i32 = 53;
export const PROBLEM_IPV6_LENGTH_BEYOND: i32 = 54;
export const PROBLEM_EXTENSION_HEADER: i32 = 55;
export const PROBLEM_EXTENSION_DEPTH: i32 = 57;
export const PROBLEM_IPV6_FRAGMENT: i32 = 58;
export const PROBLEM_TCP_HEADER: i32 = 59;
export const PROBLEM_TCP_DATA_OFFSET: i32 = 61;
export const PROBLEM_TCP_OPTIONS: i32 = 62;
export const PROBLEM_TCP_OPTION_LENGTH: i32 = 64;
export const PROBLEM_UDP_HEADER: i32 = 65;
export const PROBLEM_UDP_LENGTH: i32 = 67;
export const PROBLEM_UDP_LENGTH_BEYOND: i32 = 68;
export const PROBLEM_SCTP_HEADER: i32 = 69;
export const PROBLEM_ICMP_HEADER: i32 = 71;
export const PROBLEM_ICMPV6_HEADER: i32 = 73;
export const PROBLEM_DNS_HEADER: i32 = 75;
export const PROBLEM_DNS_QUESTION: i32 = 77;
export const PROBLEM_DNS_NAME: i32 = 79;
export const PROBLEM_TUNNEL_HEADER: i32 = 80;
export const PROBLEM_TUNNEL_DEPTH: i32 = 82;
export const PROBLEM_TUNNEL_CONTENT: i32 = 83;

/** How many there are. */
export const PROBLEM_COUNT: i32 = 84;
