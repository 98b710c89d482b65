// Pages on their way to a target: in order, bounded in number, and none behind one that failed.

import { expect, test } from "vitest";
import { Pages, type Target } from "./sink.ts";

/** A target whose writes end when the test says so. */
class SlowTarget implements Target {
  readonly path = "slow";
  readonly readerGone = false;
  readonly begun: number[] = [];
  readonly ends: ((failure?: Error) => void)[] = [];
  finished = false;
  aborted = false;

  write(bytes: Uint8Array): Promise<void> {
    this.begun.push(bytes[0]);
    return new Promise((resolve, reject) => {
      this.ends.push((failure) => (failure === undefined ? resolve() : reject(failure)));
    });
  }

  async finish(): Promise<void> {
    this.finished = true;
  }

  async abort(): Promise<void> {
    this.aborted = true;
  }
}

const PAGE = 1 << 20;

function fill(pages: Pages, mark: number): void | Promise<void> {
  pages.reserve(PAGE);
  pages.page.fill(mark, 0, PAGE);
  pages.length = PAGE;
  return pages.flush();
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test("are written one behind the other while others are filled, and make who fills them wait when there are many", async () => {
  const target = new SlowTarget();
  const pages = new Pages(target);
  let filled = 1;
  let waiting = fill(pages, filled);
  while (waiting === undefined) waiting = fill(pages, ++filled);
  expect(filled).toBeGreaterThan(2);
  expect(target.begun).toEqual([1]);
  let went = false;
  const gone = waiting.then(() => {
    went = true;
  });
  await settle();
  expect(went).toBe(false);
  target.ends[0]();
  await gone;
  const finishing = pages.finish();
  for (let page = 1; page < filled; page++) {
    await settle();
    expect(target.begun).toHaveLength(page + 1);
    target.ends[page]();
  }
  expect(await finishing).toBe(filled * PAGE);
  expect(target.begun).toEqual(Array.from({ length: filled }, (_, page) => page + 1));
  expect(target.finished).toBe(true);
});

test("behind one that failed are not written, and whoever hands on more is told", async () => {
  const target = new SlowTarget();
  const pages = new Pages(target);
  fill(pages, 1);
  fill(pages, 2);
  target.ends[0](new Error("no space"));
  await settle();
  expect(target.begun).toEqual([1]);
  expect(() => fill(pages, 3)).toThrow("no space");
  await expect(pages.finish()).rejects.toThrow("no space");
  expect(target).toMatchObject({ aborted: true, finished: false });
});
