// orbweaver profile as a user runs it: text, JSON, a page, and what goes wrong.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildCommand, orbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = temporaryFolder();
const run = (...args: string[]) => orbweaver(["profile", ...args], { cwd });

beforeAll(() => {
  buildCommand();
  const lines = Array.from({ length: 400 }, (_, row) => {
    const isScan = row % 4 === 0;
    const size = isScan ? 40 : 100 + ((row * 7919) % 50_000);
    return `${size},${size * 8},7,${row % 10 === 0 ? "" : row % 5},${["tcp", "udp"][row % 2]},${isScan ? "scan" : "benign"}`;
  });
  writeFileSync(join(cwd, "rows.csv"), ["bytes,bits,version,count,protocol,label", ...lines, ""].join("\n"));
});

test("text fits 80 columns and tells classes, columns, and what stands out", () => {
  const { status, out, err } = run("rows.csv");
  expect(err).toBe("");
  expect(status).toBe(0);
  expect(out).toMatch(/^rows\.csv: 400 rows, 5 features, a label/);
  expect(out).toMatch(/constant: version/);
  expect(out).toMatch(/benign\s+300\s+75\.0 %\s+█+\n\s+scan\s+100\s+25\.0 %\s+█+/);
  expect(out).toMatch(/count\s+10\.0 %/);
  expect(out).toMatch(/protocol\s+2\s+tcp 50\.0 %, udp 50\.0 %/);
  expect(out).toMatch(/bytes\s+bits\s+ranks 1\.000\s+values 1\.000/);
  for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
});

test("JSON has everything", () => {
  const profile = JSON.parse(run("rows.csv", "--json", "--columns", "bytes,bits").out);
  expect(profile).toMatchObject({ type: "profile", name: "rows.csv", rows: 400, sample: { rows: 400 } });
  expect(profile.columns.map(({ name }: { name: string }) => name)).toEqual(["bytes", "bits"]);
  expect(profile.classes).toMatchObject({ column: "label", count: 2, imbalance: 3 });
  expect(profile.columns[0].by_class[1]).toMatchObject({ name: "scan", rows: 100, mean: 40 });
  expect(profile.pearson.values[0][1]).toBeCloseTo(1, 12);
});

test("a sample is said, and its seed", () => {
  const { out } = run("rows.csv", "--sample-rows", "100", "--seed", "7", "--json");
  const { sample } = JSON.parse(out);
  expect(sample.seed).toBe(7);
  expect(sample.rows).toBeGreaterThan(50);
  expect(sample.rows).toBeLessThan(150);
});

test("a page is one file with a chart for each column that varies, the same at each run", () => {
  const { status, out, err } = run("rows.csv", "--html", "page.html");
  expect(status).toBe(0);
  expect(out).toContain("rows.csv: 400 rows");
  expect(err).toBe("Wrote page.html.\n");
  const page = readFileSync(join(cwd, "page.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).not.toMatch(/<script|https?:|src=/);
  for (const name of ["bytes", "bits", "count", "protocol", "version"])
    expect(page).toContain(`<h3>${name}</h3>`);
  expect(page.match(/<figure/g)?.length).toBeGreaterThanOrEqual(7);
  run("rows.csv", "--html", "again.html", "--quiet");
  expect(readFileSync(join(cwd, "again.html"), "utf8")).toBe(page);
});

test("what is not there, or cannot be written, is said in one line", () => {
  const column = run("rows.csv", "--columns", "size");
  expect(column.status).toBe(6);
  expect(column.err).toMatch(/^orbweaver: 'rows\.csv' has no column 'size'\nIts columns are bytes, bits, /);
  expect(run("nothing.csv")).toMatchObject({ status: 3, out: "" });
  expect(run("rows.csv", "--label", "class").status).toBe(6);
  const page = run("rows.csv", "--html", "no/such/folder.html");
  expect(page.status).toBe(4);
  expect(existsSync(join(cwd, "no"))).toBe(false);
});
