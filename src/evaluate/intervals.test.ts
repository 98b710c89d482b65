import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { metricIntervals, rankingDraws } from "./intervals.ts";
import { METRICS } from "./metric-table.ts";
import { evaluateClassifier } from "./metrics.ts";
import { normalProbability, normalQuantile } from "./normal.ts";
import { rankingOf } from "./ranking.ts";
import { accelerationOf, drawFigures, intervalOf, poisson, valueCells } from "./resampling.ts";

const golden: {
  intervals: { losses: number[]; mean: number[]; labels: number[]; scores: number[]; rocAuc: number[] };
} = JSON.parse(readFileSync(new URL("../../test/golden/metrics.json", import.meta.url), "utf8"));

test("quantiles of the normal distribution", () => {
  // scipy.stats.norm.ppf.
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
  expect(normalQuantile(0.3)).toBeCloseTo(-0.5244005127080409, 13);
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 12);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  for (const probability of [1e-9, 0.01, 0.4, 0.5, 0.77, 0.999])
    expect(normalProbability(normalQuantile(probability))).toBeCloseTo(probability, 12);
});

test("Poisson numbers have their mean, variance and skew, small and large", () => {
  for (const mean of [1, 7, 32, 33, 2.5, 400]) {
    const random = new Random(5);
    const draws = Array.from({ length: 60_000 }, () => poisson(mean, random));
    const average = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const moment = (power: number): number =>
      draws.reduce((sum, value) => sum + (value - average) ** power, 0) / draws.length;
    expect(Math.abs(average / mean - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(2) / mean - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(3) / moment(2) ** 1.5 - 1 / Math.sqrt(mean))).toBeLessThan(0.06);
  }
  expect(poisson(0, new Random(1))).toBe(0);
});

test("intervals are those of scipy's BCa bootstrap, to the noise of resampling", () => {
  const { losses, mean, labels, scores, rocAuc } = golden.intervals;
  const cells = valueCells(Float64Array.from(losses), 1000);
  const [draws] = drawFigures(
    cells.counts,
    (counts) => {
      let [sum, rows] = [0, 0];
      counts.forEach((count, cell) => {
        sum += count * cells.values[cell];
        rows += count;
      });
      return Float64Array.of(sum / rows);
    },
    { resamples: 20_000, random: new Random(3) },
  );
  const ranking = rankingOf(Float64Array.from(scores), Uint8Array.from(labels));
  const area = rankingDraws(ranking, 20_000, new Random(4)).rocAuc;
  for (const [found, [low, high]] of [
    [intervalOf(draws, 0.95), mean],
    [intervalOf(area, 0.95), rocAuc],
  ] as const) {
    expect(found?.method).toBe("bca");
    const width = high - low;
    expect(Math.abs((found?.low ?? 0) - low)).toBeLessThan(0.06 * width);
    expect(Math.abs((found?.high ?? 0) - high)).toBeLessThan(0.06 * width);
  }
});

test("an acceleration is the skew over six, whatever the cells", () => {
  const values = [0, 0, 0, 0, 9, 3];
  const mean = 2;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const cubes = values.reduce((sum, value) => sum + (value - mean) ** 3, 0);
  const expected = cubes / (6 * squares ** 1.5);
  expect(accelerationOf(values, [1, 1, 1, 1, 1, 1])).toBeCloseTo(expected, 14);
  expect(accelerationOf([0, 9, 3], [4, 1, 1])).toBeCloseTo(expected, 14);
});

interface Rows {
  labels: Int32Array;
  probabilities: Float64Array;
}

/** Rows of a classifier that is fairly good; of three classes, the last one rare. */
function drawnRows(count: number, random: Random): Rows {
  const labels = new Int32Array(count);
  const probabilities = new Float64Array(count * 3);
  for (let row = 0; row < count; row++) {
    const place = random.uniform();
    labels[row] = place < 0.6 ? 0 : place < 0.9 ? 1 : 2;
    const weights = [0, 1, 2].map((index) => Math.exp(random.normal(index === labels[row] ? 1.6 : 0)));
    const sum = weights.reduce((all, weight) => all + weight, 0);
    weights.forEach((weight, index) => {
      probabilities[row * 3 + index] = weight / sum;
    });
  }
  return { labels, probabilities };
}

const NAMES = ["benign", "scan", "rare"];

test("95 % intervals hold the true figure in about 95 % of repetitions", () => {
  const random = new Random(77);
  const large = drawnRows(120_000, random);
  const truth = evaluateClassifier(NAMES, large.labels, large.probabilities);
  const repetitions = 150;
  const held = new Map(METRICS.map(({ id }) => [id, 0]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { labels, probabilities } = drawnRows(250, random);
    const metrics = evaluateClassifier(NAMES, labels, probabilities);
    const { figures } = metricIntervals(metrics, labels, probabilities, { resamples: 200, seed: repetition });
    for (const metric of METRICS) {
      const { low, high } = figures[metric.id];
      const value = metric.of(truth);
      if (low <= value && value <= high) held.set(metric.id, (held.get(metric.id) ?? 0) + 1);
    }
  }
  // 150 repetitions of 95 %: 133 or more in all but one of ten thousand cases; BCa of 250 rows is a little short of its aim.
  for (const [id, count] of held) expect(count / repetitions, id).toBeGreaterThan(0.88);
});

test("areas by influence are as wide as areas computed anew", () => {
  const { labels, probabilities } = drawnRows(3000, new Random(9));
  const metrics = evaluateClassifier(NAMES, labels, probabilities);
  // 3000 rows × 3 classes: 1000 resamples are computed anew, 6000 are too many.
  const anew = metricIntervals(metrics, labels, probabilities, { resamples: 1000 }).figures;
  const influence = metricIntervals(metrics, labels, probabilities, { resamples: 6000 }).figures;
  for (const id of ["rocAuc", "prAuc", "weightedRocAuc", "weightedPrAuc"]) {
    const [a, b] = [anew[id], influence[id]];
    expect(Math.abs((a.high - a.low) / (b.high - b.low) - 1), id).toBeLessThan(0.15);
    expect(Math.abs(a.low - b.low), id).toBeLessThan(0.15 * (a.high - a.low));
  }
});

test("the same seed gives the same intervals, another one others; every figure has one that holds it", () => {
  const { labels, probabilities } = drawnRows(200, new Random(2));
  const metrics = evaluateClassifier(NAMES, labels, probabilities);
  const of = (seed: number) => metricIntervals(metrics, labels, probabilities, { seed, resamples: 200 });
  expect(of(1)).toEqual(of(1));
  expect(of(1).figures["macroF1"]).not.toEqual(of(2).figures["macroF1"]);
  for (const metric of METRICS) {
    const { low, high } = of(1).figures[metric.id];
    expect(low, metric.id).toBeLessThanOrEqual(metric.of(metrics));
    expect(high, metric.id).toBeGreaterThanOrEqual(metric.of(metrics));
  }
});

test("where nothing is wrong, a share still says how many rows there were", () => {
  const labels = Int32Array.from({ length: 50 }, (_, row) => row % 2);
  const probabilities = Float64Array.from({ length: 100 }, (_, at) =>
    at % 2 === labels[Math.floor(at / 2)] ? 0.9 : 0.1,
  );
  const metrics = evaluateClassifier(["benign", "attack"], labels, probabilities);
  const { figures, perClass } = metricIntervals(metrics, labels, probabilities);
  expect(figures["accuracy"]).toMatchObject({ high: 1, method: "wilson" });
  // Wilson: n / (n + z²).
  expect(figures["accuracy"].low).toBeCloseTo(50 / (50 + 1.959963984540054 ** 2), 12);
  expect(perClass[1].recall.low).toBeLessThan(0.9);
  expect(figures["macroF1"]).toMatchObject({ low: 1, high: 1 });
});

test("rows of one class alone have intervals where they have figures", () => {
  const metrics = evaluateClassifier(
    NAMES,
    Int32Array.of(1, 1),
    Float64Array.of(0.2, 0.7, 0.1, 0.5, 0.4, 0.1),
  );
  const { figures } = metricIntervals(
    metrics,
    Int32Array.of(1, 1),
    Float64Array.of(0.2, 0.7, 0.1, 0.5, 0.4, 0.1),
  );
  expect(figures["rocAuc"]).toBeUndefined();
  expect(figures["accuracy"].low).toBeGreaterThan(0);
});

test("cells of values keep their sum, and single rows at both ends", () => {
  const random = new Random(8);
  const values = Float64Array.from({ length: 5000 }, () => random.normal());
  const cells = valueCells(values, 100);
  expect(cells.values.length).toBeLessThanOrEqual(102);
  const sum = cells.values.reduce((all, value, cell) => all + value * cells.counts[cell], 0);
  expect(sum).toBeCloseTo(
    values.reduce((all, value) => all + value, 0),
    6,
  );
  expect(cells.counts.reduce((all, count) => all + count, 0)).toBe(5000);
  expect([cells.counts[0], cells.counts[24], cells.counts.at(-1)]).toEqual([1, 1, 1]);
});
