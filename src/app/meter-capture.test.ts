// Capturing on an interface with a capture program that is a script: no privileges, and frames that are known.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ownEndpoints } from "../capture/endpoint.ts";
import { flowSchema } from "../feature/schemas/flow.ts";
import { generate } from "./generate.ts";
import { checkLedger } from "./ledger.ts";
import { type MeterCapturesOptions, meterCaptures } from "./meter-capture.ts";

const folder = mkdtempSync(join(tmpdir(), "orbweaver-live-"));
const capture = join(folder, "frames.pcap");
const asked = join(folder, "asked");
const path = process.env["PATH"];
let frames = 0;

beforeAll(async () => {
  const made = await generate({
    scenarios: [{ name: "dns" }],
    seed: 3,
    durationUs: 10e6,
    packets: 60,
    out: capture,
  });
  frames = made.summary.packets;
  process.env["PATH"] = `${folder}:${path}`;
});

afterAll(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

/** Puts a script in the place of tcpdump. It notes what it is asked for. */
function tcpdumpThat(does: string): void {
  const script = join(folder, "tcpdump");
  writeFileSync(script, `#!/bin/sh\nfor word in "$@"; do echo "$word"; done >${asked}\n${does}\n`);
  chmodSync(script, 0o755);
}

function live(options: Partial<MeterCapturesOptions>) {
  const settings = { interface: "wire0", program: "tcpdump", ...options.live } as const;
  return meterCaptures({ captures: [], schema: flowSchema, onRows: () => {}, ...options, live: settings });
}

test("what the program itself talks to is not captured, with what the user leaves out", async () => {
  tcpdumpThat(`cat ${capture}; exec sleep 60`);
  const close = ownEndpoints.add({ host: "127.0.0.1", port: 8080 });
  const exclude = [{ host: "::1", port: 9092 }];
  const run = await live({
    maxFrames: frames,
    live: { interface: "wire0", filter: "tcp or udp", exclude, durationMs: 500 },
  });
  close();
  const without = (host: string, port: number): string =>
    `not ((src host ${host} and src port ${port}) or (dst host ${host} and dst port ${port}))`;
  const filter = `(tcp or udp) and ${without("::1", 9092)} and ${without("127.0.0.1", 8080)}`;
  expect(run.live?.filter).toBe(filter);
  expect(readFileSync(asked, "utf8").trim().split("\n").slice(-2)).toEqual(["--", filter]);
  expect(run.ledger.frames).toBe(frames);

  await live({ live: { interface: "wire0", durationMs: 100 } });
  expect(readFileSync(asked, "utf8").trim().split("\n").at(-1)).toBe("--");
});

test("what the program says it lost is in the ledger, and a stop is no failure", async () => {
  tcpdumpThat(
    `trap 'echo "7 packets dropped by kernel" >&2; exit 0' INT; cat ${capture}; while :; do sleep 0.05; done`,
  );
  const controller = new AbortController();
  let reported = 0;
  const run = await live({
    signal: controller.signal,
    onProgress: (progress) => {
      reported = progress.frames;
      if (progress.frames === frames) controller.abort();
    },
  });
  expect(reported).toBe(frames);
  expect([run.cancelled, run.ledger.framesLostBefore, run.live?.failure]).toEqual([true, 7, undefined]);
  expect(checkLedger(run.ledger)).toEqual([]);
  expect(run.ledger.flowsOpen).toBe(0);
});

test("a program that does not end when asked is made to", async () => {
  tcpdumpThat(`trap '' INT; cat ${capture}; while :; do sleep 0.05; done`);
  const run = await live({ live: { interface: "wire0", durationMs: 100 } });
  expect(run.ledger.frames).toBe(frames);
  expect(run.live?.failure).toBeUndefined();
});

test("a failure of what takes the rows ends the capture", async () => {
  tcpdumpThat(`cat ${capture}; exec sleep 60`);
  const failing = live({
    earlyPackets: 1,
    onRows: () => Promise.reject(new Error("the disk is full")),
  });
  await expect(failing).rejects.toThrow("the disk is full");
});

test("a pipe, which may fall silent, is metered on one thread, whatever is asked for", async () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const rowsOf = async (captures: string[]) => {
    let rows = 0;
    const run = await meterCaptures({
      captures,
      schema: flowSchema,
      threads: 2,
      onRows: ({ count }) => {
        rows += count;
      },
    });
    return { rows, ledger: run.ledger, threads: run.threads };
  };
  const [piped] = await Promise.all([rowsOf([pipe]), writeFile(pipe, readFileSync(capture))]);
  const read = await rowsOf([capture]);
  expect([piped.threads, read.threads]).toEqual([1, 2]);
  expect(piped.rows).toBeGreaterThan(0);
  expect({ ...piped, threads: 2 }).toEqual(read);
});
