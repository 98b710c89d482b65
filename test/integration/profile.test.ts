// Profiles of whole tables: published figures of public files, the same whatever the threads, odd tables, stopping, and a
// page on which hostile names stay names.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Duck, openDuck } from "../../src/dataset/duck.ts";
import type { NumberColumn, Profile, TextColumn } from "../../src/dataset/profile/contract.ts";
import { profileTable } from "../../src/dataset/profile/profile.ts";
import { resolveTable } from "../../src/dataset/store/reference.ts";
import { profilePage } from "../../src/report/profile-page.ts";
import { dataTest, sharedData } from "../support/data.ts";
import { tableOf } from "../support/profile.ts";

let folder = "";
let duck: Duck;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "1GB" });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

const numberOf = (profile: Profile, name: string): NumberColumn =>
  profile.columns.find((column) => column.name === name) as NumberColumn;
const textOf = (profile: Profile, name: string): TextColumn =>
  profile.columns.find((column) => column.name === name) as TextColumn;

async function profileOfFile(relative: string, columns?: readonly string[]): Promise<Profile> {
  const table = await resolveTable(sharedData(relative), { project: undefined, duck });
  try {
    return await profileTable({ duck, table, ...(columns === undefined ? {} : { columns }) });
  } finally {
    await table.close();
  }
}

describe("public files", () => {
  dataTest("KDD Cup 1999, 10 %: its rows, classes and constants", async () => {
    const columns = ["src_bytes", "protocol_type", "num_outbound_cmds", "label"];
    const profile = await profileOfFile("kdd/kddcup.data_10_percent.gz", columns);
    expect(profile.rows).toBe(494_021);
    expect(profile.classes).toMatchObject({ count: 23, unlabelled: 0 });
    const rows = Object.fromEntries(profile.classes?.list.map((each) => [each.name, each.rows]) ?? []);
    // As published with the file: https://kdd.ics.uci.edu/databases/kddcup99/task.html and counts of many papers.
    expect(rows).toMatchObject({ smurf: 280_790, neptune: 107_201, normal: 97_278, spy: 2 });
    expect(Object.values(rows).reduce((sum, count) => sum + count, 0)).toBe(494_021);
    expect(numberOf(profile, "num_outbound_cmds")).toMatchObject({ constant: true, zeros: 494_021 });
    const protocols = textOf(profile, "protocol_type");
    expect(protocols.top.map(({ value, rows: count }) => [value, count])).toEqual([
      ["icmp", 283_602],
      ["tcp", 190_065],
      ["udp", 20_354],
    ]);
    const bytes = numberOf(profile, "src_bytes");
    expect(bytes.histogram?.scale).toBe("log");
    expect(bytes.histogram?.bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(494_021);
    // Most rows are of smurf, which always sends 1,032 bytes, or 520.
    expect(bytes.top[0].value).toBe(1032);
    expect(profile.sample).toMatchObject({ seed: 1 });
  });

  dataTest("CSE-CIC-IDS2018: infinities are counted and left out", async () => {
    const profile = await profileOfFile("cic/validation_180rows_15classes.csv");
    expect(profile.rows).toBe(180);
    const infinite = profile.columns.filter((column) => "infinite" in column && column.infinite > 0);
    expect(infinite.reduce((sum, column) => sum + (column as NumberColumn).infinite, 0)).toBe(20);
    expect(profile.remarks.join("\n")).toMatch(/infinite values in Flow Byts\/s \(10 rows\)/);
    expect(numberOf(profile, "Flow Byts/s").quantiles?.at(-1)?.value).toBeLessThan(1e9);
  });

  dataTest("APA-DDoS: the columns that give the class away stand first", async () => {
    const profile = await profileOfFile("apa/APA-DDoS-Dataset.csv.gz");
    expect(profile.classTies[0]).toMatchObject({ column: "ip.flags.df", measure: "correlation-ratio" });
    expect(profile.classTies[0].value).toBeCloseTo(1, 12);
    const constant = profile.columns.filter((column) => column.role === "feature" && column.constant);
    expect(constant.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["tcp.seq", "tcp.ack", "ip.proto"]),
    );
    expect(profile.classes?.evenness).toBeCloseTo(1.5 / Math.log2(3), 12);
  });
});

/** Rows of every kind, the same at each call. */
async function mixedTable(rows: number) {
  const at = Array.from({ length: rows }, (_, row) => row);
  return tableOf(duck, {
    folder,
    name: `mixed-${rows}`,
    kinds: { size: "number", rate: "number", when: "time", protocol: "category", label: "category" },
    values: {
      size: at.map((row) => (row % 7 === 0 ? null : (row * 7919) % 100_003)),
      rate: at.map((row) => Math.sin(row) * 10 ** (row % 9)),
      when: at.map((row) => 1_600_000_000_000_000 + row * 1_000_000),
      protocol: at.map((row) => (row % 11 === 0 ? null : ["tcp", "udp", "icmp"][row % 3])),
      label: at.map((row) => (row % 3 === 0 ? "scan" : "benign")),
    },
    label: "label",
  });
}

test("the same table and seed give the same profile and page, whatever the threads", async () => {
  const table = await mixedTable(4000);
  const profiles: string[] = [];
  for (const threads of [1, 2, 4]) {
    const other = await openDuck({ memoryLimit: "500MB", threads });
    try {
      const profile = await profileTable({ duck: other, table, sampleRows: 1000 });
      profiles.push(JSON.stringify(profile), profilePage(profile));
    } finally {
      other.close();
    }
  }
  expect(new Set(profiles).size).toBe(2);
  const seeded = await profileTable({ duck, table, sampleRows: 1000, seed: 2 });
  expect(JSON.stringify(seeded.pearson)).not.toBe(JSON.stringify(JSON.parse(profiles[0]).pearson));
});

test("many different values, which are sorted instead of grouped, by hand", async () => {
  const rows = 60_000;
  const sorted = await tableOf(duck, {
    folder,
    name: "sorted",
    kinds: { value: "number", label: "category" },
    values: {
      value: Array.from({ length: rows }, (_, row) => row),
      label: Array.from({ length: rows }, (_, row) => (row < 15_000 ? "a" : "b")),
    },
    label: "label",
  });
  const { columns } = await profileTable({ duck, table: sorted });
  const column = columns[0] as NumberColumn;
  expect(column).toMatchObject({ distinct: { count: rows, exact: true }, whole: true, zeros: 1, top: [] });
  expect(column.mean).toBeCloseTo((rows - 1) / 2, 6);
  expect(column.quantiles?.map(({ value }) => Math.round(value))).toEqual(
    [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1].map((share) => Math.round(share * (rows - 1))),
  );
  const median = (name: string): number | undefined =>
    column.byClass?.find((each) => each.name === name)?.quantiles?.find(({ share }) => share === 0.5)?.value;
  expect(median("a")).toBe(7499.5);
  expect(median("b")).toBe(37_499.5);
});

describe("odd tables", () => {
  test("without rows", async () => {
    const table = await tableOf(duck, {
      folder,
      name: "empty",
      kinds: { size: "number", text: "text", label: "category" },
      values: { size: [], text: [], label: [] },
      label: "label",
    });
    const profile = await profileTable({ duck, table });
    expect(profile.columns.every((column) => column.constant && column.distinct.count === 0)).toBe(true);
    expect(profile.classes).toMatchObject({ count: 0, unlabelled: 0, list: [] });
    expect(profilePage(profile)).toContain("0 rows");
  });

  test("with nothing but what is missing or infinite", async () => {
    const table = await tableOf(duck, {
      folder,
      name: "none",
      kinds: { missing: "number", endless: "number", nan: "number", text: "category", label: "category" },
      values: {
        missing: [null, null],
        endless: ["inf", "-inf"],
        nan: ["nan", 1],
        text: [null, null],
        label: ["a", null],
      },
      label: "label",
    });
    const profile = await profileTable({ duck, table });
    expect(numberOf(profile, "missing")).toMatchObject({
      missing: 2,
      distinct: { count: 0 },
      constant: true,
    });
    expect(numberOf(profile, "endless")).toMatchObject({ missing: 0, infinite: 2, constant: false });
    expect(numberOf(profile, "nan")).toMatchObject({ missing: 1, distinct: { count: 1 }, mean: 1 });
    expect(numberOf(profile, "nan").standardDeviation).toBeUndefined();
    expect(profile.classes).toMatchObject({ count: 1, unlabelled: 1 });
    expect(profilePage(profile)).not.toMatch(/NaN|undefined/);
  });

  test("without a label, nothing is told by class", async () => {
    const { label: _, ...table } = await mixedTable(50);
    const profile = await profileTable({ duck, table });
    expect(profile.classes).toBeUndefined();
    expect(profile.classTies).toEqual([]);
    expect(JSON.stringify(profile)).not.toContain("byClass");
  });

  test("a label with too many values is counted and not broken down by", async () => {
    const table = await mixedTable(500);
    const profile = await profileTable({ duck, table, label: "size" });
    expect(profile.classes?.list).toHaveLength(64);
    expect(profile.remarks.join()).toMatch(/'size' has 428 values, more than 64: nothing is told by class/);
    expect(numberOf(profile, "rate").byClass).toBeUndefined();
  });

  test("a column that is not there is said to be", async () => {
    const table = await mixedTable(50);
    await expect(profileTable({ duck, table, columns: ["size", "sise"] })).rejects.toMatchObject({
      code: "rows-invalid",
      message: "'mixed-50' has no column 'sise'",
    });
    await expect(profileTable({ duck, table, label: "class" })).rejects.toMatchObject({
      code: "rows-invalid",
    });
  });
});

test("columns that are asked for are those that are told of, in the table's order", async () => {
  const table = await mixedTable(100);
  const profile = await profileTable({ duck, table, columns: ["when", "rate"] });
  expect(profile.columns.map(({ name }) => name)).toEqual(["rate", "when"]);
  expect(profile.pearson?.columns).toEqual(["rate", "when"]);
});

test("a stop ends it as cancelled", async () => {
  const controller = new AbortController();
  const stopped = await openDuck({ memoryLimit: "500MB", signal: controller.signal });
  try {
    const table = await mixedTable(4000);
    const onProgress = ({ step }: { step: string }): void => {
      if (step === "column rate") controller.abort();
    };
    await expect(profileTable({ duck: stopped, table, onProgress })).rejects.toMatchObject({
      code: "cancelled",
    });
  } finally {
    stopped.close();
  }
});

test("names and values of strangers stay text on the page", async () => {
  const hostile = `</title><script>alert("x")</script><b onclick='y'>&$&\u202e`;
  const rows = 40;
  const at = Array.from({ length: rows }, (_, row) => row);
  const table = await tableOf(duck, {
    folder,
    name: "hostile",
    kinds: {
      [hostile]: "number",
      [`${hostile}2`]: "number",
      [`${hostile}3`]: "category",
      [`${hostile}4`]: "category",
    },
    values: {
      [hostile]: at,
      [`${hostile}2`]: at.map((row) => row ** 2),
      [`${hostile}3`]: at.map((row) => `${hostile}${row % 4}`),
      [`${hostile}4`]: at.map((row) => `${hostile}${row % 2}`),
    },
    label: `${hostile}4`,
  });
  const profile = await profileTable({ duck, table: { ...table, name: hostile } });
  expect(profile.classes?.list[0].name).toBe(`${hostile}0`);
  const page = profilePage(profile);
  expect(page).not.toMatch(/<script|<b |\u202e/);
  expect(page.replaceAll(/"[^"]*"/g, "")).not.toMatch(/<[^>]*onclick/);
  expect(page.match(/<\/title>/g)?.length).toBe(page.match(/<title>/g)?.length);
  expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  expect(page).not.toMatch(/https?:|url\(|src=|href="(?!#)/);
});
