import { describe, expect, test } from "vitest";
import { at, decodeFrame, problemOf } from "../../test/support/decode.ts";
import {
  be16,
  be32,
  cooked,
  cooked2,
  ethernet,
  ipv4,
  ipv6,
  join,
  nflog,
  snap,
  tcp,
  udp,
} from "../../test/support/frames.ts";
import {
  LINK_CISCO_HDLC,
  LINK_COOKED,
  LINK_COOKED_2,
  LINK_IPV4,
  LINK_IPV6,
  LINK_LOOP,
  LINK_NFLOG,
  LINK_NULL,
  LINK_PPP,
  LINK_PPP_HDLC,
  LINK_PPPOE,
  LINK_RAW,
  LINK_RAW_BSD,
  LINK_RAW_OPENBSD,
  LINK_TYPES,
  linkTypeName,
} from "./link.ts";
import { LAYER_COOKED, LAYER_ETHERNET, LAYER_LLC, LAYER_PPP } from "./packet.ts";

const V4 = ipv4({ protocol: 17 }, udp({ destinationPort: 53_000 }, [1, 2, 3]));
const V6 = ipv6({ next: 6 }, tcp({ destinationPort: 8080 }));
describe("link types give the datagram they carry", () => {
  const cases: [string, number, Uint8Array, number, number][] = [
    ["null, little-endian family", LINK_NULL, join([2, 0, 0, 0], V4), 4, 0],
    ["null, big-endian family", LINK_NULL, join([0, 0, 0, 2], V4), 4, 0],
    ["null, IPv6 of macOS", LINK_NULL, join([30, 0, 0, 0], V6), 6, 0],
    ["null, IPv6 of FreeBSD, big-endian", LINK_NULL, join([0, 0, 0, 28], V6), 6, 0],
    ["loop, IPv6 of OpenBSD", LINK_LOOP, join([0, 0, 0, 24], V6), 6, 0],
    ["raw IPv4", LINK_RAW, V4, 4, 0],
    ["raw IPv6", LINK_RAW, V6, 6, 0],
    ["raw, BSD number", LINK_RAW_BSD, V4, 4, 0],
    ["raw, OpenBSD number", LINK_RAW_OPENBSD, V6, 6, 0],
    ["IPv4", LINK_IPV4, V4, 4, 0],
    ["IPv6", LINK_IPV6, V6, 6, 0],
    ["PPP", LINK_PPP, join([0x00, 0x21], V4), 4, LAYER_PPP],
    ["PPP, compressed protocol", LINK_PPP, join([0x21], V4), 4, LAYER_PPP],
    ["PPP with address and control", LINK_PPP, join([0xff, 0x03, 0x00, 0x57], V6), 6, LAYER_PPP],
    ["PPP over MPLS protocol", LINK_PPP, join([0x02, 0x81], be32(0x00010140), V4), 4, LAYER_PPP],
    ["PPP in HDLC", LINK_PPP_HDLC, join([0xff, 0x03, 0x00, 0x21], V4), 4, LAYER_PPP],
    ["Cisco HDLC by the PPP number", LINK_PPP, join([0x8f, 0x00, 0x08, 0x00], V4), 4, 0],
    ["Cisco HDLC by the number of PPP in HDLC", LINK_PPP_HDLC, join([0x0f, 0x00, 0x08, 0x00], V4), 4, 0],
    ["Cisco HDLC", LINK_CISCO_HDLC, join([0x8f, 0x00, 0x86, 0xdd], V6), 6, 0],
    ["PPPoE", LINK_PPPOE, join([0x11, 0, 0, 1], be16(V4.length + 2), [0x00, 0x21], V4), 4, LAYER_PPP],
    ["cooked", LINK_COOKED, cooked(0x0800, V4), 4, LAYER_COOKED],
    ["cooked, IPv6", LINK_COOKED, cooked(0x86dd, V6), 6, LAYER_COOKED],
    ["cooked, LLC with SNAP", LINK_COOKED, cooked(0x0004, snap(0x0800, V4)), 4, LAYER_COOKED | LAYER_LLC],
    ["cooked 2", LINK_COOKED_2, cooked2(0x0800, V4), 4, LAYER_COOKED],
    [
      "NFLOG, little-endian",
      LINK_NFLOG,
      nflog(2, true, [
        [1, new Uint8Array(4)],
        [10, new Uint8Array(3)],
        [9, V4],
      ]),
      4,
      0,
    ],
    [
      "NFLOG, big-endian",
      LINK_NFLOG,
      nflog(10, false, [
        [1, new Uint8Array(4)],
        [9, V6],
      ]),
      6,
      0,
    ],
  ];
  test.each(cases)("%s", (_name, linkType, frame, version, layers) => {
    const packet = decodeFrame(frame, { linkType });
    expect(problemOf(packet)).toBe("none");
    expect(packet.ipVersion).toBe(version);
    expect(packet.layers & layers).toBe(layers);
    expect(packet.etherType).toBe(version === 4 ? 0x0800 : 0x86dd);
    expect(packet.destinationPort).toBe(version === 4 ? 53_000 : 8080);
    const datagram = version === 4 ? V4 : V6;
    const end = frame.length - (linkType === LINK_NFLOG ? -datagram.length & 3 : 0);
    expect(at(packet, packet.ipOffset)).toBe(end - datagram.length);
  });
});

describe("link headers that cannot be read", () => {
  const cases: [string, number, Uint8Array, string][] = [
    ["unknown link type", 9999, V4, "link: type"],
    ["known by name only", 127, V4, "link: type"],
    ["Ethernet of 13 bytes", 1, ethernet(0x0800, []).subarray(0, 13), "ethernet: header short"],
    ["nothing at all", 1, new Uint8Array(0), "ethernet: header short"],
    ["null family", LINK_NULL, join([7, 0, 0, 0], V4), "loopback: address family"],
    ["null family above a byte", LINK_NULL, join([2, 2, 0, 0], V4), "loopback: address family"],
    ["null of 3 bytes", LINK_NULL, join([2, 0, 0]), "loopback: header short"],
    ["raw version", LINK_RAW, join([0x50], V4), "ip: version"],
    ["PPP control protocol", LINK_PPP, join([0xc0, 0x21, 1, 1]), "ppp: protocol"],
    ["PPP of one byte", LINK_PPP, join([0x00]), "ppp: header short"],
    ["SLARP", LINK_CISCO_HDLC, join([0x8f, 0, 0x80, 0x35], new Uint8Array(14)), "hdlc: protocol"],
    ["HDLC of 3 bytes", LINK_CISCO_HDLC, join([0x8f, 0, 8]), "hdlc: header short"],
    ["cooked netlink", LINK_COOKED, cooked(0x0800, V4, 824), "cooked: protocol"],
    ["cooked of Linux's own protocol", LINK_COOKED_2, cooked2(0x000c, V4), "cooked: protocol"],
    ["cooked of 15 bytes", LINK_COOKED, cooked(0x0800, V4).subarray(0, 15), "cooked: header short"],
    ["cooked 2 of 19 bytes", LINK_COOKED_2, cooked2(0x0800, V4).subarray(0, 19), "cooked: header short"],
    ["NFLOG without payload", LINK_NFLOG, nflog(2, true, [[1, new Uint8Array(4)]]), "nflog: no payload"],
    [
      "NFLOG attribute too short",
      LINK_NFLOG,
      join([2, 0, 0, 0], [3, 0, 9, 0], V4),
      "nflog: attribute length",
    ],
    [
      "NFLOG attribute too long",
      LINK_NFLOG,
      join([2, 0, 0, 0], [0xff, 0xff, 9, 0], V4),
      "nflog: attribute length",
    ],
    ["NFLOG family", LINK_NFLOG, nflog(7, true, [[9, V4]]), "nflog: address family"],
    ["NFLOG of 7 bytes", LINK_NFLOG, nflog(2, true, [[9, V4]]).subarray(0, 7), "nflog: header short"],
  ];
  test.each(cases)("%s", (_name, linkType, frame, problem) => {
    const packet = decodeFrame(frame, { linkType });
    expect(problemOf(packet)).toBe(problem);
    expect(packet.ipVersion).toBe(0);
    expect(packet.payloadLength).toBe(0);
  });

  test("a cut header is not a short one", () => {
    const frame = ethernet(0x0800, V4);
    expect(problemOf(decodeFrame(frame, { captured: 13 }))).toBe("ethernet: header cut");
    expect(problemOf(decodeFrame(cooked(0x0800, V4), { linkType: LINK_COOKED, captured: 10 }))).toBe(
      "cooked: header cut",
    );
  });

  test("an NFLOG payload that the capture cuts keeps its length on the wire", () => {
    const frame = nflog(2, true, [
      [1, new Uint8Array(4)],
      [9, ipv4({ protocol: 17 }, udp({}, new Uint8Array(100)))],
    ]);
    const packet = decodeFrame(frame, { linkType: LINK_NFLOG, captured: frame.length - 60 });
    expect([packet.payloadLength, packet.payloadCaptured, problemOf(packet)]).toEqual([100, 40, "none"]);
  });
});

describe("the table of link types", () => {
  test("names are given by number", () => {
    expect(linkTypeName(1)).toBe("Ethernet");
    expect(linkTypeName(4711)).toBe("link type 4711");
  });

  test("numbers are unique and ascend", () => {
    const numbers = LINK_TYPES.map((type) => type.number);
    expect(numbers).toEqual([...new Set(numbers)].sort((first, second) => first - second));
  });

  test("no reader goes behind an empty frame", () => {
    for (const { number } of LINK_TYPES) {
      const packet = decodeFrame(new Uint8Array(0), { linkType: number });
      expect(packet.layers & ~LAYER_ETHERNET).toBe(0);
      expect(packet.problem).toBeGreaterThan(0);
    }
  });
});
