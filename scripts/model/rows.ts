// Labelled rows of generated captures, by the one feature path: frames are decoded and metered as those of a file.

import { Random } from "../../src/base/random.ts";
import { askOfRow, newQuestion, protocolNumber } from "../../src/dataset/flow-question.ts";
import { LabelIndex } from "../../src/dataset/label-index.ts";
import type { RowBatch } from "../../src/feature/row.ts";
import { RowMeter } from "../../src/feature/row-meter.ts";
import type { Schema } from "../../src/feature/schema.ts";
import type { LabelledTable } from "../../src/feature/table.ts";
import { parseAddress } from "../../src/flow/address.ts";
import type { GenerateOptions, LabelRecord } from "../../src/generate/contract.ts";
import { generate } from "../../src/generate/generate.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";
import { CLASSES } from "./recipe.ts";

/** Rows of one scenario kept from one run at the most, drawn by seed. */
export const ROWS_PER_SCENARIO = 500;

/** Bytes captured of a frame, one drawn for each run: captures in the field are often cut. */
const SNAP_LENGTHS = [65_535, 65_535, 65_535, 65_535, 65_535, 65_535, 128, 96];

export interface Sample {
  values: Float64Array;
  label: number;
  scenario: string;
}

/** Rows of one run with their class. Rows that no record names cannot occur; they throw. */
export function rowsOfRun(schema: Schema, options: GenerateOptions): Sample[] {
  const records: LabelRecord[] = [];
  const rows: { values: Float64Array; question: ReturnType<typeof newQuestion> }[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch: RowBatch) => {
      for (let row = 0; row < batch.count; row++) {
        const values = batch.values.slice(row * batch.columnCount, (row + 1) * batch.columnCount);
        rows.push({ values, question: askOfRow(batch, row, newQuestion()) });
      }
    },
  });
  const snapLength = new Random(options.seed).pick(SNAP_LENGTHS);
  generate(options, {
    frame: (timestampUs, bytes, length) => {
      const captured = Math.min(length, snapLength);
      meter.frame(bytes, 0, captured, length, timestampUs, LINK_ETHERNET);
    },
    label: (record) => records.push({ ...record }),
  });
  meter.end();
  const index = indexOf(records);
  const samples = rows.map(({ values, question }): Sample => {
    const found = index.find(question);
    if (found < 0) throw new Error(`seed ${options.seed}: a generated flow has no label`);
    return {
      values,
      label: CLASSES.indexOf(records[found].label),
      scenario: records[found].scenario,
    };
  });
  return thinned(samples, options.seed);
}

function indexOf(records: readonly LabelRecord[]): LabelIndex {
  const words = new Int32Array(records.length * 8);
  const ports = new Uint32Array(records.length);
  const protocols = new Uint8Array(records.length);
  for (const [at, record] of records.entries()) {
    words.set([...parseAddress(record.sourceAddress)!, ...parseAddress(record.destinationAddress)!], at * 8);
    ports[at] = ((record.sourcePort << 16) | record.destinationPort) >>> 0;
    protocols[at] = protocolNumber(record.protocol)!;
  }
  const starts = Float64Array.from(records, (record) => record.startUs);
  const ends = Float64Array.from(records, (record) => record.endUs);
  const labels = Uint32Array.from(records, (record) => CLASSES.indexOf(record.label));
  return new LabelIndex({ words, ports, protocols, starts, ends }, labels);
}

/** At most ROWS_PER_SCENARIO rows of each scenario, in their order. */
function thinned(samples: readonly Sample[], seed: number): Sample[] {
  const random = new Random(seed ^ 0x5bd1e995);
  const left = new Map<string, number>();
  for (const { scenario } of samples) left.set(scenario, (left.get(scenario) ?? 0) + 1);
  const wanted = new Map(
    [...left].map(([scenario, count]) => [scenario, Math.min(count, ROWS_PER_SCENARIO)]),
  );
  return samples.filter(({ scenario }) => {
    const rest = left.get(scenario)!;
    const want = wanted.get(scenario)!;
    const keep = random.uniform() * rest < want;
    left.set(scenario, rest - 1);
    if (keep) wanted.set(scenario, want - 1);
    return keep;
  });
}

/** One table of many samples. */
export function tableOf(schema: Schema, samples: readonly Sample[]): LabelledTable {
  const values = schema.columns.map((_, column) =>
    Float64Array.from(samples, (sample) => sample.values[column]),
  );
  return {
    schema,
    rowCount: samples.length,
    values,
    classes: [...CLASSES],
    labels: Int32Array.from(samples, (sample) => sample.label),
  };
}
