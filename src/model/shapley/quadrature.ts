// Gauss-Legendre quadrature on [0, 1]: points and weights that integrate polynomials exactly.

export interface Quadrature {
  points: Float64Array;
  weights: Float64Array;
}

const STEPS_MAX = 100;

/** With `count` points every polynomial of degree up to 2 × count - 1 is integrated exactly (Abramowitz and Stegun, 25.4.29). */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    // Newton's method for the roots of the Legendre polynomial, from Tricomi's estimate.
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < STEPS_MAX; step++) {
      const [value, before] = legendre(count, x);
      slope = (count * (x * value - before)) / (x * x - 1);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    points[index] = (1 - x) / 2;
    weights[index] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** The Legendre polynomials of a degree and of the one before, at x. */
function legendre(degree: number, x: number): [value: number, before: number] {
  let [value, before] = [x, 1];
  for (let k = 2; k <= degree; k++)
    [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  return [value, before];
}
