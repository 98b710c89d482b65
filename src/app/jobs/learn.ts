// Jobs on models: train, compare, evaluate, explain. Each calls the use case of its command; trainings and evaluations are runs
// of the registry.

import { rename } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import type { JobContext, JobKind, JobProgress, Json } from "../../job/contract.ts";
import { writeWhole } from "../file.ts";
import { finite } from "../plain-json.ts";
import type { Recorded } from "../recording.ts";
import type { CompareProgress } from "../search/compare.ts";
import {
  columnNames,
  idsOf,
  inputNames,
  labelForm,
  modelForm,
  nameForm,
  recordOf,
  rowsForm,
  seedForm,
  stepTeller,
} from "./inputs.ts";
import { page, written } from "./results.ts";

const rowsList = z.array(rowsForm).min(1).max(1_000);
const setting = z.string().min(1).max(500);
const labelMap = z
  .union([z.literal("kdd5"), z.record(z.string().max(500), z.string().min(1).max(500))])
  .describe("Classes by label: kdd5, or a class for each label.");
const rowLimit = z.int().min(1).max(1_000_000_000);

function labelMapOf(given: z.infer<typeof labelMap> | undefined): "kdd5" | Map<string, string> | undefined {
  return given === undefined || given === "kdd5" ? given : new Map(Object.entries(given));
}

/** The run and the version that came of it, and what went wrong in keeping them. */
function recordedFacts(recorded: Recorded | undefined, context: JobContext): { [name: string]: Json } {
  for (const warning of recorded?.warnings ?? []) context.log(warning);
  if (recorded?.failure !== undefined) throw recorded.failure;
  const { run, version } = recorded ?? {};
  return {
    ...(run === undefined ? {} : { run }),
    ...(version === undefined ? {} : { model: `${version.name}:${version.version}` }),
  };
}

// --- train ------------------------------------------------------------------------------------------------------

const trainForm = z.strictObject({
  rows: rowsList,
  name: nameForm.optional().describe("Name in the registry that the model becomes the next version of."),
  label: labelForm.optional(),
  labelMap: labelMap.optional(),
  learners: z.array(z.string().min(1).max(50)).min(1).max(50).optional().describe("Ids of GET /learners."),
  set: z.array(setting).max(200).optional().describe("NAME=VALUE or LEARNER.NAME=VALUE."),
  preset: z.string().min(1).max(50).optional(),
  seed: seedForm.optional(),
  exclude: columnNames.optional(),
  include: columnNames.optional(),
  benign: columnNames.optional().describe("Classes that are no attack."),
  weights: setting.optional().describe("Column that weighs rows; none for none."),
  validation: rowsList.optional(),
  limit: rowLimit.optional(),
  search: z.enum(["grid", "random", "halving"]).optional(),
  trials: z.int().min(1).max(10_000).optional(),
  grid: z.array(setting).max(100).optional(),
  cv: z.int().min(2).max(100).optional().describe("Folds."),
  holdout: z.number().gt(0).lt(1).optional().describe("Share held out, instead of folds."),
  cvBy: setting.optional(),
  metric: setting.optional(),
  select: setting.optional(),
  calibrate: setting.optional(),
  unknown: setting.optional(),
  coverage: z.number().gt(0).lt(1).optional(),
});

const MODEL = "model.orb";

export const trainJob: JobKind<z.infer<typeof trainForm>> = {
  id: "train",
  description: "Learns a model from labelled rows, of one learner or of the best of many that are compared.",
  recovery: "never",
  form: trainForm,
  inputs: ({ rows, validation }) => idsOf(...rows, ...(validation ?? [])),
  async run({ rows, name, validation, labelMap: given, ...options }, context) {
    const [{ train }, { FitFigures, FIGURES_FILE }] = await Promise.all([
      import("../train.ts"),
      import("./fit-figures.ts"),
    ]);
    const figures = new FitFigures(context.results);
    const result = await train({
      ...options,
      labelMap: labelMapOf(given),
      rows: await inputNames(rows, context),
      ...(validation === undefined ? {} : { validation: await inputNames(validation, context) }),
      // Below the working directory: the run tells by which name the model was written.
      out: MODEL,
      record: recordOf(context, { name }),
      signal: context.signal,
      onRead: (facts) => context.log(`read ${facts.rows} rows`),
      onAudit: stepTeller(context),
      onCompare: (progress) => {
        context.progress(compareProgress(progress));
        const { name, fold, folds, fit } = progress;
        if (fit !== undefined) figures.add(`${name}, fold ${fold} of ${folds}`, fit);
      },
      onProgress: (fit) => {
        const { done, total, metrics } = fit;
        figures.add("the model", fit);
        context.progress({
          step: `fitting the model${figuresText(metrics)}`,
          done,
          total,
          share: total > 0 ? done / total : 1,
        });
      },
    }).finally(() => figures.write());
    // On the command line a stop gives what was measured; a job that was stopped has no results.
    if (result.comparison?.cancelled) throw new OrbweaverError("cancelled", "the comparison was stopped");
    for (const { severity, message } of result.findings) context.log(`${severity}: ${message}`);
    const { model, comparison } = result;
    if (model !== undefined)
      for (const file of [MODEL, `${MODEL}.run.json`]) await rename(file, join(context.results, file));
    return {
      summary: {
        ...recordedFacts(result.recorded, context),
        learner: model?.manifest.training.learner ?? null,
        classes: model?.manifest.classes ?? [],
        metrics: finite(model?.manifest.training.metrics ?? {}),
        findings: result.findings.length,
        ...(comparison?.best === undefined ? {} : { best: comparison.best }),
      },
      results: [
        { name: "model", file: MODEL, type: "application/octet-stream", description: "The model" },
        {
          name: "record",
          file: `${MODEL}.run.json`,
          type: "application/json",
          description: "How it was made",
        },
        {
          name: "figures",
          file: FIGURES_FILE,
          type: "application/json",
          description: "Figures of iterations while it learnt",
        },
        ...(comparison === undefined ? [] : [await written("comparison", comparison, "Candidates", context)]),
      ],
    };
  },
};

/** How far a comparison is: fits that are done of those of the round, and the one that runs. */
function compareProgress({
  name,
  ordinal,
  count,
  fold,
  folds,
  round,
  fit,
  best,
}: CompareProgress): JobProgress {
  const total = count * folds;
  const done = (ordinal - 1) * folds + fold - 1;
  const part = fit === undefined || fit.total === 0 ? 0 : fit.done / fit.total;
  const inRound = round === undefined ? "" : `round ${round.ordinal} of ${round.count}, `;
  const until = best === undefined ? "" : `; best until now ${best.name} ${best.score.toPrecision(4)}`;
  return {
    step: `comparing: ${inRound}${name}, fold ${fold} of ${folds}${until}`,
    done,
    total,
    unit: "fits",
    share: Math.min(1, (done + part) / total),
  };
}

function figuresText(metrics: Readonly<Record<string, number>> | undefined): string {
  const [first] = Object.entries(metrics ?? {});
  return first === undefined ? "" : `: ${first[0]} ${first[1].toPrecision(4)}`;
}

// --- compare ----------------------------------------------------------------------------------------------------

const compareForm = z.strictObject({
  runs: z.array(z.string().min(1).max(100)).min(2).max(100).describe("Ids of runs of GET /runs."),
});

export const compareJob: JobKind<z.infer<typeof compareForm>> = {
  id: "compare",
  description: "Puts trainings side by side: scores, what differs, and whether they may be compared.",
  recovery: "again",
  form: compareForm,
  inputs: () => [],
  async run({ runs }, context) {
    const [{ compareRuns }, { recordOfRun }] = await Promise.all([
      import("../compare.ts"),
      import("../registry.ts"),
    ]);
    const paths: string[] = [];
    for (const [index, id] of runs.entries()) {
      context.progress({ step: "reading", done: index, total: runs.length });
      const path = join(context.work, `${id.replaceAll(/[^\w.-]/g, "_")}.run.json`);
      await writeWhole(path, JSON.stringify(await recordOfRun(id, { project: context.root })));
      paths.push(path);
    }
    const comparison = await compareRuns({ runs: paths, html: join(context.results, "comparison.html") });
    for (const warning of comparison.warnings) context.log(warning);
    return {
      summary: { runs: runs.length, differing: comparison.differing, warnings: comparison.warnings },
      results: [
        await written("comparison", comparison, "The comparison", context),
        page("page", "comparison.html"),
      ],
    };
  },
};

// --- evaluate ---------------------------------------------------------------------------------------------------

const evaluateForm = z.strictObject({
  model: modelForm,
  rows: rowsList,
  label: labelForm.default("label"),
  labelMap: labelMap.optional(),
  training: rowsList
    .optional()
    .describe("The rows that it was trained on: for simple rules beside, and an audit."),
  threshold: z.number().gt(0).max(1).optional(),
  resamples: z.int().min(0).max(100_000).optional(),
  seed: seedForm.optional(),
  audit: z.boolean().optional(),
  limit: rowLimit.optional(),
  leaveOneOut: z.union([z.literal(true), columnNames.min(1)]).optional(),
  deployment: z
    .strictObject({
      flowsPerDay: z.number().positive(),
      baseRate: z.number().gt(0).lt(1),
      falseAlarmsPerDay: z.array(z.number().positive()).min(1).max(20),
    })
    .optional(),
});

export const evaluateJob: JobKind<z.infer<typeof evaluateForm>> = {
  id: "evaluate",
  description:
    "Judges a model by labelled rows: figures with their intervals, curves, and what makes them doubtful.",
  recovery: "again",
  form: evaluateForm,
  inputs: ({ rows, training }) => idsOf(...rows, ...(training ?? [])),
  async run({ rows, training, labelMap: given, ...options }, context) {
    const { evaluate, METRICS } = await import("../evaluate.ts");
    const report = await evaluate({
      ...options,
      labelMap: labelMapOf(given),
      rows: await inputNames(rows, context),
      ...(training === undefined ? {} : { training: await inputNames(training, context) }),
      html: join(context.results, "evaluation.html"),
      place: { project: context.root },
      record: recordOf(context),
      signal: context.signal,
      onProgress: (step) => context.progress({ step }),
    });
    for (const remark of report.remarks) context.log(remark);
    const { recorded, ...told } = report;
    return {
      summary: {
        ...recordedFacts(recorded, context),
        metrics: finite(Object.fromEntries(METRICS.map((metric) => [metric.id, metric.of(report.metrics)]))),
        findings: report.audit?.findings.length ?? 0,
      },
      results: [await written("evaluation", told, "All figures", context), page("page", "evaluation.html")],
    };
  },
};

// --- explain ----------------------------------------------------------------------------------------------------

const explainForm = z.strictObject({
  model: modelForm,
  rows: z.array(rowsForm).max(100).default([]).describe("None: only what the model itself finds important."),
  label: labelForm.optional(),
  first: z.int().min(1).optional(),
  last: z.int().min(1).optional(),
  className: z.string().min(1).max(500).optional(),
  threshold: z.number().gt(0).max(1).optional(),
  background: rowsList.optional(),
  top: z.int().min(1).max(1_000).optional(),
  overall: z.boolean().optional(),
  sampleRows: z.int().min(1).max(10_000).optional(),
  seed: seedForm.optional(),
});

export const explainJob: JobKind<z.infer<typeof explainForm>> = {
  id: "explain",
  description: "Tells why rows got their classes, and which columns a model rests on.",
  recovery: "again",
  form: explainForm,
  inputs: ({ rows, background }) => idsOf(...rows, ...(background ?? [])),
  async run({ rows, background, ...options }, context) {
    const { explain } = await import("../explain.ts");
    const result = await explain({
      ...options,
      rows: await inputNames(rows, context),
      ...(background === undefined ? {} : { background: await inputNames(background, context) }),
      html: join(context.results, "explanation.html"),
      signal: context.signal,
      onProgress: stepTeller(context),
    });
    const { manifest: _, ...told } = result;
    return {
      summary: { rows: result.rows.length, method: result.method },
      results: [
        await written("explanation", told, "The explanation", context),
        page("page", "explanation.html"),
      ],
    };
  },
};
