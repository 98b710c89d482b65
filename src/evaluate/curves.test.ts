import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { atThreshold, calibrationOf, curvesOf, type ThresholdPoint, thresholdCurve } from "./curves.ts";
import { areaInfluences, areasOfRanking, compressedRanking, type Ranking, rankingOf } from "./ranking.ts";

interface GoldenCurves {
  scores: number[];
  labels: number[];
  roc: [number[], number[], number[]];
  precisionRecall: [number[], number[], number[]];
  calibration: [number[], number[]];
}

const golden: { curves: GoldenCurves[] } = JSON.parse(
  readFileSync(new URL("../../test/golden/metrics.json", import.meta.url), "utf8"),
);

function ranked(scores: readonly number[], labels: readonly number[]): Ranking {
  return rankingOf(Float64Array.from(scores), Uint8Array.from(labels));
}

const rows = fc.array(
  fc.record({ score: fc.integer({ min: 0, max: 20 }).map((value) => value / 20), positive: fc.boolean() }),
  { minLength: 2, maxLength: 60 },
);

function rankedRows(list: readonly { score: number; positive: boolean }[]): Ranking {
  return ranked(
    list.map(({ score }) => score),
    list.map(({ positive }) => (positive ? 1 : 0)),
  );
}

test.each(golden.curves)("curves go through scikit-learn's points, however they are thinned", (case_) => {
  const ranking = ranked(case_.scores, case_.labels);
  // Without thinning, every distinct score is a point.
  const { roc, precisionRecall } = curvesOf(ranking, 0);
  const [falseRates, detected, thresholds] = case_.roc;
  expect(roc.slice(1).map((point) => point.threshold)).toEqual(thresholds);
  roc.slice(1).forEach((point, at) => {
    expect(point.falseAlarmRate).toBeCloseTo(falseRates[at], 12);
    expect(point.detectionRate).toBeCloseTo(detected[at], 12);
  });
  const [precision, recall, cuts] = case_.precisionRecall;
  cuts.forEach((threshold, at) => {
    const point = precisionRecall.find((one) => one.threshold === threshold) as ThresholdPoint;
    expect(point.precision).toBeCloseTo(precision[at], 12);
    expect(point.detectionRate).toBeCloseTo(recall[at], 12);
  });
});

test.each(golden.curves)("reliability is that of scikit-learn's calibration_curve", (case_) => {
  const { bins, expectedError } = calibrationOf(ranked(case_.scores, case_.labels), 10);
  const [said, found] = case_.calibration;
  expect(bins).toHaveLength(said.length);
  bins.forEach((bin, at) => {
    expect(bin.said).toBeCloseTo(said[at], 12);
    expect(bin.found).toBeCloseTo(found[at], 12);
  });
  const rowsOfAll = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const expected = bins.reduce(
    (sum, bin) => sum + (bin.rows / rowsOfAll) * Math.abs(bin.said - bin.found),
    0,
  );
  expect(expectedError).toBeCloseTo(expected, 12);
});

test("a thinned curve has few points and nearly the area of the whole", () => {
  const count = 200_000;
  const scores = Float64Array.from({ length: count }, (_, row) => ((row * 7919) % count) / count);
  const positive = Uint8Array.from(scores, (score, row) =>
    score + ((row * 104_729) % 1000) / 1000 > 1.1 ? 1 : 0,
  );
  const curves = curvesOf(rankingOf(scores, positive));
  expect(curves.roc.length).toBeLessThan(1200);
  expect(curves.precisionRecall.length).toBeLessThan(1200);
  let area = 0;
  for (let at = 1; at < curves.roc.length; at++) {
    const [from, to] = [curves.roc[at - 1], curves.roc[at]];
    area += ((to.falseAlarmRate - from.falseAlarmRate) * (from.detectionRate + to.detectionRate)) / 2;
  }
  expect(Math.abs(area - curves.rocAuc)).toBeLessThan(1e-4);
  expect(curves.roc.at(-1)).toMatchObject({ detectionRate: 1, falseAlarmRate: 1 });
});

test("thresholds give what counting the rows gives (against brute force)", () => {
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (list, threshold) => {
      const { hits, alarms } = atThreshold(rankedRows(list), threshold);
      const flagged = list.filter(({ score }) => score >= threshold);
      expect(hits).toBe(flagged.filter(({ positive }) => positive).length);
      expect(alarms).toBe(flagged.filter(({ positive }) => !positive).length);
    }),
  );
});

test("the threshold curve is atThreshold at every step", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const ranking = rankedRows(list);
      fc.pre(ranking.positiveRows > 0 && ranking.negativeRows > 0);
      const curve = thresholdCurve(ranking);
      expect(curve).toHaveLength(201);
      for (const point of curve) {
        const { detectionRate, falseAlarmRate, precision } = atThreshold(ranking, point.threshold);
        expect(point).toEqual({ threshold: point.threshold, detectionRate, falseAlarmRate, precision });
      }
    }),
  );
});

test("joining steps of one kind changes no ROC-AUC, and all rows stay", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 4, max: 12 }), (list, most) => {
      const ranking = rankedRows(list);
      fc.pre(ranking.positiveRows > 0 && ranking.negativeRows > 0);
      const whole = compressedRanking(ranking, 1000);
      expect(areasOfRanking(whole).rocAuc).toBeCloseTo(areasOfRanking(ranking).rocAuc, 12);
      const small = compressedRanking(ranking, most);
      expect(small.scores.length).toBeLessThanOrEqual(most);
      const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
      expect([sum(small.positives), sum(small.negatives)]).toEqual([
        ranking.positiveRows,
        ranking.negativeRows,
      ]);
    }),
  );
});

test("influences are what one more row does to the areas (against differences)", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const ranking = rankedRows(list);
      fc.pre(ranking.positiveRows > 0 && ranking.negativeRows > 0);
      const influences = areaInfluences(ranking);
      const small = 1e-6;
      const areas = areasOfRanking(ranking);
      for (const side of ["positives", "negatives"] as const)
        for (let step = 0; step < ranking.scores.length; step++) {
          const moved = ranking[side].slice();
          if (moved[step] === 0) continue;
          moved[step] += small;
          const after = areasOfRanking({ ...ranking, [side]: moved });
          const roc = side === "positives" ? influences.rocPositive : influences.rocNegative;
          const pr = side === "positives" ? influences.prPositive : influences.prNegative;
          expect((after.rocAuc - areas.rocAuc) / small).toBeCloseTo(roc[step], 4);
          expect((after.prAuc - areas.prAuc) / small).toBeCloseTo(pr[step], 4);
        }
    }),
  );
});
