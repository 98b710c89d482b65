// Measures candidates and baselines on the same folds, round by round where most are to be given up early, and ranks them.
//
// What it guarantees: the same table, candidates and seed give the same comparison, times apart; candidates are fitted one
// after another, and no model is kept; a stop keeps what was measured.

import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import { foldInterval, pairedInterval } from "../../evaluate/fold-interval.ts";
import { isBetter, METRICS, type MetricDescription } from "../../evaluate/metric-table.ts";
import { type LabelledTable, takeRows } from "../../feature/table.ts";
import type { FitContext, Progress } from "../../learner/contract.ts";
import type {
  ComparedEntry,
  ComparedFinding,
  Comparison,
  FoldFacts,
  MetricFacts,
  SearchFacts,
} from "../../report/comparison-contract.ts";
import { BASELINES, type BaselineFacts, fittedBaselines } from "./baselines.ts";
import { type FoldColumn, type FoldOptions, type FoldPlan, planFolds, stratifiedSample } from "./folds.ts";
import { halvingRounds } from "./halving.ts";
import { type Fit, type Fitted, type FoldFigures, measureFold, type View } from "./measure.ts";
import type { Candidate, SearchMethod } from "./space.ts";

export interface CompareOptions {
  candidates: readonly Candidate[];
  /** How a candidate is fitted. */
  fit: (
    table: LabelledTable,
    candidate: Candidate,
    context: FitContext,
  ) => ReturnType<Candidate["learner"]["fit"]>;
  folds: Omit<FoldOptions, "seed">;
  search?: SearchMethod;
  metric: MetricDescription;
  view: View;
  /** Seed, threads, benign classes and weights of every fit. */
  context: FitContext;
  findings?: readonly ComparedFinding[];
  onProgress?: (progress: CompareProgress) => void | Promise<void>;
  signal?: AbortSignal;
}

export interface CompareProgress {
  /** What is measured now, from 1. */
  name: string;
  ordinal: number;
  count: number;
  fold: number;
  folds: number;
  round?: { ordinal: number; count: number; rows: number };
  /** Best candidate until now. */
  best?: { name: string; score: number };
  /** Of the fit that is running. */
  fit?: Progress;
}

/** Rows of a fold's test part below which rounds of halving would judge by chance. */
const TEST_ROWS_LEAST = 50;

/** Throws `training-data` where folds are impossible, and a candidate's failure where all of them failed. */
export async function compareCandidates(table: LabelledTable, options: CompareOptions): Promise<Comparison> {
  const { metric, view, folds, context, candidates } = options;
  const plan = planFolds(table.labels, table.classes.length, { ...folds, seed: context.seed });
  const rounds = roundsOf(table, options);
  const search: SearchFacts | undefined = options.search && {
    method: options.search,
    candidates: candidates.length,
    ...(options.search === "halving" ? { rounds } : {}),
  };
  const work = new Work(table, plan, options);
  let cancelled = false;
  try {
    await work.measureBaselines();
    await work.measureCandidates(rounds);
  } catch (failure) {
    if (!(failure instanceof OrbweaverError) || failure.code !== "cancelled") throw failure;
    cancelled = true;
  }
  const entries = work.entries();
  const best = entries.find((entry) => entry.kind === "candidate" && isWhole(entry, plan));
  if (best === undefined && !cancelled) throw work.firstFailure();
  const facts = foldFacts(plan);
  addDifferences(entries, best, metric, facts.testShare);
  const comparison = { metric: factsOf(metric), view, rows: table.rowCount, folds: facts, search, entries };
  return {
    ...comparison,
    metrics: METRICS.map(factsOf),
    ...(best === undefined ? {} : { best: best.name }),
    cancelled,
    findings: [...(options.findings ?? [])],
    remarks: remarksOf(table, plan, entries, best, metric),
  };
}

/** The candidate that an entry is about. */
export function candidateNamed(candidates: readonly Candidate[], name: string): Candidate {
  const found = candidates[namesOf(candidates).indexOf(name)];
  if (found === undefined) throw new RangeError(`no candidate '${name}'`);
  return found;
}

/** The learner's id, with a number where there are several of it. */
function namesOf(candidates: readonly Candidate[]): string[] {
  const counts = new Map<string, number>();
  return candidates.map(({ learner: { id } }) => {
    const ordinal = (counts.get(id) ?? 0) + 1;
    counts.set(id, ordinal);
    return candidates.filter(({ learner }) => learner.id === id).length === 1 ? id : `${id} ${ordinal}`;
  });
}

function roundsOf(table: LabelledTable, { search, candidates, folds }: CompareOptions) {
  if (search !== "halving") return [{ rows: table.rowCount, candidates: candidates.length }];
  const testShare = folds.holdout ?? 1 / folds.count;
  return halvingRounds(candidates.length, table.rowCount, Math.ceil(TEST_ROWS_LEAST / testShare));
}

/** What was measured of one candidate or baseline. */
interface Measured {
  name: string;
  candidate?: Candidate;
  baseline?: BaselineFacts;
  figures: FoldFigures[];
  rows: number;
  round?: number;
  failure?: OrbweaverError;
}

class Work {
  readonly #table: LabelledTable;
  readonly #plan: FoldPlan;
  readonly #options: CompareOptions;
  readonly #candidates: Measured[] = [];
  readonly #baselines: Measured[] = [];

  constructor(table: LabelledTable, plan: FoldPlan, options: CompareOptions) {
    this.#table = table;
    this.#plan = plan;
    this.#options = options;
  }

  async measureBaselines(): Promise<void> {
    const { view, context, signal, onProgress } = this.#options;
    const benign = context.benignClasses ?? [];
    for (const baseline of BASELINES) {
      this.#baselines.push({ name: baseline.name, baseline, figures: [], rows: this.#table.rowCount });
    }
    const folds = this.#plan.folds.length;
    for (const [index, fold] of this.#plan.folds.entries()) {
      await onProgress?.({ name: "baselines", ordinal: 1, count: 1, fold: index + 1, folds });
      let fitted: ReturnType<typeof fittedBaselines> | undefined;
      for (const [place, { id }] of BASELINES.entries()) {
        const learn: Fit = async (training) => {
          fitted ??= fittedBaselines(training, benign);
          return fitted.get(id) as Fitted;
        };
        const judged = { kind: view, benignClasses: benign };
        const figures = await measureFold(this.#table, fold, judged, learn, signal);
        // All are found at once, and none is a model.
        this.#baselines[place].figures.push({ ...figures, fitMs: Number.NaN, scoreUs: Number.NaN });
      }
    }
  }

  async measureCandidates(rounds: { rows: number; candidates: number }[]): Promise<void> {
    const { candidates, context, folds } = this.#options;
    const names = namesOf(candidates);
    let alive = candidates.map((_, index) => index);
    for (const [index, round] of rounds.entries()) {
      if (index > 0) alive = this.#bestOf(alive, round.candidates);
      const { table, by } = this.#sampled(round.rows);
      // Rare classes may have made it more.
      round.rows = table.rowCount;
      const isWhole = table === this.#table;
      const options = { ...folds, ...(by === undefined ? {} : { by }), seed: context.seed };
      const plan = isWhole ? this.#plan : planFolds(table.labels, table.classes.length, options);
      for (const [place, at] of alive.entries()) {
        const measured: Measured = {
          name: names[at],
          candidate: candidates[at],
          figures: [],
          rows: table.rowCount,
          ...(rounds.length > 1 ? { round: index + 1 } : {}),
        };
        const before = this.#candidates[at];
        this.#candidates[at] = measured;
        const rank = { ordinal: index + 1, count: rounds.length, rows: table.rowCount };
        const where = {
          name: names[at],
          ordinal: place + 1,
          count: alive.length,
          ...(rounds.length > 1 ? { round: rank } : {}),
        };
        try {
          await this.#measure(
            table,
            plan,
            measured,
            (progress) => this.#fitOf(candidates[at], progress),
            where,
          );
        } finally {
          // Of a round that was not ended, what the round before said is worth more than a part of the folds.
          if (
            before !== undefined &&
            measured.figures.length < plan.folds.length &&
            measured.failure === undefined
          )
            this.#candidates[at] = before;
        }
      }
    }
  }

  /** Candidates best first, those of later rounds before those of earlier ones, then baselines. */
  entries(): ComparedEntry[] {
    const ranked = this.#candidates
      .filter((measured) => measured !== undefined)
      .sort((a, b) => this.#order(a, b));
    return [...ranked, ...this.#baselines].filter(hasSomething).map((measured) => this.#entryOf(measured));
  }

  firstFailure(): OrbweaverError {
    const failed = this.#candidates.find(({ failure }) => failure !== undefined);
    return failed?.failure ?? new OrbweaverError("training-data", "no candidate was measured");
  }

  async #measure(
    table: LabelledTable,
    plan: FoldPlan,
    measured: Measured,
    fitWith: (onProgress: (progress: Progress) => void | Promise<void>) => Fit,
    where: Pick<CompareProgress, "name" | "ordinal" | "count" | "round">,
  ): Promise<void> {
    const { view, context, signal, onProgress } = this.#options;
    const judged = { kind: view, benignClasses: context.benignClasses ?? [] };
    for (const [index, fold] of plan.folds.entries()) {
      const progress: CompareProgress = {
        ...where,
        fold: index + 1,
        folds: plan.folds.length,
        ...this.#bestYet(),
      };
      await onProgress?.(progress);
      if (signal?.aborted) throw new OrbweaverError("cancelled", "the comparison was cancelled");
      const learn = fitWith((fit) => onProgress?.({ ...progress, fit }));
      try {
        measured.figures.push(await measureFold(table, fold, judged, learn, signal));
      } catch (failure) {
        if (!(failure instanceof OrbweaverError) || failure.code === "cancelled") throw failure;
        measured.failure = failure;
        return;
      }
    }
  }

  #fitOf(candidate: Candidate, onProgress: (progress: Progress) => void | Promise<void>): Fit {
    const { fit: fitCandidate, context } = this.#options;
    return async (training) => {
      const model = await fitCandidate(training, candidate, { ...context, onProgress });
      const { classes, benignClasses } = model.manifest;
      const bytes = model.encode().length;
      return { classes, benignClasses, bytes, scoreTable: (rows, out) => model.scoreTable(rows, out) };
    };
  }

  #sampled(rows: number): { table: LabelledTable; by?: FoldColumn } {
    const { folds, context } = this.#options;
    const { labels, classes } = this.#table;
    const wanted = { rows, least: folds.holdout === undefined ? folds.count : 2, seed: context.seed };
    const sample = stratifiedSample(labels, classes.length, wanted);
    if (sample.length === labels.length) return { table: this.#table, ...(folds.by && { by: folds.by }) };
    const { by } = folds;
    const table = takeRows(this.#table, sample);
    if (by === undefined) return { table };
    return { table, by: { ...by, values: Float64Array.from(sample, (row) => by.values[row]) } };
  }

  #bestOf(alive: readonly number[], count: number): number[] {
    const sound = alive.filter((index) => this.#candidates[index].failure === undefined);
    return sound
      .sort((a, b) => this.#order(this.#candidates[a], this.#candidates[b]))
      .slice(0, count)
      .sort((a, b) => a - b);
  }

  #bestYet(): Pick<CompareProgress, "best"> {
    const folds = this.#plan.folds.length;
    const [best] = this.#candidates
      .filter((one) => one?.figures.length === folds)
      .sort((a, b) => this.#order(a, b));
    return best === undefined ? {} : { best: { name: best.name, score: this.#scoreOf(best) } };
  }

  #scoreOf({ figures }: Measured): number {
    return foldInterval(this.#scoresOf(figures, this.#options.metric.id), 0).mean;
  }

  /** Scores of the folds; a figure that some fold does not have is not the candidate's. */
  #scoresOf(figures: readonly FoldFigures[], id: string): number[] {
    return figures.map(({ metrics }) => metrics[id] ?? Number.NaN);
  }

  /** Later rounds, then whole ones, then better ones, then smaller models, come first. */
  #order(a: Measured, b: Measured): number {
    const [roundA, roundB] = [a.failure ? -1 : (a.round ?? 0), b.failure ? -1 : (b.round ?? 0)];
    if (roundA !== roundB) return roundB - roundA;
    if (a.figures.length !== b.figures.length) return b.figures.length - a.figures.length;
    const { metric } = this.#options;
    const [scoreA, scoreB] = [this.#scoreOf(a), this.#scoreOf(b)];
    if (isBetter(metric, scoreA, scoreB)) return -1;
    if (isBetter(metric, scoreB, scoreA)) return 1;
    return meanOf(a.figures, "bytes") - meanOf(b.figures, "bytes");
  }

  #entryOf(measured: Measured): ComparedEntry {
    const { name, candidate, baseline, figures, rows, round, failure } = measured;
    const { testShare } = foldFacts(this.#plan);
    const scores = METRICS.map(({ id }) => {
      const folds = this.#scoresOf(figures, id);
      return [id, { ...foldInterval(folds, testShare), folds }] as const;
    });
    return {
      name,
      kind: candidate === undefined ? "baseline" : "candidate",
      ...(candidate && {
        learner: candidate.learner.id,
        parameters: candidate.parameters,
        varied: [...candidate.varied],
      }),
      ...(baseline && { rule: baseline.rule }),
      folds: figures.length,
      rows,
      ...(round !== undefined && { round }),
      scores: Object.fromEntries(scores),
      fitMs: meanOf(figures, "fitMs"),
      scoreUs: meanOf(figures, "scoreUs"),
      bytes: Math.round(meanOf(figures, "bytes")),
      ...(failure && { failure: failure.message }),
    };
  }
}

function hasSomething({ figures, failure }: Measured): boolean {
  return figures.length > 0 || failure !== undefined;
}

function isWhole(entry: ComparedEntry, plan: FoldPlan): boolean {
  return entry.failure === undefined && entry.folds === plan.folds.length;
}

function meanOf(figures: readonly FoldFigures[], key: "fitMs" | "scoreUs" | "bytes"): number {
  return figures.reduce((sum, one) => sum + one[key], 0) / Math.max(1, figures.length);
}

function foldFacts({ method, by, folds }: FoldPlan): FoldFacts {
  const shares = folds.map(({ training, test }) => test.length / training.length);
  const testShare = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { method, count: folds.length, ...(by !== undefined && { by }), testShare };
}

function factsOf({ id, title, greaterIsBetter }: MetricDescription): MetricFacts {
  return { id, title, greaterIsBetter };
}

// --- what is to be known beside the figures -------------------------------------------------------------------

function addDifferences(
  entries: ComparedEntry[],
  best: ComparedEntry | undefined,
  { id }: MetricDescription,
  testShare: number,
): void {
  if (best === undefined) return;
  for (const entry of entries) {
    if (entry === best || entry.folds !== best.folds || entry.rows !== best.rows) continue;
    entry.difference = pairedInterval(entry.scores[id].folds, best.scores[id].folds, testShare);
  }
}

/** Whether the folds tell an entry from the best. */
function isTold({ difference }: ComparedEntry): boolean {
  return difference === undefined || !(difference.low <= 0 && difference.high >= 0);
}

function remarksOf(
  table: LabelledTable,
  plan: FoldPlan,
  entries: readonly ComparedEntry[],
  best: ComparedEntry | undefined,
  metric: MetricDescription,
): string[] {
  const remarks: string[] = [];
  const rare = rareClasses(table, plan.folds.length);
  if (plan.folds.length > 1 && rare.length > 0) {
    remarks.push(
      `${rare.join(", ")}: fewer rows than folds, so that some folds have none of ${rare.length === 1 ? "it" : "them"}`,
    );
  }
  if (best === undefined) return remarks;
  const alike = entries.filter((entry) => entry.kind === "candidate" && !isTold(entry));
  if (alike.length > 0) {
    remarks.push(
      `the folds do not tell ${counted(alike.length, "other candidate")} from ${best.name}: the interval of the difference in ${metric.title} holds 0`,
    );
  }
  const rival = rivalOf(entries, metric);
  if (
    rival !== undefined &&
    !(isTold(rival) && isBetter(metric, best.scores[metric.id].mean, rival.scores[metric.id].mean))
  )
    remarks.push(`no candidate is better by ${metric.title} than the baseline '${rival.name}' beyond doubt`);
  const candidates = entries.filter(({ kind }) => kind === "candidate").length;
  if (candidates > 1) {
    remarks.push(
      `the best of ${counted(candidates, "candidate")} is flattered by the scores that it was chosen by: judge ${best.name} on rows that it has not seen`,
    );
  }
  return remarks;
}

function rivalOf(entries: readonly ComparedEntry[], metric: MetricDescription): ComparedEntry | undefined {
  return entries
    .filter(({ kind, folds }) => kind === "baseline" && folds > 0)
    .reduce<ComparedEntry | undefined>(
      (found, entry) =>
        found === undefined || isBetter(metric, entry.scores[metric.id].mean, found.scores[metric.id].mean)
          ? entry
          : found,
      undefined,
    );
}

function rareClasses({ classes, labels }: LabelledTable, folds: number): string[] {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]++;
  return classes.filter((_, index) => counts[index] > 0 && counts[index] < folds);
}
