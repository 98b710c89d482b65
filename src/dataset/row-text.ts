// Row files as text: CSV (RFC 4180) and JSON lines.
//
// Numbers are written in the shortest form that reads back to the same bits. Missing is an empty field in CSV and null
// in JSON; infinities, which JSON cannot hold, are the texts "Infinity" and "-Infinity" there. Categories are written
// by name. Bytes go straight into a page: no text per row is built.

import type { RowBatch } from "../feature/row.ts";
import { columnNames, type ExtraValues, type RowLayout, type RowWriter, storedExtra } from "./row-layout.ts";
import { Pages, type Target } from "./sink.ts";

/** Most bytes that one number takes as text. */
const NUMBER_BYTES = 32;

/** How one text format spells things; the rest is shared. */
interface Dialect {
  /** What stands before the value of a column. */
  lead(name: string, index: number): string;
  readonly rowEnd: string;
  readonly missing: string;
  readonly infinities: readonly [positive: string, negative: string];
  readonly negativeZero: string;
  text(value: string): string;
}

const CSV: Dialect = {
  lead: (_name, index) => (index === 0 ? "" : ","),
  rowEnd: "\n",
  missing: "",
  infinities: ["Infinity", "-Infinity"],
  negativeZero: "-0",
  text: csvField,
};

const JSON_LINES: Dialect = {
  lead: (name, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`,
  rowEnd: "}\n",
  missing: "null",
  infinities: ['"Infinity"', '"-Infinity"'],
  // Readers take "-0" for a whole number, which has no sign.
  negativeZero: "-0.0",
  text: (value) => JSON.stringify(value),
};

/** Rows as CSV with a header line. */
export function csvWriter(target: Target, layout: RowLayout): RowWriter {
  const header = `${columnNames(layout).map(csvField).join(",")}\n`;
  const dialect = layout.missing === undefined ? CSV : { ...CSV, missing: layout.missing };
  return new TextRowWriter(target, layout, dialect, header);
}

/** Rows as one JSON object a line. */
export function jsonLinesWriter(target: Target, layout: RowLayout): RowWriter {
  return new TextRowWriter(target, layout, JSON_LINES, "");
}

/** One field of a CSV line, quoted when it must be. */
export function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

class TextRowWriter implements RowWriter {
  readonly #target: Target;
  readonly #pages: Pages;
  readonly #layout: RowLayout;
  readonly #dialect: Dialect;
  readonly #leads: Buffer[];
  readonly #rowEnd: Buffer;
  readonly #missing: Buffer;
  /** Names of each categorical column's codes, as they are written; undefined for numeric columns. */
  readonly #categories: (Buffer[] | undefined)[];
  #rows = 0;

  constructor(target: Target, layout: RowLayout, dialect: Dialect, header: string) {
    this.#target = target;
    this.#pages = new Pages(target);
    this.#layout = layout;
    this.#dialect = dialect;
    this.#leads = columnNames(layout).map((name, index) => Buffer.from(dialect.lead(name, index)));
    this.#rowEnd = Buffer.from(dialect.rowEnd);
    this.#missing = Buffer.from(dialect.missing);
    this.#categories = layout.schema.columns.map((column) =>
      column.kind === "categorical"
        ? column.categories.map((name) => Buffer.from(dialect.text(name)))
        : undefined,
    );
    this.#putText(header);
  }

  get readerGone(): boolean {
    return this.#target.readerGone;
  }

  write(batch: RowBatch, extra?: ExtraValues): void | Promise<void> {
    for (let row = 0; row < batch.count; row++) {
      const column = this.#putFeatures(batch, row, this.#putIdentity(batch, row));
      this.#putExtra(extra === undefined ? [] : extra(row), column);
      this.#putBytes(this.#rowEnd);
    }
    this.#rows += batch.count;
    return this.#pages.flush();
  }

  flush(): void | Promise<void> {
    return this.#pages.flush(1);
  }

  async close(): Promise<{ path: string; rows: number; bytes: number }> {
    const bytes = await this.#pages.finish();
    return { path: this.#target.path, rows: this.#rows, bytes };
  }

  abort(): Promise<void> {
    return this.#pages.abort();
  }

  #putIdentity(batch: RowBatch, row: number): number {
    const identity = batch.identity(row);
    this.#putNumber(0, identity.flow);
    this.#putField(1, identity.communityId);
    this.#putNumber(2, identity.startUs);
    this.#putNumber(3, identity.endUs);
    this.#putField(4, identity.sourceAddress);
    this.#putNumber(5, identity.sourcePort);
    this.#putField(6, identity.destinationAddress);
    this.#putNumber(7, identity.destinationPort);
    this.#putField(8, identity.transport);
    this.#putField(9, identity.endReason);
    return 10;
  }

  #putFeatures(batch: RowBatch, row: number, first: number): number {
    const count = batch.columnCount;
    const start = row * count;
    for (let column = 0; column < count; column++) {
      const value = batch.values[start + column];
      const categories = this.#categories[column];
      if (categories === undefined) this.#putNumber(first + column, value);
      else {
        this.#putBytes(this.#leads[first + column]);
        this.#putBytes(categories[value] ?? this.#missing);
      }
    }
    return first + count;
  }

  #putExtra(values: readonly (string | number | null)[], first: number): void {
    const columns = this.#layout.extra;
    for (let index = 0; index < columns.length; index++) {
      const value = storedExtra(columns[index], values[index]);
      if (typeof value === "number") this.#putNumber(first + index, value);
      else this.#putField(first + index, value);
    }
  }

  #putField(column: number, value: string | null): void {
    this.#putBytes(this.#leads[column]);
    if (value === null) this.#putBytes(this.#missing);
    else this.#putText(this.#dialect.text(value));
  }

  #putNumber(column: number, value: number): void {
    this.#putBytes(this.#leads[column]);
    const pages = this.#pages;
    if (Number.isNaN(value)) this.#putBytes(this.#missing);
    else if (value === Infinity) this.#putText(this.#dialect.infinities[0]);
    else if (value === -Infinity) this.#putText(this.#dialect.infinities[1]);
    else if (Object.is(value, -0)) this.#putText(this.#dialect.negativeZero);
    else {
      pages.reserve(NUMBER_BYTES);
      pages.length = putNumber(pages.page, pages.length, value);
    }
  }

  #putBytes(bytes: Buffer): void {
    const pages = this.#pages;
    const count = bytes.length;
    pages.reserve(count);
    const page = pages.page;
    const start = pages.length;
    for (let index = 0; index < count; index++) page[start + index] = bytes[index];
    pages.length = start + count;
  }

  #putText(text: string): void {
    const pages = this.#pages;
    pages.reserve(text.length * 3);
    pages.length += pages.page.write(text, pages.length, "utf8");
  }
}

/** Writes a finite number other than -0 in its shortest exact form; returns the offset behind it. */
function putNumber(page: Uint8Array, start: number, value: number): number {
  if (value >>> 0 === value) return putInteger(page, start, value);
  const text = String(value);
  for (let index = 0; index < text.length; index++) page[start + index] = text.charCodeAt(index);
  return start + text.length;
}

function putInteger(page: Uint8Array, start: number, value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits++;
  let rest = value;
  for (let offset = start + digits - 1; offset >= start; offset--) {
    const tenth = Math.floor(rest / 10);
    page[offset] = 0x30 + (rest - tenth * 10);
    rest = tenth;
  }
  return start + digits;
}
