// What is the autoencoders' own; what every learner must do is tested in test/conformance.

import { expect, test } from "vitest";
import { mixedTable, oddTable } from "../../../test/support/tables.ts";
import { rankingAreas } from "../../evaluate/metrics.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { decodeModel } from "../../model/decode.ts";
import { type AutoencoderModel, COMBINATION, surpriseOf } from "../../model/kinds/autoencoder.ts";
import type { FitContext, ParameterValues } from "../contract.ts";
import { autoencoder } from "./autoencoder.ts";

const TABLE = mixedTable({ rows: 1_200, classes: 1, seed: 3 });
const USUAL = mixedTable({ rows: 400, classes: 1, seed: 4 });
const ODD = oddTable({ rows: 400, seed: 5 });

async function trained(
  parameters: ParameterValues = {},
  context: Partial<FitContext> = {},
  table = TABLE,
): Promise<AutoencoderModel> {
  const model = await autoencoder.fit(
    table,
    { epochs: 6, ...parameters },
    { seed: 2, benignClasses: ["benign"], ...context },
  );
  return model as AutoencoderModel;
}

/** Probabilities of an anomaly. */
function scores(model: AutoencoderModel, table: LabelledTable): Float64Array {
  const out = new Float64Array(table.rowCount * 2);
  model.scoreTable(table, out);
  return out.filter((_, index) => index % 2 === 1);
}

function areaOf(model: AutoencoderModel): number {
  const positive = Uint8Array.from({ length: 800 }, (_, row) => (row < 400 ? 0 : 1));
  return rankingAreas(Float64Array.from([...scores(model, USUAL), ...scores(model, ODD)]), positive).rocAuc;
}

test.each<ParameterValues>([
  { combine: "autoencoder", scaling: "minmax" },
  { combine: "autoencoder" },
  { scaling: "standard", groupInputs: 4 },
  { scaling: "minmax", hiddenShare: 0.3, batchSize: 16 },
])("tells odd rows with %o", async (parameters) => {
  const model = await trained(parameters);
  expect(areaOf(model)).toBeGreaterThan(0.8);
  const loaded = decodeModel(model.encode()) as AutoencoderModel;
  expect(scores(loaded, ODD)).toEqual(scores(model, ODD));
});

test("groups hold every input once, and no more than they may", async () => {
  const { parts } = await trained({ groupInputs: 4 });
  expect([...parts.inputs].sort((a, b) => a - b)).toEqual([...parts.inputs.keys()]);
  for (const network of parts.networks) expect(network[0].inputs).toBeLessThanOrEqual(4);
  expect(parts.networks).toHaveLength(parts.lows.length);
  const kitnet = await trained({ groupInputs: 4, combine: "autoencoder" });
  expect(kitnet.parts.networks).toHaveLength(parts.lows.length + 1);
  expect(kitnet.parts.combination).toBe(COMBINATION.autoencoder);
});

test("attacks in the table change nothing", async () => {
  const mixed = mixedTable({ rows: 900, classes: 3, seed: 7 });
  const altered = {
    ...mixed,
    values: mixed.values.map((values) => values.map((value, row) => (mixed.labels[row] > 0 ? 1e9 : value))),
  };
  const [first, second] = [await trained({}, {}, mixed), await trained({}, {}, altered)];
  expect(scores(second, USUAL)).toEqual(scores(first, USUAL));
});

test("contamination is the share of benign rows that is called anomalous", async () => {
  for (const contamination of [0.02, 0.2]) {
    const model = await trained({ contamination }, { validation: USUAL });
    const called = scores(model, USUAL).filter((probability) => probability >= 0.5).length;
    expect(called / USUAL.rowCount).toBeGreaterThan(contamination / 2);
    expect(called / USUAL.rowCount).toBeLessThan(contamination * 1.5);
  }
});

test("surprise is the sum of logarithms of one more than the excess in deviations", () => {
  const [means, deviations] = [Float64Array.of(1, 2, 3), Float64Array.of(0.5, 1, 2)];
  const errors = Float32Array.of(9, 2, 1, 7);
  // Excesses of 2, -1 and 2: ln 3 + 0 + ln 3.
  expect(surpriseOf(errors, 1, means, deviations)).toBeCloseTo(2 * Math.log(3), 12);
  const far = Float32Array.of(1e30, 1e30, Number.POSITIVE_INFINITY);
  const tiny = new Float64Array(3).fill(1e-300);
  expect(surpriseOf(far, 0, new Float64Array(3), tiny)).toBeLessThan(3_000);
  expect(surpriseOf(Float32Array.of(Number.NaN, 0, 0), 0, means, deviations)).toBeGreaterThan(60);
});

test("tells the error of every epoch, and learns", async () => {
  const told: number[] = [];
  await trained({ epochs: 12 }, { onProgress: ({ metrics }) => void told.push(metrics["groupError"]) });
  expect(told).toHaveLength(12);
  expect(told[11]).toBeLessThan(told[0]);
});
