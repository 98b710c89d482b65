// Rows of the schemas `cic-…` beside those that five generations of the original CICFlowMeter printed for the same
// captures: the same rows, none missing, none more, cell for cell. The originals print in the order of a hash map, so
// both sides are compared as sets.

import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect } from "vitest";
import { differencesOf } from "../support/cic-rows.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { meteredCsv } from "../support/metered-csv.ts";

const GENERATIONS = ["cic-v3", "cic-v4", "cic-wtmc", "cic-2022", "cic-fixed"];

describe.each(GENERATIONS)("%s", (schema) => {
  dataTest(
    "gives every row of the original, and no other",
    async () => {
      const folder = sharedData(`oracle/${schema}`);
      const names = readdirSync(folder).sort();
      let rows = 0;
      let cells = 0;
      const differences: string[] = [];
      for (const name of names) {
        const capture = sharedData(`oracle/captures/${basename(name, ".csv")}`);
        const found = differencesOf(
          readFileSync(`${folder}/${name}`, "utf8"),
          await meteredCsv(capture, schema),
        );
        rows += found.rows;
        cells += found.cells;
        differences.push(...found.differences.map((difference) => `${name}: ${difference}`));
      }
      console.log(
        `${schema}: ${rows} rows and ${cells} cells of ${names.length} captures compared, ` +
          `${differences.length} differ`,
      );
      expect(differences).toEqual([]);
      expect(rows).toBeGreaterThan(400);
    },
    120_000,
  );
});
