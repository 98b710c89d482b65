import { describe, expect, test } from "vitest";
import { at, decodeFrame, problemOf } from "../../test/support/decode.ts";
import {
  arp,
  be16,
  be32,
  ethernet,
  ipv4,
  ipv6,
  join,
  mpls,
  pppoe,
  snap,
  tcp,
  udp,
  vlan,
} from "../../test/support/frames.ts";
import { LAYER_ARP, LAYER_LLC, LAYER_MPLS, LAYER_PPP, LAYER_VLAN } from "./packet.ts";

const V4 = ipv4({ protocol: 17 }, udp({ destinationPort: 53_000 }, [1, 2, 3]));
const V6 = ipv6({ next: 6 }, tcp({ destinationPort: 8080 }));

describe("what an EtherType announces is peeled off", () => {
  const cases: [string, Uint8Array, number, number][] = [
    ["VLAN", ethernet(0x8100, vlan(0x2064, 0x0800, V4)), LAYER_VLAN, 4],
    ["QinQ", ethernet(0x88a8, vlan(100, 0x8100, vlan(7, 0x86dd, V6))), LAYER_VLAN, 6],
    ["old QinQ", ethernet(0x9100, vlan(100, 0x8100, vlan(7, 0x0800, V4))), LAYER_VLAN, 4],
    ["802.3 with SNAP", ethernet(V4.length + 8, snap(0x0800, V4)), LAYER_LLC, 4],
    ["SNAP of the bridge tunnel organisation", ethernet(V4.length + 8, snap(0x0800, V4, 0xf8)), LAYER_LLC, 4],
    ["IP straight on LLC", ethernet(V4.length + 3, join([6, 6, 3], V4)), LAYER_LLC, 4],
    [
      "802.3 behind VLAN",
      ethernet(0x8100, vlan(100, V6.length + 8, snap(0x86dd, V6))),
      LAYER_VLAN | LAYER_LLC,
      6,
    ],
    ["MPLS with IPv4", ethernet(0x8847, mpls([16, 17, 18], V4)), LAYER_MPLS, 4],
    ["MPLS multicast with IPv6", ethernet(0x8848, mpls([16], V6)), LAYER_MPLS, 6],
    ["PPPoE", ethernet(0x8864, pppoe(0x0021, V4)), LAYER_PPP, 4],
    ["PPPoE behind VLAN", ethernet(0x8100, vlan(100, 0x8864, pppoe(0x0057, V6))), LAYER_VLAN | LAYER_PPP, 6],
  ];
  test.each(cases)("%s", (_name, frame, layers, version) => {
    const packet = decodeFrame(frame);
    expect(problemOf(packet)).toBe("none");
    expect(packet.layers & (LAYER_VLAN | LAYER_LLC | LAYER_MPLS | LAYER_PPP)).toBe(layers);
    expect(packet.ipVersion).toBe(version);
    expect(packet.destinationPort).toBe(version === 4 ? 53_000 : 8080);
    expect(at(packet, packet.ipOffset)).toBe(frame.length - (version === 4 ? V4 : V6).length);
    expect(packet.vlan).toBe((layers & LAYER_VLAN) === 0 ? -1 : 100);
  });

  test("eight VLAN tags are peeled, a ninth is a problem", () => {
    const tagged = (count: number): Uint8Array =>
      count === 0 ? V4 : vlan(count, count === 1 ? 0x0800 : 0x8100, tagged(count - 1));
    const eight = decodeFrame(ethernet(0x8100, tagged(8)));
    expect([problemOf(eight), eight.vlan, eight.ipVersion]).toEqual(["none", 8, 4]);
    const nine = decodeFrame(ethernet(0x8100, tagged(9)));
    expect([problemOf(nine), nine.vlan, nine.ipVersion]).toEqual(["vlan: too deep", 9, 0]);
  });

  test("sixteen MPLS labels are peeled, a seventeenth is a problem", () => {
    const labels = Array.from({ length: 17 }, (_, index) => index + 16);
    expect(problemOf(decodeFrame(ethernet(0x8847, mpls(labels.slice(1), V4))))).toBe("none");
    expect(problemOf(decodeFrame(ethernet(0x8847, mpls(labels, V4))))).toBe("mpls: too deep");
  });

  test("ARP behind a VLAN tag", () => {
    const packet = decodeFrame(ethernet(0x8100, vlan(5, 0x0806, arp(1))));
    expect(packet.layers & (LAYER_ARP | LAYER_VLAN)).toBe(LAYER_ARP | LAYER_VLAN);
    expect(packet.etherType).toBe(0x0806);
  });
});

describe("what bounds the payload", () => {
  test("padding behind an 802.3 length, a PPPoE length and a VLAN tag is no payload", () => {
    const padding = new Uint8Array(20);
    for (const frame of [
      ethernet(V4.length + 8, join(snap(0x0800, V4), padding)),
      ethernet(0x8864, join(pppoe(0x0021, V4), padding)),
      ethernet(0x8100, vlan(100, 0x0800, join(V4, padding))),
    ]) {
      const packet = decodeFrame(frame);
      expect([packet.payloadLength, packet.payloadCaptured]).toEqual([3, 3]);
    }
  });

  test("the 802.3 length bounds even a datagram that claims more", () => {
    const packet = decodeFrame(ethernet(V4.length + 6, snap(0x0800, V4)));
    expect([problemOf(packet), packet.payloadLength]).toEqual(["ipv4: length beyond frame", 1]);
  });

  test("lengths beyond the frame are problems, and the rest is read", () => {
    const long = decodeFrame(ethernet(V4.length + 9, snap(0x0800, V4)));
    expect([problemOf(long), long.destinationPort]).toEqual(["ethernet: length beyond frame", 53_000]);
    const session = decodeFrame(ethernet(0x8864, pppoe(0x0021, V4, V4.length + 3)));
    expect([problemOf(session), session.destinationPort]).toEqual(["pppoe: length beyond frame", 53_000]);
  });
});

describe("what is not read is told", () => {
  const cases: [string, Uint8Array, string][] = [
    ["EtherType", ethernet(0x88cc, new Uint8Array(46)), "ethernet: EtherType"],
    ["between lengths and types", ethernet(1501, new Uint8Array(46)), "ethernet: EtherType"],
    ["PPPoE discovery", ethernet(0x8863, new Uint8Array(46)), "ethernet: EtherType"],
    ["length 0", ethernet(0, new Uint8Array(46)), "llc: header short"],
    ["length 0 behind VLAN", ethernet(0x8100, vlan(1, 0, new Uint8Array(42))), "llc: header short"],
    ["spanning tree", ethernet(38, join([0x42, 0x42, 3], new Uint8Array(43))), "llc: service access point"],
    ["Cisco discovery", ethernet(40, snap(0x2000, new Uint8Array(38), 0x00000c)), "llc: organisation"],
    ["a length in SNAP", ethernet(40, snap(40, new Uint8Array(38))), "ethernet: EtherType"],
    ["SNAP of 7 bytes", ethernet(7, snap(0x0800, []).subarray(0, 7)), "llc: header short"],
    ["VLAN of 3 bytes", ethernet(0x8100, [0, 1, 8]), "vlan: header short"],
    ["MPLS of 3 bytes", ethernet(0x8847, [0, 1, 1]), "mpls: header short"],
    ["MPLS with nothing behind", ethernet(0x8847, mpls([16], [])), "mpls: header short"],
    ["MPLS pseudo-wire", ethernet(0x8847, mpls([16], new Uint8Array(30))), "mpls: payload"],
    ["PPPoE of 5 bytes", ethernet(0x8864, [0x11, 0, 0, 1, 0]), "pppoe: header short"],
    ["PPPoE version", ethernet(0x8864, join([0x21, 0, 0, 1], be16(0), be32(0))), "pppoe: version or code"],
    ["PPPoE code", ethernet(0x8864, join([0x11, 9, 0, 1], be16(0), be32(0))), "pppoe: version or code"],
    ["PPP control in PPPoE", ethernet(0x8864, pppoe(0xc021, new Uint8Array(8))), "ppp: protocol"],
    ["PPPoE without PPP", ethernet(0x8864, join([0x11, 0, 0, 1], be16(0), be32(0))), "ppp: header short"],
  ];
  test.each(cases)("%s", (_name, frame, problem) => {
    const packet = decodeFrame(frame);
    expect(problemOf(packet)).toBe(problem);
    expect([packet.ipVersion, packet.protocol, packet.payloadOffset, packet.payloadLength]).toEqual([
      0, -1, 0, 0,
    ]);
  });

  test("the EtherType that was not read stays in the packet; a length is none", () => {
    expect(decodeFrame(ethernet(0x88cc, new Uint8Array(46))).etherType).toBe(0x88cc);
    expect(decodeFrame(ethernet(38, join([0x42, 0x42, 3], new Uint8Array(43)))).etherType).toBe(0);
  });

  test("cut inside a tag", () => {
    expect(problemOf(decodeFrame(ethernet(0x8100, vlan(1, 0x0800, V4)), { captured: 16 }))).toBe(
      "vlan: header cut",
    );
  });
});
