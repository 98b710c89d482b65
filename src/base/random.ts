// Seeded random numbers: the only source of chance in the house.
//
// xoshiro128** (Blackman and Vigna, 2018) seeded by SplitMix32. The same seed gives the same stream on every
// machine and engine: 32-bit integers, and for the distributions only operations whose every bit ECMAScript fixes
// (see elementary.ts). Not for secrets.

import { exactExp, exactLog } from "./elementary.ts";

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** A uniform 32-bit unsigned integer. */
  uint32(): number {
    const mixed = Math.imul(this.#b, 5);
    const result = Math.imul((mixed << 7) | (mixed >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** A uniform number in [0, 1), with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A uniform integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick from an empty list");
    return items[Math.floor(this.uniform() * items.length)] as T;
  }

  /** Standard normal deviate by the polar method (Marsaglia and Bray, 1964). */
  normal(mean = 0, deviation = 1): number {
    for (;;) {
      const first = 2 * this.uniform() - 1;
      const second = 2 * this.uniform() - 1;
      const square = first * first + second * second;
      if (square > 0 && square < 1)
        return mean + deviation * first * Math.sqrt((-2 * exactLog(square)) / square);
    }
  }

  exponential(mean: number): number {
    return -mean * exactLog(1 - this.uniform());
  }

  logNormal(median: number, sigma: number): number {
    return median * exactExp(sigma * this.normal());
  }

  /** Uniform in the logarithm: every decade between the bounds (both above zero) is as likely. */
  logUniform(low: number, high: number): number {
    return low * exactExp(this.uniform() * exactLog(high / low));
  }

  /** Heavy-tailed size: Pareto with the given minimum and shape. */
  pareto(minimum: number, shape: number): number {
    return minimum * exactExp(-exactLog(1 - this.uniform()) / shape);
  }

  /** Fisher–Yates shuffle in place. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let index = items.length - 1; index > 0; index--) {
      const other = Math.floor(this.uniform() * (index + 1));
      const kept = items[index];
      items[index] = items[other];
      items[other] = kept;
    }
    return items;
  }

  /** An independent stream, named by a number, that does not disturb this one. */
  fork(stream: number): Random {
    return new Random(Math.imul(this.#a ^ stream, 0x9e3779b1) ^ this.#c ^ Math.imul(stream, 0x85ebca6b));
  }
}
