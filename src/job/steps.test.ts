// Steps of a job: named without their figures, each with its times, and bounded.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSteps, STEPS_MAX, StepKeeper, stepName } from "./steps.ts";

test("figures behind a colon do not make another step", () => {
  expect(stepName("fitting: logLoss 0.3121")).toBe("fitting");
  expect(stepName("importing a.csv")).toBe("importing a.csv");
});

test("steps follow each other, end when the next begins, and the oldest make room", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-steps-"));
  try {
    expect(await readSteps(folder)).toEqual([]);
    const keeper = new StepKeeper(folder);
    for (const told of ["reading", "fitting: loss 1", "fitting: loss 0.5", "writing"]) keeper.take(told);
    const steps = await readSteps(folder);
    expect(steps.map(({ step }) => step)).toEqual(["reading", "fitting", "writing"]);
    expect(steps.map(({ ended }) => ended !== undefined)).toEqual([true, true, false]);
    keeper.end();
    expect((await readSteps(folder)).at(-1)?.ended).toBeDefined();
    for (let step = 0; step <= STEPS_MAX; step++) keeper.take(`step ${step}`);
    const kept = await readSteps(folder);
    expect(kept.length).toBe(STEPS_MAX);
    expect(kept[0].step).toBe("step 1");
    // The next attempt begins its own.
    expect(await readSteps(folder)).not.toEqual([]);
    new StepKeeper(folder);
    expect(await readSteps(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
