// What a split is asked for, and what comes of it. The form is that of recipes; the command line fills in the same.
//
// Whatever the method: every row is in exactly one part or in none, and the same options give the same parts.

import * as z from "zod";
import type { Duck } from "../duck.ts";
import type { ClassCount } from "../store/contract.ts";

export { NO_PART } from "./order.ts";

/** Most parts of a split; the assignment has one byte a row. */
export const PARTS_MAX = 254;
/** Most classes that shares can be kept for. */
export const STRATA_MAX = 1000;

/** How rows that belong together are told. */
export const GROUP_KINDS = {
  host: "the address that opened the flow",
  pair: "both addresses, whichever opened the flow",
  network: "addresses that are linked by rows, directly or through others: no address is on two sides",
  capture: "the file that a row came from",
  session: "rows of a pair of addresses with no pause longer than `idle` seconds between them",
  day: "the day of the row's time, UTC",
} as const;
export type GroupKind = keyof typeof GROUP_KINDS;

const SUM_SLACK = 1e-9;

const partName = z
  .string()
  .regex(/^[a-z][\w.]{0,39}$/i, "a part's name is a letter, then letters, digits, '_' and '.', at most 40");

/** Part → share in per cent. Where they sum to less than 100, the rest of the rows is in no part. */
const partsForm = z
  .record(partName, z.number().min(0).max(100))
  .refine((parts) => Object.values(parts).filter((share) => share > 0).length >= 2, {
    error: "expected at least two parts with a share above 0",
  })
  .refine((parts) => Object.keys(parts).length <= PARTS_MAX, { error: `at most ${PARTS_MAX} parts` })
  .refine((parts) => Object.values(parts).reduce((sum, share) => sum + share, 0) <= 100 + SUM_SLACK, {
    error: "the shares of the parts sum to more than 100 per cent",
  })
  .default({ train: 70, validation: 10, test: 20 });

const shared = {
  seed: z.int().default(1),
  stratify: z
    .boolean()
    .default(true)
    .describe("Keep the share of every class in every part, as far as the method can."),
  duplicates: z
    .enum(["free", "together"])
    .default("free")
    .describe('"together": rows whose features are all equal are in the same part.'),
};
const timed = {
  column: z.string().optional().describe("The column of times; default: `start_us`, or the only one."),
  gap: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "Seconds between the last row of one part and the first of the next; rows in between are in no part.",
    ),
};
const grouped = {
  /** One of GROUP_KINDS, or columns whose values together name the group. */
  group: z.union([
    z
      .string()
      .min(1)
      .transform((name) => [name]),
    z.array(z.string().min(1)).min(1).max(64),
  ]),
  idle: z.number().positive().default(1800).describe("Seconds of silence that end a session."),
};
const patterns = z.array(z.string().min(1)).min(1).max(1000);

export const splitOptionsForm = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("random"), parts: partsForm, ...shared }),
  z.strictObject({ by: z.literal("time"), parts: partsForm, ...timed }),
  z.strictObject({ by: z.literal("group"), parts: partsForm, ...shared, ...grouped, column: timed.column }),
  z.strictObject({
    by: z.literal("official"),
    /** Part → names of source files, with * and ?; default: the published pairs that are known. */
    sources: z
      .record(partName, patterns)
      .refine((parts) => Object.keys(parts).length >= 1, { error: "expected at least one part" })
      .optional(),
  }),
  z.strictObject({
    by: z.literal("folds"),
    folds: z.int().min(2).max(PARTS_MAX).default(5),
    of: z.enum(["random", "time", "group"]).default("random"),
    ...shared,
    ...timed,
    ...grouped,
    group: grouped.group.optional(),
  }),
]);

/** As it is given. */
export type SplitRequest = z.input<typeof splitOptionsForm>;
/** With what was left out filled in. */
export type SplitOptions = z.output<typeof splitOptionsForm>;

export interface SplitContext {
  duck: Duck;
  /** Path of the assignment that is written. */
  out: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

export interface SplitPart {
  name: string;
  rows: number;
  /** Where the table has a label; of all classes of the table, those without a row in this part too. */
  classes?: ClassCount[];
}

export interface SplitResult {
  parts: SplitPart[];
  /** Why rows are in no part. */
  leftOut: { reason: string; rows: number }[];
  warnings: string[];
  /** What was found and decided: columns, groups, moments of the cuts. Data for the manifest. */
  facts: Record<string, unknown>;
}
