// The step that leaves out rows which say the same, or contradict each other.
//
// Exact, and in memory of a few bytes a row: rows whose digest (DuckDB's hash of the compared columns) no other row has are
// never looked at again; among the others, equal rows are found by their values. Digests only save work; that different
// rows may share one changes nothing.

import * as z from "zod";
import { counted } from "../../../base/number-text.ts";
import { identifier } from "../../duck.ts";
import { withKept } from "../row-codes.ts";
import { defineStep, namesForm } from "../step.ts";
import {
  columnsOf,
  fromNumberedTable,
  partSql,
  refused,
  type StepContext,
  trainingPart,
  type Working,
  written,
} from "../working.ts";

type Written = Working & { path: string };

export const duplicatesStep = defineStep({
  name: "duplicates",
  summary:
    "leaves out repeated rows, and, when asked, all rows that contradict each other; behind a split, within each part",
  form: z.preprocess(
    (value) => (value === "drop" ? {} : value),
    z.strictObject({
      /** Of equal rows. */
      keep: z.literal("first").default("first"),
      /** Rows with equal features and different labels. */
      contradictory: z.enum(["keep", "drop"]).default("keep"),
      /** What is compared; default: features and label. */
      columns: namesForm.optional(),
      /** Behind a split: whether rows of other parts that equal a training row go too. */
      across: z.enum(["keep", "drop"]).default("keep"),
    }),
  ),
  async apply(before, { contradictory, columns: names, across }, context) {
    const working = await written(before, context);
    const compared = comparedColumns(working, names, context);
    const apart = across === "keep" ? partSql(working) : undefined;
    const keep = new Uint8Array(working.rows).fill(1);
    const rows: Compared = { working, compared, apart, keep };
    const against = contradictory === "drop" ? await dropContradictory(rows, context) : undefined;
    const repeats = await dropRepeats(rows, context);
    return {
      working: await withKept(working, keep, context),
      what: `dropped ${counted(repeats, "repeated row")}${against === undefined ? "" : ` and ${counted(against, "contradictory row")}`}`,
      facts: {
        repeated: repeats,
        ...(against === undefined ? {} : { contradictory: against }),
        compared: names === undefined ? "features and label" : compared,
        ...(working.parts === undefined ? {} : { across }),
      },
    };
  },
});

function comparedColumns(
  working: Working,
  names: readonly string[] | undefined,
  context: StepContext,
): string[] {
  if (names !== undefined) return columnsOf(working, names, context).map(({ name }) => name);
  return working.columns.flatMap(({ name, role }) => (role === "feature" || role === "label" ? [name] : []));
}

interface Compared {
  working: Written;
  /** Names of the columns that are compared. */
  compared: readonly string[];
  /** SQL of what keeps rows apart that are equal otherwise. */
  apart: string | undefined;
  /** 1 for rows that stay. */
  keep: Uint8Array;
}

/** Leaves out all but the first of equal rows; returns how many. Rows to train on come before all others. */
async function dropRepeats(
  { working, compared, apart, keep }: Compared,
  context: StepContext,
): Promise<number> {
  const keys = keysOf(compared, apart);
  const part = partSql(working);
  const order =
    apart === undefined && part !== undefined
      ? `row + CASE WHEN ${part} = ${trainingPart(working)} THEN 0 ELSE ${working.rows} END`
      : "row";
  const isLater = new Uint8Array(working.rows);
  await withDigests(working, keys, "count(*) > 1", context, async (from) => {
    await eachRow(`SELECT row::DOUBLE FROM ${from}`, context, (row) => {
      isLater[row] = 1;
    });
    await eachRow(`SELECT min(${order})::DOUBLE FROM ${from} GROUP BY ${keys.join(", ")}`, context, (at) => {
      isLater[at % working.rows] = 0;
    });
  });
  return leaveOut(keep, isLater);
}

/**
 * Leaves out all rows whose features equal those of a row with another label; returns how many. Whole groups of equal
 * rows go, so that it does not matter whether repeats are looked for before or behind.
 */
async function dropContradictory(
  { working, compared, apart, keep }: Compared,
  context: StepContext,
): Promise<number> {
  const { label } = working;
  if (label === undefined)
    throw refused(context, "there is no label that rows could contradict each other in");
  const features = compared.filter((name) => name !== label);
  const keys = keysOf(features, apart);
  const differ = `min(${identifier(label)}) <> max(${identifier(label)})`;
  const isAgainst = new Uint8Array(working.rows);
  await withDigests(working, keys, differ, context, async (from) => {
    const groups = `SELECT list(row::DOUBLE) AS rows FROM ${from} GROUP BY ${keys.join(", ")} HAVING ${differ}`;
    await eachRow(`SELECT unnest(rows) FROM (${groups})`, context, (row) => {
      isAgainst[row] = 1;
    });
  });
  return leaveOut(keep, isAgainst);
}

function keysOf(names: readonly string[], apart: string | undefined): string[] {
  return [...names.map(identifier), ...(apart === undefined ? [] : [apart])];
}

function leaveOut(keep: Uint8Array, which: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < keep.length; row++) {
    if (keep[row] === 0 || which[row] === 0) continue;
    keep[row] = 0;
    count++;
  }
  return count;
}

/** Runs `use` on SQL of the rows whose digest has what is asked, with `row`, their number. */
async function withDigests(
  { path }: Written,
  keys: readonly string[],
  having: string,
  context: StepContext,
  use: (from: string) => Promise<void>,
): Promise<void> {
  const { connection } = context.duck;
  const source = `(SELECT *, file_row_number AS row, hash(${keys.join(", ")}) AS digest FROM ${fromNumberedTable(path)})`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE digests AS SELECT digest FROM ${source} GROUP BY digest HAVING ${having}`,
  );
  try {
    await use(`(SELECT * FROM ${source} WHERE digest IN (SELECT digest FROM digests))`);
  } finally {
    await connection.run("DROP TABLE digests");
  }
}

async function eachRow(sql: string, context: StepContext, take: (row: number) => void): Promise<void> {
  const result = await context.duck.connection.stream(sql);
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const row of chunk.getColumnValues(0)) take(Number(row));
  }
}
