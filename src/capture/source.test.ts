import { readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import { Random } from "../base/random.ts";
import { openSource, type ReadBuffers } from "./source.ts";

const BLOCK_BYTES = 1000;
const random = new Random(7);
/** Enough blocks that reading near and ahead take turns. */
const CONTENT = Uint8Array.from({ length: 400_500 }, () => random.integer(0, 255));
const path = join(temporaryFolder(), "content");
writeFileSync(path, CONTENT);

/** Reads all; blocks that are kept must be as they were. */
async function readAll(buffers: ReadBuffers): Promise<Uint8Array> {
  const source = await openSource(path, buffers);
  expect(source.bytesTotal).toBe(CONTENT.length);
  const blocks: { held: Uint8Array; copy: Uint8Array }[] = [];
  for (;;) {
    const held = await source.next();
    // Reads ahead have time to spoil what they should not.
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const kept of blocks.slice(Math.max(0, blocks.length - buffers.kept)))
      expect(Buffer.compare(kept.held, kept.copy)).toBe(0);
    if (held === undefined) break;
    blocks.push({ held, copy: held.slice() });
  }
  await source.close();
  return new Uint8Array(Buffer.concat(blocks.map(({ copy }) => copy)));
}

function buffersOf(count: number, kept: number, near = false): ReadBuffers {
  return { blocks: Array.from({ length: count }, () => new Uint8Array(BLOCK_BYTES)), kept, near };
}

describe("a file", () => {
  test.each([
    [2, 0],
    [6, 0],
    [6, 4],
    [9, 3],
  ])("is read through %i blocks, of which %i are kept", async (count, kept) => {
    for (const near of [false, true])
      expect(await readAll(buffersOf(count, kept, near)), near ? "near" : "ahead").toEqual(CONTENT);
  });

  test("that was lent goes on from where it is told to, and is closed behind that", async () => {
    const source = await openSource(path, buffersOf(6, 2));
    const first = (await source.next())!.slice();
    expect(Buffer.compare(first, CONTENT.subarray(0, BLOCK_BYTES))).toBe(0);
    const begin = 123_456;
    await source.lend!(async (descriptor) => {
      const bytes = new Uint8Array(10);
      readSync(descriptor, bytes, 0, 10, 5000);
      expect(bytes).toEqual(CONTENT.subarray(5000, 5010));
      return begin;
    });
    for (let at = begin; at < begin + 20 * BLOCK_BYTES; at += BLOCK_BYTES)
      expect(Buffer.compare((await source.next())!, CONTENT.subarray(at, at + BLOCK_BYTES))).toBe(0);

    const order: string[] = [];
    const lent = source.lend!(async (descriptor) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`read ${readSync(descriptor, new Uint8Array(10), 0, 10, 0)}`);
      return 0;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await source.close().then(() => order.push("closed"));
    await lent;
    expect(order).toEqual(["read 10", "closed"]);
    expect(await source.next()).toBeUndefined();
  });
});
