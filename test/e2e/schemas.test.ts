// Every schema, the whole way and by the command line alone: rows of a capture are labelled, written in every format, read
// back, trained on and judged, and the model then judges the capture itself.

import { statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { buildCommand, jsonLines, orbweaver, ROOT } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const CAPTURE = join(ROOT, "assets/demo.pcap.gz");
const LABELS = join(ROOT, "assets/demo-labels.csv");
const FORMATS = ["parquet", "orbrows", "csv", "jsonl"];

/** Runs a command that must succeed; returns its JSON. */
function json(...args: string[]): Record<string, unknown> {
  const { status, out, err } = orbweaver([...args, "--json"], { cwd });
  expect(status, `${args.join(" ")}: ${err}`).toBe(0);
  return JSON.parse(out);
}

beforeAll(buildCommand);

describe.each(SCHEMAS.map(({ id }) => id))("%s", (id) => {
  test("labelled, written, read back, learnt, judged and used", { timeout: 120_000 }, () => {
    for (const format of FORMATS) {
      const out = `${id}.${format}`;
      json("label", CAPTURE, "-l", LABELS, "--schema", id, "-o", out);
      expect(statSync(join(cwd, out)).size).toBeGreaterThan(1000);
    }
    const model = `${id}.orb`;
    json("train", `${id}.orbrows`, "-o", model, "--set", "iterations=5", "--seed", "1");
    const judged = FORMATS.map((format) => json("evaluate", model, `${id}.${format}`)["metrics"]);
    // The same rows, whatever they were written as.
    for (const metrics of judged) expect(metrics).toEqual(judged[0]);
    const { status, out, err } = orbweaver(["detect", CAPTURE, "-m", model, "--json"], { cwd });
    expect(status, err).toBe(0);
    const verdicts = jsonLines(out).filter(({ type }) => type === "verdict");
    expect(verdicts.length).toBeGreaterThan(100);
  });
});
