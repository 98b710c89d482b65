// Every table of the shared data, imported without being told what it is: rows, classes and oddities are those that its
// README counts. The figures here are that page's, not ours.

import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { withImported } from "../support/imported.ts";

describe("rows and classes are those that the data's README counts", () => {
  dataTest("KDD Cup 1999, 10 %", () =>
    withImported([sharedData("kdd/kddcup.data_10_percent.gz")], {}, async ({ result, classes, ask }) => {
      expect(result.rows).toBe(494_021);
      expect(result.schema?.id).toBe("kdd");
      expect(classes()["normal"]).toBe(97_278);
      expect(Object.keys(classes())).toHaveLength(23);
      // A row is 41 features and the label.
      const columns = result.columns.filter(({ role }) => role === "feature" || role === "label");
      expect(columns).toHaveLength(42);
      const names = columns.map(({ name }) => `"${name}"`).join(", ");
      const distinct = await ask(`SELECT count(*)::INTEGER FROM (SELECT DISTINCT ${names} FROM rows)`);
      expect(494_021 - Number(distinct[0][0])).toBe(348_435);
      expect(await ask("SELECT DISTINCT num_outbound_cmds FROM rows")).toEqual([[0]]);
      expect(await ask("SELECT count(*)::INTEGER FROM rows WHERE label LIKE '%.'")).toEqual([[0]]);
    }),
  );

  dataTest("its official test set", () =>
    withImported([sharedData("kdd/corrected.gz")], {}, async ({ result, classes, said }) => {
      expect(result.rows).toBe(311_029);
      const training =
        readFileSync(sharedData("kdd/training_attack_types"), "utf8").match(/^\w+/gm) ?? ([] as string[]);
      const unseen = Object.keys(classes()).filter((name) => name !== "normal" && !training.includes(name));
      expect(unseen).toHaveLength(17);
      expect(said()).not.toHaveProperty("passed over a byte order mark");
    }),
  );

  dataTest("NSL-KDD, both files at once", () =>
    withImported(
      [sharedData("nsl-kdd/KDDTrain+.txt.gz"), sharedData("nsl-kdd/KDDTest+.txt.gz")],
      {},
      async ({ result, ask }) => {
        expect(result.sources.map(({ rows, importer }) => [rows, importer])).toEqual([
          [125_973, "nsl-kdd"],
          [22_544, "nsl-kdd"],
        ]);
        expect(result.columns.find(({ name }) => name === "difficulty")?.role).toBe("extra");
        expect(await ask("SELECT source_file, count(*)::INTEGER FROM rows GROUP BY 1 ORDER BY 2")).toEqual([
          ["KDDTest+.txt.gz", 22_544],
          ["KDDTrain+.txt.gz", 125_973],
        ]);
        const testOnly = await ask(
          "SELECT count(DISTINCT label)::INTEGER FROM rows WHERE label NOT IN (SELECT label FROM rows WHERE source_file LIKE 'KDDTrain%')",
        );
        expect(testOnly).toEqual([[17]]);
      },
    ),
  );

  dataTest("APA-DDoS", () =>
    withImported([sharedData("apa/APA-DDoS-Dataset.csv.gz")], {}, async ({ result, classes, said, ask }) => {
      expect(result.rows).toBe(151_200);
      expect(classes()).toEqual({ Benign: 75_600, "DDoS-ACK": 37_800, "DDoS-PSH-ACK": 37_800 });
      expect(
        said()['repaired times with a date inside the fraction of a second ("16-Jun 202" for "162")'],
      ).toBe(195);
      expect(said()).toHaveProperty("lines end with CR LF");
      expect(result.columns.find(({ name }) => name === "start_us")?.role).toBe("identity");
      expect(await ask("SELECT count(*)::INTEGER FROM rows WHERE start_us IS NULL")).toEqual([[0]]);
      // " 16-Jun 2020 20:18:15.071112000 Mountain Daylight Time" is six hours behind UTC.
      expect(await ask("SELECT start_us::VARCHAR FROM rows LIMIT 1")).toEqual([
        [String(Date.UTC(2020, 5, 17, 2, 18, 15) * 1000 + 71_112)],
      ]);
      // ".07416-Jun 202000" was ".074162000" before a spreadsheet made a date of it.
      const repaired = Date.UTC(2020, 5, 17, 2, 18, 15) * 1000 + 74_162;
      expect(await ask(`SELECT count(*)::INTEGER > 0 FROM rows WHERE start_us = ${repaired}`)).toEqual([
        [true],
      ]);
    }),
  );

  dataTest("AntiNex: every labelled file, whose headers differ", () => {
    const files = sharedFiles("antinex").filter((file) => /v1_\w+_attack\.csv\.gz$|scans\.csv$/.test(file));
    return withImported(
      files.filter((file) => !file.includes("full_")).map((file) => sharedData(file)),
      {},
      ({ result, classes }) => {
        // 29,900 rows of attacks in the five cleaned files, and the ten of the scans, of which two are attacks.
        expect(result.schema?.id).toBe("antinex-legacy");
        expect(classes()).toEqual({ attack: 29_902, not_attack: 8 });
        expect(result.rows).toBe(29_910);
      },
    );
  });

  dataTest("AntiNex: rows of a request, inside of a JSON document", () =>
    withImported([sharedData("antinex/predict-rows-scaler-full-django.json")], {}, ({ result, said }) => {
      expect(result.rows).toBe(2);
      expect(said()).toHaveProperty("took the rows of 'predict_rows'");
    }),
  );

  dataTest("the improved CSE-CIC-IDS2018", () =>
    withImported(
      [sharedData("cic/csecicids2018_improved_sample5000.csv.gz")],
      {},
      ({ result, classes, said }) => {
        expect(result.rows).toBe(5000);
        expect(result.schema?.id).toBe("cic-2022");
        expect(classes()).toMatchObject({ Benign: 2500, Bot: 101 });
        expect(said()["'Fwd Header Length' is negative, which it cannot be"]).toBe(1);
      },
    ),
  );

  dataTest("the original CSE-CIC-IDS2018, in snake case", () =>
    withImported([sharedData("cic/validation_180rows_15classes.csv")], {}, ({ result, classes, said }) => {
      expect(result.rows).toBe(180);
      expect(classes()["Benign"]).toBe(40);
      expect(Object.values(classes()).filter((rows) => rows === 10)).toHaveLength(14);
      expect((said()["'flow_byts_s' is infinite"] ?? 0) + (said()["'flow_pkts_s' is infinite"] ?? 0)).toBe(
        20,
      );
      expect(said()["'flow_duration' is negative, which it cannot be"]).toBe(10);
      expect(said()["times lie in 1970: the clock was not set"]).toBe(10);
      expect(said()).toHaveProperty("left out 'column 1': it numbers the rows");
    }),
  );

  dataTest("Friday 02-03-2018, as a spreadsheet left it", () =>
    withImported([sharedData("cic/Network_Test_Traffic_cisco.csv")], {}, ({ result, classes, said }) => {
      expect(classes()).toEqual({ Benign: 23 });
      expect(result.dropped).toEqual([{ reason: "blank row", rows: 148 }]);
      expect(said()).toHaveProperty("passed over a byte order mark");
      expect(said()).toHaveProperty("lines end with CR LF");
      expect(said()["times are told to the minute only, as a spreadsheet shortens them"]).toBe(23);
    }),
  );

  dataTest("CIC-IDS2017 as published", () =>
    withImported([sharedData("cic/original_format_ids2017_sample.csv")], {}, ({ result, classes, said }) => {
      expect(result.rows).toBe(1000);
      expect(Object.keys(classes()).filter((name) => name !== "Benign")).toHaveLength(9);
      expect(said()).toHaveProperty("left out 'Fwd Header Length.1': it is there twice");
      expect(said()).toHaveProperty("has no Protocol; missing in every row");
    }),
  );
});

dataTest("four naming styles and three vocabularies of labels land in one schema", () =>
  withImported(
    sharedFiles("cic").map((file) => sharedData(file)),
    {},
    async ({ result, classes, ask }) => {
      expect(result.schema?.id).toBe("cic-v3");
      expect(result.rows).toBe(5000 + 180 + 23 + 1000);
      // Hulk is "DoS Hulk" in two vocabularies and "DoS attacks-Hulk" in the third: 1,275 + 81 + 10.
      expect(classes()["DoS Hulk"]).toBe(1366);
      expect(classes()["Benign"]).toBe(2500 + 40 + 23 + 812);
      expect(await ask('SELECT count(*)::INTEGER FROM rows WHERE "Flow Duration" IS NULL')).toEqual([[0]]);
    },
  ),
);

describe("every other file either imports or says in one line why it cannot", () => {
  const tables = sharedFiles("").filter(
    (file) =>
      /\.(csv|gz|json|names|txt)$|types$/.test(file) && !file.startsWith("pcap/") && file !== "README.md",
  );
  /** Files that describe data and hold none. */
  const descriptions = /metadata\.json$|kddcup\.names$|attack_types/;

  dataTest("descriptions of data are refused", async () => {
    const refused = tables.filter((file) => descriptions.test(file));
    expect(refused).toHaveLength(6);
    for (const file of refused) {
      await expect(
        withImported([sharedData(file)], {}, () => undefined),
        file,
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^(rows-format|rows-invalid|import-rejects)$/),
        message: expect.not.stringContaining("\n"),
      });
    }
  });

  dataTest("tables of features are taken for rows of a schema", async () => {
    const oracle = tables.filter((file) => file.startsWith("oracle/") && /s0[1267]|k01/.test(file));
    expect(oracle.length).toBeGreaterThan(20);
    for (const file of oracle) {
      const lines = readFileSync(sharedData(file), "utf8").trimEnd().split("\n").length - 1;
      if (lines === 0) continue;
      await withImported([sharedData(file)], {}, ({ result }) => {
        expect([file, result.rows, result.rejected]).toEqual([file, lines, 0]);
        expect(result.schema?.id, file).toMatch(/^cic-|^kdd-extractor$/);
      });
    }
  });
});
