// One sound frame, or several, of every kind that the decoder reads: seeds for fuzzing, and questions to tshark.

import {
  LINK_CISCO_HDLC,
  LINK_COOKED,
  LINK_COOKED_2,
  LINK_ETHERNET,
  LINK_IPV4,
  LINK_IPV6,
  LINK_LOOP,
  LINK_NFLOG,
  LINK_NULL,
  LINK_PPP,
  LINK_PPP_HDLC,
  LINK_PPPOE,
  LINK_RAW,
} from "../../src/packet/link.ts";
import {
  arp,
  authentication,
  be16,
  be32,
  cooked,
  cooked2,
  dns,
  dnsLabels,
  ethernet,
  extension,
  fragmentHeader,
  gre,
  icmp,
  ipv4,
  ipv6,
  join,
  mpls,
  nflog,
  pppoe,
  sctp,
  snap,
  tcp,
  udp,
  vlan,
  vxlan,
} from "./frames.ts";

export interface CatalogueFrame {
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

const SYN_OPTIONS = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
const QUESTION = dns({ identification: 0x1234 }, join(dnsLabels("www", "example", "org"), be16(28), be16(1)));
const SCTP_INIT = join([1, 0, 0, 20], be32(7), be32(65_536), be16(1), be16(1), be32(9));

const TCP4 = ipv4(
  { protocol: 6, ttl: 63, dontFragment: true },
  tcp({ sequence: 0xfffffff0, acknowledgment: 5 }, [1, 2, 3]),
);
const UDP4 = ipv4(
  { protocol: 17, trafficClass: 0xb8 },
  udp({ sourcePort: 4000, destinationPort: 4001 }, [1, 2, 3]),
);
const TCP6 = ipv6({ next: 6, trafficClass: 0x20 }, tcp({ flags: 0x18 }, [4, 5, 6]));
const UDP6 = ipv6({ next: 17, hopLimit: 1 }, udp({ sourcePort: 4000, destinationPort: 4001 }, [1, 2, 3]));

const ECHO6 = icmp(128, 0, be32(0x00070009), [1, 2, 3, 4]);
const QUOTED = ipv4({ protocol: 17 }, udp({ sourcePort: 5000, destinationPort: 33434 }));

const ETHERNET_FRAMES: readonly Uint8Array[] = [
  ethernet(0x0800, TCP4),
  ethernet(0x0800, UDP4),
  ethernet(0x86dd, TCP6),
  ethernet(0x86dd, UDP6),
  ethernet(0x0800, ipv4({ protocol: 6 }, tcp({ flags: 2, options: SYN_OPTIONS }))),
  ethernet(
    0x0800,
    ipv4({ protocol: 6, options: [7, 7, 4, 1, 2, 3, 4, 0] }, tcp({ flags: 0x29, urgentPointer: 3 }, [1])),
  ),
  ethernet(0x0800, ipv4({ protocol: 17 }, udp({ destinationPort: 53 }, QUESTION))),
  ethernet(0x86dd, ipv6({ next: 17 }, udp({ sourcePort: 5353, destinationPort: 5353 }, QUESTION))),
  ethernet(0x0800, ipv4({ protocol: 17 }, udp({ destinationPort: 5355 }, QUESTION))),
  ethernet(
    0x0800,
    ipv4({ protocol: 6 }, tcp({ destinationPort: 53, flags: 0x18 }, join(be16(QUESTION.length), QUESTION))),
  ),
  ethernet(0x0800, ipv4({ protocol: 1 }, icmp(8, 0, be32(0xfedc0102), [1, 2, 3, 4]))),
  ethernet(0x0800, ipv4({ protocol: 1 }, icmp(13, 0, be32(0x00050006), new Uint8Array(12)))),
  ethernet(0x0800, ipv4({ protocol: 1 }, icmp(3, 3, be32(0), QUOTED))),
  ethernet(0x86dd, ipv6({ next: 58, hopLimit: 255 }, ECHO6)),
  ethernet(0x86dd, ipv6({ next: 58, hopLimit: 255 }, icmp(135, 0, be32(0), new Uint8Array(16).fill(0xfe)))),
  ethernet(0x86dd, ipv6({ next: 0 }, extension(60, 0, extension(58, 1, ECHO6)))),
  ethernet(0x86dd, ipv6({ next: 60 }, extension(51, 0, authentication(6, 4, tcp({ flags: 0x11 }))))),
  ethernet(0x86dd, ipv6({ next: 43 }, join([17, 2, 0, 0, 0, 0, 0, 0], new Uint8Array(16), udp({}, [1])))),
  ethernet(
    0x86dd,
    ipv6(
      { next: 44 },
      fragmentHeader(
        { next: 17, offset: 0, more: true, identification: 9 },
        udp({ length: 999 }, new Uint8Array(16)),
      ),
    ),
  ),
  ethernet(
    0x86dd,
    ipv6(
      { next: 44 },
      fragmentHeader({ next: 17, offset: 24, more: false, identification: 9 }, new Uint8Array(8)),
    ),
  ),
  ethernet(0x86dd, ipv6({ next: 59 }, [])),
  ethernet(0x86dd, ipv6({ next: 50 }, new Uint8Array(24).fill(1))),
  ethernet(
    0x0800,
    ipv4({ protocol: 17, moreFragments: true, identification: 77 }, udp({ length: 999 }, new Uint8Array(16))),
  ),
  ethernet(0x0800, ipv4({ protocol: 17, fragmentOffset: 24, identification: 77 }, new Uint8Array(8))),
  ethernet(0x0800, ipv4({ protocol: 51 }, authentication(17, 4, udp({}, [1])))),
  ethernet(0x0800, ipv4({ protocol: 132 }, sctp(36_412, 2905, SCTP_INIT))),
  ethernet(0x86dd, ipv6({ next: 132 }, sctp(36_412, 2905, SCTP_INIT))),
  ethernet(0x0800, ipv4({ protocol: 2 }, join([0x16, 0], be16(0), [224, 0, 0, 5]))),
  ethernet(0x0800, join(ipv4({ protocol: 6 }, tcp({ flags: 0x14 })), new Uint8Array(6))),
  ethernet(0x0806, arp(1)),
  ethernet(0x0806, join(arp(2, [192, 168, 1, 1], [192, 168, 1, 2]), new Uint8Array(18))),
  ethernet(0x8100, vlan(0x2064, 0x0800, TCP4)),
  ethernet(0x88a8, vlan(100, 0x8100, vlan(7, 0x86dd, UDP6))),
  ethernet(0x9100, vlan(100, 0x8100, vlan(7, 0x0806, arp(1)))),
  ethernet(TCP4.length + 8, join(snap(0x0800, TCP4), new Uint8Array(5))),
  ethernet(UDP4.length + 3, join([6, 6, 3], UDP4)),
  ethernet(38, join([0x42, 0x42, 3], new Uint8Array(35))),
  ethernet(0x8847, mpls([16, 17], TCP4)),
  ethernet(0x8848, mpls([18], UDP6)),
  ethernet(0x8864, pppoe(0x0021, UDP4)),
  ethernet(0x8864, pppoe(0x0057, TCP6)),
  ethernet(0x0800, ipv4({ protocol: 4 }, TCP4)),
  ethernet(0x0800, ipv4({ protocol: 41 }, TCP6)),
  ethernet(0x86dd, ipv6({ next: 4 }, UDP4)),
  ethernet(0x86dd, ipv6({ next: 41 }, UDP6)),
  ethernet(0x0800, ipv4({ protocol: 47 }, gre(0x0800, TCP4, 0xb000))),
  ethernet(0x0800, ipv4({ protocol: 47 }, gre(0x6558, ethernet(0x86dd, UDP6), 0x2000))),
  ethernet(0x0800, ipv4({ protocol: 17 }, vxlan(5, ethernet(0x0800, TCP4)))),
  ethernet(0x0800, ipv4({ protocol: 17 }, vxlan(5, ethernet(0x0806, arp(1))))),
  ethernet(0x0800, ipv4({ protocol: 4 }, ipv4({ protocol: 41 }, ipv6({ next: 47 }, gre(0x0800, UDP4))))),
];

const OTHER_FRAMES: readonly (readonly [number, Uint8Array])[] = [
  [LINK_NULL, join([2, 0, 0, 0], TCP4)],
  [LINK_NULL, join([30, 0, 0, 0], UDP6)],
  [LINK_LOOP, join([0, 0, 0, 2], UDP4)],
  [LINK_LOOP, join([0, 0, 0, 24], TCP6)],
  [LINK_RAW, TCP4],
  [LINK_RAW, UDP6],
  [LINK_IPV4, UDP4],
  [LINK_IPV6, TCP6],
  [LINK_PPP, join([0x00, 0x21], TCP4)],
  [LINK_PPP, join([0xff, 0x03, 0x00, 0x57], UDP6)],
  [LINK_PPP_HDLC, join([0xff, 0x03, 0x00, 0x21], UDP4)],
  [LINK_PPPOE, pppoe(0x0021, TCP4)],
  [LINK_CISCO_HDLC, join([0x0f, 0x00, 0x08, 0x00], TCP4)],
  [LINK_CISCO_HDLC, join([0x8f, 0x00, 0x86, 0xdd], UDP6)],
  [LINK_COOKED, cooked(0x0800, TCP4)],
  [LINK_COOKED, cooked(0x0004, snap(0x86dd, UDP6))],
  [LINK_COOKED, cooked(0x0806, arp(2))],
  [LINK_COOKED, cooked(0x8100, vlan(9, 0x0800, UDP4))],
  [LINK_COOKED_2, cooked2(0x86dd, TCP6)],
  [LINK_COOKED_2, cooked2(0x0800, UDP4)],
  [
    LINK_NFLOG,
    nflog(2, true, [
      [1, new Uint8Array(4)],
      [10, new Uint8Array(3)],
      [9, TCP4],
    ]),
  ],
  [
    LINK_NFLOG,
    nflog(10, false, [
      [1, new Uint8Array(4)],
      [9, UDP6],
    ]),
  ],
];

export const CATALOGUE: readonly CatalogueFrame[] = [
  ...ETHERNET_FRAMES.map((bytes) => ({ linkType: LINK_ETHERNET, bytes })),
  ...OTHER_FRAMES.map(([linkType, bytes]) => ({ linkType, bytes })),
];

/** A pcap file (microseconds, little-endian) of frames of one link type, one second apart. */
export function pcapOf(linkType: number, frames: readonly Uint8Array[]): Uint8Array {
  const le = (...words: number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
  const records = frames.map((bytes, index) =>
    join(le(1_700_000_000 + index, 0, bytes.length, bytes.length), bytes),
  );
  return join(le(0xa1b2c3d4, 0x00040002, 0, 0, 262_144, linkType), ...records);
}
