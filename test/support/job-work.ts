// The process of jobs in tests of the queue: kinds that wait, count, fail, take memory or compute without a pause, instead of
// those of the program. The tests say what they are for.

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { OrbweaverError } from "../../src/base/errors.ts";
import type { JobKind, Recovery } from "../../src/job/contract.ts";
import { work } from "../../src/job/work.ts";

const form = z.strictObject({
  parts: z.number().int().min(0).max(1000).default(1),
  pauseMs: z.number().int().min(0).max(60_000).default(0),
  how: z.enum(["end", "fail", "defect", "die", "deaf", "memory", "chatter"]).default("end"),
});
type Request = z.infer<typeof form>;

function kind(id: string, recovery: Recovery): JobKind<Request> {
  return { id, description: `counts, ${recovery}`, recovery, form, inputs: () => [], run };
}

const run: JobKind<Request>["run"] = async ({ parts, pauseMs, how }, context) => {
  const path = join(context.work, "done");
  const done = context.attempt === 1 ? 0 : Number(readOr(path, "0"));
  for (let part = done + 1; part <= parts; part++) {
    appendFileSync(join(context.results, "parts.txt"), `${part} ${context.attempt}\n`);
    writeFileSync(path, String(part));
    context.progress({ step: "counting", share: part / parts, done: part, total: parts, unit: "parts" });
    context.log(`part ${part}`);
    await sleep(pauseMs, undefined, { signal: context.signal });
  }
  if (how === "fail") throw new OrbweaverError("rows-invalid", `${context.root}/rows.csv has no rows`);
  if (how === "defect") throw new Error("something that nobody expected");
  if (how === "die") process.exit(3);
  if (how === "deaf") for (;;) Math.sqrt(2);
  if (how === "memory") for (const kept: Buffer[] = []; ; ) kept.push(Buffer.alloc(1 << 24, 1));
  if (how === "chatter") for (let line = 0; line < 5_000; line++) console.log(`line ${line}`);
  return {
    summary: { parts, attempt: context.attempt },
    results: [{ name: "parts", file: "parts.txt", type: "text/plain", description: "one line a part" }],
  };
};

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return otherwise;
  }
}

export const TEST_KINDS = [
  kind("count", "resume"),
  kind("count-again", "again"),
  kind("count-once", "never"),
] as unknown as readonly JobKind[];

if (process.argv[2] === "work") await work(TEST_KINDS);
