import { expect, test } from "vitest";
import { ReadingChoice } from "./reading-choice.ts";

/** How many blocks are begun before one is handed on. */
const AHEAD = 5;

/** Ways of so many blocks, where a block takes so long near and ahead. */
function ways(
  choice: ReadingChoice,
  blocks: number,
  ms: { near: number; ahead: number; readMs?: number },
): boolean[] {
  const begun: boolean[] = [];
  for (let block = 0; block < blocks + AHEAD; block++) {
    begun.push(choice.next());
    const near = begun[block - AHEAD];
    if (near !== undefined) choice.handedOn(near, near ? ms.near : ms.ahead, near ? ms.readMs : undefined);
  }
  return begun.slice(0, blocks);
}

function share(blocks: readonly boolean[]): number {
  return blocks.filter(Boolean).length / blocks.length;
}

test("short files are read ahead, unless told", () => {
  for (const near of [false, true])
    expect(new Set(ways(new ReadingChoice(near), 128, { near: 1, ahead: 1 }))).toEqual(new Set([near]));
});

test("the faster way is found, and kept but for trials", () => {
  expect(share(ways(new ReadingChoice(false), 20_000, { near: 1, ahead: 2 }))).toBeGreaterThan(0.92);
  expect(share(ways(new ReadingChoice(false), 20_000, { near: 2, ahead: 1 }))).toBeLessThan(0.08);
});

test("it is found again when it is no longer the faster one", () => {
  const choice = new ReadingChoice(false);
  expect(share(ways(choice, 10_000, { near: 1, ahead: 2 }))).toBeGreaterThan(0.9);
  expect(share(ways(choice, 10_000, { near: 3, ahead: 2 }))).toBeLessThan(0.2);
});

test("near stays near without trials", () => {
  expect(share(ways(new ReadingChoice(true), 20_000, { near: 2, ahead: 1 }))).toBe(1);
});

test.each([true, false])("a disk that is slow is waited for a few times only, near first: %s", (near) => {
  const blocks = ways(new ReadingChoice(near), 20_000, { near: 1, ahead: 2, readMs: 6 });
  expect(blocks.filter(Boolean).length).toBeLessThan(9 + AHEAD + 1);
  expect(blocks.slice(1000)).not.toContain(true);
});

test("ways that are equal do not take turns", () => {
  expect(share(ways(new ReadingChoice(false), 20_000, { near: 1, ahead: 1 }))).toBeLessThan(0.08);
});
