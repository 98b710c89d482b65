// Steps that leave out features which say nothing: those without any value, and those with one.

import * as z from "zod";
import { identifier } from "../../duck.ts";
import { COLUMN_KINDS } from "../../store/contract.ts";
import { fittedOn, fittedRemarks } from "../fit.ts";
import { defineStep, namesForm, orText } from "../step.ts";
import {
  ask,
  meantColumns,
  type StepContext,
  type StepOutcome,
  trainingRows,
  type Working,
  written,
} from "../working.ts";
import { without } from "./columns.ts";

const form = orText("do", z.strictObject({ do: z.literal("drop"), columns: namesForm.optional() }));

export const constantStep = defineStep({
  name: "constant",
  summary: "leaves out features that have one value in all rows, or none",
  form,
  fits: () => "which columns are constant",
  apply: (working, { columns }, context) =>
    leaveOut(working, columns, { test: isConstant, what: "constant" }, context),
});

export const emptyStep = defineStep({
  name: "empty",
  summary: "leaves out features without any value",
  form,
  fits: () => "which columns are empty",
  apply: (working, { columns }, context) =>
    leaveOut(working, columns, { test: isEmpty, what: "empty" }, context),
});

interface Rule {
  /** SQL that aggregates the column. */
  test: (column: string) => string;
  what: string;
}

/** A value that is there in some rows and missing in others tells them apart: that is no constant. */
function isConstant(column: string): string {
  return `(count(${column}) = 0 OR (count(${column}) = count(*) AND min(${column}) = max(${column})))`;
}

function isEmpty(column: string): string {
  return `count(${column}) = 0`;
}

async function leaveOut(
  before: Working,
  names: readonly string[] | undefined,
  { test, what }: Rule,
  context: StepContext,
): Promise<StepOutcome> {
  const working = await written(before, context);
  const columns = meantColumns(working, names, COLUMN_KINDS, context);
  const tests = columns.map(({ name }) => test(identifier(name)));
  const [found = []] =
    columns.length === 0
      ? []
      : await ask(context, `SELECT ${tests.join(", ")} FROM ${trainingRows(working)}`);
  const outcome = without(
    working,
    columns.filter((_, at) => found[at] === true),
    context,
    what,
  );
  return {
    ...outcome,
    facts: { ...outcome.facts, fittedOn: fittedOn(working) },
    remarks: fittedRemarks(working, `found ${what} columns`),
  };
}
