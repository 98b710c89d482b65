// Exponential of 32-bit numbers by sums of products alone: the same bits on every machine.

/**
 * e^x of four lanes to about 1e-7 of it, for |x| <= 87 (clamped): 2^k times the Taylor polynomial of degree 7 of what is
 * left of x, at most half of ln 2.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmin(f32x4.splat(87), f32x4.pmax(f32x4.splat(-87), x));
  const k = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  // ln 2 in two parts, the first of which has few bits: its product with k is exact.
  let r = f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1.98412698e-4);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.38888889e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.33333333e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.16666667e-2));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.166666667));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}
