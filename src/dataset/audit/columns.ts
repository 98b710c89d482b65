// Columns one by one: constant ones, ones that must not be features, and ones that alone tell the class.

import { counted, groupedText } from "../../base/number-text.ts";
import { identifier } from "../duck.ts";
import { shown } from "../file-error.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { FindingCode, FoundFinding, Severity } from "./contract.ts";
import type { ColumnMeaning, Meaning } from "./meaning.ts";
import { applyBins, chooseBins, countByBin, countOfBins, type SampleValues } from "./sample.ts";
import { type ColumnScore, isShortcutGain, SHORTCUT_GAIN_ERROR } from "./scores.ts";
import { type AuditTables, allRows, oneRow, valueSql } from "./tables.ts";
import { listedNames, percent } from "./words.ts";

/** What was seen of one column. */
export interface SeenColumn {
  column: DatasetColumn;
  meaning?: ColumnMeaning;
  score?: ColumnScore;
}

// --- constants ------------------------------------------------------------------------------------------------

const COLUMNS_AT_ONCE = 50;

/** Names of the columns with one value, or none, in all rows. */
export async function constantColumns(
  { duck }: AuditTables,
  table: TableFile,
  columns: readonly DatasetColumn[],
): Promise<Set<string>> {
  const constant = new Set<string>();
  for (let at = 0; at < columns.length; at += COLUMNS_AT_ONCE) {
    const some = columns.slice(at, at + COLUMNS_AT_ONCE);
    const sums = some.map((column, index) => {
      const value = valueSql(column);
      return `(count(${value}) = 0 OR (min(${value}) = max(${value}) AND count(${value}) = count(*)))::TINYINT AS c${index}`;
    });
    const answer = await oneRow(duck, `SELECT ${sums.join(", ")} FROM ${fromTable(table.path)}`);
    for (const [index, column] of some.entries()) if (answer[`c${index}`] === 1) constant.add(column.name);
  }
  return constant;
}

export function constantFindings(table: TableFile, names: ReadonlySet<string>): FoundFinding[] {
  if (names.size === 0) return [];
  const columns = [...names];
  return [
    {
      code: "constant-column",
      severity: "info",
      message: `${counted(columns.length, "feature")} of '${table.name}' ${columns.length === 1 ? "has" : "have"} one value in all rows: ${listedNames(columns)}`,
      columns,
      evidence: { table: table.name, columns: columns.length },
    },
  ];
}

/** From this share of the rows with one value on, a column is as good as constant. */
const NEAR_CONSTANT_SHARE = 0.999;

/** The value that nearly all rows of a sample have; undefined where none is that common. */
export function commonValue(values: SampleValues): string | number | undefined {
  const bins = chooseBins(values, 64);
  const counts = countByBin(applyBins(bins, values), countOfBins(bins));
  const most = counts.indexOf(Math.max(...counts));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (most === 0 || most > countOfBins(bins) - 2 || counts[most] < NEAR_CONSTANT_SHARE * rows)
    return undefined;
  return bins.kind === "text" ? bins.texts[most - 1] : bins.edges[most - 1];
}

export interface CommonValue {
  column: DatasetColumn;
  value: string | number;
}

/** Near-constant columns, with the exact count of the rows that differ. */
export async function nearConstantFindings(
  { duck, training }: AuditTables,
  common: readonly CommonValue[],
): Promise<FoundFinding[]> {
  const listed: { name: string; value: string | number; rowsUnlike: number }[] = [];
  for (const { column, value } of common) {
    const sql = valueSql(column);
    const same = typeof value === "number" ? `${sql} = $1::DOUBLE` : `${sql} = $1::VARCHAR`;
    const reader = await duck.connection.runAndReadAll(
      `SELECT count(*) - count(*) FILTER (${same}) FROM ${fromTable(training.path)}`,
      [value],
    );
    const rowsUnlike = Number(reader.getRows()[0][0]);
    if (rowsUnlike > 0 && rowsUnlike <= (1 - NEAR_CONSTANT_SHARE) * 1.5 * training.rows)
      listed.push({ name: column.name, value, rowsUnlike });
  }
  if (listed.length === 0) return [];
  const columns = listed.map(({ name }) => name);
  return [
    {
      code: "near-constant-column",
      severity: "info",
      message: `${counted(columns.length, "feature")} of '${training.name}' ${columns.length === 1 ? "has" : "have"} one value in nearly every row: ${listedNames(columns)}`,
      columns,
      evidence: { columns: listed },
    },
  ];
}

// --- columns that must not be features --------------------------------------------------------------------------

const CODES: Readonly<Record<Meaning, FindingCode>> = {
  identifier: "identifier-column",
  address: "address-column",
  clock: "clock-column",
  class: "class-column",
  difficulty: "difficulty-column",
  port: "port-column",
};

const NOUNS: Readonly<Record<Meaning, string>> = {
  identifier: "an identifier",
  address: "an address",
  clock: "a clock",
  class: "a class",
  difficulty: "NSL-KDD's difficulty, the count of 21 learners that got the row right",
  port: "a port",
};

/** A gain over the majority from which a doubtful column does harm. */
const TELLING_GAIN = 0.5;

/** Columns among the features that must not be: one finding each. */
export function misusedFindings(seen: readonly SeenColumn[]): FoundFinding[] {
  return seen.flatMap(({ column, meaning, score }): FoundFinding[] => {
    if (meaning === undefined) return [];
    const says = {
      name: "by its name",
      values: `by its values: it ${meaning.looks ?? ""}`,
      "name and values": `by name and values: it ${meaning.looks ?? ""}`,
    }[meaning.by];
    return [
      {
        code: CODES[meaning.meaning],
        severity: misuseSeverity(meaning, score),
        message: `'${shown(column.name)}' is among the features and is ${NOUNS[meaning.meaning]} ${says}${scoreText(score)}`,
        columns: [column.name],
        evidence: { usedAs: "feature", toldBy: meaning.by, ...scoreEvidence(score) },
      },
    ];
  });
}

function misuseSeverity({ meaning, by }: ColumnMeaning, score: ColumnScore | undefined): Severity {
  const tells = (score?.valuesGain ?? 0) >= TELLING_GAIN;
  switch (meaning) {
    case "difficulty":
    case "address":
    case "identifier":
      return "error";
    case "clock":
      return by === "name" && !tells ? "warning" : "error";
    case "class":
      return tells ? "error" : "warning";
    case "port":
      return tells ? "warning" : "info";
  }
}

/** Columns that are kept beside the features: one finding for each kind, with what each would tell. */
export function asideFindings(seen: readonly SeenColumn[]): FoundFinding[] {
  const meanings = new Set(seen.flatMap(({ meaning }) => (meaning === undefined ? [] : [meaning.meaning])));
  return [...meanings].map((meaning): FoundFinding => {
    const columns = seen.filter((one) => one.meaning?.meaning === meaning);
    const names = columns.map(({ column }) => column.name);
    const best = columns
      .map(({ score }) => score)
      .filter((score) => score !== undefined)
      .sort((a, b) => b.valuesGain - a.valuesGain)[0];
    const told = best === undefined ? "" : `; ${bestText(best)}`;
    return {
      code: CODES[meaning],
      severity: "info",
      message: `kept beside the features and not to be used as such: ${listedNames(names)}${told}`,
      columns: names,
      evidence: {
        usedAs: "none",
        columns: columns.map(({ column, score }) => ({ name: column.name, ...scoreEvidence(score) })),
      },
    };
  });
}

function bestText(score: ColumnScore): string {
  return `'${shown(score.column)}' alone tells ${percent(score.values.accuracy)} of the rows`;
}

function scoreText(score: ColumnScore | undefined): string {
  return score === undefined ? "" : `; alone it tells ${percent(score.values.accuracy)} of the rows`;
}

function scoreEvidence(score: ColumnScore | undefined): Record<string, unknown> {
  if (score === undefined) return {};
  const { depth1, depth2, values, valuesGain } = score;
  return { depth1, depth2, values, gain: valuesGain };
}

// --- shortcuts ------------------------------------------------------------------------------------------------

/** Telling one class from all others this well (Matthews correlation) is a shortcut for it. */
const CLASS_MCC = 0.99;
/** A shortcut for a class of at least this share of the rows is worse than "info", and of this one an error. */
const CLASS_SHARE = 0.05;
const CLASS_SHARE_ERROR = 0.2;
const CLASS_MCC_ERROR = 0.999;

/** Features that alone tell the class, one finding each; and those that tell one class from all others, one for each class. */
export function shortcutFindings(seen: readonly SeenColumn[], majority: number): FoundFinding[] {
  const scores = seen
    .flatMap(({ score }) => (score === undefined ? [] : [score]))
    .sort((a, b) => b.gain - a.gain || (a.column < b.column ? -1 : 1));
  const whole = scores.filter(({ gain }) => isShortcutGain(gain));
  const ofClass = scores.filter(
    (score) => !whole.includes(score) && (score.bestClass?.mcc ?? 0) >= CLASS_MCC,
  );
  const classes = new Set(ofClass.map(({ bestClass }) => bestClass?.className));
  return [
    ...whole.map((score) => wholeShortcut(score, majority)),
    ...[...classes].map((name) =>
      classShortcut(ofClass.filter(({ bestClass }) => bestClass?.className === name)),
    ),
  ];
}

function wholeShortcut(score: ColumnScore, majority: number): FoundFinding {
  const better = score.depth2.accuracy > score.depth1.accuracy ? score.depth2 : score.depth1;
  return {
    code: "shortcut-column",
    severity: score.gain >= SHORTCUT_GAIN_ERROR ? "error" : "warning",
    message:
      `'${shown(score.column)}' alone tells ${percent(better.accuracy)} of the rows, the majority class ${percent(majority)} ` +
      `(macro-F1 ${better.macroF1.toFixed(3)}): ${score.rule}`,
    columns: [score.column],
    evidence: { ...score, majority },
  };
}

/** Of scores whose best class is the same. */
function classShortcut(scores: readonly ColumnScore[]): FoundFinding {
  const columns = scores.map(({ column }) => column);
  const [best] = scores
    .flatMap(({ bestClass }) => (bestClass === undefined ? [] : [bestClass]))
    .sort((a, b) => b.mcc - a.mcc);
  const { className, share, mcc, rule } = best;
  const isLarge = share >= CLASS_SHARE_ERROR && mcc >= CLASS_MCC_ERROR;
  return {
    code: "shortcut-column",
    severity: isLarge ? "error" : share >= CLASS_SHARE ? "warning" : "info",
    message:
      `${listedNames(columns)} ${columns.length === 1 ? "alone tells" : "each alone tell"} '${shown(className)}' ` +
      `(${percent(share)} of the rows) from all other classes, Matthews correlation ${mcc.toFixed(4)}: ${rule}`,
    columns,
    evidence: { className, columns: scores },
  };
}

// --- values that training never saw -----------------------------------------------------------------------------

const VALUES_LISTED = 10;

/** Categories of the test that training lacks, counted over all rows. */
export async function unseenValues(tables: AuditTables): Promise<FoundFinding[]> {
  const { duck, training, test } = tables;
  if (test === undefined) return [];
  const found: FoundFinding[] = [];
  for (const column of tables.features.filter(({ kind }) => kind === "category")) {
    const name = identifier(column.name);
    const rows = await allRows(
      duck,
      `SELECT ${name}::VARCHAR AS value, count(*) AS rows FROM ${fromTable(test.path)} t
       WHERE ${name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${fromTable(training.path)} k WHERE k.${name} = t.${name})
       GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
    if (rows.length === 0) continue;
    const total = rows.reduce((sum, row) => sum + Number(row["rows"]), 0);
    const values = rows
      .slice(0, VALUES_LISTED)
      .map((row) => ({ value: String(row["value"]), rows: Number(row["rows"]) }));
    found.push({
      code: "unseen-value",
      severity: total >= 0.01 * test.rows ? "warning" : "info",
      message: `'${shown(column.name)}' has ${counted(rows.length, "value")} in ${groupedText(total)} rows of '${test.name}' that training never saw: ${listedNames(values.map(({ value }) => value))}`,
      columns: [column.name],
      rows: total,
      evidence: { values, valuesAll: rows.length },
    });
  }
  return found;
}
