// Forms that many routes share: problem details and what a route answers when something is wrong.

import * as z from "zod";
import { ERRORS, type ErrorCode } from "../../base/errors.ts";

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const problemForm = z
  .object({
    type: z.string().describe("Names the kind of failure: urn:orbweaver:problem:CODE."),
    title: z.string(),
    status: z.int().describe("The HTTP status."),
    detail: z.string().describe("What was found, where, and what was expected, in one line."),
    code: z.enum(CODES).describe("The code of the table of errors."),
    hint: z.string().describe("What to do."),
    errors: z
      .array(z.object({ field: z.string(), found: z.string(), expected: z.string() }))
      .optional()
      .describe("Fields that are not as they should be."),
  })
  .describe("What went wrong (RFC 9457).")
  .meta({ id: "Problem" });

const DESCRIPTIONS = {
  400: "The request is not as it should be.",
  401: "The caller is not authenticated.",
  403: "The caller may not do this.",
  404: "There is no such thing.",
  405: "There is no such method.",
  406: "No form that was asked for can be given.",
  409: "It does not go with what is there.",
  413: "The body is too large.",
  415: "The body is of a type that is not taken.",
  422: "What was given cannot be processed.",
  429: "Too many requests; the header Retry-After says when to come again.",
  503: "Not available at the moment.",
  507: "There is no room left.",
} as const;

export type ProblemStatus = keyof typeof DESCRIPTIONS;

interface ProblemResponse {
  description: string;
  content: { "application/problem+json": { schema: typeof problemForm } };
}

/** Responses of a route for the failures that it can meet. */
export function problems<Status extends ProblemStatus>(
  ...statuses: Status[]
): Record<Status, ProblemResponse> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: DESCRIPTIONS[status],
        content: { "application/problem+json": { schema: problemForm } },
      },
    ]),
  ) as unknown as Record<Status, ProblemResponse>;
}
