import { expect, test } from "vitest";
import { RowBatch } from "../feature/row.ts";
import { flowSchema } from "../feature/schemas/flow.ts";
import type { Contribution, Model } from "../model/contract.ts";
import { Judge } from "./verdict.ts";

/** A model whose probabilities are the first columns of the row. */
function plainModel(classes: string[], benignClasses: string[], contributions: Contribution[] = []): Model {
  return {
    manifest: {
      kind: "plain",
      formatVersion: 1,
      schema: { id: "flow", fingerprint: flowSchema.fingerprint, columns: [...flowSchema.columns] },
      classes,
      benignClasses,
      training: {
        learner: "plain",
        parameters: {},
        seed: 0,
        trainingRows: 0,
        validationRows: 0,
        classCounts: classes.map(() => 0),
        iterations: 0,
        metrics: {},
      },
      card: { title: "plain", sections: [] },
    },
    encode: () => new Uint8Array(),
    score(rows, count, out) {
      const columns = flowSchema.columns.length;
      for (let row = 0; row < count; row++) {
        for (let index = 0; index < classes.length; index++)
          out[row * classes.length + index] = rows[row * columns + index];
      }
    },
    scoreTable: () => undefined,
    importance: () => new Float64Array(flowSchema.columns.length),
    explain: (_row, _class, limit) => ({
      bias: 0,
      scale: "log-odds",
      contributions: contributions.slice(0, limit),
    }),
  };
}

function batchOf(...probabilities: number[][]): RowBatch {
  const batch = new RowBatch(flowSchema, 16);
  for (const row of probabilities) batch.values.set(row, batch.count++ * batch.columnCount);
  return batch;
}

test("class, probability and margin follow the likeliest class", () => {
  const judge = new Judge({ model: plainModel(["benign", "flood", "scan"], ["benign"]) });
  judge.judge(batchOf([0.7, 0.2, 0.1], [0.1, 0.3, 0.6]));
  expect([judge.className(0), judge.attack[0], judge.probability[0]]).toEqual(["benign", 0, 0.7]);
  expect(judge.margin[0]).toBeCloseTo(0.5, 12);
  expect([judge.className(1), judge.attack[1], judge.probability[1]]).toEqual(["scan", 1, 0.6]);
  expect(judge.attackProbability[1]).toBeCloseTo(0.9, 12);
});

test("attack classes together outweigh the likeliest benign class, and the margin says so", () => {
  const judge = new Judge({ model: plainModel(["benign", "flood", "scan"], ["benign"]) });
  judge.judge(batchOf([0.4, 0.3, 0.3]));
  expect([judge.className(0), judge.attack[0]]).toEqual(["flood", 1]);
  expect(judge.margin[0]).toBeCloseTo(-0.1, 12);
});

test("a higher threshold turns a doubtful attack into the likeliest benign class", () => {
  const model = plainModel(["benign", "flood", "idle"], ["benign", "idle"]);
  const judge = new Judge({ model, threshold: 0.9 });
  judge.judge(batchOf([0.05, 0.8, 0.15], [0.05, 0.92, 0.03]));
  expect([judge.className(0), judge.attack[0]]).toEqual(["idle", 0]);
  expect([judge.className(1), judge.attack[1]]).toEqual(["flood", 1]);
});

test("without a benign class every verdict is an attack; without an attack class none is", () => {
  const attacks = new Judge({ model: plainModel(["flood", "scan"], []), threshold: 1 });
  attacks.judge(batchOf([0.6, 0.4]));
  expect(attacks.attack[0]).toBe(1);
  const kinds = new Judge({ model: plainModel(["web", "mail"], ["web", "mail"]) });
  kinds.judge(batchOf([0.4, 0.6]));
  expect([kinds.className(0), kinds.attack[0]]).toEqual(["mail", 0]);
});

test("a threshold outside of (0, 1] is refused in words", () => {
  const model = plainModel(["benign", "flood"], ["benign"]);
  for (const threshold of [0, 1.1, Number.NaN, -1]) {
    expect(() => new Judge({ model, threshold })).toThrow(/threshold is .*, expected a probability/);
  }
});

test("reasons name what the model saw", () => {
  const names = flowSchema.columns.map((column) => column.name);
  const destinations = names.indexOf("source_destinations_short");
  const state = names.indexOf("connection_state");
  const model = plainModel(
    ["benign", "scan"],
    ["benign"],
    [
      { column: destinations, amount: 3.14 },
      { column: state, amount: -0.26 },
      { column: names.indexOf("handshake_rtt"), amount: 0.1 },
    ],
  );
  const judge = new Judge({ model });
  const batch = batchOf([0.1, 0.9]);
  batch.values[destinations] = 812;
  batch.values[state] = 3;
  judge.judge(batch);
  const reasons = judge.reasons(batch, 0, 2);
  expect(reasons.map((reason) => reason.text)).toEqual([
    "source_destinations_short = 812 connections (+3.1)",
    "connection_state = REJ (-0.3)",
  ]);
  expect(reasons[1]).toMatchObject({ feature: "connection_state", value: "REJ", unit: "" });
  expect(judge.reasons(batch, 0, 0)).toEqual([]);
});
