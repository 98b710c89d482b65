// Rows that repeat, that contradict each other, and that test and training share: exact counts, by SQL over all rows.
//
// Rows are compared by two 64-bit hashes of their features, so that ten million rows of any width take a fixed number of
// bytes each, which DuckDB may move to disk; two unequal rows are taken for equal with a probability of about 10^-24.

import { counted, groupedText } from "../../base/number-text.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import type { FoundFinding, Severity } from "./contract.ts";
import { type AuditTables, allRows, classSql, numberedRows, oneRow, valueSql } from "./tables.ts";
import { percent } from "./words.ts";

const TRAINING_GROUPS = "audit_training";
const TEST_GROUPS = "audit_test";
/** Columns hashed in one call. */
const HASHED_AT_ONCE = 500;
/** Classes that evidence lists. */
const CLASSES_LISTED = 12;

/** From these shares of the rows on, a finding is worse than "info". */
const REPEATED = { warning: 0.05, error: 2 };
const SHARED = { warning: 0.01, error: 0.1 };
/** Of rows that no model can get right. */
const CONTRADICTING = { warning: 0.01, error: 0.1 };

/** Counts groups of equal rows once, for all checks of this file. Ends with `dropRowGroups`. */
export async function makeRowGroups(tables: AuditTables): Promise<void> {
  await makeGroups(tables, tables.training, TRAINING_GROUPS);
  if (tables.test !== undefined) await makeGroups(tables, tables.test, TEST_GROUPS);
}

export async function dropRowGroups({ duck }: AuditTables): Promise<void> {
  for (const name of [TRAINING_GROUPS, TEST_GROUPS])
    await duck.connection.run(`DROP TABLE IF EXISTS ${name}`);
}

/** Two hashes of a row's values, `a` and `b` with what stands before them, in two orders and with other beginnings. */
export function rowKeys(columns: readonly DatasetColumn[], value = valueSql, before = ""): string {
  const values = columns.map(value);
  return `${hashSql(values, "'a'")} AS ${before}a, ${hashSql(values.toReversed(), "'b'")} AS ${before}b`;
}

function hashSql(values: readonly string[], salt: string): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; at += HASHED_AT_ONCE)
    parts.push(`hash(${salt}, ${values.slice(at, at + HASHED_AT_ONCE).join(", ")})`);
  return parts.length === 1 ? parts[0] : `hash(${parts.join(", ")})`;
}

/** A row for every group of equal features and class: a, b, class, n. */
async function makeGroups(tables: AuditTables, table: TableFile, name: string): Promise<void> {
  const keys = `SELECT ${rowKeys(tables.features)}, ${classSql(tables)} AS class FROM ${numberedRows(table)}`;
  await tables.duck.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT a, b, class, count(*)::BIGINT AS n FROM (${keys}) GROUP BY ALL`,
  );
}

// --- repeats and contradictions of one table --------------------------------------------------------------------

export async function repeatedRows(tables: AuditTables): Promise<FoundFinding[]> {
  const found: FoundFinding[] = [];
  for (const [table, name] of groupTables(tables)) {
    const sums = await groupSums(tables, name);
    found.push(...(await repeats(tables, table, name, sums)), ...contradictions(table, sums));
  }
  return found;
}

function groupTables({ training, test }: AuditTables): [TableFile, string][] {
  const first: [TableFile, string] = [training, TRAINING_GROUPS];
  return test === undefined ? [first] : [first, [test, TEST_GROUPS]];
}

type Sums = Record<
  "rows" | "rowsDistinct" | "featuresDistinct" | "largest" | "labelled" | "contradicting" | "beyond",
  number
>;

async function groupSums({ duck }: AuditTables, name: string): Promise<Sums> {
  return (await oneRow(
    duck,
    `SELECT sum(rows) AS rows, sum(kinds) AS "rowsDistinct", count(*) AS "featuresDistinct", max(rows) AS largest,
       sum(labelled) AS labelled, sum(labelled) FILTER (classes > 1) AS contradicting, sum(labelled - most) FILTER (classes > 1) AS beyond
     FROM (SELECT sum(n) AS rows, count(*) AS kinds, count(class) AS classes, max(n) FILTER (class IS NOT NULL) AS most,
         sum(n) FILTER (class IS NOT NULL) AS labelled FROM ${name} GROUP BY a, b)`,
  )) as Sums;
}

async function repeats(
  tables: AuditTables,
  table: TableFile,
  name: string,
  sums: Sums,
): Promise<FoundFinding[]> {
  const repeated = sums.rows - sums.rowsDistinct;
  const ofFeatures = sums.rows - sums.featuresDistinct;
  if (ofFeatures === 0) return [];
  const byClass = await allRows(
    tables.duck,
    `SELECT class, sum(n) AS rows, sum(n) - count(*) AS repeats FROM ${name} WHERE class IS NOT NULL
     GROUP BY class ORDER BY repeats DESC, class LIMIT ${CLASSES_LISTED}`,
  );
  return [
    {
      code: "repeated-rows",
      severity: severityOf(ofFeatures / sums.rows, REPEATED),
      message:
        `${counted(repeated, "row")} of '${table.name}' (${percent(repeated / sums.rows)}) repeat an earlier one` +
        (tables.label === undefined ? "" : `; ${groupedText(ofFeatures)} when the class is left out`) +
        `; the commonest occurs ${groupedText(sums.largest)} times`,
      rows: repeated,
      evidence: {
        table: table.name,
        rows: sums.rows,
        repeats: repeated,
        repeatsOfFeatures: ofFeatures,
        largestGroup: sums.largest,
        ofClasses: byClass.map((row) => ({
          name: tables.classes[Number(row["class"])],
          rows: Number(row["rows"]),
          repeats: Number(row["repeats"]),
        })),
      },
    },
  ];
}

function contradictions(table: TableFile, sums: Sums): FoundFinding[] {
  if (sums.contradicting === 0) return [];
  const ceiling = 1 - sums.beyond / sums.labelled;
  return [
    {
      code: "contradicting-rows",
      severity: severityOf(1 - ceiling, CONTRADICTING),
      message:
        `${counted(sums.contradicting, "row")} of '${table.name}' (${percent(sums.contradicting / sums.rows)}) have the ` +
        `features of a row of another class; no model can be right in more than ${percent(ceiling)}`,
      rows: sums.contradicting,
      evidence: { table: table.name, rows: sums.contradicting, accuracyAtMost: ceiling },
    },
  ];
}

// --- test against training ------------------------------------------------------------------------------------

export async function sharedRows(tables: AuditTables): Promise<FoundFinding[]> {
  const { duck, test, training } = tables;
  if (test === undefined) return [];
  const shared = await allRows(
    duck,
    `SELECT t.class, sum(t.n) AS shared, sum(t.n) FILTER (same.a IS NOT NULL) AS alike
     FROM ${TEST_GROUPS} t SEMI JOIN ${TRAINING_GROUPS} k ON k.a = t.a AND k.b = t.b
     LEFT JOIN ${TRAINING_GROUPS} same ON same.a = t.a AND same.b = t.b AND same.class IS NOT DISTINCT FROM t.class
     GROUP BY t.class ORDER BY shared DESC, t.class`,
  );
  const total = sumOf(shared, "shared");
  if (total === 0) return [];
  const labelled = shared.filter((row) => row["class"] !== null);
  const alike = sumOf(labelled, "alike");
  const other = sumOf(labelled, "shared") - alike;
  const findings: FoundFinding[] = [
    {
      code: "shared-rows",
      severity: severityOf(total / test.rows, SHARED),
      message:
        `${counted(total, "row")} of '${test.name}' (${percent(total / test.rows)}) have features that also occur in ` +
        `'${training.name}'${tables.label === undefined ? "" : `, ${groupedText(alike)} of them with the same class`}`,
      rows: total,
      evidence: {
        rows: total,
        share: total / test.rows,
        sameClass: alike,
        ofClasses: labelled.slice(0, CLASSES_LISTED).map((row) => ({
          name: tables.classes[Number(row["class"])],
          shared: Number(row["shared"]),
          sameClass: Number(row["alike"] ?? 0),
        })),
      },
    },
  ];
  if (other === 0) return findings;
  const message = `${counted(other, "row")} of '${test.name}' (${percent(other / test.rows)}) occur in training, but only with other classes`;
  const severity = severityOf(other / test.rows, CONTRADICTING);
  return [
    ...findings,
    {
      code: "contradicting-rows",
      severity,
      message,
      rows: other,
      evidence: { table: test.name, rows: other, against: training.name },
    },
  ];
}

/** SQL behind WHERE: whether a row with the hashes a and b occurs in training. */
export const OCCURS_IN_TRAINING = `EXISTS (SELECT 1 FROM ${TRAINING_GROUPS} k WHERE k.a = r.a AND k.b = r.b)`;

function sumOf(rows: readonly Record<string, unknown>[], name: string): number {
  return rows.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
}

function severityOf(share: number, from: { warning: number; error: number }): Severity {
  if (share >= from.error) return "error";
  return share >= from.warning ? "warning" : "info";
}
