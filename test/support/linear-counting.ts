// How far the count of distinct partners lies from the truth, measured: many hosts with a known number of partners each.

import { Random } from "../../src/base/random.ts";
import { WINDOW_SHORT } from "../../src/feature/measures/windows.ts";
import { HostWindows } from "./parts.ts";

export const BITMAP_BITS = 256;

export interface CountingError {
  partners: number;
  /** Mean of what was counted. */
  mean: number;
  /** Root of the mean squared error, as a share of the truth. */
  error: number;
}

/** Counts `partners` random partners, `trials` times. */
export function countingError(partners: number, trials = 400, seed = 1): CountingError {
  const random = new Random(seed);
  const hosts = new HostWindows(4096, 2);
  let sum = 0;
  let squares = 0;
  for (let trial = 0; trial < trials; trial++) {
    const entry = hosts.entryFor(trial * 2 ** 21, 0);
    for (let partner = 0; partner < partners; partner++) hosts.connect(entry, 0, random.uint32() | 0, 0);
    const counted = hosts.distinct(entry, WINDOW_SHORT, 0, 0);
    sum += counted;
    squares += (counted - partners) ** 2;
  }
  return { partners, mean: sum / trials, error: Math.sqrt(squares / trials) / partners };
}

/** Standard error of linear counting over `BITMAP_BITS` bits (Whang and others 1990, theorem 1), as a share. */
export function expectedError(partners: number): number {
  const load = partners / BITMAP_BITS;
  return Math.sqrt(BITMAP_BITS * (Math.exp(load) - load - 1)) / partners;
}
