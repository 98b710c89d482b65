// All rows of a capture file, by way of the reader, the decoder and the row meter.

import { readCapture } from "../../src/capture/read.ts";
import type { FlowIdentity } from "../../src/feature/row.ts";
import { type RowLedger, RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";

export interface MeteredRow {
  identity: FlowIdentity;
  /** By column name. */
  values: Record<string, number>;
}

export interface MeteredCapture {
  rows: MeteredRow[];
  ledger: RowLedger;
}

export async function meteredRows(
  path: string,
  options: Partial<RowMeterOptions> = {},
): Promise<MeteredCapture> {
  const schema = options.schema ?? schemaById("flow");
  const rows: MeteredRow[] = [];
  const meter = new RowMeter({
    schema,
    ...options,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        const values = schema.columns.map((column, index) => [column.name, batch.values[at + index]]);
        rows.push({ identity: batch.identity(row), values: Object.fromEntries(values) });
      }
    },
  });
  await readCapture(path, { onFrame: meter });
  meter.end();
  return { rows, ledger: meter.ledger() };
}
