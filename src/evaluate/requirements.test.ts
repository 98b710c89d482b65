import { expect, test } from "vitest";
import { attackFigures, attackRanking } from "./attack.ts";
import { metricIntervals } from "./intervals.ts";
import { evaluateClassifier } from "./metrics.ts";
import { parseRequirement, unmetRequirements } from "./requirements.ts";

const labels = Int32Array.of(0, 0, 1, 1);
const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.6, 0.4);
const metrics = evaluateClassifier(["benign", "attack"], labels, probabilities);
const evaluation = {
  metrics,
  intervals: metricIntervals(metrics, labels, probabilities, { resamples: 100 }),
  attack: attackFigures(attackRanking(Float64Array.of(0.1, 0.2, 0.7, 0.4), Uint8Array.of(0, 0, 1, 1)), 0.5, {
    resamples: 100,
  }),
};

function unmet(...texts: string[]): string[] {
  return unmetRequirements(evaluation, texts.map(parseRequirement)).map(({ text }) => text);
}

test("conditions are met at their bound, and not beyond", () => {
  expect(unmet("accuracy>=0.75", "accuracy > 0.74", "detectionRate>=0.5", "falseAlarmRate<=0")).toEqual([]);
  expect(unmet("accuracy>0.75", "detection_rate>=0.51", "falseAlarmRate<0")).toEqual([
    "accuracy>0.75",
    "detection_rate>=0.51",
    "falseAlarmRate<0",
  ]);
});

test("an end of the interval can be asked for", () => {
  expect(unmet("accuracy.low>=0.3", "ACCURACY.high<=0.96")).toEqual([]);
  expect(unmet("accuracy.low>=0.75")).toEqual(["accuracy.low>=0.75"]);
});

test("a figure that is not defined meets nothing", () => {
  const alone = evaluateClassifier(["benign", "attack"], Int32Array.of(0), Float64Array.of(0.9, 0.1));
  const found = unmetRequirements({ ...evaluation, metrics: alone }, [parseRequirement("rocAuc>=0")]);
  expect(found[0].value).toBeNaN();
});

test.each(["accuracy", "accuracy=0.9", "accuracy>=much", "beauty>=1", "accuracy.middle>1", ""])(
  "'%s' is refused",
  (text) => {
    expect(() => parseRequirement(text)).toThrow(/condition|no figure/);
  },
);
