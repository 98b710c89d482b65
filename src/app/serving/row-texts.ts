// Rows from text as it comes: CSV with a header (RFC 4180), and JSON lines. Bounded: a line or a record has a longest length.
//
// Knows no model and no HTTP.

import { OrbweaverError } from "../../base/errors.ts";
import type { RowBlock } from "./rows.ts";

/** Most characters of a record. */
export const RECORD_MAX = 1 << 20;
/** Most fields of a header. */
const FIELDS_MAX = 4096;

/** Takes text in pieces and adds rows to a block; `onRow` is called behind each and may empty the block. */
export interface RowTextReader {
  push(text: string, onRow: () => void): void;
  /** The end of the text. */
  end(onRow: () => void): void;
}

/** CSV; the first record names the fields. A comma, or a semicolon or tabulator where the header has those and no comma. */
export class CsvRowReader implements RowTextReader {
  readonly #block: RowBlock;
  #rest = "";
  #columns: number[] | undefined;
  #comma = ",";

  constructor(block: RowBlock) {
    this.#block = block;
  }

  push(text: string, onRow: () => void): void {
    this.#rest = this.#records(this.#rest + text, onRow);
    requireShort(this.#rest.length);
  }

  end(onRow: () => void): void {
    // The last record may have no line end; one that would end inside quotes is broken.
    const rest = this.#records(`${this.#rest}\n`, onRow);
    this.#rest = "";
    if (rest.trim() !== "") throw broken("the last record ends inside quotes", "a closing quote");
    if (this.#columns === undefined) throw broken("no header", "names of fields in the first record");
  }

  #records(text: string, onRow: () => void): string {
    let start = 0;
    let quote = text.indexOf('"');
    for (;;) {
      if (quote >= 0 && quote < start) quote = text.indexOf('"', start);
      const end = recordEnd(text, start, quote);
      if (end < 0) return text.slice(start);
      const last = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
      if (last > start) this.#record(text.slice(start, last), onRow);
      start = end + 1;
    }
  }

  #record(text: string, onRow: () => void): void {
    if (this.#columns === undefined) {
      this.#header(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
      return;
    }
    this.#block.addTexts(fieldsOf(text, this.#comma), this.#columns);
    onRow();
  }

  #header(text: string): void {
    this.#comma = [",", ";", "\t"].find((mark) => text.includes(mark)) ?? ",";
    const names = fieldsOf(text, this.#comma);
    if (names.length > FIELDS_MAX) throw broken(`${names.length} fields`, `at most ${FIELDS_MAX}`);
    const columns = names.map((name) => this.#block.columnOf(name.trim()));
    const twice = columns.findIndex((column, at) => column >= 0 && columns.indexOf(column) !== at);
    if (twice >= 0) throw broken(`the field '${names[twice].slice(0, 60)}' twice`, "each field once");
    this.#columns = columns;
  }
}

/** Place of the line feed that ends a record, -1 where it has not come yet; `quote` is the first quote from `start` on. */
function recordEnd(text: string, start: number, quote: number): number {
  const end = text.indexOf("\n", start);
  if (quote < 0 || end < quote) return end;
  let inQuotes = false;
  for (let at = quote; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) inQuotes = !inQuotes;
    else if (code === 10 && !inQuotes) return at;
  }
  return -1;
}

function fieldsOf(record: string, comma: string): string[] {
  if (!record.includes('"')) return record.split(comma);
  const fields: string[] = [];
  let field = "";
  let inQuotes = false;
  for (let at = 0; at < record.length; at++) {
    const mark = record[at];
    if (mark === '"') {
      if (inQuotes && record[at + 1] === '"') {
        field += '"';
        at++;
      } else inQuotes = !inQuotes;
    } else if (mark === comma && !inQuotes) {
      fields.push(field);
      field = "";
    } else field += mark;
  }
  fields.push(field);
  return fields;
}

/** One JSON row a line; empty lines are passed over. */
export class JsonLinesReader implements RowTextReader {
  readonly #block: RowBlock;
  readonly #parse: (line: string) => unknown;
  #rest = "";

  /** @param parse gives the value of a line, or throws */
  constructor(block: RowBlock, parse: (line: string) => unknown) {
    this.#block = block;
    this.#parse = parse;
  }

  push(text: string, onRow: () => void): void {
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf("\n", start); end >= 0; end = all.indexOf("\n", start)) {
      this.#line(all.slice(start, end), onRow);
      start = end + 1;
    }
    this.#rest = all.slice(start);
    requireShort(this.#rest.length);
  }

  end(onRow: () => void): void {
    this.#line(this.#rest, onRow);
    this.#rest = "";
  }

  #line(line: string, onRow: () => void): void {
    if (line.trim() === "") return;
    requireShort(line.length);
    this.#block.add(this.#parse(line));
    onRow();
  }
}

function requireShort(length: number): void {
  if (length > RECORD_MAX)
    throw broken(
      `a record of more than ${RECORD_MAX} characters`,
      "shorter records, each ended by a line feed",
    );
}

function broken(found: string, expected: string): OrbweaverError {
  return new OrbweaverError("body-invalid", `the body has ${found}, expected ${expected}`, {
    fields: [{ field: "body", found, expected }],
  });
}
