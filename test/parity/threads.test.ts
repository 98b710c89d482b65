// One thread equals many: rows, their order and the ledger do not depend on how many threads meter, nor on how many packets
// are handed to them at a time.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { startShards } from "../../src/app/shard-threads.ts";
import { Random } from "../../src/base/random.ts";
import { decodeBase64 } from "../../src/base/wasm.ts";
import { BLOCK_BYTES, readCapture } from "../../src/capture/read.ts";
import { Conductor, type ConductorOptions, isDivisible } from "../../src/feature/conductor.ts";
import { ENGINES } from "../../src/feature/engines/_index.ts";
import type { RowBatch } from "../../src/feature/row.ts";
import { type RowLedger, RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { generate } from "../../src/generate/generate.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { ethernet, ipv4, udp } from "../support/frames.ts";
import { temporaryFolder } from "../support/rows.ts";

/** Sections of a WebAssembly module (its specification, 5.5.2). */
const SECTION_CODE = 10;
const SECTION_DATA = 11;

const DEMO = join(fileURLToPath(new URL("../..", import.meta.url)), "assets/demo.pcap.gz");

interface Outcome {
  rows: number;
  digest: string;
  ledger: RowLedger;
}

/** Takes rows; every NaN is the same one within the engine, so bytes can be compared. */
class Digest {
  rows = 0;
  readonly #hash = createHash("sha256");

  take(batch: RowBatch): void {
    this.rows += batch.count;
    this.#hash
      .update(batch.values.slice(0, batch.count * batch.columnCount))
      .update(batch.flow.slice(0, batch.count))
      .update(batch.startUs.slice(0, batch.count))
      .update(batch.endUs.slice(0, batch.count))
      .update(batch.addresses.slice(0, batch.count * 8))
      .update(batch.ports.slice(0, batch.count * 2))
      .update(batch.protocol.slice(0, batch.count))
      .update(batch.reason.slice(0, batch.count))
      .update(batch.keyReversed?.slice(0, batch.count) ?? "");
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
  await readCapture(path, { onFrame: meter });
  meter.end();
  return { rows: digest.rows, digest: digest.hex(), ledger: meter.ledger() };
}

async function together(
  path: string,
  { own, blockSize, ...options }: Partial<ConductorOptions> & { own?: boolean; blockSize?: number },
): Promise<Outcome> {
  const digest = new Digest();
  const meter = new Conductor(
    { ...COMMON, threads: 2, ...options, onRows: (batch) => digest.take(batch) },
    startShards,
  );
  const kept = Conductor.blocksKept;
  // Frames in memory of the meter's own are decoded by all threads, others by the one that deals them out.
  const buffers = own
    ? { blocks: meter.reserveBlocks(blockSize ?? BLOCK_BYTES, kept + 2), kept, near: options.threads === 1 }
    : undefined;
  try {
    await readCapture(path, { onFrame: meter, onBlock: () => meter.handOn(), blockSize, buffers });
    await meter.release();
    for (const block of buffers?.blocks ?? []) block.fill(0xff);
    await meter.end();
    expect(meter.statistics.packets).toBe(meter.ledger().packets);
    return { rows: digest.rows, digest: digest.hex(), ledger: meter.ledger() };
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
      expect(found, `${threads} threads, ${shards} shards`).toEqual(expected);
    }
  }
  expect(await together(DEMO, { ...options, stepBytes: 0, blockSize: 4096 }), "small steps").toEqual(
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
      expect(found, `${threads} threads, blocks of ${blockSize}`).toEqual(expected);
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
          expect(found, `${relative}, ${own ? "in blocks" : "copied"}`).toEqual(expected);
        }
      }
      expect(rows).toBeGreaterThan(1000);
    },
    600_000,
  );
}

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

test("steps back in time: every shard begins the new clock at the same place", async () => {
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
  const meter = new RowMeter({ ...COMMON, onRows: (batch) => expected.take(batch) });
  await run(meter);
  meter.end();
  expect(meter.ledger().clockResets).toBe(2);
  const found = new Digest();
  const conductor = new Conductor(
    { ...COMMON, threads: 2, shards: 3, stepBytes: 0, onRows: (batch) => found.take(batch) },
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
});

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
