// orbweaver explain as a user runs it: rows, the whole model, every method, a page, and what goes wrong.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const HOSTILE_CLASS = "<script>alert(1)</script>\u202escan";
const HOSTILE_COLUMN = `"><img src=x onerror=alert(2)>`;
const cwd = temporaryFolder();
const run = (...args: string[]) => orbweaver(["explain", ...args], { cwd });

interface Amount {
  column: string;
  value: number | string | null;
  amount: number;
}

interface Row {
  row: number;
  truth?: string;
  verdict: { class: string; probability: number; attack: boolean };
  class: string;
  scale: string;
  bias: number;
  contributions: Amount[];
  others: { columns: number; amount: number };
  sum: number;
  probability: number;
  decisions?: { trees: number; paths: { decisions: { question: string; answer: string }[] }[] };
}

function rowsText(classes: readonly string[], columns: readonly string[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = Array.from({ length: 600 }, (_, row) => {
    const kind = row % classes.length;
    const size = kind === 0 ? 60 + ((row * 7919) % 900) : 40 + ((row * 31) % 60) + kind * 5;
    const protocol = (row * 13) % 10 < 8 ? ["tcp", "udp", "icmp"][kind % 3] : "tcp";
    return [size, row % 11 === 0 ? "" : (row * 37) % 100, protocol, quoted(classes[kind])].join(",");
  });
  return [`${[...columns, "label"].map(quoted).join(",")}`, ...lines, ""].join("\n");
}

function trained(name: string, classes: readonly string[], columns: readonly string[], benign: string): void {
  writeFileSync(join(cwd, `${name}.csv`), rowsText(classes, columns));
  const { status, err } = orbweaver(
    ["train", `${name}.csv`, "-o", `${name}.orb`, "--benign", benign, "--set", "iterations=20", "-q"],
    { cwd },
  );
  expect(err).toBe("");
  expect(status).toBe(0);
}

beforeAll(() => {
  buildCommand();
  trained("two", ["benign", "scan"], ["bytes", "noise", "protocol"], "benign");
  trained("odd", ["benign", HOSTILE_CLASS, "flood"], [HOSTILE_COLUMN, "noise", "protocol"], "benign");
});

function rowsOf(...args: string[]): Row[] {
  const { status, out, err } = run(...args, "--json");
  expect(err).toBe("");
  expect(status).toBe(0);
  return JSON.parse(out).rows;
}

function holds(row: Row): void {
  const sum = row.contributions.reduce((total, { amount }) => total + amount, row.bias + row.others.amount);
  expect(sum).toBeCloseTo(row.sum, 9);
  if (row.scale === "probability") expect(row.sum).toBeCloseTo(row.probability, 9);
}

describe("rows", () => {
  test("text fits 80 columns and tells verdict, amounts, sum and questions", () => {
    const { status, out, err } = run("two.orb", "two.csv", "--row", "2", "--label", "label");
    expect(err).toBe("");
    expect(status).toBe(0);
    expect(out).toMatch(/^Exact Shapley values; /);
    expect(out).toMatch(/Row 2 {2}scan {2}attack, probability (> )?0\.\d+, truth: scan/);
    expect(out).toMatch(/expected\s+[+-]\d/);
    expect(out).toMatch(/bytes\s+\d+\s+\+\d+\.\d{3}\s+█+/);
    expect(out).toMatch(/sum\s+\+\d/);
    expect(out).toContain("The sum is the log-odds of the class: probability");
    expect(out).toMatch(/Tree \d+, the most influential of \d+/);
    expect(out).toMatch(/yes\s+bytes ≤ \d+.* \(\d+\)/);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("amounts and bias sum to the log-odds of the class that is explained", () => {
    const rows = rowsOf("two.orb", "two.csv", "--rows", "5-8");
    expect(rows.map(({ row }) => row)).toEqual([5, 6, 7, 8]);
    for (const row of rows) {
      holds(row);
      expect(row.class).toBe(row.verdict.class);
      expect(1 / (1 + Math.exp(-row.sum))).toBeCloseTo(row.probability, 9);
    }
    const [scan] = rowsOf("two.orb", "two.csv", "--row", "5", "--class", "scan");
    expect(scan.sum).toBeCloseTo(-rows[0].sum, 9);
  });

  test.each([
    ["shapley"],
    ["path"],
    ["interventional", "--background", "two.csv"],
    ["permutation", "--background", "two.csv"],
  ])("method %s", (method, ...more) => {
    const rows = rowsOf("two.orb", "two.csv", "--limit", "2", "--method", method, ...more);
    expect(rows.length).toBe(2);
    for (const row of rows) holds(row);
    expect(rows[1].contributions[0].column).toBe("bytes");
    expect(rows[1].scale).toBe(method === "permutation" ? "probability" : "log-odds");
  });

  test("the strongest reasons only, the others summed", () => {
    const [row] = rowsOf("two.orb", "two.csv", "--row", "1", "--top", "1");
    expect(row.contributions.length).toBe(1);
    expect(row.others.columns).toBeGreaterThan(0);
    holds(row);
  });
});

describe("the whole model", () => {
  test("shares of columns sum to one, class by class", () => {
    const { out } = run("odd.orb", "odd.csv", "--global", "--sample-rows", "100", "--json");
    const { overall, rows, own } = JSON.parse(out);
    expect(rows).toEqual([]);
    expect(overall.rows).toBe(100);
    expect(overall.classes.length).toBe(3);
    const sum = overall.columns.reduce((total: number, { share }: { share: number }) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(own[0].share).toBeGreaterThan(0.3);
    expect(run("odd.orb", "odd.csv", "--global", "--sample-rows", "100", "--json").out).toBe(out);
  });

  test("text shows them beside what the model itself finds important", () => {
    const { out } = run("two.orb", "two.csv", "--global");
    expect(out).toMatch(/COLUMN\s+SHARE\s+MODEL'S OWN/);
    expect(out).toMatch(/bytes\s+\d+\.\d %\s+\d+\.\d %\s+█+/);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("without rows, what the model itself finds important", () => {
    const { status, out } = run("two.orb");
    expect(status).toBe(0);
    expect(out).toMatch(/^What the model itself finds important/);
    expect(out).toMatch(/bytes\s+\d+\.\d %\s+█+/);
  });
});

describe("names of strangers", () => {
  test("a page is one file, the same at each run, and nothing in it is theirs to run", () => {
    const { status, err } = run(
      "odd.orb",
      "odd.csv",
      "--html",
      "page.html",
      "--row",
      "2",
      "--label",
      "label",
    );
    expect(err).toBe("Wrote page.html.\n");
    expect(status).toBe(0);
    const page = readFileSync(join(cwd, "page.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    const tags = new Set([...page.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
    for (const tag of ["script", "img", "link", "iframe"]) expect(tags).not.toContain(tag);
    expect(/https?:|\u202e/.exec(page)?.[0]).toBeUndefined();
    for (const text of ["&lt;script&gt;alert(1)&lt;/script&gt;\\u202escan", "What speaks for"])
      expect(page.includes(text), text).toBe(true);
    run("odd.orb", "odd.csv", "--html", "again.html", "--row", "2", "--label", "label", "-q");
    expect(readFileSync(join(cwd, "again.html"), "utf8") === page).toBe(true);
  });

  test("text for a terminal shows what would steer it", () => {
    const { out } = run("odd.orb", "odd.csv", "--row", "2", "--label", "label");
    expect(out).toContain("\\u202e");
    expect(out).not.toContain("\u202e");
  });
});

describe("what goes wrong", () => {
  test.each([
    [["two.orb", "two.csv", "--row", "9999"], 2, /there is no row 9999; there are 600 rows/],
    [["two.orb", "two.csv", "--row", "1", "--limit", "3"], 2, /exclude each other/],
    [["two.orb", "--row", "1"], 2, /no rows were named/],
    [["two.orb", "two.csv", "--class", "flood"], 2, /knows no class 'flood'; it knows benign, scan/],
    [["two.orb", "two.csv", "--method", "interventional"], 2, /needs background rows/],
    [["two.orb", "two.csv", "--rows", "9-3"], 2, /Expected two rows such as 5-9/],
    [["two.orb", "odd.csv"], 7, /has no column 'bytes'/],
    [["two.orb", "missing.csv"], 3, /'missing.csv' does not exist/],
    [["two.csv", "two.csv"], 8, /model/],
  ])("%j", (args, status, message) => {
    const found = run(...args);
    expect(found.err).toMatch(message);
    expect(found.status).toBe(status);
    expect(found.out).toBe("");
  });

  test("no page is left where it cannot be written", () => {
    const { status } = run("two.orb", "two.csv", "--html", "no/such/folder/page.html");
    expect(status).toBe(4);
    expect(existsSync(join(cwd, "no"))).toBe(false);
  });
});
