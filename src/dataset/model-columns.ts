// The file that says which columns go into a model of others, as people write it in YAML or JSON. See docs/guide/onnx.md.

import * as z from "zod";
import { parseFormed } from "./yaml-form.ts";

/** A column that goes into an input. */
export interface InputColumn {
  column: string;
  /** What stands for a missing value. */
  missing?: number | string;
  /** What stands for each category. */
  values?: Record<string, number | string>;
}

/** A column of the schema, and how it goes in where no inputs are listed. */
export interface ColumnDefinition {
  name: string;
  unit?: string;
  categories?: string[];
  description?: string;
  missing?: number | string;
  values?: Record<string, number | string>;
}

export interface ModelColumns {
  /** Id of a schema of ours. */
  schema?: string;
  columns?: ColumnDefinition[];
  inputs?: Record<string, InputColumn[]>;
  /** What stands for missing numbers where a column does not say. */
  missing?: number;
  classes?: string[];
  benign?: string[];
}

const VALUE = z.union([z.string(), z.number()]);
const VALUES = z.record(z.string(), VALUE);
const INPUT = z.union([
  z.string().transform((column): InputColumn => ({ column })),
  z.strictObject({ column: z.string(), missing: VALUE.optional(), values: VALUES.optional() }),
]);
const INPUTS = z.union([z.array(INPUT), INPUT.transform((entry) => [entry])]);
const DEFINITION = z.union([
  z.string().transform((name): ColumnDefinition => ({ name })),
  z.strictObject({
    name: z.string(),
    unit: z.string().optional(),
    categories: z.array(z.string()).optional(),
    description: z.string().optional(),
    missing: VALUE.optional(),
    values: VALUES.optional(),
  }),
]);
const COLUMNS = z.array(DEFINITION).nonempty();
const NAMES = z.array(z.coerce.string());
const FORM = z.union([
  z.strictObject({
    schema: z.string().optional(),
    columns: COLUMNS.optional(),
    inputs: z.record(z.string(), INPUTS).optional(),
    missing: z.number().optional(),
    classes: NAMES.optional(),
    benign: NAMES.optional(),
  }),
  // A list alone is that of the columns.
  COLUMNS.transform((columns) => ({ columns })),
]);

/** Reads a file's text. Throws `parameter-invalid`, naming line and place. */
export function parseModelColumns(text: string, path: string): ModelColumns {
  return parseFormed(FORM, { text, path, code: "parameter-invalid" });
}
