// Recipes on the published files: the counts that everybody can check, and the same bytes whatever the machine.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parseRecipe } from "../../src/dataset/prepare/recipe.ts";
import { ROOT } from "../support/command.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { factsOf, type PreparedRows, type PrepareSettings, prepare } from "../support/prepared.ts";

const KDD = [sharedData("kdd/kddcup.data_10_percent.gz"), sharedData("kdd/corrected.gz")];
const NSL = [sharedData("nsl-kdd/KDDTrain+.txt.gz"), sharedData("nsl-kdd/KDDTest+.txt.gz")];

/** Runs a recipe of the examples with other sources. */
function runExample(
  name: string,
  sources: readonly string[],
  settings: PrepareSettings = {},
): Promise<PreparedRows> {
  const { given } = parseRecipe(
    readFileSync(join(ROOT, "examples", "recipes", `${name}.yaml`), "utf8"),
    name,
  );
  return prepare({}, { ...given, sources }, settings);
}

function partRows({ prepared }: PreparedRows): Record<string, number> {
  return Object.fromEntries((prepared.split?.parts ?? []).map(({ name, rows }) => [name, rows]));
}

describe("KDD Cup 1999", () => {
  dataTest("348,435 rows of the 10 % file repeat another, 233,738 of its test set", async () => {
    for (const [at, repeated, distinct] of [
      [0, 348_435, 145_586],
      [1, 233_738, 77_291],
    ]) {
      const made = await prepare({}, { sources: [KDD[at]], steps: ["duplicates"] }, { rows: false });
      expect(factsOf(made, "dropped")["repeated"]).toBe(repeated);
      expect(made.prepared.clean.rows).toBe(distinct);
      expect(made.prepared.clean.schema?.id).toBe("kdd");
    }
  });

  dataTest("70,015 rows of the test set are neither repeats nor in the 10 % file", async () => {
    const steps = [{ split: "official" }, { duplicates: { across: "drop" } }];
    const made = await prepare({}, { sources: KDD, steps }, { rows: false });
    expect(partRows(made)).toEqual({ train: 145_586, test: 70_015 });
  });

  dataTest("in five groups, without what training and test have in common", async () => {
    const made = await prepare(
      {},
      {
        sources: KDD,
        steps: [
          { group: "kdd5" },
          { split: "official" },
          { duplicates: { across: "drop", contradictory: "drop" } },
        ],
      },
      { rows: false },
    );
    // Worked out with sets of rows in another language: see CONTRADICTORY.
    expect(partRows(made)).toEqual({ train: 145_583, test: 69_878 });
    expect(factsOf(made, "dropped")).toEqual({
      repeated: 494_021 + 311_029 - 2 - 71_477 - 145_583 - 69_878,
      contradictory: CONTRADICTORY.train + CONTRADICTORY.test,
      compared: "features and label",
      across: "drop",
    });
  });
});

dataTest("a stop ends the run, whatever it is at", async () => {
  for (const afterMs of [0, 300, 3000]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), afterMs);
    const steps = [{ split: "official" }, ...new Array(20).fill({ duplicates: { across: "drop" } })];
    const run = prepare({}, { sources: KDD, steps }, { rows: false, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
  }
});

/** Rows whose features other rows of their file have with a label of another of the five groups. */
const CONTRADICTORY = { train: 2, test: 71_477 };

describe("recipes of the examples", () => {
  dataTest("nsl-kdd", async () => {
    const made = await runExample("nsl-kdd", NSL, { threads: 1 });
    expect(made.prepared.full.rows).toBe(125_973 + 22_544);
    expect(made.prepared.full.schema?.id).toBe("kdd");
    expect(made.prepared.clean.schema).toBeUndefined();
    expect(made.prepared.clean.columns.map(({ name }) => name)).not.toContain("difficulty");
    const [train] = made.prepared.split?.parts ?? [];
    const rows = Object.fromEntries((train.classes ?? []).map(({ name, rows: count }) => [name, count]));
    expect(rows).toMatchObject({ r2l: 3000, u2r: 1000 });
    // Rows that were made are in the part to train on only.
    const synthetic = made.clean.flatMap((row, at) => (row["synthetic"] === 1 ? [made.parts[at]] : []));
    expect(new Set(synthetic)).toEqual(new Set(["train"]));
  });

  dataTest("apa-ddos: the same bytes with one thread and with three", async () => {
    const source = [sharedData("apa/APA-DDoS-Dataset.csv.gz")];
    const made = await runExample("apa-ddos", source, { rows: false, threads: 1 });
    expect((await runExample("apa-ddos", source, { rows: false, threads: 3 })).digests).toEqual(made.digests);
    expect(made.prepared.full.rows).toBe(151_200);
    expect(made.prepared.clean.classes?.map(({ name }) => name).sort()).toEqual(["attack", "benign"]);
    expect(made.prepared.clean.columns.map(({ name }) => name)).not.toContain("ip.flags.df");
  });

  dataTest("cic: whatever the style of names", async () => {
    const made = await runExample("cic", sharedFiles("cic").map(sharedData));
    // 5,000 + 1,000 + 180 + 23, as the files hold them.
    expect(made.prepared.full.rows).toBe(6_203);
    const features = made.prepared.clean.columns.filter(
      ({ role, kind }) => role === "feature" && kind === "number",
    );
    for (const { name } of features)
      expect(made.clean.filter((row) => row[name] === Infinity || row[name] === -Infinity)).toEqual([]);
  });

  dataTest("antinex: full and clean", async () => {
    const recordings = sharedFiles("antinex").filter((file) => /django-netdata|attack_scans/.test(file));
    const full = await runExample("antinex-full", recordings.map(sharedData));
    expect(full.prepared.clean.rows).toBe(9_010);
    expect(full.prepared.clean.schema?.id).toBe("antinex-legacy");
    expect(full.prepared.clean.classes).toEqual([
      { name: "attack", rows: 9_002 },
      { name: "not_attack", rows: 8 },
    ]);
    const clean = await runExample("antinex-clean", recordings.map(sharedData));
    const names = clean.prepared.clean.columns.flatMap(({ name, role }) =>
      role === "feature" ? [name] : [],
    );
    expect(names).toEqual([
      "eth_type", "ip_ihl", "ip_len", "ip_tos", "ip_version", "tcp_dport", "tcp_fields_options.MSS",
      "tcp_fields_options.Timestamp", "tcp_fields_options.WScale", "tcp_seq", "tcp_sport",
    ]); // biome-ignore format: a list
    expect(clean.clean.every((row) => names.every((name) => row[name] !== null))).toBe(true);
  });
});
