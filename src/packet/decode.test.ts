import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CATALOGUE } from "../../test/support/catalogue.ts";
import { at, decodeFrame, decodeWith } from "../../test/support/decode.ts";
import { ethernet, extension, ipv4, ipv6, join, nflog, tcp } from "../../test/support/frames.ts";
import { violation } from "../../test/support/invariants.ts";
import { Decoder } from "./decode.ts";
import { LINK_ETHERNET, LINK_NFLOG, LINK_TYPES } from "./link.ts";
import { LAYER_TCP, Packet } from "./packet.ts";

const FRAMES = CATALOGUE.filter(({ linkType }) => linkType === LINK_ETHERNET).map(({ bytes }) => bytes);

const anyFrame = fc.constantFrom(...FRAMES);
const anyLink = fc.constantFrom(...LINK_TYPES.map((type) => type.number), 4711);
const anyBytes = fc.uint8Array({ maxLength: 120 });

/** The packet as plain data, offsets counted from the frame's start. */
function plain(packet: Packet): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...packet, bytes: 0, start: 0, ordinal: 0 };
  for (const name of ["ipOffset", "transportOffset", "payloadOffset", "dnsNameOffset"]) {
    const offset = fields[name] as number;
    fields[name] = offset === 0 ? 0 : offset - packet.start;
  }
  return fields;
}

describe("any bytes", () => {
  test("are decoded without a throw, to a packet that holds together", () => {
    fc.assert(
      fc.property(anyBytes, anyLink, fc.nat(200), fc.boolean(), (bytes, linkType, more, tunnels) => {
        const packet = decodeFrame(bytes, { linkType, wire: bytes.length + more, tunnels });
        expect(violation(packet)).toBe("");
      }),
      { numRuns: 2000 },
    );
  });

  test("so are sound frames with a few bytes changed", () => {
    const changes = fc.array(fc.tuple(fc.nat(119), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(anyFrame, changes, fc.boolean(), (frame, edits, tunnels) => {
        const bytes = frame.slice();
        for (const [index, value] of edits) bytes[index % bytes.length] = value;
        expect(violation(decodeFrame(bytes, { tunnels }))).toBe("");
      }),
      { numRuns: 2000 },
    );
  });

  test("the bytes around a frame change nothing", () => {
    fc.assert(
      fc.property(
        anyFrame,
        anyBytes,
        anyBytes,
        fc.nat(150),
        fc.boolean(),
        (frame, before, behind, cut, tunnels) => {
          const captured = Math.max(0, frame.length - cut);
          const alone = new Decoder({ tunnels }).decode(
            frame.slice(0, captured),
            0,
            captured,
            frame.length,
            0,
            LINK_ETHERNET,
          );
          const block = join(before, frame.subarray(0, captured), behind);
          const decoder = new Decoder({ tunnels });
          decoder.decode(block, before.length, captured + behind.length, 0, 0, 4711); // leaves `behind` in its memory
          const within = decoder.decode(block, before.length, captured, frame.length, 0, LINK_ETHERNET);
          expect(plain(within)).toEqual(plain(alone));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("one decoder, many frames", () => {
  test("nothing of the frames before is left", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 5 }), fc.boolean(), (frames, tunnels) => {
        const decoder = new Decoder({ tunnels });
        const packets = frames.map((frame) => plain(decodeWith(decoder, frame)));
        expect(packets).toEqual(frames.map((frame) => plain(decodeFrame(frame, { tunnels }))));
      }),
    );
  });

  test("the packet is one object, and counts up", () => {
    const decoder = new Decoder();
    const first = decodeWith(decoder, FRAMES[0]);
    expect(first.ordinal).toBe(1);
    expect(decodeWith(decoder, FRAMES[1])).toBe(first);
    expect(first.ordinal).toBe(2);
    expect(decoder.packet).toBe(first);
  });

  test("reset sets every field to that of a new packet, but for where the frame lies", () => {
    const { packet } = new Decoder();
    const fresh = { ...new Packet() };
    for (const name of Object.keys(fresh)) Reflect.set(packet, name, 77);
    packet.reset();
    const kept = ["bytes", "start", "capturedLength", "wireLength", "timestampUs", "ordinal"];
    for (const [name, value] of Object.entries(fresh)) {
      expect([name, Reflect.get(packet, name)]).toEqual([name, kept.includes(name) ? 77 : value]);
    }
  });
});

describe("less of a frame", () => {
  test("never shows a layer that all of it has not", () => {
    for (const frame of FRAMES) {
      const whole = decodeFrame(frame).layers;
      for (let captured = 0; captured < frame.length; captured++) {
        expect(decodeFrame(frame, { captured }).layers & ~whole).toBe(0);
      }
    }
  });

  test("keeps the payload's length on the wire, once the transport header was read", () => {
    for (const frame of FRAMES) {
      const whole = decodeFrame(frame);
      for (let captured = 0; captured < frame.length; captured++) {
        const packet = decodeFrame(frame, { captured });
        if (packet.hasTransport === 1) expect(packet.payloadLength).toBe(whole.payloadLength);
      }
    }
  });
});

describe("long frames", () => {
  const V6 = ipv6({ next: 60 }, extension(6, 0, tcp({ destinationPort: 8080 }, [1, 2, 3, 4])));
  const longest = [1, new Uint8Array(65_528)] as const;

  test("headers far behind are read: 62 long attributes of NFLOG lie before", () => {
    const first = [2, new Uint8Array(4)] as const; // short: it tells the byte order
    const frame = nflog(10, true, [first, ...Array.from({ length: 62 }, () => longest), [9, V6]]);
    const packet = decodeFrame(frame, { linkType: LINK_NFLOG });
    expect(at(packet, packet.ipOffset)).toBe(frame.length - V6.length);
    expect(packet).toMatchObject({ destinationPort: 8080, payloadLength: 4, payloadCaptured: 4, problem: 0 });
    expect(violation(packet)).toBe("");
  });

  test("payload is as long as captured, however long", () => {
    const decoder = new Decoder();
    for (const length of [100, 200_000, 8_000_000, 3]) {
      const frame = ethernet(0x86dd, ipv6({ next: 6, payloadLength: 0 }, tcp({}, new Uint8Array(length))));
      const packet = decodeWith(decoder, frame);
      expect(packet).toMatchObject({ hasTransport: 1, payloadLength: length, payloadCaptured: length });
      expect(violation(packet)).toBe("");
    }
    expect(decoder.statistics.layer(LAYER_TCP)).toBe(4); // also counted while the memory grew
  });
});

describe("lengths from the capture", () => {
  test("a captured length beyond the block is cut to it", () => {
    const bytes = FRAMES[0];
    const packet = new Decoder().decode(bytes, 0, bytes.length + 100, bytes.length + 100, 0, LINK_ETHERNET);
    expect(packet.capturedLength).toBe(bytes.length);
    expect(violation(packet)).toBe("");
  });

  test("a wire length of 4 GB is kept, and nothing overflows", () => {
    const packet = decodeFrame(ethernet(0x0800, ipv4({ protocol: 6, totalLength: 0 }, tcp({}))), {
      wire: 0xffffffff,
    });
    expect(packet.wireLength).toBe(0xffffffff);
    expect(violation(packet)).toBe("");
  });

  test("a wire length below the captured length gives way to it", () => {
    const packet = decodeFrame(FRAMES[0], { wire: 20 });
    expect([packet.wireLength, packet.payloadLength, packet.problem]).toEqual([20, 3, 0]);
  });
});
