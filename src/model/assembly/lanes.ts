// Four numbers at a time: the exponential for kernels of distances, in operations whose every bit is fixed.

/**
 * exp of four numbers from -87 to 0 (clamped), to 2 units in the last place: 2^k times a polynomial (Cephes, Moshier 1992).
 */
// @ts-ignore: decorator
@inline
export function exponential4(x: v128): v128 {
  x = f32x4.pmax(x, f32x4.splat(-87));
  const k = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  let r = f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.12194440e-4)));
  let sum = f32x4.splat(1.9875691500e-4);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.3981999507e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.3334519073e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.1665795894e-2));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.6666665459e-1));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(5.0000001201e-1));
  sum = f32x4.add(f32x4.add(f32x4.mul(sum, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

/** The upper two numbers, as the lower two. */
// @ts-ignore: decorator
@inline
export function upper(x: v128): v128 {
  return i32x4.shuffle(x, x, 2, 3, 2, 3);
}
