// Which captures the golden digests of the generator are of.

import type { GenerateOptions } from "../../src/generate/contract.ts";

export const GOLDEN_OPTIONS = (name: string): GenerateOptions => ({
  scenarios: [{ name }],
  seed: 20_240_304,
  durationUs: 20_000_000,
  packets: 1500,
});
