// The link types of captures: one table of what is decoded, and what is only counted.
//
// assembly/link.ts reads the decoded ones; a test holds its list and this table equal. Numbers are those of
// https://www.tcpdump.org/linktypes.html.

export const LINK_NULL = 0;
export const LINK_ETHERNET = 1;
export const LINK_PPP = 9;
export const LINK_RAW_BSD = 12;
export const LINK_RAW_OPENBSD = 14;
export const LINK_PPP_HDLC = 50;
export const LINK_PPPOE = 51;
export const LINK_RAW = 101;
export const LINK_CISCO_HDLC = 104;
export const LINK_LOOP = 108;
export const LINK_COOKED = 113;
export const LINK_IPV4 = 228;
export const LINK_IPV6 = 229;
export const LINK_NFLOG = 239;
export const LINK_COOKED_2 = 276;

export interface LinkType {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  /** False when frames of this type are counted, but not decoded. */
  readonly decoded: boolean;
}

export const LINK_TYPES: readonly LinkType[] = [
  {
    number: LINK_NULL,
    name: "null",
    description: "BSD loopback; address family in either byte order",
    decoded: true,
  },
  {
    number: LINK_ETHERNET,
    name: "Ethernet",
    description: "Ethernet II, and 802.3 with LLC or SNAP",
    decoded: true,
  },
  { number: 6, name: "token ring", description: "IEEE 802.5", decoded: false },
  { number: 7, name: "ARCNET", description: "ARCNET, BSD", decoded: false },
  { number: 8, name: "SLIP", description: "SLIP with a BPF header", decoded: false },
  {
    number: LINK_PPP,
    name: "PPP",
    description: "PPP, with or without HDLC address and control, or Cisco HDLC",
    decoded: true,
  },
  { number: 10, name: "FDDI", description: "FDDI", decoded: false },
  {
    number: LINK_RAW_BSD,
    name: "raw IP",
    description: "Raw IP by its number on most systems",
    decoded: true,
  },
  { number: LINK_RAW_OPENBSD, name: "raw IP", description: "Raw IP by its number on OpenBSD", decoded: true },
  {
    number: LINK_PPP_HDLC,
    name: "PPP in HDLC",
    description: "PPP in HDLC-like framing, or Cisco HDLC",
    decoded: true,
  },
  { number: LINK_PPPOE, name: "PPPoE", description: "PPPoE without its Ethernet header", decoded: true },
  {
    number: LINK_RAW,
    name: "raw IP",
    description: "Raw IP; the version is in the first byte",
    decoded: true,
  },
  {
    number: LINK_CISCO_HDLC,
    name: "Cisco HDLC",
    description: "Cisco PPP with HDLC framing",
    decoded: true,
  },
  { number: 105, name: "802.11", description: "Wireless LAN", decoded: false },
  { number: 107, name: "frame relay", description: "Frame relay", decoded: false },
  {
    number: LINK_LOOP,
    name: "loopback",
    description: "OpenBSD loopback; address family in either byte order",
    decoded: true,
  },
  {
    number: LINK_COOKED,
    name: "Linux cooked",
    description: "Linux cooked capture, version 1",
    decoded: true,
  },
  { number: 117, name: "pflog", description: "OpenBSD packet filter log", decoded: false },
  { number: 119, name: "802.11 with Prism header", description: "Wireless LAN", decoded: false },
  { number: 127, name: "802.11 with radiotap header", description: "Wireless LAN", decoded: false },
  { number: 187, name: "Bluetooth HCI", description: "Bluetooth, host controller interface", decoded: false },
  { number: 189, name: "USB", description: "USB, Linux", decoded: false },
  { number: 192, name: "PPI", description: "Per-packet information header", decoded: false },
  { number: 195, name: "802.15.4", description: "Low-rate wireless network", decoded: false },
  { number: 220, name: "USB", description: "USB, Linux, padded header", decoded: false },
  { number: 227, name: "CAN", description: "Controller area network, SocketCAN", decoded: false },
  { number: LINK_IPV4, name: "IPv4", description: "Raw IPv4", decoded: true },
  { number: LINK_IPV6, name: "IPv6", description: "Raw IPv6", decoded: true },
  { number: LINK_NFLOG, name: "NFLOG", description: "Linux netfilter log messages", decoded: true },
  { number: 249, name: "USBPcap", description: "USB, Windows", decoded: false },
  {
    number: LINK_COOKED_2,
    name: "Linux cooked 2",
    description: "Linux cooked capture, version 2",
    decoded: true,
  },
];

/** Name of a link type, for people. */
export function linkTypeName(number: number): string {
  return LINK_TYPES.find((type) => type.number === number)?.name ?? `link type ${number}`;
}
