// Records of trainings side by side: how good each was, by which parameters they differ, and whether their scores may be
// compared at all.

import { basename } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { MetricFacts } from "../report/comparison-contract.ts";
import type { ComparedRun, RunsComparison } from "../report/comparison-runs-contract.ts";
import { writeWhole } from "./file.ts";
import type { PlaceOptions } from "./place.ts";
import { type RunRecord, readRun } from "./runs.ts";

export type { ComparedRun, RunsComparison } from "../report/comparison-runs-contract.ts";

export interface CompareRunsOptions {
  /** Records, models with a record beside them, or ids of runs of the place, their beginnings or ends. */
  runs: readonly string[];
  place?: PlaceOptions;
  /** File to write the comparison to as a page. */
  html?: string;
}

/** Throws file errors, `run-invalid`, and for ids `run-unknown`, `artefact-unknown`. */
export async function compareRuns({ runs, html, place }: CompareRunsOptions): Promise<RunsComparison> {
  const records: { path: string; record: RunRecord }[] = [];
  for (const name of runs) records.push(await recordNamed(name, place));
  const comparison = comparisonOf(records);
  if (html !== undefined) {
    const { runsPage } = await import("../report/comparison-runs.ts");
    await writeWhole(html, runsPage(comparison));
  }
  return comparison;
}

/** Ids of runs, or parts of one: a file of such a name is meant first. */
const RUN_ID = /^[0-9a-f-]{4,40}$/;

async function recordNamed(
  name: string,
  place: PlaceOptions | undefined,
): Promise<{ path: string; record: RunRecord }> {
  try {
    return { path: name, record: await readRun(name) };
  } catch (failure) {
    const isMissing = failure instanceof OrbweaverError && failure.code === "file-missing";
    if (!isMissing || !RUN_ID.test(name)) throw failure;
  }
  const { inStore, showRun, storedRecord } = await import("./registry.ts");
  return inStore(place ?? {}, async (store) => {
    const { id } = (await showRun(store, name)).run;
    return { path: id, record: await storedRecord(store, id) };
  });
}

/** The same of records that were read. */
export function comparisonOf(records: readonly { path: string; record: RunRecord }[]): RunsComparison {
  const names = shortNames(records.map(({ path }) => path));
  const runs = records.map(({ record }, index): ComparedRun => runOf(names[index], record));
  return {
    runs,
    metrics: metricsOf(records.map(({ record }) => record)),
    differing: differing(runs),
    warnings: warningsOf(
      runs,
      records.map(({ record }) => record),
    ),
  };
}

/** Names of files; whole paths where two files have one name. */
function shortNames(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path).replace(/\.run\.json$/, ""));
  return short.map((name, index) =>
    short.filter((other) => other === name).length === 1 ? name : paths[index],
  );
}

function runOf(name: string, record: RunRecord): ComparedRun {
  const { comparison, model, data, fit, learner, parameters, steps, seed, started, release, command } =
    record;
  const chosen = comparison?.entries.find((entry) => entry.name === comparison.best);
  const baselines = comparison?.entries.filter(({ kind }) => kind === "baseline") ?? [];
  return {
    name,
    release,
    started,
    rows: command.rows,
    learner,
    settings: { ...parameters, ...steps, seed },
    data: {
      fingerprint: data.fingerprint,
      rows: data.rows,
      columns: data.schema.columns,
      schema: data.schema.id,
    },
    ...(comparison && { folds: comparison.folds, view: comparison.view, chosenBy: comparison.metric.id }),
    scores: chosen?.scores ?? {},
    baselines: baselines.map((entry) => ({ name: entry.name, scores: entry.scores })),
    fitMs: fit.elapsedMs,
    ...(chosen && { scoreUs: chosen.scoreUs }),
    bytes: model.bytes,
    sha256: model.sha256,
    findings: record.findings,
  };
}

/** Metrics that some run was judged by, in the order of the table. */
function metricsOf(records: readonly RunRecord[]): MetricFacts[] {
  const found = new Map<string, MetricFacts>();
  for (const { comparison } of records)
    for (const metric of comparison?.metrics ?? []) found.set(metric.id, metric);
  return [...found.values()];
}

/** Settings that are not the same in all runs: those of learners that only some have are told for these. */
function differing(runs: readonly ComparedRun[]): string[] {
  const names = new Set(runs.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].filter((name) => new Set(runs.map(({ settings }) => settings[name])).size > 1);
}

function warningsOf(runs: readonly ComparedRun[], records: readonly RunRecord[]): string[] {
  const warnings: string[] = [];
  const [first] = runs;
  const others = runs
    .filter(({ data }) => data.fingerprint !== first.data.fingerprint)
    .map(({ name }) => name);
  if (others.length > 0) {
    warnings.push(
      `${others.join(", ")}: learnt from other rows, columns or classes than ${first.name}; scores on different data cannot be compared`,
    );
  }
  const unjudged = runs.filter(({ scores }) => Object.keys(scores).length === 0).map(({ name }) => name);
  if (unjudged.length > 0) {
    warnings.push(`${unjudged.join(", ")}: trained without being judged (--cv), so there are no scores`);
  }
  const judged = runs.filter(({ folds }) => folds !== undefined);
  if (new Set(judged.map(foldsKey)).size > 1)
    warnings.push("the runs were judged on different folds; differences may be due to these");
  const cancelled = records.filter(({ comparison }) => comparison?.cancelled).length;
  if (cancelled > 0) warnings.push("some comparisons were stopped before their end");
  return warnings;
}

function foldsKey({ folds, view, settings }: ComparedRun): string {
  return JSON.stringify([
    folds?.method,
    folds?.count,
    folds?.by,
    folds?.testShare.toFixed(6),
    view,
    settings["seed"],
  ]);
}
