// The queue of jobs, with real processes: order, ends of every kind, events, logs, and what is left when the server is killed.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JobState } from "../../src/job/contract.ts";
import type { JobQueue } from "../../src/job/queue.ts";
import type { JobView } from "../../src/job/shelf.ts";
import type { Store } from "../../src/store/contract.ts";
import { openStore } from "../../src/store/open.ts";
import { livenessOf, type ProcessMark } from "../../src/store/process-mark.ts";
import { openTestQueue } from "../support/job-queue.ts";

const TSX = fileURLToPath(new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url));
const SERVER = fileURLToPath(new URL("../support/job-server.ts", import.meta.url));

let folder: string;
let store: Store;
let queue: JobQueue;
const servers: ChildProcess[] = [];

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "orbweaver-jobs-")));
  mkdirSync(join(folder, "jobs"));
  store = await openStore(folder);
  queue = openTestQueue(folder, store);
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.kill("SIGKILL");
  await queue.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(50);
  }
}

function untilState(id: string, ...states: JobState[]): Promise<JobView> {
  return until(async () => {
    const view = await queue.shelf.show(id);
    return states.includes(view.state) && view;
  });
}

const ENDED: JobState[] = ["finished", "failed", "cancelled", "interrupted"];

describe("a job", () => {
  test("is run to its end, with progress, log and results", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { parts: 3 }, "ada");
    const view = await untilState(id, ...ENDED);
    expect(view).toMatchObject({
      state: "finished",
      owner: "ada",
      summary: { parts: 3, attempt: 1 },
      attempt: 1,
      attempts: [{ started: view.started, ended: view.ended, end: "finished" }],
    });
    expect(view.steps?.map(({ step }) => step)).toEqual(["counting"]);
    expect(view.steps?.[0].ended).toBeDefined();
    expect(view.results).toEqual([
      { name: "parts", file: "parts.txt", type: "text/plain", description: "one line a part", bytes: 12 },
    ]);
    const { path } = await queue.shelf.result(id, "parts");
    expect(readFileSync(path, "utf8")).toBe("1 1\n2 1\n3 1\n");
    const { text } = await queue.shelf.log(id, {});
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/^\S+ /, ""))).toEqual([
      "begins: count",
      "part 1",
      "part 2",
      "part 3",
      "finished",
    ]);
    expect(existsSync(join(folder, "jobs", id, "work"))).toBe(false);
    await expect(queue.shelf.result(id, "other")).rejects.toMatchObject({ code: "result-unknown" });
  });

  test("that fails says why, without the server's folders", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { how: "fail" });
    const view = await untilState(id, ...ENDED);
    expect(view.state).toBe("failed");
    expect(view.failure).toMatchObject({ code: "rows-invalid", message: "rows.csv has no rows" });
  });

  test("with a defect is told as one, with its stack in the log only", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { how: "defect" });
    const view = await untilState(id, ...ENDED);
    expect(view.failure).toMatchObject({ code: "internal", message: "something that nobody expected" });
    expect((await queue.shelf.log(id, {})).text).toContain("job-work.ts");
  });

  test("whose process dies, or takes too much memory, fails", async () => {
    await queue.start();
    const died = await queue.submit("count", { how: "die" });
    expect((await untilState(died.id, ...ENDED)).failure).toMatchObject({
      code: "job-died",
      message: "the process of the job ended with status 3",
    });
    const small = openTestQueue(folder, store, { memoryMegabytes: 400 });
    const { ended } = await small.runHere("count", { how: "memory" });
    const view = await ended;
    expect(view).toMatchObject({ state: "failed", failure: { code: "job-memory" } });
    await small.stop();
  });

  test("that talks without end is heard in part", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { how: "chatter" });
    await untilState(id, ...ENDED);
    const { text } = await queue.shelf.log(id, {});
    const leftOut = [...text.matchAll(/\((\d+) lines left out\)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    const kept = text.split("\n").filter((line) => / line \d+$/.test(line)).length;
    expect(leftOut).toBeGreaterThan(0);
    expect(kept + leftOut).toBeGreaterThanOrEqual(5_000);
  });

  test("is refused where its request is none, or there is no such kind", async () => {
    await expect(queue.submit("nonsense", {})).rejects.toMatchObject({ code: "job-kind-unknown" });
    await expect(queue.submit("count", { parts: -1 })).rejects.toThrow(/^request of a job count: parts: /);
    await expect(queue.submit("count", { other: 1 })).rejects.toMatchObject({ code: "job-invalid" });
    await expect(queue.shelf.show("../../etc")).rejects.toMatchObject({ code: "job-unknown" });
  });
});

describe("the queue", () => {
  test("runs one after the other, and is bounded", async () => {
    const bounded = openTestQueue(folder, store, { queuedMax: 2 });
    const first = await bounded.submit("count", { parts: 2, pauseMs: 100 });
    const second = await bounded.submit("count", {});
    await expect(bounded.submit("count", {})).rejects.toMatchObject({ code: "jobs-full" });
    expect(bounded.counts()).toEqual({ queued: 2, running: 0 });
    await bounded.start();
    const ended = [await untilState(first.id, "finished"), await untilState(second.id, "finished")];
    expect(Date.parse(ended[1].started as string)).toBeGreaterThanOrEqual(
      Date.parse(ended[0].ended as string),
    );
    await bounded.stop();
  });

  test("cancels what waits and what runs, also what does not listen, and from another process's shelf", async () => {
    const impatient = openTestQueue(folder, store, { patienceMs: 500 });
    await impatient.start();
    const running = await impatient.submit("count", { parts: 1000, pauseMs: 50 });
    const waiting = await impatient.submit("count", {});
    expect((await impatient.cancel(waiting.id)).state).toBe("cancelled");
    await untilState(running.id, "running");
    // As the command line does it: another shelf on the same store.
    await openTestQueue(folder, store).shelf.cancel(running.id);
    expect((await untilState(running.id, ...ENDED)).state).toBe("cancelled");
    const deaf = await impatient.submit("count", { how: "deaf" });
    await until(async () => (await impatient.shelf.log(deaf.id, {})).text.includes("part 1"));
    await impatient.cancel(deaf.id);
    expect((await untilState(deaf.id, ...ENDED)).state).toBe("cancelled");
    await expect(impatient.cancel(deaf.id)).rejects.toMatchObject({ code: "job-ended" });
    await impatient.stop();
  });

  test("removes what has ended, and what is too much to keep", async () => {
    await queue.start();
    const jobs = [];
    for (let job = 0; job < 3; job++) jobs.push(await queue.submit("count", { parts: 1 }));
    await expect(queue.shelf.remove(jobs[2].id)).rejects.toMatchObject({ code: "job-not-ended" });
    for (const { id } of jobs) await untilState(id, "finished");
    await queue.shelf.remove(jobs[2].id);
    expect(existsSync(join(folder, "jobs", jobs[2].id))).toBe(false);
    const keeping = openTestQueue(folder, store, { keeping: { jobsMax: 1 } });
    await keeping.sweep();
    const { jobs: left, total } = await queue.shelf.list({}, { offset: 0, limit: 10 });
    expect([left.map(({ id }) => id), total]).toEqual([[jobs[1].id], 1]);
    expect(existsSync(join(folder, "jobs", jobs[0].id))).toBe(false);
  });

  test("tells events in order, and a listener goes on where it was", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { parts: 8, pauseMs: 60 });
    const first = new AbortController();
    const seen: { id: string; event: string; data: unknown }[] = [];
    for await (const event of queue.events(id, undefined, first.signal)) {
      if ("dropped" in event) continue;
      seen.push(event);
      if (event.event === "log" && seen.filter((one) => one.event === "log").length === 3) break;
    }
    expect(seen[0]).toMatchObject({ event: "state", data: { id } });
    const rest: typeof seen = [];
    for await (const event of queue.events(id, seen.at(-1)?.id, first.signal))
      if (!("dropped" in event)) rest.push(event);
    const ids = [...seen.slice(1), ...rest].map((event) => Number(event.id.split("-")[1]));
    const [begins] = ids;
    expect(ids).toEqual(ids.map((_, index) => begins + index));
    expect(rest.at(-1)).toMatchObject({ event: "state", data: { state: "finished" } });
    // Behind the end: the state, and no more.
    const after = [];
    for await (const event of queue.events(id, "00000000-7", first.signal)) after.push(event);
    expect(after).toMatchObject([{ event: "state", data: { state: "finished" } }]);
  });
});

describe("a server that is killed", () => {
  function serve(...jobs: string[]): Promise<{ server: ChildProcess; ids: string[] }> {
    const server = spawn(process.execPath, ["--import", TSX, SERVER, folder, ...jobs], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    servers.push(server);
    let out = "";
    return new Promise((resolve) => {
      server.stdout?.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        const ids = out.trimEnd().split("\n");
        if (ids.length === jobs.length / 2) resolve({ server, ids });
      });
    });
  }

  const LONG = JSON.stringify({ parts: 40, pauseMs: 50 });

  test("leaves no process behind, and loses no job", async () => {
    for (const [kind, state, firstOfSecond] of [
      ["count", "finished", undefined],
      ["count-again", "finished", 1],
      ["count-once", "interrupted", undefined],
    ] as const) {
      const { server, ids } = await serve(kind, LONG, "count", "{}");
      const [id, waiting] = ids;
      const parts = join(folder, "jobs", id, "results", "parts.txt");
      await until(() => existsSync(parts) && readFileSync(parts, "utf8").split("\n").length > 5);
      const mark = JSON.parse(readFileSync(join(folder, "jobs", id, "process.json"), "utf8")) as ProcessMark;
      expect(livenessOf(mark)).toBe("alive");
      server.kill("SIGKILL");
      await until(() => livenessOf(mark) === "dead");
      expect((await queue.shelf.show(id)).state).toBe("running");
      expect((await queue.shelf.show(waiting)).state).toBe("queued");
      const next = openTestQueue(folder, store);
      await next.start();
      const ended = await untilState(id, ...ENDED);
      expect(ended.state).toBe(state);
      if (state === "interrupted") expect(ended.failure?.code).toBe("job-interrupted");
      const lines = readFileSync(parts, "utf8").trimEnd().split("\n");
      const second = lines.filter((line) => line.endsWith(" 2")).map((line) => Number(line.split(" ")[0]));
      if (firstOfSecond !== undefined) expect(second[0]).toBe(firstOfSecond);
      if (kind === "count") {
        // Every part once, but for the one that may have been half done.
        expect(second[0]).toBeGreaterThan(1);
        expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(40);
      }
      expect((await untilState(waiting, ...ENDED)).state).toBe("finished");
      await next.stop();
    }
  });

  test("even where the job computes without a pause, its process ends", async () => {
    const { server, ids } = await serve("count-once", JSON.stringify({ how: "deaf" }));
    const path = join(folder, "jobs", ids[0], "process.json");
    await until(async () => (await queue.shelf.log(ids[0], {})).text.includes("part 1"));
    const mark = JSON.parse(readFileSync(path, "utf8")) as ProcessMark;
    server.kill("SIGKILL");
    await until(() => livenessOf(mark) === "dead");
  });

  test("that stops in order puts back what can go on", async () => {
    await queue.start();
    const { id } = await queue.submit("count", { parts: 1000, pauseMs: 50 });
    await untilState(id, "running");
    await until(async () => (await queue.shelf.log(id, {})).text.includes("part 2"));
    await queue.stop();
    expect(await queue.shelf.show(id)).toMatchObject({
      state: "queued",
      attempt: 1,
      attempts: [{ end: "interrupted" }],
    });
  });
});
