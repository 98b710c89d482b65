// Forms of predictions, as the interface describes them. Rows have the fields of the model's schema, so that they are checked by the
// model's own table, which names what is wrong; these forms describe, with examples.

import * as z from "zod";
import { problemForm } from "./common.ts";

/** Most reasons of a row. */
const REASONS_MAX = 100;

export const predictQuery = z.object({
  missing: z
    .enum(["allow", "refuse"])
    .optional()
    .describe(
      "What to do with rows that lack fields: refuse them, or take them as missing. Default: refuse.",
    ),
  reasons: z.coerce
    .number()
    .int()
    .min(0)
    .max(REASONS_MAX)
    .optional()
    .describe("How many reasons to give for each row: the fields that moved its score most. Default: 0."),
});

const rowForm = z
  .record(z.string(), z.unknown())
  .describe(
    "A row: fields of the model's schema by name, in any spelling; numbers, texts of numbers, names of categories, null for missing.",
  );

export const rowsForm = z
  .union([
    rowForm,
    z.array(z.union([rowForm, z.array(z.unknown())])),
    z.object({ rows: z.array(z.unknown()) }),
    z.object({ instances: z.array(z.unknown()) }),
  ])
  .describe("One row, or many: a list, or a list under `rows` or `instances`.");

export const reasonForm = z.object({
  feature: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string(),
  amount: z.number().describe("How much it moved the score; positive towards the class."),
  text: z.string(),
});

const verdictMembers = {
  predicted_class: z.int().describe("Index of the class."),
  class_label: z.string().describe("Name of the class."),
  prediction: z.string().describe("Name of the class."),
  confidence: z.number().describe("Probability of the class."),
  probabilities: z.record(z.string(), z.number()).describe("Probability of every class."),
  attack: z.boolean().describe("Whether it is an attack, at the threshold."),
  attack_probability: z.number().describe("Summed probability of the classes that are attacks."),
  unknown: z
    .boolean()
    .optional()
    .describe("Whether it is like nothing seen in training; only of models that can tell."),
  reasons: z.array(reasonForm).optional(),
};

const told = {
  ignored: z.array(z.string()).optional().describe("Fields that mean nothing to the model."),
  unknown_categories: z
    .array(z.string())
    .optional()
    .describe("Fields with a category that the schema does not know; it is taken as missing."),
  model: z.object({ name: z.string(), version: z.string() }),
};

export const verdictForm = z.object(verdictMembers);

export const answerForm = z.union([
  z.object({ ...verdictMembers, ...told, status: z.literal("success") }).describe("The verdict of one row."),
  z
    .object({ predictions: z.array(verdictForm), rows: z.int(), ...told })
    .describe("The verdicts of many rows, in their order."),
]);

/** A refused row: problem details that clients of simpler services can read too, who look for `error` and this `status`. */
export const refusedForm = problemForm.extend({
  status: z.union([z.int(), z.literal("failed")]).describe('The HTTP status; "failed" for a single row.'),
  error: z.string().optional().describe("The same as `detail`, for a single row."),
});
