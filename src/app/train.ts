// Labelled rows in, a model file out: of one learner as it is asked for, or of the best of many that were compared.
//
// What it guarantees: the same rows, parameters and seed give the same file, byte for byte. The file's record
// (runs.ts) stands beside it. Prints nothing.

import { stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { counted, groupedText } from "../base/number-text.ts";
import { isBenignName } from "../dataset/class-names.ts";
import { nameMeaning } from "../dataset/column-names.ts";
import type { BesideColumn, ReadFacts } from "../dataset/row-reader.ts";
import { audit } from "../evaluate/audit.ts";
import { type MetricDescription, metricById } from "../evaluate/metric-table.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import { type LabelledTable, takeRows } from "../feature/table.ts";
import type { FitContext, Learner, Progress } from "../learner/contract.ts";
import { learnerById } from "../learner/index.ts";
import type { ModelCard, ModelManifest } from "../model/contract.ts";
import type { ComparedFinding, Comparison } from "../report/comparison-contract.ts";
import { writeWhole } from "./file.ts";
import { readNamedRows } from "./named-rows.ts";
import { finite } from "./plain-json.ts";
import { beginRecord, type Kept, type Recorded, type RecordOptions } from "./recording.ts";
import {
  dataFacts,
  modelFacts,
  ProgressLog,
  type RunRecord,
  recordPath,
  releaseVersion,
  writeRun,
} from "./runs.ts";
import { classWeightsFrom, WEIGHT_COLUMN } from "./search/class-weights.ts";
import { type CompareProgress, candidateNamed, compareCandidates } from "./search/compare.ts";
import { findingsOf } from "./search/findings.ts";
import { fitCandidate, type StepOptions, type Steps, stepsOf, stepTexts } from "./search/fit.ts";
import type { FoldColumn } from "./search/folds.ts";
import type { View } from "./search/measure.ts";
import { type Preset, presetById } from "./search/presets.ts";
import { relabelled } from "./search/relabel.ts";
import { type Candidate, candidatesOf, SEARCH_METHODS, type SearchMethod } from "./search/space.ts";
import { workerPool } from "./worker-pool.ts";

export type { ReadFacts } from "../dataset/row-reader.ts";
export type { Progress } from "../learner/contract.ts";
export type { ComparedEntry, ComparedFinding, Comparison } from "../report/comparison-contract.ts";
export type { CompareProgress } from "./search/compare.ts";
export { PRESETS, type Preset } from "./search/presets.ts";

export interface TrainOptions extends StepOptions {
  /** Row files of one schema, or data sets of the project: `nsl`, `nsl@train`. */
  rows: readonly string[];
  /** Column that holds the class; "label", or that of the preset, unless given. */
  label?: string;
  /** Ids; "boosting", or those of the preset, unless given. */
  learners?: readonly string[];
  /** NAME=VALUE or LEARNER.NAME=VALUE. */
  set?: readonly string[];
  seed?: number;
  /** Columns that must not be learnt from. */
  exclude?: readonly string[];
  /** Columns of foreign tables to use although they look like identifiers. */
  include?: readonly string[];
  /** Groups of labels: "kdd5", or class by label. */
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  /** Classes that are no attack; by their names (BENIGN_NAMES) unless given. */
  benign?: readonly string[];
  /** Column that weighs rows; "none" for none. `weight`, where it is no feature, unless given. */
  weights?: string;
  /** Row files to stop early on, instead of a share of the training rows. */
  validation?: readonly string[];
  /** Read at most this many rows. */
  limit?: number;
  /** A recipe of presets.ts; what is given here comes before what it says. */
  preset?: string;
  /** Where to look for parameters; see space.ts. */
  search?: string;
  trials?: number;
  grid?: readonly string[];
  /** Folds, or a share held out, that candidates are judged by; the column that rows are grouped or ordered by. */
  cv?: number;
  holdout?: number;
  cvBy?: string;
  /** Id of the metric that the best is chosen by. */
  metric?: string;
  /** Model file. */
  out: string;
  /** File to write the comparison to as a page. */
  html?: string;
  /** Folder of the project whose data sets are meant; default: the nearest one upwards. */
  project?: string;
  /** Where the run is recorded, and what the model is registered as; nowhere unless given. */
  record?: RecordOptions;
  /** Card of the model; one from the facts unless given. */
  card?: ModelCard;
  onRead?: (facts: ReadFacts) => void;
  /** While the audit looks at the rows. */
  onAudit?: (progress: { step: string; share?: number }) => void;
  onCompare?: (progress: CompareProgress) => void;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** What was learnt and written. */
export interface SavedModel {
  out: string;
  bytes: number;
  manifest: ModelManifest;
  /** How long the last fit took, on all rows. */
  fitMs: number;
  /** Record beside the model; absent where the model is no plain file. */
  record?: string;
}

export interface TrainResult {
  /** Absent when a comparison was stopped. */
  model?: SavedModel;
  source: ReadFacts;
  /** What is suspicious about the training rows. */
  findings: ComparedFinding[];
  /** Weight of each class, where a column gave them. */
  classWeights?: { column: string; weights: Record<string, number> };
  /** Rows that the preset is not about. */
  notAbout?: number;
  comparison?: Comparison;
  /** Page that was written. */
  html?: string;
  /** The run in the registry, where it is recorded. */
  recorded?: Recorded;
  elapsedMs: number;
}

/** Column that says which rows were made of others; see src/dataset/balance. */
const SYNTHETIC_COLUMN = "synthetic";
/** Folds unless told otherwise. */
const FOLDS_DEFAULT = 5;
const SEED_DEFAULT = 1;

/**
 * Trains. With one learner and nothing to choose, it learns from all rows; else candidates are judged on folds, and the
 * best learns from all rows. A stopped comparison gives what was measured and no model.
 *
 * @throws what reading, learners and `parameter-invalid` throw; `cancelled` when stopped elsewhere than in a comparison
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const task = taskOf(options);
  const recorder = await beginRecord(options.record, {
    ...commandFacts(task),
    kind: "train",
    model: options.out,
    seed: task.seed,
    ...(task.learners.length === 1 && { learner: task.learners[0].id }),
  });
  try {
    const { record, bytes, ...result } = await trained(task);
    if (options.record === undefined) return result;
    if (result.comparison?.cancelled) {
      await recorder.fail(new OrbweaverError("cancelled", "the comparison was stopped"));
      return result;
    }
    return { ...result, recorded: await recorder.finish(keptOf(record, bytes)) };
  } catch (failure) {
    await recorder.fail(failure);
    throw failure;
  }
}

interface Trained extends TrainResult {
  /** Absent when a comparison was stopped. */
  record?: RunRecord;
  /** The model file. */
  bytes?: Uint8Array;
}

async function trained(task: Task): Promise<Trained> {
  const { options } = task;
  const started = new Date();
  const startedMs = performance.now();
  const rows = await readRows(task);
  const { table, source } = rows;
  options.onRead?.(source);
  const findings = task.judged ? await auditedRows(task) : plainFindings(table);
  const context = await contextOf(task, rows);
  const comparison = task.judged ? await compared(task, rows, context, findings) : undefined;
  const html = comparison && options.html !== undefined ? await writePage(comparison, task) : undefined;
  const facts = {
    source,
    findings,
    ...(rows.weights && { classWeights: rows.weights }),
    ...(rows.dropped !== undefined && { notAbout: rows.dropped }),
    ...(comparison && { comparison }),
    ...(html !== undefined && { html }),
  };
  if (comparison?.cancelled) return { ...facts, elapsedMs: performance.now() - startedMs };
  const chosen =
    comparison?.best === undefined ? task.candidates[0] : candidateNamed(task.candidates, comparison.best);
  const saved = await fitAndSave(task, rows, context, chosen, { comparison, findings, started, startedMs });
  return { ...facts, ...saved, elapsedMs: performance.now() - startedMs };
}

/** What the registry keeps: the record, and figures to compare runs by. */
function keptOf(record: RunRecord | undefined, bytes: Uint8Array | undefined): Kept {
  if (record === undefined) return {};
  const { comparison, fit, findings, data } = record;
  const best = comparison?.entries.find(({ name }) => name === comparison.best);
  const means = Object.entries(best?.scores ?? {}).map(([id, { mean }]): [string, number] => [id, mean]);
  const severities: Record<string, number> = {};
  for (const { severity } of findings) severities[severity] = (severities[severity] ?? 0) + 1;
  const { fingerprint, rows, classes, schema } = data;
  const json = "application/json";
  return {
    parameters: record.parameters,
    metrics: finite({ ...fit.metrics, ...Object.fromEntries(means) }),
    schema,
    data: { fingerprint, rows, classes },
    findings: severities,
    iterations: fit.iterations,
    learner: record.learner,
    files: {
      "record.json": { type: json, content: record },
      "progress.json": { type: json, content: fit.progress },
    },
    model: bytes,
  };
}

// --- what is asked for ----------------------------------------------------------------------------------------

interface Task {
  options: TrainOptions;
  preset?: Preset;
  label: string | readonly string[];
  learners: Learner[];
  candidates: Candidate[];
  steps: Steps;
  seed: number;
  /** Whether candidates are judged before the best is fitted. */
  judged: boolean;
  search?: SearchMethod;
  view: View;
  metric: MetricDescription;
}

/** Everything that can be checked before rows are read. */
function taskOf(given: TrainOptions): Task {
  const preset = given.preset === undefined ? undefined : presetById(given.preset);
  const options = withPreset(given, preset);
  const learners = [...new Set(options.learners ?? ["boosting"])].map(learnerById);
  const seed = options.seed ?? SEED_DEFAULT;
  const search = searchOf(options);
  const { set, grid, trials } = options;
  if (options.cv !== undefined && options.holdout !== undefined)
    throw new OrbweaverError(
      "parameter-invalid",
      "both folds (--cv) and a share to hold out (--holdout) were given, expected one of them",
    );
  const candidates = candidatesOf({ learners, set, grid, search, trials, seed });
  const asked = [
    search,
    grid,
    options.cv,
    options.holdout,
    options.cvBy,
    options.metric,
    options.html,
    preset,
  ];
  const view = learners.some(({ task }) => task === "anomaly") ? "attack" : "classes";
  return {
    options,
    preset,
    label: given.label ?? preset?.label ?? "label",
    learners,
    candidates,
    steps: stepsOf(options),
    seed,
    judged: candidates.length > 1 || asked.some((option) => option !== undefined),
    search,
    view,
    metric: metricById(options.metric ?? (view === "attack" ? "rocAuc" : "macroF1")),
  };
}

function searchOf({ search, grid, trials }: TrainOptions): SearchMethod | undefined {
  const found = SEARCH_METHODS.find((method) => method === search);
  if (search !== undefined && found === undefined) {
    throw new OrbweaverError(
      "parameter-invalid",
      `the search is '${search}', expected ${SEARCH_METHODS.join(", ")}`,
    );
  }
  if (trials !== undefined && (found === undefined || found === "grid"))
    throw new OrbweaverError("parameter-invalid", "trials are drawn by the searches random and halving only");
  return found ?? (grid === undefined ? undefined : "grid");
}

/** What the user says comes first; of the parameters that both set, the user's come last and so count. */
function withPreset(options: TrainOptions, preset: Preset | undefined): TrainOptions {
  if (preset === undefined) return options;
  const own = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { labelMap, exclude, learners, set, select, cv, holdout, metric } = preset;
  const judgedBy = options.cv === undefined && options.holdout === undefined ? { cv, holdout } : {};
  const learnersKept = options.learners === undefined;
  return {
    ...{ labelMap, exclude, learners, select, metric, ...judgedBy },
    ...(own as unknown as TrainOptions),
    set: [...(learnersKept ? (set ?? []) : []), ...(options.set ?? [])],
  };
}

// --- rows -------------------------------------------------------------------------------------------------------

interface Rows {
  table: LabelledTable;
  source: ReadFacts;
  by?: FoldColumn;
  /** Rows that were measured, where others were made of them. */
  measured?: Int32Array;
  classWeights?: number[];
  weights?: TrainResult["classWeights"];
  dropped?: number;
}

async function readRows({ options, preset, label }: Task): Promise<Rows> {
  const weights = options.weights ?? WEIGHT_COLUMN;
  const isNamed = options.weights !== undefined && weights !== "none";
  const read = await readNamedRows(options.rows, {
    label,
    exclude: isNamed ? [...(options.exclude ?? []), weights] : options.exclude,
    include: options.include,
    labelMap: options.labelMap,
    limit: options.limit,
    knownSchemas: SCHEMAS,
    project: options.project,
    signal: options.signal,
    beside: [
      ...(weights === "none" ? [] : [{ name: weights, isNumber: true, isOptional: !isNamed }]),
      { name: SYNTHETIC_COLUMN, isNumber: true, isOptional: true },
      ...(options.cvBy === undefined ? [] : [{ name: options.cvBy }]),
    ],
  });
  const rules = preset?.classes;
  const { table, beside, dropped } =
    rules === undefined || options.labelMap !== undefined
      ? { ...read, dropped: undefined }
      : relabelled(read.table, read.beside, rules);
  const byColumn = options.cvBy === undefined ? undefined : beside.at(-1);
  const others = byColumn === undefined ? beside : beside.slice(0, -1);
  const weightColumn = others.find(({ name }) => name === weights);
  const made = others.find(({ name }) => name === SYNTHETIC_COLUMN && name !== weights);
  const measured = made && Int32Array.from(table.labels.keys()).filter((row) => made.values[row] !== 1);
  const classWeights = weightColumn && classWeightsFrom(weightColumn, table);
  return {
    table,
    source: read.source,
    ...(byColumn && { by: foldColumn(byColumn) }),
    ...(measured && measured.length < table.rowCount && { measured }),
    ...(classWeights && {
      classWeights,
      weights: {
        column: weightColumn.name,
        weights: Object.fromEntries(table.classes.map((name, index) => [name, classWeights[index]])),
      },
    }),
    ...(dropped !== undefined && { dropped }),
  };
}

/** Numbers of a column that is a clock are times; everything else makes groups. */
function foldColumn({ name, kind, values }: BesideColumn): FoldColumn {
  const isClock = nameMeaning(name) === "clock";
  if (kind === "text" && isClock) {
    throw new OrbweaverError(
      "parameter-invalid",
      `column '${name}' holds times as text, expected numbers or times to order folds by`,
      {
        hint: "Import the file (`orbweaver import`), which reads times, and train on the data set.",
      },
    );
  }
  return { name, kind: kind === "time" || isClock ? "time" : "groups", values };
}

/** Columns that tell the class alone, constant ones: what a look at the table itself shows. */
function plainFindings(table: LabelledTable): ComparedFinding[] {
  return audit(table).map(({ code, message }) => ({ code, severity: "warning", message }));
}

function auditedRows({ options, label, seed }: Task): Promise<ComparedFinding[]> {
  const { rows, signal, onAudit } = options;
  const labels = typeof label === "string" ? [label] : label;
  return findingsOf({ rows, labels, exclude: options.exclude, seed, signal, onProgress: onAudit });
}

async function contextOf({ options, seed, label }: Task, { table, classWeights }: Rows): Promise<FitContext> {
  const benignClasses = benignAmong(table.classes, options.benign);
  const { validation: names, exclude, include, labelMap, limit, signal, project } = options;
  const validation =
    names === undefined
      ? undefined
      : await readNamedRows(names, {
          ...{ label, exclude, include, labelMap, limit, signal, project },
          knownSchemas: SCHEMAS,
          schema: table.schema,
          classes: table.classes,
        });
  return {
    seed,
    parallel: workerPool(),
    benignClasses,
    ...(classWeights && { classWeights }),
    ...(validation && { validation: validation.table }),
    isCancelled: () => signal?.aborted ?? false,
  };
}

function benignAmong(classes: readonly string[], given: readonly string[] | undefined): string[] {
  if (given === undefined) {
    return classes.filter(isBenignName);
  }
  for (const name of given) {
    if (classes.includes(name)) continue;
    throw new OrbweaverError(
      "parameter-invalid",
      `benign class '${name}' does not occur; the classes are ${classes.join(", ")}`,
      { hint: "Name classes as they are spelled in the label column." },
    );
  }
  return [...given];
}

// --- comparing --------------------------------------------------------------------------------------------------

/**
 * Compares on rows that were measured. Of rows that were made of others (SMOTE, copies) a fold would hold some that were made of
 * rows of another, so they are left to the last fit.
 */
async function compared(
  task: Task,
  { table: all, by: byAll, measured }: Rows,
  context: FitContext,
  findings: readonly ComparedFinding[],
): Promise<Comparison> {
  const { options, candidates, steps, search, metric, view } = task;
  requireBothSides(task, context, all);
  const table = measured === undefined ? all : takeRows(all, measured);
  const by =
    byAll === undefined || measured === undefined
      ? byAll
      : { ...byAll, values: Float64Array.from(measured, (row) => byAll.values[row]) };
  // Rows kept for stopping early belong to the last fit: in a fold each learner keeps some of its own.
  const { validation: _, ...foldContext } = context;
  const comparison = await compareCandidates(table, {
    candidates,
    fit: (rows, candidate, fitContext) => fitCandidate(rows, candidate, steps, fitContext),
    folds: { count: options.cv ?? FOLDS_DEFAULT, holdout: options.holdout, by },
    search,
    metric,
    view,
    context: foldContext,
    findings,
    signal: options.signal,
    onProgress: async (progress) => {
      options.onCompare?.(progress);
      await setImmediate();
    },
  });
  if (measured !== undefined) {
    const made = counted(all.rowCount - table.rowCount, "row");
    comparison.remarks.unshift(
      `${made} that were made of others (column '${SYNTHETIC_COLUMN}') are left out of the folds, since they would be judged with what they were made of; the best learns from them too`,
    );
  }
  return comparison;
}

/** Where some candidates know benign rows only, all are judged by attack or not, which takes both. */
function requireBothSides(
  { view, learners }: Task,
  { benignClasses = [] }: FitContext,
  { classes }: LabelledTable,
): void {
  if (view === "classes") return;
  const attacks = classes.length - benignClasses.length;
  if (benignClasses.length > 0 && attacks > 0) return;
  const ids = learners.filter(({ task }) => task === "anomaly").map(({ id }) => id);
  throw new OrbweaverError(
    "training-data",
    `${ids.join(", ")} can be judged on rows of benign and of other classes only, found ${benignClasses.length} benign and ${attacks} other classes`,
    { hint: "Name the classes that are no attack with --benign." },
  );
}

/** Loads what draws only when something is to be drawn. */
async function writePage(comparison: Comparison, { options }: Task): Promise<string> {
  const { comparisonPage } = await import("../report/comparison-page.ts");
  const path = options.html as string;
  await writeWhole(path, comparisonPage({ comparison, rows: options.rows, out: options.out }));
  return path;
}

// --- the model ----------------------------------------------------------------------------------------------------

interface Told {
  comparison: Comparison | undefined;
  findings: ComparedFinding[];
  started: Date;
  startedMs: number;
}

async function fitAndSave(
  task: Task,
  { table, source }: Rows,
  context: FitContext,
  chosen: Candidate,
  { comparison, findings, started, startedMs }: Told,
): Promise<{ model: SavedModel; record: RunRecord; bytes: Uint8Array }> {
  const { options, steps, seed } = task;
  const log = new ProgressLog();
  const fitStarted = performance.now();
  const model = await fitCandidate(table, chosen, steps, {
    ...context,
    onProgress: async (progress) => {
      log.add(progress.done, progress.metrics);
      options.onProgress?.(progress);
      await setImmediate();
    },
  });
  const fitMs = performance.now() - fitStarted;
  const { manifest } = model;
  manifest.card = options.card ?? cardOf(manifest, source, comparison);
  const bytes = model.encode();
  await writeWhole(options.out, bytes);
  const record: RunRecord = {
    type: "orbweaver-run",
    version: 1,
    release: releaseVersion(),
    started: started.toISOString(),
    elapsedMs: performance.now() - startedMs,
    command: commandFacts(task),
    data: dataFacts(table, context.benignClasses ?? []),
    learner: chosen.learner.id,
    parameters: { ...chosen.parameters },
    steps: stepTexts(steps),
    seed,
    ...(comparison && { comparison }),
    fit: {
      elapsedMs: fitMs,
      iterations: manifest.training.iterations,
      metrics: { ...manifest.training.metrics },
      progress: log.entries,
    },
    findings,
    model: modelFacts(options.out, bytes),
  };
  const saved = { out: options.out, bytes: bytes.length, manifest, fitMs };
  if (!(await stat(options.out)).isFile()) return { model: saved, record, bytes };
  const path = recordPath(options.out);
  await writeRun(path, record);
  return { model: { ...saved, record: path }, record, bytes };
}

/** Options as they were given or the preset gave them. */
function commandFacts({ options, label, candidates, learners }: Task): RunRecord["command"] {
  const { labelMap, validation } = options;
  const facts: Record<string, string | number | boolean | readonly string[] | undefined> = {
    label: typeof label === "string" ? label : label.join(" or "),
    learners: learners.map(({ id }) => id),
    preset: options.preset,
    set: options.set,
    exclude: options.exclude,
    include: options.include,
    labelMap:
      labelMap === undefined || labelMap === "kdd5"
        ? labelMap
        : [...labelMap].map(([from, to]) => `${from}=${to}`),
    benign: options.benign,
    weights: options.weights,
    limit: options.limit,
    search: options.search,
    trials: options.trials,
    grid: options.grid,
    cv: options.cv,
    holdout: options.holdout,
    cvBy: options.cvBy,
    metric: options.metric,
    candidates: candidates.length,
  };
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    rows: [...options.rows],
    ...(validation && { validation: [...validation] }),
    options: Object.fromEntries(given) as RunRecord["command"]["options"],
  };
}

/** A card of what is known without being told. */
function cardOf(manifest: ModelManifest, source: ReadFacts, comparison: Comparison | undefined): ModelCard {
  const files = source.files.map(({ path, rows }) => `- ${path.split(/[/\\]/).at(-1)}: ${rows} rows`);
  const dropped = source.dropped.map(({ reason, rows }) => `- left out, ${reason}: ${rows} rows`);
  const benign = manifest.benignClasses;
  const meaning =
    benign.length === 0
      ? "No class is marked as benign: every verdict of this model is an attack."
      : `Benign: ${benign.join(", ")}. Every other class counts as an attack.`;
  return {
    title: `${manifest.training.learner} on ${manifest.schema.id}`,
    sections: [
      { heading: "Training data", text: [...files, ...dropped].join("\n") },
      { heading: "Classes", text: meaning },
      ...(comparison === undefined ? [] : [{ heading: "Choice", text: choiceText(comparison) }]),
      {
        heading: "Limits",
        text: "How well the model does on traffic unlike its training data is not known. Judge it with `orbweaver evaluate` on rows it has not seen.",
      },
    ],
  };
}

function choiceText({ entries, metric, folds, best }: Comparison): string {
  const chosen = entries.find(({ name }) => name === best);
  const score = chosen?.scores[metric.id];
  const count = entries.filter(({ kind }) => kind === "candidate").length;
  if (score === undefined) return "";
  const interval = Number.isNaN(score.low)
    ? ""
    : ` (95 %: ${score.low.toFixed(4)} to ${score.high.toFixed(4)})`;
  const judged = folds.method === "holdout" ? "on rows held out" : `over ${folds.count} folds`;
  const among = count === 1 ? "The only candidate" : `The best of ${groupedText(count)} candidates`;
  return `${among} by ${metric.title} ${judged}: ${score.mean.toFixed(4)}${interval}.`;
}
