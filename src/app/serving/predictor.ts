// Rows → verdicts of one model, block by block, by the decision rule of `detect`.
//
// What it guarantees: the same rows give the same numbers in any batching, those of `model.score`, bit for bit. The arrays hold the
// verdicts of the block judged last and are reused: whoever reads them does so before the next block. Single rows take no memory.
// Knows no HTTP.

import type { Model, ModelManifest } from "../../model/contract.ts";
import { Judge, type Reason } from "../../verdict/verdict.ts";
import { Fields } from "./fields.ts";
import { JsonRowReader, type JsonShape } from "./json-rows.ts";
import { RowBlock } from "./rows.ts";

export type { Reason } from "../../verdict/verdict.ts";

/** Rows that are judged at once. */
export const BLOCK_ROWS = 1024;
/** Most reasons of a row. */
export const REASONS_MAX = 100;

/** Figures of what a model did, since it was loaded. */
export interface PredictorCounts {
  rows: number;
  /** Rows by class, in class order. */
  classes: Float64Array;
  attacks: number;
  unknown: number;
}

export class Predictor {
  readonly model: Model;
  readonly manifest: ModelManifest;
  readonly fields: Fields;
  readonly judge: Judge;
  readonly columnCount: number;
  readonly classCount: number;
  /** 1 for rows of the block judged last that are like nothing seen in training; undefined where the model cannot tell. */
  readonly unknown: Uint8Array | undefined;
  readonly counts: PredictorCounts;
  readonly #rows: JsonRowReader;
  readonly #batch: { values: Float64Array; count: number; columnCount: number };
  /** A block for the rows of one request that is answered without waiting. */
  #block: RowBlock;

  constructor(model: Model, threshold?: number) {
    this.model = model;
    this.manifest = model.manifest;
    this.fields = new Fields(model.manifest.schema);
    this.judge = new Judge({ model, threshold, batchRows: BLOCK_ROWS });
    this.columnCount = model.manifest.schema.columns.length;
    this.classCount = model.manifest.classes.length;
    this.unknown = model.caution === undefined ? undefined : new Uint8Array(BLOCK_ROWS);
    this.counts = { rows: 0, classes: new Float64Array(this.classCount), attacks: 0, unknown: 0 };
    this.#rows = new JsonRowReader(this.fields);
    this.#batch = { values: new Float64Array(0), count: 0, columnCount: this.columnCount };
    this.#block = new RowBlock(this.fields);
    this.#warm();
  }

  /** The rows of a body of the usual form, in a block that is used again; undefined for other bodies. */
  readUsual(body: Buffer): { shape: JsonShape; block: RowBlock } | undefined {
    const block = this.#block;
    block.count = 0;
    const shape = this.#rows.read(body, block);
    // What many rows needed is theirs: it is not kept, and they may be judged with pauses.
    if (block.values.length > BLOCK_ROWS * this.columnCount) this.#block = new RowBlock(this.fields);
    return shape === undefined ? undefined : { shape, block };
  }

  /** Judges `count` rows, at most `BLOCK_ROWS`, from the row `first` of a block on. */
  judgeRows(values: Float64Array, first: number, count: number): void {
    const batch = this.#batch;
    batch.values =
      first === 0 ? values : values.subarray(first * this.columnCount, (first + count) * this.columnCount);
    batch.count = count;
    this.judge.judge(batch);
    if (this.unknown !== undefined)
      this.model.caution?.flagUnknown(batch.values, count, this.judge.probabilities, this.unknown);
    this.#count(count);
  }

  /** Why a row of the block judged last got its class. */
  reasons(row: number, limit: number): Reason[] {
    return this.judge.reasons(this.#batch, row, limit);
  }

  #count(rows: number): void {
    const { counts, judge, unknown } = this;
    counts.rows += rows;
    for (let row = 0; row < rows; row++) {
      counts.classes[judge.classIndex[row]]++;
      counts.attacks += judge.attack[row];
      if (unknown !== undefined) counts.unknown += unknown[row];
    }
  }

  /** Lets the first row not pay for what is compiled and set up. */
  #warm(): void {
    this.judge.judge({ values: new Float64Array(this.columnCount), count: 1 });
  }
}
