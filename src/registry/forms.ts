// The forms of what a registry keeps, checked where it comes in and where a single document is read: other releases and other
// programs write into the same store.

import * as z from "zod";
import { OrbweaverError } from "../base/errors.ts";
import type { StoredDocument } from "../store/contract.ts";
import type { Artefact, ModelName, ModelVersion, Run } from "./contract.ts";

const count = z.int().nonnegative();
const ordinal = z.int().positive();
const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected a SHA-256 in hexadecimal" });
const figures = z.record(z.string(), z.number());
const setting = z.union([z.string(), z.number(), z.boolean()]);
const schema = z.object({ id: z.string(), fingerprint: z.string(), columns: count });

export const artefactForm: z.ZodType<Artefact> = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, { error: "expected a plain file name" }),
  object: digest,
  bytes: count,
  type: z.string().max(200),
});

export const runForm: z.ZodType<Run> = z.object({
  id: z.string(),
  state: z.enum(["running", "finished", "failed", "cancelled", "interrupted"]),
  kind: z.enum(["train", "evaluate"]),
  release: z.string(),
  rows: z.array(z.string()),
  options: z.record(z.string(), z.union([setting, z.array(z.string())])),
  by: z.string().optional(),
  model: z.string().optional(),
  modelObject: digest.optional(),
  learner: z.string().optional(),
  seed: z.number().optional(),
  started: z.string(),
  ended: z.string().optional(),
  elapsedMs: z.number().nonnegative().optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  process: z.object({ pid: z.int(), started: z.string(), space: z.string() }).optional(),
  parameters: z.record(z.string(), setting).optional(),
  metrics: figures.optional(),
  schema: schema.optional(),
  data: z
    .object({
      fingerprint: z.string(),
      rows: count,
      classes: z.array(z.object({ name: z.string(), rows: count })),
    })
    .optional(),
  findings: z.record(z.string(), count).optional(),
  iterations: count.optional(),
  artefacts: z.array(artefactForm).max(100).optional(),
});

export const versionForm: z.ZodType<ModelVersion> = z.object({
  name: z.string(),
  version: ordinal,
  created: z.string(),
  object: digest,
  bytes: count,
  run: z.string().optional(),
  source: z.string().optional(),
  by: z.string().optional(),
  schema,
  classes: z.array(z.string()),
  benignClasses: z.array(z.string()),
  learner: z.string(),
  metrics: figures,
});

export const nameForm: z.ZodType<ModelName> = z.object({
  name: z.string(),
  created: z.string(),
  newest: count,
  versions: z.array(ordinal),
  aliases: z.record(z.string(), z.object({ version: ordinal, before: z.array(ordinal) })),
  history: z.array(
    z.object({
      alias: z.string(),
      version: ordinal.optional(),
      at: z.string(),
      by: z.string().optional(),
      how: z.enum(["promote", "roll back", "remove"]),
    }),
  ),
});

/** The body of a document that has the form. Throws `registry-invalid`. */
export function checkedForm<Value>(form: z.ZodType<Value>, document: StoredDocument, what: string): Value {
  return checked(form, document.body, what);
}

/** Throws `registry-invalid`. */
export function checked<Value>(form: z.ZodType<Value>, value: unknown, what: string): Value {
  const found = form.safeParse(value);
  if (found.success) return found.data;
  const [{ path, message }] = found.error.issues;
  const where = path.length === 0 ? "" : ` at ${path.map(String).join(".")}`;
  throw new OrbweaverError("registry-invalid", `${what} has no form of ours${where}: ${message}`);
}
