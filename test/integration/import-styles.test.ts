// The same flows, written under every naming style and read back by the importer: the same table each time, bit for bit.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { meter } from "../../src/app/meter.ts";
import { CIC_CLASSES } from "../../src/dataset/importers/cic-labels.ts";
import { sha256OfFile } from "../../src/dataset/store/sets.ts";
import { NAME_STYLES } from "../../src/feature/published.ts";
import { withImported } from "../support/imported.ts";

const DEMO = "assets/demo.pcap.gz";

describe("naming styles", () => {
  test.each(["cic-v3", "cic-v4", "cic-2022", "cic-fixed"])("%s", async (schema) => {
    const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
    try {
      const seen = new Map<string, unknown>();
      for (const names of NAME_STYLES) {
        // Every style under one name, since the name of the file is part of the table.
        const out = join(folder, "flows.csv");
        await meter({ captures: [DEMO], schema, out, names });
        const facts = await withImported([out], { as: "cic", schema }, async ({ result, path, ask }) => ({
          schema: result.schema?.id,
          rows: result.rows,
          digest: await sha256OfFile(path),
          sums: await ask(
            'SELECT sum("Flow Duration")::BIGINT::VARCHAR, count(DISTINCT start_us)::INTEGER FROM rows',
          ),
        }));
        seen.set(names, facts);
      }
      const facts = [...seen.values()];
      expect(facts[0]).toMatchObject({ schema });
      for (const other of facts) expect(other).toEqual(facts[0]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("the style tells the generation where nothing else does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
    try {
      const told: Record<string, string | undefined> = {};
      for (const schema of ["cic-v3", "cic-v4", "cic-2022", "cic-fixed"]) {
        const out = join(folder, `${schema}.csv`);
        await meter({ captures: [DEMO], schema, out });
        told[schema] = await withImported([out], {}, ({ result }) => result.schema?.id);
      }
      expect(told).toEqual({
        "cic-v3": "cic-v3",
        "cic-v4": "cic-v4",
        "cic-2022": "cic-2022",
        "cic-fixed": "cic-fixed",
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("labels of every vocabulary become one, whatever their dashes, case and blanks", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  try {
    const out = join(folder, "flows.csv");
    await meter({ captures: [DEMO], schema: "cic-v3", out });
    const [header, first] = readFileSync(out, "utf8").split("\n");
    const labels: [found: string, wanted: string | undefined][] = [
      ["BENIGN", "Benign"],
      ["DoS attacks-Hulk", "DoS Hulk"],
      ["DoS Hulk - Attempted", "DoS Hulk - Attempted"],
      ["Web Attack – XSS", "Web Attack - XSS"],
      ["Web Attack \ufffd Sql Injection", "Web Attack - SQL Injection"],
      ["Brute Force -Web", "Web Attack - Brute Force"],
      ["Infilteration", "Infiltration"],
      ["Botnet Ares", "Bot"],
      ["Something New", "Something New"],
      ["NeedManualLabel", undefined],
    ];
    const rows = labels.map(([label]) => first.replace(/[^,]*$/, label));
    writeFileSync(out, [header, ...rows, ""].join("\n"));
    await withImported([out], {}, async ({ ask }) =>
      expect(await ask("SELECT label_original, label FROM rows")).toEqual(
        labels.map(([found, wanted]) => (wanted === undefined ? [null, null] : [found, wanted])),
      ),
    );
    expect(CIC_CLASSES.get("ddosattackhoic")).toBe("DDoS HOIC");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
