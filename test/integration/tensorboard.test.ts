// Event files of runs, read back by protobufjs with TensorBoard's published messages, and their frames by sums of this file's own.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportRun } from "../../src/app/export-run.ts";
import { decodedModel } from "../../src/app/models.ts";
import { networkGraph } from "../../src/app/network-graph.ts";
import { readArtefact, showRun } from "../../src/app/registry.ts";
import { train } from "../../src/app/train.ts";
import { Random } from "../../src/base/random.ts";
import { crc32c, maskedCrc, recordFile } from "../../src/registry/tensorboard/record-file.ts";
import type { Store } from "../../src/store/contract.ts";
import { openFileStore } from "../../src/store/drivers/files.ts";
import { temporaryFolder } from "../support/rows.ts";

const ROWS = 600;
const folder = temporaryFolder();
const rows = join(folder, "rows.csv");
let store: Store;
let messages: protobuf.Root;

interface Value {
  tag: string;
  simpleValue?: number;
  histo?: {
    min: number;
    max: number;
    num: number;
    sum: number;
    sumSquares: number;
    bucketLimit: number[];
    bucket: number[];
  };
}

interface Event {
  wallTime: number;
  step: number;
  fileVersion?: string;
  graphDef?: Uint8Array;
  summary?: { value: Value[] };
  sourceMetadata?: { writer: string };
}

interface Node {
  name: string;
  op: string;
  input?: string[];
  attr: Record<string, { type?: number; shape?: { dim?: { size: number }[] } }>;
}

beforeAll(() => {
  messages = protobuf.loadSync(
    fileURLToPath(new URL("../fixtures/tensorboard/events.proto", import.meta.url)),
  );
  store = openFileStore(join(folder, "store"));
  const random = new Random(1);
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const name = ["normal", "flood", "scan"][index % 3];
    const values = [0, 1, 2, 3].map((column) => random.normal(column === index % 3 ? 2 : 0).toFixed(4));
    return [...values, name].join(",");
  });
  writeFileSync(rows, `a,b,c,d,label\n${lines.join("\n")}\n`);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Frames by their published form, each checksum computed bit by bit. */
function frames(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(masked(file.subarray(at, at + 8)));
    const record = file.subarray(at + 12, at + 12 + length);
    expect(record.length).toBe(length);
    expect(view.getUint32(at + 12 + length, true)).toBe(masked(record));
    found.push(record);
    at += length + 16;
  }
  return found;
}

/** CRC-32C by polynomial division, one bit after the other, in whole numbers of any size; then TensorFlow's mask. */
function masked(bytes: Uint8Array): number {
  let rest = 0xffffffffn;
  for (const byte of bytes)
    for (let bit = 0n; bit < 8n; bit++) {
      const isOdd = ((rest ^ (BigInt(byte) >> bit)) & 1n) === 1n;
      rest = (rest >> 1n) ^ (isOdd ? 0x82f63b78n : 0n);
    }
  const crc = rest ^ 0xffffffffn;
  const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  return Number((turned + 0xa282ead8n) & 0xffffffffn);
}

function decoded<Message>(name: string, bytes: Uint8Array): Message {
  const type = messages.lookupType(`tensorboard.${name}`);
  return type.toObject(type.decode(bytes), { longs: Number }) as Message;
}

async function trained(learner: string, ...set: string[]): Promise<string> {
  const { recorded } = await train({
    rows: [rows],
    learners: [learner],
    benign: ["normal"],
    set,
    out: join(folder, `${learner}.orb`),
    record: { opened: store },
  });
  expect(recorded?.warnings).toEqual([]);
  return recorded?.run ?? "";
}

async function eventsOf(run: string): Promise<Event[]> {
  const to = join(folder, "events");
  const { files } = await exportRun(store, run, { tensorboard: to, experiment: "" });
  expect(files).toHaveLength(1);
  expect(readdirSync(join(to, run))).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
  return frames(new Uint8Array(readFileSync(files[0].file))).map((record) => decoded<Event>("Event", record));
}

function valuesOf(events: readonly Event[]): (Value & { step: number; wallTime: number })[] {
  return events.flatMap(({ summary, step, wallTime }) =>
    (summary?.value ?? []).map((value) => ({ ...value, step: step ?? 0, wallTime })),
  );
}

describe("frames", () => {
  test.each([
    // RFC 3720, appendix B.4
    ["32 bytes of zeroes", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of ones", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["32 bytes counting up", Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ["32 bytes counting down", Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ])("CRC-32C of %s is the published one", (_, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
    expect(maskedCrc(bytes)).toBe(masked(bytes));
  });

  test("records come back as they were written", () => {
    const records = [new Uint8Array(), Uint8Array.of(1, 2, 3), new Uint8Array(1000).fill(7)];
    expect(frames(recordFile(records))).toEqual(records);
  });
});

describe("a training of trees", () => {
  let run: string;
  let events: Event[];

  beforeAll(async () => {
    run = await trained("boosting", "iterations=12", "earlyStopping=0");
    events = await eventsOf(run);
  });

  test("begins with the version, and says who wrote it", () => {
    expect(events[0]).toMatchObject({
      fileVersion: "brain.Event:2",
      sourceMetadata: { writer: "orbweaver" },
    });
    expect(events.filter(({ graphDef }) => graphDef !== undefined)).toEqual([]);
  });

  test("tells the figures of every iteration, and those of the run", async () => {
    const { bytes } = await readArtefact(store, run, "progress.json");
    const progress = JSON.parse(new TextDecoder().decode(bytes)) as {
      done: number;
      metrics: Record<string, number>;
    }[];
    expect(progress).toHaveLength(12);
    const values = valuesOf(events);
    for (const { done, metrics } of progress)
      for (const [tag, value] of Object.entries(metrics)) {
        const found = values.filter((one) => one.tag === tag && one.step === done);
        expect(found.map(({ simpleValue }) => simpleValue)).toEqual([Math.fround(value)]);
      }
    const { run: kept } = await showRun(store, run);
    for (const [name, value] of Object.entries(kept.metrics ?? {}))
      expect(values.find(({ tag }) => tag === `run/${name}`)?.simpleValue).toBe(Math.fround(value));
  });

  test("moments go from the run's start to its end", async () => {
    const { run: kept } = await showRun(store, run);
    const moments = events.map(({ wallTime }) => wallTime);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(moments[0]).toBe(Date.parse(kept.started) / 1000);
    expect(moments.at(-1)).toBe(Date.parse(kept.ended ?? "") / 1000);
  });

  test("has a histogram of what matters, whose sums are those of the model", async () => {
    const { bytes } = await readArtefact(store, run, "model.orb");
    const importance = decodedModel(bytes, run).importance();
    const histogram = valuesOf(events).find(({ tag }) => tag === "importance")?.histo;
    expect(histogram).toBeDefined();
    checkHistogram(histogram as NonNullable<typeof histogram>, importance);
  });
});

/** The sums, and each value in the bin whose limits hold it. */
function checkHistogram(histogram: NonNullable<Value["histo"]>, values: ArrayLike<number>): void {
  const all = Array.from(values);
  const sum = all.reduce((total, value) => total + value, 0);
  const squares = all.reduce((total, value) => total + value * value, 0);
  expect(histogram).toMatchObject({ min: Math.min(...all), max: Math.max(...all), num: all.length });
  expect(histogram.sum).toBeCloseTo(sum, 9);
  expect(histogram.sumSquares).toBeCloseTo(squares, 9);
  const { bucketLimit, bucket } = histogram;
  expect(bucket.reduce((total, count) => total + count, 0)).toBe(all.length);
  expect(bucketLimit).toHaveLength(bucket.length);
  expect(bucketLimit).toEqual([...bucketLimit].sort((a, b) => a - b));
  expect(bucketLimit.at(-1)).toBe(histogram.max);
  // Up to each limit lie as many values as the bins say; a value beside a limit may lie on either side of it.
  let counted = 0;
  for (const [bin, limit] of bucketLimit.entries()) {
    counted += bucket[bin];
    const below = all.filter((value) => value <= limit).length;
    const near = all.filter((value) => Math.abs(value - limit) < 1e-9).length;
    expect(Math.abs(counted - below)).toBeLessThanOrEqual(near);
  }
}

describe.each([
  ["mlp", ["layers=5-3"], /^network\//],
  ["autoencoder", [], /^(group_\d+|autoencoder|errors_autoencoder)\//],
])("a training of the network %s", (learner, set, scopes) => {
  let run: string;
  let events: Event[];
  let nodes: Node[];

  beforeAll(async () => {
    run = await trained(learner, ...set);
    events = await eventsOf(run);
    const graph = events.find(({ graphDef }) => graphDef !== undefined)?.graphDef as Uint8Array;
    nodes = decoded<{ node: Node[] }>("GraphDef", graph).node;
  });

  test("has a graph whose nodes are named once, and whose edges come from nodes before them", () => {
    const seen = new Set<string>();
    for (const { name, input = [] } of nodes) {
      // node_def.proto: the form of names.
      expect(name).toMatch(/^[A-Za-z0-9.][A-Za-z0-9_>./]*$/);
      expect(seen.has(name), name).toBe(false);
      for (const one of input) expect(seen.has(one), `${name} ← ${one}`).toBe(true);
      seen.add(name);
    }
    const used = new Set(nodes.flatMap(({ input = [] }) => input));
    expect(nodes.filter(({ name }) => !used.has(name)).map(({ name }) => name)).toEqual(["probabilities"]);
  });

  test("has layers whose shapes follow from each other", () => {
    const sizes = (name: string): number[] =>
      nodes.find((node) => node.name === name)?.attr["shape"].shape?.dim?.map(({ size }) => size) ?? [];
    const products = nodes.filter(({ op }) => op === "MatMul");
    expect(products.length).toBeGreaterThan(1);
    for (const { name, input = [] } of products) {
      expect(name).toMatch(scopes);
      const [rowsOf, weights] = [sizes(input[0]), sizes(input[1])];
      expect(rowsOf[1]).toBe(weights[0]);
      expect(sizes(name)).toEqual([-1, weights[1]]);
    }
    expect(sizes("columns")).toEqual([-1, 4]);
  });

  test("has a histogram of the weights and biases of every layer", async () => {
    const { bytes } = await readArtefact(store, run, "model.orb");
    const graph = networkGraph(decodedModel(bytes, run));
    const all = [...(graph?.networks ?? []), ...(graph?.last ? [graph.last] : [])];
    expect(all.length).toBeGreaterThan(0);
    const values = valuesOf(events);
    for (const { name, layers } of all)
      for (const [index, layer] of layers.entries())
        for (const part of ["weights", "biases"] as const) {
          const found = values.find(({ tag }) => tag === `${name}/layer_${index + 1}/${part}`);
          checkHistogram(found?.histo as NonNullable<Value["histo"]>, layer[part]);
        }
  });
});

test("the same run gives the same file", async () => {
  const run = await trained("boosting", "iterations=3");
  const digest = async (): Promise<string> => {
    const { files } = await exportRun(store, run, { tensorboard: join(folder, "again"), experiment: "" });
    return createHash("sha256").update(readFileSync(files[0].file)).digest("hex");
  };
  expect(await digest()).toBe(await digest());
});
