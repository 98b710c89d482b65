// Every learner on rows of public data sets: its models say the same as ONNX, run by onnxruntime, as they do here.

import { describe, expect } from "vitest";
import { readTable } from "../../src/dataset/row-reader.ts";
import type { LabelledTable } from "../../src/feature/table.ts";
import type { Learner, ParameterValues } from "../../src/learner/contract.ts";
import { LEARNERS } from "../../src/learner/index.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { expectSameAsOnnx } from "../support/onnx.ts";
import { selectRows } from "../support/tables.ts";

/** Small models suffice: what is compared does not grow with them. */
const QUICK: ParameterValues = { iterations: 10, trees: 6, epochs: 4, maxRows: 300, minLeafRows: 5 };
const TRAINING_ROWS = 900;
const TEST_ROWS = 500;

const SETS = [
  { name: "NSL-KDD", file: "nsl-kdd/KDDTrain+.txt.gz", labelMap: "kdd5" as const },
  { name: "CIC", file: "cic/csecicids2018_improved_sample5000.csv.gz" },
  { name: "APA", file: "apa/APA-DDoS-Dataset.csv.gz" },
];

function quick(learner: Learner): ParameterValues {
  return Object.fromEntries(
    learner.parameters.flatMap(({ name }) => (name in QUICK ? [[name, QUICK[name]]] : [])),
  );
}

/** Rows spread over the table, `offset` rows behind those of offset 0. */
function spreadRows(table: LabelledTable, count: number, offset: number): LabelledTable {
  const step = Math.floor((table.rowCount - 10) / count);
  return selectRows(
    table,
    Array.from({ length: count }, (_, index) => index * step + offset),
  );
}

describe.each(SETS)("$name", ({ file, labelMap }) => {
  let table: LabelledTable | undefined;
  const read = async (): Promise<LabelledTable> => {
    table ??= (await readTable(sharedData(file), { label: ["label", "Label"], labelMap })).table;
    return table;
  };
  for (const learner of LEARNERS) {
    dataTest(`${learner.id} scores alike`, async () => {
      const all = await read();
      const benign = all.classes.filter((name) => /^(normal|benign)$/i.test(name));
      expect(benign.length).toBe(1);
      const context = { seed: 3, benignClasses: benign };
      const model = await learner.fit(spreadRows(all, TRAINING_ROWS, 0), quick(learner), context);
      await expectSameAsOnnx(model, spreadRows(all, TEST_ROWS, 5));
    });
  }
});
