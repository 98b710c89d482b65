// Writes row files as Parquet.
//
// Rows are spooled to an .orbrows file beside the target, which costs the meter about a microsecond a row, and turned
// into Parquet on `close`. Memory is flat in the number of rows; the spool takes about a third of the rows' bytes.

import { rm } from "node:fs/promises";
import type { RowBatch } from "../feature/row.ts";
import { transportName } from "../feature/row.ts";
import { identityTexts } from "./identity-text.ts";
import { type Block, type BlockColumn, RAW_IDENTITY } from "./orbrows.ts";
import { OrbrowsReader } from "./orbrows-reader.ts";
import { orbrowsWriter } from "./orbrows-writer.ts";
import {
  named,
  PARQUET_CHUNK_ROWS,
  type ParquetColumn,
  type ParquetSource,
  requireRegular,
  writeParquet,
} from "./parquet.ts";
import { type ExtraValues, type RowLayout, type RowWriter, schemaText } from "./row-layout.ts";
import { openFileTarget, temporaryName } from "./sink.ts";

/** Keys of the metadata that row files in Parquet carry. */
export const PARQUET_SCHEMA_KEY = "orbweaver.schema";
export const PARQUET_EXTRA_KEY = "orbweaver.extra";

export async function parquetWriter(path: string, layout: RowLayout): Promise<RowWriter> {
  const target = await requireRegular(path);
  const spool = temporaryName(target.path);
  const writer = orbrowsWriter(await openFileTarget(spool, path), layout);
  return new ParquetRowWriter(path, spool, writer);
}

class ParquetRowWriter implements RowWriter {
  readonly readerGone = false;
  readonly #path: string;
  readonly #spool: string;
  readonly #writer: RowWriter;

  constructor(path: string, spool: string, writer: RowWriter) {
    this.#path = path;
    this.#spool = spool;
    this.#writer = writer;
  }

  write(batch: RowBatch, extra?: ExtraValues): void | Promise<void> {
    return this.#writer.write(batch, extra);
  }

  async close(): Promise<{ path: string; rows: number; bytes: number }> {
    const { rows } = await this.#writer.close();
    try {
      const bytes = await orbrowsToParquet(this.#spool, this.#path);
      return { path: this.#path, rows, bytes };
    } finally {
      await rm(this.#spool, { force: true });
    }
  }

  async abort(): Promise<void> {
    await this.#writer.abort();
    await rm(this.#spool, { force: true });
  }
}

/** Turns an .orbrows file into a Parquet file; returns its size in bytes. */
export async function orbrowsToParquet(from: string, to: string): Promise<number> {
  const reader = new OrbrowsReader(from);
  try {
    return await writeParquet(to, parquetSource(reader));
  } finally {
    reader.close();
  }
}

const whole = (column: string): string => `${column}::BIGINT`;
const port = (column: string): string => `${column}::INTEGER`;
const TRANSPORTS = Array.from({ length: 256 }, (_, protocol) => transportName(protocol));

function parquetSource(reader: OrbrowsReader): ParquetSource {
  const { schema, extra, metadata, endReasons } = reader.header;
  const identity: ParquetColumn[] = [
    { name: "flow", kind: "number", stored: whole },
    { name: "community_id", kind: "text" },
    { name: "start_us", kind: "number", stored: whole },
    { name: "end_us", kind: "number", stored: whole },
    { name: "source_address", kind: "text" },
    { name: "source_port", kind: "number", stored: port },
    { name: "destination_address", kind: "text" },
    { name: "destination_port", kind: "number", stored: port },
    { name: "transport", kind: "number", stored: named(TRANSPORTS) },
    { name: "end_reason", kind: "number", stored: named(endReasons) },
  ];
  const features = schema.columns.map((column): ParquetColumn => {
    const stored = column.kind === "categorical" ? { stored: named(column.categories) } : {};
    return { name: column.name, kind: "number", ...stored };
  });
  return {
    columns: [...identity, ...features, ...extra],
    metadata: {
      ...metadata,
      [PARQUET_SCHEMA_KEY]: schemaText(schema),
      [PARQUET_EXTRA_KEY]: JSON.stringify(extra.map((column) => column.name)),
    },
    next: chunks(reader),
  };
}

/** Blocks of the file in pieces that DuckDB takes, identity as it is stored. */
function chunks(reader: OrbrowsReader): () => { rows: number; columns: BlockColumn[] } | undefined {
  let block: Block | undefined;
  let done = 0;
  return () => {
    if (block === undefined || done === block.rows) {
      block = reader.next();
      done = 0;
    }
    if (block === undefined) return undefined;
    const rows = Math.min(PARQUET_CHUNK_ROWS, block.rows - done);
    const columns = block.columns.map((column) =>
      column instanceof Float64Array ? column.subarray(done, done + rows) : column.slice(done, done + rows),
    );
    done += rows;
    return { rows, columns: [...storedIdentity(columns, rows), ...columns.slice(RAW_IDENTITY.length)] };
  };
}

/** The ten identity columns from the fifteen raw ones. */
function storedIdentity(raw: readonly BlockColumn[], rows: number): BlockColumn[] {
  const numbers = raw.slice(0, RAW_IDENTITY.length) as Float64Array[];
  const texts = identityTexts(numbers, rows);
  return [
    numbers[0],
    texts.communityIds,
    numbers[1],
    numbers[2],
    texts.sources,
    numbers[11],
    texts.destinations,
    numbers[12],
    numbers[13],
    numbers[14],
  ];
}
