import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataTest, sharedData } from "../../test/support/data.ts";
import { anyRow, batchOf, SMALL_SCHEMA, temporaryFolder } from "../../test/support/rows.ts";
import { DISTINCT_MAX, inspectRows } from "./inspect.ts";
import { openRowWriter } from "./row-writer.ts";

const folder = temporaryFolder();

test("columns of any table are described", async () => {
  const path = join(folder, "plain.csv");
  writeFileSync(path, "x,kind,label\n1,a,good\n5,b,bad\n,a,good\n3,,\nInfinity,a,good\n");
  const found = await inspectRows(path);
  expect(found).toMatchObject({ path, format: "csv", rows: 5, warnings: [], dropped: [] });
  expect(found.schema).toBeUndefined();
  expect(found.columns).toEqual([
    {
      name: "x",
      role: "feature",
      type: "number",
      missing: 1,
      distinct: 4,
      minimum: 1,
      maximum: Infinity,
      mean: 3,
    },
    { name: "kind", role: "feature", type: "text", missing: 1, distinct: 2 },
    { name: "label", role: "class", type: "text", missing: 1, distinct: 2 },
  ]);
  expect(found.classes).toEqual({
    column: "label",
    counts: [
      { name: "good", rows: 3 },
      { name: "bad", rows: 1 },
    ],
  });
});

test("distinct values are counted up to a bound", async () => {
  const path = join(folder, "many.csv");
  writeFileSync(path, `x,y\n${Array.from({ length: 3000 }, (_, row) => `${row},${row % 7}\n`).join("")}`);
  const found = await inspectRows(path);
  expect(found.columns.map(({ distinct }) => distinct)).toEqual([DISTINCT_MAX + 1, 7]);
});

describe.each(["csv", "jsonl", "parquet", "orbrows"] as const)("row files as %s", (format) => {
  test("tell their schema and the role of every column", async () => {
    const path = join(folder, `rows.${format}`);
    const writer = await openRowWriter(path, SMALL_SCHEMA, {
      extraColumns: [{ name: "label", kind: "text" }],
    });
    await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, { numRuns: 9, seed: 1 })), (row) => [
      row < 6 ? "a" : "b",
    ]);
    await writer.close();
    const found = await inspectRows(path, { knownSchemas: [SMALL_SCHEMA] });
    expect(found.rows).toBe(9);
    expect(found.schema).toEqual({ id: "small", fingerprint: SMALL_SCHEMA.fingerprint });
    expect(found.columns.map(({ role }) => role)).toEqual([
      ...new Array(10).fill("identity"),
      ...new Array(4).fill("feature"),
      "class",
    ]);
    expect(found.classes?.counts).toEqual([
      { name: "a", rows: 6 },
      { name: "b", rows: 3 },
    ]);
    expect(found.columns.find(({ name }) => name === "state")?.type).toBe("text");
  });
});

dataTest("NSL-KDD", async () => {
  const found = await inspectRows(sharedData("nsl-kdd/KDDTrain+.txt.gz"));
  expect(found).toMatchObject({ format: "kdd", rows: 125_973 });
  expect(found.columns).toHaveLength(43);
  expect(found.classes?.counts[0]).toEqual({ name: "normal", rows: 67_343 });
});
