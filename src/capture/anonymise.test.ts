import { describe, expect, test } from "vitest";
import {
  arp,
  be32,
  ethernet,
  gre,
  icmp,
  ipv4,
  ipv6,
  join,
  tcp,
  udp,
  vxlan,
} from "../../test/support/frames.ts";
import { checksumProblem } from "../../test/support/generated.ts";
import { type AnonymiseOptions, Anonymiser } from "./anonymise.ts";
import { CryptoPan } from "./crypto-pan.ts";

const cipher = new CryptoPan(Uint8Array.from({ length: 32 }, (_, index) => index * 7 + 1));
const HOST = [10, 0, 0, 1];
const HIDDEN = be32(cipher.address4(0x0a000001));

function anonymised(frame: Uint8Array, options: AnonymiseOptions = {}): Uint8Array {
  let found = new Uint8Array(0);
  const target = {
    frame(bytes: Uint8Array, start: number, captured: number) {
      found = bytes.slice(start, start + captured);
    },
  };
  new Anonymiser(cipher, target, options).frame(frame, 0, frame.length, frame.length, 0, 1);
  return found;
}

function onesSum(bytes: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** An IPv4 packet with its checksum and that of its UDP or TCP. */
function summed(packet: Uint8Array): Uint8Array {
  const done = packet.slice();
  const transport = done.subarray(20);
  const place = done[9] === 6 ? 16 : 6;
  const pseudo = [...done.subarray(12, 20), 0, done[9], transport.length >> 8, transport.length & 0xff];
  const sum = ~onesSum([...pseudo, ...transport]) & 0xffff;
  transport.set([sum >> 8, sum & 0xff], place);
  const header = ~onesSum(done.subarray(0, 20)) & 0xffff;
  done.set([header >> 8, header & 0xff], 10);
  return done;
}

function holds(bytes: Uint8Array, piece: ArrayLike<number>): boolean {
  const text = Buffer.from(bytes);
  return text.includes(Buffer.from(Array.from(piece)));
}

describe("checksums stay right", () => {
  const segment = tcp({}, [1, 2, 3]);

  test("of a packet and of one in VXLAN, also of what is around it", () => {
    const inner = ethernet(0x0800, summed(ipv4({ protocol: 6 }, segment)));
    const frame = ethernet(0x0800, summed(ipv4({ protocol: 17, source: [10, 9, 8, 7] }, vxlan(5, inner))));
    expect(checksumProblem(frame)).toBeUndefined();
    const found = anonymised(frame);
    expect(checksumProblem(found)).toBeUndefined();
    expect(checksumProblem(found.subarray(14 + 20 + 8 + 8))).toBeUndefined();
    expect(holds(found, HOST)).toBe(false);
    expect(holds(found, HIDDEN)).toBe(true);
  });

  test("of an ICMP error that quotes a packet", () => {
    const quoted = summed(ipv4({ protocol: 6 }, segment));
    const error = icmp(3, 1, [0, 0, 0, 0], quoted);
    const sum = ~onesSum(error) & 0xffff;
    error.set([sum >> 8, sum & 0xff], 2);
    const header = summed(ipv4({ protocol: 1 }, error));
    // The helper wrote a transport checksum of UDP where ICMP has none: put it back.
    header.set(error, 20);
    const found = anonymised(ethernet(0x0800, header));
    expect(onesSum(found.subarray(34))).toBe(0xffff);
    expect(onesSum(found.subarray(14, 34))).toBe(0xffff);
    expect(holds(found, HOST)).toBe(false);
  });

  test("and one that was wrong stays wrong, and one that is not there stays away", () => {
    const wrong = summed(ipv4({ protocol: 17 }, udp({}, [1, 2])));
    wrong[26] ^= 1;
    expect(checksumProblem(anonymised(ethernet(0x0800, wrong)))).toBe("checksum of protocol 17");
    const none = summed(ipv4({ protocol: 17 }, udp({}, [1, 2])));
    none.set([0, 0], 26);
    expect([...anonymised(ethernet(0x0800, none)).subarray(40, 42)]).toEqual([0, 0]);
  });

  test("of GRE", () => {
    const message = gre(0x0800, summed(ipv4({ protocol: 6 }, segment)), 0x8000);
    const sum = ~onesSum(message) & 0xffff;
    message.set([sum >> 8, sum & 0xff], 4);
    const found = anonymised(ethernet(0x0800, ipv4({ protocol: 47 }, message)));
    expect(onesSum(found.subarray(34))).toBe(0xffff);
    expect(holds(found, HOST)).toBe(false);
  });
});

describe("addresses are found", () => {
  test("in ARP, also behind a tag", () => {
    for (const frame of [ethernet(0x0806, arp(1)), ethernet(0x8100, join([0, 7, 8, 6], arp(1)))]) {
      expect(holds(frame, HOST)).toBe(true);
      const found = anonymised(frame);
      expect(holds(found, HOST)).toBe(false);
      expect(holds(found, HIDDEN)).toBe(true);
    }
  });

  test("in IPv6 and in the targets of neighbour discovery", () => {
    const target = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    const frame = ethernet(0x86dd, ipv6({ next: 58 }, icmp(135, 0, [0, 0, 0, 0], target)));
    const found = anonymised(frame);
    expect(holds(found, target)).toBe(false);
    expect(holds(found, [0x20, 1, 0xd, 0xb8])).toBe(false);
  });

  test("and a frame that has none is handed on as it is", () => {
    const frame = ethernet(0x88cc, [1, 2, 3]);
    expect(anonymised(frame)).toEqual(frame);
  });
});

test("headers only: the payload is cut off, ARP stays", () => {
  const frame = ethernet(0x0800, ipv4({ protocol: 6 }, tcp({}, [1, 2, 3, 4])));
  expect(anonymised(frame, { headersOnly: true }).length).toBe(14 + 20 + 20);
  const question = ethernet(0x0806, arp(1));
  expect(anonymised(question, { headersOnly: true }).length).toBe(question.length);
  expect(anonymised(ethernet(0x88cc, [1, 2, 3]), { headersOnly: true }).length).toBe(14);
});
