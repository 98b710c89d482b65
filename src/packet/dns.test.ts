import { describe, expect, test } from "vitest";
import { at, decodeFrame, problemOf } from "../../test/support/decode.ts";
import { ascii, be16, dns, dnsLabels, ethernet, ipv4, join, tcp, udp } from "../../test/support/frames.ts";
import { dnsName } from "./dns.ts";
import { LAYER_DNS, type Packet } from "./packet.ts";

const QUESTION = join(dnsLabels("www", "example", "org"), be16(28), be16(1));
const MESSAGE = dns({ identification: 0xbeef, flags: 0x8180, answers: 2 }, QUESTION);
const PAYLOAD = 42;

function overUdp(message: Uint8Array, destinationPort = 53, captured?: number): Packet {
  const frame = ethernet(0x0800, ipv4({ protocol: 17 }, udp({ destinationPort }, message)));
  return decodeFrame(frame, captured === undefined ? {} : { captured: PAYLOAD + captured });
}

function overTcp(payload: Uint8Array): Packet {
  return decodeFrame(ethernet(0x0800, ipv4({ protocol: 6 }, tcp({ destinationPort: 53 }, payload))));
}

describe("DNS over UDP", () => {
  test.each([53, 5353, 5355])("header and first question on port %i", (port) => {
    const packet = overUdp(MESSAGE, port);
    expect(problemOf(packet)).toBe("none");
    expect(packet).toMatchObject({
      dnsIdentification: 0xbeef,
      dnsFlags: 0x8180,
      dnsQuestions: 1,
      dnsAnswers: 2,
      dnsNameLength: 17,
      dnsQuestionType: 28,
      payloadLength: MESSAGE.length,
    });
    expect(at(packet, packet.dnsNameOffset)).toBe(PAYLOAD + 12);
    expect(packet.layers & LAYER_DNS).toBe(LAYER_DNS);
    expect(dnsName(packet)).toBe("www.example.org");
  });

  test("by source port too, and on no other port", () => {
    const answer = ethernet(0x0800, ipv4({ protocol: 17 }, udp({ sourcePort: 53 }, MESSAGE)));
    expect(dnsName(decodeFrame(answer))).toBe("www.example.org");
    expect(overUdp(MESSAGE, 54).layers & LAYER_DNS).toBe(0);
  });

  test("no question: a header only", () => {
    const packet = overUdp(dns({ questions: 0, answers: 1 }, []));
    expect(packet).toMatchObject({
      problem: 0,
      dnsAnswers: 1,
      dnsNameOffset: 0,
      dnsNameLength: 0,
      dnsQuestionType: 0,
    });
    expect(dnsName(packet)).toBe("");
  });

  test("an empty datagram is no message and no problem", () => {
    const packet = overUdp(new Uint8Array(0));
    expect([packet.layers & LAYER_DNS, packet.problem]).toEqual([0, 0]);
  });

  const long = dnsLabels("a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));
  test("a name may have 255 bytes, not 256", () => {
    expect(long.length).toBe(255);
    expect(overUdp(dns({}, join(long, be16(1), be16(1))))).toMatchObject({
      problem: 0,
      dnsNameLength: 255,
      dnsQuestionType: 1,
    });
    const longer = dnsLabels("a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(62));
    expect(problemOf(overUdp(dns({}, join(longer, be16(1), be16(1)))))).toBe("dns question: name");
  });

  test.each([
    ["a compression pointer", join([3], ascii("abc"), [0xc0, 12], be16(1), be16(1))],
    ["a pointer to itself", join([0xc0, 12], be16(1), be16(1))],
    ["a label of a reserved kind", join([0x40, 1, 2], be16(1), be16(1))],
  ])("%s is a bad name", (_name, question) => {
    const packet = overUdp(dns({}, question));
    expect(problemOf(packet)).toBe("dns question: name");
    expect(packet).toMatchObject({ dnsQuestions: 1, dnsNameOffset: 0, dnsNameLength: 0, dnsQuestionType: 0 });
  });

  test("short messages", () => {
    expect(problemOf(overUdp(MESSAGE.subarray(0, 11)))).toBe("dns: header short");
    expect(problemOf(overUdp(MESSAGE.subarray(0, 12)))).toBe("dns question: header short");
    expect(problemOf(overUdp(MESSAGE.subarray(0, 20)))).toBe("dns question: header short");
    const untyped = overUdp(MESSAGE.subarray(0, 29));
    expect([problemOf(untyped), dnsName(untyped), untyped.dnsQuestionType]).toEqual([
      "dns question: header short",
      "www.example.org",
      0,
    ]);
  });

  test("messages that the capture cuts", () => {
    expect(problemOf(overUdp(MESSAGE, 53, 11))).toBe("dns: header cut");
    expect(problemOf(overUdp(MESSAGE, 53, 0))).toBe("dns: header cut");
    const name = overUdp(MESSAGE, 53, 31);
    expect([problemOf(name), dnsName(name), name.dnsQuestionType]).toEqual([
      "dns question: header cut",
      "www.example.org",
      28,
    ]);
    expect(overUdp(MESSAGE, 53, 28)).toMatchObject({ dnsIdentification: 0xbeef, dnsNameLength: 0 });
  });
});

describe("DNS over TCP", () => {
  test("a message behind its length", () => {
    const packet = overTcp(join(be16(MESSAGE.length), MESSAGE));
    expect(packet).toMatchObject({ dnsIdentification: 0xbeef, dnsQuestionType: 28, problem: 0 });
    expect(dnsName(packet)).toBe("www.example.org");
  });

  test.each([
    ["too short", join(be16(4), [1, 2, 3, 4])],
    ["a length below the header's", join(be16(11), MESSAGE)],
    ["many questions", join(be16(40), dns({ questions: 2 }, QUESTION))],
    ["an unknown kind of query", join(be16(40), dns({ flags: 0x7800 }, QUESTION))],
    ["no name", join(be16(40), dns({}, [0xff, 1, 2]))],
    ["nothing", new Uint8Array(0)],
  ])("what does not read like the start of a message is left alone: %s", (_name, payload) => {
    const packet = overTcp(payload);
    expect([packet.layers & LAYER_DNS, packet.problem, packet.dnsQuestions]).toEqual([0, 0, 0]);
  });
});

describe("names for people", () => {
  test("the root, dots and other bytes in labels", () => {
    const name = (question: Uint8Array): string =>
      dnsName(overUdp(dns({}, join(question, be16(1), be16(1)))));
    expect(name(dnsLabels())).toBe(".");
    expect(name(dnsLabels("a.b", "c\\d"))).toBe("a\\.b.c\\\\d");
    expect(name(dnsLabels(" \x00\xff~"))).toBe("\\032\\000\\255~");
  });
});
