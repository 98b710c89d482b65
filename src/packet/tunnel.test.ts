import { describe, expect, test } from "vitest";
import { at, decodeFrame, decodeWith, problemOf } from "../../test/support/decode.ts";
import {
  arp,
  ethernet,
  gre,
  ipv4,
  ipv6,
  join,
  snap,
  tcp,
  udp,
  vlan,
  vxlan,
} from "../../test/support/frames.ts";
import { Decoder } from "./decode.ts";
import {
  LAYER_ARP,
  LAYER_ETHERNET,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_TCP,
  LAYER_TUNNEL,
  LAYER_UDP,
  LAYER_VLAN,
  type Packet,
} from "./packet.ts";

const INNER4 = ipv4({ protocol: 6, source: [172, 16, 0, 1], ttl: 9 }, tcp({ destinationPort: 8080 }, [1, 2]));
const INNER6 = ipv6({ next: 6, hopLimit: 9 }, tcp({ destinationPort: 8080 }, [1, 2]));

function open(frame: Uint8Array): Packet {
  return decodeFrame(frame, { tunnels: true });
}

function outer(protocol: number, payload: Uint8Array): Uint8Array {
  return ethernet(0x0800, ipv4({ protocol, ttl: 200 }, payload));
}

describe("tunnels that are entered", () => {
  const cases: [string, Uint8Array, number][] = [
    ["IP in IP", outer(4, INNER4), 4],
    ["6in4", outer(41, INNER6), 6],
    ["4in6", ethernet(0x86dd, ipv6({ next: 4 }, INNER4)), 4],
    ["6in6", ethernet(0x86dd, ipv6({ next: 41 }, INNER6)), 6],
    ["GRE", outer(47, gre(0x0800, INNER4)), 4],
    ["GRE with checksum, key and sequence", outer(47, gre(0x86dd, INNER6, 0xb000)), 6],
    ["GRE with a bridged frame", outer(47, gre(0x6558, ethernet(0x0800, INNER4), 0x2000)), 4],
    ["VXLAN", outer(17, vxlan(77, ethernet(0x86dd, INNER6))), 6],
  ];
  test.each(cases)("%s", (_name, frame, version) => {
    const packet = open(frame);
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      tunnelDepth: 1,
      ipVersion: version,
      ttl: 9,
      protocol: 6,
      destinationPort: 8080,
      payloadLength: 2,
    });
    expect(packet.layers).toBe(
      LAYER_ETHERNET | LAYER_TUNNEL | LAYER_TCP | (version === 4 ? LAYER_IPV4 : LAYER_IPV6),
    );
    expect(at(packet, packet.ipOffset)).toBe(frame.length - (version === 4 ? INNER4 : INNER6).length);
  });

  test.each(cases)("%s stays closed unless asked", (_name, frame) => {
    const packet = decodeFrame(frame);
    expect(packet.tunnelDepth).toBe(0);
    expect(packet.layers & LAYER_TUNNEL).toBe(0);
    expect(packet.destinationPort).not.toBe(8080);
    expect(packet.payloadLength).toBeGreaterThan(INNER4.length - 1);
  });

  test("the tag of the frame stays; without one, that inside counts", () => {
    const inside = ethernet(0x8100, vlan(7, 0x0800, INNER4));
    const tagged = ethernet(0x8100, vlan(5, 0x0800, ipv4({ protocol: 17 }, vxlan(1, inside))));
    expect(open(tagged).vlan).toBe(5);
    expect(open(outer(17, vxlan(1, inside)))).toMatchObject({ vlan: 7, tunnelDepth: 1 });
    expect(open(outer(17, vxlan(1, inside))).layers & LAYER_VLAN).toBe(LAYER_VLAN);
  });

  test("ARP inside", () => {
    const packet = open(outer(17, vxlan(1, ethernet(0x0806, arp(1)))));
    expect(packet).toMatchObject({
      tunnelDepth: 1,
      arpOperation: 1,
      ipVersion: 0,
      protocol: -1,
      sourcePort: 0,
      payloadOffset: 0,
    });
    expect(packet.layers & (LAYER_ARP | LAYER_UDP | LAYER_IPV4)).toBe(LAYER_ARP);
  });

  test("four deep, and the fifth is a problem", () => {
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? INNER4 : ipv4({ protocol: 4, ttl: 100 + depth }, nested(depth - 1));
    expect(open(ethernet(0x0800, nested(4)))).toMatchObject({ tunnelDepth: 4, ttl: 9, problem: 0 });
    const packet = open(ethernet(0x0800, nested(5)));
    expect(problemOf(packet)).toBe("tunnel: too deep");
    expect(packet).toMatchObject({ tunnelDepth: 4, ttl: 101, protocol: 4, payloadLength: INNER4.length });
  });
});

describe("tunnels that are not entered", () => {
  test("unreadable content leaves the packet around it, whole", () => {
    for (const [content, protocol] of [
      [gre(0x88cc, new Uint8Array(20)), 47],
      [gre(40, snap(0x0800, INNER4)), 47], // a length is no protocol
      [gre(0x0800, INNER6), 47],
      [new Uint8Array(3), 4],
      [vxlan(1, ethernet(0x88cc, new Uint8Array(46))), 17],
      [vxlan(1, new Uint8Array(0)), 17],
    ] as const) {
      const frame = outer(protocol, content);
      const packet = open(frame);
      expect(problemOf(packet)).toBe("tunnel: content");
      const closed = decodeFrame(frame);
      expect({ ...packet, problem: 0, bytes: 0 }).toEqual({ ...closed, problem: 0, bytes: 0 });
    }
  });

  test("unreadable content at the second level leaves the first", () => {
    const packet = open(outer(4, ipv4({ protocol: 47, ttl: 33 }, gre(0x1234, [1, 2, 3]))));
    expect(problemOf(packet)).toBe("tunnel: content");
    expect(packet).toMatchObject({ tunnelDepth: 1, ttl: 33, protocol: 47, payloadLength: 7 });
  });

  test.each([
    ["GRE version 1", outer(47, gre(0x880b, new Uint8Array(20), 0x2001)), "none"],
    ["GRE with routing", outer(47, gre(0x0800, INNER4, 0x4000)), "none"],
    ["GRE of 3 bytes", outer(47, new Uint8Array(3)), "tunnel: header short"],
    ["GRE without its key", outer(47, gre(0x0800, [], 0x2000).subarray(0, 6)), "tunnel: header short"],
    [
      "VXLAN without identifier",
      outer(17, udp({ destinationPort: 4789 }, join(new Uint8Array(8), INNER4))),
      "none",
    ],
    ["VXLAN of 7 bytes", outer(17, vxlan(1, []).subarray(0, 15)), "tunnel: header short"],
    [
      "VXLAN by source port",
      outer(17, udp({ sourcePort: 4789 }, vxlan(1, ethernet(0x0800, INNER4)).subarray(8))),
      "none",
    ],
    ["a fragment", ethernet(0x0800, ipv4({ protocol: 4, moreFragments: true }, INNER4)), "none"],
  ])("%s", (_name, frame, problem) => {
    const packet = open(frame);
    expect([problemOf(packet), packet.tunnelDepth, packet.ipVersion]).toEqual([problem, 0, 4]);
  });
});

test("statistics count the layers around a tunnel too, each once", () => {
  const decoder = new Decoder({ tunnels: true });
  decodeWith(decoder, outer(41, INNER6));
  decodeWith(decoder, outer(4, INNER4));
  decodeWith(decoder, outer(17, vxlan(1, ethernet(0x0800, INNER4))));
  decodeWith(decoder, outer(47, gre(0x88cc, [])));
  const counts = [LAYER_ETHERNET, LAYER_IPV4, LAYER_IPV6, LAYER_TCP, LAYER_UDP, LAYER_TUNNEL].map((layer) =>
    decoder.statistics.layer(layer),
  );
  expect(counts).toEqual([4, 4, 1, 3, 1, 3]);
});
