// A model and labelled rows in, everything that can be told of it out: figures with intervals, simple rules beside them, curves,
// and what makes the figures doubtful. Prints nothing; writes a page where one is asked for.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import type { AuditReport } from "../dataset/audit/contract.ts";
import { isBenignName } from "../dataset/class-names.ts";
import { KDD_GROUPS } from "../dataset/kdd.ts";
import type { Deployment, LeftOutClass } from "../evaluate/attack.ts";
import { fitBaselines, type JudgedBaseline, judgeBaseline } from "../evaluate/baselines.ts";
import { judge } from "../evaluate/evaluation.ts";
import { completeSettings, type IntervalOptions } from "../evaluate/intervals.ts";
import { METRICS } from "../evaluate/metric-table.ts";
import { isSeenBy, judgedTable } from "../evaluate/scored-rows.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import type { EvaluationReport } from "../report/evaluation-contract.ts";
import { THRESHOLD_DEFAULT } from "../verdict/verdict.ts";
import { writeWhole } from "./file.ts";
import { decodedModel, type ModelFile, readModelFile } from "./models.ts";
import { type NamedReadOptions, readNamedRows } from "./named-rows.ts";
import type { PlaceOptions } from "./place.ts";
import { finite } from "./plain-json.ts";
import { beginRecord, type Kept, type Recorded, type RecordOptions } from "./recording.ts";
import { recordOfRun } from "./registry.ts";
import { dataFacts, type RunRecord, readRun, sha256 } from "./runs.ts";

export type { AuditFinding, AuditReport, Severity } from "../dataset/audit/contract.ts";
export type { ReadFacts } from "../dataset/row-reader.ts";
export type {
  AttackFigures,
  ClassDetection,
  Deployment,
  LeftOutClass,
  OperatingPoint,
} from "../evaluate/attack.ts";
export type { BaselineId, JudgedBaseline } from "../evaluate/baselines.ts";
export type { DoubtFigures } from "../evaluate/doubt.ts";
export type { Evaluation } from "../evaluate/evaluation.ts";
export { METRICS } from "../evaluate/metric-table.ts";
export { parseRequirement, type Requirement, unmetRequirements } from "../evaluate/requirements.ts";
export type { FigureInterval } from "../evaluate/resampling.ts";
export type { EvaluationReport } from "../report/evaluation-contract.ts";

export interface EvaluateOptions extends IntervalOptions {
  /** A model file, or a model of the registry. */
  model: string;
  /** Where that registry is, and the data sets that rows name. */
  place?: PlaceOptions;
  /** Where the run is recorded; nowhere unless given. */
  record?: RecordOptions;
  /** Files of rows, and data sets of the project. */
  rows: readonly string[];
  label: string;
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  /** The rows that the model was trained on: asks for simple rules to compare with, and for an audit of leaks. */
  training?: readonly string[];
  threshold?: number;
  /** The network that the model is to watch. */
  deployment?: Deployment;
  /** Leaves each attack class out of training in turn; only those named where it is a list. Needs the training rows. */
  leaveOneOut?: true | readonly string[];
  /** Default true. */
  audit?: boolean;
  limit?: number;
  /** File to write everything to as a page. */
  html?: string;
  /** A stop ends with `cancelled`. */
  signal?: AbortSignal;
  onProgress?: (step: string) => void;
}

/** Rows of each table that the audit looks at where not all are. */
const AUDIT_SAMPLE_ROWS = 50_000;

/** A report, and the run that it is kept by. */
export type Evaluated = EvaluationReport & { recorded?: Recorded };

/** Throws what reading throws, `parameter-invalid`, `file-write`, `cancelled`. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluated> {
  const file = await readModelFile(options.model, options.place);
  const recorder = await beginRecord(options.record, {
    kind: "evaluate",
    rows: [...options.rows],
    options: optionFacts(options),
    model: options.model,
    modelObject: sha256(file.bytes),
  });
  try {
    const { report, kept } = await evaluated(options, file);
    if (options.record === undefined) return report;
    return { ...report, recorded: await recorder.finish(kept) };
  } catch (failure) {
    await recorder.fail(failure);
    throw failure;
  }
}

/** Options that were given. */
function optionFacts(options: EvaluateOptions): RunRecord["command"]["options"] {
  const { label, labelMap, training, threshold, limit, resamples, seed, leaveOneOut } = options;
  const facts = {
    label,
    labelMap: labelMap === undefined || labelMap === "kdd5" ? labelMap : labelMapText(labelMap),
    training: training && [...training],
    threshold,
    limit,
    resamples,
    seed,
    leaveOneOut: typeof leaveOneOut === "object" ? [...leaveOneOut] : leaveOneOut,
  };
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as RunRecord["command"]["options"];
}

async function evaluated(
  options: EvaluateOptions,
  file: ModelFile,
): Promise<{ report: EvaluationReport; kept: Kept }> {
  const say = options.onProgress ?? (() => undefined);
  const model = decodedModel(file.bytes, options.model);
  const { manifest } = model;
  const isBenign = benignTest(manifest);
  say("reading rows");
  const read = await readNamedRows(options.rows, readingOf(options, manifest));
  const record = await recordOf(options, file);
  const groups = groupsOf(options, record, read.table.classes, manifest);
  const table = grouped(read.table, groups.map, manifest.classes);
  const training = await trainingOf(options, record, groups.map, table.classes, manifest);
  say("scoring rows");
  const { scores, seconds } = await scoredInSteps(model, table, options.signal);
  const threshold = options.threshold ?? THRESHOLD_DEFAULT;
  say("holding simple rules beside");
  const baselines = training.table && baselinesOf(model, table, training.table, isBenign, threshold);
  say("measuring figures and their intervals");
  const classOf = (name: string): string => groups.map?.get(name) ?? name;
  const original = {
    names: read.table.classes,
    labels: read.table.labels,
    isBenign: (name: string) => isBenign(classOf(name)),
    isSeen: (name: string) => training.labels?.has(name) ?? isSeenBy(manifest, classOf(name)),
  };
  const evaluation = await judge(
    { model, table, scores, isBenign, original },
    {
      resamples: options.resamples,
      seed: options.seed,
      confidence: options.confidence,
      threshold,
      deployment: options.deployment,
      baselines,
      seconds,
      pause: () => pause(options.signal),
    },
  );
  const leftOut = await leftOutOf(options, model, table, training.table, isBenign);
  const audited = await auditOf(options, training.names);
  const report: EvaluationReport = {
    ...evaluation,
    file: options.model,
    rows: [...options.rows],
    unknownClasses: table.classes.slice(manifest.classes.length),
    ...(training.table && {
      training: { names: [...(training.names ?? [])], rows: training.table.rowCount },
    }),
    ...(leftOut && { leftOut }),
    ...(audited.report && { audit: audited.report }),
    remarks: [...groups.remarks, ...training.remarks, ...audited.remarks],
    source: read.source,
  };
  if (options.html !== undefined) await writePage(report, options.html, say);
  return { report, kept: options.record === undefined ? {} : keptOf(report, table, manifest) };
}

/** What the registry keeps: the report, and figures to compare runs by. */
function keptOf(report: EvaluationReport, table: LabelledTable, manifest: ModelManifest): Kept {
  const { schema, fingerprint, rows, classes } = dataFacts(table, manifest.benignClasses);
  const severities: Record<string, number> = {};
  for (const { severity } of report.audit?.findings ?? [])
    severities[severity] = (severities[severity] ?? 0) + 1;
  const figures = METRICS.map((metric): [string, number] => [metric.id, metric.of(report.metrics)]);
  return {
    metrics: finite(Object.fromEntries(figures)),
    schema,
    data: { fingerprint, rows, classes },
    learner: manifest.training.learner,
    ...(report.audit && { findings: severities }),
    files: { "evaluation.json": { type: "application/json", content: report } },
  };
}

/** Labels are read as they are, and joined afterwards, so that what is told of each is not lost. */
function readingOf(
  options: EvaluateOptions,
  { schema }: ModelManifest,
): NamedReadOptions & { label: string } {
  return {
    label: options.label,
    schema,
    knownSchemas: SCHEMAS,
    project: options.place?.project,
    limit: options.limit,
    signal: options.signal,
  };
}

// --- labels -----------------------------------------------------------------------------------------------------

interface Groups {
  map?: ReadonlyMap<string, string>;
  remarks: string[];
}

/** The map of labels to classes: the one that was given, or that of the training where the labels are no classes of the model. */
function groupsOf(
  { labelMap }: EvaluateOptions,
  record: RunRecord | undefined,
  labels: readonly string[],
  { classes }: ModelManifest,
): Groups {
  if (labelMap !== undefined) return { map: mapOf(labelMap), remarks: [] };
  const recorded = record?.command.options["labelMap"];
  if (recorded === undefined || labels.every((name) => classes.includes(name))) return { remarks: [] };
  const map = recordedMap(recorded);
  if (!labels.every((name) => map.has(name))) return { remarks: [] };
  return {
    map,
    remarks: [`Labels were joined into classes as in training: --label-map ${String(recorded)}.`],
  };
}

function mapOf(labelMap: NonNullable<EvaluateOptions["labelMap"]>): ReadonlyMap<string, string> {
  return labelMap === "kdd5" ? KDD_GROUPS : labelMap;
}

function labelMapText(map: ReadonlyMap<string, string>): string[] {
  return [...map].map(([from, to]) => `${from}=${to}`);
}

/** As records write it: "kdd5", or LABEL=CLASS of each label. */
function recordedMap(recorded: unknown): ReadonlyMap<string, string> {
  if (recorded === "kdd5") return KDD_GROUPS;
  const pairs = Array.isArray(recorded) ? recorded.map(String) : [String(recorded)];
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.lastIndexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A table whose classes are `first` and then all others, with labels joined. Throws `rows-invalid` for labels without a class. */
function grouped(
  table: LabelledTable,
  map: ReadonlyMap<string, string> | undefined,
  first: readonly string[],
): LabelledTable {
  const names = table.classes.map((label) => {
    const name = map === undefined ? label : map.get(label);
    if (name !== undefined) return name;
    throw new OrbweaverError("rows-invalid", `label '${label}' has no group in the label map`, {
      hint: "Add the label to the map, or read the labels as they are.",
    });
  });
  const others = [...new Set(names)].filter((name) => !first.includes(name)).sort();
  const classes = [...first, ...others];
  const places = names.map((name) => classes.indexOf(name));
  return { ...table, classes, labels: table.labels.map((label) => places[label]) };
}

/** Benign is what the model says; of classes that it does not know, what their names say. */
function benignTest({ benignClasses, classes }: ModelManifest): (name: string) => boolean {
  return (name) => benignClasses.includes(name) || (!classes.includes(name) && isBenignName(name));
}

/** Lets a stop be heard. Throws `cancelled`. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new OrbweaverError("cancelled", "judging was cancelled");
}

// --- the training rows ------------------------------------------------------------------------------------------

interface TrainingRows {
  names?: readonly string[];
  table?: LabelledTable;
  /** What the rows were called before labels were joined. */
  labels?: ReadonlySet<string>;
  remarks: string[];
}

/** The rows that were named, or those that the record of the model's training names. */
async function trainingOf(
  options: EvaluateOptions,
  record: RunRecord | undefined,
  map: ReadonlyMap<string, string> | undefined,
  classes: readonly string[],
  manifest: ModelManifest,
): Promise<TrainingRows> {
  const names = options.training ?? record?.command.rows;
  const needed =
    "Simple rules beside the scores, and the audit of leaks, need the rows that the model was trained on";
  if (names === undefined) {
    if (options.leaveOneOut === undefined) return { remarks: [`${needed}: name them with --training.`] };
    throw new OrbweaverError("usage", "to leave attacks out takes the training rows", {
      hint: "Name them with --training.",
    });
  }
  options.onProgress?.("reading training rows");
  try {
    const reading = { ...readingOf(options, manifest), limit: limitOf(options, record) };
    const { table } = await readNamedRows(names, reading);
    return { names, table: grouped(table, map, classes), labels: labelsOf(table), remarks: [] };
  } catch (failure) {
    const isNeeded = options.training !== undefined || options.leaveOneOut !== undefined;
    if (isNeeded || !(failure instanceof OrbweaverError) || failure.code === "cancelled") throw failure;
    return {
      remarks: [
        `${needed}; its record names ${names.join(", ")}, but ${failure.message}. Name them with --training.`,
      ],
    };
  }
}

/** As many rows as the training took, where it says so. */
function limitOf({ training }: EvaluateOptions, record: RunRecord | undefined): number | undefined {
  const limit = record?.command.options["limit"];
  return training === undefined && typeof limit === "number" ? limit : undefined;
}

function labelsOf({ classes, labels }: LabelledTable): Set<string> {
  const occurring = new Set(labels);
  return new Set(classes.filter((_, index) => occurring.has(index)));
}

/** The record beside a model, or of the run that made a version; undefined where there is none of this model. */
async function recordOf(
  { place = {} }: EvaluateOptions,
  { path, version }: ModelFile,
): Promise<RunRecord | undefined> {
  try {
    if (path !== undefined) return await readRun(path);
    return version?.run === undefined ? undefined : await recordOfRun(version.run, place);
  } catch (failure) {
    if (failure instanceof OrbweaverError) return undefined;
    throw failure;
  }
}

function baselinesOf(
  model: Model,
  test: LabelledTable,
  training: LabelledTable,
  isBenign: (name: string) => boolean,
  threshold: number,
): JudgedBaseline[] {
  const judged = judgedTable(model, test, isBenign);
  return fitBaselines(judgedTable(model, training, isBenign)).map((baseline) =>
    judgeBaseline(baseline, judged, {
      isAttack: (name) => !isBenign(name),
      threshold,
    }),
  );
}

async function leftOutOf(
  options: EvaluateOptions,
  model: Model,
  test: LabelledTable,
  training: LabelledTable | undefined,
  isBenign: (name: string) => boolean,
): Promise<LeftOutClass[] | undefined> {
  if (options.leaveOneOut === undefined || training === undefined) return undefined;
  const { leaveOneAttackOut } = await import("./leave-one-out.ts");
  return leaveOneAttackOut({
    model,
    training,
    test,
    isBenign,
    threshold: options.threshold ?? THRESHOLD_DEFAULT,
    confidence: completeSettings(options).confidence,
    ...(options.leaveOneOut === true ? {} : { classes: options.leaveOneOut }),
    signal: options.signal,
    onClass: (name, done, total) => options.onProgress?.(`fitting without ${name} (${done + 1} of ${total})`),
  });
}

// --- the audit --------------------------------------------------------------------------------------------------

/** An audit that cannot be made must not keep the figures back. */
async function auditOf(
  options: EvaluateOptions,
  training: readonly string[] | undefined,
): Promise<{ report?: AuditReport; remarks: string[] }> {
  if (options.audit === false) return { remarks: [] };
  const { auditEvaluation } = await import("./evaluation-audit.ts");
  const { seed } = completeSettings(options);
  try {
    const report = await auditEvaluation({
      training,
      test: options.rows,
      label: options.label,
      seed,
      sampleRows: AUDIT_SAMPLE_ROWS,
      signal: options.signal,
      onProgress: ({ step }) => options.onProgress?.(`auditing: ${step}`),
    });
    return { report, remarks: [] };
  } catch (failure) {
    if (!(failure instanceof OrbweaverError) || failure.code === "cancelled") throw failure;
    return { remarks: [`The rows could not be audited: ${failure.message}.`] };
  }
}

// --- scoring ----------------------------------------------------------------------------------------------------

/** Rows scored between two moments at which a stop is heard. */
const ROWS_AT_ONCE = 1 << 16;

/** Probabilities of every row, row-major, and the time that scoring them took. Throws `cancelled`. */
async function scoredInSteps(
  model: Model,
  table: LabelledTable,
  signal: AbortSignal | undefined,
): Promise<{ scores: Float64Array; seconds: number }> {
  const classes = model.manifest.classes.length;
  const scores = new Float64Array(table.rowCount * classes);
  let elapsedMs = 0;
  for (let start = 0; start < table.rowCount; start += ROWS_AT_ONCE) {
    await pause(signal);
    const end = Math.min(start + ROWS_AT_ONCE, table.rowCount);
    const values = table.values.map((column) => column.subarray(start, end));
    const rows = { schema: table.schema, rowCount: end - start, values };
    const started = performance.now();
    model.scoreTable(rows, scores.subarray(start * classes, end * classes));
    elapsedMs += performance.now() - started;
  }
  return { scores, seconds: elapsedMs / 1000 };
}

/** Loads what draws only when something is to be drawn. */
async function writePage(result: EvaluationReport, path: string, say: (step: string) => void): Promise<void> {
  say("drawing");
  const { evaluationPage } = await import("../report/evaluation-page.ts");
  await writeWhole(path, evaluationPage(result));
}
