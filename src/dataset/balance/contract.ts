// How classes are balanced, and what comes of it. The form is that of recipes. Only ever for training rows.

import * as z from "zod";
import type { Duck } from "../duck.ts";
import type { ClassCount, DatasetColumn } from "../store/contract.ts";

/** Column that says which rows were made: 1 for copies and synthetic rows. */
export const SYNTHETIC_COLUMN = "synthetic";
export const WEIGHT_COLUMN = "weight";

export const BALANCE_METHODS = {
  weights: "adds a column `weight`, inverse to the rows of the class; no row is added or removed",
  "random-over": "repeats rows of small classes",
  "random-under": "leaves out rows of large classes",
  smote: "adds rows between rows of small classes and their neighbours",
  tomek: "leaves out rows that are the nearest neighbour of a row of another class",
  "smote-tomek": "smote, then tomek on both sides",
} as const;

/** A whole number of 2 and more: so many rows; 1 and below: that share of the rows of the largest class. */
const amount = z
  .number()
  .positive()
  .max(1e9)
  .refine((value) => value <= 1 || Number.isInteger(value), {
    error: "expected a whole number of rows, or a share of the largest class of at most 1",
  });

export const balanceOptionsForm = z.strictObject({
  method: z.enum(Object.keys(BALANCE_METHODS) as [keyof typeof BALANCE_METHODS]),
  target: z
    .union([z.literal("auto"), amount, z.record(z.string(), amount)])
    .default("auto")
    .describe(
      '"auto": as the largest class (under-sampling: as the smallest); one amount for all classes; or by class.',
    ),
  neighbours: z.int().min(1).max(100).default(5).describe("SMOTE: neighbours to choose from."),
  remove: z
    .enum(["majority", "both"])
    .optional()
    .describe(
      "Which end of a Tomek link goes: that of the class with more rows, or both. Default: both after SMOTE, else majority.",
    ),
  rows: z.int().positive().max(100_000_000).default(5_000_000).describe("More rows than this are refused."),
  seed: z.int().default(1),
});

export type BalanceRequest = z.input<typeof balanceOptionsForm>;
export type BalanceOptions = z.output<typeof balanceOptionsForm>;

export interface BalanceContext {
  duck: Duck;
  /** Path of the table that is written. */
  out: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

export interface BalanceResult {
  rowsBefore: number;
  rowsAfter: number;
  classesBefore: ClassCount[];
  classesAfter: ClassCount[];
  /** Of the table that was written; it has `weight` or `synthetic` behind those of the table that was given. */
  columns: DatasetColumn[];
  /** What people should know: classes that could not be enlarged, links that were removed. */
  remarks: { what: string; count?: number }[];
  /** Fitted values, for the manifest: weights, scales, counts. */
  facts: Record<string, unknown>;
}
