// What the form of a training holds, and the request that comes of it. Pure; what is right is said by the tables of the server.

import type { NewJob } from "../../api/client.ts";
import type { RowsInput } from "./rows-choice.tsx";

export type Value = number | string | boolean;

export interface Parameter {
  name: string;
  type: "integer" | "number" | "boolean" | "choice" | "text";
  default: Value;
  minimum?: number;
  maximum?: number;
  choices?: readonly string[];
  pattern?: string;
  form?: string;
  description: string;
  search?: { values: readonly Value[] } | { low: number; high: number; scale: string };
}

export interface Learner {
  id: string;
  task: "classification" | "anomaly";
  description: string;
  parameters: readonly Parameter[];
}

export interface TrainingForm {
  rows: RowsInput | undefined;
  validation: RowsInput | undefined;
  name: string;
  label: string;
  labelMap: "none" | "kdd5" | "own";
  /** LABEL=CLASS, a line each. */
  ownMap: string;
  benign: string[];
  learners: string[];
  /** By learner and parameter: only what is not the default. */
  values: Record<string, Record<string, Value>>;
  preset: string | null;
  judging: "none" | "cv" | "holdout";
  folds: number;
  holdout: number;
  cvBy: string;
  metric: string | null;
  search: "none" | "grid" | "random" | "halving";
  trials: number | undefined;
  /** NAME=a,b,c, a line each. */
  grid: string;
  select: string;
  calibrate: string | null;
  unknown: string | null;
  coverage: number | undefined;
  exclude: string[];
  include: string[];
  weights: string;
  seed: number | undefined;
  limit: number | undefined;
}

/** What a part of the form shows and changes. */
export interface Part {
  form: TrainingForm;
  change: (change: Partial<TrainingForm>) => void;
}

export const EMPTY_FORM: TrainingForm = {
  rows: undefined,
  validation: undefined,
  name: "",
  label: "",
  labelMap: "none",
  ownMap: "",
  benign: [],
  learners: ["boosting"],
  values: {},
  preset: null,
  judging: "cv",
  folds: 5,
  holdout: 0.25,
  cvBy: "",
  metric: null,
  search: "none",
  trials: undefined,
  grid: "",
  select: "",
  calibrate: null,
  unknown: null,
  coverage: undefined,
  exclude: [],
  include: [],
  weights: "",
  seed: undefined,
  limit: undefined,
};

/** Why a value does not fit its parameter; undefined where it does. */
export function problemOf(parameter: Parameter, value: Value | undefined): string | undefined {
  if (value === undefined || value === "") return value === "" ? "expected a value" : undefined;
  const { type, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = parameter;
  switch (type) {
    case "integer":
    case "number":
      if (typeof value !== "number" || Number.isNaN(value)) return "expected a number";
      if (type === "integer" && !Number.isInteger(value)) return "expected a whole number";
      return value < minimum || value > maximum ? `expected ${rangeText(parameter)}` : undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : "expected yes or no";
    case "choice":
      return parameter.choices?.includes(String(value))
        ? undefined
        : `expected ${parameter.choices?.join(", ")}`;
    case "text":
      return new RegExp(`^(?:${parameter.pattern ?? ".*"})$`).test(String(value))
        ? undefined
        : `expected ${parameter.form ?? "a text"}`;
  }
}

/** 0 to 1, at least 1, at most 9. */
export function rangeText({ minimum, maximum }: Parameter): string {
  if (minimum !== undefined && maximum !== undefined)
    return `${minimum.toLocaleString("en-GB")} to ${maximum.toLocaleString("en-GB")}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? "any number" : `at most ${maximum}`;
}

/** Where a search looks, in words. */
export function searchText({ search }: Parameter): string | undefined {
  if (search === undefined) return undefined;
  if ("values" in search) return search.values.join(", ");
  return `${search.low} to ${search.high}${search.scale === "log" ? ", every decade alike" : ""}`;
}

/** What has to be mended before it is sent. */
export function problemsOf(form: TrainingForm, learners: readonly Learner[]): string[] {
  const problems: string[] = [];
  if (form.rows === undefined) problems.push("Choose the rows to learn from.");
  if (form.learners.length === 0 && form.preset === null) problems.push("Choose a learner or a recipe.");
  if (form.name !== "" && !/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(form.name))
    problems.push("A name has letters, digits, '.', '_' and '-', at most 100.");
  for (const { id, parameters } of learners) {
    if (!form.learners.includes(id)) continue;
    for (const parameter of parameters) {
      const problem = problemOf(parameter, form.values[id]?.[parameter.name]);
      if (problem !== undefined) problems.push(`${id}, ${parameter.name}: ${problem}.`);
    }
  }
  if (form.labelMap === "own" && Object.keys(mapOf(form.ownMap)).length === 0)
    problems.push("Write a class for each label: LABEL=CLASS.");
  return problems;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function mapOf(text: string): Record<string, string> {
  return Object.fromEntries(
    lines(text).flatMap((line) => {
      const at = line.lastIndexOf("=");
      return at <= 0 || at === line.length - 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}

type TrainRequest = Extract<NewJob, { kind: "train" }>["request"];

/** The request of the job. */
export function requestOf(form: TrainingForm): TrainRequest {
  const { rows, validation, learners, values, preset } = form;
  const isOwn = preset === null || learners.length > 0;
  const set = isOwn
    ? learners.flatMap((id) =>
        Object.entries(values[id] ?? {}).map(([name, value]) => `${id}.${name}=${value}`),
      )
    : [];
  const grid = lines(form.grid);
  const isSearching = form.search !== "none";
  const request = {
    rows: rows === undefined ? [] : [rows],
    validation: validation && [validation],
    name: form.name || undefined,
    label: form.label || undefined,
    labelMap: form.labelMap === "none" ? undefined : form.labelMap === "kdd5" ? "kdd5" : mapOf(form.ownMap),
    benign: some(form.benign),
    learners: isOwn ? learners : undefined,
    set: some(set),
    preset: preset ?? undefined,
    cv: form.judging === "cv" ? form.folds : undefined,
    holdout: form.judging === "holdout" ? form.holdout : undefined,
    cvBy: form.judging === "none" ? undefined : form.cvBy || undefined,
    metric: form.judging === "none" ? undefined : (form.metric ?? undefined),
    search: isSearching ? form.search : undefined,
    trials: isSearching && form.search !== "grid" ? form.trials : undefined,
    grid: isSearching ? some(grid) : undefined,
    select: form.select || undefined,
    calibrate: form.calibrate ?? undefined,
    unknown: form.unknown ?? undefined,
    coverage: form.unknown === null ? undefined : form.coverage,
    exclude: some(form.exclude),
    include: some(form.include),
    weights: form.weights || undefined,
    seed: form.seed,
    limit: form.limit,
  };
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as unknown as TrainRequest;
}

function some<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A recipe fills in what it says; the learners are its own until others are chosen. */
export function withPreset(form: TrainingForm, preset: Preset | undefined): TrainingForm {
  if (preset === undefined)
    return { ...form, preset: null, learners: form.learners.length > 0 ? form.learners : ["boosting"] };
  return {
    ...form,
    preset: preset.id,
    learners: [],
    labelMap: preset.labelMap === "kdd5" ? "kdd5" : form.labelMap,
    judging: preset.cv !== undefined ? "cv" : preset.holdout !== undefined ? "holdout" : form.judging,
    folds: preset.cv ?? form.folds,
    holdout: preset.holdout ?? form.holdout,
    metric: preset.metric,
    select: preset.select ?? form.select,
    exclude: preset.exclude ?? form.exclude,
  };
}

export interface Preset {
  id: string;
  data: string;
  title: string;
  remark: string;
  label: string[];
  labelMap?: string;
  exclude?: string[];
  learners: string[];
  set?: string[];
  select?: string;
  cv?: number;
  holdout?: number;
  metric: string;
}
