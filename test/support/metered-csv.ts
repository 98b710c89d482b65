// The CSV text of a metered capture, as `orbweaver meter --format csv` writes it.

import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { readCapture } from "../../src/capture/read.ts";
import { openRowWriter, type RowWriterOptions } from "../../src/dataset/row-writer.ts";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";

export async function meteredCsv(
  path: string,
  schemaId: string,
  options: RowWriterOptions = {},
): Promise<string> {
  const schema = schemaById(schemaId);
  const output = new PassThrough();
  const whole = text(output);
  const writer = await openRowWriter("-", schema, { ...options, format: "csv", output });
  const meter = new RowMeter({ schema, onRows: (batch) => void writer.write(batch) });
  await readCapture(path, { onFrame: meter });
  meter.end();
  await writer.close();
  output.end();
  return whole;
}
