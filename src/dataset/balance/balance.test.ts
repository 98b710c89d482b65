import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Row, tableOf } from "../../../test/support/dataset-table.ts";
import { temporaryFolder } from "../../../test/support/rows.ts";
import { Random } from "../../base/random.ts";
import { type Duck, openDuck } from "../duck.ts";
import type { TableFile } from "../store/contract.ts";
import { sha256OfFile } from "../store/sets.ts";
import { copyTable, fromTable, readTableFacts } from "../store/table-parquet.ts";
import { balanceTable } from "./balance.ts";
import { type BalanceRequest, type BalanceResult, balanceOptionsForm } from "./contract.ts";

const folder = temporaryFolder();
let duck: Duck;
let table: TableFile;
let rows: Row[];
let count = 0;

const FACTS = {
  source_address: { role: "identity", kind: "text" },
  start_us: { role: "identity", kind: "time" },
  note: { role: "extra", kind: "category" },
} as const;

/** 60 rows of a, 20 of b, 6 of c, one of d, and three without a class. */
function someRows(): Row[] {
  const random = new Random(11);
  const labels = [..."a".repeat(60), ..."b".repeat(20), ..."c".repeat(6), "d", null, null, null];
  return random.shuffle(labels).map((label, at) => ({
    source_address: `10.0.0.${at}`,
    start_us: at,
    x: random.normal() + (label === "b" ? 1 : 0),
    same: 5,
    bytes: at === 3 ? null : Math.round(100 * random.uniform()),
    service: random.chance(0.2) ? null : random.pick(["dns", "web"]),
    label,
    note: `row ${at}`,
  }));
}

beforeAll(async () => {
  duck = await openDuck({ memoryLimit: "500MB" });
  rows = someRows();
  table = await tableOf(duck, folder, rows, FACTS);
});
afterAll(() => duck.close());

async function balanced(
  request: BalanceRequest,
  given = table,
  using = duck,
): Promise<BalanceResult & { rows: Row[]; path: string }> {
  const out = join(folder, `balanced-${count++}.parquet`);
  const result = await balanceTable(given, balanceOptionsForm.parse(request), { duck: using, out });
  const reader = await duck.connection.runAndReadAll(`FROM ${fromTable(out)}`);
  const found = reader
    .getRowObjectsJson()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          name === "start_us" && value !== null ? Number(value) : value,
        ]),
      ),
    ) as Row[];
  expect(result.rowsBefore).toBe(given.rows);
  expect(result.rowsAfter).toBe(found.length);
  for (const { name, rows: own } of result.classesAfter)
    expect(found.filter((row) => row["label"] === name)).toHaveLength(own);
  expect((await readTableFacts(duck, out)).columns).toEqual(result.columns);
  expect(Object.keys(found[0])).toEqual(result.columns.map(({ name }) => name));
  return { ...result, rows: found, path: out };
}

const counts = (result: BalanceResult): Record<string, number> =>
  Object.fromEntries(result.classesAfter.map(({ name, rows: own }) => [name, own]));

/** Rows that are not marked are those that were given, in their order; returns the others. */
function madeRows(found: readonly Row[], kept = rows): Row[] {
  const real = found.filter((row) => row["synthetic"] === 0);
  expect(real).toEqual(kept.map((row) => ({ ...row, synthetic: 0 })));
  expect(found.slice(0, real.length)).toEqual(real);
  return found.slice(real.length);
}

test("weights are inverse to the rows of a class, and 1 on average", async () => {
  const result = await balanced({ method: "weights" });
  // 87 rows with a class, four classes: 87 / (4 * 60), 87 / (4 * 20), …
  const expected: Record<string, number> = { a: 0.3625, b: 1.0875, c: 3.625, d: 21.75 };
  expect(result.facts["weights"]).toEqual(expected);
  expect(result.rows).toEqual(
    rows.map((row) => ({ ...row, weight: row["label"] === null ? null : expected[row["label"] as string] })),
  );
});

describe("by chance", () => {
  test("small classes are repeated as evenly as can be, behind all rows", async () => {
    const result = await balanced({ method: "random-over" });
    expect(counts(result)).toEqual({ a: 60, b: 60, c: 60, d: 60 });
    const made = madeRows(result.rows);
    expect(made).toHaveLength(40 + 54 + 59);
    const timesOf = (row: Row): number => made.filter((copy) => copy["note"] === row["note"]).length;
    for (const row of rows) {
      const times = { a: [0], b: [2], c: [9], d: [59] }[row["label"] as string] ?? [0];
      expect(times).toContain(timesOf(row));
    }
    for (const copy of made) expect(rows.map((row) => ({ ...row, synthetic: 1 }))).toContainEqual(copy);
  });

  test("large classes are thinned out, and nothing else changes", async () => {
    const result = await balanced({ method: "random-under", target: 6 });
    expect(counts(result)).toEqual({ a: 6, b: 6, c: 6, d: 1 });
    const kept = new Set(result.rows.map((row) => row["note"]));
    expect(
      madeRows(
        result.rows,
        rows.filter((row) => kept.has(row["note"])),
      ),
    ).toEqual([]);
    expect(result.rows.filter((row) => row["label"] === null)).toHaveLength(3);
    expect(counts(await balanced({ method: "random-under" }))).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  });

  test("targets are counts, shares of the largest class, or by class", async () => {
    expect(counts(await balanced({ method: "random-over", target: 0.5 }))).toEqual({
      a: 60,
      b: 30,
      c: 30,
      d: 30,
    });
    expect(counts(await balanced({ method: "random-over", target: { c: 25, b: 1 } }))).toEqual({
      a: 60,
      b: 60,
      c: 25,
      d: 1,
    });
    expect(counts(await balanced({ method: "random-under", target: { a: 0.25, b: 100 } }))).toEqual({
      a: 15,
      b: 20,
      c: 6,
      d: 1,
    });
  });
});

describe("SMOTE", () => {
  test("rows lie between two of their class; identity and notes are missing; one row alone is left", async () => {
    const result = await balanced({ method: "smote", target: { b: 50, c: 20, d: 10 }, neighbours: 4 });
    expect(counts(result)).toEqual({ a: 60, b: 50, c: 20, d: 1 });
    expect(result.remarks[0].what).toMatch(/class 'd' has one row/);
    const made = madeRows(result.rows);
    expect(made).toHaveLength(30 + 14);
    for (const row of made) {
      expect(row).toMatchObject({ source_address: null, start_us: null, note: null, synthetic: 1, same: 5 });
      const own = rows.filter((other) => other["label"] === row["label"]);
      expect(own.some((a) => own.some((b) => a !== b && isBetween(row, a, b)))).toBe(true);
    }
  });

  function isBetween(row: Row, a: Row, b: Row): boolean {
    const [x, from, to] = [row, a, b].map((each) => each["x"] as number);
    const gap = (x - from) / (to - from);
    if (!(gap >= -1e-9 && gap <= 1 + 1e-9)) return false;
    if (a["bytes"] === null || b["bytes"] === null) return row["bytes"] === a["bytes"];
    const bytes = (a["bytes"] as number) + gap * ((b["bytes"] as number) - (a["bytes"] as number));
    return Math.abs(bytes - (row["bytes"] as number)) < 1e-6;
  }

  test("without a feature that is a number it is refused", async () => {
    const words = await tableOf(duck, folder, [
      { service: "dns", label: "a" },
      { service: "web", label: "b" },
    ]);
    await expect(balanced({ method: "smote" }, words)).rejects.toThrow(
      /no features that are numbers, which smote needs/,
    );
  });
});

describe("Tomek links", () => {
  const line = (pairs: readonly (readonly [number, string])[]): Row[] =>
    pairs.map(([x, label]) => ({ x, label }));
  // Links are 4-5 and 20-21 alone: 10 and 11 are of one class, and 30 is nearer to 29 than to 32.
  const given = line([
    [0, "a"],
    [4, "a"],
    [5, "b"],
    [10, "a"],
    [11, "a"],
    [20, "b"],
    [21, "a"],
    [29, "a"],
    [30, "a"],
    [32, "b"],
  ]);

  test("the row of the larger class goes, or both", async () => {
    const small = await tableOf(duck, folder, given);
    const xs = (found: readonly Row[]): unknown[] => found.map((row) => row["x"]);
    const majority = await balanced({ method: "tomek" }, small);
    expect(xs(majority.rows)).toEqual([0, 5, 10, 11, 20, 29, 30, 32]);
    expect(majority.facts["links"]).toBe(2);
    const both = await balanced({ method: "tomek", remove: "both" }, small);
    expect(xs(both.rows)).toEqual([0, 10, 11, 29, 30, 32]);
    expect(counts(both)).toEqual({ a: 5, b: 1 });
  });

  test("after SMOTE no link is left between rows that stay, save those that removal made", async () => {
    const result = await balanced({ method: "smote-tomek", target: { b: 40, c: 20 } });
    expect(result.facts["made"]).toBe(34);
    expect(result.facts["links"]).toBeGreaterThan(0);
    const removed = 87 + 34 - Object.values(counts(result)).reduce((sum, own) => sum + own, 0);
    expect(removed).toBeGreaterThan(0);
    expect(removed).toBeLessThanOrEqual(2 * (result.facts["links"] as number));
    expect(result.rows.filter((row) => row["label"] === null)).toHaveLength(3);
  });
});

test.each([
  { method: "random-over", target: 0.5 },
  { method: "random-under", target: 5 },
  { method: "smote", target: 0.5 },
  { method: "smote-tomek", target: 0.5 },
] as const)("the same bytes for the same seed, whatever the threads: $method", async (request) => {
  const digests: string[] = [];
  for (const threads of [1, 4]) {
    const other = await openDuck({ memoryLimit: "500MB", threads });
    digests.push(await sha256OfFile((await balanced(request, table, other)).path));
    other.close();
  }
  expect(digests[0]).toBe(digests[1]);
  const other = await balanced({ ...request, seed: 99 });
  expect(await sha256OfFile(other.path)).not.toBe(digests[0]);
});

test("rows that were made before stay marked", async () => {
  const once = await balanced({ method: "random-over", target: { c: 10 } });
  const again = await balanced(
    { method: "random-over", target: { d: 3 } },
    { ...table, path: once.path, rows: once.rowsAfter, columns: once.columns },
  );
  expect(again.rows.filter((row) => row["synthetic"] === 1)).toHaveLength(4 + 2);
  expect(again.columns.filter(({ name }) => name === "synthetic")).toHaveLength(1);
});

test("what cannot be is said", async () => {
  const one = await tableOf(duck, folder, [{ x: 1, label: "a" }]);
  await expect(balanced({ method: "weights" }, one)).rejects.toThrow(/only class 'a', expected at least two/);
  const none = await tableOf(duck, folder, [{ x: 1 }]);
  await expect(balanced({ method: "weights" }, none)).rejects.toThrow(/no label column/);
  await expect(balanced({ method: "smote", target: { e: 3 } })).rejects.toThrow(
    /no class 'e'; it has a, b, c, d/,
  );
  await expect(balanced({ method: "random-over", rows: 100 })).rejects.toMatchObject({
    code: "rows-too-large",
  });
  expect(balanceOptionsForm.safeParse({ method: "smote", target: 1.5 }).success).toBe(false);
});

test("a stop ends the search for neighbours", async () => {
  const random = new Random(1);
  const many = Array.from({ length: 6000 }, (_, at) => ({
    ...Object.fromEntries(Array.from({ length: 24 }, (_, column) => [`f${column}`, random.normal()])),
    label: at % 2 === 0 ? "a" : "b",
  }));
  const large = await tableOf(duck, folder, many);
  const controller = new AbortController();
  const steps = new Set<string>();
  const context = {
    duck,
    out: join(folder, "never.parquet"),
    signal: controller.signal,
    onProgress: ({ step }: { step: string }) => {
      steps.add(step);
      if (step === "looking for Tomek links") controller.abort();
    },
  };
  await expect(
    balanceTable(large, balanceOptionsForm.parse({ method: "tomek" }), context),
  ).rejects.toMatchObject({
    code: "cancelled",
  });
  expect(steps).not.toContain("writing");
});

test("rows stay in their order, and made ones behind them, in tables of several row groups", async () => {
  const path = join(folder, "many.parquet");
  const columns = [
    { name: "i", role: "feature", kind: "number", unit: "", description: "" },
    { name: "label", role: "label", kind: "category", unit: "", description: "" },
  ] as const;
  const rowCount = 150_000;
  const select = `SELECT i::DOUBLE AS i, if(i % 10 = 0, 'b', 'a') AS label FROM range(${rowCount}) r(i)`;
  await copyTable(duck, select, path, { columns });
  for (const [method, threads] of [
    ["random-over", 1],
    ["random-over", 4],
    ["random-under", 4],
    ["smote", 1],
  ] as const) {
    const using = await openDuck({ memoryLimit: "500MB", threads });
    const out = join(folder, `many-${method}-${threads}.parquet`);
    const request = balanceOptionsForm.parse({
      method,
      ...(method === "smote" ? { target: { b: 15_500 } } : {}),
    });
    await balanceTable({ path, rows: rowCount, columns, label: "label", name: "many" }, request, {
      duck: using,
      out,
    });
    const reader = await using.connection.runAndReadAll(
      `SELECT count(*) FILTER (synthetic < s OR (synthetic = 0 AND s = 0 AND i <= before)) FROM (
        SELECT i, synthetic, lag(synthetic) OVER w AS s, lag(i) OVER w AS before
        FROM read_parquet('${out}', file_row_number = true) WINDOW w AS (ORDER BY file_row_number))`,
    );
    expect(Number(reader.getRows()[0][0]), `${method}, ${threads} threads`).toBe(0);
    using.close();
  }
});
