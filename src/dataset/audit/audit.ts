// The audit of a table of training rows, and of a test where there is one: every check in turn, one column at a time.
//
// Memory does not grow with rows or columns: equal rows are counted by DuckDB, which may move them to disk; everything else
// is seen in a seeded sample of which one column is held at a time. Same tables, same seed, same findings.

import type { Duck } from "../duck.ts";
import { stoppable } from "../stop.ts";
import type { ClassCount, DatasetColumn, TableFile } from "../store/contract.ts";
import { classCounts, fromTable } from "../store/table-parquet.ts";
import { fewRows, unsharedClasses } from "./classes.ts";
import {
  asideFindings,
  type CommonValue,
  commonValue,
  constantColumns,
  constantFindings,
  misusedFindings,
  nearConstantFindings,
  type SeenColumn,
  shortcutFindings,
  unseenValues,
} from "./columns.ts";
import {
  type AuditedTable,
  type AuditFinding,
  type AuditReport,
  FINDING_KINDS,
  type FoundFinding,
  SEVERITIES,
} from "./contract.ts";
import { meaningOf } from "./meaning.ts";
import { orderFinding, scoreWindows, timeFinding } from "./order.ts";
import { PairCandidates } from "./pairs.ts";
import { PAPERS } from "./papers.ts";
import {
  BrokenNumbers,
  type Lineage,
  nearDuplicates,
  resampledBeforeSplit,
  syntheticFindings,
} from "./resampling.ts";
import { dropRowGroups, makeRowGroups, repeatedRows, sharedRows } from "./rows.ts";
import { drawSample, readColumn, type Sample, type SampleValues } from "./sample.ts";
import { type ColumnScore, scoreColumn } from "./scores.ts";
import { measureShift, type Shift, shiftFindings } from "./shift.ts";
import { type AuditTables, auditTables } from "./tables.ts";
import { momentSql } from "./text-times.ts";
import { listedNames } from "./words.ts";

export interface AuditOptions {
  duck: Duck;
  training: TableFile;
  test?: TableFile;
  /** Name of the class column; default: the training table's. */
  label?: string;
  seed: number;
  /** Rows of each table that are looked at where not all are. */
  sampleRows: number;
  lineage?: Lineage;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

/** Throws `rows-invalid`, `schema-mismatch`, `cancelled`. */
export function auditTable(options: AuditOptions): Promise<AuditReport> {
  return stoppable(options.duck.signal, async () => {
    const { duck, training, test } = options;
    const tables = await auditTables(duck, training, test, options.label);
    try {
      return await report(tables, options);
    } finally {
      if (duck.signal?.aborted !== true) await dropRowGroups(tables);
    }
  });
}

async function report(tables: AuditTables, options: AuditOptions): Promise<AuditReport> {
  const { training, test, label } = tables;
  const say = options.onProgress ?? (() => undefined);
  const found: FoundFinding[] = [];
  say({ step: "counting equal rows" });
  await makeRowGroups(tables);
  found.push(...(await repeatedRows(tables)), ...(await sharedRows(tables)));
  say({ step: "drawing samples" });
  const draw = { seed: options.seed, rowsMax: options.sampleRows };
  const samples = {
    training: await drawSample(tables, training, draw),
    test: test && (await drawSample(tables, test, draw)),
    classes: tables.classes,
  };
  const classes = await classesOf(tables, training);
  const testClasses = test && (await classesOf(tables, test));
  found.push(...missingColumns(tables), ...(await columnFindings(tables, samples, options)));
  say({ step: "comparing tables" });
  found.push(...(await unseenValues(tables)));
  if (options.lineage !== undefined) found.push(...resampledBeforeSplit(options.lineage));
  if (classes !== undefined && testClasses !== undefined)
    found.push(...unsharedClasses(classes, testClasses));
  const judged = testClasses ?? classes;
  if (judged !== undefined) found.push(...fewRows((test ?? training).name, judged));
  const findings = sortedFindings(found);
  return {
    training: facts(tables, training, classes),
    ...(test === undefined ? {} : { test: facts(tables, test, testClasses) }),
    ...(label === undefined ? {} : { label }),
    sample: {
      seed: options.seed,
      trainingRows: samples.training.rows,
      ...(samples.test === undefined ? {} : { testRows: samples.test.rows }),
      rowsMax: options.sampleRows,
    },
    ...majorityOf(classes),
    findings,
    counts: countsOf(findings),
    skipped: skippedChecks(tables, options.lineage),
  };
}

function facts(tables: AuditTables, table: TableFile, classes: ClassCount[] | undefined): AuditedTable {
  return {
    name: table.name,
    rows: table.rows,
    features: tables.features.length,
    labelled: (classes ?? []).reduce((sum, { rows }) => sum + rows, 0),
    ...(classes === undefined ? {} : { classes }),
  };
}

async function classesOf({ duck, label }: AuditTables, table: TableFile): Promise<ClassCount[] | undefined> {
  return label === undefined ? undefined : classCounts(duck, fromTable(table.path), label);
}

function majorityOf(classes: ClassCount[] | undefined): Pick<AuditReport, "majority"> {
  if (classes === undefined || classes.length === 0) return {};
  const rows = classes.reduce((sum, one) => sum + one.rows, 0);
  return { majority: { className: classes[0].name, accuracy: classes[0].rows / rows } };
}

function missingColumns({ training, test, label }: AuditTables): FoundFinding[] {
  if (test === undefined) return [];
  const featuresOf = (table: TableFile): string[] =>
    table.columns.filter(({ name, role }) => role === "feature" && name !== label).map(({ name }) => name);
  const [ofTraining, ofTest] = [featuresOf(training), featuresOf(test)];
  const lacking = [
    {
      table: test.name,
      columns: ofTraining.filter((name) => !test.columns.some((one) => one.name === name)),
    },
    {
      table: training.name,
      columns: ofTest.filter((name) => !training.columns.some((one) => one.name === name)),
    },
  ];
  return lacking
    .filter(({ columns }) => columns.length > 0)
    .map(({ table, columns }) => ({
      code: "missing-column",
      severity: "warning",
      message: `'${table}' lacks ${listedNames(columns)}`,
      columns,
      evidence: { table },
    }));
}

function skippedChecks({ label, test }: AuditTables, lineage: Lineage | undefined): string[] {
  return [
    ...(label === undefined
      ? ["everything about classes: there is no label column (--label names one)"]
      : []),
    ...(test === undefined ? ["everything about a test: none was given"] : []),
    ...(lineage === undefined ? ["resampling before the split by history: files have none"] : []),
  ];
}

// --- column by column -----------------------------------------------------------------------------------------

interface Samples {
  training: Sample;
  test: Sample | undefined;
  classes: readonly string[];
}

async function columnFindings(
  tables: AuditTables,
  samples: Samples,
  options: AuditOptions,
): Promise<FoundFinding[]> {
  const { training, test, features, aside } = tables;
  const constant = await constantColumns(tables, training, features);
  const looked = {
    pairs: new PairCandidates(samples.training),
    shifts: [] as Shift[],
    common: [] as CommonValue[],
  };
  const broken = new BrokenNumbers(samples.training, tables.classes);
  const brokenTest = samples.test && new BrokenNumbers(samples.test, tables.classes);
  const seen: SeenColumn[] = [];
  const times: FoundFinding[] = [];
  for (const [index, column] of features.entries()) {
    options.onProgress?.({ step: `looking at ${column.name}`, share: index / features.length });
    const values = await readColumn(tables, samples.training, column);
    const testValues = samples.test && (await readColumn(tables, samples.test, column));
    if (testValues !== undefined) {
      const shift = measureShift(column.name, values, testValues);
      if (shift !== undefined) looked.shifts.push(shift);
      brokenTest?.add(column.name, testValues);
    }
    if (constant.has(column.name)) continue;
    broken.add(column.name, values);
    const one = seenColumn(column, samples, values, testValues);
    seen.push(one);
    const value = commonValue(values);
    if (value !== undefined) looked.common.push({ column, value });
    if (one.score !== undefined && one.meaning === undefined) looked.pairs.add(one.score, values);
    times.push(...(await timeOf(tables, samples, one, values)));
  }
  const asideSeen = await seeAside(tables, samples, aside);
  for (const { one, values } of asideSeen) times.push(...(await timeOf(tables, samples, one, values)));
  const majority = majorityOf(await classesOf(tables, training)).majority?.accuracy ?? 1;
  const misused = seen.filter(({ meaning }) => meaning !== undefined);
  const varied = features.filter(
    ({ name }) => !constant.has(name) && !misused.some(({ column }) => column.name === name),
  );
  options.onProgress?.({ step: "looking at pairs of columns" });
  return [
    ...constantFindings(training, constant),
    ...(await nearConstantFindings(tables, looked.common)),
    ...misusedFindings(misused),
    ...asideFindings(asideSeen.map(({ one }) => one)),
    ...shortcutFindings(
      seen.filter(({ meaning }) => meaning === undefined),
      majority,
    ),
    ...looked.pairs.findings(tables.classes),
    ...shiftFindings(looked.shifts),
    ...times,
    ...orderFinding(scoreWindows(samples.training.rowNumbers, samples.training, tables.classes)),
    ...syntheticFindings(broken, brokenTest, test?.name),
    ...(await nearDuplicates(tables, samples.training, samples.test, varied)),
  ];
}

function seenColumn(
  column: DatasetColumn,
  samples: Samples,
  values: SampleValues,
  testValues?: SampleValues,
): SeenColumn {
  const meaning = meaningOf(column, values, samples.training);
  const score: ColumnScore | undefined = scoreColumn(column.name, samples, values, testValues);
  return { column, ...(meaning === undefined ? {} : { meaning }), ...(score === undefined ? {} : { score }) };
}

/** Columns beside the features whose name or values say what they are, and that have more than one value. */
async function seeAside(
  tables: AuditTables,
  samples: Samples,
  aside: readonly DatasetColumn[],
): Promise<{ one: SeenColumn; values: SampleValues }[]> {
  const constant = await constantColumns(tables, tables.training, aside);
  const found: { one: SeenColumn; values: SampleValues }[] = [];
  for (const column of aside) {
    if (constant.has(column.name)) continue;
    const values = await readColumn(tables, samples.training, column);
    const one = seenColumn(column, samples, values);
    if (one.meaning !== undefined) found.push({ one, values: isClock(one) ? values : NOTHING });
  }
  return found;
}

/** Values of columns that are not looked at again, so that they are not held. */
const NOTHING: SampleValues = { kind: "text", codes: new Int32Array(0), texts: [] };

function isClock({ meaning }: SeenColumn): boolean {
  return meaning?.meaning === "clock";
}

/** How classes lie in time, where a column is a clock; texts are read as moments where they are some. */
async function timeOf(
  tables: AuditTables,
  { training, classes }: Samples,
  one: SeenColumn,
  values: SampleValues,
): Promise<FoundFinding[]> {
  if (!isClock(one) || classes.length < 2) return [];
  const numbers =
    values.kind === "number" ? values : await readColumn(tables, training, one.column, momentSql(one.column));
  if (numbers.kind !== "number") return [];
  return timeFinding(one.column.name, scoreWindows(numbers.values, training, classes));
}

// --- the order of findings --------------------------------------------------------------------------------------

/** Worst first, then in the order of the table of codes, then as found. */
function sortedFindings(found: readonly FoundFinding[]): AuditFinding[] {
  const codes = Object.keys(FINDING_KINDS);
  return found
    .map((finding) => {
      const { advice, papers } = FINDING_KINDS[finding.code];
      return { ...finding, advice, papers: papers.map((id) => PAPERS[id]) };
    })
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
        codes.indexOf(a.code) - codes.indexOf(b.code),
    );
}

function countsOf(findings: readonly AuditFinding[]): AuditReport["counts"] {
  const counts = { info: 0, warning: 0, error: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
