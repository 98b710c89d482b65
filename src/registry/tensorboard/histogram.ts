// A histogram as TensorBoard keeps it: sums over the values, and counts in bins of one width.

import { MessageWriter } from "../../base/message-writer.ts";

const BINS = 30;

/** HistogramProto of the finite values; undefined where there are none. */
export function histogramMessage(values: ArrayLike<number>): MessageWriter | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [count, sum, squares] = [0, 0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    count++;
    sum += value;
    squares += value * value;
  }
  if (count === 0) return undefined;
  const { limits, counts } = binned(values, least, most);
  return new MessageWriter()
    .double(1, least)
    .double(2, most)
    .double(3, count)
    .double(4, sum)
    .double(5, squares)
    .doubles(6, limits)
    .doubles(7, counts);
}

/** Each limit is the upper end of a bin; values that are all the same lie in one bin. */
function binned(
  values: ArrayLike<number>,
  least: number,
  most: number,
): { limits: Float64Array; counts: Float64Array } {
  const width = (most - least) / BINS;
  const bins = width > 0 && Number.isFinite(width) ? BINS : 1;
  const limits = Float64Array.from({ length: bins }, (_, bin) =>
    bin === bins - 1 ? most : least + width * (bin + 1),
  );
  const counts = new Float64Array(bins);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) continue;
    const bin = bins === 1 ? 0 : Math.floor((values[index] - least) / width);
    counts[Math.min(bins - 1, Math.max(0, bin))]++;
  }
  return { limits, counts };
}
