// From NSL-KDD to verdicts on a capture, by the commands alone: the files of the data set are rows of the schema `kdd`, so
// a model trained on them scores what is metered, and rows that were written are scored alike.

import { join } from "node:path";
import { beforeAll, expect } from "vitest";
import { buildCommand, jsonLines, orbweaver, ROOT } from "../support/command.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const CAPTURE = "oracle/captures/synscan.pcap";

function json(...args: string[]): Record<string, unknown> {
  const { status, out, err } = orbweaver([...args, "--json"], { cwd });
  expect(status, `${args.join(" ")}: ${err}`).toBe(0);
  return JSON.parse(out);
}

beforeAll(buildCommand, 120_000);

dataTest(
  "train on NSL-KDD, detect in a capture",
  () => {
    const training = sharedData("nsl-kdd/KDDTrain+.txt.gz");
    const options = ["--label-map", "kdd5", "--limit", "6000", "--set", "iterations=10"];
    json("train", training, ...options, "-o", "kdd.orb");
    expect(JSON.stringify(json("inspect", "kdd.orb"))).toContain('"id":"kdd"');
    const judged = json("evaluate", "kdd.orb", sharedData("nsl-kdd/KDDTest+.txt.gz"), "--label-map", "kdd5");
    expect(judged["metrics"]).toBeDefined();

    const { status, out, err } = orbweaver(["detect", sharedData(CAPTURE), "-m", "kdd.orb", "--json"], {
      cwd,
    });
    expect(status, err).toBe(0);
    const verdicts = jsonLines(out).filter(({ type }) => type === "verdict");
    const metered = orbweaver(["meter", sharedData(CAPTURE), "--schema", "kdd", "-o", "rows.csv"], { cwd });
    expect(metered.status, metered.err).toBe(0);
    expect(verdicts.length).toBeGreaterThan(1500);
    // A scan of a thousand ports, each answered by a RST or not at all, is no everyday traffic in 1998 either.
    // The schema tells no packets; of bytes it knows the payload.
    for (const { packets, wire_bytes } of verdicts) expect([packets, wire_bytes]).toEqual([null, 0]);
    const attacks = verdicts.filter(({ attack }) => attack === true);
    expect(attacks.length).toBeGreaterThan(verdicts.length * 0.9);
  },
  180_000,
);

dataTest(
  "rows of another schema are refused, though their columns have the same names",
  () => {
    const capture = join(ROOT, "assets/demo.pcap.gz");
    const labels = join(ROOT, "assets/demo-labels.csv");
    json("label", capture, "-l", labels, "--schema", "kdd-100", "-o", "other.orbrows");
    const { status, err } = orbweaver(["evaluate", "kdd.orb", "other.orbrows"], { cwd });
    expect(status).not.toBe(0);
    expect(err).toMatch(/kdd-100/);
  },
  60_000,
);
