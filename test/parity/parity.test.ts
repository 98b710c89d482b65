// Live equals offline: the rows of a capture - every value, identity and their order, bit for bit - do not depend on how
// the input was cut into blocks, on calls of `advance` between packets, on the size of batches, or on the hash seed.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { CaptureParser } from "../../src/capture/parse.ts";
import type { RowBatch } from "../../src/feature/row.ts";
import { RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { CLOCK_RESET_US } from "../../src/flow/contract.ts";
import { generate } from "../../src/generate/generate.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";

/** Files up to this size are also read byte by byte. */
const SMALL_BYTES = 60_000;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMMITTED = ["test/fixtures", "assets"];

/** How one replay differs from the plain one. */
interface Variation {
  name: string;
  /** Size of the next block; one block for the whole file unless given. */
  nextSize?: () => number;
  /** Calls of `advance` after a packet, before the next one. */
  between?: (meter: RowMeter, newestUs: number, nextNewestUs: number) => void;
  options?: Partial<RowMeterOptions>;
  smallOnly?: boolean;
  /** Flows handed out by one call of `end`. */
  endsAtOnce?: number;
}

function variations(seed: number): Variation[] {
  const random = new Random(seed);
  return [
    { name: "blocks of 4096 bytes", nextSize: () => 4096 },
    { name: "blocks cut at random", nextSize: () => random.integer(1, 3000) },
    { name: "byte by byte", nextSize: () => 1, smallOnly: true },
    { name: "advance to the newest packet", between: (meter, newestUs) => meter.advance(newestUs) },
    {
      name: "advance to times between packets",
      between: (meter, newestUs, nextUs) => {
        for (const share of [0.25, random.uniform(), 1])
          meter.advance(newestUs + (nextUs - newestUs) * share);
      },
    },
    { name: "batches of one row", options: { batchRows: 1 } },
    { name: "batches of seven rows", options: { batchRows: 7 } },
    { name: "ended by three flows at a time", endsAtOnce: 3 },
    { name: "another hash seed", options: { hashSeed: random.uint32() | 1 } },
    {
      name: "everything at once",
      nextSize: () => random.integer(1, 20_000),
      between: (meter, newestUs, nextUs) => meter.advance(random.chance(0.5) ? newestUs : nextUs),
      options: { batchRows: random.integer(1, 50), hashSeed: random.uint32() | 1 },
    },
  ];
}

/** What the rows of a capture are metered with besides: early rows go through every variation as well. */
const SETTINGS: { name: string; options: Partial<RowMeterOptions> }[] = [
  { name: "rows", options: {} },
  { name: "with early rows", options: { earlyPackets: 3, earlyAfterUs: 700_000 } },
  { name: "in a full table", options: { maximumFlows: 16 } },
];

interface Replay {
  rows: number;
  packets: number;
  digest: string;
}

function replay(file: Uint8Array, variation: Variation, settings: Partial<RowMeterOptions>): Replay {
  const hash = createHash("sha256");
  let rows = 0;
  const meter = new RowMeter({
    schema: schemaById("flow"),
    ...settings,
    ...variation.options,
    onRows: (batch) => {
      rows += batch.count;
      for (let row = 0; row < batch.count; row++) hash.update(rowBytes(batch, row));
    },
  });
  const packets = push(file, meter, variation);
  while (!meter.end(variation.endsAtOnce)) {
    // handed out in steps
  }
  return { rows, packets, digest: hash.digest("hex") };
}

/** Parses, decodes and meters the file; returns the number of packets. */
function push(file: Uint8Array, meter: RowMeter, { nextSize, between }: Variation): number {
  let newestUs = Number.NEGATIVE_INFINITY;
  const parser = new CaptureParser({
    frame(bytes, start, captured, wire, timeUs, linkType) {
      if (between !== undefined && newestUs !== Number.NEGATIVE_INFINITY) {
        between(meter, newestUs, Math.max(newestUs, timeUs));
      }
      newestUs = timeUs < newestUs - CLOCK_RESET_US ? timeUs : Math.max(newestUs, timeUs);
      meter.frame(bytes, start, captured, wire, timeUs, linkType);
    },
  });
  for (let position = 0; position < file.length; ) {
    const size = nextSize?.() ?? file.length;
    const block = file.slice(position, position + size);
    parser.push(block);
    // Nothing may be kept from a block.
    block.fill(0xee);
    position += size;
  }
  parser.end();
  return meter.statistics.packets;
}

/** All of a row in bytes; every NaN is the same one, since its bits are not ours to choose. */
function rowBytes(batch: RowBatch, row: number): Uint8Array {
  const values = batch.values.slice(row * batch.columnCount, (row + 1) * batch.columnCount);
  for (let column = 0; column < values.length; column++)
    if (Number.isNaN(values[column])) values[column] = -1e308;
  const identity = Float64Array.of(
    batch.flow[row],
    batch.startUs[row],
    batch.endUs[row],
    ...batch.addresses.subarray(row * 8, row * 8 + 8),
    ...batch.ports.subarray(row * 2, row * 2 + 2),
    batch.protocol[row],
    batch.reason[row],
  );
  return Buffer.concat([new Uint8Array(values.buffer), new Uint8Array(identity.buffer)]);
}

/**
 * Every variation, each with one of the settings, another one for each file, so that all pairs are met by many captures; or,
 * where it is asked for, all pairs of this one.
 */
function checkParity(path: string, file: Uint8Array, allPairs = false): Replay {
  const plain: Variation = { name: "one block" };
  let first: Replay | undefined;
  for (const [place, settings] of SETTINGS.entries()) {
    const expected = replay(file, plain, settings.options);
    first ??= expected;
    for (const [turn, variation] of variations(file.length).entries()) {
      if (variation.smallOnly === true && file.length > SMALL_BYTES) continue;
      if (!allPairs && (turn + file.length) % SETTINGS.length !== place) continue;
      const found = replay(file, variation, settings.options);
      expect(found, `${path}, ${settings.name}, ${variation.name}`).toEqual(expected);
    }
  }
  return first as Replay;
}

/** Everyday traffic with attacks, as pcap bytes. */
function generatedCapture(): Uint8Array {
  const chunks: Uint8Array[] = [];
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  chunks.push(header);
  const scenarios = ["web", "dns", "iot-telemetry", "udp-scan", "syn-flood", "dns-tunnel", "ssh-brute-force"];
  const options = {
    scenarios: scenarios.map((name) => ({ name })),
    seed: 20,
    durationUs: 90e6,
    packets: 6000,
  };
  generate(options, {
    frame(timestampUs, bytes, length) {
      const record = Buffer.alloc(16);
      record.writeUInt32LE(Math.floor(timestampUs / 1e6), 0);
      record.writeUInt32LE(timestampUs % 1e6, 4);
      record.writeUInt32LE(length, 8);
      record.writeUInt32LE(length, 12);
      chunks.push(record, bytes.slice(0, length));
    },
    label: () => undefined,
  });
  return new Uint8Array(Buffer.concat(chunks));
}

function captureBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return new Uint8Array(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
}

function isCapture(path: string): boolean {
  return /\.(p?cap(ng)?|dmp|trace)(\.gz)?$/i.test(path);
}

test("a generated capture with attacks, tunnels and losses", () => {
  const { rows, packets } = checkParity("generated", generatedCapture(), true);
  expect(packets).toBeGreaterThan(2000);
  expect(rows).toBeGreaterThan(100);
});

test("committed captures", () => {
  const paths = COMMITTED.map((folder) => join(ROOT, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))))
    .filter(isCapture);
  for (const path of paths.sort()) {
    expect(checkParity(path.slice(ROOT.length), captureBytes(path)).packets).toBeGreaterThan(0);
  }
});

test("a real difference is noticed: another timeout gives other rows", () => {
  const file = generatedCapture();
  const plain: Variation = { name: "one block" };
  const other = replay(file, plain, { lifecycle: { idleTimeoutUs: 200_000 } });
  expect(other.digest).not.toBe(replay(file, plain, {}).digest);
});

describe("shared captures", () => {
  for (const folder of ["pcap", "oracle/captures"]) {
    dataTest(
      folder,
      () => {
        const paths = sharedFiles(folder).filter(isCapture);
        expect(paths.length).toBeGreaterThan(50);
        let rows = 0;
        for (const path of paths) rows += checkParity(path, captureBytes(sharedData(path))).rows;
        expect(rows).toBeGreaterThan(1000);
      },
      600_000,
    );
  }
});

test("the digest notices one changed bit", () => {
  const digests = [1, 2].map((value) => {
    const hash = createHash("sha256");
    const meter = new RowMeter({ schema: schemaById("flow"), onRows: () => undefined });
    meter.batch.values[5] = value;
    return hash.update(rowBytes(meter.batch, 0)).digest("hex");
  });
  expect(digests[0]).not.toBe(digests[1]);
});
