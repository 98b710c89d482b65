// The first packets with payload: their sizes, signed by direction, and the gaps between them. What a flow is shows
// early (Bernaille et al., Early Application Identification, CoNEXT 2006). Computed by ../assembly/early.ts.

import type { MeasureGroup } from "./contract.ts";

/** How many packets with payload are kept. */
export const EARLY_PACKETS = 6;

export const earlyGroup: MeasureGroup = {
  id: "early",
  version: 1,
  measures: Array.from({ length: EARLY_PACKETS }, (_, index) => [
    `early.size.${index + 1}`,
    `early.gap.${index + 1}`,
  ]).flat(),
};
