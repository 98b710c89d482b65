// Counts distinct things in bounded memory: exactly up to EXACT_MAX, then by HyperLogLog.
//
// HyperLogLog with 2^12 registers (Flajolet, Fusy, Gandouet, Meunier 2007) errs by about 1.6 %; with the linear
// counting of small numbers it is not needed here, since small numbers are exact. Two counts can be joined.

import { fnv1a } from "../base/hash.ts";

/** Distinct keys that are counted exactly. */
export const EXACT_MAX = 512;

const REGISTER_BITS = 12;
const REGISTERS = 1 << REGISTER_BITS;
/** Bias correction for that many registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** Keys remembered by name, the first ones. */
export const EXAMPLES_MAX = 3;

export class Distinct {
  /** The first keys that were counted. */
  readonly examples: (string | number)[] = [];
  #exact: Set<string | number> | undefined = new Set();
  #registers: Uint8Array | undefined;

  add(key: string | number): void {
    if (this.examples.length < EXAMPLES_MAX && !this.examples.includes(key)) this.examples.push(key);
    if (this.#exact === undefined) {
      this.#note(key);
      return;
    }
    this.#exact.add(key);
    if (this.#exact.size > EXACT_MAX) this.#spill();
  }

  /** Adds everything that `other` has counted. */
  join(other: Distinct): void {
    if (other.#exact !== undefined) {
      for (const key of other.#exact) this.add(key);
      return;
    }
    for (const key of other.examples) this.add(key);
    if (this.#exact !== undefined) this.#spill();
    const registers = this.#registers!;
    for (let index = 0; index < REGISTERS; index++) {
      registers[index] = Math.max(registers[index], other.#registers![index]);
    }
  }

  /** False when `count` is an estimate. */
  get exact(): boolean {
    return this.#exact !== undefined;
  }

  get count(): number {
    if (this.#exact !== undefined) return this.#exact.size;
    let sum = 0;
    let empty = 0;
    for (const register of this.#registers!) {
      sum += 2 ** -register;
      if (register === 0) empty++;
    }
    const estimate = (ALPHA * REGISTERS * REGISTERS) / sum;
    if (estimate > 2.5 * REGISTERS || empty === 0) return Math.round(estimate);
    return Math.round(REGISTERS * Math.log(REGISTERS / empty));
  }

  #spill(): void {
    const keys = this.#exact!;
    this.#exact = undefined;
    this.#registers = new Uint8Array(REGISTERS);
    for (const key of keys) this.#note(key);
  }

  #note(key: string | number): void {
    const hash = mixed(typeof key === "number" ? key : fnv1a(key));
    const register = hash >>> (32 - REGISTER_BITS);
    const rank = Math.min(Math.clz32(hash << REGISTER_BITS) + 1, 32 - REGISTER_BITS + 1);
    if (rank > this.#registers![register]) this.#registers![register] = rank;
  }
}

/** Finaliser of MurmurHash3. */
function mixed(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
