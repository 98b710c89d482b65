// The reader of an import plan as SQL, and what DuckDB could not read of it.

import { type Duck, fileLiteral, identifier, literal } from "./duck.ts";
import { shown } from "./file-error.ts";
import type { CsvReader, ImportPlan, LinesReader } from "./importers/contract.ts";
import { MISSING_TEXTS } from "./row-source.ts";

export interface Relation {
  /** May stand behind FROM. */
  from: string;
  /** SQL of a row `r` of it as text, for the reject file. */
  text: string;
  /** Rows to leave out, those that every text may have among them. */
  drops: ImportPlan["drops"];
  /** Rows that the reader could not take; once, after the query has run. */
  refused(duck: Duck): Promise<Refused>;
}

export interface Refused {
  rows: { line: number; reason: string; text: string }[];
  /** Repeated headers, which are no loss. */
  headers: number;
  /** Rows that are not UTF-8. */
  encoding: number;
  /** Fields whose text is no number: how many stand for nothing ("n/a"), how many say something else. */
  fields: Map<number, { words: number; texts: number }>;
}

interface File {
  path: string;
  gzip: boolean;
  /** Fields of the first record. */
  header: readonly string[];
}

const LINE_MAX = 1 << 24;
/** Does not occur in text. */
const NO_DELIMITER = "\u001f";
/** Refused rows that are looked at; more are not told one by one. */
const REFUSED_MAX = 1_000_000;
const ROW_TEXT = "to_json(r)::VARCHAR";
let relationCount = 0;

export function relationOf(plan: ImportPlan, file: File): Relation {
  switch (plan.reader.kind) {
    case "csv":
      return csvRelation(plan, plan.reader, file);
    case "lines":
      return linesRelation(plan, plan.reader, file);
    case "parquet":
      return {
        from: `read_parquet(${fileLiteral(file.path)}, hive_partitioning = false)`,
        text: ROW_TEXT,
        drops: plan.drops,
        refused: async () => nothingRefused(),
      };
  }
}

function csvRelation(plan: ImportPlan, reader: CsvReader, file: File): Relation {
  relationCount++;
  const rejects = `import_rejects_${relationCount}`;
  const types = reader.fields.map(
    (kind, index) => `c${index}: '${kind === "number" ? "DOUBLE" : "VARCHAR"}'`,
  );
  const quoted = reader.quoted !== false;
  const options = [
    "auto_detect = false",
    "header = false",
    "hive_partitioning = false",
    `skip = ${reader.skip}`,
    `delim = ${literal(reader.delimiter)}`,
    `quote = '${quoted ? '"' : ""}'`,
    `escape = '${quoted ? '"' : ""}'`,
    `compression = ${file.gzip ? "'gzip'" : "'none'"}`,
    `nullstr = [${[...new Set(["", ...reader.nulls])].map(literal).join(", ")}]`,
    `max_line_size = ${LINE_MAX}`,
    "store_rejects = true",
    `rejects_table = '${rejects}'`,
    `rejects_scan = '${rejects}_scan'`,
  ];
  return {
    from: `read_csv(${fileLiteral(file.path)}, ${options.join(", ")}, columns = {${types.join(", ")}})`,
    text: ROW_TEXT,
    drops: [...textDrops(reader, file.header), ...plan.drops],
    refused: (duck) => refusedRows(duck, rejects, reader, file.header),
  };
}

/** Rows without any value, and repeated headers where the reader does not refuse them. */
function textDrops(reader: CsvReader, header: readonly string[]): ImportPlan["drops"] {
  const drops: { reason: string; sql: string }[] = [];
  const columns = reader.fields.map((_, index) => `c${index}`);
  if (columns.length > 1) {
    // The first columns decide almost always; the rest is not looked at then.
    const empty = columns.map((column) => `${column} IS NULL`).join(" AND ");
    drops.push({ reason: "blank row", sql: empty });
  }
  if (reader.comment !== undefined && reader.fields[0] === "text")
    drops.push({ reason: "comment", sql: `starts_with(c0, ${literal(reader.comment)})` });
  const texts = header.flatMap((name, index) =>
    reader.fields[index] === "text" && name.trim() !== "" ? [`c${index} = ${literal(name)}`] : [],
  );
  if (reader.skip > 0 && texts.length > 0 && !reader.fields.includes("number"))
    drops.push({ reason: "repeated header", sql: texts.slice(0, 8).join(" AND ") });
  return drops;
}

async function refusedRows(
  duck: Duck,
  table: string,
  reader: CsvReader,
  header: readonly string[],
): Promise<Refused> {
  const { connection } = duck;
  const result = nothingRefused();
  const found = await connection.runAndReadAll(
    `SELECT line, first(error_type ORDER BY column_idx), first(column_name ORDER BY column_idx), first(error_message ORDER BY column_idx), first(csv_line ORDER BY column_idx)
     FROM ${identifier(table)} GROUP BY line ORDER BY line LIMIT ${REFUSED_MAX}`,
  );
  for (const [line, type, column, message, text] of found.getRows()) {
    const kind = String(type);
    if (kind === "INVALID ENCODING") result.encoding++;
    // DuckDB's own comments begin anywhere in a line, and would cut values short; as rows they have too few fields.
    if (reader.comment !== undefined && String(text).startsWith(reader.comment)) continue;
    if (isHeader(String(text), reader, header)) result.headers++;
    else {
      if (kind === "CAST") countField(result.fields, String(column), String(message));
      result.rows.push({
        line: Number(line),
        reason: reasonOf(kind, String(column), String(message), reader.names ?? header),
        text: String(text).trimEnd(),
      });
    }
  }
  await connection.run(`DROP TABLE ${identifier(table)}`);
  await connection.run(`DROP TABLE ${identifier(`${table}_scan`)}`);
  return result;
}

function nothingRefused(): Refused {
  return { rows: [], headers: 0, encoding: 0, fields: new Map() };
}

function countField(fields: Refused["fields"], column: string, message: string): void {
  const index = Number(/^c(\d+)$/.exec(column)?.[1] ?? -1);
  const field = fields.get(index) ?? { words: 0, texts: 0 };
  if ((MISSING_TEXTS as readonly string[]).includes(castValue(message).trim().toLowerCase())) field.words++;
  else field.texts++;
  fields.set(index, field);
}

/** The text that could not be made a number. */
function castValue(message: string): string {
  return /Could not convert string "(.*?)" to/s.exec(message)?.[1] ?? "";
}

function isHeader(text: string, reader: CsvReader, header: readonly string[]): boolean {
  if (reader.skip === 0) return false;
  const plain = (fields: readonly string[]): string =>
    fields.map((field) => field.replaceAll('"', "").trim()).join(reader.delimiter);
  return plain(text.trimEnd().split(reader.delimiter)) === plain(header);
}

function reasonOf(type: string, column: string, message: string, header: readonly string[]): string {
  const index = Number(/^c(\d+)$/.exec(column)?.[1] ?? -1);
  const name = header[index]?.trim() || `column ${index + 1}`;
  switch (type) {
    case "CAST":
      return `column '${shown(name)}': found '${shown(castValue(message))}', expected a number`;
    case "MISSING COLUMNS":
    case "TOO MANY COLUMNS": {
      const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
      return counts === null ? "wrong number of fields" : `found ${counts[2]} fields, expected ${counts[1]}`;
    }
    case "UNQUOTED VALUE":
      return "a quote that is not closed, or text behind one";
    case "LINE SIZE OVER MAXIMUM":
      return `longer than ${LINE_MAX} bytes`;
    case "INVALID ENCODING":
      return "not UTF-8";
    default:
      return shown(message);
  }
}

function linesRelation(plan: ImportPlan, { parsed }: LinesReader, file: File): Relation {
  const options = [
    "auto_detect = false",
    "header = false",
    "hive_partitioning = false",
    `delim = ${literal(NO_DELIMITER)}`,
    "quote = ''",
    "escape = ''",
    `compression = ${file.gzip ? "'gzip'" : "'none'"}`,
    `max_line_size = ${LINE_MAX}`,
  ];
  const source = `read_csv(${fileLiteral(file.path)}, ${options.join(", ")}, columns = {line: 'VARCHAR'})`;
  // Filters do not pass a window, so that what is parsed below it is parsed once.
  const inner = parsed === undefined ? source : `(SELECT line, ${parsed} AS parsed FROM ${source})`;
  return {
    from: `(SELECT *, row_number() OVER () AS line_number FROM ${inner})`,
    text: "line",
    drops: [{ reason: "blank line", sql: "line IS NULL OR trim(line) = ''" }, ...plan.drops],
    refused: async () => nothingRefused(),
  };
}
