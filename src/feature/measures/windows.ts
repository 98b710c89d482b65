// Sliding windows over hosts, as far as they are known outside of WebAssembly; see ../assembly/windows.ts.

export const SHORT_BUCKET_US = 5_000_000;
export const LONG_BUCKET_US = 60_000_000;
export const WINDOW_SHORT = 0;
export const WINDOW_LONG = 1;

const BITMAP_BITS = 256;
/** What the linear count says of a full bitmap. */
export const DISTINCT_MAXIMUM = Math.round(BITMAP_BITS * Math.log(BITMAP_BITS));

/** For the engine: distinct partners by the number of bits set in a bitmap. */
export function distinctCounts(): Int32Array {
  return Int32Array.from({ length: BITMAP_BITS + 1 }, (_, set) =>
    Math.round(BITMAP_BITS * Math.log(BITMAP_BITS / Math.max(1, BITMAP_BITS - set))),
  );
}
