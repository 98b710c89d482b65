// Forms of uploads, captures, data sets, jobs and runs, as requests and answers have them.

import * as z from "zod";
import { manifestForm } from "../../app/dataset-form.ts";
import { idForm, nameForm } from "../../app/jobs/inputs.ts";
import { JOB_KINDS, JOB_STATES } from "../../app/jobs.ts";

export const idParams = z.object({ id: idForm });
export const nameParams = z.object({ name: nameForm });

export const pageQuery = z.object({
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("How many to leave out in front."),
  limit: z.coerce.number().int().min(1).max(1_000).default(50).describe("How many to give at the most."),
});

export const moment = z.string().describe("Moment in UTC, ISO 8601.");
const count = z.int().min(0);
const anything = z.unknown();

export const removedForm = z.object({ removed: z.array(z.string()) });

// --- files ------------------------------------------------------------------------------------------------------

export const fileForm = z
  .object({
    id: z.string(),
    name: z.string(),
    bytes: count,
    sha256: z.string(),
    created: moment,
    owner: z.string().optional(),
  })
  .describe("A file that was sent.")
  .meta({ id: "File" });
export const captureForm = fileForm
  .extend({
    facts: anything.optional().describe("What it holds: frames, times, link types, what was found in them."),
  })
  .describe("A capture that was sent.")
  .meta({ id: "Capture" });

export const uploadQuery = z.object({
  name: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("What the file is called, where it is the body; its ending may tell its format."),
});

export const binaryBody = z.unknown().describe("The bytes of the file, or a multipart form with one file.");

// --- jobs -------------------------------------------------------------------------------------------------------

export const progressForm = z.object({
  step: z.string(),
  share: z.number().min(0).max(1).optional().describe("Of the step, where that is known."),
  done: z.number().optional(),
  total: z.number().optional(),
  unit: z.string().optional(),
});

export const resultForm = z.object({
  name: z.string(),
  file: z.string(),
  type: z.string(),
  bytes: count,
  description: z.string(),
  rows: count.optional(),
});

export const failureForm = z.object({ code: z.string(), message: z.string(), hint: z.string() });

export const jobForm = z
  .object({
    id: z.string(),
    kind: z.string(),
    request: anything,
    state: z.enum(JOB_STATES),
    owner: z.string().optional(),
    created: moment,
    started: moment.optional(),
    ended: moment.optional(),
    attempt: count.describe("How often it was begun or gone on with."),
    attempts: z
      .array(
        z.object({
          started: moment,
          ended: moment.optional(),
          end: z.enum(["finished", "failed", "cancelled", "interrupted"]).optional(),
        }),
      )
      .optional()
      .describe("Each time that it was begun or gone on with, and how that ended."),
    cancelAsked: z.boolean().optional(),
    failure: failureForm.optional(),
    summary: anything.optional().describe("What was found, in a few figures."),
    results: z.array(resultForm),
    memoryMegabytes: count,
    progress: progressForm.optional(),
    steps: z
      .array(z.object({ step: z.string(), started: moment, ended: moment.optional() }))
      .optional()
      .describe("What it has been through, of the last attempt; told where one job is asked for."),
  })
  .describe("Long work: what was asked for, how far it is, and what it made.")
  .meta({ id: "Job" });

const kindForms = JOB_KINDS.map(({ id, description, form }) =>
  z.strictObject({ kind: z.literal(id), request: form }).describe(description),
);
type KindForm = (typeof kindForms)[number];

export const newJobForm = z
  .discriminatedUnion("kind", kindForms as unknown as [KindForm, ...KindForm[]])
  .describe("What is to be done; the form of the request is that of its kind.")
  .meta({ id: "NewJob" });

export const jobsQuery = pageQuery.extend({
  state: z.enum(JOB_STATES).optional(),
  kind: z.string().max(50).optional(),
  owner: z.string().max(200).optional(),
});

export const jobsForm = z.object({ total: count, jobs: z.array(jobForm) });

export const logQuery = z.object({
  from: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe("First byte that is wanted; the end of the log unless given."),
  bytes: z.coerce.number().int().min(1).max(262_144).optional().describe("How many bytes at the most."),
});

export const logForm = z
  .object({
    from: count.describe("Place of the first byte given."),
    to: count.describe("Place behind the last byte given: the next `from`."),
    end: count.describe("Place behind the last byte there is."),
    kept: count.describe("Place of the first byte that is still kept."),
    text: z.string(),
  })
  .describe("A part of a log.")
  .meta({ id: "LogPart" });

export const formatQuery = z.object({
  format: z
    .enum(["csv", "parquet", "jsonl"])
    .optional()
    .describe("Of tables; as they are kept unless given."),
});

// --- data sets --------------------------------------------------------------------------------------------------

export const datasetForm = manifestForm
  .describe("The manifest of a data set: tables, columns, sources, steps, splits.")
  .meta({ id: "Dataset" });

export const rowsQuery = z.object({
  format: z.enum(["csv", "parquet", "jsonl"]).default("csv"),
  table: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional(),
  part: z
    .string()
    .regex(/^-?[\w.-]{1,100}(?:\/-?[\w.-]{1,100})?$/)
    .optional()
    .describe("Part of a split: train, SPLIT/train."),
});

export const pageOfRowsQuery = rowsQuery.omit({ format: true }).extend({
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const pageOfRowsForm = z.object({
  total: count.describe("Rows of the table or part."),
  columns: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      kind: z.string(),
      unit: z.string(),
      description: z.string(),
    }),
  ),
  rows: z
    .array(z.array(z.string().nullable()))
    .describe("Values by column, as texts; long ones are cut. Null is missing."),
});

export const importersForm = z.object({
  importers: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
});

// --- recipes ----------------------------------------------------------------------------------------------------

export const recipeStepsForm = z.object({
  steps: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      form: anything.describe(
        "JSON Schema of its options; `short` names the one that may stand alone in their place.",
      ),
    }),
  ),
  split: anything.describe("JSON Schema of what a split of a data set is asked for."),
});

export const recipeTextForm = z.strictObject({
  text: z.string().max(1_000_000).describe("A recipe in YAML."),
});

export const checkedRecipeForm = z.object({
  given: anything.describe("The recipe as plain data."),
  learns: z.array(z.string().nullable()).describe("What each step learns from rows; null for nothing."),
});
