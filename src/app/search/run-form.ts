// The form of a run's record, version 1: what is checked when one is read. NaN is null in the file.

import { z } from "zod";

const number = z.union([z.number(), z.null()]).transform((value) => value ?? Number.NaN);
const text = z.string().max(10_000);
const texts = z.array(text).max(100_000);
const values = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
const numbers = z.record(z.string(), number);
const interval = z.object({ mean: number, low: number, high: number });
const metric = z.object({ id: text, title: text, greaterIsBetter: z.boolean() });

const finding = z.object({
  code: text,
  severity: z.enum(["info", "warning", "error"]),
  message: text,
});

const entry = z.object({
  name: text,
  kind: z.enum(["candidate", "baseline"]),
  learner: text.optional(),
  parameters: values.optional(),
  varied: texts.optional(),
  rule: text.optional(),
  folds: z.number().int().min(0),
  rows: z.number().int().min(0),
  round: z.number().int().min(1).optional(),
  scores: z.record(z.string(), interval.extend({ folds: z.array(number).max(10_000) })),
  difference: interval.optional(),
  fitMs: number,
  scoreUs: number,
  bytes: z.number().min(0),
  failure: text.optional(),
});

const comparison = z.object({
  metric,
  metrics: z.array(metric).max(1000),
  view: z.enum(["classes", "attack"]),
  rows: z.number().int().min(0),
  folds: z.object({
    method: z.enum(["stratified", "groups", "time", "holdout"]),
    count: z.number().int().min(1),
    by: text.optional(),
    testShare: z.number().min(0),
  }),
  search: z
    .object({
      method: z.enum(["grid", "random", "halving"]),
      candidates: z.number().int().min(0),
      rounds: z
        .array(z.object({ rows: z.number().int(), candidates: z.number().int() }))
        .max(100)
        .optional(),
    })
    .optional(),
  entries: z.array(entry).max(10_000),
  best: text.optional(),
  cancelled: z.boolean(),
  findings: z.array(finding).max(10_000),
  remarks: texts,
});

const digest = z.string().regex(/^[0-9a-f]{16,128}$/);

export const runForm = z.object({
  type: z.literal("orbweaver-run"),
  version: z.literal(1),
  release: text,
  started: z.iso.datetime(),
  elapsedMs: z.number().min(0),
  command: z.object({
    rows: texts,
    validation: texts.optional(),
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), texts])),
  }),
  data: z.object({
    fingerprint: digest,
    schema: z.object({ id: text, fingerprint: text, columns: z.number().int().min(1) }),
    rows: z.number().int().min(1),
    classes: z.array(z.object({ name: text, rows: z.number().int().min(0) })).max(10_000),
    benign: texts,
  }),
  learner: text,
  parameters: values,
  steps: z.object({ select: text.optional(), calibrate: text.optional(), unknown: text.optional() }),
  seed: z.number().int(),
  comparison: comparison.optional(),
  fit: z.object({
    elapsedMs: z.number().min(0),
    iterations: z.number().min(0),
    metrics: numbers,
    progress: z.array(z.object({ done: z.number(), metrics: numbers })).max(2_000),
  }),
  findings: z.array(finding).max(10_000),
  model: z.object({ file: text, bytes: z.number().int().min(1), sha256: digest }),
});
