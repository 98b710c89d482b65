// Live equals offline for the KDD schemas: rows do not depend on how the input was cut into blocks, on calls of `advance`,
// on the size of batches, on the hash seed, or on where frames lie. As parity.test.ts has it for the schema `flow`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CaptureParser } from "../../src/capture/parse.ts";
import * as extractorKernels from "../../src/feature/kdd-extractor-kernels.generated.ts";
import * as kddKernels from "../../src/feature/kdd-kernels.generated.ts";
import { RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { digestOfSources } from "../support/kernel-digest.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Variation {
  blockBytes?: number;
  /** Calls `advance` with the newest time before every packet. */
  advance?: boolean;
  endsAtOnce?: number;
  options?: Partial<RowMeterOptions>;
}

const VARIATIONS: Variation[] = [
  { blockBytes: 997 },
  { advance: true },
  { endsAtOnce: 3 },
  { options: { batchRows: 1 } },
  { options: { batchRows: 7, hashSeed: 12_345 }, blockBytes: 4096, advance: true },
];

function rowsOf(file: Uint8Array, schema: string, variation: Variation): string[] {
  const rows: string[] = [];
  const meter = new RowMeter({
    schema: schemaById(schema),
    ...variation.options,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const values = batch.values.subarray(row * batch.columnCount, (row + 1) * batch.columnCount);
        rows.push(JSON.stringify([batch.identity(row), [...values].map(String)]));
      }
    },
  });
  let newestUs = Number.NEGATIVE_INFINITY;
  const parser = new CaptureParser({
    frame(bytes, start, captured, wire, timeUs, linkType) {
      if (variation.advance === true && timeUs >= newestUs) meter.advance(timeUs);
      newestUs = timeUs;
      meter.frame(bytes, start, captured, wire, timeUs, linkType);
    },
  });
  const size = variation.blockBytes ?? file.length;
  for (let position = 0; position < file.length; position += size) {
    const block = file.slice(position, position + size);
    parser.push(block);
    block.fill(0xee);
  }
  parser.end();
  while (!meter.end(variation.endsAtOnce)) {
    // handed out in steps
  }
  return rows;
}

function check(path: string, schema: string): number {
  const bytes = readFileSync(path);
  const file = new Uint8Array(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  const expected = rowsOf(file, schema, {});
  for (const variation of VARIATIONS) {
    expect(rowsOf(file, schema, variation), `${path}, ${JSON.stringify(variation)}`).toEqual(expected);
  }
  return expected.length;
}

test.each([kddKernels, extractorKernels])(
  "kernels were compiled from the sources that are here",
  (kernels) => {
    expect(digestOfSources(kernels.KERNEL_SOURCES)).toBe(kernels.KERNEL_SOURCES_SHA256);
  },
);

describe.each(["kdd", "kdd-100", "kdd-extractor"])("%s", (schema) => {
  test("the bundled capture", { timeout: 120_000 }, () => {
    expect(check(join(ROOT, "assets/demo.pcap.gz"), schema)).toBeGreaterThan(100);
  });

  dataTest(
    "captures of the oracle",
    () => {
      let rows = 0;
      for (const path of sharedFiles("oracle/captures")) rows += check(sharedData(path), schema);
      expect(rows).toBeGreaterThan(2000);
    },
    300_000,
  );
});

test("the windows of kdd and kdd-100 differ", () => {
  const file = new Uint8Array(gunzipSync(readFileSync(join(ROOT, "assets/demo.pcap.gz"))));
  expect(rowsOf(file, "kdd", {})).not.toEqual(rowsOf(file, "kdd-100", {}));
});
