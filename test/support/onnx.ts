// Runs ONNX files by onnxruntime-web, as a foreign client would, and compares with our own scores.

import * as ort from "onnxruntime-web";
import { expect } from "vitest";
import type { LabelledTable } from "../../src/feature/table.ts";
import type { Model } from "../../src/model/contract.ts";
import { exportOnnx, ONNX_VERSIONS, type OnnxExportOptions } from "../../src/onnx/export.ts";
import { Graph, ML_DOMAIN, type Value } from "../../src/onnx/graph.ts";
import { rowMajor } from "./tables.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

/** How far probabilities may be apart. */
export const TOLERANCE = 1e-5;

export interface OnnxAnswer {
  labels: string[];
  /** Row-major. */
  probabilities: ArrayLike<number>;
}

/** What a file that `exportOnnx` wrote says of a table. */
export async function runExported(
  bytes: Uint8Array,
  table: LabelledTable,
  { inputs = "features", numbers = "double" }: Partial<OnnxExportOptions> = {},
): Promise<OnnxAnswer> {
  const session = await ort.InferenceSession.create(bytes);
  const feeds = inputs === "features" ? { features: matrix(table, numbers) } : columns(table, numbers);
  const results = await session.run(feeds);
  const answer = {
    labels: results["label"].data as unknown as string[],
    probabilities: results["probabilities"].data as Float32Array,
  };
  expect(results["label"].dims).toEqual([table.rowCount]);
  expect(results["probabilities"].dims[0]).toBe(table.rowCount);
  await session.release();
  return answer;
}

/** The file of a model says what the model says: probabilities to TOLERANCE, labels where no two are that close. */
export async function expectSameAsOnnx(
  model: Model,
  table: LabelledTable,
  options: Partial<OnnxExportOptions> = {},
): Promise<void> {
  const bytes = exportOnnx(model, { version: "0", ...options });
  const { labels, probabilities } = await runExported(bytes, table, options);
  const { classes } = model.manifest;
  const own = new Float64Array(table.rowCount * classes.length);
  model.scoreTable(table, own);
  expect(probabilities.length).toBe(own.length);
  let worst = 0;
  for (let index = 0; index < own.length; index++) {
    // Not Math.max, which would let NaN pass or fail by chance.
    const distance = Math.abs(own[index] - probabilities[index]);
    if (!(distance <= worst)) worst = distance;
  }
  expect(worst).toBeLessThan(TOLERANCE);
  for (let row = 0; row < table.rowCount; row++) {
    const scored = own.subarray(row * classes.length, (row + 1) * classes.length);
    const [first, second] = Float64Array.from(scored).sort().reverse();
    if (first - second < TOLERANCE) continue;
    expect(labels[row]).toBe(classes[scored.indexOf(first)]);
  }
}

function matrix(table: LabelledTable, numbers: "double" | "float"): ort.Tensor {
  const rows = rowMajor(table);
  const shape = [table.rowCount, table.values.length];
  if (numbers === "double") return new ort.Tensor("float64", rows, shape);
  return new ort.Tensor("float32", Float32Array.from(rows), shape);
}

/** One input a column; a category's name as a text, and a text that is none for codes out of range. */
function columns(table: LabelledTable, numbers: "double" | "float"): Record<string, ort.Tensor> {
  const shape = [table.rowCount, 1];
  return Object.fromEntries(
    table.schema.columns.map(({ name, kind, categories }, index) => {
      const values = table.values[index];
      if (kind === "categorical") {
        const texts = Array.from(values, (code) => categories[code] ?? "no such category");
        return [name, new ort.Tensor("string", texts, shape)];
      }
      return numbers === "double"
        ? [name, new ort.Tensor("float64", Float64Array.from(values), shape)]
        : [name, new ort.Tensor("float32", Float32Array.from(values), shape)];
    }),
  );
}

/** Runs operators alone: a matrix of doubles through what `build` adds to a graph. */
export async function runOperators(
  matrix: Float64Array,
  columnCount: number,
  build: (graph: Graph, input: Value) => Value,
): Promise<Float64Array> {
  const graph = new Graph();
  const input = graph.input({ name: "in", element: "double", shape: ["rows", columnCount] });
  graph.output(build(graph, input), { name: "out", element: "double", shape: ["rows", "columns"] });
  const bytes = graph.finish({
    irVersion: ONNX_VERSIONS.ir,
    opsets: { "": ONNX_VERSIONS.onnx, [ML_DOMAIN]: ONNX_VERSIONS.ml },
    producer: "test",
    producerVersion: "0",
    graphName: "test",
    description: "",
    metadata: {},
  });
  const session = await ort.InferenceSession.create(bytes);
  const shape = [matrix.length / columnCount, columnCount];
  const results = await session.run({ in: new ort.Tensor("float64", matrix, shape) });
  await session.release();
  return results["out"].data as Float64Array;
}

/** Every number is within `tolerance` of the other, and NaN only where the other is. */
export function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs(found[index] - expected[index]);
    if (!(distance <= tolerance) && !Object.is(found[index], expected[index]))
      expect.fail(`number ${index} is ${found[index]}, expected ${expected[index]}`);
  }
}
