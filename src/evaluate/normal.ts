// The normal distribution: its function and its quantiles, to the last digits that matter. Knows nothing else.

import { exactLog } from "../base/elementary.ts";
import { chiSquareTail } from "./distribution.ts";

/** Probability that a standard normal variable is at most `value`. */
export function normalProbability(value: number): number {
  const tail = chiSquareTail(value * value, 1) / 2;
  return value > 0 ? 1 - tail : tail;
}

// Wichura, M. J. (1988), Algorithm AS 241: The Percentage Points of the Normal Distribution, PPND16. Coefficients from the
// constant upwards, of numerator and denominator, for the middle and for the two parts of the tails.
const MIDDLE: Fraction = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852546,
  ],
];
const NEAR: Fraction = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
];
const FAR: Fraction = [
  [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
];

type Fraction = readonly [numerator: readonly number[], denominator: readonly number[]];

const MIDDLE_HALF = 0.425;
const NEAR_END = 5;

/** The value that a standard normal variable does not exceed with this probability; infinite at 0 and 1. */
export function normalQuantile(probability: number): number {
  const centred = probability - 0.5;
  if (Math.abs(centred) <= MIDDLE_HALF)
    return centred * fractionAt(MIDDLE, MIDDLE_HALF * MIDDLE_HALF - centred * centred);
  const tail = Math.min(probability, 1 - probability);
  if (!(tail > 0)) return Number.isNaN(probability) ? Number.NaN : centred * Number.POSITIVE_INFINITY;
  const depth = Math.sqrt(-exactLog(tail));
  const size = depth <= NEAR_END ? fractionAt(NEAR, depth - 1.6) : fractionAt(FAR, depth - NEAR_END);
  return centred < 0 ? -size : size;
}

function fractionAt([numerator, denominator]: Fraction, at: number): number {
  return polynomialAt(numerator, at) / polynomialAt(denominator, at);
}

function polynomialAt(coefficients: readonly number[], at: number): number {
  let sum = 0;
  for (let power = coefficients.length - 1; power >= 0; power--) sum = sum * at + coefficients[power];
  return sum;
}
