import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  concatenate,
  parseFile,
  pcapHeader,
  pcapRecord,
  sampleFrame,
} from "../../test/support/capture-files.ts";
import { OrbweaverError } from "../base/errors.ts";
import { readCapture } from "./read.ts";
import { CaptureWriter } from "./write.ts";

const root = mkdtempSync(join(tmpdir(), "orbweaver-write-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = root;
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

function errorOf(run: () => unknown): OrbweaverError {
  try {
    run();
  } catch (error) {
    if (error instanceof OrbweaverError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

/** Big enough to need several buffers. */
const MANY = Array.from({ length: 4000 }, (_, index) => sampleFrame(index % 1500, index));

test("writes what the format says, byte for byte", async () => {
  const path = join(folder, "a.pcap");
  const writer = CaptureWriter.open(path, { linkType: 101, snapLength: 100 });
  writer.write(1_600_000_000_123_456, sampleFrame(61));
  writer.write(4_294_967_295_999_999, sampleFrame(150), 9000);
  expect(writer).toMatchObject({ frames: 2, bytesWritten: 24 + 16 + 61 + 16 + 100 });
  await writer.close();
  const wanted = concatenate(
    pcapHeader({ linkType: 101, snapLength: 100 }),
    pcapRecord(sampleFrame(61), { seconds: 1_600_000_000, fraction: 123_456 }),
    pcapRecord(sampleFrame(150).subarray(0, 100), { seconds: 4_294_967_295, fraction: 999_999, wire: 9000 }),
  );
  expect(new Uint8Array(readFileSync(path))).toEqual(wanted);
});

test("nanoseconds are the microseconds with three zeros", async () => {
  const path = join(folder, "n.pcap");
  const writer = CaptureWriter.open(path, { nanoseconds: true });
  writer.write(1_000_007, sampleFrame(20));
  await writer.close();
  const wanted = concatenate(
    pcapHeader({ magic: 0xa1b23c4d, snapLength: 262_144 }),
    pcapRecord(sampleFrame(20), { seconds: 1, fraction: 7000 }),
  );
  expect(new Uint8Array(readFileSync(path))).toEqual(wanted);
});

test("any frames and times come back as they were, and twice the same bytes", async () => {
  const frames = fc.array(
    fc.record({
      frame: fc.uint8Array({ maxLength: 2000 }),
      more: fc.integer({ min: 0, max: 5000 }),
      timestampUs: fc.integer({ min: 0, max: 4_294_967_295_999_999 }),
    }),
    { maxLength: 30 },
  );
  const cuts = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(frames, fc.boolean(), cuts, async (list, nanoseconds, sizes) => {
      const path = join(folder, "any.pcap");
      const written: Uint8Array[] = [];
      for (let round = 0; round < 2; round++) {
        const writer = CaptureWriter.open(path, { nanoseconds });
        for (const { frame, more, timestampUs } of list)
          writer.write(timestampUs, frame, frame.length + more);
        await writer.close();
        written.push(new Uint8Array(readFileSync(path)));
      }
      expect(written[1]).toEqual(written[0]);
      expect(parseFile(written[0], sizes).frames).toEqual(
        list.map(({ frame, more, timestampUs }) => ({
          bytes: [...frame],
          wireLength: frame.length + more,
          timestampUs,
          linkType: 1,
        })),
      );
    }),
    { numRuns: 50 },
  );
});

test("what is read can be written: a copy through the writer is the same file", async () => {
  const from = join(folder, "from.pcap");
  const writer = CaptureWriter.open(from);
  MANY.forEach((frame, index) => {
    writer.write(index * 1000, frame);
  });
  await writer.close();
  const to = join(folder, "to.pcap");
  const copy = CaptureWriter.open(to);
  await readCapture(from, { onFrame: copy, onBlock: () => copy.flushIfNeeded() });
  await copy.close();
  expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
});

describe("the file appears whole or not at all", () => {
  test("until it is closed, the old file stays", async () => {
    const path = join(folder, "old.pcap");
    writeFileSync(path, "old");
    const writer = CaptureWriter.open(path);
    for (const frame of MANY) writer.write(0, frame);
    expect(readFileSync(path, "utf8")).toBe("old");
    await writer.close();
    expect(parseFile(readFileSync(path)).summary.frames).toBe(MANY.length);
    expect(readdirSync(folder)).toEqual(["old.pcap"]);
    await writer.close();
  });

  test("a discarded one leaves nothing", () => {
    const writer = CaptureWriter.open(join(folder, "none.pcap"));
    for (const frame of MANY) writer.write(0, frame);
    expect(readdirSync(folder)).toHaveLength(1);
    writer.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("two writers of one name do not meet; the one that closes last wins", async () => {
    const path = join(folder, "two.pcap");
    const first = CaptureWriter.open(path);
    const second = CaptureWriter.open(path);
    first.write(1, sampleFrame(10));
    second.write(2, sampleFrame(20));
    await second.close();
    await first.close();
    expect(parseFile(readFileSync(path)).frames).toMatchObject([{ timestampUs: 1, wireLength: 10 }]);
    expect(readdirSync(folder)).toEqual(["two.pcap"]);
  });

  test("a link stays a link; the file behind it is replaced", async () => {
    const path = join(folder, "real.pcap");
    writeFileSync(path, "old");
    symlinkSync(path, join(folder, "link.pcap"));
    const writer = CaptureWriter.open(join(folder, "link.pcap"));
    await writer.close();
    expect(readFileSync(path)).toHaveLength(24);
  });
});

describe("targets that cannot be written", () => {
  test("a missing folder, a directory, a file as folder", () => {
    const missing = join(folder, "none", "a.pcap");
    const error = errorOf(() => CaptureWriter.open(missing));
    expect([error.code, error.message]).toEqual(["file-write", `${missing}: its folder does not exist`]);
    expect(errorOf(() => CaptureWriter.open(folder)).message).toBe(
      `${folder} is a directory, expected a file name`,
    );
    writeFileSync(join(folder, "file"), "x");
    expect(errorOf(() => CaptureWriter.open(join(folder, "file", "a.pcap"))).code).toBe("file-write");
  });

  test("no permission", () => {
    const path = join(folder, "a.pcap");
    chmodSync(folder, 0o555);
    const superuser = process.geteuid?.() === 0;
    if (superuser) process.seteuid?.(65534);
    try {
      const error = errorOf(() => CaptureWriter.open(path));
      expect([error.code, error.message]).toEqual(["file-write", `${path}: no permission to write it`]);
    } finally {
      if (superuser) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk, while writing and while closing", async () => {
    const message = "/dev/full: no space left on the disk";
    const writer = CaptureWriter.open("/dev/full");
    const error = errorOf(() => {
      for (const frame of MANY) writer.write(0, frame);
    });
    expect([error.code, error.message]).toEqual(["file-write", message]);
    await writer.close();
    await expect(CaptureWriter.open("/dev/full").close()).rejects.toThrow(message);
    expect(existsSync("/dev/full")).toBe(true);
  });

  test("times and link types that pcap cannot hold", () => {
    const writer = CaptureWriter.open(new PassThrough());
    for (const timestampUs of [-1, 4_294_967_296_000_000, Number.NaN]) {
      expect(errorOf(() => writer.write(timestampUs, sampleFrame(1))).code).toBe("file-write");
    }
    expect(errorOf(() => writer.frame(sampleFrame(1), 0, 1, 1, 0, 113)).message).toBe(
      "frame of link type 113 for a pcap file of link type 1",
    );
    expect(writer.frames).toBe(0);
  });
});

describe("streams", () => {
  test("a slow reader makes the writer wait, and gets every byte", async () => {
    const parts: Uint8Array[] = [];
    const slow = new Writable({
      highWaterMark: 100_000,
      write(chunk: Uint8Array, _encoding, done) {
        parts.push(chunk);
        setImmediate(done);
      },
    });
    const writer = CaptureWriter.open(slow);
    for (const [index, frame] of MANY.entries()) {
      writer.write(index, frame);
      await writer.flushIfNeeded();
      expect(slow.writableLength).toBeLessThan(1_100_000);
    }
    await writer.close();
    expect(parseFile(concatenate(...parts)).summary).toMatchObject({ frames: MANY.length, problems: [] });
    expect(slow.writableEnded).toBe(false);
  });

  test("a writer that never waits is stopped at a bound", () => {
    const stuck = new Writable({ write() {} });
    const writer = CaptureWriter.open(stuck);
    const frame = new Uint8Array(200_000);
    const error = errorOf(() => {
      for (let index = 0; index < 1000; index++) writer.write(0, frame);
    });
    expect(error.message).toBe("stream: 67108864 bytes are waiting for a slow reader");
    expect(stuck.writableLength).toBeLessThan(70_000_000);
  });

  test("a reader that goes away is an error", async () => {
    const broken = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("gone"), { code: "EPIPE" }));
      },
    });
    const writer = CaptureWriter.open(broken);
    for (const frame of MANY.slice(0, 2000)) writer.write(0, frame);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(writer.close()).rejects.toThrow("stream: the reader went away");
  });
});
