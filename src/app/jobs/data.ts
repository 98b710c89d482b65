// Jobs on data sets: import, profile, prepare, split, audit, export. Each calls the use case of its command.

import { basename, join } from "node:path";
import * as z from "zod";
import { splitOptionsForm } from "../../dataset/split/contract.ts";
import type { JobKind, Json } from "../../job/contract.ts";
import { EXPORT_FORMATS } from "../export.ts";
import {
  captureForm,
  columnNames,
  datasetForm,
  idForm,
  idsOf,
  inputName,
  inputNames,
  labelForm,
  nameForm,
  rowsForm,
  seedForm,
  stepTeller,
} from "./inputs.ts";
import { copied, page, written } from "./results.ts";

// --- import -----------------------------------------------------------------------------------------------------

const importForm = z.strictObject({
  sources: z
    .array(z.union([z.strictObject({ upload: idForm }), captureForm]))
    .min(1)
    .max(100)
    .describe("Uploads and captures that become one table."),
  name: nameForm.describe("Name of the data set."),
  as: z.string().max(50).optional().describe("Format of the files; told from what they hold unless given."),
  label: labelForm.optional(),
  schema: z.string().max(50).optional().describe("Schema that captures are metered with."),
  timezone: z
    .string()
    .max(100)
    .optional()
    .describe("IANA name of the zone of local times; UTC unless given."),
  measurement: z.string().max(500).optional(),
  rejectShareMax: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Share of rows that may be rejected; 0.01 unless given."),
  replace: z.boolean().default(false).describe("Replace a data set of that name."),
});

export const importJob: JobKind<z.infer<typeof importForm>> = {
  id: "import",
  description: "Makes a data set of uploads and captures.",
  recovery: "never",
  form: importForm,
  inputs: ({ sources }) => idsOf(...sources),
  async run({ sources, name, ...options }, context) {
    const { importDataset } = await import("../import.ts");
    const { manifest, dropped, rejects } = await importDataset({
      ...options,
      sources: await inputNames(sources, context),
      out: name,
      project: context.root,
      signal: context.signal,
      onProgress: ({ source, share, rows }) =>
        context.progress({
          step: `importing ${basename(source)}`,
          ...(share === undefined ? {} : { share }),
          ...(rows === undefined ? {} : { done: rows, unit: "rows" }),
        }),
    });
    for (const { what, count } of manifest.remarks)
      context.log(count === undefined ? what : `${what}: ${count}`);
    const results = rejects === undefined ? [] : [await copied(rejects, "rejects", "text/csv", context)];
    return { summary: { ...datasetSummary(manifest), dropped, rejected: manifest.rejected }, results };
  },
};

interface ManifestFacts {
  name: string;
  table: string;
  tables: Record<string, { rows: number; columns: readonly unknown[]; schema?: { id: string } }>;
}

function datasetSummary({ name, table, tables }: ManifestFacts): { [name: string]: Json } {
  const { rows, columns, schema } = tables[table];
  return { dataset: name, table, rows, columns: columns.length, schema: schema?.id ?? null };
}

// --- profile ----------------------------------------------------------------------------------------------------

const profileForm = z.strictObject({
  rows: rowsForm,
  label: labelForm.optional(),
  columns: columnNames.optional().describe("Only these columns."),
  sampleRows: z.int().min(1).max(10_000_000).optional(),
  seed: seedForm.optional(),
});

export const profileJob: JobKind<z.infer<typeof profileForm>> = {
  id: "profile",
  description: "Tells what a table looks like, column by column, as JSON and as a page.",
  recovery: "again",
  form: profileForm,
  inputs: ({ rows }) => idsOf(rows),
  async run({ rows, ...options }, context) {
    const { profile } = await import("../profile.ts");
    const found = await profile({
      ...options,
      reference: await inputName(rows, context),
      project: context.root,
      html: join(context.results, "profile.html"),
      signal: context.signal,
      onProgress: stepTeller(context),
    });
    return {
      summary: { rows: found.rows, columns: found.columns.length },
      results: [await written("profile", found, "The profile", context), page("page", "profile.html")],
    };
  },
};

// --- prepare ----------------------------------------------------------------------------------------------------

const prepareForm = z.strictObject({
  sources: z.array(rowsForm).min(1).max(1_000),
  name: nameForm.describe("Name of the data set."),
  recipe: z
    .strictObject({
      label: labelForm.optional(),
      columns: z.enum(["union", "common"]).optional(),
      steps: z
        .array(z.union([z.string().max(100), z.record(z.string(), z.unknown())]))
        .max(1_000)
        .default([]),
    })
    .describe("Steps as recipes have them; docs/guide/prepare.md tells them."),
  replace: z.boolean().default(false),
});

export const prepareJob: JobKind<z.infer<typeof prepareForm>> = {
  id: "prepare",
  description: "Prepares rows by a recipe: a data set that is cleaned and, where the recipe says so, split.",
  recovery: "never",
  form: prepareForm,
  inputs: ({ sources }) => idsOf(...sources),
  async run({ sources, name, recipe, replace }, context) {
    const { prepareDataset } = await import("../prepare.ts");
    const { manifest } = await prepareDataset({
      recipe,
      sources: await inputNames(sources, context),
      datasetsOnly: true,
      out: name,
      replace,
      project: context.root,
      signal: context.signal,
      onProgress: ({ name: step, step: done, steps: total, share }) =>
        context.progress({ step, done, total, unit: "steps", ...(share === undefined ? {} : { share }) }),
    });
    for (const { step, rowsBefore, rowsAfter } of manifest.steps)
      context.log(`${step}: ${rowsBefore} → ${rowsAfter} rows`);
    return { summary: { ...datasetSummary(manifest), steps: manifest.steps.length }, results: [] };
  },
};

// --- split ------------------------------------------------------------------------------------------------------

const splitForm = z.strictObject({
  dataset: datasetForm,
  // Checked here, filled in by the use case: requests are kept as they were made.
  split: z.record(z.string(), z.unknown()).superRefine((given, context) => {
    for (const issue of splitOptionsForm.safeParse(given).error?.issues ?? [])
      context.addIssue({ code: "custom", path: [...issue.path], message: issue.message });
  }),
  as: z
    .string()
    .regex(/^[a-z0-9][\w.-]{0,39}$/i)
    .optional()
    .describe("Name of the split."),
});

export const splitJob: JobKind<z.infer<typeof splitForm>> = {
  id: "split",
  description: "Splits a data set into parts.",
  recovery: "never",
  form: splitForm,
  inputs: () => [],
  async run({ dataset, split, as }, context) {
    const { splitDataset } = await import("../split.ts");
    const report = await splitDataset({
      reference: await inputName({ dataset }, context),
      request: splitOptionsForm.parse(split),
      as,
      project: context.root,
      signal: context.signal,
      onProgress: stepTeller(context),
    });
    for (const warning of report.warnings) context.log(warning);
    return { summary: JSON.parse(JSON.stringify(report)) as Json, results: [] };
  },
};

// --- audit ------------------------------------------------------------------------------------------------------

const auditForm = z.strictObject({
  training: rowsForm.describe("A data set with its split, or training rows."),
  test: rowsForm.optional().describe("Test rows."),
  label: labelForm.optional(),
  seed: seedForm.optional(),
  sampleRows: z.int().min(1).max(10_000_000).optional(),
});

export const auditJob: JobKind<z.infer<typeof auditForm>> = {
  id: "audit",
  description: "Looks for what makes scores on rows untrue: leaks, duplicates, identifiers among features.",
  recovery: "again",
  form: auditForm,
  inputs: ({ training, test }) => idsOf(training, test),
  async run({ training, test, ...options }, context) {
    const { auditDataset } = await import("../audit-dataset.ts");
    const report = await auditDataset({
      ...options,
      training: await inputName(training, context),
      ...(test === undefined ? {} : { test: await inputName(test, context) }),
      project: context.root,
      signal: context.signal,
      onProgress: stepTeller(context),
    });
    const bySeverity: Record<string, number> = {};
    for (const { severity, message } of report.findings) {
      bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
      context.log(`${severity}: ${message}`);
    }
    return {
      summary: { findings: report.findings.length, bySeverity },
      results: [await written("audit", report, "All findings with their figures", context)],
    };
  },
};

// --- export -----------------------------------------------------------------------------------------------------

const TYPES = {
  csv: "text/csv",
  parquet: "application/vnd.apache.parquet",
  jsonl: "application/x-ndjson",
  "line-protocol": "text/plain",
} as const;
const FILE_ENDINGS = { csv: "csv", parquet: "parquet", jsonl: "jsonl", "line-protocol": "lp" } as const;

const exportForm = z.strictObject({
  rows: rowsForm,
  format: z.enum(EXPORT_FORMATS),
  measurement: z.string().min(1).max(500).optional(),
  tags: columnNames.optional(),
  time: z.string().min(1).max(500).optional(),
  exact: z
    .boolean()
    .default(false)
    .describe("Write texts of CSV as they are, also those that a spreadsheet would take for a formula."),
});

export const exportJob: JobKind<z.infer<typeof exportForm>> = {
  id: "export",
  description: "Writes rows as CSV, Parquet, JSON lines or line protocol.",
  recovery: "again",
  form: exportForm,
  inputs: ({ rows }) => idsOf(rows),
  async run({ rows, format, exact, ...options }, context) {
    const { exportRows } = await import("../export.ts");
    const file = `rows.${FILE_ENDINGS[format]}`;
    const written = await exportRows({
      ...options,
      reference: await inputName(rows, context),
      to: join(context.results, file),
      format,
      forSpreadsheets: !exact,
      project: context.root,
      signal: context.signal,
      onProgress: ({ rows: done, total }) =>
        context.progress({ step: "writing", done, total, unit: "rows", share: total > 0 ? done / total : 1 }),
    });
    return {
      summary: { rows: written.rows, bytes: written.bytes, skipped: written.skipped },
      results: [{ name: "rows", file, type: TYPES[format], description: "The rows", rows: written.rows }],
    };
  },
};
