// orbweaver export as a user runs it: files, pipes and what goes wrong.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCommand, type CommandResult, jsonLines, orbweaver } from "../support/command.ts";

const ROWS = [
  "duration,service,note,label",
  ...Array.from(
    { length: 12 },
    (_, row) =>
      `${row / 8},${row % 2 ? "http" : "dns"},"a, ""${row % 3}""",${row % 4 ? "benign" : '"scan, slow"'}`,
  ),
];

let folder = "";
const path = (name: string): string => join(folder, name);
const run = (...args: string[]): CommandResult => orbweaver(args, { cwd: folder });

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  writeFileSync(path("rows.csv"), `${ROWS.join("\n")}\n`);
  expect(run("import", "rows.csv", "--out", "few").err).toBe("");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("files", () => {
  test.each(["csv", "jsonl", "parquet", "lp"])(
    "a data set goes out as .%s and comes in again with the same rows",
    (ending) => {
      const out = run("export", "few", "--to", `again.${ending}`, "--json");
      expect([out.status, out.err]).toEqual([0, ""]);
      expect(JSON.parse(out.out)).toMatchObject({
        type: "export",
        rows: 12,
        skipped: 0,
        to: `again.${ending}`,
      });
      expect(run("import", `again.${ending}`, "--out", `again-${ending}`).status).toBe(0);
      const csv = run("export", `again-${ending}`, "--to", "-");
      expect(csv.status).toBe(0);
      const fields = csv.out
        .split("\n")
        .slice(1)
        .map((line) => /"a, ""\d"""/.exec(line)?.[0]);
      expect(fields.filter((field) => field !== undefined)).toEqual(
        ROWS.slice(1).map((line) => /"a, ""\d"""/.exec(line)?.[0]),
      );
      expect(run("datasets", "show", `again-${ending}`, "--json").out).toContain('"scan, slow"');
    },
  );

  test("standard output is CSV, or what --format says", () => {
    expect(run("export", "few", "--to", "-").out.split("\n")[1]).toBe(
      '0,dns,"a, ""0""","scan, slow",rows.csv',
    );
    const [first] = jsonLines(run("export", "few", "--to", "-", "--format", "jsonl").out);
    expect(first).toEqual({
      duration: 0,
      service: "dns",
      note: 'a, "0"',
      label: "scan, slow",
      source_file: "rows.csv",
    });
  });

  test("a file of rows that is no data set", () => {
    expect(run("export", "rows.csv", "--to", "-").out.split("\n")).toHaveLength(14);
  });

  test("points: tags, the name of the label, times that count up", () => {
    const args = [
      "--to",
      "-",
      "--format",
      "line-protocol",
      "--measurement",
      "my flows",
      "--label-as",
      "Attack Type",
    ];
    const counted = run("export", "few", ...args, "--start", "2024-03-04T09:00:00Z", "--step", "250");
    expect(counted.out.split("\n").slice(0, 2)).toEqual([
      'my\\ flows,Attack\\ Type=scan\\,\\ slow duration=0,service="dns",note="a, \\"0\\"",Attack\\ Type="scan, slow",source_file="rows.csv" 1709542800000000000',
      'my\\ flows,Attack\\ Type=benign duration=0.125,service="http",note="a, \\"1\\"",Attack\\ Type="benign",source_file="rows.csv" 1709542800000250000',
    ]);
    const tagged = run(
      "export",
      "few",
      "--to",
      "-",
      "--format",
      "line-protocol",
      "--tags",
      "service,source_file",
    );
    expect(tagged.out.split("\n")[0]).toBe(
      'few,service=dns,source_file=rows.csv duration=0,note="a, \\"0\\"",label="scan, slow" 0',
    );
    const bare = run("export", "few", "--to", "-", "--format", "line-protocol", "--no-tags");
    expect(bare.out.startsWith("few duration=0,")).toBe(true);
  });

  test("rows without a value and infinite numbers are left out of points, and counted", () => {
    writeFileSync(path("holes.jsonl"), '{"a":1,"b":2}\n{"a":null,"b":null}\n{"a":"Infinity","b":3}\n');
    expect(run("import", "holes.jsonl", "--out", "holes").status).toBe(0);
    const out = run("export", "holes", "--to", "holes.lp", "--tags", "source_file");
    expect(out.status).toBe(0);
    expect(out.err).toContain("left out 1 row without any value");
    expect(out.err).toContain("left out 1 infinite value, which points cannot hold");
    expect(readFileSync(path("holes.lp"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("what goes wrong is one line, and leaves nothing", () => {
  test.each([
    [["few", "--to", "x.txt"], 6, "'x.txt' does not tell its format"],
    [["few", "--to", "-", "--format", "parquet"], 6, "Parquet cannot be written to standard output"],
    [["few", "--to", "-", "--json"], 2, "--json needs --to FILE"],
    [["none", "--to", "x.csv"], 13, "there is no data set 'none'"],
    [["few:other", "--to", "x.csv"], 13, "has no table 'other'"],
    [["few", "--to", "nowhere/x.csv"], 4, "folder 'nowhere' does not exist"],
    [["few", "--to", "x.lp", "--tags", "service,nothing"], 2, "has no column 'nothing' to make a tag of"],
    [
      ["few", "--to", "x.lp", "--time", "duration"],
      2,
      "has no column of times 'duration'; it has no column of times",
    ],
    [["few", "--to", "x.lp", "--start", "yesterday"], 2, "Expected a date and time with its zone"],
    [["few", "--to", "x.lp", "--step", "0"], 2, "Expected a whole number of at least 1"],
    [
      ["few", "--to", "influx://h/d", "--format", "csv"],
      2,
      "InfluxDB takes line protocol, found the format csv",
    ],
    [["few", "--to", "influx://h/d?query=SELECT"], 2, "can have no query"],
    [["few", "--to", "influx://me:hush@h"], 2, "names no database"],
    [["few", "--to", "influx://127.0.0.1:1/d"], 15, "cannot be reached"],
  ])("%j", (args, status, message) => {
    const before = readdirSync(folder);
    const out = run("export", ...args);
    expect(out.err).toContain(message);
    expect(out.err).not.toContain("hush");
    expect(out.status).toBe(status);
    expect(out.out).toBe("");
    expect(readdirSync(folder)).toEqual(before);
  });

  test("what cannot be a tag, or a column of InfluxDB", () => {
    writeFileSync(
      path("odd.jsonl"),
      '{"a":1,"t":"ends in \\\\","label":"x"}\n{"a":2,"t":"two\\nlines","label":"x"}\n',
    );
    writeFileSync(path("clock.csv"), "Time,b,label\n1,2,x\n");
    for (const name of ["odd.jsonl", "clock.csv"]) expect(run("import", name).status).toBe(0);
    const tag = run("export", "odd", "--to", "odd.lp", "--tags", "t");
    expect([tag.status, tag.err]).toEqual([
      6,
      expect.stringContaining("2 values of column 't' cannot be a tag"),
    ]);
    const clock = run("export", "clock", "--to", "clock.lp");
    expect([clock.status, clock.err]).toEqual([
      6,
      expect.stringContaining("which InfluxDB keeps for the time"),
    ]);
    expect(existsSync(path("odd.lp"))).toBe(false);
  });
});
