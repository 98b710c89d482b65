// Values of features in words that a person can check: grouped digits, human units, names instead of codes.
//
// Deterministic and independent of locale. Knows no terminal.

import type { ColumnSpecification } from "../feature/table.ts";

/** Whole number with commas between thousands. */
export function groupedText(value: number): string {
  const digits = Math.abs(Math.trunc(value)).toString();
  let text = "";
  for (let index = 0; index < digits.length; index++) {
    if (index > 0 && (digits.length - index) % 3 === 0) text += ",";
    text += digits[index];
  }
  return value < 0 && text !== "0" ? `-${text}` : text;
}

/** A number for people: whole ones in full, others with three significant digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "missing" : value > 0 ? "infinite" : "-infinite";
  if (Math.abs(value) >= 1000 || Number.isInteger(value)) return wholeText(value);
  return String(Number(value.toPrecision(3)));
}

function wholeText(value: number): string {
  return Math.abs(value) < 1e15 ? groupedText(Math.round(value)) : value.toExponential(2);
}

/** A span of time with the unit that suits it. */
export function durationText(durationUs: number): string {
  if (!Number.isFinite(durationUs)) return numberText(durationUs);
  const size = Math.abs(durationUs);
  if (size < 1_000) return `${numberText(durationUs)} us`;
  if (size < 1_000_000) return `${numberText(durationUs / 1_000)} ms`;
  if (size < 120_000_000) return `${numberText(durationUs / 1_000_000)} s`;
  if (size < 7_200_000_000) return `${numberText(durationUs / 60_000_000)} min`;
  return `${numberText(durationUs / 3_600_000_000)} h`;
}

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
      return `${numberText(value)} ${column.unit}`;
  }
}
