// Forms of models, aliases and schemas.

import * as z from "zod";

const schemaFacts = z.object({ id: z.string(), fingerprint: z.string(), columns: z.int() });

export const versionForm = z.object({
  name: z.string(),
  version: z.int(),
  created: z.string(),
  object: z.string().describe("SHA-256 of the model file."),
  bytes: z.int(),
  run: z.string().optional(),
  source: z.string().optional(),
  by: z.string().optional(),
  schema: schemaFacts,
  classes: z.array(z.string()),
  benignClasses: z.array(z.string()),
  learner: z.string(),
  metrics: z.record(z.string(), z.number()),
});

export const nameForm = z.object({
  name: z.string(),
  created: z.string(),
  aliases: z.record(z.string(), z.int()).describe("Versions by alias."),
  versions: z.array(versionForm),
  history: z
    .array(
      z.object({
        alias: z.string(),
        version: z.int().optional(),
        at: z.string(),
        by: z.string().optional(),
        how: z.enum(["promote", "roll back", "remove"]),
      }),
    )
    .describe("What happened to aliases, oldest first."),
});

export const servedForm = z.object({
  name: z.string(),
  reference: z.string(),
  version: z.string(),
  digest: z.string().describe("SHA-256 of the model file."),
  isMain: z.boolean().describe("Whether it answers requests that name no model."),
  kind: z.string(),
  schema: schemaFacts,
  classes: z.array(z.string()),
  benignClasses: z.array(z.string()),
  threshold: z.number(),
  knowsUnknown: z.boolean().describe("Whether it can tell rows that are like nothing seen in training."),
  rows: z.int().describe("Rows that it judged."),
});

export const aliasResult = z.object({
  name: z.string(),
  alias: z.string(),
  version: z.int().optional(),
  before: z.int().optional(),
});

export const columnForm = z.object({
  name: z.string(),
  kind: z.enum(["numeric", "categorical"]),
  unit: z.string(),
  categories: z.array(z.string()),
  description: z.string(),
});

export const schemaSummary = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  fingerprint: z.string(),
  rowOf: z.enum(["flow", "packet"]),
  columns: z.int(),
});

export const fieldForm = columnForm.extend({
  example: z
    .union([z.number(), z.string(), z.null()])
    .optional()
    .describe("Of a connection that was really metered; null for missing."),
  usual: z
    .object({ low: z.number(), high: z.number() })
    .optional()
    .describe("Least and greatest value in the bundled capture."),
});

export const schemaForm = schemaSummary.extend({ columns: z.array(fieldForm) });

export const modelFieldsForm = z.object({
  name: z.string(),
  version: z.string(),
  schema: schemaFacts,
  classes: z.array(z.string()),
  benignClasses: z.array(z.string()),
  threshold: z.number(),
  knowsUnknown: z.boolean(),
  fields: z.array(fieldForm),
});
