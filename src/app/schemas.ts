// The schemas there are: what `orbweaver schemas` shows.

import { schemaById } from "../feature/row-meter.ts";
import type { Schema } from "../feature/schema.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";

export type { Schema } from "../feature/schema.ts";

export function listSchemas(): readonly Schema[] {
  return SCHEMAS;
}

/** The schema with an id. Throws `schema-unknown`. */
export function showSchema(id: string): Schema {
  return schemaById(id);
}
