// Captures and labels in, labelled rows out.

import { type LabelFacts, type LabelRules, loadLabels } from "../dataset/labels.ts";
import type { ExtraValue } from "../dataset/row-layout.ts";
import { openRowWriter, type RowFormat } from "../dataset/row-writer.ts";
import type { RowBatch } from "../feature/row.ts";
import { schemaById } from "../feature/row-meter.ts";
import { type CaptureProgress, type MeterRun, type MeterSettings, meterCaptures } from "./meter-capture.ts";

/** What becomes of rows that no rule or record names: kept without a label, left out, or given a label. */
export type Unmatched = "keep" | "drop" | { label: string };

export interface LabelOptions extends MeterSettings {
  captures: readonly string[];
  /** Rules (YAML) or records (CSV and other row files). */
  labels: string;
  unmatched: Unmatched;
  schema: string;
  out: string;
  format?: RowFormat;
  onProgress?: (progress: CaptureProgress) => void;
  signal?: AbortSignal;
}

export interface LabelResult extends MeterRun {
  written: { path: string; rows: number; bytes: number };
  labels: LabelFacts;
  /** Rows that nothing named: left out, labelled by `unmatched`, or written without a label. */
  unmatchedRows: number;
}

/** A stop through `signal` leaves a complete file of the rows so far. */
export async function label(options: LabelOptions): Promise<LabelResult> {
  const schema = schemaById(options.schema);
  const labels = await loadLabels(options.labels, options.signal);
  const writer = await openRowWriter(options.out, schema, {
    format: options.format,
    extraColumns: labels.columns,
  });
  const labeller = new Labeller(labels, options.unmatched);
  try {
    const run = await meterCaptures({
      ...options,
      schema,
      onRows: (batch) => {
        labeller.take(batch);
        return writer.write(batch, (row) => labeller.values[row]);
      },
    });
    const written = await writer.close();
    return { ...run, written, labels: labels.facts(), unmatchedRows: labeller.unmatchedRows };
  } catch (failure) {
    await writer.abort();
    throw failure;
  }
}

/** Labels the rows of a batch; those to be left out are taken out of it. */
class Labeller {
  /** Values of the label columns, by row of the batch that was taken last. */
  readonly values: ExtraValue[][] = [];
  unmatchedRows = 0;
  readonly #labels: LabelRules;
  readonly #unmatched: Unmatched;

  constructor(labels: LabelRules, unmatched: Unmatched) {
    this.#labels = labels;
    this.#unmatched = unmatched;
  }

  take(batch: RowBatch): void {
    let kept = 0;
    for (let row = 0; row < batch.count; row++) {
      const found = this.#labels.labelOfRow(batch, row);
      if (found === undefined) this.unmatchedRows++;
      if (found === undefined && this.#unmatched === "drop") continue;
      const given =
        typeof this.#unmatched === "object" ? { label: this.#unmatched.label, extra: {} } : undefined;
      this.values[kept] = this.#labels.columnsOf(found ?? given);
      if (kept !== row) moveRow(batch, row, kept);
      kept++;
    }
    batch.count = kept;
  }
}

function moveRow(batch: RowBatch, from: number, to: number): void {
  const columns = batch.columnCount;
  batch.values.copyWithin(to * columns, from * columns, (from + 1) * columns);
  batch.addresses.copyWithin(to * 8, from * 8, (from + 1) * 8);
  batch.ports.copyWithin(to * 2, from * 2, (from + 1) * 2);
  for (const column of [
    batch.flow,
    batch.startUs,
    batch.endUs,
    batch.protocol,
    batch.reason,
    batch.keyReversed,
  ]) {
    if (column !== undefined) column[to] = column[from];
  }
}
