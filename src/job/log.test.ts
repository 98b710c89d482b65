import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobLog, readLog } from "./log.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-log-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const BOUNDS = { pieceBytes: 100, pieces: 3, lineMax: 40 };

function written(lines: number): JobLog {
  const log = new JobLog(folder, BOUNDS);
  // 10 bytes each.
  for (let line = 0; line < lines; line++) log.line(`line ${String(line).padStart(4, "0")}`);
  return log;
}

test("old lines make room, and every byte keeps its place", async () => {
  const log = written(100);
  expect(log.end).toBe(1_000);
  expect(readdirSync(folder).length).toBe(3);
  const all = await readLog(folder, { from: 0, bytesMax: 10_000 });
  expect(all).toMatchObject({ from: 700, to: 1_000, end: 1_000, kept: 700 });
  expect(all.text.split("\n")[0]).toBe("line 0070");
  log.close();
});

test("a reader goes on where it was, across files and a new writer", async () => {
  written(25).close();
  const first = await readLog(folder, { from: 180, bytesMax: 35 });
  expect(first).toMatchObject({ from: 180, to: 210, text: "line 0018\nline 0019\nline 0020\n" });
  const again = new JobLog(folder, BOUNDS);
  expect(again.end).toBe(250);
  again.line("line 0025");
  again.close();
  const rest = await readLog(folder, { from: first.to, bytesMax: 1_000 });
  expect(rest.text).toBe("line 0021\nline 0022\nline 0023\nline 0024\nline 0025\n");
  expect(rest.to).toBe(rest.end);
});

test("the end begins with a whole line", async () => {
  written(10).close();
  expect(await readLog(folder, { bytesMax: 25 })).toMatchObject({ from: 80, text: "line 0008\nline 0009\n" });
});

test("a line is one line, cut where it is too long", async () => {
  const log = new JobLog(folder, BOUNDS);
  expect(log.line("two\nlines\u0007")).toBe("two lines");
  expect(log.line("x".repeat(100)).length).toBe(40);
  log.close();
});

test("there is none before it is written", async () => {
  expect(await readLog(join(folder, "none"), { bytesMax: 10 })).toEqual({
    from: 0,
    to: 0,
    end: 0,
    kept: 0,
    text: "",
  });
});
