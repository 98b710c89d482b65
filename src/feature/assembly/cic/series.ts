// A series of numbers by its summary: how many, sum, least, greatest, mean and second moment (Welford, Technometrics
// 4(3), 1962, in the order of operations of Apache Commons Math, which the originals use).

@unmanaged
@final
export class Series {
  count: f64;
  sum: f64;
  mean: f64;
  moment: f64;
  least: f64;
  greatest: f64;
}

/** Adds a number. The state is zero before the first. */
@inline
export function addTo(series: Series, value: f64): void {
  const count = series.count + 1;
  series.count = count;
  series.sum += value;
  if (count == 1) {
    series.mean = value;
    series.least = value;
    series.greatest = value;
    return;
  }
  const deviation = value - series.mean;
  const share = deviation / count;
  series.mean += share;
  series.moment += (count - 1) * deviation * share;
  if (value < series.least) series.least = value;
  if (value > series.greatest) series.greatest = value;
}

/** Variance of the sample; 0 of one number. */
@inline
export function varianceOf(series: Series): f64 {
  return series.count < 2 ? 0 : series.moment / (series.count - 1);
}
