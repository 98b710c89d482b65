// Small sums that several measure groups share.

/** `amount` per second over `spanUs` microseconds; NaN for an empty span. */
export function perSecond(amount: number, spanUs: number): number {
  return spanUs > 0 ? (amount * 1e6) / spanUs : Number.NaN;
}
