// Mutated capture files: no throw but an error of the table, no hang, no growth, every frame inside its block, and the
// same outcome however the file is cut. Seeds that once failed are kept in capture-seeds.json and run first.
//
// ORBWEAVER_FUZZ_FILES sets how many files (default 12,000); ORBWEAVER_FUZZ_SEED the first seed.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import type { CaptureSummary } from "../../src/capture/contract.ts";
import { CaptureParser } from "../../src/capture/parse.ts";
import {
  block,
  concatenate,
  enhancedPacket,
  fields,
  interfaceBlock,
  obsoletePacket,
  option,
  pcapHeader,
  pcapRecord,
  sampleFrame,
  section,
  simplePacket,
} from "../support/capture-files.ts";

const FILES = Number(process.env["ORBWEAVER_FUZZ_FILES"] ?? 12_000);
const FIRST_SEED = Number(process.env["ORBWEAVER_FUZZ_SEED"] ?? 1);
const KEPT: number[] = JSON.parse(readFileSync(new URL("capture-seeds.json", import.meta.url), "utf8")).seeds;
/** Values that lengths and markers are replaced by. */
const VALUES = [
  0, 1, 3, 4, 8, 11, 12, 16, 28, 31, 32, 33, 262_144, 262_145, 16_777_216, 0x7fffffff, 0xfffffffc, 0xffffffff,
];
const TYPES = [0x0a0d0d0a, 1, 2, 3, 4, 5, 6, 10, 0x0bad, 0xa1b2c3d4, 0x1a2b3c4d, 0x4d3c2b1a];

/** A well-formed file of a random kind. */
function wellFormed(random: Random): Uint8Array {
  const little = random.chance(0.5);
  const count = random.integer(0, 12);
  if (random.chance(0.5)) return pcapFile(random, little, count);
  const parts = [section(little), interfaceBlock({ little, name: "eth0" })];
  for (let index = 0; index < count; index++) parts.push(pcapngBlock(random, little, index));
  return concatenate(...parts);
}

function pcapFile(random: Random, little: boolean, count: number): Uint8Array {
  const magic = random.pick([0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34]);
  const nokia = magic === 0xa1b2c3d4 && random.chance(0.2);
  const extra = new Uint8Array(magic === 0xa1b2cd34 ? 8 : nokia ? 4 : 0);
  const records = Array.from({ length: count }, (_, index) => {
    const frame = sampleFrame(random.integer(0, 120), index);
    return pcapRecord(frame, {
      little,
      extra,
      seconds: 1_600_000_000 + index,
      wire: frame.length + random.integer(0, 9),
    });
  });
  return concatenate(
    pcapHeader({
      little,
      magic,
      version: random.pick([
        [2, 4],
        [2, 3],
      ]),
    }),
    ...records,
  );
}

function pcapngBlock(random: Random, little: boolean, index: number): Uint8Array {
  const frame = sampleFrame(random.integer(0, 120), index);
  const ticks = BigInt(random.uint32()) * 500_000n;
  const statistics = concatenate(
    fields(little, [4, 0], [8, ticks]),
    option(little, 5, fields(little, [8, 3])),
  );
  switch (random.integer(0, 8)) {
    case 0:
      return simplePacket(frame, { little });
    case 1:
      return obsoletePacket(frame, { little, ticks });
    case 2:
      return block(little, random.pick([4, 10, 0x0bad]), frame);
    case 3:
      return interfaceBlock({
        little,
        resolution: random.integer(0, 255),
        offsetSeconds: BigInt(random.integer(-9, 9)),
      });
    case 4:
      return block(little, 5, statistics);
    default:
      return enhancedPacket(frame, {
        little,
        ticks,
        number: random.integer(0, 1),
        options: option(little, 1, frame),
      });
  }
}

function mutate(file: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let round = random.integer(1, 4); round > 0; round--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0)
    return Uint8Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255));
  const at = random.integer(0, bytes.length - 1);
  const length = random.integer(1, Math.min(64, bytes.length - at));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = Math.min(Math.floor(at / 4) * 4, bytes.length - 4);
  switch (random.integer(0, 8)) {
    case 0:
      bytes[at] ^= 1 << random.integer(0, 7);
      return bytes;
    case 1:
      bytes[at] = random.integer(0, 255);
      return bytes;
    case 2:
      if (word >= 0) view.setUint32(word, random.pick(VALUES), random.chance(0.5));
      return bytes;
    case 3:
      if (word >= 0) view.setUint32(word, random.pick(TYPES), random.chance(0.5));
      return bytes;
    case 4:
      return bytes.slice(0, at);
    case 5:
      return concatenate(bytes.subarray(0, at), bytes.subarray(at + length));
    case 6:
      return concatenate(bytes.subarray(0, at + length), bytes.subarray(at));
    case 7:
      return concatenate(
        bytes.subarray(0, at),
        sampleFrame(length, random.integer(0, 255)),
        bytes.subarray(at),
      );
    default:
      return bytes.fill(random.pick([0, 0xff]), at, at + length);
  }
}

interface Outcome {
  /** Summary, or code and message of the error. */
  result: CaptureSummary | string;
  /** Sum over everything that was handed over. */
  digest: number;
}

/** Runs a file through the parser in blocks of at most `size` bytes, and checks each frame. */
function run(file: Uint8Array, size: number): Outcome {
  let digest = 0;
  let frames = 0;
  let given = file;
  const parser = new CaptureParser({
    frame(bytes, start, captured, wire, timestampUs, linkType) {
      if (start < 0 || captured < 0 || start + captured > bytes.length)
        throw new Error("frame outside its bytes");
      if (bytes.buffer === given.buffer && start + captured > given.length)
        throw new Error("frame outside its block");
      if (wire < captured || wire > 134_217_728) throw new Error(`wire length ${wire}`);
      if (!Number.isSafeInteger(timestampUs)) throw new Error(`time ${timestampUs}`);
      digest = (Math.imul(digest, 31) + captured + wire + linkType + (timestampUs % 1_000_003)) | 0;
      for (let index = 0; index < captured; index++)
        digest = (Math.imul(digest, 33) + bytes[start + index]) | 0;
      frames++;
    },
  });
  try {
    for (let position = 0; position < file.length; position += size) {
      given = file.slice(position, position + size);
      parser.push(given);
      given.fill(0xee);
    }
    const summary = parser.end();
    if (summary.frames !== frames)
      throw new Error(`${frames} frames came, the summary says ${summary.frames}`);
    if (summary.bytes > file.length) throw new Error("more bytes in frames than in the file");
    if (summary.bytesRead > file.length) throw new Error("more bytes read than there are");
    return { result: summary, digest };
  } catch (error) {
    if (error instanceof OrbweaverError && error.code === "capture-format")
      return { result: error.message, digest };
    throw error;
  }
}

function check(seed: number): Outcome {
  const random = new Random(seed);
  const file = mutate(wellFormed(random), random);
  const reference = run(file, file.length + 1);
  for (const size of [1, random.integer(2, 200)]) {
    const outcome = run(file, size);
    if (outcome.digest !== reference.digest) throw new Error(`blocks of ${size} bytes give other frames`);
    if (JSON.stringify(outcome.result) !== JSON.stringify(reference.result)) {
      expect(outcome.result, `blocks of ${size} bytes`).toEqual(reference.result);
    }
  }
  return reference;
}

function checkSeed(seed: number): Outcome {
  try {
    return check(seed);
  } catch (error) {
    throw new Error(`seed ${seed} (add it to test/fuzz/capture-seeds.json): ${(error as Error).message}`, {
      cause: error,
    });
  }
}

describe("mutated capture files", () => {
  test("seeds that failed once", () => {
    for (const seed of KEPT) checkSeed(seed);
  });

  test(`${FILES} files from seed ${FIRST_SEED} on`, () => {
    const outcomes = new Map<string, number>();
    const count = (name: string) => outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    for (let seed = FIRST_SEED; seed < FIRST_SEED + FILES; seed++) {
      const { result } = checkSeed(seed);
      if (typeof result === "string") count("no capture");
      else if (result.problems.length === 0) count("clean");
      else for (const { kind } of result.problems) count(kind);
    }
    // The mutations are of use only while they reach every outcome.
    for (const name of ["no capture", "clean", "truncated", "corrupt", "length-order", "wire-length"]) {
      expect(outcomes.get(name) ?? 0, `files with outcome "${name}"`).toBeGreaterThan(0);
    }
    for (const name of ["time-missing", "time-fraction", "interface-unknown", "options-malformed"]) {
      expect(outcomes.get(name) ?? 0, `files with outcome "${name}"`).toBeGreaterThan(0);
    }
  });

  test("lengths that claim gigabytes take no memory", () => {
    const before = process.memoryUsage();
    const claims = [
      concatenate(pcapHeader(), pcapRecord(sampleFrame(60), { captured: 262_144 })),
      concatenate(section(), interfaceBlock(), fields(true, [4, 6], [4, 16_777_216]), sampleFrame(100)),
      concatenate(section(), fields(true, [4, 0x0bad], [4, 0xfffffffc]), sampleFrame(100)),
    ];
    for (let round = 0; round < 2000; round++) for (const file of claims) run(file, 50);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(100_000_000);
  });
});
