// How fast captures are read and written: frames/s and GB/s, the frame callback only counts.
//
//     node --import tsx bench/capture.ts [frames] [rounds]
//
// Writes the same frames as pcap, pcapng and gzip to a temporary folder, then reads them in turn, round by round
// (interleaved, so that noise meets all alike), and prints the best and the median round of each.

import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Random } from "../src/base/random.ts";
import type { FrameHandler } from "../src/capture/contract.ts";
import { readCapture } from "../src/capture/read.ts";
import { CaptureWriter } from "../src/capture/write.ts";

const frames = Number(process.argv[2] ?? 2_000_000);
const rounds = Number(process.argv[3] ?? 5);
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));

class Counter implements FrameHandler {
  count = 0;
  bytes = 0;
  frame(_bytes: Uint8Array, _start: number, capturedLength: number): void {
    this.count++;
    this.bytes += capturedLength;
  }
}

/** Sizes as on a mixed link: many small, some full frames. */
function sizes(): Uint16Array {
  const random = new Random(1);
  return Uint16Array.from({ length: 4096 }, () =>
    random.chance(0.7) ? random.integer(60, 120) : random.integer(121, 600),
  );
}

async function writePcap(path: string): Promise<number> {
  const lengths = sizes();
  const frame = new Uint8Array(1514).fill(0x5a);
  const parts = Array.from(lengths, (length) => frame.subarray(0, length));
  const startMs = performance.now();
  const writer = CaptureWriter.open(path);
  for (let index = 0; index < frames; index++)
    writer.write(1_600_000_000_000_000 + index * 7, parts[index & 4095]);
  await writer.close();
  return frames / (performance.now() - startMs) / 1000;
}

/** The frames of a pcap file as pcapng: one section, one interface, one enhanced packet block each. */
async function writePcapng(from: string, path: string): Promise<void> {
  const descriptor = openSync(path, "w");
  const buffer = Buffer.alloc(1 << 20);
  let used = 0;
  const words = (...values: number[]) => {
    for (const value of values) used = buffer.writeUInt32LE(value, used);
  };
  words(0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28, 1, 20, 1, 0, 20);
  const frame = (bytes: Uint8Array, start: number, captured: number, wire: number, timestampUs: number) => {
    const padded = (captured + 3) & ~3;
    if (used + padded + 32 > buffer.length) {
      writeSync(descriptor, buffer, 0, used);
      used = 0;
    }
    words(6, padded + 32, 0, Math.floor(timestampUs / 4294967296), timestampUs % 4294967296, captured, wire);
    buffer.set(bytes.subarray(start, start + captured), used);
    used += padded;
    words(padded + 32);
  };
  await readCapture(from, { onFrame: { frame } });
  writeSync(descriptor, buffer, 0, used);
  closeSync(descriptor);
}

const pcap = join(folder, "bench.pcap");
const pcapng = join(folder, "bench.pcapng");
const gzip = join(folder, "bench.pcap.gz");
try {
  const written = Array.from({ length: rounds }, () => 0);
  for (let round = 0; round < rounds; round++) written[round] = await writePcap(pcap);
  await writePcapng(pcap, pcapng);
  await pipeline(createReadStream(pcap), createGzip({ level: 1 }), createWriteStream(gzip));

  const seconds = new Map<string, number[]>([pcap, pcapng, gzip].map((path) => [path, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [path, times] of seconds) {
      const counter = new Counter();
      const startMs = performance.now();
      const summary = await readCapture(path, { onFrame: counter });
      times.push((performance.now() - startMs) / 1000);
      if (counter.count !== frames || summary.problems.length > 0)
        throw new Error(`${path}: not all frames were read`);
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  console.log(`${frames} frames, ${rounds} rounds; million frames/s, best and median`);
  console.log(`write pcap      ${Math.max(...written).toFixed(2)}  ${median(written).toFixed(2)}`);
  for (const [path, times] of seconds) {
    const size = statSync(path).size;
    const best = Math.min(...times);
    const rate = (value: number) => (frames / value / 1e6).toFixed(2);
    const name = path.slice(folder.length + 7).padEnd(11);
    console.log(
      `read ${name}${rate(best)}  ${rate(median(times))}   ${(size / best / 1e9).toFixed(2)} GB/s of file`,
    );
  }
  console.log(`peak memory     ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
