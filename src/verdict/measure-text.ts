// Values of features in words that a person can check: human units, and names instead of codes.

import { durationText, numberText } from "../base/number-text.ts";
import type { ColumnSpecification } from "../feature/table.ts";

/** The value of a column with its unit; "missing" for NaN. */
export function valueText(column: ColumnSpecification, value: number): string {
  if (Number.isNaN(value)) return "missing";
  if (column.kind === "categorical") return column.categories[value] ?? `code ${value}`;
  switch (column.unit) {
    case "us":
      return durationText(value);
    case "":
    case "ratio":
      return numberText(value);
    case "1/s":
      return `${numberText(value)}/s`;
    default:
      return `${numberText(value)} ${value === 1 ? column.unit.replace(/s$/, "") : column.unit}`;
  }
}
