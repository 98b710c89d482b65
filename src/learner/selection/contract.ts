// The contract of a method of feature selection: columns of labelled rows in, a score for each and which stay.
//
// Methods see columns in the order of their names and break ties by it, so that nothing depends on a table's order of
// columns. They look only at the rows given: fitted on training rows, they know nothing of others.

import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import type { FitContext, ParameterSpecification, ParameterValues } from "../contract.ts";

/** Trains the model that a method asks for importances. */
export type FitForSelection = (table: LabelledTable, context: FitContext) => Promise<Model>;

export interface SelectionContext
  extends Pick<FitContext, "seed" | "parallel" | "onProgress" | "isCancelled"> {
  /** Fits the models of the methods that need one; boosted trees unless given. */
  fit?: FitForSelection;
}

/** What a method looks at. */
export interface SelectionInput {
  table: LabelledTable;
  /** Rows to learn from, in the table's order. */
  rows: Int32Array;
  /** Columns that are left, as indices in the schema, in the order of their names. */
  columns: Int32Array;
}

/** What a method says of one of its columns. */
export interface ColumnVerdict {
  /** Index in the schema. */
  column: number;
  /** Higher is better; what it is, the method's `score` says. Never NaN. */
  score: number;
  kept: boolean;
  /** Of a column dropped in favour of another: that one's index in the schema, and how alike they are. */
  like?: { column: number; value: number };
}

export interface SelectionMethod {
  readonly id: string;
  readonly description: string;
  /** What the scores are, with their unit or range. */
  readonly score: string;
  /** At most two; in the text of a step their values follow the id in this order. */
  readonly parameters: readonly ParameterSpecification[];
  /** Whether rows of at least two classes are needed. */
  readonly needsClasses: boolean;
  /** One verdict for each column, best first. */
  select(
    input: SelectionInput,
    parameters: ParameterValues,
    context: SelectionContext,
  ): Promise<ColumnVerdict[]>;
}
