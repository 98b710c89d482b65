// orbweaver audit, as a user would run it: a data set with its split, two files, exit statuses, reports.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();

function run(...args: string[]) {
  return orbweaver(args, { cwd });
}

/** Two classes that `ttl` tells apart, and a row number. */
function table(rows: number, from: number): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const attack = (index * 7919) % 3 === 0;
    return `${from + index},${attack ? 64 : 128},${(index * 104_729) % 977},${attack ? "scan" : "benign"}`;
  });
  return ["measure,ttl,size,label", ...lines, ""].join("\n");
}

beforeAll(() => {
  buildCommand();
  writeFileSync(join(cwd, "train.csv"), table(900, 0));
  writeFileSync(join(cwd, "test.csv"), table(400, 5000));
  expect(run("import", "train.csv", "test.csv", "--out", "mine").status).toBe(0);
});

test("two files: what is found, in lines and as JSON", () => {
  const { status, out, err } = run("audit", "train.csv", "test.csv");
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(/^train\.csv: 900 rows, judged on test\.csv: 400 rows/);
  expect(out).toMatch(/error {2}identifier-column\n {4}'measure' is among the features/);
  expect(out).toMatch(/'ttl' alone tells 100 % of the rows/);
  expect(out).toContain("Arp et al. 2022");
  expect(out).toMatch(/Found: \d+ errors, /);
  const report = JSON.parse(run("audit", "train.csv", "test.csv", "--json", "--out", "report.json").out);
  expect(report).toMatchObject({
    type: "audit",
    label: "label",
    training: { rows: 900 },
    test: { rows: 400 },
  });
  expect(report.findings[0]).toHaveProperty("advice");
  expect(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8"))).toEqual(report);
});

test("a data set is audited with its split once it has one", () => {
  expect(JSON.parse(run("audit", "mine", "--json").out)).not.toHaveProperty("test");
  expect(run("split", "mine", "--test", "30").status).toBe(0);
  const report = JSON.parse(run("audit", "mine", "--json").out);
  expect(report.training.name).toBe("mine@train");
  expect(report.test.name).toBe("mine@test");
  expect(run("split", "mine", "--by", "folds", "--folds", "3", "--as", "thirds").status).toBe(0);
  expect(JSON.parse(run("audit", "mine", "--json").out).training.name).toMatch(/^mine@-/);
});

test("--fail-on gives exit status 21 from that severity on, and says what was found all the same", () => {
  const { status, out } = run("audit", "train.csv", "--fail-on", "error");
  expect(status).toBe(21);
  expect(out).toContain("identifier-column");
  writeFileSync(join(cwd, "plain.csv"), ["size,label", "1,a", "2,a", "5,b", "8,b", "9,a", ""].join("\n"));
  expect(run("audit", "plain.csv", "--fail-on", "error").status).toBe(0);
  expect(run("audit", "plain.csv", "--fail-on", "info").status).toBe(21);
});

test("what goes wrong is told in one line", () => {
  const missing = run("audit", "nothing.csv");
  expect([missing.status === 3 || missing.status === 13, missing.out]).toEqual([true, ""]);
  const label = run("audit", "mine", "--label", "klass");
  expect(label.err).toContain("has no column 'klass'");
  expect(label.status).toBe(6);
  expect(run("audit", "mine", "--fail-on", "never").status).toBe(2);
  const unlike = run("audit", "train.csv", "--sample-rows", "5");
  expect(unlike.err).toContain("Expected a whole number from 100");
});
