// Rates with two decimals, rounded as C's printf does: to the nearer, by the exact value of the number; ties to even.

/** A number between 0 and 1 as hundredths. */
export function hundredths(value: f64): f64 {
  const below = Math.floor(value * 100);
  // The sign of 200 × value − (2 × below + 1), exactly: both halves times 200 fit into 53 bits.
  const high = <f64>(<f32>value);
  const low = value - high;
  const beyond = high * 200 - (2 * below + 1) + low * 200;
  if (beyond < 0) return below / 100;
  if (beyond > 0) return (below + 1) / 100;
  return (below % 2 == 0 ? below : below + 1) / 100;
}

/**
 * `part` of `whole`, as the records of KDD have it: they were computed in single precision, which decides ties. 9 of 40
 * is 0.22 there, since the single-precision number lies below 0.225.
 */
@inline
export function share(part: u32, whole: u32): f64 {
  return hundredths(<f64>(<f32>part / <f32>whole));
}
