// Every schema, the whole way and by the command line alone: rows of a capture are labelled, written, read
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
const OTHER_FORMATS = ["parquet", "csv", "jsonl"];

/** Runs a command that must succeed; returns its JSON. */
function json(...args: string[]): Record<string, unknown> {
  const { status, out, err } = orbweaver([...args, "--json"], { cwd });
  expect(status, `${args.join(" ")}: ${err}`).toBe(0);
  return JSON.parse(out);
}

beforeAll(buildCommand);

/** Every schema in the binary form, every third in one of the others too. */
const CASES = SCHEMAS.map(({ id }, index) => ({
  id,
  formats: index % 3 === 0 ? ["orbrows", OTHER_FORMATS[(index / 3) % OTHER_FORMATS.length]] : ["orbrows"],
}));

describe.each(CASES)("$id", ({ id, formats }) => {
  test("labelled, written, read back, learnt, judged and used", { timeout: 120_000 }, () => {
    for (const format of formats) {
      const out = `${id}.${format}`;
      json("label", CAPTURE, "-l", LABELS, "--schema", id, "-o", out);
      expect(statSync(join(cwd, out)).size).toBeGreaterThan(1000);
    }
    const model = `${id}.orb`;
    json("train", `${id}.orbrows`, "-o", model, "--set", "iterations=5", "--seed", "1");
    const judged = formats.map(
      (format) => json("evaluate", model, `${id}.${format}`, "--no-audit", "--resamples", "100")["metrics"],
    );
    // The same rows, whatever they were written as.
    for (const metrics of judged) expect(metrics).toEqual(judged[0]);
    const { status, out, err } = orbweaver(["detect", CAPTURE, "-m", model, "--json"], { cwd });
    expect(status, err).toBe(0);
    const verdicts = jsonLines(out).filter(({ type }) => type === "verdict");
    expect(verdicts.length).toBeGreaterThan(100);
  });
});
