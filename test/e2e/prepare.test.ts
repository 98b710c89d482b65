// orbweaver prepare as a user runs it: flags, recipes, files, failures and their exit statuses.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const folder = temporaryFolder();
const inProject = { cwd: folder };

beforeAll(() => {
  buildCommand();
  const rows = Array.from({ length: 200 }, (_, at) => {
    const isBad = at % 4 === 0;
    return `${at % 50 === 7 ? "" : at % 60},${isBad ? "udp" : "tcp"},5,${isBad ? "flood" : "benign"}`;
  });
  writeFileSync(join(folder, "flows.csv"), `size,proto,same,label\n${rows.join("\n")}\n`);
  expect(orbweaver(["import", "flows.csv", "--out", "flows"], inProject).status).toBe(0);
});

describe("flags build a recipe", () => {
  const flags = [
    "--duplicates",
    "drop",
    "--group",
    "binary",
    "--split",
    "random",
    "--missing",
    "median",
    "--constant",
    "drop",
  ];

  test("that is printed, read again, and gives the same objects", () => {
    const printed = orbweaver(["prepare", "flows", ...flags, "--out", "one", "--print-recipe"], inProject);
    expect(printed.status).toBe(0);
    expect(printed.out).toBe(
      [
        "name: one",
        "sources:",
        "  - flows",
        "steps:",
        "  - duplicates: drop",
        "  - group: binary",
        "  - split:",
        "      by: random",
        "  - missing: median",
        "  - constant: drop",
        "",
      ].join("\n"),
    );
    writeFileSync(join(folder, "one.yaml"), printed.out);
    expect(orbweaver(["prepare", "flows", ...flags, "--out", "one"], inProject).status).toBe(0);
    const read = orbweaver(["prepare", "one.yaml", "--out", "two", "--json"], inProject);
    expect(read.status).toBe(0);
    const manifest = (name: string): { tables: unknown; splits: unknown } =>
      JSON.parse(readFileSync(join(folder, "data", "sets", `${name}.json`), "utf8"));
    expect(manifest("two").tables).toEqual(manifest("one").tables);
    expect(manifest("two").splits).toEqual(manifest("one").splits);
    const told = JSON.parse(read.out) as {
      type: string;
      manifest: { tables: Record<string, { rows: number }> };
    };
    expect(told.type).toBe("dataset");
    expect(told.manifest.tables["full"].rows).toBe(200);
    // Nothing of the run is left behind.
    expect(readdirSync(join(folder, "data", "scratch"))).toEqual([]);
  });

  test("whose parts can be trained on and judged by", () => {
    const made = orbweaver(
      ["prepare", "flows", "--split", "random", "--constant", "drop", "--out", "three"],
      inProject,
    );
    expect(made.status).toBe(0);
    expect(made.out).toMatch(/three@train +140\n/);
    expect(orbweaver(["train", "three@train", "--out", "three.orb"], inProject).status).toBe(0);
    expect(orbweaver(["evaluate", "three.orb", "three@test"], inProject).status).toBe(0);
  });
});

test("--export writes both tables and what is to be known of them, the same bytes twice", () => {
  writeFileSync(
    join(folder, "four.yaml"),
    "name: four\nsources: flows\nsteps:\n  - split: {by: random}\n  - missing: mean\n  - balance: {method: random-over}\n",
  );
  const files = (out: string, format: string): Record<string, string> => {
    const run = orbweaver(
      ["prepare", "four.yaml", "--force", "--export", out, "--format", format],
      inProject,
    );
    expect(run.status, run.err).toBe(0);
    return Object.fromEntries(
      readdirSync(join(folder, out)).map((name) => [name, readFileSync(join(folder, out, name), "latin1")]),
    );
  };
  const csv = files("csv-1", "csv");
  expect(Object.keys(csv).sort()).toEqual(["four-clean.csv", "four-full.csv", "metadata.json"]);
  expect(files("csv-2", "csv")).toEqual(csv);
  expect(files("parquet-2", "parquet")).toEqual(files("parquet-1", "parquet"));
  const metadata = JSON.parse(csv["metadata.json"]) as Record<string, unknown>;
  expect(metadata).toMatchObject({
    name: "four",
    headers: ["size", "proto", "same", "label", "source_file", "synthetic", "part"],
    features_to_process: ["size", "proto", "same"],
    feature_to_predict: "label",
    ignore_features: ["source_file", "synthetic", "part"],
    recipe: { name: "four", sources: "flows" },
    sources: [{ name: "flows", rows: 200 }],
    tables: { full: { file: "four-full.csv", rows: 200 } },
  });
  const [header, ...lines] = csv["four-clean.csv"].trim().split("\n");
  expect(header).toBe("size,proto,same,label,source_file,synthetic,part");
  expect(lines.filter((line) => line.endsWith(",1,train")).length).toBeGreaterThan(0);
  expect(lines.filter((line) => /,1,(test|validation)$/.test(line))).toEqual([]);
});

describe("failures say what is wrong, and leave nothing", () => {
  test.each<[string[], number, string]>([
    [["prepare", "flows"], 2, "the data set has no name"],
    [["prepare", "nothing", "--out", "x"], 13, "there is no data set 'nothing'"],
    [
      ["prepare", "flows", "--drop", "sise", "--out", "x"],
      14,
      "recipe step 1 (drop): there is no column 'sise'",
    ],
    [["prepare", "flows", "--filter", "size >", "--out", "x"], 14, "at character 7: it ends"],
    [["prepare", "flows", "--balance", "smote", "--out", "x"], 14, "without a step 'split' before it"],
    [["prepare", "flows", "--missing", "zero", "--out", "x"], 2, "--missing zero: expected drop, mean"],
    [
      ["prepare", "flows", "--sample", "0", "--out", "x"],
      2,
      "Expected a whole number of rows, or a share below 1",
    ],
    [["prepare", "bad.yaml"], 14, "'bad.yaml' line 2, steps[1]: there is no step 'dorp'"],
    [
      ["prepare", "bad.yaml", "--drop", "size"],
      2,
      "--drop builds a recipe and cannot change the one of bad.yaml",
    ],
    [["prepare", "absent.yaml"], 3, "'absent.yaml' does not exist"],
    [["prepare", "flows", "--out", "flows"], 13, "there is a data set 'flows' already"],
    [["prepare", "flows", "--out", "../x"], 2, "cannot be the name of a data set"],
  ])("%j", (args, status, message) => {
    writeFileSync(join(folder, "bad.yaml"), "steps:\n  - dorp: size\n");
    const run = orbweaver(args, inProject);
    expect(run.err).toContain(message);
    expect(run.err).not.toMatch(/\n\s+at /);
    expect(run.status).toBe(status);
    expect(readdirSync(join(folder, "data", "scratch"))).toEqual([]);
    expect(readdirSync(join(folder, "data", "sets"))).not.toContain("x.json");
  });
});

test("a moved project still knows what was prepared", () => {
  const moved = join(folder, "elsewhere");
  mkdirSync(moved);
  expect(
    orbweaver(
      ["prepare", "flows.csv", "--duplicates", "drop", "--out", "made", "--project", moved],
      inProject,
    ).status,
  ).toBe(0);
  const shown = orbweaver(["datasets", "show", "made", "--project", moved], inProject);
  expect(shown.status).toBe(0);
  expect(shown.out).toContain("repeated rows");
});
