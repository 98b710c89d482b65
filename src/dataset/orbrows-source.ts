// Rows read from .orbrows files; see orbrows.ts for the bytes.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { transportName } from "../feature/row.ts";
import type { TableSchema } from "../feature/table.ts";
import { shown } from "./file-error.ts";
import { identityTexts } from "./identity-text.ts";
import { type Block, type BlockColumn, RAW_IDENTITY } from "./orbrows.ts";
import { OrbrowsReader } from "./orbrows-reader.ts";
import type {
  ColumnProfile,
  RowSource,
  ScanReport,
  Selection,
  SourceColumn,
  TakeRows,
} from "./row-source.ts";
import { stopWhenAsked } from "./stop.ts";

export function openOrbrowsSource(path: string, signal?: AbortSignal): RowSource {
  return new OrbrowsSource(path, signal);
}

/** How a column of the file is got from a block: a stored column, or a text made from the identity. */
interface StoredColumn extends SourceColumn {
  values: (block: Block) => BlockColumn;
  /** Names of a column of codes. */
  names?: readonly string[];
}

class OrbrowsSource implements RowSource {
  readonly path: string;
  readonly format = "orbrows";
  readonly bytes: number;
  readonly columns: readonly StoredColumn[];
  readonly schema: TableSchema;
  readonly warnings: string[] = [];
  readonly #signal: AbortSignal | undefined;

  constructor(path: string, signal: AbortSignal | undefined) {
    this.#signal = signal;
    const reader = new OrbrowsReader(path);
    reader.close();
    const { schema, extra, endReasons } = reader.header;
    this.path = path;
    this.bytes = reader.size;
    this.schema = schema;
    const features = schema.columns.map(({ name, kind, categories }, index): StoredColumn => {
      const values = stored(RAW_IDENTITY.length + index);
      return kind === "categorical"
        ? { name, kind: "text", values, names: categories }
        : { name, kind: "number", values };
    });
    const first = RAW_IDENTITY.length + features.length;
    const extras = extra.map(
      ({ name, kind }, index): StoredColumn => ({ name, kind, values: stored(first + index) }),
    );
    this.columns = [...identityColumns(endReasons), ...features, ...extras];
  }

  async profile(
    columns: readonly number[],
    valuesMax: number,
    always: readonly number[],
  ): Promise<ColumnProfile[]> {
    const found = columns.map(() => ({ present: 0, numeric: 0, values: new Set<string>() }));
    await this.#read((block) => {
      columns.forEach((column, index) => {
        const { values, names } = this.columns[column];
        for (const text of distinctTexts(values(block), block.rows, names, found[index])) {
          if (found[index].values.size <= valuesMax) found[index].values.add(text);
        }
      });
      return true;
    });
    return found.map(({ present, numeric, values }, index) => {
      const listed = values.size <= valuesMax && (present !== numeric || always.includes(columns[index]));
      return { present, numeric, values: listed ? [...values].sort() : undefined };
    });
  }

  async scan(selection: readonly Selection[], take: TakeRows): Promise<ScanReport> {
    const unknown = selection.map(() => 0);
    await this.#read((block) =>
      take(
        block.rows,
        selection.map((wanted, index) => this.#wanted(block, wanted, (count) => (unknown[index] += count))),
      ),
    );
    return { dropped: new Map(), unknown };
  }

  close(): void {}

  #wanted(block: Block, wanted: Selection, addUnknown: (count: number) => void): BlockColumn {
    const { name, names, values } = this.columns[wanted.column];
    const column = values(block);
    if (wanted.as === "number" && column instanceof Float64Array && names === undefined) return column;
    const texts = textsOf(column, block.rows, names);
    if (wanted.as === "text") return texts;
    if (wanted.as === "number") return Float64Array.from(texts, (text) => this.#number(text, name));
    const codes = new Map(wanted.names.map((text, code) => [text, code]));
    return Float64Array.from(texts, (text) => {
      if (text === null) return NaN;
      const code = codes.get(text);
      if (code === undefined) addUnknown(1);
      return code ?? NaN;
    });
  }

  #number(text: string | null, name: string): number {
    const number = text === null ? NaN : Number(text);
    if (text === null || !Number.isNaN(number)) return number;
    throw new OrbweaverError(
      "rows-invalid",
      `'${this.path}', column '${shown(name)}': found '${shown(text)}', expected a number`,
    );
  }

  async #read(take: (block: Block) => boolean | Promise<boolean>): Promise<void> {
    const reader = new OrbrowsReader(this.path);
    try {
      let block = reader.next();
      while (block !== undefined && (await take(block))) {
        // Reading itself never waits, and a stop is heard only while something does.
        await setImmediate();
        stopWhenAsked(this.#signal);
        block = reader.next();
      }
      if (reader.truncated !== undefined) this.#warn(`'${this.path}' is cut short: ${reader.truncated}`);
    } finally {
      reader.close();
    }
  }

  #warn(text: string): void {
    if (!this.warnings.includes(text)) this.warnings.push(text);
  }
}

function stored(index: number): (block: Block) => BlockColumn {
  return (block) => block.columns[index];
}

function identityColumns(endReasons: readonly string[]): StoredColumn[] {
  const raw = (block: Block): Float64Array[] => block.columns.slice(0, RAW_IDENTITY.length) as Float64Array[];
  const transports = Array.from({ length: 256 }, (_, protocol) => transportName(protocol));
  return [
    { name: "flow", kind: "number", values: stored(0) },
    {
      name: "community_id",
      kind: "text",
      values: (block) => identityTexts(raw(block), block.rows).communityIds,
    },
    { name: "start_us", kind: "number", values: stored(1) },
    { name: "end_us", kind: "number", values: stored(2) },
    {
      name: "source_address",
      kind: "text",
      values: (block) => identityTexts(raw(block), block.rows).sources,
    },
    { name: "source_port", kind: "number", values: stored(11) },
    {
      name: "destination_address",
      kind: "text",
      values: (block) => identityTexts(raw(block), block.rows).destinations,
    },
    { name: "destination_port", kind: "number", values: stored(12) },
    { name: "transport", kind: "text", values: stored(13), names: transports },
    { name: "end_reason", kind: "text", values: stored(14), names: endReasons },
  ];
}

/** A column as texts: names for codes, whole numbers without a decimal point. */
function textsOf(column: BlockColumn, rows: number, names: readonly string[] | undefined): (string | null)[] {
  if (!(column instanceof Float64Array)) return column;
  if (names !== undefined) return Array.from(column.subarray(0, rows), (code) => names[code] ?? null);
  return Array.from(column.subarray(0, rows), (value) => (Number.isNaN(value) ? null : String(value)));
}

function distinctTexts(
  column: BlockColumn,
  rows: number,
  names: readonly string[] | undefined,
  counts: { present: number; numeric: number },
): Set<string> {
  const texts = new Set<string>();
  for (const text of textsOf(column, rows, names)) {
    if (text === null) continue;
    counts.present++;
    if (!Number.isNaN(Number(text))) counts.numeric++;
    texts.add(text);
  }
  return texts;
}
