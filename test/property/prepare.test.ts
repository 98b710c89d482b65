// What must hold of recipes whatever the rows: sums, repetition, and that nothing is learnt from rows held back.

import fc from "fast-check";
import { expect, test } from "vitest";
import { OrbweaverError } from "../../src/base/errors.ts";
import {
  type Cell,
  type PreparedRows,
  prepare,
  type Row,
  type TestTable,
  table,
} from "../support/prepared.ts";

const number = fc.constantFrom<Cell>(0, 1, 2, 3, -1.5, 0.1, 1e9, null, Infinity, -Infinity, NaN);
const category = fc.constantFrom<Cell>("tcp", "udp", "icmp", null);
const label = fc.constantFrom<Cell>("normal", "smurf", "nmap", "phf");
const COLUMNS = ["a", "b", "f:c:category", "l:label:category"];
const anyRow = fc.tuple(number, number, category, label);
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 30 });

/** Runs, or undefined where the recipe says that nothing is left. */
async function run(
  tables: Record<string, TestTable>,
  steps: readonly unknown[],
): Promise<PreparedRows | undefined> {
  try {
    return await prepare(tables, { steps });
  } catch (failure) {
    const message = String(failure);
    if (/no row is left|no feature would be left/.test(message)) return undefined;
    if (failure instanceof OrbweaverError && failure.code === "split-impossible") return undefined;
    throw failure;
  }
}

test.each<[string, unknown]>([
  ["duplicates", { duplicates: "drop" }],
  ["contradictory rows", { duplicates: { contradictory: "drop" } }],
  ["missing values by the mean", { missing: "mean" }],
  ["missing values by the median", { missing: "median" }],
  ["missing values by the most frequent", { missing: "most-frequent" }],
  ["rows with missing values", { missing: "drop" }],
  ["infinite values", { infinite: "missing" }],
  ["infinite values by the largest", { infinite: "largest" }],
  ["constant columns", { constant: "drop" }],
  ["empty columns", { empty: "drop" }],
  ["five groups", { group: "kdd5" }],
  ["two groups", { group: "binary" }],
  ["a filter", { filter: "a > 0 or c = 'udp'" }],
])("%s: twice is once", async (_, step) => {
  await fc.assert(
    fc.asyncProperty(anyRows, async (rows) => {
      const tables = { t: table(COLUMNS, rows) };
      const once = await run(tables, [step]);
      const twice = await run(tables, [step, step]);
      expect(twice?.clean).toEqual(once?.clean);
      expect(twice?.prepared.clean.columns).toEqual(once?.prepared.clean.columns);
    }),
    { numRuns: 8 },
  );
});

test("rows before and after add up, from the sources to the last table and its parts", async () => {
  const steps = [
    { infinite: "missing" },
    { missing: { strategy: "drop", columns: ["a"] } },
    { duplicates: { contradictory: "drop" } },
    { split: { by: "random", parts: { train: 50, test: 50 } } },
    { missing: "median" },
    { encode: "one-hot" },
    { duplicates: { across: "drop" } },
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 20, maxLength: 60 }), anyRows, async (one, two) => {
      const made = await run({ one: table(COLUMNS, one), two: table(COLUMNS, two) }, steps);
      if (made === undefined) return;
      const { prepared, full, clean, parts } = made;
      expect(full).toHaveLength(one.length + two.length);
      expect(prepared.full.rows).toBe(full.length);
      expect(prepared.steps[0].rowsBefore).toBe(full.length);
      prepared.steps.slice(1).forEach((step, at) => {
        expect(step.rowsBefore).toBe(prepared.steps[at].rowsAfter);
      });
      expect(prepared.steps.at(-1)?.rowsAfter).toBe(clean.length);
      expect(prepared.clean.rows).toBe(clean.length);
      expect(prepared.clean.classes?.reduce((sum, { rows }) => sum + rows, 0)).toBe(clean.length);
      expect(parts).toHaveLength(clean.length);
      for (const part of prepared.split?.parts ?? [])
        expect(part.rows).toBe(parts.filter((name) => name === part.name).length);
    }),
    { numRuns: 10 },
  );
});

const SPLIT = { split: { by: "official", sources: { train: ["trained"], test: ["tested"] } } };

/** What a step fitted: its facts without counts of rows that it filled. */
function fitted({ prepared }: PreparedRows): unknown {
  return prepared.steps.map(({ facts }) => [facts?.["values"], facts?.["columns"], facts?.["weights"]]);
}

function trainingRows({ clean, parts }: PreparedRows): Row[] {
  return clean.filter((_, at) => parts[at] === "train");
}

test.each<[string, unknown]>([
  ["mean", { missing: "mean" }],
  ["median", { missing: "median" }],
  ["most frequent", { missing: "most-frequent" }],
  ["constant columns", { constant: "drop" }],
  ["empty columns", { empty: "drop" }],
  ["ordinal", { encode: "ordinal" }],
  ["one-hot", { encode: "one-hot" }],
  ["frequency", { encode: "frequency" }],
  ["weights", { balance: "weights" }],
  ["random over-sampling", { balance: "random-over" }],
  ["random under-sampling", { balance: "random-under" }],
  ["duplicates", { duplicates: { across: "drop", contradictory: "drop" } }],
])("%s: other test rows change neither what is fitted nor a training row", async (_, step) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { minLength: 4, maxLength: 25 }),
      fc.array(anyRow, { minLength: 1, maxLength: 10 }),
      fc.array(anyRow, { minLength: 1, maxLength: 10 }),
      async (trained, tested, others) => {
        const of = (test: typeof tested): Promise<PreparedRows | undefined> =>
          run({ trained: table(COLUMNS, trained), tested: table(COLUMNS, test) }, [
            SPLIT,
            { infinite: "missing" },
            step,
          ]).catch((failure: unknown) => {
            if (/classes|balance/.test(String(failure))) return undefined;
            throw failure;
          });
        const [first, second] = [await of(tested), await of(others)];
        if (first === undefined || second === undefined) return;
        expect(fitted(second)).toEqual(fitted(first));
        expect(trainingRows(second)).toEqual(trainingRows(first));
      },
    ),
    { numRuns: 8 },
  );
});

test("means and medians are those of the training rows, worked out here", async () => {
  const finite = fc.integer({ min: -1000, max: 1000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(finite, { minLength: 1, maxLength: 30 }),
      fc.array(finite, { minLength: 1, maxLength: 30 }),
      async (trained, tested) => {
        const rows = (values: readonly number[]): Cell[][] => [
          ...values.map((value) => [value, value]),
          [null, null],
        ];
        const { clean, parts } = await prepare(
          { trained: table(["a", "b"], rows(trained)), tested: table(["a", "b"], rows(tested)) },
          {
            steps: [
              SPLIT,
              { missing: { strategy: "mean", columns: "a" } },
              { missing: { strategy: "median", columns: "b" } },
            ],
          },
        );
        const sorted = [...trained].sort((a, b) => a - b);
        const middle = sorted.length / 2;
        const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
        const mean = trained.reduce((sum, value) => sum + value, 0) / trained.length;
        for (const part of ["train", "test"]) {
          const last = clean.filter((_, at) => parts[at] === part).at(-1);
          expect(last?.["a"]).toBeCloseTo(mean, 9);
          expect(last?.["b"]).toBe(median);
        }
      },
    ),
    { numRuns: 8 },
  );
});
