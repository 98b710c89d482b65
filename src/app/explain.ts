// A model and rows in, reasons out: why each row got its class, and which columns the model rests on.
//
// What it guarantees: amounts and bias sum to the score that is explained; the same model, rows and seed give the same
// explanation. Prints nothing.

import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { counted, groupedText } from "../base/number-text.ts";
import { Random } from "../base/random.ts";
import type { ReadFacts } from "../dataset/row-reader.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import type { FeatureTable, LabelledTable } from "../feature/table.ts";
import type { ExplanationScale, Model, ModelManifest } from "../model/contract.ts";
import { decisionPathsOf } from "../model/decisions.ts";
import { type Explainer, type ExplainMethod, explainerFor, methodFor } from "../model/shapley/explainer.ts";
import type { ExplainedSwarm } from "../report/explanation-contract.ts";
import { Judge } from "../verdict/verdict.ts";
import { type ColumnAmount, columnAmount, type PathsText, pathsText } from "./explanation-words.ts";
import { writeWhole } from "./file.ts";
import { readModel } from "./models.ts";
import { readNamedRows } from "./named-rows.ts";

export type { ExplainMethod } from "../model/shapley/explainer.ts";
export type { ColumnAmount, DecisionText, PathsText } from "./explanation-words.ts";

export interface ExplainOptions {
  model: string;
  /** Row files of the model's schema, or data sets of the project. None: only what the model itself finds important. */
  rows: readonly string[];
  /** Column that holds the true class, to show it beside the verdict; rows without one are left out. */
  label?: string;
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  /** Rows to explain, counted from 1, both included. */
  first?: number;
  last?: number;
  /** Class to explain instead of the one that each row got. */
  className?: string;
  threshold?: number;
  method?: ExplainMethod;
  /** Rows to compare with: at most 100 of them are used, drawn by the seed. */
  background?: readonly string[];
  /** Columns to show for each row. */
  top?: number;
  /** Also explain the model over a sample of all rows. */
  overall?: boolean;
  /** Rows of that sample. */
  sampleRows?: number;
  seed?: number;
  /** Page to write. */
  html?: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

/** Why one row got its class. */
export interface RowExplanation {
  /** Number of the row, from 1. */
  row: number;
  /** What the row is, where that is known. */
  truth?: string;
  verdict: { class: string; probability: number; attack: boolean; unknown?: true };
  /** The class that is explained, and its probability. */
  class: string;
  probability: number;
  scale: ExplanationScale;
  /** True when what is explained is the score before a calibration that no sum can follow. */
  uncalibrated?: true;
  bias: number;
  /** Largest first. */
  contributions: ColumnAmount[];
  /** What all other columns add together. */
  others: { columns: number; amount: number };
  /** Bias and all contributions. */
  sum: number;
  /** Of models of trees. */
  decisions?: PathsText;
}

/** How much a column matters to the scores of a class: means over the sampled rows. */
export interface ColumnImportance {
  column: string;
  /** Mean size of the amounts. */
  meanSize: number;
  /** Mean of the amounts with their signs. */
  mean: number;
}

export interface OverallExplanation {
  rows: number;
  scale: ExplanationScale;
  /** Columns by the sum of their mean sizes over the classes, largest first, as shares of all. */
  columns: { column: string; share: number }[];
  /** Columns that matter, largest first. */
  classes: { class: string; columns: ColumnImportance[] }[];
}

export interface ExplainResult {
  model: string;
  manifest: ModelManifest;
  method: ExplainMethod;
  /** Background rows that were compared with. */
  backgroundRows: number;
  rows: RowExplanation[];
  overall?: OverallExplanation;
  /** Columns by what the model itself finds important, largest first. */
  own: { column: string; share: number }[];
  source?: ReadFacts;
}

export const ROWS_DEFAULT = 3;
export const TOP_DEFAULT = 10;
export const SAMPLE_DEFAULT = 1_000;
const BACKGROUND_ROWS = 100;
/** Rows times classes that an explanation of a whole model may ask for. */
const EXPLANATIONS_MAX = 10_000;
/** Trees whose questions are told. */
const PATHS = 1;
/** Rows between two moments at which a stop is heard. */
const ROWS_AT_ONCE = 16;
const STREAM = { background: 1, sample: 2 } as const;

export async function explain(options: ExplainOptions): Promise<ExplainResult> {
  const model = await readModel(options.model);
  const run = new Run(model, options);
  const { manifest } = model;
  const own = [...model.importance()]
    .map((share, column) => ({ column: manifest.schema.columns[column].name, share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  const shared = { model: options.model, manifest, own };
  if (options.rows.length === 0) {
    const result = { ...shared, method: methodFor(model, false), backgroundRows: 0, rows: [] };
    await run.write(result, []);
    return result;
  }
  const background = await run.background();
  const { table, source } = await run.read();
  const explainer = explainerFor(model, { method: options.method, background });
  const rows = await run.explainRows(explainer, table);
  const wantsOverall = options.overall === true || options.html !== undefined;
  const found = wantsOverall ? await run.explainOverall(explainer, table) : undefined;
  const result: ExplainResult = {
    ...shared,
    method: explainer.method,
    backgroundRows: (background?.length ?? 0) / manifest.schema.columns.length,
    rows,
    ...(found && { overall: found.overall }),
    source,
  };
  await run.write(result, found?.swarms ?? []);
  return result;
}

/** Why one row that is in memory got its class; columns are those of the model's schema. */
export async function explainValues(
  model: Model,
  values: Float64Array,
  options: Pick<ExplainOptions, "threshold" | "top" | "className" | "signal"> = {},
): Promise<RowExplanation & { method: ExplainMethod }> {
  const run = new Run(model, { ...options, model: "", rows: [], last: 1 });
  const explainer = explainerFor(model, {});
  const columns = Array.from(values, (value) => Float64Array.of(value));
  const table: FeatureTable = { schema: model.manifest.schema, rowCount: 1, values: columns };
  const [explained] = await run.explainRows(explainer, table);
  return { ...explained, method: explainer.method };
}

class Run {
  readonly #model: Model;
  readonly #options: ExplainOptions;
  readonly #judge: Judge;
  readonly #width: number;

  constructor(model: Model, options: ExplainOptions) {
    this.#model = model;
    this.#options = options;
    this.#width = model.manifest.schema.columns.length;
    this.#judge = new Judge({ model, threshold: options.threshold, batchRows: 1 });
    if (options.className !== undefined) this.#classIndex(options.className);
  }

  async read(): Promise<{ table: FeatureTable | LabelledTable; source: ReadFacts }> {
    const { rows, label, labelMap, last, overall, html, signal, onProgress } = this.#options;
    const { manifest } = this.#model;
    onProgress?.({ step: "reading rows" });
    const reading = {
      schema: manifest.schema,
      knownSchemas: SCHEMAS,
      signal,
      // Only a sample of all rows needs all of them.
      limit: overall || html !== undefined ? undefined : (last ?? ROWS_DEFAULT),
    };
    const { table, source } =
      label === undefined
        ? await readNamedRows(rows, reading)
        : await readNamedRows(rows, { ...reading, label, labelMap, classes: manifest.classes });
    if (table.rowCount > 0) return { table, source };
    throw new OrbweaverError("rows-invalid", `${rows[0]} holds no row to explain`);
  }

  async background(): Promise<Float64Array | undefined> {
    const { background, signal, onProgress, seed } = this.#options;
    if (background === undefined) return undefined;
    onProgress?.({ step: "reading background rows" });
    const { schema } = this.#model.manifest;
    const { table } = await readNamedRows(background, { schema, knownSchemas: SCHEMAS, signal });
    if (table.rowCount === 0)
      throw new OrbweaverError("rows-invalid", `${background[0]} holds no background row`);
    const chosen = drawn(table.rowCount, BACKGROUND_ROWS, new Random(seed ?? 1).fork(STREAM.background));
    const rows = new Float64Array(chosen.length * this.#width);
    chosen.forEach((row, index) => {
      rows.set(rowOf(table, row), index * this.#width);
    });
    return rows;
  }

  /** Explains the rows that were asked for. */
  async explainRows(explainer: Explainer, table: FeatureTable | LabelledTable): Promise<RowExplanation[]> {
    const { first = 1, last } = this.#options;
    if (first > table.rowCount) {
      throw new OrbweaverError("usage", `there is no row ${first}; there are ${table.rowCount} rows`, {
        hint: "Rows are counted from 1, without those left out.",
      });
    }
    const end = Math.min(last ?? first + ROWS_DEFAULT - 1, table.rowCount);
    const explained: RowExplanation[] = [];
    for (let row = first; row <= end; row++) {
      await this.#pause(explained.length, end - first + 1, "explaining rows");
      explained.push(this.#explainRow(explainer, table, row - 1));
    }
    return explained;
  }

  /** Means over a sample of the rows, class by class; and what drawing them needs. */
  async explainOverall(
    explainer: Explainer,
    table: FeatureTable,
  ): Promise<{ overall: OverallExplanation; swarms: ExplainedSwarm[] }> {
    const { sampleRows = SAMPLE_DEFAULT, seed = 1 } = this.#options;
    const indices = this.#overallClasses();
    const most = Math.max(1, Math.min(sampleRows, Math.floor(EXPLANATIONS_MAX / indices.length)));
    const chosen = drawn(table.rowCount, most, new Random(seed).fork(STREAM.sample));
    const swarms = indices.map((index) => new Amounts(index, chosen.length, this.#width));
    let scale: ExplanationScale = "probability";
    for (const [at, row] of chosen.entries()) {
      const values = rowOf(table, row);
      for (const swarm of swarms) {
        await this.#pause(at, chosen.length, "explaining the model");
        const attribution = explainer.explain(values, swarm.classIndex);
        scale = attribution.scale;
        swarm.take(at, values, attribution.amounts);
      }
    }
    const { schema, classes } = this.#model.manifest;
    const names = schema.columns.map(({ name }) => name);
    const means = swarms.map((swarm) => ({
      class: classes[swarm.classIndex],
      columns: swarm.importance(names),
    }));
    return {
      overall: { rows: chosen.length, scale, columns: sharesOf(means), classes: means },
      swarms: swarms.map((swarm, place) => ({
        class: means[place].class,
        columns: means[place].columns.slice(0, this.#options.top ?? TOP_DEFAULT).map(({ column }) => {
          const index = names.indexOf(column);
          const isCategorical = schema.columns[index].kind === "categorical";
          return { column, isCategorical, ...swarm.column(index) };
        }),
      })),
    };
  }

  /** Loads what draws only when something is to be drawn. */
  async write(result: ExplainResult, swarms: readonly ExplainedSwarm[]): Promise<void> {
    const { html, onProgress } = this.#options;
    if (html === undefined) return;
    onProgress?.({ step: "drawing" });
    const { explanationPage } = await import("../report/explanation-page.ts");
    const { rows, overall, own } = result;
    const report = {
      name: basename(result.model),
      facts: factsOf(result),
      how: `${methodText(result)}.`,
      ...{ rows, own, swarms },
      ...(overall && { overall }),
    };
    await writeWhole(html, explanationPage(report));
  }

  #explainRow(explainer: Explainer, table: FeatureTable | LabelledTable, row: number): RowExplanation {
    const { className, top = TOP_DEFAULT } = this.#options;
    const { schema, classes } = this.#model.manifest;
    const values = rowOf(table, row);
    const judge = this.#judge;
    judge.judge({ values, count: 1 });
    const index = className === undefined ? judge.classIndex[0] : this.#classIndex(className);
    const probabilities = this.#probabilities(values);
    const { bias, amounts, scale, uncalibrated } = explainer.explain(values, index);
    const order = [...amounts.keys()]
      .filter((column) => amounts[column] !== 0)
      .sort((a, b) => Math.abs(amounts[b]) - Math.abs(amounts[a]) || a - b);
    const rest = order.slice(top);
    const found = decisionPathsOf(this.#model, values, index, PATHS);
    const unknown = this.#isUnknown(values, probabilities);
    return {
      row: row + 1,
      ...("labels" in table && { truth: table.classes[table.labels[row]] }),
      verdict: {
        class: judge.className(0),
        probability: judge.probability[0],
        attack: judge.attack[0] === 1,
        ...(unknown && { unknown: true }),
      },
      class: classes[index],
      probability: probabilities[index],
      scale,
      ...(uncalibrated && { uncalibrated }),
      bias,
      contributions: order
        .slice(0, top)
        .map((column) => columnAmount(schema.columns[column], values[column], amounts[column])),
      others: { columns: rest.length, amount: rest.reduce((sum, column) => sum + amounts[column], 0) },
      sum: amounts.reduce((sum, amount) => sum + amount, bias),
      ...(found && { decisions: pathsText(schema.columns, found) }),
    };
  }

  #probabilities(values: Float64Array): Float64Array {
    const out = new Float64Array(this.#model.manifest.classes.length);
    this.#model.score(values, 1, out);
    return out;
  }

  #isUnknown(values: Float64Array, probabilities: Float64Array): boolean {
    const flags = new Uint8Array(1);
    this.#model.caution?.flagUnknown(values, 1, probabilities, flags);
    return flags[0] === 1;
  }

  /** The class asked for; of two, the one that is an attack, since the other's amounts are its with signs turned; else all. */
  #overallClasses(): number[] {
    const { className } = this.#options;
    const { classes, benignClasses, training, task } = this.#model.manifest;
    if (className !== undefined) return [this.#classIndex(className)];
    if (classes.length === 2) return [benignClasses.includes(classes[1]) ? 0 : 1];
    const seen = [...classes.keys()].filter((index) => task !== undefined || training.classCounts[index] > 0);
    return seen.slice(0, EXPLANATIONS_MAX);
  }

  #classIndex(name: string): number {
    const { classes, training, task } = this.#model.manifest;
    const index = classes.indexOf(name);
    if (index < 0) {
      throw new OrbweaverError(
        "usage",
        `the model knows no class '${name}'; it knows ${classes.slice(0, 30).join(", ")}`,
        { hint: "Name a class as the model spells it." },
      );
    }
    if (task !== undefined || training.classCounts[index] > 0) return index;
    throw new OrbweaverError("usage", `the model has seen no row of class '${name}', and never gives it`, {
      hint: "Name a class that occurred in the training rows.",
    });
  }

  /** Lets a stop be heard. Throws `cancelled`. */
  async #pause(done: number, total: number, step: string): Promise<void> {
    if (done % ROWS_AT_ONCE !== 0) return;
    this.#options.onProgress?.({ step, share: done / total });
    await setImmediate();
    if (this.#options.signal?.aborted)
      throw new OrbweaverError("cancelled", `explaining was cancelled after ${done} of ${total} rows`);
  }
}

/** Values and amounts of sampled rows for one class. */
class Amounts {
  readonly classIndex: number;
  readonly #rows: number;
  readonly #width: number;
  readonly #values: Float64Array;
  readonly #amounts: Float64Array;

  constructor(classIndex: number, rows: number, width: number) {
    this.classIndex = classIndex;
    this.#rows = rows;
    this.#width = width;
    this.#values = new Float64Array(rows * width);
    this.#amounts = new Float64Array(rows * width);
  }

  take(at: number, values: Float64Array, amounts: Float64Array): void {
    this.#values.set(values, at * this.#width);
    this.#amounts.set(amounts, at * this.#width);
  }

  /** Columns that matter, largest first. */
  importance(names: readonly string[]): ColumnImportance[] {
    return names
      .map((column, index) => {
        const { amounts } = this.column(index);
        const size = amounts.reduce((sum, amount) => sum + Math.abs(amount), 0);
        const sum = amounts.reduce((total, amount) => total + amount, 0);
        return { column, meanSize: size / this.#rows, mean: sum / this.#rows };
      })
      .filter(({ meanSize }) => meanSize > 0)
      .sort((a, b) => b.meanSize - a.meanSize);
  }

  column(index: number): { values: Float64Array; amounts: Float64Array } {
    const of = (all: Float64Array): Float64Array =>
      Float64Array.from({ length: this.#rows }, (_, row) => all[row * this.#width + index]);
    return { values: of(this.#values), amounts: of(this.#amounts) };
  }
}

/** How the amounts were computed. */
export function methodText({
  method,
  backgroundRows,
  rows,
  overall,
}: Pick<ExplainResult, "method" | "backgroundRows" | "rows" | "overall">): string {
  if (rows.length === 0 && overall === undefined) return "What the model itself finds important";
  const against = `against ${counted(backgroundRows, "background row")}`;
  switch (method) {
    case "shapley":
      return "Exact Shapley values; what is unknown goes both ways through the trees, as training rows did";
    case "interventional":
      return `Exact Shapley values ${against}`;
    case "path":
      return "Changes of what is expected along the decision paths (Saabas)";
    case "additive":
      return "Exact: the score is a sum over the columns";
    case "permutation":
      return `Shapley values by sampled orders of the columns, ${backgroundRows > 0 ? against : "against the model's own reference row"}`;
  }
}

function factsOf({ manifest, rows, overall, source }: ExplainResult): [string, string][] {
  const { learner, trainingRows } = manifest.training;
  return [
    ["Learner", learner],
    ["Schema", manifest.schema.id],
    ["Columns", groupedText(manifest.schema.columns.length)],
    ["Classes", groupedText(manifest.classes.length)],
    ["Training rows", groupedText(trainingRows)],
    ...(source === undefined ? [] : [["Rows read", groupedText(source.rows)] satisfies [string, string]]),
    ...(overall === undefined
      ? []
      : [["Rows in the sample", groupedText(overall.rows)] satisfies [string, string]]),
    ...(rows.length === 0 ? [] : [["Rows explained", groupedText(rows.length)] satisfies [string, string]]),
  ];
}

function sharesOf(classes: OverallExplanation["classes"]): OverallExplanation["columns"] {
  const sums = new Map<string, number>();
  for (const { columns } of classes)
    for (const { column, meanSize } of columns) sums.set(column, (sums.get(column) ?? 0) + meanSize);
  const total = [...sums.values()].reduce((sum, size) => sum + size, 0);
  return [...sums]
    .map(([column, size]) => ({ column, share: size / total }))
    .sort((a, b) => b.share - a.share);
}

function rowOf(table: FeatureTable, row: number): Float64Array {
  return Float64Array.from(table.values, (values) => values[row]);
}

/** Some of the first `count` whole numbers, all where there are no more, ascending. */
function drawn(count: number, wanted: number, random: Random): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (count <= wanted) return all;
  return random
    .shuffle(all)
    .slice(0, wanted)
    .sort((a, b) => a - b);
}
