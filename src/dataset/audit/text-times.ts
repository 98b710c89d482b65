// Moments that are told by text, as SQL: µs since 1970, NULL where a text is none. Zones are ignored: only the order matters.

import { identifier, literal } from "../duck.ts";
import type { DatasetColumn } from "../store/contract.ts";

/** Forms that the public files use, after ISO 8601. */
const FORMS = [
  "%d-%b %Y %H:%M:%S.%g",
  "%b %d, %Y %H:%M:%S.%g",
  "%d/%m/%Y %I:%M:%S %p",
  "%d/%m/%Y %H:%M:%S",
  "%d/%m/%Y %I:%M %p",
  "%d/%m/%Y %H:%M",
] as const;

export function momentSql(column: DatasetColumn): string {
  // Digits beyond microseconds, and names of zones, are cut off.
  const text = `regexp_replace(trim(${identifier(column.name)}::VARCHAR), '(\\.\\d{3})\\d*.*$|\\s+[A-Z][A-Za-z]*( [A-Z][a-z]+)* Time$', '\\1')`;
  const tries = FORMS.map((form) => `try_strptime(${text}, ${literal(form)})`);
  return `epoch_us(coalesce(try_cast(${text} AS TIMESTAMP), ${tries.join(", ")}))`;
}
