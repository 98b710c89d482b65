import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  block,
  concatenate,
  enhancedPacket,
  fields,
  interfaceBlock,
  obsoletePacket,
  option,
  parseFile,
  pcapHeader,
  pcapRecord,
  sampleFrame,
  section,
  simplePacket,
} from "../../test/support/capture-files.ts";
import { OrbweaverError } from "../base/errors.ts";
import { CaptureParser } from "./parse.ts";

const FRAME = sampleFrame(61);
const EMPTY = new Uint8Array(0);

function kinds(file: Uint8Array): string[] {
  return parseFile(file).summary.problems.map(({ kind }) => kind);
}

function errorOf(run: () => unknown): OrbweaverError {
  try {
    run();
  } catch (error) {
    if (error instanceof OrbweaverError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

describe("pcap", () => {
  for (const little of [true, false]) {
    const order = little ? "little" : "big";
    test(`microseconds, ${order}-endian`, () => {
      const records = [0, 1, 2].map((seed) =>
        pcapRecord(sampleFrame(60 + seed, seed), {
          little,
          seconds: 4_294_967_295,
          fraction: 999_999 - seed,
          wire: 1500,
        }),
      );
      const { frames, summary } = parseFile(concatenate(pcapHeader({ little, linkType: 113 }), ...records));
      expect(frames.map(({ bytes }) => bytes)).toEqual(
        [0, 1, 2].map((seed) => [...sampleFrame(60 + seed, seed)]),
      );
      expect(frames[0]).toMatchObject({
        wireLength: 1500,
        timestampUs: 4_294_967_295_999_999,
        linkType: 113,
      });
      expect(summary).toMatchObject({
        format: `pcap (µs, ${order}-endian)`,
        frames: 3,
        bytes: 183,
        wireBytes: 4500,
        firstUs: 4_294_967_295_999_997,
        lastUs: 4_294_967_295_999_999,
        timesBackward: 2,
        linkTypes: [113],
        interfaceCount: 1,
        truncated: false,
        problems: [],
        complete: true,
        cancelled: false,
      });
      expect(summary.interfaces[0]).toMatchObject({
        linkType: 113,
        snapLength: 65535,
        resolution: "1e-6 s",
        frames: 3,
      });
    });

    test(`nanoseconds are cut to microseconds, ${order}-endian`, () => {
      const record = pcapRecord(FRAME, { little, seconds: 1, fraction: 999_999_999 });
      const { frames, summary } = parseFile(concatenate(pcapHeader({ little, magic: 0xa1b23c4d }), record));
      expect(frames[0].timestampUs).toBe(1_999_999);
      expect(summary.format).toBe(`pcap (ns, ${order}-endian)`);
      expect(summary.problems).toEqual([]);
    });

    test(`the Kuznetzov variant has 8 more bytes in each record header, ${order}-endian`, () => {
      const extra = fields(little, [4, 7], [2, 0x0800], [1, 4], [1, 0]);
      const file = concatenate(
        pcapHeader({ little, magic: 0xa1b2cd34 }),
        pcapRecord(FRAME, { little, extra }),
        pcapRecord(sampleFrame(20), { little, extra }),
      );
      const { frames, summary } = parseFile(file);
      expect(frames.map(({ bytes }) => bytes)).toEqual([[...FRAME], [...sampleFrame(20)]]);
      expect(summary.format).toBe(`pcap (Kuznetzov, µs, ${order}-endian)`);
    });

    test(`the Nokia variant has 4 more bytes in each record header, ${order}-endian`, () => {
      const extra = Uint8Array.from([1, 2, 3, 4]);
      const records = [0, 1, 2].map((index) =>
        pcapRecord(sampleFrame(60 + index), { little, extra, seconds: 1_000_000_000 + index, fraction: 5 }),
      );
      const file = concatenate(pcapHeader({ little }), ...records);
      const { frames, summary } = parseFile(file);
      expect(frames.map(({ bytes }) => bytes)).toEqual(
        [0, 1, 2].map((index) => [...sampleFrame(60 + index)]),
      );
      expect(summary.format).toBe(`pcap (Nokia, µs, ${order}-endian)`);
      expect(parseFile(file, [1])).toEqual({ frames, summary });
    });
  }

  test("the link type is 16 bits; those above tell the frame check sequence", () => {
    const { summary } = parseFile(concatenate(pcapHeader({ linkType: 0x24000001 }), pcapRecord(FRAME)));
    expect(summary.linkTypes).toEqual([1]);
  });

  test("before version 2.4 the lengths come in either order", () => {
    const file = concatenate(pcapHeader({ version: [2, 3] }), pcapRecord(FRAME, { captured: 90, wire: 61 }));
    const { frames, summary } = parseFile(file);
    expect(frames).toHaveLength(1);
    expect(frames[0].wireLength).toBe(90);
    expect(summary.problems).toEqual([]);
  });

  test("another major version is an error that says so", () => {
    const error = errorOf(() => parseFile(pcapHeader({ version: [3, 4] }), [], { path: "x.pcap" }));
    expect(error.code).toBe("capture-format");
    expect(error.message).toBe("x.pcap: pcap version 3.4, expected 2.x");
  });

  test("a captured length of 4 GB stops the reading and says where", () => {
    const file = concatenate(
      pcapHeader(),
      pcapRecord(FRAME),
      pcapRecord(FRAME, { captured: 0xffffffff }),
      pcapRecord(FRAME),
    );
    const { frames, summary } = parseFile(file);
    expect(frames).toHaveLength(1);
    expect(summary.complete).toBe(false);
    expect(summary.truncated).toBe(false);
    expect(summary.bytesRead).toBe(101);
    expect(summary.problems).toEqual([
      {
        kind: "corrupt",
        count: 1,
        firstOffset: 101,
        message:
          "packet 2 at offset 101: captured length 4294967295, expected at most 262144; earlier packets were used",
      },
    ]);
  });

  test("the bound on a frame is 262,144 bytes, both sides of it", () => {
    const most = sampleFrame(262_144);
    expect(parseFile(concatenate(pcapHeader(), pcapRecord(most))).frames[0].bytes).toHaveLength(262_144);
    expect(kinds(concatenate(pcapHeader(), pcapRecord(sampleFrame(262_145))))).toEqual(["corrupt"]);
  });

  test("a wire length of 4 GB or below the captured one is replaced and counted", () => {
    const records = [{ wire: 0xffffffff }, { wire: 10 }, { wire: 134_217_728 }, { wire: 134_217_729 }];
    const file = concatenate(pcapHeader(), ...records.map((lengths) => pcapRecord(FRAME, lengths)));
    const { frames, summary } = parseFile(file);
    expect(frames.map(({ wireLength }) => wireLength)).toEqual([61, 61, 134_217_728, 61]);
    expect(summary.problems.map(({ kind, count }) => [kind, count])).toEqual([
      ["wire-length", 2],
      ["length-order", 1],
    ]);
    expect(summary.complete).toBe(true);
  });

  test("a fraction above a second is added and counted", () => {
    const { frames, summary } = parseFile(
      concatenate(pcapHeader(), pcapRecord(FRAME, { seconds: 1, fraction: 1_500_000 })),
    );
    expect(frames[0].timestampUs).toBe(2_500_000);
    expect(summary.problems[0].kind).toBe("time-fraction");
  });

  test("a capture without packets is a capture", () => {
    expect(parseFile(pcapHeader()).summary).toMatchObject({
      frames: 0,
      firstUs: 0,
      lastUs: 0,
      complete: true,
    });
  });

  test("a frame of no bytes is a frame", () => {
    const file = concatenate(pcapHeader(), pcapRecord(EMPTY, { wire: 60 }), pcapRecord(EMPTY));
    expect(parseFile(file).frames.map(({ wireLength }) => wireLength)).toEqual([60, 0]);
  });
});

describe("pcapng", () => {
  for (const little of [true, false]) {
    test(`several interfaces with clocks of their own, ${little ? "little" : "big"}-endian`, () => {
      const file = concatenate(
        section(little),
        interfaceBlock({ little, linkType: 1, name: "eth0" }),
        interfaceBlock({ little, linkType: 101, resolution: 9, snapLength: 96 }),
        interfaceBlock({ little, linkType: 113, resolution: 0x8a, offsetSeconds: 1000n }),
        enhancedPacket(FRAME, { little, ticks: 1_600_000_000_000_001n }),
        enhancedPacket(FRAME, { little, number: 1, ticks: 1_600_000_000_000_002_999n, wire: 1500 }),
        enhancedPacket(FRAME, { little, number: 2, ticks: 1024n * 5n + 512n }),
      );
      const { frames, summary } = parseFile(file);
      expect(
        frames.map(({ timestampUs, linkType, wireLength }) => [timestampUs, linkType, wireLength]),
      ).toEqual([
        [1_600_000_000_000_001, 1, 61],
        [1_600_000_000_000_002, 101, 1500],
        [1_005_500_000, 113, 61],
      ]);
      for (const { bytes } of frames) expect(bytes).toEqual([...FRAME]);
      expect(summary).toMatchObject({
        format: "pcapng",
        sections: 1,
        linkTypes: [1, 101, 113],
        problems: [],
      });
      expect(
        summary.interfaces.map(({ name, resolution, offsetSeconds }) => [name, resolution, offsetSeconds]),
      ).toEqual([
        ["eth0", "1e-6 s", 0],
        ["", "1e-9 s", 0],
        ["", "2^-10 s", 1000],
      ]);
    });
  }

  test("sections start interfaces anew and may change the byte order", () => {
    const file = concatenate(
      section(true),
      interfaceBlock({ linkType: 1 }),
      enhancedPacket(FRAME),
      section(false),
      interfaceBlock({ little: false, linkType: 228 }),
      enhancedPacket(sampleFrame(33), { little: false }),
    );
    const { frames, summary } = parseFile(file);
    expect(frames.map(({ linkType }) => linkType)).toEqual([1, 228]);
    expect(summary).toMatchObject({ sections: 2, interfaceCount: 2 });
    expect(summary.interfaces[1]).toMatchObject({ section: 1, index: 0, frames: 1 });
  });

  test("the obsolete packet block has a 16-bit interface", () => {
    const file = concatenate(
      section(),
      interfaceBlock(),
      interfaceBlock(),
      obsoletePacket(FRAME, { number: 1, ticks: 9n, wire: 99 }),
    );
    const { frames, summary } = parseFile(file);
    expect(frames).toEqual([{ bytes: [...FRAME], wireLength: 99, timestampUs: 9, linkType: 1 }]);
    expect(summary.interfaces[1].frames).toBe(1);
    expect(summary).toMatchObject({ firstUs: 9, lastUs: 9 });
  });

  test("a simple packet gets the time of the packet before, is cut to the snapshot length, and is counted", () => {
    const file = concatenate(
      section(),
      interfaceBlock({ snapLength: 40 }),
      simplePacket(sampleFrame(30)),
      enhancedPacket(FRAME, { ticks: 77n }),
      simplePacket(sampleFrame(40), { wire: 1500 }),
    );
    const { frames, summary } = parseFile(file);
    expect(
      frames.map(({ timestampUs, wireLength, bytes }) => [timestampUs, wireLength, bytes.length]),
    ).toEqual([
      [0, 30, 30],
      [77, 61, 61],
      [77, 1500, 40],
    ]);
    expect(summary.problems).toMatchObject([{ kind: "time-missing", count: 2, firstOffset: 48 }]);
    expect(summary).toMatchObject({ firstUs: 77, lastUs: 77 });
  });

  test("other blocks, comments and options are passed over and counted", () => {
    const comment = option(true, 1, new TextEncoder().encode("seen by chance"));
    const file = concatenate(
      section(),
      block(true, 0x0bad, sampleFrame(100_000)),
      interfaceBlock({ name: "eth0" }),
      block(true, 4, sampleFrame(20)),
      enhancedPacket(FRAME, { options: concatenate(comment, option(true, 0, EMPTY)) }),
      block(true, 10, sampleFrame(20)),
      block(true, 0x7777, EMPTY),
      block(true, 4, sampleFrame(24)),
      enhancedPacket(FRAME),
    );
    const { frames, summary } = parseFile(file);
    expect(frames).toHaveLength(2);
    expect(summary.problems).toEqual([]);
    expect(summary.skippedBlocks).toEqual([
      { kind: "custom", count: 1 },
      { kind: "name resolution", count: 2 },
      { kind: "decryption secrets", count: 1 },
      { kind: "other", count: 1 },
    ]);
  });

  test("the last interface statistics tell what was lost", () => {
    const statistics = (received: bigint, byInterface: bigint, bySystem: bigint) =>
      block(
        true,
        5,
        concatenate(
          fields(true, [4, 0], [4, 0], [4, 0]),
          option(true, 4, fields(true, [8, received])),
          option(true, 5, fields(true, [8, byInterface])),
          option(true, 7, fields(true, [8, bySystem])),
          option(true, 0, EMPTY),
        ),
      );
    const file = concatenate(section(), interfaceBlock(), statistics(10n, 1n, 1n), statistics(20n, 3n, 2n));
    const { summary } = parseFile(file);
    expect(summary.droppedFrames).toBe(5);
    expect(summary.interfaces[0]).toMatchObject({ received: 20, droppedByInterface: 3, droppedBySystem: 2 });
    expect(parseFile(concatenate(section(), interfaceBlock())).summary.droppedFrames).toBeUndefined();
  });

  test("a length that is no multiple of four is rounded up, as other tools do", () => {
    const body = concatenate(fields(true, [4, 0], [4, 0], [4, 5], [4, 61], [4, 61]), FRAME);
    const file = concatenate(
      section(),
      interfaceBlock(),
      block(true, 6, body, { total: 93 }),
      enhancedPacket(FRAME),
    );
    expect(parseFile(file).frames).toHaveLength(2);
  });

  test("a packet of an interface that nobody described is left out and counted", () => {
    const file = concatenate(
      section(),
      interfaceBlock(),
      enhancedPacket(FRAME, { number: 5 }),
      enhancedPacket(FRAME),
    );
    const { frames, summary } = parseFile(file);
    expect(frames).toHaveLength(1);
    expect(summary.problems).toMatchObject([{ kind: "interface-unknown", count: 1, firstOffset: 48 }]);
    expect(kinds(concatenate(section(), simplePacket(FRAME)))).toEqual(["interface-unknown"]);
  });

  test("interfaces beyond the bound are left out and counted, and the summary lists 256", () => {
    const many = Array.from({ length: 4097 }, () => interfaceBlock());
    const packets = [enhancedPacket(FRAME, { number: 4095 }), enhancedPacket(FRAME, { number: 4096 })];
    const { frames, summary } = parseFile(concatenate(section(), ...many, ...packets));
    expect(frames).toHaveLength(1);
    expect(summary.problems).toMatchObject([{ kind: "interface-limit", count: 1 }]);
    expect(summary.interfaceCount).toBe(4097);
    expect(summary.interfaces).toHaveLength(256);
  });

  test("4 GB lengths stop the reading, in every kind of block that is read", () => {
    const head = concatenate(section(), interfaceBlock(), enhancedPacket(FRAME));
    for (const type of [0x0a0d0d0a, 1, 2, 3, 5, 6]) {
      const bad = concatenate(fields(true, [4, type], [4, 0xfffffffc], [4, 0x1a2b3c4d]), sampleFrame(100));
      const { frames, summary } = parseFile(concatenate(head, bad));
      expect(frames).toHaveLength(1);
      expect(summary.problems).toMatchObject([{ kind: "corrupt", firstOffset: head.length }]);
      expect(summary.problems[0].message).toContain("length 4294967292, expected at most 16777216");
    }
    const claims = enhancedPacket(FRAME, { captured: 0xffffffff });
    expect(parseFile(concatenate(head, claims)).summary.problems[0].message).toBe(
      `packet 2 at offset ${head.length}: captured length 4294967295, expected at most 64; earlier packets were used`,
    );
  });

  test("a passed-over block of 4 GB is not held, and its end is missed", () => {
    const bad = concatenate(fields(true, [4, 0x0bad], [4, 0xfffffffc]), sampleFrame(100));
    const { summary } = parseFile(concatenate(section(), interfaceBlock(), enhancedPacket(FRAME), bad));
    expect(summary).toMatchObject({ frames: 1, truncated: true, complete: true });
    expect(summary.problems[0].message).toBe(
      "file ends inside the block at offset 144, behind packet 1: 108 of 4294967292 bytes; earlier packets were used",
    );
  });

  test("a block whose two lengths differ stops the reading", () => {
    for (const type of [6, 4]) {
      const body = concatenate(fields(true, [4, 0], [4, 0], [4, 0], [4, 8], [4, 8]), sampleFrame(8));
      const bad = block(true, type, body);
      bad[bad.length - 1] ^= 0x40;
      const file = concatenate(section(), interfaceBlock(), bad, enhancedPacket(FRAME));
      expect(parseFile(file).frames).toHaveLength(0);
      expect(kinds(file)).toEqual(["corrupt"]);
      expect(parseFile(file, [1])).toEqual(parseFile(file));
    }
  });

  test("a length below the least of its kind stops the reading", () => {
    for (const [type, least] of [
      [6, 32],
      [1, 20],
      [3, 16],
      [99, 12],
    ]) {
      const file = concatenate(section(), block(true, type, EMPTY, { total: least - 4 }), sampleFrame(64));
      expect(parseFile(file).summary.problems[0].message).toContain(
        `length ${least - 4}, expected at least ${least}`,
      );
    }
  });

  test("an option longer than its block is counted and the interface kept", () => {
    const body = concatenate(fields(true, [2, 1], [2, 0], [4, 0], [2, 9], [2, 500]), sampleFrame(4));
    const { frames, summary } = parseFile(
      concatenate(section(), block(true, 1, body), enhancedPacket(FRAME)),
    );
    expect(frames).toHaveLength(1);
    expect(summary.problems).toMatchObject([{ kind: "options-malformed", count: 1, firstOffset: 28 }]);
  });

  test("times beyond 2^53 µs are held at the bound and counted", () => {
    const file = concatenate(section(), interfaceBlock(), enhancedPacket(FRAME, { ticks: 2n ** 64n - 1n }));
    const { frames, summary } = parseFile(file);
    expect(frames[0].timestampUs).toBe(Number.MAX_SAFE_INTEGER);
    expect(summary.problems).toMatchObject([{ kind: "time-range", count: 1 }]);
  });

  test("a first section without byte order or of another version is no capture; a later one is damage", () => {
    const unordered = section();
    unordered[8] = 0;
    expect(errorOf(() => parseFile(unordered)).message).toBe(
      "capture: pcapng with byte-order mark 003c2b1a, expected 1a2b3c4d or 4d3c2b1a",
    );
    expect(errorOf(() => parseFile(section(true, [2, 0]))).message).toBe(
      "capture: pcapng with version 2.0, expected 1.x",
    );
    for (const second of [unordered, section(true, [2, 0])]) {
      const { frames, summary } = parseFile(
        concatenate(section(), interfaceBlock(), enhancedPacket(FRAME), second),
      );
      expect(frames).toHaveLength(1);
      expect(summary.problems).toMatchObject([{ kind: "corrupt", firstOffset: 144 }]);
    }
  });
});

describe("input that is no capture", () => {
  const text = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: example.org\r\n");
  test("says what it looks like and what was expected", () => {
    for (const cuts of [[], [1], [3, 200]]) {
      const error = errorOf(() => parseFile(text, cuts, { path: "notes.txt" }));
      expect(error.code).toBe("capture-format");
      expect(error.message).toBe('notes.txt: text ("GET / HTTP/1.1"), expected a pcap or pcapng capture');
    }
    const long = concatenate(...Array.from({ length: 100 }, () => text));
    for (const cuts of [[], [1], [1000]]) {
      expect(errorOf(() => parseFile(long, cuts, { path: "notes.txt", container: "gzip" })).message).toBe(
        'notes.txt: gzip of text ("GET / HTTP/1.1"), expected a pcap or pcapng capture',
      );
    }
  });

  test("fewer bytes than a magic", () => {
    expect(errorOf(() => parseFile(EMPTY)).message).toBe(
      "capture: an empty file, expected a pcap or pcapng capture",
    );
    for (const size of [1, 2, 3]) {
      expect(errorOf(() => parseFile(pcapHeader().subarray(0, size))).code).toBe("capture-format");
    }
  });
});

describe("stopping early", () => {
  const file = concatenate(pcapHeader(), ...Array.from({ length: 5 }, () => pcapRecord(FRAME)));
  const sections = concatenate(
    section(),
    interfaceBlock(),
    ...Array.from({ length: 5 }, () => enhancedPacket(FRAME)),
  );

  test("the frame limit is exact, however the file is cut", () => {
    for (const bytes of [file, sections]) {
      for (const cuts of [[], [1], [50]]) {
        for (const maxFrames of [0, 1, 3, 5]) {
          const { frames, summary } = parseFile(bytes, cuts, { maxFrames });
          expect(frames).toHaveLength(maxFrames);
          expect(summary).toMatchObject({
            frames: maxFrames,
            complete: false,
            cancelled: false,
            problems: [],
          });
        }
        expect(parseFile(bytes, cuts, { maxFrames: 6 }).summary.complete).toBe(true);
      }
    }
  });

  test("a cancelled capture is neither complete nor truncated, and needs no magic", () => {
    const parser = new CaptureParser({ frame() {} });
    parser.push(file.subarray(0, 150));
    expect(parser.end({ cancelled: true })).toMatchObject({
      frames: 1,
      complete: false,
      cancelled: true,
      truncated: false,
    });
    expect(new CaptureParser({ frame() {} }).end({ cancelled: true })).toMatchObject({
      format: "unknown",
      frames: 0,
    });
  });

  test("what the handler throws passes through", () => {
    const parser = new CaptureParser({
      frame() {
        throw new RangeError("mine");
      },
    });
    expect(() => parser.push(file)).toThrow(RangeError);
  });
});

test("a frame that lies whole in a block is handed over in place", () => {
  const file = concatenate(pcapHeader(), pcapRecord(FRAME), pcapRecord(FRAME), pcapRecord(FRAME));
  let inPlace = 0;
  const parser = new CaptureParser({
    frame(bytes) {
      if (bytes === file) inPlace++;
    },
  });
  parser.push(file);
  parser.end();
  expect(inPlace).toBe(3);
});

// --- properties --------------------------------------------------------------------------------------------

const frames = fc.array(
  fc.record({
    frame: fc.uint8Array({ maxLength: 300 }),
    more: fc.integer({ min: 0, max: 2000 }),
    seconds: fc.integer({ min: 0, max: 0xffffffff }),
    fraction: fc.integer({ min: 0, max: 999_999 }),
    kind: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 12 },
);
const cutSizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });

type Frames = typeof frames extends fc.Arbitrary<infer T> ? T : never;

function asPcap(list: Frames, little: boolean, magic: number): Uint8Array {
  const extra = magic === 0xa1b2cd34 ? new Uint8Array(8) : EMPTY;
  const records = list.map(({ frame, more, seconds, fraction }) =>
    pcapRecord(frame, { little, seconds, fraction, wire: frame.length + more, extra }),
  );
  return concatenate(pcapHeader({ little, magic }), ...records);
}

function asPcapng(list: Frames, little: boolean): Uint8Array {
  const parts = [
    section(little),
    interfaceBlock({ little }),
    interfaceBlock({ little, resolution: 9, linkType: 101 }),
  ];
  for (const { frame, more, seconds, fraction, kind } of list) {
    const ticks = BigInt(seconds) * 1_000_000n + BigInt(fraction);
    const given = { little, ticks, wire: frame.length + more };
    if (kind === 0) parts.push(block(little, 4, frame));
    else if (kind === 1) parts.push(simplePacket(frame, { little }));
    else if (kind === 2) parts.push(obsoletePacket(frame, given));
    else if (kind === 3) parts.push(section(little), interfaceBlock({ little, linkType: 276 }));
    else parts.push(enhancedPacket(frame, { ...given, number: kind === 4 ? 1 : 0 }));
  }
  return concatenate(...parts);
}

test("every way of cutting a file gives the same frames and the same summary", () => {
  const file = fc.oneof(
    fc
      .tuple(frames, fc.boolean(), fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34))
      .map((given) => asPcap(...given)),
    fc.tuple(frames, fc.boolean()).map((given) => asPcapng(...given)),
  );
  fc.assert(
    fc.property(file, cutSizes, fc.double({ min: 0, max: 1, noNaN: true }), (whole, cuts, part) => {
      for (const bytes of [whole, whole.subarray(0, Math.max(4, Math.floor(whole.length * part)))]) {
        const reference = parseFile(bytes);
        expect(parseFile(bytes, cuts)).toEqual(reference);
        expect(parseFile(bytes, [1])).toEqual(reference);
      }
    }),
    { numRuns: 300 },
  );
});

test("pcap gives back what was put in", () => {
  fc.assert(
    fc.property(frames, fc.boolean(), (list, little) => {
      const parsed = parseFile(asPcap(list, little, 0xa1b2c3d4));
      expect(parsed.frames).toEqual(
        list.map(({ frame, more, seconds, fraction }) => ({
          bytes: [...frame],
          wireLength: frame.length + more,
          timestampUs: seconds * 1_000_000 + fraction,
          linkType: 1,
        })),
      );
    }),
    { numRuns: 300 },
  );
});

test("a file cut at any byte gives the frames before the cut, and says that it was cut", () => {
  const pcap = concatenate(
    pcapHeader(),
    ...[3, 40, 0, 17].map((size) => pcapRecord(sampleFrame(size, size))),
  );
  const pcapng = concatenate(
    section(),
    interfaceBlock({ name: "eth0" }),
    enhancedPacket(sampleFrame(21), { ticks: 5n }),
    block(true, 4, sampleFrame(33)),
    obsoletePacket(sampleFrame(8)),
    section(false),
    interfaceBlock({ little: false }),
    simplePacket(sampleFrame(5), { little: false }),
    enhancedPacket(sampleFrame(50), { little: false, options: option(false, 1, sampleFrame(9)) }),
  );
  for (const [file, ends] of [
    [pcap, unitEnds(pcap)],
    [pcapng, unitEnds(pcapng)],
  ] as const) {
    const whole = parseFile(file);
    expect(whole.summary.truncated).toBe(false);
    for (let size = 4; size < file.length; size++) {
      const cut = parseFile(file.subarray(0, size));
      expect(cut.frames).toEqual(whole.frames.slice(0, cut.frames.length));
      expect(cut.summary.truncated).toBe(!ends.has(size));
      expect(cut.summary.complete).toBe(true);
      expect(parseFile(file.subarray(0, size), [1])).toEqual(cut);
    }
    for (let size = 0; size < 4; size++)
      expect(() => parseFile(file.subarray(0, size))).toThrow(OrbweaverError);
  }
});

/** Offsets at which a file may end without being cut: behind its header and behind each record or block. */
function unitEnds(file: Uint8Array): Set<number> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const ends = new Set<number>();
  if (view.getUint32(0) !== 0x0a0d0d0a) {
    for (let at = 24; at <= file.length; at += at < file.length ? 16 + view.getUint32(at + 8, true) : 1)
      ends.add(at);
    return ends;
  }
  let little = true;
  for (let at = 0; at < file.length; ) {
    if (view.getUint32(at) === 0x0a0d0d0a) little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
    at += view.getUint32(at + 4, little);
    ends.add(at);
  }
  return ends;
}

test("the sentence about a cut says how much there was", () => {
  const file = concatenate(pcapHeader(), pcapRecord(FRAME), pcapRecord(sampleFrame(66)));
  const message = (size: number) => parseFile(file.subarray(0, size)).summary.problems[0].message;
  expect(message(10)).toBe("file ends inside the pcap header: 10 of 24 bytes; earlier packets were used");
  expect(message(108)).toBe(
    "file ends inside the header of packet 2: 7 of 16 bytes; earlier packets were used",
  );
  expect(message(140)).toBe("file ends inside packet 2: 23 of 66 bytes; earlier packets were used");
});
