import { expect, test } from "vitest";
import type { AuditReport } from "../dataset/audit/contract.ts";
import { fitBaselines, judgeBaseline } from "../evaluate/baselines.ts";
import { judge } from "../evaluate/evaluation.ts";
import { foreignSchema, type LabelledTable } from "../feature/table.ts";
import type { Model } from "../model/contract.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { evaluationPage } from "./evaluation-page.ts";

const HOSTILE = [
  "benign",
  '<script>alert("1")</script>',
  "</title><img src=x onerror=alert(1)>",
  "a\u202Eb\u0007",
  "$& $` {{x}}",
  "",
];
const SCHEMA = foreignSchema("page", [
  { name: "<b>size</b>", kind: "numeric", unit: "", categories: [], description: "" },
]);

/** 120 rows of six classes; the last one is new to the model, which says the right class with 0.7 in two of three rows. */
async function report(): Promise<EvaluationReport> {
  const rowCount = 120;
  const known = 5;
  const labels = Int32Array.from({ length: rowCount }, (_, row) => row % 6);
  const table: LabelledTable = {
    schema: SCHEMA,
    rowCount,
    values: [Float64Array.from(labels, (label, row) => label * 10 + (row % 3))],
    classes: HOSTILE,
    labels,
  };
  const scores = new Float64Array(rowCount * known);
  labels.forEach((label, row) => {
    const called = row % 3 === 2 || label === 5 ? (row * 7) % known : label;
    for (let index = 0; index < known; index++) scores[row * known + index] = index === called ? 0.7 : 0.075;
  });
  const isBenign = (name: string): boolean => name === "benign";
  const model = {
    manifest: {
      kind: "forest",
      formatVersion: 1,
      schema: SCHEMA,
      classes: HOSTILE.slice(0, known),
      benignClasses: ["benign"],
      training: {
        learner: "forest",
        parameters: {},
        seed: 1,
        trainingRows: 100,
        validationRows: 0,
        classCounts: [20, 20, 20, 20, 20],
        iterations: 1,
        metrics: {},
      },
      card: { title: "<i>model</i>", sections: [] },
    },
    importance: () => Float64Array.of(1),
    caution: {
      method: "conformal",
      coverage: 0.9,
      flagUnknown: (_rows: Float64Array, count: number, _probabilities: Float64Array, out: Uint8Array) => {
        for (let row = 0; row < count; row++) out[row] = row % 10 === 0 ? 1 : 0;
      },
      predictionSets: (_count: number, probabilities: Float64Array, out: Uint8Array) => {
        probabilities.forEach((probability, at) => {
          out[at] = probability > 0.5 ? 1 : 0;
        });
      },
    },
  } as unknown as Model;
  const evaluation = await judge(
    {
      model,
      table,
      scores,
      isBenign,
      original: { names: HOSTILE, labels, isBenign, isSeen: (name) => name !== "" },
    },
    {
      threshold: 0.5,
      resamples: 100,
      seconds: 0.01,
      deployment: { flowsPerDay: 1_000_000, baseRate: 0.001, falseAlarmsPerDay: [10, 200_000] },
      baselines: fitBaselines(table).map((one) =>
        judgeBaseline(one, table, { isAttack: (name) => !isBenign(name), threshold: 0.5 }),
      ),
      pause: async () => {},
    },
  );
  const [first] = evaluation.detection;
  const finding = {
    code: "shared-rows",
    severity: "warning",
    message: "7 rows of '<u>test</u>' occur in training",
    evidence: {},
    advice: "Drop them",
    papers: ["Somebody 2001"],
  } as const;
  return {
    ...evaluation,
    file: "<model>.orb",
    rows: ["<rows>.csv"],
    unknownClasses: [""],
    training: { names: ["a/<b>.csv"], rows: 100 },
    leftOut: [{ ...first, name: HOSTILE[1], leftOutRows: 3, from: "test", falseAlarmRate: 0.1, seconds: 1 }],
    audit: {
      training: { name: "<t>", rows: 100, features: 1, labelled: 100 },
      test: { name: "<u>", rows: 120, features: 1, labelled: 120 },
      sample: { seed: 1, trainingRows: 100, rowsMax: 100 },
      findings: [finding, { ...finding, severity: "info" }],
      counts: { info: 1, warning: 1, error: 0 },
      skipped: [],
    } satisfies AuditReport,
    remarks: ["<remark>"],
    source: {
      files: [],
      rows: 120,
      bytes: 1,
      dropped: [{ reason: "<reason>", rows: 2 }],
      unused: [],
      unknownCategories: [],
      warnings: [],
    },
  };
}

test("a page has every section, and names of strangers are text on it", async () => {
  const found = await report();
  const page = evaluationPage(found);
  for (const id of [
    "overview",
    "figures",
    "audit",
    "attack",
    "operating",
    "curves",
    "classes",
    "detection",
    "left-out",
    "unknown",
    "importance",
  ])
    expect(page, id).toContain(`<section id="${id}">`);
  expect(page).not.toMatch(/<script|<img|<u>|<b>|<i>m|<model>|<rows>|<remark>|<reason>|https?:|<[^>]+ src=/);
  expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  expect(page).toContain("a\\u202eb\\u0007");
  expect(page).toContain("(empty)");
  // Every section that the navigation leads to is there once.
  const places = [...page.matchAll(/<a href="#([\w-]+)"/g)].map((match) => match[1]);
  for (const place of places) expect(page.split(`id="${place}"`)).toHaveLength(2);
});

test("the same report gives the same page, and figures stand as they are", async () => {
  const found = await report();
  const page = evaluationPage(found);
  expect(evaluationPage(found)).toBe(page);
  const { low, high } = found.intervals.figures["accuracy"];
  expect(page).toContain(`<td class="number">${found.metrics.accuracy.toFixed(4)}</td>`);
  expect(page).toContain(`${low.toFixed(4)} to ${high.toFixed(4)}`);
  expect(page).toContain("rule of three");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test("rows of one kind alone still make a page", async () => {
  const { curves, ...found } = await report();
  const nothing = { roc: [], precisionRecall: [], rocAuc: Number.NaN, prAuc: Number.NaN };
  const page = evaluationPage({
    ...found,
    operatingPoints: [],
    curves: { attack: { ...curves.attack, ...nothing, thresholds: [] }, classes: [] },
    importance: [],
  });
  expect(page).not.toContain('<section id="curves">');
  expect(page).not.toMatch(/NaN|undefined/);
});
