// Logarithm and exponential that give the same bits in every engine.
//
// ECMAScript leaves the last bits of Math.log, Math.exp, Math.cos and ** to the engine; only + - * / and Math.sqrt are
// exact. These two use nothing else, so whatever is drawn or trained with them is the same everywhere. Within 4 units
// in the last place of the true value; not for hot loops over columns, where the platform's are faster.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: written out, as the others are, so that no engine decides its bits
const SQRT_HALF = 0.7071067811865476;

/** Natural logarithm. Follows Math.log at 0, at infinity and below zero. */
export function exactLog(value: number): number {
  if (!(value > 0)) return value === 0 ? -Infinity : Number.NaN;
  if (value === Infinity) return Infinity;
  let mantissa = value;
  let exponent = 0;
  while (mantissa >= 65536) {
    mantissa /= 65536;
    exponent += 16;
  }
  while (mantissa < 1 / 65536) {
    mantissa *= 65536;
    exponent -= 16;
  }
  while (mantissa >= 2 * SQRT_HALF) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < SQRT_HALF) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), by its series; the argument is at most 0.172.
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let term = 23; term >= 3; term -= 2) sum = square * (sum + 1 / term);
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * ratio * sum + 2 * ratio);
}

/** e to the given power. Overflows to infinity and underflows to 0 like Math.exp. */
export function exactExp(value: number): number {
  if (Number.isNaN(value)) return value;
  if (value > 709.79) return Infinity;
  if (value < -745.2) return 0;
  const exponent = Math.floor(value / (LN2_HIGH + LN2_LOW) + 0.5);
  const rest = value - exponent * LN2_HIGH - exponent * LN2_LOW;
  let sum = 1;
  for (let term = 14; term >= 1; term--) sum = 1 + (rest * sum) / term;
  return sum * powerOfTwo(exponent >> 1) * powerOfTwo(exponent - (exponent >> 1));
}

/** 2 to a whole power within ±1022, exactly. */
function powerOfTwo(exponent: number): number {
  let base = exponent < 0 ? 0.5 : 2;
  let left = Math.abs(exponent);
  let result = 1;
  while (left > 0) {
    if (left & 1) result *= base;
    base *= base;
    left >>= 1;
  }
  return result;
}
