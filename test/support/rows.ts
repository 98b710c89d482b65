// Small schemas and random batches of rows for tests of row files.

import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll } from "vitest";
import { RowBatch } from "../../src/feature/row.ts";
import { defineSchema, type Schema } from "../../src/feature/schema.ts";

/** Three numbers and a category, under names that need quoting. */
export const SMALL_SCHEMA: Schema = defineSchema({
  id: "small",
  title: "Small",
  description: "For tests",
  lifecycle: "none",
  engine: "flow",
  versions: "1",
  columns: [
    { name: "bytes", measure: "a", unit: "bytes", description: "A number" },
    { name: 'odd, "name"', measure: "b", description: "A name that needs quoting" },
    {
      name: "state",
      measure: "c",
      kind: "categorical",
      categories: ["open", 'half "open"', "closed, late", "7"],
      description: "A category",
    },
    { name: "rate", measure: "d", unit: "1/s", description: "Another number" },
  ],
});

export interface TestRow {
  flow: number;
  startUs: number;
  endUs: number;
  words: number[];
  ports: [number, number];
  protocol: number;
  reason: number;
  values: number[];
}

/** Any number that a feature can be, with the awkward ones often. */
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: 0, max: 70_000 }),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    254,
    255,
    65534,
    65535,
    4294967294,
    4294967295,
    2 ** 53,
    5e-324,
  ),
);

const anyWord = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const mapped = fc.tuple(fc.constant(0), fc.constant(0), fc.constant(0xffff), anyWord);
const anyAddress = fc.oneof(mapped, fc.tuple(anyWord, anyWord, anyWord, anyWord));

export const anyRow: fc.Arbitrary<TestRow> = fc.record({
  flow: fc.integer({ min: 1, max: 2 ** 40 }),
  startUs: fc.integer({ min: 0, max: 2 ** 51 }),
  endUs: fc.integer({ min: 0, max: 2 ** 51 }),
  words: fc.tuple(anyAddress, anyAddress).map(([source, destination]) => [...source, ...destination]),
  ports: fc.tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 0, max: 65535 })),
  protocol: fc.integer({ min: 0, max: 255 }),
  reason: fc.integer({ min: 0, max: 7 }),
  values: fc
    .tuple(anyNumber, anyNumber, fc.constantFrom(0, 1, 2, 3, NaN), anyNumber)
    .map((values) => [...values]),
});

/** A batch of exactly these rows. */
export function batchOf(schema: Schema, rows: readonly TestRow[]): RowBatch {
  const batch = new RowBatch(schema, Math.max(1, rows.length));
  rows.forEach((row, index) => {
    batch.values.set(row.values, index * batch.columnCount);
    batch.flow[index] = row.flow;
    batch.startUs[index] = row.startUs;
    batch.endUs[index] = row.endUs;
    batch.addresses.set(row.words, index * 8);
    batch.ports.set(row.ports, index * 2);
    batch.protocol[index] = row.protocol;
    batch.reason[index] = row.reason;
  });
  batch.count = rows.length;
  return batch;
}

/** A folder for the files of one test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const NOBODY = 65534;

/** Does work without the powers of root, to whom no file is closed. */
export async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
  }
}
