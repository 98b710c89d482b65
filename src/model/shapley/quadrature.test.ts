import { expect, test } from "vitest";
import { gaussLegendre } from "./quadrature.ts";

test("powers of t are integrated exactly up to twice the number of points", () => {
  for (const count of [1, 2, 3, 4, 7, 16, 50]) {
    const { points, weights } = gaussLegendre(count);
    for (let power = 0; power < 2 * count; power++) {
      const sum = points.reduce((total, point, index) => total + weights[index] * point ** power, 0);
      expect(sum, `${count} points, t^${power}`).toBeCloseTo(1 / (power + 1), 13);
    }
    const beyond = points.reduce((total, point, index) => total + weights[index] * point ** (2 * count), 0);
    if (count < 7) expect(Math.abs(beyond - 1 / (2 * count + 1))).toBeGreaterThan(1e-9);
  }
});

test("the two points of the textbook", () => {
  expect(gaussLegendre(2).points[0]).toBeCloseTo((1 - 1 / Math.sqrt(3)) / 2, 15);
  expect(gaussLegendre(2).weights[0]).toBeCloseTo(0.5, 15);
});
