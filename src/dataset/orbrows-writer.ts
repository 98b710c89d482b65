// Writes .orbrows files: batches in, blocks of columns out. See orbrows.ts for the bytes.

import type { RowBatch } from "../feature/row.ts";
import { BlockEncoder } from "./block-encoder.ts";
import { BLOCK_ROWS, type BlockColumn, encodeHeader, putBlock, putEnd } from "./orbrows.ts";
import { type ExtraValues, type RowLayout, type RowWriter, storedExtra } from "./row-layout.ts";
import { Pages, type Target } from "./sink.ts";

export function orbrowsWriter(target: Target, layout: RowLayout): RowWriter {
  return new OrbrowsWriter(target, layout);
}

class OrbrowsWriter implements RowWriter {
  readonly #target: Target;
  readonly #pages: Pages;
  readonly #layout: RowLayout;
  readonly #encoder: BlockEncoder;
  readonly #extra: BlockColumn[];
  #filled = 0;
  #blocks = 0;
  #rows = 0;

  constructor(target: Target, layout: RowLayout) {
    this.#target = target;
    this.#pages = new Pages(target);
    this.#layout = layout;
    this.#encoder = new BlockEncoder(layout.schema.columns.length, BLOCK_ROWS);
    this.#extra = layout.extra.map((column) =>
      column.kind === "number"
        ? new Float64Array(BLOCK_ROWS)
        : new Array<string | null>(BLOCK_ROWS).fill(null),
    );
    const header = encodeHeader(layout);
    this.#pages.reserve(header.length);
    this.#pages.length += header.copy(this.#pages.page, this.#pages.length);
  }

  get readerGone(): boolean {
    return this.#target.readerGone;
  }

  write(batch: RowBatch, extra?: ExtraValues): void | Promise<void> {
    for (let row = 0; row < batch.count; ) {
      const count = Math.min(batch.count - row, BLOCK_ROWS - this.#filled);
      this.#encoder.take(batch, row, count, this.#filled);
      this.#takeExtra(extra, row, count);
      this.#filled += count;
      row += count;
      if (this.#filled === BLOCK_ROWS) this.#endBlock();
    }
    this.#rows += batch.count;
    return this.#pages.flush();
  }

  async close(): Promise<{ path: string; rows: number; bytes: number }> {
    if (this.#filled > 0) this.#endBlock();
    putEnd(this.#pages, this.#blocks, this.#rows);
    const bytes = await this.#pages.finish();
    return { path: this.#target.path, rows: this.#rows, bytes };
  }

  abort(): Promise<void> {
    return this.#pages.abort();
  }

  #endBlock(): void {
    // The encoder has the identity among its columns, as the first of them.
    putBlock(this.#pages, this.#filled, [], this.#encoder.encode(this.#filled), this.#extra);
    this.#filled = 0;
    this.#blocks++;
  }

  #takeExtra(extra: ExtraValues | undefined, first: number, count: number): void {
    const specifications = this.#layout.extra;
    if (specifications.length === 0) return;
    for (let index = 0; index < count; index++) {
      const values = extra === undefined ? [] : extra(first + index);
      for (let column = 0; column < specifications.length; column++) {
        const value = storedExtra(specifications[column], values[column]);
        const out = this.#extra[column];
        if (out instanceof Float64Array) out[this.#filled + index] = typeof value === "number" ? value : NaN;
        else out[this.#filled + index] = value === null ? null : String(value);
      }
    }
  }
}
