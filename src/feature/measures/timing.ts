// Timing: inter-arrival times per direction and together, and active and idle periods; computed by ../assembly/timing.ts.

import type { MeasureGroup } from "./contract.ts";

/** Silence that separates two active periods, µs; 5 s as in the public flow feature sets. */
export const IDLE_THRESHOLD_US = 5_000_000;

export const timingGroup: MeasureGroup = {
  id: "timing",
  version: 1,
  measures: [
    ...seriesMeasures("iat"),
    ...seriesMeasures("forward.iat"),
    ...seriesMeasures("backward.iat"),
    "idle.count",
    "idle.mean",
    "idle.max",
    "active.mean",
    "active.max",
  ],
};

function seriesMeasures(name: string): string[] {
  return [`${name}.mean`, `${name}.std`, `${name}.min`, `${name}.max`];
}
