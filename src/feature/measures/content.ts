// Content, as far as it shows without reading it: entropy and printable share of the first payload bytes per
// direction, and the shape of DNS questions. No byte of payload is kept. Computed by ../assembly/content.ts.

import type { MeasureGroup } from "./contract.ts";

export const ENTROPY_BYTES = 64;

export const contentGroup: MeasureGroup = {
  id: "content",
  version: 1,
  measures: [
    "forward.entropy",
    "backward.entropy",
    "forward.printable",
    "backward.printable",
    "dns.questions",
    "dns.name.mean",
    "dns.name.max",
  ],
};

/** For the engine: n × log2(n) for n up to ENTROPY_BYTES, so that sums are the same everywhere. */
export function entropyProducts(): Float64Array {
  return Float64Array.from({ length: ENTROPY_BYTES + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));
}
