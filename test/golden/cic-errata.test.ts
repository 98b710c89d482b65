// The errata of CICFlowMeter's generations, each on a capture of one rule: what the schemas print is what the page
// docs/reference/cic.md says, and `cic` prints what is right. That the originals print the same is shown by cic.test.ts.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ERRATA, errataTable } from "../support/cic-errata.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { meteredCsv } from "../support/metered-csv.ts";

describe.each(ERRATA)("$name ($capture)", ({ capture, column, row = 0, values }) => {
  dataTest("in the cells that the page shows", async () => {
    const found: Record<string, string> = {};
    for (const schema of Object.keys(values)) {
      const text = await meteredCsv(sharedData(`oracle/captures/${capture}`), schema, { names: "v4" });
      const [names, ...rows] = text
        .trimEnd()
        .split("\n")
        .map((line) => line.split(","));
      found[schema] = column === "rows" ? String(rows.length) : rows[row][names.indexOf(column)];
    }
    expect(found).toEqual(values);
  });
});

test("the page holds this table", () => {
  const page = readFileSync(new URL("../../docs/reference/cic.md", import.meta.url), "utf8");
  expect(page).toContain(errataTable());
});
