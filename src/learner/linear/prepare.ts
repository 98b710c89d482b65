// What the linear learners begin and end with: the table checked, encoded and laid out; the model put together.

import { OrbweaverError } from "../../base/errors.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Encoding } from "../../model/encoder.ts";
import { LINEAR_FORMAT_VERSION, LINEAR_KIND, LinearModel } from "../../model/kinds/linear.ts";
import { checkTrainingTable } from "../check.ts";
import type { FitContext, ParameterSpecification, ParameterValues } from "../contract.ts";
import { fitEncoding, type Scaling } from "../encoding.ts";
import {
  type ActiveClasses,
  activeClassesOf,
  classWeightsOf,
  type FitFacts,
  manifestOf,
} from "../training.ts";
import { Workspace } from "../workspace.ts";
import { LINEAR_KERNELS, type LinearWorkspace } from "./kernels.ts";
import type { LinearWeights } from "./loss.ts";
import { encodeMatrix, type LinearMatrix } from "./matrix.ts";

/** Numbers of a matrix below which threads would cost more than they bring. */
const PARALLEL_CELLS = 1_000_000;

export const BALANCE_PARAMETER: ParameterSpecification = {
  name: "balance",
  type: "choice",
  default: "none",
  choices: ["none", "balanced"],
  description: "Weights of classes: all equal, or inverse to their rows",
};

/** A table made ready. */
export interface Prepared {
  workspace: LinearWorkspace;
  matrix: LinearMatrix;
  encoding: Encoding;
  classes: ActiveClasses;
  /** Weight of each active class. */
  classWeights: Float64Array;
  /** Rows of each class of the table. */
  classCounts: number[];
}

/** Checks and encodes a table; runs the work on it; lets the threads go whatever happens. */
export async function withPrepared<Result>(
  table: LabelledTable,
  rowsOf: (classCounts: number[]) => Int32Array,
  parameters: ParameterValues,
  context: FitContext,
  work: (prepared: Prepared) => Promise<Result>,
): Promise<Result> {
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const rows = rowsOf(classCounts);
  const classes = activeClassesOf(table, rows);
  const classWeights = classWeightsOf(table, parameters["balance"] === "balanced", context, classes);
  const encoding = fitEncoding(table, rows, { scaling: parameters["scaling"] as Scaling });
  const isLarge = rows.length * table.schema.columns.length >= PARALLEL_CELLS;
  const workspace = new Workspace(LINEAR_KERNELS, isLarge ? context.parallel : undefined);
  try {
    const matrix = encodeMatrix(workspace, table, rows, classes.labelOf, encoding);
    return await work({ workspace, matrix, encoding, classes, classWeights, classCounts });
  } finally {
    await workspace.close();
  }
}

export function everyRow({ rowCount }: LabelledTable): Int32Array {
  return Int32Array.from({ length: rowCount }, (_, row) => row);
}

/** Weight of each row of the matrix: how many rows it stands for, times the weight of their class. */
export function rowWeightsOf({ matrix, classWeights }: Prepared): Float64Array {
  return matrix.counts.map((count, row) => count * classWeights[matrix.labels[row]]);
}

/** What a learner has found. */
export interface Found extends LinearWeights {
  link: number;
  slopes?: Float64Array;
  offsets?: Float64Array;
}

/** The model of what was found. Throws `training-data` when the numbers went beyond what numbers can hold. */
export function linearModelOf(
  table: LabelledTable,
  context: FitContext,
  prepared: Prepared,
  found: Found,
  facts: Omit<FitFacts, "kind" | "formatVersion" | "classCounts">,
): LinearModel {
  const { encoding, matrix, classes, classCounts } = prepared;
  const manifest = manifestOf(table, context, {
    ...facts,
    kind: LINEAR_KIND,
    formatVersion: LINEAR_FORMAT_VERSION,
    classCounts,
  });
  const outputs = found.biases.length;
  const parts = {
    slopes: new Float64Array(outputs).fill(1),
    offsets: new Float64Array(outputs),
    ...found,
    encoding,
    activeClasses: classes.active,
    means: matrix.means,
    deviations: matrix.deviations,
  };
  try {
    return new LinearModel(manifest, parts);
  } catch (cause) {
    if (!(cause instanceof OrbweaverError)) throw cause;
    throw new OrbweaverError(
      "training-data",
      "the training did not stay within the range of numbers; the columns' values are too large as they are",
      { cause, hint: "Use another scaling, such as standard." },
    );
  }
}
