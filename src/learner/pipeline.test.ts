import { expect, test } from "vitest";
import { mixedTable, rowMajor } from "../../test/support/tables.ts";
import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { foreignSchema, type LabelledTable } from "../feature/table.ts";
import type { Model } from "../model/contract.ts";
import { decodeModel } from "../model/decode.ts";
import { PipelineModel } from "../model/kinds/pipeline.ts";
import type { CalibrationMethod } from "./calibration.ts";
import { boosting } from "./learners/boosting.ts";
import { fitPipeline, type PipelineSpecification } from "./pipeline.ts";
import { parseSelection } from "./selection/index.ts";

const TABLES = [
  mixedTable({ rows: 1_500, classes: 2, seed: 1 }),
  mixedTable({ rows: 1_500, classes: 4, seed: 2 }),
];
const CONTEXT = { seed: 7, benignClasses: ["benign"] };
const QUICK = { learner: boosting, parameters: { iterations: 12, earlyStopping: 0 } };

function pipelineOf(table: LabelledTable, specification: Partial<PipelineSpecification>): Promise<Model> {
  return fitPipeline(table, { ...QUICK, ...specification }, CONTEXT);
}

function scores(model: Model, table: LabelledTable): Float64Array {
  const out = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, out);
  return out;
}

function meanLogLoss(out: Float64Array, { labels, rowCount, classes }: LabelledTable): number {
  let sum = 0;
  for (let row = 0; row < rowCount; row++)
    sum -= Math.log(Math.max(1e-15, out[row * classes.length + labels[row]]));
  return sum / rowCount;
}

const ALL_STEPS: Partial<PipelineSpecification>[] = [
  { selection: parseSelection("variance:0,anova:4") },
  { calibration: "platt" },
  { calibration: "isotonic" },
  { calibration: "temperature" },
  { unknown: { method: "conformal", coverage: 0.9 } },
  { unknown: { method: "density", coverage: 0.95 } },
  {
    selection: parseSelection("anova:5"),
    calibration: "temperature",
    unknown: { method: "conformal", coverage: 0.9 },
  },
];

test("without steps the learner's own model comes out, byte for byte", async () => {
  const own = await boosting.fit(TABLES[0], QUICK.parameters, CONTEXT);
  expect((await pipelineOf(TABLES[0], {})).encode()).toEqual(own.encode());
});

test.each(ALL_STEPS)(
  "steps %j: refits alike, saves and loads, scores a row alike in any company",
  async (steps) => {
    for (const table of TABLES) {
      const model = await pipelineOf(table, steps);
      expect(model).toBeInstanceOf(PipelineModel);
      expect((await pipelineOf(table, steps)).encode()).toEqual(model.encode());
      const loaded = decodeModel(model.encode());
      expect(loaded.manifest).toEqual(model.manifest);
      const whole = scores(loaded, table);
      expect(whole).toEqual(scores(model, table));
      const rows = rowMajor(table);
      const [columns, classes] = [table.values.length, table.classes.length];
      const out = new Float64Array(table.rowCount * classes);
      for (const size of [1, 7, 600]) {
        for (let start = 0; start < table.rowCount; start += size) {
          const count = Math.min(size, table.rowCount - start);
          loaded.score(rows.subarray(start * columns), count, out.subarray(start * classes));
        }
        expect(out).toEqual(whole);
      }
      for (let row = 0; row < table.rowCount; row++) {
        let sum = 0;
        for (let index = 0; index < classes; index++) sum += whole[row * classes + index];
        expect(sum).toBeCloseTo(1, 12);
      }
    }
  },
);

test("what was left out by the selection moves no score and has no importance", async () => {
  const table = TABLES[0];
  const model = (await pipelineOf(table, { selection: parseSelection("anova:3") })) as PipelineModel;
  expect(model.steps.columns).toHaveLength(3);
  const kept = new Set(model.steps.columns);
  const before = scores(model, table);
  const values = table.values.map((column, index) =>
    kept.has(index) ? column : column.map(() => Number.NaN),
  );
  expect(scores(model, { ...table, values })).toEqual(before);
  model.importance().forEach((share, index) => {
    if (!kept.has(index)) expect(share).toBe(0);
  });
  expect(model.manifest.training.parameters["select"]).toBe("anova:3");
});

/** A learner that is sure of itself far beyond what it knows: its log-odds are three times too large. */
function overconfident(table: LabelledTable): LabelledTable {
  const random = new Random(5);
  const labels = table.labels.map((label) =>
    random.chance(0.25) ? random.integer(0, table.classes.length - 1) : label,
  );
  return { ...table, labels };
}

test.each<CalibrationMethod>(["platt", "isotonic", "temperature"])(
  "%s calibration mends a learner that has learnt noise by heart",
  async (calibration) => {
    for (const table of TABLES) {
      const noisy = overconfident(table);
      const unseen = overconfident(mixedTable({ rows: 4_000, classes: table.classes.length, seed: 77 }));
      const parameters = { iterations: 150, maxLeaves: 64, minLeafRows: 2, earlyStopping: 0, l2: 0 };
      const own = scores(await boosting.fit(noisy, parameters, CONTEXT), unseen);
      const calibrated = scores(await pipelineOf(noisy, { parameters, calibration }), unseen);
      expect(meanLogLoss(calibrated, unseen)).toBeLessThan(meanLogLoss(own, unseen) * 0.9);
    }
  },
);

test("explains calibrated scores exactly where a sum can follow, and says so where it cannot", async () => {
  const [table] = TABLES;
  const row = rowMajor(table).subarray(0, table.values.length);
  const out = new Float64Array(2);
  for (const calibration of ["platt", "temperature"] as const) {
    const model = await pipelineOf(table, { calibration, selection: parseSelection("anova:5") });
    model.score(row, 1, out);
    const { bias, scale, contributions, uncalibrated } = model.explain(row, 1, 100);
    expect(scale).toBe("log-odds");
    expect(uncalibrated).toBeUndefined();
    const sum = contributions.reduce((total, { amount }) => total + amount, bias);
    expect(sum).toBeCloseTo(Math.log(out[1] / out[0]), 9);
  }
  const isotonic = await pipelineOf(table, { calibration: "isotonic" });
  expect(isotonic.explain(row, 1, 3).uncalibrated).toBe(true);
});

test("conformal sets hold the class of new rows as often as they promise", async () => {
  for (const table of TABLES) {
    const model = await pipelineOf(table, { unknown: { method: "conformal", coverage: 0.9 } });
    const unseen = mixedTable({ rows: 4_000, classes: table.classes.length, seed: 31 });
    const probabilities = scores(model, unseen);
    const sets = new Uint8Array(probabilities.length);
    model.caution?.predictionSets?.(unseen.rowCount, probabilities, sets);
    let held = 0;
    for (let row = 0; row < unseen.rowCount; row++)
      held += sets[row * table.classes.length + unseen.labels[row]];
    expect(held / unseen.rowCount).toBeGreaterThan(0.86);
    expect(held / unseen.rowCount).toBeLessThan(0.96);
    expect(model.manifest.training.metrics["setCoverage"]).toBeGreaterThanOrEqual(0.9);
  }
});

test("density calls rows unknown that are like nothing in training, and few of the others", async () => {
  const [table] = TABLES;
  const model = await pipelineOf(table, { unknown: { method: "density", coverage: 0.98 } });
  const unknownShare = (other: LabelledTable): number => {
    const flags = new Uint8Array(other.rowCount);
    model.caution?.flagUnknown(rowMajor(other), other.rowCount, scores(model, other), flags);
    return flags.reduce((sum, flag) => sum + flag, 0) / other.rowCount;
  };
  const unseen = mixedTable({ rows: 2_000, classes: 2, seed: 31 });
  expect(unknownShare(unseen)).toBeLessThan(0.05);
  const odd = { ...unseen, values: unseen.values.map((column) => column.map((value) => value * 40 + 100)) };
  expect(unknownShare(odd)).toBeGreaterThan(0.9);
});

test("refuses steps that do not fit", async () => {
  const codeOf = async (specification: Partial<PipelineSpecification>, table = TABLES[0]) => {
    const failure = await pipelineOf(table, specification).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OrbweaverError);
    expect((failure as OrbweaverError).message).not.toContain("\n");
    return (failure as OrbweaverError).code;
  };
  expect(await codeOf({ calibration: "magic" as CalibrationMethod })).toBe("parameter-invalid");
  for (const coverage of [0, 1, Number.NaN])
    expect(await codeOf({ unknown: { method: "density", coverage } })).toBe("parameter-invalid");
  expect(await codeOf({ calibration: "platt", calibrationShare: 0.9 })).toBe("parameter-invalid");
  expect(await codeOf({ calibration: "platt" }, mixedTable({ rows: 40, classes: 2, seed: 1 }))).toBe(
    "training-data",
  );
  const empty = { ...TABLES[0], schema: foreignSchema("none", []), values: [] };
  expect(await codeOf({ calibration: "platt" }, empty)).toBe("training-data");
});
