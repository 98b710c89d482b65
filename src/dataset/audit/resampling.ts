// Traces of resampling before the split: what the data set's own history says, rows that look interpolated, and test rows
// that are almost training rows.

import { counted } from "../../base/number-text.ts";
import type { DatasetColumn, DatasetStep } from "../store/contract.ts";
import type { FoundFinding } from "./contract.ts";
import { OCCURS_IN_TRAINING, rowKeys } from "./rows.ts";
import type { Sample, SampleValues } from "./sample.ts";
import { type AuditTables, isNumber, numberedRows, oneRow, valueSql } from "./tables.ts";
import { listedNames, percent } from "./words.ts";

// --- history --------------------------------------------------------------------------------------------------

/** How the rows came about, where a data set tells. */
export interface Lineage {
  steps: readonly DatasetStep[];
  /** How it was split: "random", "recipe", …; undefined where it was not. */
  splitMethod?: string;
}

const RESAMPLING =
  /\bsmote\b|\btomek\b|(over|under)-?sampl|random-(over|under)|resampl|\bbalanc(e|ed|ing)\b/i;
/** Weights add no row and leave none out. */
const WEIGHTS = /\bweights?\b/i;

/** Resampling in the steps of a data set that was split afterwards. A recipe splits first, and resamples training alone. */
export function resampledBeforeSplit({ steps, splitMethod }: Lineage): FoundFinding[] {
  if (splitMethod === undefined || splitMethod === "recipe") return [];
  const told = steps.filter(({ step }) => RESAMPLING.test(step) && !WEIGHTS.test(step));
  if (told.length === 0) return [];
  return [
    {
      code: "resampled-before-split",
      severity: "error",
      message: `the data set was resampled before it was split: ${told.map(({ step }) => step).join("; ")}`,
      evidence: { steps: told, splitMethod },
    },
  ];
}

// --- interpolated rows ----------------------------------------------------------------------------------------

/** Classes with fewer rows, and columns with fewer values, are not looked at. */
const CLASS_ROWS_MIN = 50;
const VALUES_MIN = 10;
const WHOLE_SHARE = 0.999;
const FRACTION_SHARE = 0.2;
/** So many of the columns that are whole numbers in the largest class must be broken ones in another. */
const COLUMNS_MIN = 3;
const COLUMNS_SHARE = 0.3;

/**
 * Counts columns of whole numbers that are broken ones in some classes. Interpolation (SMOTE) leaves half packets and
 * thirds of ports; a measured class does not have them where others have none.
 */
export class BrokenNumbers {
  readonly #sample: Sample;
  readonly #classes: readonly string[];
  readonly #rows: Float64Array;
  readonly #largest: number;
  #wholeColumns = 0;
  readonly #broken: string[][];

  constructor(sample: Sample, classes: readonly string[]) {
    this.#sample = sample;
    this.#classes = classes;
    this.#rows = new Float64Array(classes.length);
    for (const label of sample.labels) if (label >= 0) this.#rows[label]++;
    this.#largest = this.#rows.indexOf(Math.max(...this.#rows));
    this.#broken = classes.map(() => []);
  }

  add(column: string, values: SampleValues): void {
    if (values.kind !== "number" || this.#classes.length < 2) return;
    const fractions = new Float64Array(this.#classes.length);
    const seen = new Set<number>();
    for (let row = 0; row < this.#sample.rows; row++) {
      const label = this.#sample.labels[row];
      const value = values.values[row];
      if (label < 0 || !Number.isFinite(value)) continue;
      if (!Number.isInteger(value)) fractions[label]++;
      else if (label === this.#largest && seen.size < VALUES_MIN) seen.add(value);
    }
    const isWhole = fractions[this.#largest] <= (1 - WHOLE_SHARE) * this.#rows[this.#largest];
    if (!isWhole || seen.size < VALUES_MIN) return;
    this.#wholeColumns++;
    for (const [label, count] of fractions.entries())
      if (this.#rows[label] >= CLASS_ROWS_MIN && count >= FRACTION_SHARE * this.#rows[label])
        this.#broken[label].push(column);
  }

  /** Classes whose rows look interpolated, with the columns that say so. */
  found(): { name: string; rows: number; columns: string[] }[] {
    return this.#classes.flatMap((name, label) => {
      const columns = this.#broken[label];
      const isTold = columns.length >= COLUMNS_MIN && columns.length >= COLUMNS_SHARE * this.#wholeColumns;
      return isTold ? [{ name, rows: this.#rows[label], columns }] : [];
    });
  }
}

/** An error in the test; in training beside a test that has none, where it may have been done on purpose, only worth knowing. */
export function syntheticFindings(
  training: BrokenNumbers,
  test: BrokenNumbers | undefined,
  testName: string | undefined,
): FoundFinding[] {
  const inTest = test?.found() ?? [];
  const found = inTest.length > 0 ? inTest : training.found();
  if (found.length === 0) return [];
  const columns = [...new Set(found.flatMap((one) => one.columns))];
  const names = listedNames(found.map(({ name }) => name));
  return [
    {
      code: "synthetic-rows",
      severity: inTest.length > 0 ? "error" : test === undefined ? "warning" : "info",
      message:
        `rows of ${names}${inTest.length > 0 ? ` in '${testName}'` : ""} have broken numbers in ${counted(columns.length, "column")} that hold whole ones elsewhere, ` +
        `as interpolation (SMOTE) leaves them: ${listedNames(columns, 5)}`,
      columns,
      rows: found.reduce((sum, { rows }) => sum + rows, 0),
      evidence: { ofClasses: found, inTest: inTest.length > 0 },
    },
  ];
}

// --- near copies ----------------------------------------------------------------------------------------------

/** Numbers are compared by this many significant digits. */
const DIGITS = 2;
/** With fewer columns of numbers, rows come close to each other by chance. */
const NUMBERS_MIN = 5;
const NEAR_MIN = 0.01;
const NEAR_WARNING = 0.2;

/** Test rows of the sample that equal a training row of the sample once numbers are rounded, and do not occur in training as they are. */
export async function nearDuplicates(
  tables: AuditTables,
  training: Sample,
  test: Sample | undefined,
  varied: readonly DatasetColumn[],
): Promise<FoundFinding[]> {
  if (test === undefined || varied.filter(isNumber).length < NUMBERS_MIN) return [];
  const rounded = rowKeys(varied, roundedSql, "r");
  const rowsOf = ({ table, where }: Sample, keys: string): string =>
    `SELECT ${keys} FROM ${numberedRows(table)} WHERE ${where}`;
  const { near } = await oneRow(
    tables.duck,
    `WITH k AS (SELECT DISTINCT ra, rb FROM (${rowsOf(training, rounded)}))
     SELECT count(*) AS near FROM (${rowsOf(test, `${rowKeys(tables.features)}, ${rounded}`)}) r
     SEMI JOIN k ON k.ra = r.ra AND k.rb = r.rb WHERE NOT ${OCCURS_IN_TRAINING}`,
  );
  const share = near / test.rows;
  if (share < NEAR_MIN) return [];
  return [
    {
      code: "near-duplicates",
      severity: share >= NEAR_WARNING ? "warning" : "info",
      message: `${counted(near, "row")} of the test (${percent(share)} of those that were looked at) equal a training row once numbers are rounded to ${DIGITS} digits, though they are not the same`,
      rows: near,
      evidence: { rows: near, share, digits: DIGITS, sampleRows: test.rows },
    },
  ];
}

function roundedSql(column: DatasetColumn): string {
  const value = valueSql(column);
  if (!isNumber(column)) return value;
  const digits = `${DIGITS - 1} - floor(log10(abs(${value})))::INTEGER`;
  return `CASE WHEN ${value} = 0 OR isinf(${value}) THEN ${value} ELSE round(${value}, ${digits}) END`;
}
