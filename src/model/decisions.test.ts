import { expect, test } from "vitest";
import { randomBoosting, randomForest, randomRows, scoreOf } from "../../test/support/random-trees.ts";
import type { Model } from "./contract.ts";
import { type Decision, decisionPathsOf } from "./decisions.ts";
import { type ScoreTrees, scoreTreesOf } from "./shapley/trees.ts";

const OPTIONS = { columns: 6, trees: 7, depth: 6, classes: 3, seed: 4 };

/** The answer that a person would give to the question. */
function answerOf({ value, question }: Decision): boolean | undefined {
  if (Number.isNaN(value)) return undefined;
  return "atMost" in question ? value <= question.atMost : question.among.includes(value);
}

test.each<[string, Model]>([
  ["boosting", randomBoosting(OPTIONS)],
  ["boosting of two classes", randomBoosting({ ...OPTIONS, classes: 2 })],
  ["forest", randomForest(OPTIONS)],
])("paths of %s lead to the leaves whose sum is the score", (_, model) => {
  const rows = randomRows(6, 40, 8);
  for (let at = 0; at < 40; at++) {
    const row = rows.subarray(at * 6, at * 6 + 6);
    for (const classIndex of [0, 1]) {
      const found = decisionPathsOf(model, row, classIndex, 100);
      const trees = scoreTreesOf(model, classIndex) as ScoreTrees;
      expect(found?.paths.length).toBe(OPTIONS.trees);
      const share = found?.scale === "probability" ? 1 / OPTIONS.trees : 1;
      const sum = (found?.paths ?? []).reduce((total, { after }) => total + after * share, trees.baseline);
      expect(sum).toBeCloseTo(scoreOf(trees, row), 10);
    }
  }
});

test("answers are those that the row's values give, and the last one says what the leaf says", () => {
  const rows = randomRows(6, 60, 9);
  let asked = 0;
  for (let at = 0; at < 60; at++) {
    const row = rows.subarray(at * 6, at * 6 + 6);
    for (const path of decisionPathsOf(randomForest(OPTIONS), row, 2, 3)?.paths ?? []) {
      for (const decision of path.decisions) {
        expect(Object.is(decision.value, row[decision.column])).toBe(true);
        const { question, value } = decision;
        const isKnown = "atMost" in question || (value >= 0 && value < 4);
        if (answerOf(decision) === undefined || !isKnown) continue;
        expect(decision.yes).toBe(answerOf(decision));
        asked++;
      }
      expect(path.decisions.at(-1)?.after ?? path.before).toBe(path.after);
    }
  }
  expect(asked).toBeGreaterThan(100);
});

test("the trees that moved the score most, in the direction of all together, come first", () => {
  for (const seed of [3, 4, 5, 6]) {
    const row = randomRows(6, 1, seed);
    const all = decisionPathsOf(randomBoosting(OPTIONS), row, 1, 100);
    const changes = (all?.paths ?? []).map(({ before, after }) => after - before);
    const total = changes.reduce((sum, change) => sum + change, 0);
    const signed = changes.map((change) => change * Math.sign(total));
    expect(signed).toEqual([...signed].sort((a, b) => b - a));
    const some = decisionPathsOf(randomBoosting(OPTIONS), row, 1, 4);
    expect(some?.paths).toEqual(all?.paths.slice(0, 4));
    expect(some?.trees).toBe(7);
  }
});
