// One thread equals many: rows, their order and the ledger do not depend on how many threads meter, nor on how many packets
// are handed to them at a time.

import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readBlock, startShards } from "../../src/app/shard-threads.ts";
import { Random } from "../../src/base/random.ts";
import { decodeBase64 } from "../../src/base/wasm.ts";
import type { CaptureSummary, RecordReader, RecordsSoFar } from "../../src/capture/contract.ts";
import { BLOCK_BYTES, readCapture } from "../../src/capture/read.ts";
import { CaptureWriter } from "../../src/capture/write.ts";
import { Conductor, type ConductorOptions, isDivisible } from "../../src/feature/conductor.ts";
import { ENGINES } from "../../src/feature/engines/_index.ts";
import type { RowBatch } from "../../src/feature/row.ts";
import { type RowLedger, RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { generate } from "../../src/generate/generate.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { ethernet, ipv4, tcp, udp } from "../support/frames.ts";
import { temporaryFolder } from "../support/rows.ts";

/** Sections of a WebAssembly module (its specification, 5.5.2). */
const SECTION_CODE = 10;
const SECTION_DATA = 11;

const DEMO = join(fileURLToPath(new URL("../..", import.meta.url)), "assets/demo.pcap.gz");

interface Outcome {
  rows: number;
  digest: string;
  ledger: RowLedger;
  summary: CaptureSummary;
}

/** Takes rows; every NaN is the same one within the engine, so bytes can be compared. */
class Digest {
  rows = 0;
  readonly #hash = createHash("sha256");

  /** A batch of one row. */
  take(batch: RowBatch): void {
    this.rows += batch.count;
    const hash = createHash("sha256")
      .update(batch.values.slice(0, batch.count * batch.columnCount))
      .update(batch.flow.slice(0, batch.count))
      .update(batch.startUs.slice(0, batch.count))
      .update(batch.endUs.slice(0, batch.count))
      .update(batch.addresses.slice(0, batch.count * 8))
      .update(batch.ports.slice(0, batch.count * 2))
      .update(batch.protocol.slice(0, batch.count))
      .update(batch.reason.slice(0, batch.count))
      .update(batch.keyReversed?.slice(0, batch.count) ?? "")
      .digest("hex");
    this.#hash.update(hash);
  }

  hex(): string {
    return this.#hash.digest("hex");
  }
}

// One row a batch, so that what is hashed does not depend on where batches end.
const COMMON = { schema: schemaById("flow"), batchRows: 1 };

async function alone(path: string, options: Partial<RowMeterOptions>): Promise<Outcome> {
  const digest = new Digest();
  const meter = new RowMeter({ ...COMMON, ...options, onRows: (batch) => digest.take(batch) });
  const summary = await readCapture(path, { onFrame: meter });
  meter.end();
  return {
    rows: digest.rows,
    digest: digest.hex(),
    ledger: meter.ledger(),
    summary,
  };
}

async function together(
  path: string,
  {
    own,
    blockSize,
    lane,
    ...options
  }: Partial<ConductorOptions> & { own?: boolean; lane?: boolean; blockSize?: number },
): Promise<Outcome & { left: number }> {
  const digest = new Digest();
  const meter = new Conductor(
    { ...COMMON, threads: 2, readBlock, ...options, onRows: (batch) => digest.take(batch) },
    startShards,
  );
  // Records are read by all threads from behind the first block on, and from behind each that is not ordinary.
  let left = 0;
  const records: RecordReader = async (from, goesOn) => {
    const so = await meter.readRecords(from, goesOn);
    left += so.frames - from.frames;
    return so;
  };
  const kept = Conductor.blocksKept;
  // Frames in memory of the meter's own are decoded by all threads, others by the one that deals them out.
  const buffers = own
    ? { blocks: meter.reserveBlocks(blockSize ?? BLOCK_BYTES, kept + 2), kept, near: options.threads === 1 }
    : undefined;
  try {
    const summary = await readCapture(path, {
      onFrame: meter,
      onBlock: () => meter.handOn(),
      blockSize,
      buffers,
      ...(lane === true ? { records, recordsFromBytes: 1 } : {}),
    });
    await meter.release();
    for (const block of buffers?.blocks ?? []) block.fill(0xff);
    await meter.end();
    expect(meter.statistics.packets).toBe(meter.ledger().packets);
    return {
      rows: digest.rows,
      digest: digest.hex(),
      ledger: meter.ledger(),
      summary,
      left,
    };
  } finally {
    await meter.stop();
  }
}

type Case = [schema: string, name: string, options: Partial<RowMeterOptions>];

const DIVIDED = SCHEMAS.filter(({ engine }) => isDivisible(engine));

test.each<Case>([
  ["flow", "rows", {}],
  ["flow", "with early rows", { earlyPackets: 3, earlyAfterUs: 700_000 }],
  ...DIVIDED.filter(({ engine }) => engine !== "flow").map(({ id }): Case => [id, "rows", {}]),
  ["cic", "with early rows", { earlyPackets: 3, earlyAfterUs: 700_000 }],
  ["cic-v4", "with early rows", { earlyPackets: 3, earlyAfterUs: 700_000 }],
])("the bundled capture, schema %s, %s", async (schema, _name, given) => {
  const options = { ...given, schema: schemaById(schema) };
  const expected = await alone(DEMO, options);
  expect(expected.rows).toBeGreaterThan(100);
  for (const threads of [1, 3]) {
    for (const shards of [1, 2, 5, undefined]) {
      const found = await together(DEMO, { ...options, threads, shards });
      expect(found, `${threads} threads, ${shards} shards`).toMatchObject(expected);
    }
  }
  expect(await together(DEMO, { ...options, stepBytes: 0, blockSize: 4096 }), "small steps").toMatchObject(
    expected,
  );
});

test.each<Case>([
  ["flow", "rows", {}],
  ["flow", "with early rows", { earlyPackets: 3, earlyAfterUs: 700_000 }],
  ["flow", "in tunnels, too", { tunnels: true }],
  ["cic", "in tunnels, too", { tunnels: true }],
  ...DIVIDED.filter(({ engine }) => engine !== "flow").map(({ id }): Case => [id, "rows", {}]),
])("frames that are decoded where they were read, schema %s, %s", async (schema, _name, given) => {
  const options = { ...given, schema: schemaById(schema) };
  const path = join(temporaryFolder(), "demo.pcap");
  writeFileSync(path, gunzipSync(readFileSync(DEMO)));
  const expected = await alone(path, options);
  for (const threads of [1, 3]) {
    for (const blockSize of [4096, 70_000, undefined]) {
      const found = await together(path, { ...options, threads, blockSize, own: true });
      expect(found, `${threads} threads, blocks of ${blockSize}`).toMatchObject(expected);
    }
  }
});

for (const { id } of DIVIDED) {
  dataTest(
    `shared captures, schema ${id}`,
    async () => {
      const schema = schemaById(id);
      const paths = ["pcap", "oracle/captures"]
        .flatMap((folder) => sharedFiles(folder))
        .filter((path) => /\.(p?cap(ng)?|dmp|trace)(\.gz)?$/i.test(path));
      expect(paths.length).toBeGreaterThan(100);
      let rows = 0;
      let left = 0;
      for (const relative of paths) {
        const path = sharedData(relative);
        const expected = await alone(path, { schema });
        rows += expected.rows;
        for (const own of [false, true]) {
          const found = await together(path, {
            schema,
            stepBytes: own ? undefined : 0,
            blockSize: 20_000,
            own,
          });
          expect(found, `${relative}, ${own ? "in blocks" : "copied"}`).toMatchObject(expected);
        }
        const found = await together(path, { schema, lane: true, blockSize: 2000, laneBlockBytes: 20_000 });
        expect(found, `${relative}, in a lane`).toMatchObject(expected);
        left += found.left;
      }
      expect(rows).toBeGreaterThan(1000);
      expect(left).toBeGreaterThan(10_000);
    },
    600_000,
  );
}

/** Records of a pcap file: where each begins, its header counted. */
function recordsOf(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const begins: number[] = [];
  for (let at = 24; at + 16 <= file.length; at += 16 + view.getUint32(at + 8, true)) begins.push(at);
  return begins;
}

/** The same records in the other byte order, and with times in nanoseconds. */
function swapped(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  const from = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const to = new DataView(copy.buffer);
  to.setUint32(0, 0xa1b23c4d);
  to.setUint16(4, from.getUint16(4, true));
  to.setUint16(6, from.getUint16(6, true));
  for (const at of [16, 20]) to.setUint32(at, from.getUint32(at, true));
  for (const at of recordsOf(file)) {
    for (const field of [0, 8, 12]) to.setUint32(at + field, from.getUint32(at + field, true));
    to.setUint32(at + 4, from.getUint32(at + 4, true) * 1000 + 999);
  }
  return copy;
}

test("what is read by all threads is read as by one, whatever is wrong with the file", async () => {
  const folder = temporaryFolder();
  const whole = new Uint8Array(gunzipSync(readFileSync(DEMO)).subarray(0, 400_000));
  const random = new Random(11);
  const files: [name: string, bytes: Uint8Array][] = [["the other byte order, ns", swapped(whole)]];
  for (let index = 0; index < 40; index++) {
    const bytes = whole.slice(0, random.chance(0.5) ? random.integer(24, whole.length) : whole.length);
    const begins = recordsOf(bytes);
    const changes = random.integer(0, 4);
    for (let change = 0; change < changes; change++) {
      // Mostly a byte of a record's header, sometimes any.
      const begin = begins[random.integer(0, begins.length - 1)] ?? 24;
      const at = random.chance(0.8) ? begin + random.integer(0, 15) : random.integer(24, bytes.length - 1);
      bytes[at] = random.integer(0, 255);
    }
    files.push([`damage ${index}`, bytes]);
  }
  let left = 0;
  for (const [name, bytes] of files) {
    const path = join(folder, "file.pcap");
    writeFileSync(path, bytes);
    const expected = await alone(path, {});
    const laneBlockBytes = random.integer(600, 30_000);
    const found = await together(path, { threads: 1, lane: true, blockSize: 1000, laneBlockBytes });
    expect(found, `${name}, blocks of ${laneBlockBytes}`).toMatchObject(expected);
    left += found.left;
  }
  expect(left).toBeGreaterThan(10_000);
});

/** Traffic whose clock ticks every ten seconds, so that most of what happens happens at the same moment as much else. */
async function writeCoarse(path: string): Promise<void> {
  const random = new Random(3);
  const writer = CaptureWriter.open(path);
  const host = (): number[] => [10, 0, 0, random.integer(1, 9)];
  const port = (): number => random.integer(1000, 1005);
  let timeUs = 1_700_000_000_000_000;
  for (let frame = 0; frame < 6000; frame++) {
    if (random.chance(0.02)) timeUs += 10_000_000 * random.integer(1, random.chance(0.2) ? 30 : 3);
    const ends = { source: host(), destination: host() };
    const ports = { sourcePort: port(), destinationPort: port() };
    const kind = random.integer(0, 3);
    const flags = [0x02, 0x12, 0x10, 0x18, 0x11, 0x04][random.integer(0, 5)];
    // Most of the later parts of datagrams come without the first one, and wait for it for half a minute.
    const part = {
      identification: random.integer(1, 200),
      fragmentOffset: random.chance(0.1) ? 0 : 64,
      moreFragments: true,
    };
    const payload =
      kind === 0
        ? ipv4({ ...ends, ...part, protocol: 17 }, udp(ports, new Array(56).fill(frame & 0xff)))
        : kind === 1
          ? ipv4({ ...ends, protocol: 17 }, udp(ports, [1, 2, 3]))
          : ipv4({ ...ends, protocol: 6 }, tcp({ ...ports, flags, sequence: frame }, [7]));
    writer.write(timeUs, ethernet(0x0800, payload));
  }
  await writer.close();
}

test.each<Case>([
  ["flow", "with early rows", { earlyPackets: 3, earlyAfterUs: 20_000_000 }],
  ["cic", "with early rows", { earlyPackets: 3, earlyAfterUs: 20_000_000 }],
  ...DIVIDED.map(({ id }): Case => [id, "rows", {}]),
])("what happens at the same moment comes in the same order, schema %s, %s", async (schema, _name, given) => {
  const options = { ...given, schema: schemaById(schema) };
  const path = join(temporaryFolder(), "coarse.pcap");
  await writeCoarse(path);
  const expected = await alone(path, options);
  expect(expected.rows).toBeGreaterThan(500);
  // The original tools do not know what fragments are.
  if (schema === "flow" || schema === "cic") expect(expected.ledger.orphanFragments).toBeGreaterThan(500);
  for (const shards of [1, 2, 3, 5, 8]) {
    const found = await together(path, { ...options, shards });
    expect(found, `${shards} shards`).toMatchObject(expected);
  }
});

test("frames longer than the room in front of blocks are left to one thread", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "long.pcap");
  const header = new Uint8Array(gunzipSync(readFileSync(DEMO)).subarray(0, 24));
  const records = Array.from({ length: 40 }, (_, index) => {
    const datagram = udp({ sourcePort: 1024 + index, destinationPort: 53 }, [1, 2, 3]);
    const frame = ethernet(0x0800, ipv4({ protocol: 17 }, datagram));
    const length = index % 4 === 1 ? 200_000 : 60_000;
    const record = new Uint8Array(16 + length);
    const view = new DataView(record.buffer);
    view.setUint32(0, 1_700_000_000 + index, true);
    view.setUint32(8, length, true);
    view.setUint32(12, length, true);
    record.set(frame, 16);
    return record;
  });
  writeFileSync(path, Buffer.concat([header, ...records]));
  const expected = await alone(path, {});
  expect(expected.summary.frames).toBe(records.length);
  const found = await together(path, { lane: true, blockSize: 50_000, laneBlockBytes: 70_000 });
  expect(found).toMatchObject(expected);
  expect(found.left).toBeGreaterThan(1);
});

test("a lane ends when it is told to, and where a file cannot be read", async () => {
  const path = join(temporaryFolder(), "demo.pcap");
  const bytes = new Uint8Array(gunzipSync(readFileSync(DEMO)));
  writeFileSync(path, bytes);
  const begin: RecordsSoFar = {
    descriptor: -1,
    linkType: LINK_ETHERNET,
    littleEndian: true,
    nanoseconds: false,
    offset: 24,
    frames: 0,
    bytes: 0,
    wireBytes: 0,
    firstUs: Number.POSITIVE_INFINITY,
    lastUs: Number.NEGATIVE_INFINITY,
    previousUs: Number.NEGATIVE_INFINITY,
    timesBackward: 0,
  };
  const descriptor = openSync(path, "r");
  const meter = new Conductor(
    { ...COMMON, threads: 1, readBlock, laneBlockBytes: 4096, onRows: () => undefined },
    startShards,
  );
  try {
    expect(await meter.readRecords(begin, () => true)).toEqual(begin);
    const begins = recordsOf(bytes);
    const told = await meter.readRecords({ ...begin, descriptor }, ({ frames }) => frames < 500);
    expect(told.frames).toBeGreaterThan(499);
    expect(told.frames).toBeLessThan(begins.length);
    expect(told.offset).toBe(begins[told.frames]);
    const rest = await meter.readRecords(told, () => true);
    expect([rest.frames, rest.offset]).toEqual([begins.length, bytes.length]);
    await meter.end();
    expect(meter.ledger().packets).toBe(begins.length);
  } finally {
    await meter.stop();
    closeSync(descriptor);
  }
});

test.each(["flow", "cic-fixed"])("as many shards as there may be, schema %s", async (id) => {
  const schema = schemaById(id);
  const path = join(temporaryFolder(), "demo.pcap");
  writeFileSync(path, gunzipSync(readFileSync(DEMO)));
  const expected = await alone(path, { schema });
  const options = { schema, threads: 2, shards: 16, maximumFlows: 524_288, laneBlockBytes: 30_000 };
  expect(await together(path, { ...options, lane: true, blockSize: 5000 })).toMatchObject(expected);
});

/** All threads read, from behind the first block on. */
function inLane(conductor: Conductor) {
  const records: RecordReader = (from, goesOn) => conductor.readRecords(from, goesOn);
  return { onFrame: conductor, blockSize: 5000, records, recordsFromBytes: 1 };
}

test("several captures, and a stop, while all threads read", async () => {
  const path = join(temporaryFolder(), "demo.pcap");
  writeFileSync(path, gunzipSync(readFileSync(DEMO)));
  const expected = new Digest();
  const meter = new RowMeter({ ...COMMON, onRows: (batch) => expected.take(batch) });
  for (let time = 0; time < 3; time++) await readCapture(path, { onFrame: meter });
  meter.end();

  const found = new Digest();
  const conductor = new Conductor(
    { ...COMMON, threads: 1, readBlock, laneBlockBytes: 8192, onRows: (batch) => found.take(batch) },
    startShards,
  );
  const options = inLane(conductor);
  try {
    const told: number[] = [];
    for (let time = 0; time < 3; time++) {
      const { frames } = await readCapture(path, {
        ...options,
        onBlock: (progress) => {
          told.push(progress.frames);
          return conductor.handOn();
        },
      });
      expect(told.at(-1), "what was told last is all").toBe(frames);
      await conductor.release();
    }
    await conductor.end();
    expect(found.hex()).toBe(expected.hex());
    expect(conductor.ledger()).toEqual(meter.ledger());
  } finally {
    await conductor.stop();
  }

  const stopped = new Conductor(
    { ...COMMON, threads: 1, readBlock, laneBlockBytes: 4096, onRows: () => undefined },
    startShards,
  );
  try {
    const controller = new AbortController();
    const summary = await readCapture(path, {
      ...inLane(stopped),
      signal: controller.signal,
      onBlock: ({ frames }) => {
        if (frames > 500) controller.abort();
        return stopped.handOn();
      },
    });
    expect(summary.cancelled).toBe(true);
    expect(summary.frames).toBeGreaterThan(500);
    await stopped.end();
    expect(stopped.ledger().packets).toBe(summary.frames);
    const failing = readCapture(path, {
      ...inLane(stopped),
      onBlock: ({ frames }) => {
        if (frames > 500) throw new Error("the disk is full");
      },
    });
    await expect(failing).rejects.toThrow("the disk is full");
  } finally {
    await stopped.stop();
  }
});

test("more flows end at once than journals have room for", async () => {
  // One datagram each from many hosts, all within seconds.
  const frames = Array.from({ length: 40_000 }, (_, flow) => {
    const source = [10, flow >> 16, (flow >> 8) & 255, flow & 255];
    const datagram = udp({ sourcePort: 1024 + (flow % 50_000), destinationPort: 53 }, [1, 2, 3]);
    const bytes = ethernet(0x0800, ipv4({ protocol: 17, source, destination: [10, 200, 0, 1] }, datagram));
    return { timeUs: 1e12 + flow * 100, bytes };
  });
  const expected = new Digest();
  const meter = new RowMeter({ ...COMMON, onRows: (batch) => expected.take(batch) });
  for (const { timeUs, bytes } of frames)
    meter.frame(bytes, 0, bytes.length, bytes.length, timeUs, LINK_ETHERNET);
  meter.end();
  expect(expected.rows).toBe(frames.length);
  const digest = expected.hex();
  for (const shards of [1, 4]) {
    const found = new Digest();
    // No thread helps, so that all is metered by the one who reads, who must keep what he cannot read yet.
    const conductor = new Conductor(
      { ...COMMON, threads: 1, shards, onRows: (batch) => found.take(batch) },
      () => ({
        changed: () => Promise.reject(new Error("there is nothing to wait for")),
        stop: async () => undefined,
      }),
    );
    for (const { timeUs, bytes } of frames) {
      conductor.frame(bytes, 0, bytes.length, bytes.length, timeUs, LINK_ETHERNET);
      await conductor.handOn();
    }
    await conductor.end();
    expect(found.rows).toBe(expected.rows);
    expect(found.hex()).toBe(digest);
    expect(conductor.ledger()).toEqual(meter.ledger());
  }
});

test.each(["flow", "cic"])(
  "steps back in time: every shard begins the new clock at the same place, %s",
  async (id) => {
    const schema = schemaById(id);
    const run = async (meter: RowMeter | Conductor): Promise<void> => {
      const random = new Random(7);
      for (const seed of [1, 2, 3]) {
        const frames: { timeUs: number; bytes: Uint8Array }[] = [];
        generate(
          {
            scenarios: [{ name: "web" }, { name: "dns" }, { name: "vertical-scan" }],
            seed,
            durationUs: 30e6,
            packets: 900,
          },
          {
            frame: (timeUs, bytes, length) => frames.push({ timeUs, bytes: bytes.slice(0, length) }),
            label: () => undefined,
          },
        );
        // Each recording begins half an hour before the last one.
        for (const { timeUs, bytes } of frames) {
          const jitterUs = random.chance(0.05) ? -random.integer(0, 50_000) : 0;
          meter.frame(bytes, 0, bytes.length, bytes.length, timeUs - seed * 1.8e9 + jitterUs, LINK_ETHERNET);
          if (meter instanceof Conductor && random.chance(0.02)) await meter.handOn();
          else if (!(meter instanceof Conductor)) random.chance(0.02);
        }
      }
    };
    const expected = new Digest();
    const meter = new RowMeter({ ...COMMON, schema, onRows: (batch) => expected.take(batch) });
    await run(meter);
    meter.end();
    expect(meter.ledger().clockResets).toBe(2);
    const found = new Digest();
    const conductor = new Conductor(
      { ...COMMON, schema, threads: 2, shards: 3, stepBytes: 0, onRows: (batch) => found.take(batch) },
      startShards,
    );
    try {
      await run(conductor);
      await conductor.end();
      expect(conductor.ledger()).toEqual(meter.ledger());
    } finally {
      await conductor.stop();
    }
    expect(found.rows).toBe(expected.rows);
    expect(found.hex()).toBe(expected.hex());
  },
);

const KERNELS = new Set(ENGINES.flatMap(({ divided }) => divided?.shardKernel ?? []));

test.each([...KERNELS])("a shard has no static data, which would lie in the memory of others", (kernel) => {
  const bytes = decodeBase64(kernel);
  const sections: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    sections.push(bytes[at++]);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      length |= (bytes[at] & 0x7f) << shift;
      if (bytes[at++] < 0x80) break;
    }
    at += length;
  }
  expect(sections).toContain(SECTION_CODE);
  expect(sections).not.toContain(SECTION_DATA);
});

test("a thread that fails with a shard claimed ends the run with its words", async () => {
  const meter = new Conductor({ ...COMMON, threads: 1, onRows: () => undefined }, ([task], onFailure) => {
    // The first shard's word that says that it is claimed, behind sixteen words of control.
    new Int32Array(task.memory.buffer, task.control + 64, 1)[0] = 1;
    setTimeout(() => onFailure(new Error("unreachable executed")), 5);
    return startShards([task], onFailure);
  });
  try {
    await expect(meter.end()).rejects.toThrow("a metering thread failed: unreachable executed");
  } finally {
    await meter.stop();
  }
});

test("threads that cannot start leave their share to the others", async () => {
  const expected = await alone(DEMO, {});
  const digest = new Digest();
  const meter = new Conductor(
    { ...COMMON, threads: 2, onRows: (batch) => digest.take(batch) },
    (tasks, onFailure) => startShards(tasks.slice(0, 1), onFailure),
  );
  try {
    await readCapture(DEMO, { onFrame: meter, onBlock: () => meter.handOn() });
    await meter.end();
  } finally {
    await meter.stop();
  }
  expect(digest.hex()).toBe(expected.digest);
});
