// Feature selection: steps in turn, each on the columns that the one before has left.
//
// The same rows, steps and seed keep the same columns, whatever their order in the table and however many threads
// there are. Only the rows given are looked at: fitted on training rows, nothing of other rows leaks in. See
// docs/reference/selection.md for the methods.

import { OrbweaverError } from "../../base/errors.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { ParameterValues } from "../contract.ts";
import { heedCancel } from "../training.ts";
import type { ColumnVerdict, SelectionContext, SelectionInput } from "./contract.ts";
import { completeSteps, type SelectionStep, selectionMethod } from "./steps.ts";

export { SELECTION_METHODS } from "./methods/_index.ts";
export { parseSelection, type SelectionStep, selectionText } from "./steps.ts";

/** What a step said of one column. */
export interface SelectedColumn {
  name: string;
  /** Higher is better; infinite where a column tells the classes exactly (anova). */
  score: number;
  kept: boolean;
  /** Of a column dropped in favour of another: that one's name, and how alike they are. */
  like?: { name: string; value: number };
}

export interface SelectionReport {
  method: string;
  /** All of the method's parameters. */
  parameters: ParameterValues;
  /** What the scores are. */
  score: string;
  /** Every column that the step looked at, best first. */
  columns: SelectedColumn[];
}

export interface Selection {
  /** Columns that stay, as indices in the schema, ascending. */
  columns: Int32Array;
  /** One for each step. */
  report: SelectionReport[];
}

/**
 * Runs the steps on the given rows of a table, or on all. Without steps all columns stay.
 *
 * Throws `parameter-invalid` for a wrong step, `training-data` when there are no rows, when a step needs two classes and
 * there is one, or when a step leaves no column, and `cancelled`.
 */
export async function selectColumns(
  table: LabelledTable,
  rows: Int32Array | undefined,
  steps: readonly SelectionStep[],
  context: SelectionContext,
): Promise<Selection> {
  const complete = completeSteps(steps);
  const chosen = rows ?? Int32Array.from({ length: table.rowCount }, (_, row) => row);
  let columns = byName(table);
  const report: SelectionReport[] = [];
  for (const step of complete) {
    heedCancel(context, () => `${report.length} of ${complete.length} steps of selection`);
    const verdicts = await runStep({ table, rows: chosen, columns }, step, context);
    report.push(reportOf(table, step, verdicts));
    const kept = new Set(verdicts.filter((verdict) => verdict.kept).map(({ column }) => column));
    columns = columns.filter((column) => kept.has(column));
  }
  return { columns: columns.sort(), report };
}

async function runStep(
  input: SelectionInput,
  { method: id, parameters }: SelectionStep,
  context: SelectionContext,
): Promise<ColumnVerdict[]> {
  const method = selectionMethod(id);
  const { table, rows, columns } = input;
  if (rows.length === 0 || columns.length === 0) throw refusal(`selection '${id}' has no rows or no columns`);
  const first = table.labels[rows[0]];
  if (method.needsClasses && rows.every((row) => table.labels[row] === first)) {
    throw refusal(
      `selection '${id}' needs rows of two classes, all ${rows.length} are of class '${table.classes[first]}'`,
    );
  }
  const verdicts = await method.select(input, parameters, context);
  if (verdicts.some(({ kept }) => kept)) return verdicts;
  throw new OrbweaverError(
    "training-data",
    `selection '${id}:${Object.values(parameters).join(":")}' leaves none of ${columns.length} columns`,
    { hint: `The best score is ${verdicts[0].score}; ask for less.` },
  );
}

function reportOf(
  table: LabelledTable,
  { method, parameters }: SelectionStep,
  verdicts: readonly ColumnVerdict[],
): SelectionReport {
  const nameOf = (column: number): string => table.schema.columns[column].name;
  const columns = verdicts.map(({ column, score, kept, like }) => ({
    name: nameOf(column),
    score,
    kept,
    ...(like && { like: { name: nameOf(like.column), value: like.value } }),
  }));
  return { method, parameters, score: selectionMethod(method).score, columns };
}

/** All columns in the order of their names. */
function byName({ schema }: LabelledTable): Int32Array {
  const names = schema.columns.map((column) => column.name);
  const order = [...names.keys()].sort((a, b) =>
    names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : a - b,
  );
  return Int32Array.from(order);
}

function refusal(message: string): OrbweaverError {
  return new OrbweaverError("training-data", message);
}
