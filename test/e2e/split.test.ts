// Splits by the command line, as a user would: make one, read it, train and judge by its parts; and what goes wrong.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

/** Three classes, one of them with three rows; every row twice. */
function table(): string {
  const lines = Array.from({ length: 300 }, (_, row) => {
    const label = row < 3 ? "rare" : row % 3 === 0 ? "scan" : "benign";
    return `${(row * 7919) % 1000},${label === "scan" ? 900 : row % 60},${label}`;
  });
  return ["size,count,label", ...lines, ...lines, ""].join("\n");
}

beforeAll(() => {
  buildCommand();
  writeFileSync(join(cwd, "flows.csv"), table());
  expect(run("import", "flows.csv").status).toBe(0);
});

test("a split is told as a table of parts with their classes, and warnings", () => {
  const { status, out, err } = run("split", "flows");
  expect(status).toBe(0);
  expect(out).toMatch(/^flows: 600 rows of table rows in 3 parts, split 'random' by chance, seed 1\n/);
  expect(out).toMatch(/CLASS\s+TRAIN\s+VALIDATION\s+TEST\n/);
  expect(out).toMatch(/all rows\s+420\s+60\s+120\n\s+share\s+70\.0 %\s+10\.0 %\s+20\.0 %/);
  expect(err).toMatch(/warning: .*fewer than 10 rows in all.*'rare'/);
});

test("its parts are rows to train on and to judge by", () => {
  expect(run("split", "flows", "--train", "60", "--as", "first", "-q").status).toBe(0);
  const shown = JSON.parse(run("datasets", "show", "flows", "--json").out);
  expect(shown.split).toBe("first");
  expect(shown.splits["first"]).toMatchObject({
    method: "random",
    options: { by: "random", parts: { train: 60, validation: 10, test: 20 }, seed: 1 },
    parts: [{ rows: 360 }, { rows: 60 }, { rows: 120 }],
  });
  const trained = run("train", "flows@train", "--out", "model.orb", "--json", "-q");
  expect(trained.err).toBe("");
  expect(trained.status).toBe(0);
  const judged = run("evaluate", "model.orb", "flows@first/test", "--json", "-q");
  expect(judged.status).toBe(0);
  expect(JSON.parse(judged.out)).toMatchObject({ source: { rows: 120 } });
});

test("--json gives all of it, and duplicates are kept together", () => {
  const report = JSON.parse(run("split", "flows", "--keep-duplicates-together", "--json", "-q").out);
  expect(report).toMatchObject({ dataset: "flows", split: "random", rows: 600, left_out: [] });
  expect(report.facts.distinct_rows).toBe(300);
  for (const part of report.parts) expect(part.rows % 2).toBe(0);
});

test.each([
  [["split", "flows", "--by", "group"], 2, /needs --group-by/],
  [
    ["split", "flows", "--gap", "5"],
    2,
    /--gap has no use in a split by random; it is for time, folds by time/,
  ],
  [["split", "flows", "--train", "80", "--test", "30"], 2, /sum to 120 per cent/],
  [["split", "flows", "--train", "101"], 2, /from 0 to 100/],
  [["split", "flows", "--by", "official", "--train-source", "a"], 2, /belong together/],
  [["split", "flows", "--as", "a/b"], 2, /cannot be the name of a split/],
  [["split", "flows.csv"], 2, /is a file, expected a data set/],
  [["split", "flows@train"], 2, /is a part of a split, expected a data set/],
  [["split", "nothing"], 13, /nothing/],
  [["split", "flows", "--by", "time"], 14, /no column of times/],
  [["split", "flows", "--by", "official"], 14, /no published pair/],
] as const)("orbweaver %j is refused in one line", (args, status, message) => {
  const found = run(...args);
  expect(found.err).toMatch(message);
  expect(found.err.trim().split("\n").length).toBeLessThanOrEqual(2);
  expect(found.status).toBe(status);
  expect(found.out).toBe("");
});

dataTest("NSL-KDD splits as it was published", () => {
  const folder = sharedData("nsl-kdd");
  const files = [join(folder, "KDDTest+.txt.gz"), join(folder, "KDDTrain+.txt.gz")];
  expect(run("import", ...files, "--out", "nsl", "-q").status).toBe(0);
  const report = JSON.parse(run("split", "nsl", "--by", "official", "--json", "-q").out);
  expect(report.facts).toEqual({ published: "NSL-KDD" });
  expect(report.parts.map(({ name, rows }: { name: string; rows: number }) => [name, rows])).toEqual([
    ["train", 125_973],
    ["test", 22_544],
  ]);
});
