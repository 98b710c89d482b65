// What a live source announces while it is silent changes no row of any schema, nor the order of rows: only when they come.

import { describe, expect } from "vitest";
import { readCapture } from "../../src/capture/read.ts";
import type { RowBatch } from "../../src/feature/row.ts";
import { RowMeter } from "../../src/feature/row-meter.ts";
import type { Schema } from "../../src/feature/schema.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import { dataTest, sharedData } from "../support/data.ts";

/** Long flows, many short ones, fragments, a step back in time, several protocols. */
const CAPTURES = [
  "vnc",
  "synscan",
  "ip_fragmented_garbage",
  "dns_exfiltration",
  "cassandra",
  "googledns_android10",
];
/** Announcements between two packets. */
const ANNOUNCEMENTS = 4;
const HOUR_US = 3_600e6;

/** Rows as text, without the reason of their ending, which tells whether the silence was announced. */
function textOf(batch: RowBatch, row: number): string {
  const { endReason: _, ...identity } = batch.identity(row);
  const values = batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount);
  return JSON.stringify([identity, [...values].map(String)]);
}

async function rowsOf(
  schema: Schema,
  path: string,
  announces: boolean,
): Promise<{ rows: string[]; early: number }> {
  const rows: string[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) rows.push(textOf(batch, row));
    },
  });
  let newestUs = Number.NEGATIVE_INFINITY;
  await readCapture(path, {
    onFrame: {
      frame(bytes, start, captured, wire, timestampUs, linkType) {
        if (announces && timestampUs > newestUs && Number.isFinite(newestUs)) {
          const stepUs = (timestampUs - newestUs) / ANNOUNCEMENTS;
          for (let step = 1; step <= ANNOUNCEMENTS; step++) meter.advance(newestUs + step * stepUs);
        }
        meter.frame(bytes, start, captured, wire, timestampUs, linkType);
        newestUs = Math.max(newestUs, timestampUs);
      },
    },
  });
  if (announces) meter.advance(newestUs + HOUR_US);
  meter.flush();
  const early = rows.length;
  meter.end();
  return { rows, early };
}

describe.each(SCHEMAS.map((schema) => ({ id: schema.id, schema })))("$id", ({ schema }) => {
  dataTest(
    "announced silence changes no row",
    async () => {
      for (const name of CAPTURES) {
        const path = sharedData(`oracle/captures/${name}.pcap`);
        const plain = await rowsOf(schema, path, false);
        const announced = await rowsOf(schema, path, true);
        expect(announced.rows, name).toEqual(plain.rows);
        expect(announced.early, name).toBeGreaterThanOrEqual(plain.early);
      }
    },
    120_000,
  );
});
