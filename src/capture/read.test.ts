import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import {
  Collector,
  concatenate,
  parseFile,
  pcapHeader,
  pcapRecord,
} from "../../test/support/capture-files.ts";
import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import type { CaptureSummary } from "./contract.ts";
import { type ReadOptions, readCapture } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "orbweaver-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function read(path: string, options: Partial<ReadOptions> = {}) {
  const collector = new Collector();
  const summary = await readCapture(path, { onFrame: collector, ...options });
  return { frames: collector.frames, summary };
}

async function errorOf(path: string): Promise<OrbweaverError> {
  try {
    await read(path);
  } catch (error) {
    if (error instanceof OrbweaverError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

/** Frames of random bytes, which do not compress, so that gzip files have many slices. */
function randomCapture(count: number): Uint8Array {
  const random = new Random(7);
  const records = Array.from({ length: count }, (_, index) => {
    const frame = Uint8Array.from({ length: random.integer(60, 300) }, () => random.integer(0, 255));
    return pcapRecord(frame, { seconds: 1_700_000_000 + index, fraction: index });
  });
  return concatenate(pcapHeader(), ...records);
}

const CAPTURE = randomCapture(3000);
const REFERENCE = parseFile(CAPTURE);
const SMALL = randomCapture(3);

describe("files", () => {
  test("any block size gives what the parser gives in one block", async () => {
    const path = fileOf("plain.bin", CAPTURE);
    for (const blockSize of [997, 65_536, undefined]) {
      const { frames, summary } = await read(path, { blockSize });
      expect(frames).toEqual(REFERENCE.frames);
      expect(summary).toEqual({ ...REFERENCE.summary, path });
    }
  });

  test("progress goes up to the size of the file, and a promise of the caller is awaited", async () => {
    const path = fileOf("progress.pcap", CAPTURE);
    const seen: number[] = [];
    let waiting = false;
    await read(path, {
      blockSize: 100_000,
      onBlock: async ({ bytesRead, bytesTotal, frames }) => {
        expect(waiting).toBe(false);
        expect(bytesTotal).toBe(CAPTURE.length);
        expect(frames).toBeGreaterThan(0);
        seen.push(bytesRead);
        waiting = true;
        await new Promise((resolve) => setImmediate(resolve));
        waiting = false;
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(CAPTURE.length);
    expect(seen).toHaveLength(Math.ceil(CAPTURE.length / 100_000));
  });

  test("an abort stops at a block boundary, with what was read", async () => {
    const path = fileOf("abort.pcap", CAPTURE);
    const stop = new AbortController();
    const { frames, summary } = await read(path, {
      blockSize: 10_000,
      signal: stop.signal,
      onBlock: ({ bytesRead }) => {
        if (bytesRead >= 30_000) stop.abort();
      },
    });
    expect(summary).toMatchObject({
      complete: false,
      cancelled: true,
      truncated: false,
      problems: [],
      bytesRead: 30_000,
    });
    expect(frames).toEqual(REFERENCE.frames.slice(0, frames.length));
    expect(frames.length).toBe(summary.frames);
    const none = await read(path, { signal: AbortSignal.abort() });
    expect(none.summary).toMatchObject({ complete: false, cancelled: true, frames: 0 });
  });

  test("the frame limit stops the reading", async () => {
    const { frames, summary } = await read(fileOf("limit.pcap", CAPTURE), { maxFrames: 17, blockSize: 1000 });
    expect(frames).toEqual(REFERENCE.frames.slice(0, 17));
    expect(summary).toMatchObject({ complete: false, cancelled: false });
  });

  test("what the callbacks throw passes through", async () => {
    const path = fileOf("throws.pcap", CAPTURE);
    const onFrame = {
      frame() {
        throw new RangeError("mine");
      },
    };
    await expect(readCapture(path, { onFrame })).rejects.toThrow(RangeError);
    await expect(readCapture(fileOf("throws.gz", gzipSync(CAPTURE)), { onFrame })).rejects.toThrow(
      RangeError,
    );
    const onBlock = () => Promise.reject(new RangeError("mine"));
    await expect(read(path, { onBlock })).rejects.toThrow(RangeError);
  });

  test("a file cut inside a packet gives the packets before", async () => {
    const { frames, summary } = await read(fileOf("cut.pcap", CAPTURE.subarray(0, -5)));
    expect(frames).toEqual(REFERENCE.frames.slice(0, -1));
    expect(summary).toMatchObject({ truncated: true, complete: true });
    expect(summary.problems).toMatchObject([{ kind: "truncated", count: 1 }]);
  });
});

describe("gzip", () => {
  const readGzip = (name: string, bytes: Uint8Array, options: Partial<ReadOptions> = {}) =>
    read(fileOf(name, bytes), options);

  function expectWhole({ frames, summary }: { frames: unknown; summary: CaptureSummary }): void {
    expect(frames).toEqual(REFERENCE.frames);
    expect(summary).toMatchObject({
      format: "pcap (µs, little-endian) in gzip",
      complete: true,
      truncated: false,
    });
    expect(summary.bytesRead).toBe(CAPTURE.length);
  }

  test("is told by content and gives the same frames", async () => {
    for (const blockSize of [61, 1000, undefined]) {
      const result = await readGzip("no-extension", gzipSync(CAPTURE), { blockSize });
      expectWhole(result);
      expect(result.summary.problems).toEqual([]);
    }
  });

  test("a header may carry everything that the format knows", async () => {
    const name = new TextEncoder().encode("capture.pcap\0");
    const header = concatenate(
      Uint8Array.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5]),
      name,
      name,
      Uint8Array.from([0, 0]),
    );
    const trailer = gzipSync(CAPTURE).subarray(-8);
    const file = concatenate(header, deflateRawSync(CAPTURE), trailer);
    for (const blockSize of [61, 100_000, undefined])
      expectWhole(await readGzip("header.gz", file, { blockSize }));
  });

  test("members behind one another are one capture, wherever blocks end", async () => {
    const third = Math.floor(CAPTURE.length / 3);
    const parts = [
      CAPTURE.subarray(0, third),
      new Uint8Array(0),
      CAPTURE.subarray(third, 2 * third),
      CAPTURE.subarray(2 * third),
    ];
    const members = parts.map((part) => gzipSync(part));
    for (const blockSize of [61, members[0].length, members[0].length - 8, 4096, undefined]) {
      const result = await readGzip("members.gz", concatenate(...members), { blockSize });
      expectWhole(result);
      expect(result.summary.problems).toEqual([]);
    }
  });

  test("bytes of something else behind the last member are named and not read", async () => {
    for (const tail of [Uint8Array.from([0]), new Uint8Array(600), new TextEncoder().encode("PK and more")]) {
      const result = await readGzip("tail.gz", concatenate(gzipSync(CAPTURE), tail));
      expectWhole(result);
      expect(result.summary.problems).toEqual([
        {
          kind: "gzip-garbage",
          count: 1,
          message: "bytes behind gzip member 1 are no gzip member; they were not read",
          firstOffset: CAPTURE.length,
        },
      ]);
    }
  });

  test("cut anywhere, it gives every frame that was packed before the cut, and says so", async () => {
    const file = gzipSync(SMALL);
    const whole = parseFile(SMALL);
    let most = 0;
    for (let size = 3; size < file.length; size++) {
      const path = fileOf("cut.gz", file.subarray(0, size));
      try {
        const { frames, summary } = await read(path, { blockSize: 64 });
        expect(frames).toEqual(whole.frames.slice(0, frames.length));
        expect(summary).toMatchObject({ truncated: true, complete: true });
        expect(summary.problems.at(-1)?.kind).toBe("gzip-truncated");
        most = Math.max(most, frames.length);
      } catch (error) {
        if (!(error instanceof OrbweaverError)) throw error;
        expect(["capture-format", "capture-corrupt"]).toContain(error.code);
        expect(size).toBeLessThan(40);
      }
    }
    expect(most).toBe(3);
  });

  test("a large one cut in the middle gives the frames up to there", async () => {
    const file = gzipSync(CAPTURE);
    const { frames, summary } = await readGzip("half.gz", file.subarray(0, file.length / 2));
    expect(frames.length).toBeGreaterThan(1400);
    expect(frames).toEqual(REFERENCE.frames.slice(0, frames.length));
    expect(summary.problems.map(({ kind }) => kind)).toContain("gzip-truncated");
  });

  test("damage in the middle gives the frames before and says so", async () => {
    // Stored blocks: the second header is made impossible.
    const packed = gzipSync(CAPTURE, { level: 0 });
    const second = 10 + 5 + new DataView(packed.buffer, packed.byteOffset).getUint16(11, true);
    packed.fill(0xff, second, second + 5);
    const { frames, summary } = await readGzip("damaged.gz", packed);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames).toEqual(REFERENCE.frames.slice(0, frames.length));
    expect(summary.complete).toBe(false);
    expect(summary.problems.at(-1)).toMatchObject({ kind: "gzip-corrupt" });
  });

  test("a wrong checksum or length is told; the frames are there", async () => {
    for (const [back, message] of [
      [8, "gzip member 1: checksum does not match the data; what it held before was used"],
      [4, "gzip member 1: length does not match the data; what it held before was used"],
    ] as const) {
      const packed = gzipSync(CAPTURE);
      packed[packed.length - back] ^= 1;
      const { frames, summary } = await readGzip("sum.gz", packed);
      expect(frames).toEqual(REFERENCE.frames);
      expect(summary.complete).toBe(false);
      expect(summary.problems).toMatchObject([{ kind: "gzip-corrupt", message }]);
    }
  });

  test("what unpacks to no capture is named, and what unpacks to nothing is damaged", async () => {
    expect((await errorOf(fileOf("text.gz", gzipSync("a,b,c\n1,2,3\n")))).message).toMatch(
      /text\.gz: gzip of CSV text \("a,b,c"\), expected a pcap or pcapng capture$/,
    );
    expect((await errorOf(fileOf("twice.gz", gzipSync(gzipSync(SMALL))))).message).toContain(
      "gzip of gzip-compressed data",
    );
    expect((await errorOf(fileOf("empty.gz", gzipSync("")))).message).toContain("gzip of an empty file");
    const noise = concatenate(
      Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]),
      new Uint8Array(50).fill(0xff),
    );
    expect((await errorOf(fileOf("noise.gz", noise))).code).toBe("capture-corrupt");
  });

  test("members are found a byte at a time", async () => {
    const file = concatenate(gzipSync(SMALL.subarray(0, 100)), gzipSync(SMALL.subarray(100)));
    const { frames, summary } = await readGzip("bytes.gz", file, { blockSize: 1 });
    expect(frames).toEqual(parseFile(SMALL).frames);
    expect(summary.problems).toEqual([]);
  });

  test("a bomb that unpacks to 200 MB is streamed in flat memory", async () => {
    const megabyte = concatenate(...Array.from({ length: 1000 }, () => pcapRecord(new Uint8Array(984))));
    const path = join(folder, "bomb.gz");
    const parts = [pcapHeader(), ...Array.from({ length: 200 }, () => megabyte)];
    await pipeline(parts, createGzip(), createWriteStream(path));
    let frames = 0;
    let peak = 0;
    const start = process.memoryUsage().rss;
    const onFrame = {
      frame() {
        frames++;
      },
    };
    const onBlock = () => {
      peak = Math.max(peak, process.memoryUsage().rss - start);
    };
    const summary = await readCapture(path, { onFrame, onBlock });
    expect(frames).toBe(200_000);
    expect(summary.complete).toBe(true);
    expect(peak).toBeLessThan(150_000_000);
  });

  test("an abort stops it", async () => {
    const stop = new AbortController();
    const path = fileOf("abort.gz", gzipSync(CAPTURE));
    const { summary } = await read(path, {
      signal: stop.signal,
      onBlock: () => stop.abort(),
      blockSize: 5000,
    });
    expect(summary).toMatchObject({ complete: false, cancelled: true, truncated: false, problems: [] });
    expect(summary.frames).toBeLessThan(3000);
  });
});

describe("input that cannot be read", () => {
  test("missing, directory, empty, text", async () => {
    const missing = await errorOf(join(folder, "none.pcap"));
    expect([missing.code, missing.message]).toEqual([
      "file-missing",
      `${join(folder, "none.pcap")}: no such file`,
    ]);
    expect((await errorOf(join(fileOf("a-file", "x"), "below"))).code).toBe("file-missing");
    const directory = await errorOf(folder);
    expect([directory.code, directory.message]).toEqual([
      "file-is-directory",
      `${folder} is a directory, expected a capture file`,
    ]);
    const empty = await errorOf(fileOf("empty.pcap", ""));
    expect([empty.code, empty.message]).toEqual([
      "capture-format",
      `${join(folder, "empty.pcap")}: an empty file, expected a pcap or pcapng capture`,
    ]);
    const text = await errorOf(fileOf("notes.pcap", "these are notes\n"));
    expect(text.code).toBe("capture-format");
    expect(text.message).toContain('text ("these are notes")');
  });

  test("no permission", async () => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    const path = join(closed, "secret.pcap");
    writeFileSync(path, SMALL);
    chmodSync(folder, 0o755);
    chmodSync(path, 0o000);
    const error = await asNobody(() => errorOf(path));
    expect([error.code, error.message]).toEqual(["file-permission", `${path}: no permission to read it`]);
  });
});

/** Runs as a user without rights where the tests run as the superuser, whom nothing is forbidden. */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe("pipes", () => {
  const script = fileURLToPath(new URL("../../test/support/read-capture.ts", import.meta.url));
  const start = (path: string, ...more: string[]) =>
    spawn(process.execPath, ["--import", "tsx", script, path, ...more], { stdio: ["pipe", "pipe", "pipe"] });

  async function output(child: ReturnType<typeof start>): Promise<{ text: string; status: number | null }> {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    if (status !== 0) throw new Error(errors);
    return { text, status };
  }

  test("standard input, plain and gzip, whole and a byte at a time", async () => {
    const wanted = { ...parseFile(SMALL).summary, path: "-" };
    for (const bytes of [SMALL, gzipSync(SMALL)]) {
      for (const size of [1, bytes.length]) {
        const child = start("-");
        for (let position = 0; position < bytes.length; position += size) {
          child.stdin.write(bytes.subarray(position, position + size));
          if (position < 5) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        child.stdin.end();
        const { text } = await output(child);
        const format = bytes === SMALL ? wanted.format : `${wanted.format} in gzip`;
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...wanted, format })));
      }
    }
  });

  test("standard input that is text is named", async () => {
    const child = start("-");
    child.stdin.end("hello");
    expect((await output(child)).text).toBe(
      'capture-format: standard input: text ("hello"), expected a pcap or pcapng capture\n',
    );
  });

  test("an abort ends the wait for a silent pipe", async () => {
    const child = start("-", "abort-after-first-block");
    child.stdin.write(CAPTURE.subarray(0, 1000));
    const { text } = await output(child);
    child.stdin.destroy();
    expect(JSON.parse(text)).toMatchObject({ complete: false, cancelled: true, truncated: false });
  });

  test("a named pipe", async () => {
    const path = join(folder, "pipe");
    await new Promise((resolve) => spawn("mkfifo", [path]).on("close", resolve));
    const child = start(path);
    const writer = spawn("sh", ["-c", `cat '${fileOf("source.pcap", CAPTURE)}' > '${path}'`]);
    const { text } = await output(child);
    expect(JSON.parse(text)).toMatchObject({ frames: 3000, complete: true, problems: [] });
    expect(writer.exitCode ?? 0).toBe(0);
  });
});
