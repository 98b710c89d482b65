import { expect, test } from "vitest";
import { foreignSchema, type LabelledTable } from "../feature/table.ts";
import type { Caution, Model } from "../model/contract.ts";
import { type Evaluation, judge } from "./evaluation.ts";
import { isSeenBy, type ScoredRows } from "./scored-rows.ts";

const SCHEMA = foreignSchema("judged", [
  { name: "size", kind: "numeric", unit: "", categories: [], description: "" },
  { name: "rate", kind: "numeric", unit: "", categories: [], description: "" },
]);
const isBenign = (name: string): boolean => name === "normal";

interface Given {
  classes: string[];
  counts: number[];
  task?: "anomaly";
  caution?: Caution;
  /** Of each row: its class, its original label, and the model's probabilities. */
  rows: { class: string; label?: string; scores: number[] }[];
  names: string[];
  isSeen?: (label: string) => boolean;
}

function judged(given: Given): Promise<Evaluation> {
  const { classes, counts, task, caution, rows, names } = given;
  const labelNames = [...new Set(rows.map((row) => row.label ?? row.class))];
  const model = {
    manifest: {
      kind: "forest",
      ...(task && { task }),
      formatVersion: 1,
      schema: SCHEMA,
      classes,
      benignClasses: ["normal"],
      training: {
        learner: "forest",
        parameters: {},
        seed: 1,
        trainingRows: 9,
        validationRows: 0,
        classCounts: counts,
        iterations: 1,
        metrics: {},
      },
      card: { title: "", sections: [] },
    },
    importance: () => Float64Array.of(0.25, 0.75),
    caution,
  } as unknown as Model;
  const table: LabelledTable = {
    schema: SCHEMA,
    rowCount: rows.length,
    values: [Float64Array.from(rows.keys()), Float64Array.from(rows.keys(), (row) => -row)],
    classes: names,
    labels: Int32Array.from(rows, (row) => names.indexOf(row.class)),
  };
  const scored: ScoredRows = {
    model,
    table,
    scores: Float64Array.from(rows.flatMap(({ scores }) => scores)),
    isBenign,
    original: {
      names: labelNames,
      labels: Int32Array.from(rows, (row) => labelNames.indexOf(row.label ?? row.class)),
      isBenign: (label) => isBenign(rows.find((row) => (row.label ?? row.class) === label)?.class ?? ""),
      isSeen: given.isSeen ?? ((name) => isSeenBy(model.manifest, name)),
    },
  };
  return judge(scored, { threshold: 0.5, resamples: 100, seconds: 0.5, pause: async () => {} });
}

test("of anomalies, every attack is one, and each is told by its name", async () => {
  const found = await judged({
    classes: ["normal", "anomaly"],
    counts: [9, 0],
    task: "anomaly",
    names: ["normal", "anomaly", "scan", "worm"],
    rows: [
      { class: "normal", scores: [0.9, 0.1] },
      { class: "normal", scores: [0.4, 0.6] },
      { class: "scan", scores: [0.1, 0.9] },
      { class: "scan", scores: [0.2, 0.8] },
      { class: "worm", scores: [0.7, 0.3] },
    ],
  });
  expect(found.metrics.classes).toEqual(["normal", "anomaly"]);
  expect(found.metrics.confusion).toEqual([
    [1, 1],
    [1, 2],
  ]);
  expect(found.attack).toMatchObject({ attacks: 3, flagged: 2, benign: 2, falseAlarms: 1 });
  expect(found.detection.map(({ name, isAttack, isSeen, rate }) => [name, isAttack, isSeen, rate])).toEqual([
    ["normal", false, true, 0.5],
    ["scan", true, false, 1],
    ["worm", true, false, 0],
  ]);
  expect(found.seen).toBeUndefined();
  expect(found.baselines[0]).toMatchObject({ id: "majority", rule: "always normal" });
});

test("labels that were joined are told apart: a known class may hold labels that training never saw", async () => {
  const found = await judged({
    classes: ["dos", "normal"],
    counts: [4, 5],
    names: ["dos", "normal"],
    isSeen: (label) => label !== "apache2",
    rows: [
      { class: "dos", label: "neptune", scores: [0.9, 0.1] },
      { class: "dos", label: "neptune", scores: [0.8, 0.2] },
      { class: "dos", label: "apache2", scores: [0.3, 0.7] },
      { class: "normal", label: "normal", scores: [0.1, 0.9] },
    ],
  });
  expect(found.metrics.accuracy).toBe(0.75);
  expect(found.seen).toMatchObject({
    rows: 3,
    metrics: { accuracy: 1 },
    attack: { attacks: 2, detectionRate: 1 },
  });
  expect(found.detection.filter(({ isSeen }) => !isSeen)).toMatchObject([
    { name: "apache2", isAttack: true, rows: 1, flagged: 0, rate: 0 },
  ]);
});

test("classes that the model does not know count as wrong, with probability 0", async () => {
  const found = await judged({
    classes: ["dos", "normal"],
    counts: [4, 5],
    names: ["dos", "normal", "worm"],
    rows: [
      { class: "dos", scores: [0.9, 0.1] },
      { class: "normal", scores: [0.1, 0.9] },
      { class: "worm", scores: [0.6, 0.4] },
    ],
  });
  expect(found.metrics.confusion[2]).toEqual([1, 0, 0]);
  expect(found.metrics.accuracy).toBeCloseTo(2 / 3, 12);
  expect(found.seen?.metrics.accuracy).toBe(1);
  // Called dos, so it is detected as an attack.
  expect(found.attack.detectionRate).toBe(1);
  expect(found.importance).toEqual([
    { column: "rate", share: 0.75 },
    { column: "size", share: 0.25 },
  ]);
  expect(found.timing).toMatchObject({ rows: 3, rowsPerSecond: 6 });
});

test("doubt: unknown rows by label, accuracy on the others, and the sets of rows like those of training", async () => {
  const asked: number[] = [];
  const found = await judged({
    classes: ["dos", "normal"],
    counts: [4, 5],
    names: ["dos", "normal", "worm"],
    caution: {
      method: "conformal",
      coverage: 0.9,
      flagUnknown: (rows, count, _, out) => {
        // Row-major values: size and rate of each row.
        for (let row = 0; row < count; row++) {
          asked.push(rows[row * 2], rows[row * 2 + 1]);
          out[row] = row === 3 ? 1 : 0;
        }
      },
      predictionSets: (_, probabilities, out) => {
        for (let at = 0; at < probabilities.length; at++) out[at] = probabilities[at] >= 0.4 ? 1 : 0;
      },
    },
    rows: [
      { class: "dos", scores: [0.9, 0.1] },
      { class: "dos", scores: [0.55, 0.45] },
      { class: "normal", scores: [0.7, 0.3] },
      { class: "worm", scores: [0.6, 0.4] },
    ],
  });
  expect(asked).toEqual([0, -0, 1, -1, 2, -2, 3, -3]);
  expect(found.doubt).toMatchObject({
    method: "conformal",
    meantCoverage: 0.9,
    unknownRows: 1,
    known: { rows: 3, accuracy: 2 / 3 },
    // The worm's set is of no promise: two of three sets hold the class.
    sets: { coverage: 2 / 3, meanSize: 1.5, empty: 0, single: 2, several: 2 },
  });
  expect(found.doubt?.unknown.map(({ name, unknown, rows }) => [name, unknown, rows])).toEqual([
    ["dos", 0, 2],
    ["normal", 0, 1],
    ["worm", 1, 1],
  ]);
});

test("rows of one kind alone are judged as far as they go", async () => {
  const found = await judged({
    classes: ["dos", "normal"],
    counts: [4, 5],
    names: ["dos", "normal"],
    rows: [
      { class: "normal", scores: [0.1, 0.9] },
      { class: "normal", scores: [0.8, 0.2] },
    ],
  });
  expect(found.attack).toMatchObject({ attacks: 0, falseAlarmRate: 0.5 });
  expect(found.attack.detectionRate).toBeNaN();
  expect(found.operatingPoints).toEqual([]);
  expect(found.curves.attack.roc).toEqual([]);
  expect(found.metrics.rocAuc).toBeNaN();
});
