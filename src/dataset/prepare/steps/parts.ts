// Steps about parts: the split, and the balance of classes among the rows to train on.

import { counted } from "../../../base/number-text.ts";
import { balanceTable } from "../../balance/balance.ts";
import { balanceOptionsForm, SYNTHETIC_COLUMN } from "../../balance/contract.ts";
import { splitOptionsForm } from "../../split/contract.ts";
import { splitTable } from "../../split/split.ts";
import type { DatasetColumn } from "../../store/contract.ts";
import { copyTable, fromTable } from "../../store/table-parquet.ts";
import { defineStep, orText } from "../step.ts";
import {
  ask,
  listed,
  publicSelect,
  refused,
  TRAINING_PART,
  trainingPart,
  trainingRows,
  withParts,
  withTrainingRows,
  written,
} from "../working.ts";

export const splitStep = defineStep({
  name: "split",
  summary:
    "puts rows into parts: random, time, group, official or folds; what learns from rows afterwards sees training rows only",
  form: orText("by", splitOptionsForm),
  async apply(before, options, context) {
    if (before.parts !== undefined) throw refused(context, "the table is split already");
    const working = await written(before, context);
    const out = context.scratchPath("parquet");
    const table = {
      path: working.path,
      rows: working.rows,
      columns: working.columns,
      ...(working.label === undefined ? {} : { label: working.label }),
      name: context.name,
    };
    const { duck, signal } = context;
    const result = await splitTable(table, options, {
      duck,
      out,
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ share }) => context.onProgress?.(share),
    });
    const parts = result.parts.map(({ name }) => name);
    return {
      working: await written(withParts(working, out, parts), context),
      what: `split by ${options.by}: ${listed(
        result.parts.map(({ name, rows }) => `${name} ${rows}`),
        5,
      )}`,
      facts: {
        ...result.facts,
        options,
        parts: result.parts.map(({ name, rows }) => ({ part: name, rows })),
      },
      remarks: [
        ...result.leftOut.map(({ reason, rows }) => ({ what: `rows in no part: ${reason}`, count: rows })),
        ...result.warnings.map((what) => ({ what })),
      ],
    };
  },
});

export const balanceStep = defineStep({
  name: "balance",
  summary:
    "balances classes of the training rows: weights, random-over, random-under, smote, tomek or smote-tomek",
  form: orText("method", balanceOptionsForm),
  fits: ({ method }) => (method === "weights" ? "weights of classes" : "rows to add or leave out"),
  async apply(before, options, context) {
    if (trainingPart(before) < 0) {
      throw refused(
        context,
        `there is no part '${TRAINING_PART}' to balance: put a step 'split' before, since balanced rows must not be judged by`,
      );
    }
    const { label } = before;
    if (label === undefined) throw refused(context, "there is no label whose classes could be balanced");
    const working = await written(before, context);
    const training = context.scratchPath("parquet");
    const out = context.scratchPath("parquet");
    await copyTable(context.duck, publicSelect(working, trainingRows(working)), training, {
      columns: working.columns,
    });
    const [[rows]] = await ask(context, `SELECT count(*) FROM ${fromTable(training)}`);
    const { duck, signal } = context;
    const result = await balanceTable(
      {
        path: training,
        rows: Number(rows),
        columns: working.columns,
        label,
        name: `${context.name}@${TRAINING_PART}`,
      },
      options,
      {
        duck,
        out,
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ share }) => context.onProgress?.(share),
      },
    );
    const absent = ({ name }: DatasetColumn): string => (name === SYNTHETIC_COLUMN ? "0" : "NULL");
    const made = await withTrainingRows(working, out, result.columns, absent, context);
    return {
      working: await written({ ...made, scratch: [...made.scratch, training] }, context),
      what: `balanced classes of the training rows (${options.method}): ${counted(result.rowsBefore, "row")} became ${counted(result.rowsAfter, "row")}`,
      facts: {
        ...result.facts,
        options,
        before: result.classesBefore,
        after: result.classesAfter,
      },
      remarks: result.remarks,
    };
  },
});
