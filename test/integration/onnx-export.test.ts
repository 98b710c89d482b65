// Every learner's models say the same as ONNX, run by onnxruntime, as they do here.

import { describe, expect, test } from "vitest";
import type { LabelledTable } from "../../src/feature/table.ts";
import type { Learner, ParameterValues } from "../../src/learner/contract.ts";
import { LEARNERS } from "../../src/learner/index.ts";
import { exportOnnx } from "../../src/onnx/export.ts";
import { expectSameAsOnnx, runExported } from "../support/onnx.ts";
import { mixedTable, selectRows } from "../support/tables.ts";

/** Small models suffice: what is compared does not grow with them. */
const QUICK: ParameterValues = { iterations: 12, trees: 8, epochs: 8, maxRows: 400, minLeafRows: 5 };

function quick(learner: Learner): ParameterValues {
  return Object.fromEntries(
    learner.parameters.flatMap(({ name }) => (name in QUICK ? [[name, QUICK[name]]] : [])),
  );
}

/** The rows again with codes that are no category, missing values and infinities in every column. */
function withOddValues(table: LabelledTable): LabelledTable {
  const odd = [Number.NaN, -1, 0.5, 99, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300];
  const values = table.values.map((column, index) =>
    Float64Array.from(column, (value, row) => ((row + index) % 3 === 0 ? odd[(row + index) % 8] : value)),
  );
  return { ...table, values };
}

/** The same with codes that have no name missing: texts that a schema does not know are read as missing. */
function withNamesOnly(table: LabelledTable): LabelledTable {
  const values = table.values.map((column, index) => {
    const { kind, categories } = table.schema.columns[index];
    if (kind === "numeric") return column;
    return Float64Array.from(column, (code) => (categories[code] === undefined ? Number.NaN : code));
  });
  return { ...table, values };
}

/** A class that is in the table's list and in none of its rows. */
function withUnseenClass(table: LabelledTable): LabelledTable {
  const classes = [table.classes[0], "unseen", ...table.classes.slice(1)];
  return { ...table, classes, labels: table.labels.map((label) => (label > 0 ? label + 1 : label)) };
}

const TABLES = [2, 4].map((classes) => mixedTable({ rows: 500, classes, seed: classes }));
const each = test.each(TABLES.map((table) => [table.classes.length, table] as const));

describe.each(LEARNERS)("learner $id", (learner) => {
  const trained = (table: LabelledTable) =>
    learner.fit(table, quick(learner), { seed: 3, benignClasses: ["benign"] });

  each("scores alike (%i classes)", async (_, table) => {
    const model = await trained(table);
    await expectSameAsOnnx(model, mixedTable({ rows: 700, classes: table.classes.length, seed: 9 }));
    await expectSameAsOnnx(model, selectRows(table, [0]));
  });

  test("scores odd values alike, from a matrix and from columns", async () => {
    const model = await trained(TABLES[1]);
    const table = withOddValues(TABLES[1]);
    await expectSameAsOnnx(model, table);
    await expectSameAsOnnx(model, withNamesOnly(table), { inputs: "columns" });
  });

  test("scores floats alike", async () => {
    const model = await trained(TABLES[0]);
    const values = TABLES[0].values.map((column) => Float64Array.from(column, Math.fround));
    for (const inputs of ["features", "columns"] as const)
      await expectSameAsOnnx(model, { ...TABLES[0], values }, { inputs, numbers: "float" });
  });

  test("gives a class that was never seen no probability but what the model gives it", async () => {
    const table = withUnseenClass(TABLES[1]);
    await expectSameAsOnnx(await trained(table), table);
  });

  test("the same model gives the same bytes", async () => {
    const model = await trained(TABLES[0]);
    const first = exportOnnx(model, { version: "1" });
    expect(Buffer.compare(first, exportOnnx(model, { version: "1" }))).toBe(0);
    expect(Buffer.compare(first, exportOnnx(model, { version: "1", inputs: "columns" }))).not.toBe(0);
  });

  test("takes no rows at all", async () => {
    const model = await trained(TABLES[0]);
    const { labels } = await runExported(exportOnnx(model, { version: "1" }), selectRows(TABLES[0], []));
    expect(labels.length).toBe(0);
  });
});
