// From probabilities of pairs of classes to one of each class (Wu, Lin and Weng 2004, the second method, as LIBSVM).
//
// Guarantees: the result depends on the pairs alone; takes no memory. Knows no model.

/** No probability of a pair is nearer to 0 or 1 than this, as LIBSVM has it. */
export const PAIR_BOUND = 1e-7;

/** Index of the pair (first, second), first < second, among the pairs of so many classes. */
export function pairIndex(first: number, second: number, classes: number): number {
  return first * classes - (first * (first + 1)) / 2 + second - first - 1;
}

/** Couples pairs; holds what it needs, so that a call takes no memory. */
export class PairCoupling {
  readonly #classes: number;
  readonly #matrix: Float64Array;
  readonly #products: Float64Array;

  constructor(classes: number) {
    this.#classes = classes;
    this.#matrix = new Float64Array(classes * classes);
    this.#products = new Float64Array(classes);
  }

  /**
   * Minimises Σ (r_ji p_i - r_ij p_j)² over probabilities that sum to 1, by the iteration of the paper's section 4.
   *
   * @param pairs of each pair (i, j), i < j, the probability of i
   * @param out receives one probability for each class
   */
  couple(pairs: Float64Array, out: Float64Array): void {
    const classes = this.#classes;
    const matrix = this.#matrix;
    const products = this.#products;
    const share = (first: number, second: number): number =>
      first < second
        ? pairs[pairIndex(first, second, classes)]
        : 1 - pairs[pairIndex(second, first, classes)];
    for (let t = 0; t < classes; t++) {
      out[t] = 1 / classes;
      let diagonal = 0;
      for (let j = 0; j < classes; j++) {
        if (j === t) continue;
        diagonal += share(j, t) * share(j, t);
        matrix[t * classes + j] = -share(j, t) * share(t, j);
      }
      matrix[t * classes + t] = diagonal;
    }
    const tolerance = 0.005 / classes;
    const rounds = Math.max(100, classes);
    for (let round = 0; round < rounds; round++) {
      let whole = 0;
      for (let t = 0; t < classes; t++) {
        products[t] = 0;
        for (let j = 0; j < classes; j++) products[t] += matrix[t * classes + j] * out[j];
        whole += out[t] * products[t];
      }
      let largest = 0;
      for (let t = 0; t < classes; t++) largest = Math.max(largest, Math.abs(products[t] - whole));
      if (largest < tolerance) break;
      for (let t = 0; t < classes; t++) {
        const diagonal = matrix[t * classes + t];
        const step = (whole - products[t]) / diagonal;
        out[t] += step;
        whole = (whole + step * (step * diagonal + 2 * products[t])) / (1 + step) / (1 + step);
        for (let j = 0; j < classes; j++) {
          products[j] = (products[j] + step * matrix[t * classes + j]) / (1 + step);
          out[j] /= 1 + step;
        }
      }
    }
    let sum = 0;
    for (let t = 0; t < classes; t++) sum += out[t];
    for (let t = 0; t < classes; t++) out[t] /= sum;
  }
}
