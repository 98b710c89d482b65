// CSV as text: its delimiter, its header, and where in the file a record stands. DuckDB reads the bulk; this looks at
// the start, and finds lines for error messages.

import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import { type TextFile, textBytes } from "./row-format.ts";

export interface CsvRecord {
  /** Line of the file on which the record starts, from 1. */
  line: number;
  fields: string[];
}

const DELIMITERS = [",", ";", "\t", "|"];
const LINE_FEED = 0x0a;
/** A record longer than this is cut when it is looked for; no table has such rows. */
const RECORD_CHARACTERS_MAX = 1 << 24;

/** Splits text into records. Feed pieces with `push`, then call `end`. Quotes as in RFC 4180. */
export class CsvSplitter {
  readonly #delimiter: string;
  readonly #take: (record: CsvRecord) => void;
  #line = 1;
  #startLine = 1;
  #fields: string[] = [];
  #field = "";
  #length = 0;
  #quoted = false;
  #afterQuote = false;
  #afterReturn = false;

  constructor(delimiter: string, take: (record: CsvRecord) => void) {
    this.#delimiter = delimiter;
    this.#take = take;
  }

  push(text: string): void {
    for (const character of text) this.#character(character);
  }

  end(): void {
    if (this.#length > 0) this.#endRecord();
  }

  #character(character: string): void {
    const afterReturn = this.#afterReturn;
    this.#afterReturn = character === "\r";
    if (character === "\n" && afterReturn) {
      if (this.#quoted) this.#append(character);
      return;
    }
    const lineEnd = character === "\n" || character === "\r";
    if (lineEnd) this.#line++;
    if (this.#quoted) this.#inQuotes(character);
    else if (lineEnd) this.#endRecord();
    else this.#plain(character);
  }

  #inQuotes(character: string): void {
    this.#length++;
    if (character !== '"') this.#append(character);
    else {
      this.#quoted = false;
      this.#afterQuote = true;
    }
  }

  #plain(character: string): void {
    this.#length++;
    if (character === this.#delimiter) this.#endField();
    else if (character === '"' && (this.#afterQuote || this.#field === "")) {
      if (this.#afterQuote) this.#field += '"';
      this.#quoted = true;
    } else this.#append(character);
    this.#afterQuote = false;
  }

  #append(character: string): void {
    if (this.#length < RECORD_CHARACTERS_MAX) this.#field += character;
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = "";
  }

  /** Empty lines are no records. */
  #endRecord(): void {
    if (this.#length > 0) {
      this.#endField();
      this.#take({ line: this.#startLine, fields: this.#fields });
    }
    this.#fields = [];
    this.#field = "";
    this.#length = 0;
    this.#afterQuote = false;
    this.#startLine = this.#line;
  }
}

/** The delimiter that splits the first line of `text` most often, quotes aside. */
export function tellDelimiter(text: string): string {
  const line = text.split(/\r|\n/, 1)[0].replaceAll(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

/** The first records of a text, at most `count`. */
export function firstRecords(text: string, delimiter: string, count: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  const splitter = new CsvSplitter(delimiter, (record) => records.push(record));
  for (const line of text.split(/(?<=\n)/)) {
    if (records.length >= count) break;
    splitter.push(line);
  }
  splitter.end();
  return records.slice(0, count);
}

/** The record of that number, from 1, the header not left out; undefined past the end. */
export async function nthRecord(
  file: TextFile,
  delimiter: string,
  number: number,
): Promise<CsvRecord | undefined> {
  let seen = 0;
  let found: CsvRecord | undefined;
  const splitter = new CsvSplitter(delimiter, (record) => {
    seen++;
    if (seen === number) found = record;
  });
  const decoder = new TextDecoder("utf-8");
  for await (const part of textBytes(file)) {
    splitter.push(decoder.decode(part, { stream: true }));
    if (found !== undefined) return found;
  }
  splitter.end();
  return found;
}

/** Reads the whole file once: true when it is UTF-8. Throws `rows-invalid` for damaged compressed data, `cancelled`. */
export async function isUtf8Text(file: TextFile): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  let utf8 = true;
  for await (const part of textBytes(file)) {
    if (!utf8) continue;
    const text = rest.length === 0 ? part : Buffer.concat([rest, part]);
    const end = text.lastIndexOf(LINE_FEED) + 1;
    utf8 = isUtf8(text.subarray(0, end));
    rest = text.subarray(end);
    if (rest.length > RECORD_CHARACTERS_MAX) rest = Buffer.alloc(0);
  }
  return utf8 && isUtf8(rest);
}

/** Writes a text of Windows-1252, what most tables that are not UTF-8 are in, as UTF-8. */
export async function writeAsUtf8(file: TextFile, to: string): Promise<void> {
  const decoder = new TextDecoder("windows-1252");
  const copy = await open(to, "wx");
  try {
    for await (const part of textBytes(file)) await copy.write(decoder.decode(part, { stream: true }));
  } finally {
    await copy.close();
  }
}

/** Names for columns: trimmed, the empty ones numbered, repeated ones told apart as `name.1`, `name.2`. */
export function columnNamesOf(header: readonly string[]): string[] {
  const seen = new Set<string>();
  return header.map((field, index) => {
    const name = field.trim() || `column ${index + 1}`;
    let unique = name;
    for (let copy = 1; seen.has(unique); copy++) unique = `${name}.${copy}`;
    seen.add(unique);
    return unique;
  });
}

/** True when a record cannot be a header: every field is a number or empty. */
export function isDataRecord(fields: readonly string[]): boolean {
  return fields.some((field) => field.trim() !== "") && fields.every((field) => !Number.isNaN(Number(field)));
}
