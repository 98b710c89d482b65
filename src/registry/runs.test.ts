// Runs: begun, ended once, found by parts of their id, told as interrupted when who worked on them is gone.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json, Store } from "../store/contract.ts";
import { openFileStore } from "../store/drivers/files.ts";
import { ownMark } from "../store/process-mark.ts";
import type { Run, RunFacts } from "./contract.ts";
import { beginRun, endRun, listRuns, markInterrupted, newestRuns, readRun, removeRun } from "./runs.ts";

const AT = "2026-11-29T20:00:00.000Z";
const LATER = "2026-11-29T20:01:00.000Z";
const FACTS: RunFacts = { kind: "train", release: "0.1.0", rows: ["a.csv"], options: { label: "label" } };

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-runs-"));
  store = openFileStore(folder);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a run is running until it has ended, and ends once", async () => {
  const run = await beginRun(store, FACTS, AT, "0a1b2c3d4e");
  expect(run).toMatchObject({ id: "20261129-200000-0a1b2c3d", state: "running", started: AT });
  expect((await readRun(store, run.id)).state).toBe("running");
  const ended = await endRun(store, run.id, {
    state: "finished",
    at: LATER,
    elapsedMs: 60_000.4,
    outcome: { metrics: { macroF1: 0.5 }, parameters: { iterations: 3 } },
  });
  expect(ended).toEqual({
    ...FACTS,
    id: run.id,
    state: "finished",
    started: AT,
    ended: LATER,
    elapsedMs: 60_000,
    metrics: { macroF1: 0.5 },
    parameters: { iterations: 3 },
  });
  expect(await readRun(store, run.id)).toEqual(ended);
  await expect(endRun(store, run.id, { state: "failed", at: LATER, elapsedMs: 1 })).rejects.toMatchObject({
    code: "run-ended",
  });
});

test("what went wrong is kept, bounded", async () => {
  const run = await beginRun(store, FACTS, AT, "0a1b2c3d");
  const failure = { code: "rows-invalid", message: "x".repeat(5_000) };
  await endRun(store, run.id, { state: "failed", at: LATER, elapsedMs: 1, failure });
  expect((await readRun(store, run.id)).failure).toEqual({
    code: "rows-invalid",
    message: "x".repeat(1_000),
  });
});

test("what is no run is not kept", async () => {
  const run = await beginRun(store, FACTS, AT, "0a1b2c3d");
  const odd = { metrics: { a: Number.NaN } };
  await expect(
    endRun(store, run.id, { state: "finished", at: LATER, elapsedMs: 1, outcome: odd }),
  ).rejects.toMatchObject({ code: "registry-invalid", message: expect.stringContaining("metrics.a") });
  expect((await readRun(store, run.id)).state).toBe("running");
});

describe("runs", () => {
  beforeEach(async () => {
    await beginRun(store, FACTS, AT, "aaaa0001");
    await beginRun(store, FACTS, LATER, "bbbb0002");
    await beginRun(store, FACTS, LATER, "bbbb0003");
  });

  test("are listed newest first", async () => {
    expect((await listRuns(store)).map(({ id }) => id.slice(-8))).toEqual([
      "bbbb0003",
      "bbbb0002",
      "aaaa0001",
    ]);
  });

  test("are given a part at a time, in the same order", async () => {
    const all = await listRuns(store);
    for (const offset of [0, 1, 2, 3, 9]) {
      expect(await newestRuns(store, { offset, limit: 2 })).toEqual({
        total: 3,
        runs: all.slice(offset, offset + 2),
      });
    }
  });

  test("of one second too", async () => {
    await beginRun(store, FACTS, LATER.replace(".000Z", ".400Z"), "0000ffff");
    expect((await listRuns(store))[0].id.slice(-8)).toBe("0000ffff");
  });

  test.each([
    ["aaaa0001", "20261129-200000-aaaa0001"],
    ["0001", "20261129-200000-aaaa0001"],
    ["20261129-2000", "20261129-200000-aaaa0001"],
    ["20261129-200100-bbbb0003", "20261129-200100-bbbb0003"],
  ])("%s is one of them", async (part, id) => {
    expect((await readRun(store, part)).id).toBe(id);
  });

  test.each([
    ["zzzz", "there is no run 'zzzz'"],
    ["1", "there is no run '1'"],
    ["20261129-2001", "2 runs begin or end with '20261129-2001'"],
  ])("%s is none", async (part, message) => {
    await expect(readRun(store, part)).rejects.toMatchObject({ code: "run-unknown", message });
  });

  test("are removed when they have ended", async () => {
    await expect(removeRun(store, "aaaa0001")).rejects.toMatchObject({ code: "run-running" });
    const [{ id }] = (await listRuns(store)).slice(-1);
    await endRun(store, id, { state: "cancelled", at: LATER, elapsedMs: 1 });
    await removeRun(store, "aaaa0001");
    expect(await listRuns(store)).toHaveLength(2);
  });
});

describe("a run whose process is gone", () => {
  async function put(process: Run["process"]): Promise<string> {
    const run = { ...(await beginRun(store, FACTS, AT, "cccc0001")), process };
    await store.commit([{ collection: "runs", id: run.id, body: run as unknown as Json }]);
    return run.id;
  }

  test.each([
    ["no such process", { pid: 2 ** 22 + 1 }],
    ["another process of this number", { started: "1" }],
    ["before the machine was started anew", { space: `${ownMark().space.split(" ")[0]} earlier pid:[1]` }],
  ])("is told as interrupted, and written down so: %s", async (_, other) => {
    const id = await put({ ...ownMark(), ...other });
    expect((await readRun(store, id)).state).toBe("interrupted");
    expect((await listRuns(store))[0].state).toBe("interrupted");
    expect(await markInterrupted(store, LATER)).toBe(1);
    expect(await markInterrupted(store, LATER)).toBe(0);
    const document = await store.read("runs", id);
    expect(document?.body).toMatchObject({ state: "interrupted", ended: LATER });
  });

  test.each([
    ["this process", {}],
    ["a process of another machine", { space: "elsewhere x pid:[1]" }],
  ])("is not: %s", async (_, other) => {
    const id = await put({ ...ownMark(), ...other });
    expect((await readRun(store, id)).state).toBe("running");
    expect(await markInterrupted(store, LATER)).toBe(0);
  });
});
