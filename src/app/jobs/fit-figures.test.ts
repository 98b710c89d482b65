// Curves of fits: thinned, bounded in number, read back as they were written.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FITS_MAX, FitFigures, POINTS_MAX, readFitCurves } from "./fit-figures.ts";

const folder = mkdtempSync(join(tmpdir(), "orbweaver-figures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a long fit keeps its beginning and its end in few points", async () => {
  const figures = new FitFigures(folder);
  for (let done = 1; done <= 5_000; done++)
    figures.add("the model", {
      done,
      total: 5_000,
      metrics: { trainingLogLoss: 1 / done, none: Number.NaN },
    });
  figures.write();
  const [curve, ...others] = await readFitCurves(folder);
  expect(others).toEqual([]);
  expect(curve).toMatchObject({ name: "the model", total: 5_000 });
  expect(curve.points.length).toBeLessThanOrEqual(POINTS_MAX);
  expect(curve.points.length).toBeGreaterThan(POINTS_MAX / 4);
  const last = curve.points.at(-1);
  expect(last?.done).toBeGreaterThan(4_900);
  expect(last?.metrics).toEqual({ trainingLogLoss: 1 / (last?.done ?? 0) });
});

test("an iteration that is told again replaces what was told of it", () => {
  const figures = new FitFigures(folder);
  for (const loss of [3, 2, 1]) figures.add("a", { done: 1, total: 9, metrics: { loss } });
  expect(figures.curves()).toEqual([{ name: "a", total: 9, points: [{ done: 1, metrics: { loss: 1 } }] }]);
});

test("the newest fits are kept, and those without figures are none", () => {
  const figures = new FitFigures(folder);
  figures.add("bayes", { done: 1, total: 1, metrics: {} });
  for (let fit = 1; fit <= FITS_MAX + 3; fit++)
    figures.add(`fold ${fit}`, { done: 1, total: 1, metrics: { loss: fit } });
  const names = figures.curves().map(({ name }) => name);
  expect([names.length, names[0], names.at(-1)]).toEqual([FITS_MAX, "fold 4", `fold ${FITS_MAX + 3}`]);
});

test("a job without fits has no curves", async () => {
  expect(await readFitCurves(join(folder, "none"))).toEqual([]);
});
