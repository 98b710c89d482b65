// Small models of public schemas for tests of serving: fitted on seeded random rows whose classes follow from a few fields.

import { Random } from "../../src/base/random.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import type { LabelledTable } from "../../src/feature/table.ts";
import { learnerById } from "../../src/learner/index.ts";
import type { Model } from "../../src/model/contract.ts";

export interface ServedModelOptions {
  schema: string;
  classes: readonly string[];
  seed?: number;
  trees?: number;
}

/** A table of a schema of ours: whole numbers and fractions, categories by code. */
export function schemaTable(schemaId: string, classes: readonly string[], seed = 1): LabelledTable {
  const schema = SCHEMAS.find(({ id }) => id === schemaId);
  if (schema === undefined) throw new Error(`no schema ${schemaId}`);
  const random = new Random(seed);
  const rowCount = 300;
  const values = schema.columns.map(({ kind, categories }, column) =>
    Float64Array.from({ length: rowCount }, () => {
      if (kind === "categorical") return random.integer(0, categories.length - 1);
      return column % 3 === 0 ? random.integer(0, 70_000) : random.normal() * 10 ** (column % 5);
    }),
  );
  const labels = Int32Array.from({ length: rowCount }, (_, row) => {
    const sum = values[0][row] + values[values.length - 1][row];
    return Math.abs(Math.floor(sum / 7_000)) % classes.length;
  });
  return { schema, rowCount, values, classes, labels };
}

export async function servedModel({ schema, classes, seed, trees = 20 }: ServedModelOptions): Promise<Model> {
  const table = schemaTable(schema, classes, seed);
  return learnerById("forest").fit(table, { trees }, { seed: seed ?? 1 });
}

/** Rows of a table as clients send them: by name, categories by name. */
export function clientRows(
  { schema, values, rowCount }: LabelledTable,
  limit = rowCount,
): Record<string, unknown>[] {
  return Array.from({ length: Math.min(limit, rowCount) }, (_, row) =>
    Object.fromEntries(
      schema.columns.map(({ name, kind, categories }, column) => {
        const value = values[column][row];
        return [name, kind === "categorical" ? categories[value] : value];
      }),
    ),
  );
}
