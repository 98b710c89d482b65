// Which evaluations stand for runs, what they must not be compared by, and which settings differ.

import { expect, test } from "vitest";
import { differingSettings, evaluationsOf, evaluationWarnings } from "./comparing.ts";
import type { Run } from "./types.ts";

const run = (id: string, kind: Run["kind"], fingerprint: string, more: Partial<Run> = {}): Run => ({
  id,
  kind,
  state: "finished",
  started: "2026-01-01T00:00:00Z",
  release: "1",
  rows: [fingerprint],
  options: {},
  data: { fingerprint, rows: 1, classes: [] },
  ...more,
});
const judged = (id: string, on: string): Run => run(id, "evaluate", on);

test("runs are compared on rows that most of them were judged on", () => {
  const found = evaluationsOf([
    { run: run("a", "train", "x"), evaluations: [judged("a2", "other"), judged("a1", "test")] },
    { run: run("b", "train", "x"), evaluations: [judged("b1", "test")] },
    { run: judged("c", "test"), evaluations: [] },
    { run: run("d", "train", "x"), evaluations: [] },
  ]);
  expect(found.map((one) => one?.id)).toEqual(["a1", "b1", "c", undefined]);
});

test("the newest of equals stands for a run", () => {
  const evaluations = [judged("new", "test"), judged("old", "test")];
  expect(evaluationsOf([{ run: run("a", "train", "x"), evaluations }])[0]?.id).toBe("new");
});

test("other rows, and none, are warned of", () => {
  const names = ["a", "b", "c"];
  expect(evaluationWarnings(names, [judged("1", "t"), judged("2", "t"), judged("3", "t")])).toEqual([]);
  const warnings = evaluationWarnings(names, [judged("1", "t"), judged("2", "u"), undefined]);
  expect(warnings[0]).toMatch(/^c: not evaluated/);
  expect(warnings[1]).toMatch(/^b: judged on other rows than a/);
});

test("settings that differ are named, those of one learner alone among them", () => {
  const one = run("a", "train", "x", { learner: "tree", parameters: { maxDepth: 3, balance: true } });
  const other = run("b", "train", "x", {
    learner: "tree",
    parameters: { maxDepth: 9, balance: true, extra: 1 },
  });
  expect(differingSettings([one, other])).toEqual(["maxDepth", "extra"]);
});
