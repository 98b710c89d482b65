// Forms of KServe's protocols: V1, and V2, the Open Inference Protocol.

import * as z from "zod";
import { problemForm } from "./common.ts";
import { reasonForm, verdictForm } from "./predict.ts";

export const v1Models = z.object({ models: z.array(z.string()) });
export const v1Ready = z.object({ name: z.string(), ready: z.boolean() });
export const v1Request = z
  .object({ instances: z.array(z.unknown()) })
  .describe("Rows: objects of fields, objects of one-element lists, or lists in the order of the schema.");
export const v1Predictions = z.object({ predictions: z.array(verdictForm) });
export const v1Explanations = z.object({
  explanations: z.array(verdictForm.extend({ reasons: z.array(reasonForm) })),
});

const parameters = z.record(z.string(), z.unknown());
const tensorFacts = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const v2Server = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) });
export const v2Live = z.object({ live: z.boolean() });
export const v2Ready = z.object({ live: z.boolean(), ready: z.boolean() });
export const v2ModelReady = z.object({ name: z.string(), ready: z.boolean() });
export const v2Model = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorFacts),
  outputs: z.array(tensorFacts),
});

export const v2Request = z.object({
  id: z.string().optional(),
  parameters: parameters.optional(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number()).max(8),
        datatype: z.string(),
        parameters: parameters.optional(),
        data: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(4096),
  outputs: z
    .array(z.object({ name: z.string(), parameters: parameters.optional() }))
    .max(64)
    .optional(),
});

export const v2Response = z.object({
  model_name: z.string(),
  model_version: z.string().optional(),
  id: z.string().optional(),
  parameters: parameters.optional(),
  outputs: z.array(
    tensorFacts.extend({ parameters: parameters.optional(), data: z.array(z.unknown()).optional() }),
  ),
});

/** Problem details with the member that the protocols ask for. */
const errorForm = problemForm.extend({ error: z.string().describe("What went wrong.") });

/** Responses of KServe's routes for failures. */
export const failures = Object.fromEntries(
  [400, 404, 413, 415, 503].map((status) => [
    status,
    {
      description: "What went wrong.",
      content: { "application/problem+json": { schema: errorForm } },
    },
  ]),
) as unknown as Record<
  400 | 404 | 413 | 415 | 503,
  { description: string; content: { "application/problem+json": { schema: typeof errorForm } } }
>;
