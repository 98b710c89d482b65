// The fields of a model's rows as a form needs them: what each means, and what is usual.
//
// Examples and usual values are those of really metered rows of the schema, and absent where the model's columns are of no schema
// of ours, or of an older one.

import type { ColumnSpecification } from "../feature/table.ts";
import { SCHEMA_EXAMPLES, type SchemaExample } from "./schema-examples.generated.ts";

export interface RowField extends ColumnSpecification {
  /** From a connection that was really metered; null for missing. */
  example?: number | string | null;
  /** Least and greatest value in the bundled capture. */
  usual?: { low: number; high: number };
}

export function rowFields(schema: {
  id: string;
  fingerprint: string;
  columns: readonly ColumnSpecification[];
}): RowField[] {
  const known = SCHEMA_EXAMPLES[schema.id];
  const example = known?.fingerprint === schema.fingerprint ? known : undefined;
  return schema.columns.map((column, index) => ({ ...column, ...factsOf(example, index) }));
}

function factsOf(example: SchemaExample | undefined, index: number): Pick<RowField, "example" | "usual"> {
  if (example === undefined) return {};
  const low = example.low[index];
  const high = example.high[index];
  return {
    example: example.row[index],
    ...(low === null || high === null ? {} : { usual: { low, high } }),
  };
}
