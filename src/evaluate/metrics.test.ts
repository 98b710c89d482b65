import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluateClassifier, type Metrics, rankingAreas } from "./metrics.ts";

interface Golden {
  name: string;
  classes: number;
  labels: number[];
  probabilities: number[];
  expected: Record<string, number | number[] | number[][]>;
}

const golden: { cases: Golden[] } = JSON.parse(
  readFileSync(new URL("../../test/golden/metrics.json", import.meta.url), "utf8"),
);

function evaluated({ classes, labels, probabilities }: Golden): Metrics {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return evaluateClassifier(names, Int32Array.from(labels), Float64Array.from(probabilities));
}

test.each(golden.cases)("figures equal scikit-learn's: $name", (golden) => {
  const found = evaluated(golden);
  const { confusion, ...expected } = golden.expected;
  expect(found.confusion).toEqual(confusion);
  for (const [name, value] of Object.entries(expected)) {
    const figure = Array.isArray(value)
      ? found.perClass.map((report) => report[name as keyof typeof report])
      : found[name as keyof Metrics];
    [figure].flat().forEach((number, index) => {
      expect(number, name).toBeCloseTo([value].flat()[index] as number, 12);
    });
  }
});

test("false positive rate is the share of other classes' rows", () => {
  const probabilities = Float64Array.from([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.4, 0.6]);
  const { perClass } = evaluateClassifier(["benign", "attack"], Int32Array.from([0, 1, 0, 0]), probabilities);
  expect(perClass[1].falsePositiveRate).toBe(2 / 3);
  expect(perClass[0].falsePositiveRate).toBe(1);
});

test("areas are undefined when only one side occurs", () => {
  expect(rankingAreas(Float64Array.of(0.1, 0.2), Uint8Array.of(1, 1)).rocAuc).toBeNaN();
  expect(rankingAreas(Float64Array.of(0.1, 0.2), Uint8Array.of(0, 0)).prAuc).toBeNaN();
});

test("ROC-AUC is the chance that a positive outranks a negative", () => {
  const scored = fc.array(fc.record({ score: fc.integer({ min: 0, max: 5 }), positive: fc.boolean() }), {
    minLength: 2,
    maxLength: 30,
  });
  fc.assert(
    fc.property(scored, (rows) => {
      const pairs = rows
        .filter((row) => row.positive)
        .flatMap((a) => rows.filter((b) => !b.positive).map((b) => Math.sign(a.score - b.score)));
      fc.pre(pairs.length > 0);
      const wins = pairs.reduce((sum, sign) => sum + (sign + 1) / 2, 0);
      const scores = Float64Array.from(rows, (row) => row.score);
      const { rocAuc } = rankingAreas(
        scores,
        Uint8Array.from(rows, (row) => (row.positive ? 1 : 0)),
      );
      expect(rocAuc).toBeCloseTo(wins / pairs.length, 12);
    }),
  );
});
