// Rows of a table as lines of text, made by DuckDB: CSV (RFC 4180) and JSON lines.
//
// Spelled as row files of ours are: numbers in the shortest form that reads back to the same bits, whole ones without a point;
// missing is an empty field in CSV and null in JSON; infinities are Infinity and -Infinity, in JSON as texts.

import { identifier, literal } from "./duck.ts";
import { csvField } from "./row-text.ts";
import type { DatasetColumn } from "./store/contract.ts";

export interface TextForm {
  /** The first line, with its end; "" for none. */
  header: string;
  /** SQL over the columns that gives the line of a row, without its end. */
  line: string;
}

/** How a text begins that a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** Whole numbers up to here are exact, and JavaScript writes them without an exponent. */
const WHOLE_MAX = 9_007_199_254_740_992;

/**
 * @param forSpreadsheets puts an apostrophe before texts that a spreadsheet would take for a formula (those that begin with
 *   = + - @, a tabulator or a carriage return), so that opening a file of strangers' texts runs nothing
 */
export function csvForm(columns: readonly DatasetColumn[], forSpreadsheets = false): TextForm {
  const fields = columns.map((column) => {
    const plain = identifier(column.name);
    if (column.kind === "number") return `coalesce(${numberSql(plain)}, '')`;
    if (column.kind === "time") return `coalesce(${plain}::VARCHAR, '')`;
    const name = forSpreadsheets ? guarded(plain) : plain;
    return `CASE WHEN ${name} IS NULL THEN '' WHEN ${name} = '' OR regexp_matches(${name}, '[",\\r\\n]|^\\s|\\s$') THEN '"' || replace(${name}, '"', '""') || '"' ELSE ${name} END`;
  });
  return {
    header: `${columns.map(({ name }) => csvField(forSpreadsheets ? name.replace(FORMULA, "'$&") : name)).join(",")}\n`,
    line: fields.join(" || ',' || "),
  };
}

function guarded(name: string): string {
  return `(CASE WHEN regexp_matches(${name}, '^[=+@\\t\\r-]') THEN '''' || ${name} ELSE ${name} END)`;
}

export function jsonForm(columns: readonly DatasetColumn[]): TextForm {
  const members = columns.map((column, index) => {
    const name = identifier(column.name);
    const lead = literal(`${index === 0 ? "{" : ","}${JSON.stringify(column.name)}:`);
    return `${lead} || coalesce(${jsonValue(name, column.kind)}, 'null')`;
  });
  return { header: "", line: `${members.join(" || ")} || '}'` };
}

function jsonValue(name: string, kind: DatasetColumn["kind"]): string {
  if (kind === "time") return `${name}::VARCHAR`;
  if (kind === "number")
    return `CASE WHEN isinf(${name}) THEN '"' || ${numberSql(name)} || '"' WHEN ${name} = 0 AND signbit(${name}) THEN '-0.0' ELSE ${numberSql(name)} END`;
  return `to_json(${name})::VARCHAR`;
}

/** A DOUBLE as text; NULL where it is missing or no number. */
export function numberSql(name: string): string {
  return (
    `CASE WHEN isnan(${name}) THEN NULL WHEN isinf(${name}) THEN CASE WHEN ${name} > 0 THEN 'Infinity' ELSE '-Infinity' END ` +
    `WHEN ${name} = trunc(${name}) AND abs(${name}) <= ${WHOLE_MAX} AND NOT (${name} = 0 AND signbit(${name})) THEN ${name}::BIGINT::VARCHAR ` +
    `WHEN ${name} = 0 THEN '-0' ELSE ${name}::VARCHAR END`
  );
}
