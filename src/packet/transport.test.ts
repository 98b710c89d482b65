import { describe, expect, test } from "vitest";
import { at, decodeFrame, problemOf } from "../../test/support/decode.ts";
import { be32, ethernet, icmp, ipv4, ipv6, join, sctp, tcp, udp } from "../../test/support/frames.ts";
import {
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_SCTP,
  LAYER_TCP,
  LAYER_UDP,
  type Packet,
  TCP_ACK,
  TCP_SYN,
} from "./packet.ts";

const HEADERS = 34;

function decode4(protocol: number, payload: Uint8Array, captured?: number): Packet {
  const frame = ethernet(0x0800, ipv4({ protocol }, payload));
  return decodeFrame(frame, captured === undefined ? {} : { captured: HEADERS + captured });
}

function decode6(next: number, payload: Uint8Array): Packet {
  return decodeFrame(ethernet(0x86dd, ipv6({ next }, payload)));
}

describe("TCP (RFC 9293)", () => {
  const segment = tcp(
    {
      sourcePort: 65535,
      destinationPort: 443,
      sequence: 0xfffffff0,
      acknowledgment: 0x80000000,
      flags: 0xff,
      window: 0xfffe,
      urgentPointer: 0x1234,
    },
    [1, 2, 3],
  );

  test("every field of the header", () => {
    const packet = decode4(6, segment);
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      hasTransport: 1,
      sourcePort: 65535,
      destinationPort: 443,
      sequence: -16,
      acknowledgment: 0x80000000 | 0,
      tcpFlags: 0xff,
      window: 0xfffe,
      urgentPointer: 0x1234,
      transportHeaderLength: 20,
      payloadLength: 3,
      payloadCaptured: 3,
      maximumSegmentSize: -1,
      windowScale: -1,
    });
    expect(packet.layers & LAYER_TCP).toBe(LAYER_TCP);
    expect([at(packet, packet.transportOffset), at(packet, packet.payloadOffset)]).toEqual([34, 54]);
  });

  const options = [2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7];
  test("options of a SYN", () => {
    const packet = decode4(6, tcp({ flags: TCP_SYN, options }));
    expect(packet).toMatchObject({
      maximumSegmentSize: 1460,
      windowScale: 7,
      transportHeaderLength: 40,
      payloadLength: 0,
    });
  });

  test("options are read on SYN only", () => {
    const packet = decode4(6, tcp({ flags: TCP_ACK, options }, [9]));
    expect(packet).toMatchObject({
      maximumSegmentSize: -1,
      windowScale: -1,
      transportHeaderLength: 40,
      payloadLength: 1,
    });
  });

  test("the end of options ends them, and odd lengths are not read", () => {
    expect(decode4(6, tcp({ flags: TCP_SYN, options: [0, 2, 4, 5, 180, 0, 0, 0] })).maximumSegmentSize).toBe(
      -1,
    );
    expect(decode4(6, tcp({ flags: TCP_SYN, options: [2, 3, 5, 3, 2, 0, 0, 0] }))).toMatchObject({
      maximumSegmentSize: -1,
      windowScale: -1,
      problem: 0,
    });
  });

  test.each([
    ["length 0", [1, 1, 5, 0]],
    ["length 1", [5, 1, 1, 1]],
    ["beyond the header", [1, 1, 5, 3]],
    ["no length", [1, 1, 1, 5]],
  ])("an option that lies: %s", (_name, lying) => {
    const packet = decode4(6, tcp({ flags: TCP_SYN, options: lying }));
    expect([problemOf(packet), packet.hasTransport]).toEqual(["tcp options: option length", 1]);
  });

  test("a data offset below 5 gives the fields, but no transport header and no payload", () => {
    const packet = decode4(6, tcp({ headerWords: 4, flags: 2 }, [1, 2]));
    expect(problemOf(packet)).toBe("tcp: data offset");
    expect(packet).toMatchObject({
      hasTransport: 0,
      transportHeaderLength: 0,
      destinationPort: 80,
      tcpFlags: 2,
      payloadLength: 0,
    });
  });

  test("a data offset beyond the datagram", () => {
    const packet = decode4(6, tcp({ headerWords: 15 }, [1, 2]));
    expect(problemOf(packet)).toBe("tcp options: header short");
    expect(packet).toMatchObject({
      hasTransport: 1,
      transportHeaderLength: 22,
      payloadLength: 0,
      payloadCaptured: 0,
    });
  });

  test("a header that the capture cuts gives the fields that are there", () => {
    const cut = tcp(
      {
        sourcePort: 1,
        destinationPort: 2,
        sequence: 3,
        acknowledgment: 4,
        flags: 5,
        window: 6,
        headerWords: 6,
      },
      new Uint8Array(14),
    );
    const seen = (packet: Packet): number[] => [
      packet.sourcePort,
      packet.destinationPort,
      packet.sequence,
      packet.acknowledgment,
      packet.tcpFlags,
      packet.window,
    ];
    const expected: [number, number[], number][] = [
      [0, [0, 0, 0, 0, 0, 0], 14],
      [3, [0, 0, 0, 0, 0, 0], 14],
      [4, [1, 2, 0, 0, 0, 0], 14],
      [8, [1, 2, 3, 0, 0, 0], 14],
      [12, [1, 2, 3, 4, 0, 0], 14],
      [13, [1, 2, 3, 4, 0, 0], 10],
      [14, [1, 2, 3, 4, 5, 0], 10],
      [19, [1, 2, 3, 4, 5, 6], 10],
    ];
    for (const [captured, fields, payloadLength] of expected) {
      const packet = decode4(6, cut, captured);
      expect(seen(packet)).toEqual(fields);
      expect(problemOf(packet)).toBe("tcp: header cut");
      expect(packet).toMatchObject({
        hasTransport: 0,
        transportHeaderLength: 0,
        payloadLength,
        payloadCaptured: 0,
      });
      expect(packet.layers & LAYER_TCP).toBe(captured >= 4 ? LAYER_TCP : 0);
      expect(at(packet, packet.payloadOffset)).toBe(HEADERS + captured);
    }
  });

  test("options that the capture cuts: the header counts, and so do the options that are there", () => {
    const packet = decode4(6, tcp({ flags: TCP_SYN, options }, [1, 2, 3]), 26);
    expect(problemOf(packet)).toBe("tcp options: header cut");
    expect(packet).toMatchObject({
      hasTransport: 1,
      maximumSegmentSize: 1460,
      windowScale: -1,
      transportHeaderLength: 40,
      payloadLength: 3,
      payloadCaptured: 0,
    });
  });

  test("a datagram too small for the header (tiny fragments, RFC 1858)", () => {
    const packet = decodeFrame(
      ethernet(0x0800, ipv4({ protocol: 6, moreFragments: true }, tcp({}).subarray(0, 8))),
    );
    expect([problemOf(packet), packet.destinationPort, packet.payloadLength]).toEqual([
      "tcp: header short",
      80,
      0,
    ]);
  });
});

describe("UDP (RFC 768)", () => {
  test("every field of the header", () => {
    const packet = decode6(17, udp({ sourcePort: 1000, destinationPort: 65535 }, [1, 2]));
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      hasTransport: 1,
      sourcePort: 1000,
      destinationPort: 65535,
      transportHeaderLength: 8,
      payloadLength: 2,
    });
    expect(packet.layers & LAYER_UDP).toBe(LAYER_UDP);
  });

  test.each([
    ["7", decode4(17, udp({ length: 7 }, [1])), "udp: length"],
    ["0 in IPv4", decode4(17, udp({ length: 0 }, [1])), "udp: length"],
    ["0 in IPv6 (jumbogram)", decode6(17, udp({ length: 0 }, [1])), "none"],
    ["beyond the datagram", decode4(17, udp({ length: 10 }, [1])), "udp: length beyond datagram"],
    ["less than the datagram (UDP options)", decode4(17, udp({ length: 8 }, [1])), "none"],
  ])("length %s", (_name, packet, problem) => {
    expect(problemOf(packet)).toBe(problem);
    expect(packet).toMatchObject({ hasTransport: 1, destinationPort: 9, payloadLength: 1 });
  });

  test("cut after the ports", () => {
    const packet = decode4(17, udp({}, [1, 2, 3]), 4);
    expect(problemOf(packet)).toBe("udp: header cut");
    expect(packet).toMatchObject({
      hasTransport: 0,
      sourcePort: 49152,
      destinationPort: 9,
      payloadLength: 3,
      payloadCaptured: 0,
    });
    expect(decode4(17, udp({}), 3).layers & LAYER_UDP).toBe(0);
  });

  test("short", () => {
    const packet = decode4(17, udp({}).subarray(0, 7));
    expect([problemOf(packet), packet.hasTransport, packet.payloadLength]).toEqual([
      "udp: header short",
      0,
      0,
    ]);
  });
});

describe("SCTP (RFC 9260)", () => {
  test("ports; chunks are payload", () => {
    const packet = decode4(132, sctp(36412, 2905, [1, 0, 0, 4]));
    expect(packet).toMatchObject({
      hasTransport: 1,
      sourcePort: 36412,
      destinationPort: 2905,
      transportHeaderLength: 12,
      payloadLength: 4,
    });
    expect(packet.layers & LAYER_SCTP).toBe(LAYER_SCTP);
  });

  test("cut after the ports", () => {
    const packet = decode4(132, sctp(1, 2, [1, 0, 0, 4]), 11);
    expect(problemOf(packet)).toBe("sctp: header cut");
    expect(packet).toMatchObject({ hasTransport: 0, sourcePort: 1, destinationPort: 2, payloadLength: 4 });
  });
});

describe("ICMP (RFC 792) and ICMPv6 (RFC 4443)", () => {
  test.each([0, 8, 13, 14, 15, 16, 17, 18])("type %i has identifier and sequence", (type) => {
    const packet = decode4(1, icmp(type, 0, be32(0xfedc0102), [1, 2, 3]));
    expect(packet).toMatchObject({
      icmpType: type,
      icmpCode: 0,
      icmpIdentifier: 0xfedc,
      icmpSequence: 0x0102,
      hasTransport: 1,
      transportHeaderLength: 8,
      payloadLength: 3,
      sourcePort: 0,
      destinationPort: 0,
    });
    expect(packet.layers & (LAYER_ICMP | LAYER_ICMPV6)).toBe(LAYER_ICMP);
  });

  test.each([3, 5, 11, 12])("type %i has not", (type) => {
    const packet = decode4(1, icmp(type, 1, be32(0xfedc0102), ipv4({ protocol: 17 }, udp({}))));
    expect(packet).toMatchObject({
      icmpType: type,
      icmpCode: 1,
      icmpIdentifier: 0,
      icmpSequence: 0,
      sourcePort: 0,
      payloadLength: 28,
    });
    expect(packet.layers & LAYER_UDP).toBe(0);
  });

  test("echo of ICMPv6, extended echo, neighbour solicitation", () => {
    const echo = decode6(58, icmp(128, 0, be32(0x00070009)));
    expect(echo).toMatchObject({ icmpType: 128, icmpIdentifier: 7, icmpSequence: 9, hasTransport: 1 });
    expect(echo.layers & (LAYER_ICMP | LAYER_ICMPV6)).toBe(LAYER_ICMPV6);
    expect(decode6(58, icmp(160, 0, be32(0x00070901)))).toMatchObject({ icmpIdentifier: 7, icmpSequence: 9 });
    expect(decode4(1, icmp(42, 0, be32(0x00070901)))).toMatchObject({ icmpIdentifier: 7, icmpSequence: 9 });
    expect(decode6(58, icmp(135, 0, be32(5), new Uint8Array(16)))).toMatchObject({
      icmpType: 135,
      icmpIdentifier: 0,
      payloadLength: 16,
    });
  });

  test("cut: type and code from 2 bytes on", () => {
    const message = icmp(8, 3, be32(0x00070009), [1, 2]);
    expect(decode4(1, message, 1)).toMatchObject({ icmpType: -1, icmpCode: -1, hasTransport: 0 });
    const packet = decode4(1, message, 7);
    expect(problemOf(packet)).toBe("icmp: header cut");
    expect(packet).toMatchObject({
      icmpType: 8,
      icmpCode: 3,
      icmpIdentifier: 0,
      hasTransport: 0,
      payloadLength: 2,
    });
  });

  test("short", () => {
    expect(problemOf(decode4(1, join([8, 0, 0, 0])))).toBe("icmp: header short");
    expect(problemOf(decode6(58, join([128, 0, 0, 0, 0, 0, 0])))).toBe("icmpv6: header short");
  });
});

test("a protocol without a reader leaves ports and headers empty", () => {
  const packet = decode4(2, new Uint8Array(8));
  expect(packet).toMatchObject({
    protocol: 2,
    hasTransport: 0,
    sourcePort: 0,
    transportHeaderLength: 0,
    payloadLength: 8,
    problem: 0,
  });
  expect(at(packet, packet.payloadOffset)).toBe(HEADERS);
});
