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
      keep: z.literal("first").default("first").describe("Of equal rows."),
      contradictory: z
        .enum(["keep", "drop"])
        .default("keep")
        .describe("Rows with equal features and different labels."),
      columns: namesForm.optional().describe("What is compared; default: features and label."),
      across: z
        .enum(["keep", "drop"])
        .default("keep")
        .describe("Behind a split: whether rows of other parts that equal a training row go too."),
    }),
  ),
  async apply(before, { contradictory, columns: names, across }, context) {
    const compared = comparedColumns(before, names, context);
    const source = await written(before, context);
    const against = contradictory === "drop" ? await contradictoryRows(source, compared, context) : undefined;
    const consistent =
      against === undefined ? source : await written(await withKept(source, against.keep, context), context);
    const repeats = await repeatedRows(consistent, compared, across === "keep", context);
    return {
      working: await withKept(consistent, repeats.keep, context),
      what: `dropped ${counted(repeats.count, "repeated row")}${against === undefined ? "" : ` and ${counted(against.count, "contradictory row")}`}`,
      facts: {
        repeated: repeats.count,
        ...(against === undefined ? {} : { contradictory: against.count }),
        compared: names === undefined ? "features and label" : compared,
        ...(before.parts === undefined ? {} : { across }),
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

interface Found {
  /** 1 for rows that stay. */
  keep: Uint8Array;
  /** Rows that go. */
  count: number;
}

/**
 * All but the first of equal rows. Parts are looked at apart, or together: then rows to train on come before all others.
 */
async function repeatedRows(
  working: Written,
  compared: readonly string[],
  isApart: boolean,
  context: StepContext,
): Promise<Found> {
  const part = partSql(working);
  const keys = keysOf(compared, isApart ? part : undefined);
  const order =
    isApart || part === undefined
      ? "row"
      : `row + CASE WHEN ${part} = ${trainingPart(working)} THEN 0 ELSE ${working.rows} END`;
  const keep = new Uint8Array(working.rows).fill(1);
  await withDigests(working, keys, "count(*) > 1", context, async (from) => {
    await eachRow(`SELECT row::DOUBLE FROM ${from}`, context, (row) => {
      keep[row] = 0;
    });
    await eachRow(`SELECT min(${order})::DOUBLE FROM ${from} GROUP BY ${keys.join(", ")}`, context, (at) => {
      keep[at % working.rows] = 1;
    });
  });
  return { keep, count: keep.reduce((sum, is) => sum + 1 - is, 0) };
}

/**
 * All rows whose features equal those of a row with another label. Parts are looked at apart: labels of the test must not
 * choose training rows.
 */
async function contradictoryRows(
  working: Written,
  compared: readonly string[],
  context: StepContext,
): Promise<Found> {
  const { label } = working;
  if (label === undefined)
    throw refused(context, "there is no label that rows could contradict each other in");
  const keys = keysOf(
    compared.filter((name) => name !== label),
    partSql(working),
  );
  const differ = `min(${identifier(label)}) <> max(${identifier(label)})`;
  const keep = new Uint8Array(working.rows).fill(1);
  await withDigests(working, keys, differ, context, async (from) => {
    const groups = `SELECT list(row::DOUBLE) AS rows FROM ${from} GROUP BY ${keys.join(", ")} HAVING ${differ}`;
    await eachRow(`SELECT unnest(rows) FROM (${groups})`, context, (row) => {
      keep[row] = 0;
    });
  });
  return { keep, count: keep.reduce((sum, is) => sum + 1 - is, 0) };
}

function keysOf(names: readonly string[], apart: string | undefined): string[] {
  return [...names.map(identifier), ...(apart === undefined ? [] : [apart])];
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
