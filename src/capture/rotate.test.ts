import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCapture } from "./read.ts";
import { RotatingWriter, type RotationOptions, requireRotation } from "./rotate.ts";

const folder = mkdtempSync(join(tmpdir(), "orbweaver-rotate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const START_US = Date.UTC(2026, 10, 25, 21, 30) * 1000;

/** Writes frames of 84 bytes (100 with their record), one a second; returns what was made. */
async function written(name: string, frames: number, options: RotationOptions, linkTypes = [1]) {
  const writer = new RotatingWriter(join(folder, name), options);
  for (let index = 0; index < frames; index++) {
    const frame = new Uint8Array(84).fill(index);
    writer.frame(frame, 0, 84, 84, START_US + index * 1e6, linkTypes[index % linkTypes.length]);
  }
  return writer.close();
}

async function framesOf(path: string): Promise<number[]> {
  const found: number[] = [];
  await readCapture(path, { onFrame: { frame: (bytes, start) => found.push(bytes[start]) } });
  return found;
}

test("without bounds there is one file, also when nothing came", async () => {
  expect(await written("one.pcap", 3, {})).toMatchObject({
    paths: [join(folder, "one.pcap")],
    frames: 3,
    bytes: 324,
  });
  expect(await framesOf(join(folder, "one.pcap"))).toEqual([0, 1, 2]);
  await written("none.pcap", 0, {});
  expect(await framesOf(join(folder, "none.pcap"))).toEqual([]);
});

test("no file grows beyond its size, and no frame is lost", async () => {
  const { paths, bytes } = await written("size.pcap", 7, { sizeBytes: 324 });
  expect(paths.map((path) => basename(path))).toEqual([
    "size_00001_20261125T213000Z.pcap",
    "size_00002_20261125T213003Z.pcap",
    "size_00003_20261125T213006Z.pcap",
  ]);
  expect(await Promise.all(paths.map(framesOf))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(bytes).toBe(7 * 100 + 3 * 24);
});

test("a frame larger than the size has a file of its own", async () => {
  const { paths } = await written("large.pcap", 2, { sizeBytes: 50 });
  expect(await Promise.all(paths.map(framesOf))).toEqual([[0], [1]]);
});

test("a file is no older than its age, by its frames or by the clock", async () => {
  const { paths } = await written("age.pcap", 5, { ageUs: 2e6 });
  expect(await Promise.all(paths.map(framesOf))).toEqual([[0, 1], [2, 3], [4]]);

  const writer = new RotatingWriter(join(folder, "clock.pcap"), { ageUs: 2e6 });
  writer.frame(new Uint8Array(60), 0, 60, 60, START_US, 1);
  writer.advance(START_US + 1e6);
  await writer.settled();
  const complete = join(folder, "clock_00001_20261125T213000Z.pcap");
  expect(existsSync(complete)).toBe(false);
  writer.advance(START_US + 2e6);
  await writer.settled();
  expect(existsSync(complete)).toBe(true);
  expect(await writer.close()).toMatchObject({ paths: [complete], frames: 1 });
});

test("the newest are kept, and only files of this writer are removed", async () => {
  const other = await written("keep.pcap", 1, {});
  const { paths, removed } = await written("keep.pcap", 6, { sizeBytes: 124, keep: 2 });
  expect(removed).toBe(4);
  const there = readdirSync(folder).filter((name) => name.startsWith("keep"));
  expect(there.map((name) => join(folder, name)).sort()).toEqual([...other.paths, ...paths].sort());
  expect(await Promise.all(paths.map(framesOf))).toEqual([[4], [5]]);
});

test("another link type begins another file; one file alone refuses it", async () => {
  const { paths } = await written("link.pcap", 3, { sizeBytes: 1e6 }, [1, 101]);
  expect(await Promise.all(paths.map(framesOf))).toEqual([[0], [1], [2]]);
  expect(await written("raw.pcap", 1, {}, [101])).toMatchObject({ frames: 1 });
  await expect(written("two.pcap", 2, {}, [1, 101])).rejects.toThrow("link type 101");
});

test("what cannot be written is told at once, and --keep needs a bound", () => {
  expect(() => new RotatingWriter(join(folder, "absent", "x.pcap"))).toThrow("its folder does not exist");
  expect(() => requireRotation({ keep: 3 })).toThrow("--keep needs");
  requireRotation({ keep: 3, ageUs: 1 });
});
