import { describe, expect, test } from "vitest";
import { at, decodeFrame, problemOf } from "../../test/support/decode.ts";
import {
  arp,
  authentication,
  be16,
  ethernet,
  extension,
  fragmentHeader,
  fromHex,
  icmp,
  ipv4,
  ipv6,
  join,
  tcp,
  udp,
} from "../../test/support/frames.ts";
import { LAYER_ARP, LAYER_FRAGMENT, LAYER_IPV4, LAYER_IPV6, LAYER_UDP } from "./packet.ts";

const DATAGRAM = udp({ sourcePort: 1000, destinationPort: 2000 }, [1, 2, 3, 4]);

describe("IPv4", () => {
  test("every field of the header", () => {
    const fields = {
      protocol: 17,
      source: [192, 168, 0, 1],
      destination: [255, 255, 255, 255],
      ttl: 3,
      trafficClass: 0xb8,
      identification: 0xfffe,
      dontFragment: true,
    };
    const packet = decodeFrame(ethernet(0x0800, ipv4(fields, DATAGRAM)));
    expect(packet).toMatchObject({
      ipVersion: 4,
      source0: 0,
      source1: 0,
      source2: 0xffff,
      source3: 0xc0a80001 | 0,
      destination2: 0xffff,
      destination3: -1,
      protocol: 17,
      ttl: 3,
      trafficClass: 0xb8,
      ipHeaderLength: 20,
      ipLength: 32,
      fragmentIdentification: 0xfffe,
      fragmentOffset: 0,
      moreFragments: 0,
      dontFragment: 1,
      hasTransport: 1,
      payloadLength: 4,
      payloadCaptured: 4,
    });
    expect(packet.layers & (LAYER_IPV4 | LAYER_IPV6 | LAYER_FRAGMENT)).toBe(LAYER_IPV4);
    expect([
      at(packet, packet.ipOffset),
      at(packet, packet.transportOffset),
      at(packet, packet.payloadOffset),
    ]).toEqual([14, 34, 42]);
  });

  test("options are stepped over", () => {
    const packet = decodeFrame(
      ethernet(0x0800, ipv4({ protocol: 17, options: new Uint8Array(40) }, DATAGRAM)),
    );
    expect(packet).toMatchObject({
      ipHeaderLength: 60,
      ipLength: 72,
      destinationPort: 2000,
      payloadLength: 4,
    });
  });

  test("a total length of 0 (segmentation left to the card) means the rest of the frame", () => {
    const packet = decodeFrame(ethernet(0x0800, ipv4({ protocol: 17, totalLength: 0 }, DATAGRAM)));
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({ ipLength: 32, payloadLength: 4, hasTransport: 1 });
    const cut = decodeFrame(ethernet(0x0800, ipv4({ protocol: 17, totalLength: 0 }, DATAGRAM)), {
      wire: 1000,
      captured: 44,
    });
    expect(cut).toMatchObject({ ipLength: 986, payloadLength: 958, payloadCaptured: 2 });
  });

  test("what the capture did not keep counts on the wire, and is no problem by itself", () => {
    const frame = ethernet(0x0800, ipv4({ protocol: 6 }, tcp({}, new Uint8Array(1000))));
    const packet = decodeFrame(frame, { captured: 96 });
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      ipLength: 1040,
      payloadLength: 1000,
      payloadCaptured: 42,
      wireLength: 1054,
      capturedLength: 96,
    });
  });

  test("a frame check sequence behind the datagram is no payload", () => {
    const packet = decodeFrame(join(ethernet(0x0800, ipv4({ protocol: 17 }, DATAGRAM)), new Uint8Array(22)));
    expect(packet).toMatchObject({ ipLength: 32, payloadLength: 4, payloadCaptured: 4 });
  });

  test("a total length beyond the frame on the wire is a lie; the payload is what the frame has", () => {
    const packet = decodeFrame(ethernet(0x0800, ipv4({ protocol: 17, totalLength: 33 }, DATAGRAM)));
    expect(problemOf(packet)).toBe("ipv4: length beyond frame");
    expect(packet).toMatchObject({ ipLength: 33, hasTransport: 1, payloadLength: 4, payloadCaptured: 4 });
  });

  test("a total length below the header length stops before the transport", () => {
    const packet = decodeFrame(ethernet(0x0800, ipv4({ protocol: 17, totalLength: 19 }, DATAGRAM)));
    expect(problemOf(packet)).toBe("ipv4: total length");
    expect(packet).toMatchObject({
      ipVersion: 4,
      protocol: 17,
      hasTransport: 0,
      destinationPort: 0,
      payloadLength: 0,
    });
  });

  test.each([
    ["version", ipv4({ protocol: 17, version: 5 }, DATAGRAM), "ipv4: version"],
    ["IPv6 behind IPv4's EtherType", ipv6({ next: 17 }, DATAGRAM), "ipv4: version"],
    ["header length", ipv4({ protocol: 17, headerWords: 4 }, DATAGRAM), "ipv4: header length"],
    ["19 bytes", ipv4({ protocol: 17 }, []).subarray(0, 19), "ipv4: header short"],
  ])("a header that cannot be read gives no IP packet: %s", (_name, datagram, problem) => {
    const packet = decodeFrame(ethernet(0x0800, datagram));
    expect(problemOf(packet)).toBe(problem);
    expect(packet).toMatchObject({
      ipVersion: 0,
      protocol: -1,
      ipOffset: 0,
      ipLength: 0,
      payloadOffset: 0,
      transportOffset: 0,
    });
    expect(packet.layers & LAYER_IPV4).toBe(0);
  });

  test("a cut header and cut options", () => {
    const frame = ethernet(0x0800, ipv4({ protocol: 17, options: new Uint8Array(8) }, DATAGRAM));
    expect(problemOf(decodeFrame(frame, { captured: 33 }))).toBe("ipv4: header cut");
    const packet = decodeFrame(frame, { captured: 40 });
    expect(problemOf(packet)).toBe("ipv4 options: header cut");
    expect(packet).toMatchObject({ ipVersion: 4, hasTransport: 0, payloadLength: 12, payloadCaptured: 0 });
  });

  test("options that the total length leaves no room for", () => {
    const packet = decodeFrame(
      ethernet(0x0800, ipv4({ protocol: 17, headerWords: 15, totalLength: 60 }, DATAGRAM)),
    );
    expect(problemOf(packet)).toBe("ipv4: length beyond frame");
    expect(packet).toMatchObject({ hasTransport: 0, payloadLength: 0, payloadCaptured: 0 });
  });

  test("an authentication header is stepped over", () => {
    const packet = decodeFrame(ethernet(0x0800, ipv4({ protocol: 51 }, authentication(17, 4, DATAGRAM))));
    expect(packet).toMatchObject({
      protocol: 17,
      ipHeaderLength: 44,
      ipLength: 56,
      destinationPort: 2000,
      payloadLength: 4,
    });
  });
});

describe("IPv4 fragments (RFC 791)", () => {
  test("the first one has the transport header", () => {
    const packet = decodeFrame(
      ethernet(
        0x0800,
        ipv4({ protocol: 17, moreFragments: true }, udp({ length: 3000 }, new Uint8Array(16))),
      ),
    );
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      moreFragments: 1,
      fragmentOffset: 0,
      hasTransport: 1,
      sourcePort: 49152,
      payloadLength: 16,
    });
    expect(packet.layers & LAYER_FRAGMENT).toBe(LAYER_FRAGMENT);
  });

  test.each([
    ["middle", true],
    ["last", false],
  ])("the %s one has not", (_name, moreFragments) => {
    const packet = decodeFrame(
      ethernet(
        0x0800,
        ipv4({ protocol: 17, moreFragments, fragmentOffset: 1480, identification: 7 }, DATAGRAM),
      ),
    );
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      fragmentOffset: 1480,
      moreFragments: moreFragments ? 1 : 0,
      fragmentIdentification: 7,
      protocol: 17,
      hasTransport: 0,
      sourcePort: 0,
      destinationPort: 0,
      payloadLength: 12,
    });
    expect(packet.layers & (LAYER_FRAGMENT | LAYER_UDP)).toBe(LAYER_FRAGMENT);
  });

  test("one that ends beyond 65,535 bytes is a problem", () => {
    const fields = { protocol: 1, fragmentOffset: 65_528 };
    expect(problemOf(decodeFrame(ethernet(0x0800, ipv4(fields, new Uint8Array(7)))))).toBe("none");
    expect(problemOf(decodeFrame(ethernet(0x0800, ipv4(fields, new Uint8Array(8)))))).toBe(
      "ipv4: fragment beyond datagram",
    );
  });
});

describe("IPv6", () => {
  test("every field of the header", () => {
    const fields = {
      next: 17,
      source: fromHex("20010db8000000010000000200000003"),
      destination: fromHex("ff020000000000000000000000000fff"),
      hopLimit: 255,
      trafficClass: 0xb8,
    };
    const packet = decodeFrame(ethernet(0x86dd, ipv6(fields, DATAGRAM)));
    expect(packet).toMatchObject({
      ipVersion: 6,
      source0: 0x20010db8,
      source1: 1,
      source2: 2,
      source3: 3,
      destination0: 0xff020000 | 0,
      destination1: 0,
      destination2: 0,
      destination3: 0xfff,
      protocol: 17,
      ttl: 255,
      trafficClass: 0xb8,
      ipHeaderLength: 40,
      ipLength: 52,
      hasTransport: 1,
      payloadLength: 4,
    });
    expect([
      at(packet, packet.ipOffset),
      at(packet, packet.transportOffset),
      at(packet, packet.payloadOffset),
    ]).toEqual([14, 54, 62]);
  });

  test("extension headers are walked", () => {
    const chain = extension(
      60,
      0,
      extension(43, 1, extension(51, 2, authentication(135, 4, extension(17, 0, DATAGRAM)))),
    );
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 0 }, chain)));
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      protocol: 17,
      ipHeaderLength: 40 + 8 + 16 + 24 + 24 + 8,
      destinationPort: 2000,
      payloadLength: 4,
    });
  });

  test.each([
    ["encrypted content", 50, 50],
    ["no next header", 59, 59],
    ["an unknown protocol", 253, 253],
  ])("%s ends the walk", (_name, next, protocol) => {
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 60 }, extension(next, 0, new Uint8Array(16)))));
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      protocol,
      hasTransport: 0,
      ipHeaderLength: 48,
      payloadLength: 16,
      transportHeaderLength: 0,
    });
  });

  test("sixteen extension headers are walked, a seventeenth is a problem", () => {
    const chain = (count: number): Uint8Array =>
      count === 0 ? DATAGRAM : extension(count === 1 ? 17 : 60, 0, chain(count - 1));
    expect(decodeFrame(ethernet(0x86dd, ipv6({ next: 60 }, chain(16)))).destinationPort).toBe(2000);
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 60 }, chain(17))));
    expect([problemOf(packet), packet.hasTransport, packet.ipVersion]).toEqual([
      "ip extension: too deep",
      0,
      6,
    ]);
  });

  test("an extension header that is not there", () => {
    const frame = ethernet(0x86dd, ipv6({ next: 60 }, extension(17, 1, DATAGRAM)));
    const short = decodeFrame(ethernet(0x86dd, ipv6({ next: 60 }, [17, 1, 0, 0, 0, 0, 0, 0])));
    expect([problemOf(short), short.protocol, short.hasTransport]).toEqual([
      "ip extension: header short",
      60,
      0,
    ]);
    expect(problemOf(decodeFrame(frame, { captured: 60 }))).toBe("ip extension: header cut");
    expect(problemOf(decodeFrame(frame, { captured: 69 }))).toBe("ip extension: header cut");
  });

  test("a payload length of 0 means the rest of the frame, but not without a next header", () => {
    const jumbo = decodeFrame(
      ethernet(0x86dd, ipv6({ next: 17, payloadLength: 0 }, udp({ length: 0 }, new Uint8Array(9)))),
    );
    expect(problemOf(jumbo)).toBe("none");
    expect(jumbo).toMatchObject({ ipLength: 57, payloadLength: 9, hasTransport: 1 });
    const none = decodeFrame(ethernet(0x86dd, ipv6({ next: 59, payloadLength: 0 }, new Uint8Array(6))));
    expect(none).toMatchObject({ ipLength: 40, payloadLength: 0 });
  });

  test("a payload length beyond the frame", () => {
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 17, payloadLength: 13 }, DATAGRAM)));
    expect([problemOf(packet), packet.ipLength, packet.payloadLength]).toEqual([
      "ipv6: length beyond frame",
      53,
      4,
    ]);
  });

  test.each([
    ["version", ethernet(0x86dd, ipv6({ next: 17, version: 4 }, DATAGRAM)), undefined, "ipv6: version"],
    ["39 bytes", ethernet(0x86dd, ipv6({ next: 17 }, []).subarray(0, 39)), undefined, "ipv6: header short"],
    ["cut", ethernet(0x86dd, ipv6({ next: 17 }, DATAGRAM)), 53, "ipv6: header cut"],
  ])("a header that cannot be read: %s", (_name, frame, captured, problem) => {
    const packet = decodeFrame(frame, captured === undefined ? {} : { captured });
    expect([problemOf(packet), packet.ipVersion, packet.layers & LAYER_IPV6]).toEqual([problem, 0, 0]);
  });
});

describe("IPv6 fragments", () => {
  test("the first, a later and a lone one", () => {
    const first = fragmentHeader({ next: 17, offset: 0, more: true, identification: -2 }, DATAGRAM);
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 44 }, first)));
    expect(packet).toMatchObject({
      fragmentIdentification: -2,
      moreFragments: 1,
      hasTransport: 1,
      ipHeaderLength: 48,
      payloadLength: 4,
    });
    expect(packet.layers & LAYER_FRAGMENT).toBe(LAYER_FRAGMENT);

    const later = fragmentHeader({ next: 17, offset: 1232, more: false, identification: 9 }, DATAGRAM);
    const last = decodeFrame(ethernet(0x86dd, ipv6({ next: 44 }, later)));
    expect(last).toMatchObject({
      fragmentOffset: 1232,
      fragmentIdentification: 9,
      hasTransport: 0,
      protocol: 17,
      payloadLength: 12,
    });

    const alone = fragmentHeader({ next: 17, offset: 0, more: false, identification: 9 }, DATAGRAM);
    const atomic = decodeFrame(ethernet(0x86dd, ipv6({ next: 44 }, alone)));
    expect(atomic).toMatchObject({ hasTransport: 1, moreFragments: 0, fragmentIdentification: 9 });
    expect(atomic.layers & LAYER_FRAGMENT).toBe(0);
  });

  test("a later one is not walked further: its extension headers were in the first", () => {
    const later = fragmentHeader({ next: 60, offset: 8, more: true }, extension(17, 0, DATAGRAM));
    const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 44 }, later)));
    expect(packet).toMatchObject({ protocol: 60, hasTransport: 0, ipHeaderLength: 48, payloadLength: 20 });
  });
});

describe("ARP (RFC 826)", () => {
  test("operation and addresses", () => {
    const packet = decodeFrame(
      ethernet(0x0806, join(arp(2, [10, 1, 2, 3], [200, 1, 2, 4]), new Uint8Array(18))),
    );
    expect(packet).toMatchObject({
      arpOperation: 2,
      source2: 0xffff,
      source3: 0x0a010203,
      destination3: 0xc8010204 | 0,
      ipVersion: 0,
      protocol: -1,
      etherType: 0x0806,
    });
    expect(packet.layers & LAYER_ARP).toBe(LAYER_ARP);
  });

  test.each([
    ["short", ethernet(0x0806, arp(1).subarray(0, 7)), undefined, "arp: header short", 0],
    ["addresses short", ethernet(0x0806, arp(1).subarray(0, 27)), undefined, "arp: header short", 1],
    ["cut", ethernet(0x0806, arp(1)), 30, "arp: header cut", 1],
    [
      "not for IPv4",
      ethernet(0x0806, join([0, 1], be16(0x86dd), [6, 16, 0, 1], new Uint8Array(44))),
      undefined,
      "arp: address kind",
      1,
    ],
  ])("%s", (_name, frame, captured, problem, operation) => {
    const packet = decodeFrame(frame, captured === undefined ? {} : { captured });
    expect(problemOf(packet)).toBe(problem);
    expect(packet).toMatchObject({ arpOperation: operation, source3: 0, destination3: 0 });
  });

  test("other lengths of hardware addresses", () => {
    const message = join([0, 7], be16(0x0800), [1, 4, 0, 1], [9], [10, 0, 0, 1], [8], [10, 0, 0, 2]);
    expect(decodeFrame(ethernet(0x0806, message))).toMatchObject({
      source3: 0x0a000001,
      destination3: 0x0a000002,
    });
  });
});

test("ICMP inside IPv6 and the like is read by its protocol number", () => {
  const packet = decodeFrame(ethernet(0x86dd, ipv6({ next: 1 }, icmp(8, 0))));
  expect([packet.icmpType, packet.hasTransport]).toEqual([8, 1]);
});
