// What the generator promises, held against its frames and labels, for any seed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GenerateOptions } from "../../src/generate/contract.ts";
import { PRESETS } from "../../src/generate/presets.ts";
import { SCENARIOS } from "../../src/generate/scenarios/_index.ts";
import golden from "../golden/generated.json" with { type: "json" };
import { checksumProblem, generated, labelProblems, tcpProblems } from "../support/generated.ts";
import { GOLDEN_OPTIONS } from "../support/generated-golden.ts";

const names = SCENARIOS.map((scenario) => scenario.name);
/** Scenarios whose TCP packets all come from TCP stacks. */
const CONVERSING = names.filter(
  (name) => !/flood$|-scan$/.test(name) || name === "http-flood" || name === "connect-scan",
);

const short = (name: string, seed: number): GenerateOptions => ({
  scenarios: [{ name }],
  seed,
  durationUs: 40_000_000,
  packets: 2500,
});

describe.each(names)("%s", (name) => {
  test("frames are in order and well-formed, and each has one label", () => {
    const labels = new Set<string>();
    for (const seed of [1, 2]) {
      const capture = generated(short(name, seed));
      expect(capture.frames.length).toBe(capture.summary.packets);
      let before = 0;
      for (const frame of capture.frames) {
        expect(frame.timestampUs).toBeGreaterThanOrEqual(before);
        before = frame.timestampUs;
        expect(checksumProblem(frame.bytes)).toBeUndefined();
      }
      expect(labelProblems(capture)).toEqual([]);
      for (const record of capture.labels) labels.add(record.label);
    }
    const { label } = SCENARIOS.find((candidate) => candidate.name === name)!;
    expect(labels).toContain(label);
    for (const found of labels) expect([label, "benign"]).toContain(found);
  });

  test("comes out as it always did", () => {
    expect(generated(GOLDEN_OPTIONS(name)).digest).toBe((golden as Record<string, string>)[name]);
  });
});

test.each(CONVERSING)("%s: TCP ends agree about what was said", (name) => {
  for (const seed of [3, 4])
    expect(tcpProblems(generated({ ...short(name, seed), defects: false }).frames).problems).toEqual([]);
});

test("losses lead to repetitions, and these repeat the same bytes", () => {
  const options: GenerateOptions = {
    scenarios: [{ name: "web", intensity: 3 }],
    seed: 5,
    packets: 20_000,
    defects: false,
  };
  const found = tcpProblems(generated(options).frames);
  expect(found.problems).toEqual([]);
  expect(found.connections).toBeGreaterThan(50);
  expect(found.repeated).toBeGreaterThan(10_000);
});

test("mixtures keep their promises for any seed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
      fc.subarray(names, { minLength: 2, maxLength: 6 }),
      fc.integer({ min: 1, max: 90 }),
      (seed, chosen, seconds) => {
        const capture = generated({
          scenarios: chosen.map((name) => ({ name })),
          seed,
          durationUs: seconds * 1_000_000,
          packets: 4000,
        });
        expect(labelProblems(capture)).toEqual([]);
        for (const frame of capture.frames) expect(checksumProblem(frame.bytes)).toBeUndefined();
      },
    ),
    { numRuns: 12, seed: 20240304 },
  );
});

test("faulty captures keep their promises too, and are what the option takes away", () => {
  const scenarios = ["network-services", "web", "syn-flood", "ping-sweep"].map((name) => ({ name }));
  let differing = 0;
  for (let seed = 0; seed < 60; seed++) {
    const options: GenerateOptions = { scenarios, seed, durationUs: 15_000_000, packets: 700 };
    const capture = generated(options);
    expect(labelProblems(capture)).toEqual([]);
    if (capture.digest !== generated({ ...options, defects: false }).digest) differing++;
  }
  expect(differing).toBeGreaterThan(1);
  expect(differing).toBeLessThan(20);
});

test("the same options give the same capture, another seed another", () => {
  const options: GenerateOptions = { scenarios: [{ name: "mixed-office" }], seed: 9, packets: 3000 };
  expect(generated(options).digest).toBe(generated(options).digest);
  expect(generated({ ...options, seed: 10 }).digest).not.toBe(generated(options).digest);
});

test("records of everyday broadcasts and of a starvation attack keep apart", () => {
  const capture = generated({
    scenarios: [
      { name: "network-services", intensity: 5 },
      {
        name: "dhcp-flood",
        startOffsetUs: 30_000_000,
        durationUs: 10_000_000,
        parameters: { from: "nobody", rate: 50 },
      },
    ],
    seed: 3,
    durationUs: 180_000_000,
  });
  expect(labelProblems(capture)).toEqual([]);
});

test.each(PRESETS)("preset $name begins as it says", ({ options }) => {
  const capture = generated({ ...options, seed: 1, packets: 5000 });
  expect(labelProblems(capture)).toEqual([]);
  expect(capture.summary.packets).toBe(5000);
});
