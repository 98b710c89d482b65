import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { anyRow, batchOf, SMALL_SCHEMA, type TestRow, temporaryFolder } from "../../test/support/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { BLOCK_ROWS, type Block } from "./orbrows.ts";
import { OrbrowsReader } from "./orbrows-reader.ts";
import { readTable } from "./row-reader.ts";
import { openRowWriter } from "./row-writer.ts";

const folder = temporaryFolder();
const path = join(folder, "x.orbrows");

async function write(rows: readonly TestRow[]): Promise<Buffer> {
  const writer = await openRowWriter(path, SMALL_SCHEMA, { extraColumns: [{ name: "label", kind: "text" }] });
  await writer.write(batchOf(SMALL_SCHEMA, rows), (row) => [row % 3 === 0 ? null : `class ${row % 3}`]);
  await writer.close();
  return readFileSync(path);
}

/** Reads all blocks of bytes; what comes out is rows, a note that the file was cut, or our error. */
function readAll(bytes: Uint8Array): { blocks: Block[]; truncated: string | undefined } | OrbweaverError {
  const file = join(folder, "mutated.orbrows");
  writeFileSync(file, bytes);
  try {
    const reader = new OrbrowsReader(file);
    try {
      const blocks: Block[] = [];
      for (let block = reader.next(); block !== undefined; block = reader.next()) blocks.push(block);
      return { blocks, truncated: reader.truncated };
    } finally {
      reader.close();
    }
  } catch (failure) {
    if (failure instanceof OrbweaverError) return failure;
    throw failure;
  }
}

describe("a file", () => {
  let whole: Buffer;
  const rowCount = BLOCK_ROWS + 5;
  beforeAll(async () => {
    whole = await write(fc.sample(anyRow, { numRuns: rowCount, seed: 7 }));
  });

  test("cut at any byte gives its whole blocks, says so, or says that the header is cut", () => {
    for (const end of cutPoints(whole)) expectCut(whole, end, [0, BLOCK_ROWS, rowCount]);
  });

  test("of a few rows, cut at every byte", async () => {
    const few = await write(fc.sample(anyRow, { numRuns: 3, seed: 5 }));
    for (let end = 1; end < few.length; end++) expectCut(few, end, [0, 3]);
    expect(readAll(few)).toMatchObject({ truncated: undefined });
  });

  test("cut short is read with a warning", async () => {
    const cut = join(folder, "cut.orbrows");
    writeFileSync(cut, whole.subarray(0, whole.length - 100));
    const { table, source } = await readTable(cut);
    expect(table.rowCount).toBe(BLOCK_ROWS);
    expect(source.warnings[0]).toMatch(/cut short.*2048 rows/);
  });

  test("with any byte of a block changed is refused or read as cut, never read wrongly", () => {
    const start = blockStart(whole);
    const random = new Random(11);
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole);
      const at = random.integer(start, bytes.length - 25);
      bytes[at] ^= random.integer(1, 255);
      const found = readAll(bytes);
      if (!(found instanceof OrbweaverError)) expect(found.truncated, `byte ${at}`).toBeDefined();
    }
  });

  test("with anything done to it never crashes the reader", () => {
    const random = new Random(12);
    for (let round = 0; round < 2000; round++) {
      const bytes = mutate(whole.subarray(0, random.integer(1, whole.length)), random);
      const found = readAll(bytes);
      if (found instanceof OrbweaverError) expect(found.code).toBe("rows-invalid");
    }
  });

  test("of another version is refused", () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(9, 8);
    expect(readAll(bytes)).toMatchObject({
      code: "rows-invalid",
      message: /version 9 of the format, expected 1/,
    });
  });
});

test("counts of a block are stored narrowly", async () => {
  const rows = fc.sample(anyRow, { numRuns: 2000, seed: 3 }).map((row, index) => ({
    ...row,
    words: [0, 0, 0xffff, 1, 0, 0, 0xffff, 2],
    ports: [1, 2] as [number, number],
    protocol: 6,
    values: [index % 200, NaN, 1, index % 3 === 0 ? NaN : index],
  }));
  const bytes = await write(rows);
  // Per row: flow and times 8+8+8, reason 1, label 2, features 1+0+0+2; the rest is constant.
  expect(bytes.length).toBeLessThan(2000 * 30 + 3000);
});

/** Offset of the first block: the header is padded to 8 bytes. */
function blockStart(bytes: Buffer): number {
  return 24 + Math.ceil(bytes.readUInt32LE(12) / 8) * 8;
}

function expectCut(whole: Buffer, end: number, rowCounts: readonly number[]): void {
  const found = readAll(whole.subarray(0, end));
  if (found instanceof OrbweaverError) {
    expect(found.code).toBe("rows-invalid");
    expect(end).toBeLessThan(blockStart(whole));
    return;
  }
  expect(found.truncated, `cut at ${end}`).toMatch(/the file ends before/);
  expect(rowCounts).toContain(found.blocks.reduce((sum, block) => sum + block.rows, 0));
}

/** Positions around the marks, and a sample of the rest. */
function cutPoints(bytes: Buffer): number[] {
  const first = blockStart(bytes);
  const second = first + 16 + bytes.readUInt32LE(first + 8);
  const places = [first, second, bytes.length];
  return Array.from({ length: bytes.length - 1 }, (_, index) => index + 1).filter(
    (end) => end % 997 === 0 || places.some((place) => Math.abs(end - place) < 40),
  );
}

function mutate(bytes: Buffer, random: Random): Buffer {
  const mutated = Buffer.from(bytes);
  for (let change = random.integer(1, 8); change > 0; change--) {
    const at = random.integer(0, mutated.length - 1);
    if (random.chance(0.5)) mutated[at] = random.integer(0, 255);
    else if (at + 4 <= mutated.length)
      mutated.writeUInt32LE(random.pick([0, 1, 0xffff, 0x7fffffff, 0xffffffff]), at);
  }
  return mutated;
}
