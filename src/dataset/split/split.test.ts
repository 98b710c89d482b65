import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ColumnFacts, type Row, tableOf } from "../../../test/support/dataset-table.ts";
import { temporaryFolder } from "../../../test/support/rows.ts";
import { Random } from "../../base/random.ts";
import { type Duck, openDuck } from "../duck.ts";
import type { TableFile } from "../store/contract.ts";
import { sha256OfFile } from "../store/sets.ts";
import { fromTable } from "../store/table-parquet.ts";
import { NO_PART, type SplitRequest, type SplitResult, splitOptionsForm } from "./contract.ts";
import { splitTable } from "./split.ts";

const folder = temporaryFolder();
let duck: Duck;
let count = 0;

beforeAll(async () => {
  duck = await openDuck({ memoryLimit: "500MB" });
});
afterAll(() => duck.close());

const FACTS: ColumnFacts = {
  start_us: { role: "identity", kind: "time" },
  source_address: { role: "identity", kind: "text" },
  destination_address: { role: "identity", kind: "text" },
  source_file: { role: "extra", kind: "category" },
};

async function split(
  rows: readonly Row[] | TableFile,
  request: SplitRequest,
  using = duck,
): Promise<SplitResult & { assigned: number[]; path: string }> {
  const table = "path" in rows ? rows : await tableOf(duck, folder, rows, FACTS);
  const path = join(folder, `assignment-${count++}.parquet`);
  const result = await splitTable(table, splitOptionsForm.parse(request), { duck: using, out: path });
  const reader = await duck.connection.runAndReadAll(`SELECT part, typeof(part) FROM ${fromTable(path)}`);
  const found = reader.getRows();
  expect(found.every(([, type]) => type === "UTINYINT")).toBe(true);
  expect(found).toHaveLength(table.rows);
  return { ...result, assigned: found.map(([part]) => Number(part)), path };
}

/** Rows with classes a (three of four), b and c (two rows), or none. */
function chanceRows(rows: number, seed = 1): Row[] {
  const random = new Random(seed);
  return Array.from({ length: rows }, (_, at) => ({
    x: random.integer(0, 30),
    y: random.integer(0, 3),
    label: at === 7 ? null : at < 2 ? "c" : random.chance(0.75) ? "a" : "b",
  }));
}

describe("by chance", () => {
  test("classes keep their shares, counts are those of the rows, warnings tell of small classes", async () => {
    const rows = chanceRows(1000);
    const { parts, assigned, warnings, leftOut } = await split(rows, { by: "random" });
    expect(parts.map(({ name }) => name)).toEqual(["train", "validation", "test"]);
    expect(leftOut).toEqual([]);
    const shares = [0.7, 0.1, 0.2];
    for (const label of ["a", "b", "c"]) {
      const all = rows.filter((row) => row["label"] === label).length;
      for (const [at, part] of parts.entries()) {
        const own = rows.filter((row, index) => row["label"] === label && assigned[index] === at).length;
        expect(part.classes?.find(({ name }) => name === label)?.rows).toBe(own);
        expect(Math.abs(own - shares[at] * all)).toBeLessThan(1);
      }
    }
    expect(parts.map(({ rows: own }) => own)).toEqual(
      [0, 1, 2].map((at) => assigned.filter((part) => part === at).length),
    );
    expect(warnings.join("\n")).toMatch(/class 'c' \(2 rows\) has none in/);
    expect(warnings.join("\n")).toMatch(/fewer than 10 rows in all.*'c'/);
  });

  test("the same seed gives the same bytes whatever the threads; another one another split", async () => {
    const table = await tableOf(duck, folder, chanceRows(9000), FACTS);
    const digests: string[] = [];
    for (const threads of [1, 4]) {
      const other = await openDuck({ memoryLimit: "500MB", threads });
      for (const duplicates of ["free", "together"] as const)
        digests.push(await sha256OfFile((await split(table, { by: "random", duplicates }, other)).path));
      other.close();
    }
    expect(digests.slice(2)).toEqual(digests.slice(0, 2));
    const other = await split(table, { by: "random", seed: 2 });
    expect(digests).not.toContain(await sha256OfFile(other.path));
  });

  test("rows that sum to less than all leave the rest out, and it is told", async () => {
    const { assigned, leftOut } = await split(chanceRows(100), {
      by: "random",
      parts: { train: 30, test: 20 },
    });
    expect(assigned.filter((part) => part === NO_PART)).toHaveLength(50);
    expect(leftOut).toEqual([{ reason: "in the share that no part was given", rows: 50 }]);
  });

  test("equal features go to one part, whatever their label", async () => {
    const rows = chanceRows(600);
    const { assigned, facts } = await split(rows, { by: "random", duplicates: "together" });
    const partOf = new Map<string, number>();
    rows.forEach((row, at) => {
      const key = `${row["x"]} ${row["y"]}`;
      expect(partOf.get(key) ?? assigned[at]).toBe(assigned[at]);
      partOf.set(key, assigned[at]);
    });
    expect(facts["distinctRows"]).toBe(partOf.size);
    expect(new Set(assigned).size).toBe(3);
    const free = await split(rows, { by: "random" });
    const divided = rows.some((row, at) =>
      rows.some(
        (other, index) =>
          row["x"] === other["x"] && row["y"] === other["y"] && free.assigned[at] !== free.assigned[index],
      ),
    );
    expect(divided).toBe(true);
  });

  test("without a label, and without enough rows", async () => {
    const { warnings, parts } = await split(
      Array.from({ length: 10 }, (_, x) => ({ x })),
      { by: "random" },
    );
    expect(warnings[0]).toMatch(/no label/);
    expect(parts.map(({ rows }) => rows)).toEqual([7, 1, 2]);
    await expect(split([{ x: 1 }, { x: 2 }, { x: 3 }], { by: "random" })).rejects.toThrow(
      "part 'validation' would have none of 3 rows",
    );
    await expect(split([{ x: 1 }, { x: 2 }], { by: "random" })).rejects.toThrow(
      /2 rows, expected at least 3/,
    );
  });
});

describe("by time", () => {
  const rows = [5, 1, 2, 2, 3, 4, null, 9, 8, 7].map((second) => ({
    start_us: second === null ? null : second * 1_000_000,
    label: "a",
  }));

  test("the earliest rows train, and rows without a time are left out", async () => {
    const { assigned, leftOut, facts } = await split(rows, { by: "time", parts: { train: 50, test: 50 } });
    // Times 1 2 2 3 | 4 5 7 8 9: a cut behind four or five of nine is as near; the earlier one is taken.
    expect(assigned).toEqual([1, 0, 0, 0, 0, 1, NO_PART, 1, 1, 1]);
    expect(leftOut).toEqual([{ reason: "no time in column 'start_us'", rows: 1 }]);
    expect(facts["spans"]).toEqual([
      { part: "train", from: "1970-01-01 00:00:01", to: "1970-01-01 00:00:03" },
      { part: "test", from: "1970-01-01 00:00:04", to: "1970-01-01 00:00:09" },
    ]);
  });

  test("a gap in seconds leaves out what follows the cut", async () => {
    const { assigned, leftOut } = await split(rows, { by: "time", parts: { train: 50, test: 50 }, gap: 4 });
    expect(assigned).toEqual([NO_PART, 0, 0, 0, 0, NO_PART, NO_PART, 1, 1, 1]);
    expect(leftOut[1]).toEqual({ reason: "in a gap between parts", rows: 2 });
    await expect(split(rows, { by: "time", parts: { train: 50, test: 50 }, gap: 7 })).rejects.toThrow(
      "the gap of 7 leaves part 'test' no row",
    );
  });

  test("folds by time are blocks", async () => {
    const { assigned } = await split(rows, { by: "folds", of: "time", folds: 3 });
    expect(assigned).toEqual([1, 0, 0, 0, 1, 1, NO_PART, 2, 2, 2]);
  });

  test("what cannot be is said", async () => {
    const same = [{ start_us: 1 }, { start_us: 1 }];
    await expect(split(same, { by: "time", parts: { train: 50, test: 50 } })).rejects.toThrow(
      /fewer different times/,
    );
    await expect(split([{ x: 1 }], { by: "time" })).rejects.toThrow(/no column of times/);
    await expect(split(rows, { by: "time", column: "label" })).rejects.toThrow(
      /column of kind category 'label'/,
    );
    await expect(split(rows, { by: "time", column: "when" })).rejects.toThrow(/no such column 'when'/);
  });
});

describe("by group", () => {
  const HOUR = 3_600_000_000;
  const flows = [
    // A and B talk, then B and A; C and D; D and E; A and B again, a day later; F alone.
    ["A", "B", 0],
    ["B", "A", 1000],
    ["C", "D", 0],
    ["D", "E", 0],
    ["A", "B", 30 * HOUR],
    ["F", "F", 0],
    [null, null, null],
  ].map(([source_address, destination_address, start_us], at) => ({
    source_address,
    destination_address,
    start_us,
    source_file: at < 3 ? "x.pcap" : "y.pcap",
    service: at % 2 === 0 ? "dns" : "web",
    size: at < 4 ? 1 : at,
    label: "a",
  })) as Row[];

  test.each([
    ["host", [0, 1, 2, 3, 0, 4, 5]],
    ["pair", [0, 0, 1, 2, 0, 3, 4]],
    ["network", [0, 0, 1, 1, 0, 2, 3]],
    ["session", [0, 0, 1, 2, 3, 4, 5]],
    ["day", [0, 0, 0, 0, 1, 0, 2]],
    ["capture", [0, 0, 0, 1, 1, 1, 1]],
    ["service", [0, 1, 0, 1, 0, 1, 0]],
    ["service,source_file", [0, 1, 0, 2, 3, 2, 3]],
  ])("%s", async (group, expected) => {
    const count = new Set(expected).size;
    // As many parts as groups: each group is a part of its own.
    const parts = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`p${at}`, 100 / count - 1e-9]),
    );
    const { assigned } = await split(flows, { by: "group", group: group.split(","), parts });
    const named = new Map<number, number>();
    for (const part of assigned) if (!named.has(part)) named.set(part, named.size);
    expect(assigned.map((part) => named.get(part))).toEqual(expected);
  });

  test("a session ends after the silence that is given", async () => {
    const parts = { p: 50, q: 50 };
    const two = [flows[0], flows[4]];
    const { assigned } = await split(two, { by: "group", group: "session", parts });
    expect(new Set(assigned).size).toBe(2);
    await expect(split(two, { by: "group", group: "session", idle: 40 * 3600, parts })).rejects.toThrow(
      "found 1 group, expected at least 2",
    );
  });

  test("groups are joined where their rows are equal", async () => {
    const request = {
      by: "group",
      group: "host",
      duplicates: "together",
      parts: { train: 50, test: 50 },
    } as const;
    const { assigned, facts } = await split(
      flows.map((row, at) => ({ ...row, service: "web", size: at < 4 ? 1 : at })),
      request,
    );
    // Rows 0 to 3 are equal, so A, B, C and D are one; row 4 is A's as well.
    expect(new Set(assigned.slice(0, 5)).size).toBe(1);
    expect(facts).toMatchObject({ groups: 6, groupsWithoutEqualRows: 3 });
  });

  test("folds of groups", async () => {
    const rows = Array.from({ length: 120 }, (_, at) => ({
      g: `h${at % 24}`,
      x: at,
      label: at % 24 < 12 ? "a" : "b",
    }));
    const { assigned, parts } = await split(rows, { by: "folds", of: "group", group: "g", folds: 4 });
    expect(parts.map(({ rows: own }) => own)).toEqual([30, 30, 30, 30]);
    for (const { classes } of parts) expect(classes?.map(({ rows: own }) => own)).toEqual([15, 15]);
    for (let at = 24; at < 120; at++) expect(assigned[at]).toBe(assigned[at - 24]);
  });

  test("what cannot be is said", async () => {
    const parts = { train: 50, test: 50 };
    await expect(split([{ x: 1 }], { by: "group", group: "host", parts })).rejects.toThrow(
      /no columns of addresses/,
    );
    await expect(split([{ x: 1 }], { by: "group", group: "hots", parts })).rejects.toThrow(
      /no column 'hots'.*host, pair, network/,
    );
    await expect(split([{ x: 1 }], { by: "folds", of: "group" })).rejects.toThrow(
      /nothing to group folds by/,
    );
  });
});

describe("by source file", () => {
  const rows = ["KDDTrain+.txt", "KDDTrain+.txt", "KDDTest+.txt", "more.csv", null].map(
    (source_file, at) => ({
      x: at,
      source_file,
      label: at === 1 ? "b" : "a",
    }),
  );

  test("published pairs, and what is in none", async () => {
    const { assigned, parts, leftOut, facts, warnings } = await split(rows, { by: "official" });
    expect(assigned).toEqual([0, 0, 1, NO_PART, NO_PART]);
    expect(parts.map(({ name, rows: own }) => [name, own])).toEqual([
      ["train", 2],
      ["test", 1],
    ]);
    expect(leftOut).toEqual([{ reason: "of more.csv", rows: 2 }]);
    expect(facts).toEqual({ published: "NSL-KDD" });
    expect(warnings).toContain("class 'b' (1 row) has none in test");
  });

  test("patterns", async () => {
    const sources = { train: ["more*"], test: ["KDD*"] };
    expect((await split(rows, { by: "official", sources })).assigned).toEqual([1, 1, 1, 0, NO_PART]);
  });

  test("what cannot be is said", async () => {
    await expect(split([{ x: 1 }], { by: "official" })).rejects.toThrow(/no column 'source_file'/);
    await expect(split([{ source_file: "a.csv" }], { by: "official" })).rejects.toThrow(/no published pair/);
  });
});

test.each([
  [{ by: "random", parts: { train: 90, test: 20 } }, /more than 100/],
  [{ by: "random", parts: { train: 100 } }, /at least two parts/],
  [{ by: "random", parts: { "a/b": 50, c: 50 } }, /./],
  [{ by: "random", gap: 3 }, /gap/],
  [{ by: "time", duplicates: "together" }, /duplicates/],
  [{ by: "group" }, /group/],
  [{ by: "folds", folds: 1 }, /folds/],
  [{ by: "alphabet" }, /by/],
])("%j is refused", (request, message) => {
  const found = splitOptionsForm.safeParse(request);
  expect(found.success).toBe(false);
  expect(found.error?.message).toMatch(message);
});

test("a table that has other rows than it says is damaged, and a stop is told", async () => {
  const table = await tableOf(duck, folder, chanceRows(20));
  await expect(split({ ...table, rows: 21 }, { by: "random" })).rejects.toThrow(/has 20 rows, expected 21/);
  const context = { duck, out: join(folder, "never.parquet"), signal: AbortSignal.abort() };
  await expect(splitTable(table, splitOptionsForm.parse({ by: "random" }), context)).rejects.toMatchObject({
    code: "cancelled",
  });
});
