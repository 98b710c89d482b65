// Exponential and logarithm by sums of products alone: the same bits on every machine, unlike Math.exp and Math.log.

/**
 * exp of both lanes to about 1e-14, for |x| <= 700 (clamped): 2^k times the Taylor polynomial of degree 11, its even
 * and odd terms apart so that they can run side by side.
 */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  x = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-700)), f64x2.splat(700));
  // Adding 1.5 × 2^52 rounds to a whole number k and leaves k in the low bits.
  const magic = f64x2.splat(6755399441055744);
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), magic);
  const k = f64x2.sub(shifted, magic);
  let r = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  const q = f64x2.mul(r, r);
  let odd = f64x2.splat(2.505210838544172e-8);
  let even = f64x2.splat(2.755731922398589e-7);
  odd = f64x2.add(f64x2.mul(odd, q), f64x2.splat(2.7557319223985893e-6));
  even = f64x2.add(f64x2.mul(even, q), f64x2.splat(2.48015873015873e-5));
  odd = f64x2.add(f64x2.mul(odd, q), f64x2.splat(1.984126984126984e-4));
  even = f64x2.add(f64x2.mul(even, q), f64x2.splat(1.388888888888889e-3));
  odd = f64x2.add(f64x2.mul(odd, q), f64x2.splat(8.333333333333333e-3));
  even = f64x2.add(f64x2.mul(even, q), f64x2.splat(4.1666666666666664e-2));
  odd = f64x2.add(f64x2.mul(odd, q), f64x2.splat(0.16666666666666666));
  even = f64x2.add(f64x2.mul(even, q), f64x2.splat(0.5));
  odd = f64x2.add(f64x2.mul(odd, q), f64x2.splat(1));
  even = f64x2.add(f64x2.mul(even, q), f64x2.splat(1));
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return f64x2.mul(f64x2.add(even, f64x2.mul(odd, r)), power);
}

/** Natural logarithm of a normal number above 0: ln m = 2 artanh((m - 1) / (m + 1)) by its series. */
export function logarithm(value: f64): f64 {
  const bits = reinterpret<u64>(value);
  let exponent = <f64>(<i64>(bits >> 52) - 1023);
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum: f64 = 0;
  for (let term: f64 = 21; term >= 3; term -= 2) sum = square * (sum + 1 / term);
  return exponent * 0.6931471805599453 + 2 * ratio * (sum + 1);
}

// @ts-ignore: decorator
@inline
export function exponential(value: f64): f64 {
  return f64x2.extract_lane(exp2(f64x2.splat(value)), 0);
}
