// The shared slope of many classes has the least loss there is, whatever the decisions.

import fc from "fast-check";
import { expect, test } from "vitest";
import { fitSharedSlope } from "./scale.ts";

const decision = fc.double({ min: -20, max: 20, noNaN: true });

function lossAt(
  slope: number,
  rows: readonly number[][],
  labels: readonly number[],
  weights: readonly number[],
) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const others = 1 / (total + 2) / (rows[0].length - 1);
  let loss = 0;
  rows.forEach((decisions, row) => {
    const sum = decisions.reduce((all, value) => all + Math.exp(slope * (value - Math.max(...decisions))), 0);
    decisions.forEach((value, output) => {
      const wanted = output === labels[row] ? 1 - others * (rows[0].length - 1) : others;
      loss -= weights[row] * wanted * (slope * (value - Math.max(...decisions)) - Math.log(sum));
    });
  });
  return loss;
}

test("no slope near or far has less loss", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(decision, decision, decision, fc.nat(2), fc.double({ min: 0.1, max: 5, noNaN: true })),
        {
          minLength: 1,
          maxLength: 40,
        },
      ),
      (drawn) => {
        const rows = drawn.map(([a, b, c]) => [a, b, c]);
        const [labels, weights] = [drawn.map((row) => row[3]), drawn.map((row) => row[4])];
        const values = [0, 1, 2].map((output) => rows.map((row) => row[output]));
        const positive = [0, 1, 2].map((output) => labels.map((label) => (label === output ? 1 : 0)));
        const slope = fitSharedSlope(values, positive, weights);
        expect(slope).toBeGreaterThan(0);
        const least = lossAt(slope, rows, labels, weights);
        for (const factor of [0.01, 0.5, 0.9, 1.1, 2, 100]) {
          const other = slope * factor;
          if (other < 1e-4 || other > 1e4) continue;
          expect(lossAt(other, rows, labels, weights)).toBeGreaterThanOrEqual(least - 1e-6 * (1 + least));
        }
      },
    ),
  );
});
