import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { firstRecords } from "./csv-text.ts";
import { type Duck, openDuck } from "./duck.ts";
import { textLines, writeLines } from "./export-rows.ts";
import type { DatasetColumn, TableFile } from "./store/contract.ts";

const NUMBERS = [
  0,
  -0,
  1,
  -17,
  0.1,
  1 / 3,
  5e-324,
  2.2250738585072014e-308,
  1.7976931348623157e308,
  2 ** 53,
  2 ** 53 - 1,
  2 ** 60,
  1e21,
  123456789.12345679,
  Infinity,
  -Infinity,
  null,
];
const TEXTS = [
  "plain",
  "",
  'a "quote"',
  "comma, here",
  " blank ",
  "two\nlines",
  "ret\rurn",
  "tab\t",
  "é\u{1f578}",
  "\\",
  "null",
  null,
];

let folder = "";
let duck: Duck;
let table: TableFile;
let random: Random;

function column(name: string, kind: DatasetColumn["kind"]): DatasetColumn {
  return { name, kind, role: "feature", unit: "", description: "" };
}

interface Row {
  n: number | null;
  "t, x": string | null;
  us: bigint | null;
}
let rows: Row[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "1GB" });
  random = new Random(3);
  const bits = new DataView(new ArrayBuffer(8));
  const anyNumber = (): number => {
    bits.setUint32(0, random.uint32());
    bits.setUint32(4, random.uint32());
    const value = bits.getFloat64(0);
    return Number.isNaN(value) ? 1 : value;
  };
  rows = Array.from({ length: 5000 }, (_, index) => ({
    n: index < NUMBERS.length ? NUMBERS[index] : anyNumber(),
    "t, x": TEXTS[index % TEXTS.length],
    us: index % 5 === 0 ? null : 1709542800123456n + BigInt(index),
  }));
  const path = join(folder, "table.parquet");
  await duck.connection.run('CREATE TABLE made (n DOUBLE, "t, x" VARCHAR, us BIGINT)');
  const appender = await duck.connection.createAppender("made");
  for (const { n, us, "t, x": text } of rows) {
    if (n === null) appender.appendNull();
    else appender.appendDouble(n);
    if (text === null) appender.appendNull();
    else appender.appendVarchar(text);
    if (us === null) appender.appendNull();
    else appender.appendBigInt(us);
    appender.endRow();
  }
  appender.closeSync();
  await duck.connection.run(`COPY made TO '${path}'`);
  table = {
    path,
    rows: rows.length,
    columns: [column("n", "number"), column("t, x", "text"), column("us", "time")],
    name: "made",
  };
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

async function written(format: "csv" | "jsonl"): Promise<string> {
  const out = join(folder, `out.${format}`);
  const result = await writeLines(duck, table, textLines(table, format), out, {});
  expect(result).toMatchObject({ rows: rows.length, skipped: 0 });
  return readFileSync(out, "utf8");
}

test("CSV reads back to the same bits and characters", async () => {
  const [header, ...records] = firstRecords(await written("csv"), ",", rows.length + 1);
  expect(header.fields).toEqual(["n", "t, x", "us"]);
  expect(records).toHaveLength(rows.length);
  records.forEach(({ fields }, index) => {
    const { n, us, "t, x": text } = rows[index];
    if (n === null) expect(fields[0]).toBe("");
    else expect(Object.is(Number(fields[0]), n)).toBe(true);
    expect(fields[1]).toBe(text ?? "");
    expect(fields[2]).toBe(us === null ? "" : String(us));
  });
});

test("CSV spells numbers as row files do, and nothing otherwise than an empty text", async () => {
  const lines = (await written("csv")).split("\n");
  expect(lines.slice(1, 5).map((line) => line.split(",")[0])).toEqual(["0", "-0", "1", "-17"]);
  expect(lines[2]).toBe('-0,"",1709542800123457');
  expect(lines.filter((line) => /^-?Infinity,/.test(line))).toHaveLength(2);
});

test("JSON lines read back to the same values", async () => {
  const objects = (await written("jsonl"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(objects).toHaveLength(rows.length);
  objects.forEach((object, index) => {
    const { n, us, "t, x": text } = rows[index];
    const infinite = n === Infinity || n === -Infinity;
    expect(Object.is(object["n"], infinite ? String(n) : n)).toBe(true);
    expect(object["t, x"]).toBe(text);
    expect(object["us"]).toBe(us === null ? null : Number(us));
  });
});

test("a failure in the middle leaves the old file", async () => {
  const out = join(folder, "old.csv");
  await writeLines(duck, table, textLines(table, "csv"), out, {});
  const before = readFileSync(out, "utf8");
  const controller = new AbortController();
  const stopped = writeLines(duck, table, textLines(table, "jsonl"), out, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: "cancelled" });
  expect(readFileSync(out, "utf8")).toBe(before);
});
