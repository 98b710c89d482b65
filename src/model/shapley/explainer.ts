// One door to explanations of a row's score for a class, whatever the model: exact Shapley values where its kind allows,
// sampled ones otherwise. Amounts and bias sum to the score on the scale given.

import { OrbweaverError } from "../../base/errors.ts";
import type { Explanation, ExplanationScale, Model } from "../contract.ts";
import { bentExplanation, PipelineModel } from "../kinds/pipeline.ts";
import { permutationContributions } from "../permutation.ts";
import { InterventionalShapley } from "./interventional.ts";
import { PathShapley, PathTrees } from "./path.ts";
import { isOfTrees, type ScoreTrees, scoreTreesOf } from "./trees.ts";

/**
 * "shapley": exact for trees, absent columns by the training rows in the nodes. "interventional": exact for trees, absent
 * columns by background rows. "path": the change of the expected value along decision paths (Saabas 2014), trees only.
 * "additive": exact for models that are sums of columns. "permutation": sampled orders of the columns, for any model.
 */
export const EXPLAIN_METHODS = ["shapley", "interventional", "path", "additive", "permutation"] as const;
export type ExplainMethod = (typeof EXPLAIN_METHODS)[number];

/** Kinds whose own explanation is exact, being sums of what each column adds. */
const ADDITIVE_KINDS: readonly string[] = ["linear", "bayes"];
/** Kinds of trees whose leaves do not sum to the score, and which are explained along decision paths only. */
const PATH_KINDS: readonly string[] = ["isolation-forest"];
/** Orders of columns that sampling averages over, at least, however few background rows there are. */
const ORDERS_MIN = 64;

export interface ExplainerOptions {
  /** By the kind of the model unless given; see `methodFor`. */
  method?: ExplainMethod;
  /** Row-major values of background rows, if there are any. */
  background?: Float64Array;
}

export interface Attribution {
  bias: number;
  /** One amount for each column of the schema. */
  amounts: Float64Array;
  scale: ExplanationScale;
  /** True when what is explained is the score before a calibration that no sum can follow. */
  uncalibrated?: true;
}

export interface Explainer {
  readonly method: ExplainMethod;
  /** Explains the score of a class; `row` are the values of all columns. */
  explain(row: Float64Array, classIndex: number): Attribution;
}

/** The method for a model unless one is asked for. */
export function methodFor(model: Model, hasBackground: boolean): ExplainMethod {
  if (isOfTrees(innerOf(model))) return hasBackground ? "interventional" : "shapley";
  return hasBackground ? "permutation" : ownMethod(model);
}

/** How a model explains itself. */
function ownMethod(model: Model): ExplainMethod {
  const inner = innerOf(model);
  const { kind } = inner.manifest;
  if (isOfTrees(inner) || PATH_KINDS.includes(kind)) return "path";
  return ADDITIVE_KINDS.includes(kind) ? "additive" : "permutation";
}

function innerOf(model: Model): Model {
  return model instanceof PipelineModel ? model.inner : model;
}

/**
 * Makes what explains a model's rows. What depends on the model alone is computed once for each class that is asked for.
 *
 * Throws `usage` when the method is not for models of this kind, or needs background rows and there are none.
 */
export function explainerFor(model: Model, { method, background }: ExplainerOptions = {}): Explainer {
  const chosen = method ?? methodFor(model, background !== undefined);
  requireFit(model, chosen, background);
  if (chosen === "permutation" && background !== undefined) return sampledExplainer(model, background);
  if (chosen === "shapley") return exactExplainer(model, chosen, undefined);
  if (chosen === "interventional") return exactExplainer(model, chosen, background);
  return { method: chosen, explain: (row, classIndex) => ownAttribution(model, row, classIndex) };
}

function requireFit(model: Model, method: ExplainMethod, background: Float64Array | undefined): void {
  const inner = innerOf(model);
  const { kind } = inner.manifest;
  const columns = model.manifest.schema.columns.length;
  const own = ownMethod(model);
  const isExact = method === "shapley" || method === "interventional";
  refuse(
    isExact && !isOfTrees(inner),
    `method '${method}' explains boosted trees and trees that vote, the model is of kind '${kind}'`,
    "Use --method permutation, which explains any model, or --method auto.",
  );
  refuse(
    !isExact && method !== "permutation" && method !== own,
    `method '${method}' is not for models of kind '${kind}'`,
    "Use --method permutation, which explains any model, or --method auto.",
  );
  refuse(
    background === undefined && (method === "interventional" || (method === "permutation" && own !== method)),
    `method '${method}' needs background rows to compare with`,
    "Name them with --background.",
  );
  refuse(
    background !== undefined && (background.length === 0 || background.length % columns !== 0),
    `the background holds ${background?.length} values, expected rows of ${columns}`,
    "Give background rows of the model's columns.",
  );
}

/** What the model says itself: exact for sums of columns, along decision paths for trees, sampled for others. */
function ownAttribution(model: Model, row: Float64Array, classIndex: number): Attribution {
  return attributionOf(model.explain(row, classIndex, Number.POSITIVE_INFINITY), row.length);
}

function attributionOf(explanation: Explanation, columns: number): Attribution {
  const { bias, scale, uncalibrated, contributions } = explanation;
  const amounts = new Float64Array(columns);
  for (const { column, amount } of contributions) amounts[column] = amount;
  return { bias, amounts, scale, ...(uncalibrated && { uncalibrated }) };
}

// --- trees ------------------------------------------------------------------------------------------------------------

function exactExplainer(
  model: Model,
  method: "shapley" | "interventional",
  background: Float64Array | undefined,
): Explainer {
  if (model instanceof PipelineModel) return pipelineExplainer(model, method, background);
  const known = new Map<number, { trees: ScoreTrees; shapley: PathShapley | InterventionalShapley }>();
  let shared: PathTrees | undefined;
  const explain = (row: Float64Array, classIndex: number): Attribution => {
    let entry = known.get(classIndex);
    if (entry === undefined) {
      const trees = scoreTreesOf(model, classIndex);
      // A class without training rows has no trees; the model says so itself.
      if (trees === undefined) return ownAttribution(model, row, classIndex);
      if (background === undefined) shared ??= new PathTrees(trees);
      const shapley =
        background === undefined
          ? new PathShapley(trees, shared)
          : new InterventionalShapley(trees, background);
      entry = { trees, shapley };
      known.set(classIndex, entry);
    }
    const amounts = new Float64Array(row.length);
    entry.shapley.addTo(amounts, row, 0);
    return { bias: entry.shapley.bias, amounts, scale: entry.trees.scale };
  };
  return { method, explain };
}

/** The inner model's on the columns that it sees, bent as its scores are. */
function pipelineExplainer(
  model: PipelineModel,
  method: "shapley" | "interventional",
  background: Float64Array | undefined,
): Explainer {
  const { columns, calibration } = model.steps;
  const width = model.manifest.schema.columns.length;
  const select = (row: Float64Array): Float64Array => Float64Array.from(columns, (column) => row[column]);
  const inner = exactExplainer(model.inner, method, background && selectRows(background, width, columns));
  const explain = (row: Float64Array, classIndex: number): Attribution => {
    const { bias, amounts, scale } = inner.explain(select(row), classIndex);
    const contributions = Array.from(amounts, (amount, index) => ({ column: columns[index], amount }));
    const whole = { bias, scale, contributions };
    return attributionOf(
      bentExplanation(whole, calibration, model.manifest.classes.length, classIndex),
      width,
    );
  };
  return { method, explain };
}

function selectRows(rows: Float64Array, width: number, columns: Int32Array): Float64Array {
  const count = rows.length / width;
  const selected = new Float64Array(count * columns.length);
  for (let row = 0; row < count; row++)
    for (let index = 0; index < columns.length; index++)
      selected[row * columns.length + index] = rows[row * width + columns[index]];
  return selected;
}

// --- any model --------------------------------------------------------------------------------------------------------

/** Probabilities of mixtures of the row and each background row, in sampled orders of the columns. */
function sampledExplainer(model: Model, background: Float64Array): Explainer {
  const { columns } = model.manifest.schema;
  const classes = model.manifest.classes.length;
  const count = background.length / columns.length;
  const orders = Math.max(2, 2 * Math.ceil(ORDERS_MIN / count / 2));
  let room = new Float64Array(0);
  const explain = (row: Float64Array, classIndex: number): Attribution => {
    const amounts = new Float64Array(columns.length);
    let bias = 0;
    const value = (rows: Float64Array, size: number, out: Float64Array): void => {
      if (room.length < size * classes) room = new Float64Array(size * classes);
      model.score(rows, size, room);
      for (let index = 0; index < size; index++) out[index] = room[index * classes + classIndex];
    };
    for (let other = 0; other < count; other++) {
      const reference = background.subarray(other * columns.length, (other + 1) * columns.length);
      const found = permutationContributions(value, row, reference, { columns, orders, seed: other + 1 });
      bias += found.bias / count;
      for (let column = 0; column < amounts.length; column++)
        amounts[column] += found.amounts[column] / count;
    }
    return { bias, amounts, scale: "probability" };
  };
  return { method: "permutation", explain };
}

function refuse(condition: boolean, message: string, hint: string): void {
  if (condition) throw new OrbweaverError("usage", message, { hint });
}
