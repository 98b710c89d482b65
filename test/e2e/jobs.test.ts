// Jobs as users have them: the command `jobs`, and a server that is killed while it scores, with uploads larger than its memory
// may grow.

import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type Job } from "../../src/client/index.ts";
import {
  buildCommand,
  type CommandResult,
  orbweaver,
  ROOT,
  type RunningCommand,
  startOrbweaver,
} from "../support/command.ts";

const CAPTURE = join(ROOT, "assets", "demo.pcap.gz");

let folder: string;
const servers: RunningCommand[] = [];

beforeAll(() => {
  buildCommand();
  folder = realpathSync(mkdtempSync(join(tmpdir(), "orbweaver-jobs-")));
});

afterAll(() => {
  for (const { process: server } of servers) server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function run(home: string, ...args: string[]): CommandResult {
  return orbweaver(args, { cwd: folder, environment: { ORBWEAVER_HOME: join(folder, home) } });
}

describe("orbweaver jobs", () => {
  test("runs a job on files of this machine, lists, shows and tells of it", () => {
    const request = JSON.stringify({ input: { file: CAPTURE }, model: "bundled", reasons: 1 });
    const ran = run("cli", "jobs", "run", "score", request, "--json");
    expect(ran.err).toBe("");
    expect(ran.status).toBe(0);
    const job = JSON.parse(ran.out) as Job;
    expect(job).toMatchObject({ kind: "score", state: "finished", results: [{ name: "verdicts" }] });
    const listed = run("cli", "jobs", "list", "--kind", "score", "--json");
    expect(JSON.parse(listed.out)).toMatchObject({ total: 1, jobs: [{ id: job.id }] });
    expect(run("cli", "jobs").out).toContain(job.id);
    expect(run("cli", "jobs", "show", job.id).out).toContain("verdicts.parquet");
    expect(run("cli", "jobs", "log", job.id).out).toMatch(/begins: score[\s\S]*finished/);
    const ended = run("cli", "jobs", "cancel", job.id);
    expect([ended.status, ended.err]).toEqual([32, expect.stringContaining("has ended already: finished")]);
  });

  test("says what is wrong in one line", () => {
    const none = run("cli", "jobs", "show", "none");
    expect([none.status, none.err.split("\n")[0]]).toEqual([32, "orbweaver: there is no job 'none'"]);
    const kind = run("cli", "jobs", "run", "nonsense", "{}");
    expect([kind.status, kind.err]).toEqual([
      32,
      expect.stringContaining("there is no kind of job 'nonsense'"),
    ]);
    const form = run("cli", "jobs", "run", "score", '{"model": "bundled"}');
    expect([form.status, form.err]).toEqual([32, expect.stringContaining("request of a job score: input")]);
    expect(run("cli", "jobs", "run", "score", "{").status).toBe(32);
    expect(run("cli", "jobs", "list", "--state", "nonsense").status).toBe(2);
    expect(run("cli", "jobs", "work").status).toBe(2);
    const failed = run("cli", "jobs", "run", "score", '{"input": {"dataset": "none"}, "model": "bundled"}');
    expect([failed.status, failed.out]).toEqual([13, expect.stringContaining("there is no data set 'none'")]);
  });
});

interface Serving {
  command: RunningCommand;
  address: string;
}

async function serve(home: string): Promise<Serving> {
  const command = startOrbweaver(["serve", "--port", "0", "--model", "bundled", "--json", "--quiet"], {
    cwd: folder,
    environment: { ORBWEAVER_HOME: join(folder, home) },
  });
  servers.push(command);
  await command.untilOut((out) => out.includes("\n"));
  return { command, address: (JSON.parse(command.out().split("\n")[0]) as { address: string }).address };
}

/** Peak of a process's memory in bytes, as Linux tells it. */
function peakBytes(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(found?.[1]) * 1024;
}

const ROWS = 400_000;

/** Rows of the bundled model's schema, many of them, as CSV in pieces. */
async function* manyRows(): AsyncGenerator<Uint8Array> {
  const path = join(folder, "flows.csv");
  const metered = orbweaver(["meter", CAPTURE, "--out", path, "--quiet"], { cwd: folder });
  expect(metered.status).toBe(0);
  const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  yield Buffer.from(`${header}\n`);
  const piece = Buffer.from(`${lines.join("\n")}\n`);
  for (let rows = 0; rows + lines.length <= ROWS; rows += lines.length) yield piece;
}

describe("a server", () => {
  test.skipIf(process.platform !== "linux")(
    "takes a large file in little memory, scores it, and goes on from its last whole part when it was killed",
    async () => {
      const first = await serve("server");
      const client = createClient({ baseUrl: first.address });
      const before = peakBytes(first.command.process.pid as number);
      const file = await client.upload(manyRows(), { name: "flows.csv" });
      const grown = peakBytes(first.command.process.pid as number) - before;
      expect(file.bytes).toBeGreaterThan(100 << 20);
      // Not a bound of the clock: what the file would take, were it held.
      expect(grown).toBeLessThan(file.bytes / 2);
      const { id } = await client.createJob({
        kind: "score",
        request: { input: { upload: file.id }, model: "bundled" },
      });
      const waiting = await client.createJob({
        kind: "profile",
        request: { rows: { upload: file.id }, sampleRows: 1_000 },
      });
      // Until it has a whole part, and has not ended.
      const work = join(folder, "server", "jobs", id, "work", "scored.json");
      let done = 0;
      while (done === 0) {
        await sleep(20);
        try {
          done = (JSON.parse(readFileSync(work, "utf8")) as { counts: { rows: number } }).counts.rows;
        } catch {
          // Not yet.
        }
      }
      first.command.process.kill("SIGKILL");
      await first.command.ended;
      const pid = (
        JSON.parse(readFileSync(join(folder, "server", "jobs", id, "process.json"), "utf8")) as {
          pid: number;
        }
      ).pid;
      while (isThere(pid)) await sleep(20);

      const second = await serve("server");
      const again = createClient({ baseUrl: second.address });
      const job = await again.untilEnded(id);
      expect(job).toMatchObject({ state: "finished", attempt: 2 });
      const { data: log } = await again.api.GET("/jobs/{id}/log", {
        params: { path: { id }, query: { from: 0 } },
      });
      expect(log?.text).toContain("goes on behind 122,880 rows");
      const rows = (job.summary as { rows: number }).rows;
      expect(rows % 122_880).toBeGreaterThan(0);
      // The same as in one go: every row once, in order.
      const text = await (await again.result(id, "verdicts", { format: "csv" })).text();
      const lines = text.trimEnd().split("\n").slice(1);
      expect(lines.length).toBe(rows);
      const period = readFileSync(join(folder, "flows.csv"), "utf8").trimEnd().split("\n").length - 1;
      const verdict = (line: string): string => line.slice(line.indexOf(",") + 1);
      expect(lines.every((line, index) => line.startsWith(`${index + 1},`))).toBe(true);
      expect(lines.every((line, index) => verdict(line) === verdict(lines[index % period]))).toBe(true);
      // What waited was not lost.
      expect((await again.untilEnded(waiting.id)).state).toBe("finished");
      second.command.process.kill("SIGTERM");
      await second.command.ended;
    },
  );

  test("cancels a job that runs, and ends in order with one that does", async () => {
    const { command, address } = await serve("cancel");
    const client = createClient({ baseUrl: address });
    const rows = await client.upload(manyRows(), { name: "flows.csv" });
    // Reasons for every row take long enough to be stopped in the middle.
    const ask = (): Promise<Job> =>
      client.createJob({
        kind: "score",
        request: { input: { upload: rows.id }, model: "bundled", reasons: 10 },
      });
    const { id } = await ask();
    for await (const { event } of client.jobEvents(id)) if (event === "progress") break;
    await client.api.POST("/jobs/{id}/cancel", { params: { path: { id } } });
    expect((await client.untilEnded(id)).state).toBe("cancelled");
    const other = await ask();
    for await (const { event } of client.jobEvents(other.id)) if (event === "progress") break;
    command.process.kill("SIGTERM");
    await command.ended;
    const listed = run("cancel", "jobs", "list", "--json");
    const states = (JSON.parse(listed.out) as { jobs: Job[] }).jobs.map(({ id: one, state }) => [one, state]);
    expect(states).toEqual([
      [other.id, "queued"],
      [id, "cancelled"],
    ]);
  });
});

function isThere(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
  } catch {
    return false;
  }
}
