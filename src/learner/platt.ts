// Platt scaling: the logistic function that turns decision values into probabilities with the least log loss.
//
// Newton's method with backtracking and smoothed targets, after Lin, Lin and Weng, A Note on Platt's Probabilistic Outputs for
// Support Vector Machines (2007). Deterministic to the bit: exp and log are those of base/elementary.ts.

import { exactExp, exactLog } from "../base/elementary.ts";

export interface PlattScale {
  /** Probability of the positive class: 1 / (1 + exp(-(slope × value + offset))). */
  slope: number;
  offset: number;
}

const ITERATIONS = 100;
const SMALLEST_STEP = 1e-10;
const RIDGE = 1e-12;

/**
 * Fits slope and offset to decision values.
 *
 * @param values one finite decision value a row, larger for the positive class
 * @param positive 1 for rows of the positive class, else 0; as many
 * @param weights of the rows; all 1 unless given
 */
export function fitPlatt(values: Float64Array, positive: Uint8Array, weights?: Float64Array): PlattScale {
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  let [positives, negatives] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    if (positive[row] === 1) positives += weightOf(row);
    else negatives += weightOf(row);
  }
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  let scale: PlattScale = { slope: 0, offset: exactLog((positives + 1) / (negatives + 1)) };
  const lossOf = ({ slope, offset }: PlattScale): number => {
    let sum = 0;
    for (let row = 0; row < values.length; row++) {
      const margin = slope * values[row] + offset;
      const target = positive[row] === 1 ? high : low;
      // -(t log p + (1 - t) log(1 - p)) with p = 1 / (1 + exp(-margin)), without overflow on either side.
      const softplus = Math.max(0, -margin) + exactLog(1 + exactExp(-Math.abs(margin)));
      sum += weightOf(row) * (softplus + (1 - target) * margin);
    }
    return sum;
  };
  let loss = lossOf(scale);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let [h11, h22, h21, g1, g2] = [RIDGE, RIDGE, 0, 0, 0];
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      const p = logistic(scale.slope * value + scale.offset);
      const curvature = weightOf(row) * p * (1 - p);
      const difference = weightOf(row) * (p - (positive[row] === 1 ? high : low));
      h11 += value * value * curvature;
      h22 += curvature;
      h21 += value * curvature;
      g1 += value * difference;
      g2 += difference;
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break;
    const determinant = h11 * h22 - h21 * h21;
    const stepSlope = -(h22 * g1 - h21 * g2) / determinant;
    const stepOffset = -(h11 * g2 - h21 * g1) / determinant;
    const descent = g1 * stepSlope + g2 * stepOffset;
    let size = 1;
    for (; size >= SMALLEST_STEP; size /= 2) {
      const next = { slope: scale.slope + size * stepSlope, offset: scale.offset + size * stepOffset };
      const nextLoss = lossOf(next);
      if (nextLoss >= loss + 1e-4 * size * descent) continue;
      scale = next;
      loss = nextLoss;
      break;
    }
    if (size < SMALLEST_STEP) break;
  }
  return scale;
}

function logistic(margin: number): number {
  if (margin >= 0) return 1 / (1 + exactExp(-margin));
  const small = exactExp(margin);
  return small / (1 + small);
}
