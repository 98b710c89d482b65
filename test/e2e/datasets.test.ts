// Data sets by the command line, as a user would: import, list, show, train on them, remove; and what goes wrong.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, orbweaver, ROOT } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

function good(...args: string[]): string {
  const { status, out, err } = run(...args);
  expect(err, args.join(" ")).toBe("");
  expect(status, args.join(" ")).toBe(0);
  return out;
}

/** Two classes that two columns tell apart, most of the time. */
function table(rows: number, from = 0): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = index + from;
    const attack = row % 3 === 0;
    return `${(row * 7919) % 1000},${attack ? 900 - (row % 50) : row % 60},${attack ? "scan" : "benign"}`;
  });
  return ["size,count,label", ...lines, ""].join("\n");
}

beforeAll(() => {
  buildCommand();
  writeFileSync(join(cwd, "first.csv"), table(600));
  writeFileSync(join(cwd, "second.csv"), table(300, 5000));
});

describe("from files to a model", () => {
  test("import makes a project and says what it took", () => {
    const out = good("import", "first.csv", "second.csv", "--out", "mine");
    expect(out).toMatch(/^mine: 900 rows, 2 features/);
    expect(out).toMatch(/first\.csv: 600 rows by importer csv/);
    expect(out).toMatch(/benign\s+600\s+66\.67 %/);
    expect(existsSync(join(cwd, "orbweaver.yaml"))).toBe(true);
  });

  test("the name is that of the file where none is given", () => {
    expect(good("import", "first.csv")).toMatch(/^first: 600 rows/);
  });

  test("datasets lists, shows and removes", () => {
    expect(good("datasets")).toMatch(/NAME.*\n\s+first\s+600.*\n\s+mine\s+900/);
    const shown = JSON.parse(good("datasets", "show", "mine", "--json"));
    expect(shown).toMatchObject({ name: "mine", label: "label", tables: { rows: { rows: 900 } } });
    expect(good("datasets", "show", "mine")).toMatch(/count\s+feature\s+number/);
    expect(good("datasets", "rm", "first")).toMatch(/^removed first/);
    expect(JSON.parse(good("datasets", "list", "--json")).datasets).toHaveLength(1);
  });

  test("train and evaluate take its name, also from a folder below", () => {
    good("train", "mine", "--out", "mine.orb", "--quiet");
    const below = join(cwd, "below");
    mkdirSync(below, { recursive: true });
    const { out, status } = orbweaver(["evaluate", "../mine.orb", "mine", "--json"], { cwd: below });
    expect(status).toBe(0);
    const { metrics, source } = JSON.parse(out);
    expect(metrics.accuracy).toBeGreaterThan(0.95);
    expect(source.files[0].path).toBe("mine");
  });

  test("a capture is metered first", () => {
    const out = good("import", join(ROOT, "assets", "demo.pcap.gz"), "--out", "demo");
    expect(out).toMatch(/^demo: 2,325 rows, 120 features \(schema flow\)/);
    expect(out).toMatch(/a capture of 8,675 packets, metered as rows of flow/);
    expect(good("import", join(ROOT, "assets", "demo.pcap.gz"), "--out", "kdd", "--schema", "kdd")).toMatch(
      /41 features \(schema kdd\)/,
    );
  });

  test("the table keeps what each column is for: what is kept apart is not learnt from", () => {
    writeFileSync(
      join(cwd, "apart.csv"),
      [
        "Src IP,count,label",
        ...Array.from({ length: 200 }, (_, row) => `10.0.0.${row % 9},${row % 7},${row % 2}`),
        "",
      ].join("\n"),
    );
    good("import", "apart.csv");
    const { manifest } = JSON.parse(
      good("train", "apart", "--out", "apart.orb", "--quiet", "--benign", "0", "--json"),
    );
    expect(manifest.schema.columns.map(({ name }: { name: string }) => name)).toEqual(["count"]);
    expect(manifest.schema.id).toBe("csv:apart");
  });
});

describe("what goes wrong is one clear line with its exit status", () => {
  test.each([
    [["import", "absent.csv"], 3, /absent\.csv' does not exist/],
    [["import", "below"], 3, /is a folder/],
    [["import", "first.csv", "--out", "../x"], 2, /cannot be the name of a data set/],
    [["import", "first.csv", "--as", "nonsense"], 2, /there is no importer 'nonsense'; there are/],
    [["import", "first.csv", "--max-rejects", "2"], 2, /share from 0 to 1/],
    [["import", "first.csv", "--label", "nothing"], 6, /has no column 'nothing'; it has size, count, label/],
    [["import", "first.csv", "--out", "mine"], 13, /there is a data set 'mine' already/],
    [["datasets", "show", "nothing"], 13, /there is no data set 'nothing'; there are/],
    [["datasets", "rm", "nothing"], 13, /there is no data set 'nothing'/],
    [["train", "mine@train", "--out", "x.orb"], 13, /data set 'mine' has no split/],
    [["train", "mine:nothing", "--out", "x.orb"], 13, /has no table 'nothing'; it has rows/],
    [["datasets", "--project", "below"], 13, /is no project: it has no orbweaver\.yaml/],
  ] as const)("%j", (args, status, message) => {
    const result = run(...args);
    expect(result.err).toMatch(message);
    expect(result.err.trimEnd().split("\n").length, result.err).toBeLessThanOrEqual(2);
    expect(result.status).toBe(status);
  });

  test("too many rejects leave the reject file and no data set", () => {
    writeFileSync(join(cwd, "bad.csv"), "a,b,label\n1,2,x\n3,4\n5,6,y\n");
    const result = run("import", "bad.csv");
    expect(result.status).toBe(6);
    expect(result.err).toMatch(/'bad\.csv': 1 row of 3 \(33\.33 %\) could not be taken/);
    expect(readFileSync(join(cwd, "data", "rejects", "bad.csv"), "utf8")).toContain(
      "found 2 fields, expected 3",
    );
    expect(good("datasets")).not.toContain("bad");
    expect(good("import", "bad.csv", "--max-rejects", "0.5")).toMatch(/rejected 1 row; they lie in/);
  });

  test("nothing is left in the scratch folder", () => {
    expect(readdirSync(join(cwd, "data", "scratch"))).toEqual([]);
  });

  test("an object that is cut is noticed", () => {
    good("import", "second.csv", "--out", "cut");
    const { tables } = JSON.parse(good("datasets", "show", "cut", "--json"));
    const { object } = tables.rows;
    writeFileSync(join(cwd, "data", "objects", object.slice(0, 2), `${object}.parquet`), "PAR1");
    const result = run("train", "cut", "--out", "x.orb");
    expect(result.status).toBe(13);
    expect(result.err).toMatch(/has 4 bytes, expected \d+/);
  });
});
