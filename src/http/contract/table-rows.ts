// Forms of questions to the rows of a table: what is filtered and sorted by, as a query has them, and a page of rows.

import * as z from "zod";
import { type Condition, conditionsForm, type RowQuestion } from "../../app/table-rows.ts";
import { OrbweaverError } from "../../base/errors.ts";

/** Of a query; a filter of twenty conditions with long lists fits. */
const WHERE_MAX = 16_000;

export const questionQuery = z.object({
  where: z
    .string()
    .max(WHERE_MAX)
    .optional()
    .describe(
      'Conditions that all have to hold, as JSON: [{"column": "class", "is": "equal", "value": ["DDoS", "Bot"]}, {"column": ["source_port", "destination_port"], "is": "equal", "value": 80}]. Of several columns or values, one has to fit. `is`: equal, different, at-least, at-most, contains, starts, missing, present.',
    ),
  sort: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe("Column to sort by; rows that are alike keep their order."),
  order: z.enum(["ascending", "descending"]).optional().describe("Ascending unless given."),
});

export const rowsPageQuery = questionQuery.extend({
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_000_000_000)
    .default(0)
    .describe("Rows to leave out in front."),
  limit: z.coerce.number().int().min(1).max(1_000).default(200).describe("Rows to give at the most."),
});

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const rowsPageForm = z
  .object({
    total: z.int().min(0).describe("Rows that fit."),
    offset: z.int().min(0),
    columns: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(["number", "text", "time", "other"]),
        unit: z.string(),
        description: z.string(),
      }),
    ),
    rows: z
      .array(z.array(cell))
      .describe("Values in the order of the columns; numbers that JavaScript cannot hold exactly are texts."),
  })
  .describe("A page of the rows of a table.")
  .meta({ id: "RowsPage" });

/** What a query asks of rows. Throws `request-invalid`. */
export function questionOf({ where, sort, order }: z.infer<typeof questionQuery>): RowQuestion {
  return {
    where: where === undefined ? [] : conditionsOf(where),
    ...(sort === undefined ? {} : { sort: { column: sort, descending: order === "descending" } }),
  };
}

function conditionsOf(text: string): Condition[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused("where", text, "a list of conditions as JSON");
  }
  const read = conditionsForm.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refused(["where", ...issue.path].join("/"), text, issue.message);
}

function refused(field: string, found: string, expected: string): OrbweaverError {
  const told = found.slice(0, 100);
  return new OrbweaverError("request-invalid", `${field}: found ${told}, expected ${expected}`, {
    fields: [{ field, found: told, expected }],
  });
}
