// The parts that exporters share, run by onnxruntime beside our own code: encoding, calibration, anomalies, pipelines.

import { describe, expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import type { LabelledTable } from "../../src/feature/table.ts";
import { boosting } from "../../src/learner/learners/boosting.ts";
import { AnomalyScale } from "../../src/model/anomaly.ts";
import { type Calibration, calibrate, functionsOf } from "../../src/model/calibration.ts";
import { type Encoding, INPUT, RowEncoder } from "../../src/model/encoder.ts";
import { PIPELINE_KIND, PipelineModel } from "../../src/model/kinds/pipeline.ts";
import { exportAnomalyScale } from "../../src/onnx/anomaly.ts";
import { exportCalibration } from "../../src/onnx/calibration.ts";
import { exportEncoding } from "../../src/onnx/encoding.ts";
import { expectClose, expectSameAsOnnx, runOperators } from "../support/onnx.ts";
import { mixedTable } from "../support/tables.ts";

/** Far below what may be apart: operators are computed in doubles. */
const CLOSE = 1e-9;

function isotonic(random: Random, functions: number, points: number): Calibration {
  const from: number[] = [];
  const to: number[] = [];
  for (let index = 0; index < functions; index++) {
    const values = [...new Set(Array.from({ length: points }, () => random.uniform()))].sort((a, b) => a - b);
    from.push(...values);
    to.push(...values.map(() => random.uniform()).sort((a, b) => a - b));
  }
  const starts = Uint32Array.from({ length: functions + 1 }, (_, index) => index * points);
  return { method: "isotonic", starts, from: Float64Array.from(from), to: Float64Array.from(to) };
}

function calibrations(classes: number): [string, Calibration][] {
  const random = new Random(7);
  const functions = functionsOf(classes);
  const numbers = (): Float64Array =>
    Float64Array.from({ length: functions }, () => random.uniform() * 2 + 0.1);
  return [
    ["none", { method: "none" }],
    ["platt", { method: "platt", slopes: numbers(), offsets: numbers() }],
    ["temperature", { method: "temperature", temperature: 2.5 }],
    ["isotonic", isotonic(random, functions, 12)],
    ["isotonic of one point", isotonic(random, functions, 1)],
    ["isotonic of two points", isotonic(random, functions, 2)],
    [
      "isotonic of zeros",
      {
        method: "isotonic",
        starts: Uint32Array.from({ length: functions + 1 }, (_, index) => index),
        from: new Float64Array(functions).fill(0.5),
        to: new Float64Array(functions),
      },
    ],
  ];
}

/** Rows that sum to 1, with certain ones among them. */
function probabilities(rows: number, classes: number): Float64Array {
  const random = new Random(classes);
  const all = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: classes }, () => random.logNormal(1, 3));
    if (row % 5 === 0) weights.fill(0, 1);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights.forEach((weight, index) => {
      all[row * classes + index] = weight / sum;
    });
  }
  return all;
}

describe.each([2, 4])("calibration of %i classes", (classes) => {
  test.each(calibrations(classes))("%s", async (_, calibration) => {
    const before = probabilities(60, classes);
    const expected = before.slice();
    calibrate(calibration, classes, 60, expected, 0);
    const found = await runOperators(before, classes, (graph, input) =>
      exportCalibration(calibration, classes, graph, input),
    );
    expectClose(found, expected, CLOSE);
  });
});

describe("encoding", () => {
  const { columns } = mixedTable({ rows: 1, classes: 2, seed: 1 }).schema;
  const index = (name: string): number => columns.findIndex((column) => column.name === name);
  type Input = [column: string, kind: number, code?: number, numbers?: number[]];
  const encodingOf = (inputs: readonly Input[]): Encoding => ({
    columnOfInput: Int32Array.from(inputs, ([name]) => index(name)),
    kindOfInput: Uint8Array.from(inputs, ([, kind]) => kind),
    codeOfInput: Int32Array.from(inputs, ([, , code]) => code ?? -1),
    numbers: Float64Array.from(inputs.flatMap(([, , , numbers]) => numbers ?? [0, 0, 0, 0, 0, 0, 0])),
  });
  const values = [0.25, -50, 1e6, 1.5, 3, -4, 6];
  const cases: [string, Input[]][] = [
    [
      "of every kind",
      [
        ["bytes", INPUT.logarithm, undefined, values],
        ["bytes", INPUT.missing],
        ["noise", INPUT.value, undefined, values],
        ["packets", INPUT.value, undefined, [0, 0, 9, 4, 2, -9, 9]],
        ["service", INPUT.category, 0],
        ["service", INPUT.category, 3],
        ["service", INPUT.other],
        ["state", INPUT.category, 1],
        ["state", INPUT.category, 2],
      ],
    ],
    ["of one value", [["rate", INPUT.value, undefined, values]]],
    ["of categories that are all others", [["state", INPUT.other]]],
  ];
  test.each(cases)("%s", async (_, inputs) => {
    const encoding = encodingOf(inputs);
    const encoder = new RowEncoder(encoding, columns);
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -0, 2];
    const rows = new Float64Array(48 * columns.length).map((_, at) => odd[(at * 5 + (at >> 3)) % 6]);
    // Codes are clean where exporters of kinds meet them.
    for (const name of ["service", "state"])
      for (let row = 0; row < 48; row++)
        rows[row * columns.length + index(name)] = [0, 1, 2, Number.NaN, -1][row % 5];
    const expected = new Float64Array(48 * encoder.width);
    encoder.encode(rows, 0, 48, expected);
    const found = await runOperators(rows, columns.length, (graph, input) =>
      exportEncoding(encoding, graph, input),
    );
    expectClose(found, expected, CLOSE);
  });
});

test("the scale of anomalies", async () => {
  const random = new Random(3);
  const scale = AnomalyScale.fit(
    Float64Array.from({ length: 300 }, () => random.logNormal(1, 1)),
    0.02,
  );
  const { NaN: none, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  const scores = Float64Array.of(none, most, least, scale.threshold, -3, 0, 1, 2, 5, 30, 1e6, 1e200);
  const expected = new Float64Array(scores.length * 2);
  scores.forEach((score, row) => {
    scale.write(score, expected, row * 2);
  });
  const found = await runOperators(scores, 1, (graph, input) => exportAnomalyScale(scale, graph, input));
  expectClose(found, expected, CLOSE);
});

describe.each([2, 4])("a pipeline of %i classes", (classes) => {
  const table = mixedTable({ rows: 400, classes, seed: 21 });
  const selected = [0, 1, 2, 4];
  const narrow: LabelledTable = {
    ...table,
    schema: { ...table.schema, columns: selected.map((column) => table.schema.columns[column]) },
    values: selected.map((column) => table.values[column]),
  };
  test.each(calibrations(classes))("selects columns, then calibrates: %s", async (_, calibration) => {
    const inner = await boosting.fit(narrow, { iterations: 25, earlyStopping: 0 }, { seed: 1 });
    const manifest = {
      ...inner.manifest,
      kind: PIPELINE_KIND,
      schema: { ...table.schema, columns: [...table.schema.columns] },
    };
    const columns = Int32Array.from(selected);
    const model = new PipelineModel(manifest, inner, { columns, calibration, unknown: { method: "none" } });
    await expectSameAsOnnx(model, table);
    expect(inner.manifest.schema.columns.length).toBe(4);
  });
});
