import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/rows.ts";
import { RowBatch } from "../feature/row.ts";
import { schemaById } from "../feature/row-meter.ts";
import { brokenTimesText } from "./apa.ts";
import { readTable } from "./row-reader.ts";
import { openRowWriter } from "./row-writer.ts";

const folder = temporaryFolder();

/** A row file of one row, whose values are 1, 2, 3 and so on. */
async function rowsOf(id: string, ending: string): Promise<string> {
  const schema = schemaById(id);
  const batch = new RowBatch(schema, 1);
  batch.count = 1;
  batch.values.set(schema.columns.map((_, column) => column + 1));
  const path = join(folder, `${id}.${ending}`);
  const writer = await openRowWriter(path, schema);
  await writer.write(batch);
  await writer.close();
  return path;
}

test.each([
  ["apa", "apa-live"],
  ["apa-live", "apa"],
])("rows of %s are read for a model of %s, with a warning", async (of, wanted) => {
  for (const ending of ["csv", "orbrows"]) {
    const path = await rowsOf(of, ending);
    const { table, source } = await readTable(path, { schema: schemaById(wanted) });
    expect(table.values.map((values) => values[0])).toEqual(table.values.map((_, column) => column + 1));
    expect(source.warnings.join()).toContain(`rows of ${of} are read for a model of ${wanted}`);
    const same = await readTable(path, { schema: schemaById(of) });
    expect(same.source.warnings).toEqual([]);
  }
});

test("both are told apart by their names where no schema travels", async () => {
  for (const id of ["apa", "apa-live"]) {
    const { table } = await readTable(await rowsOf(id, "csv"), {
      knownSchemas: [schemaById("apa"), schemaById("apa-live")],
    });
    expect(table.schema.fingerprint).toBe(schemaById(id).fingerprint);
  }
});

test("rows of another schema are still refused", async () => {
  const path = await rowsOf("apa", "orbrows");
  await expect(readTable(path, { schema: schemaById("flow") })).rejects.toMatchObject({
    code: "schema-mismatch",
  });
});

test("one broken time and several", () => {
  expect(brokenTimesText(1)).toContain("1 row has");
  expect(brokenTimesText(2)).toContain("2 rows have");
});
