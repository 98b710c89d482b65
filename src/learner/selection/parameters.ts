// Parameters that several methods share.

import type { ParameterSpecification } from "../contract.ts";

/** How many columns stay. */
export function bestColumns(standard: number): ParameterSpecification {
  return {
    name: "columns",
    type: "integer",
    default: standard,
    minimum: 1,
    maximum: 16_384,
    description: "How many columns stay; all where there are no more",
  };
}
