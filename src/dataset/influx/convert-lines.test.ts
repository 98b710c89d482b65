import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Duck, fileLiteral, openDuck } from "../duck.ts";
import { type ConvertOptions, convertLineProtocol } from "./convert-lines.ts";

let folder = "";
let duck: Duck;
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  duck = await openDuck({ memoryLimit: "1GB" });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

async function converted(
  text: string,
  options: ConvertOptions & { gzip?: boolean; signal?: AbortSignal } = {},
) {
  const path = join(folder, "points.lp");
  // DuckDB keeps what it read of a path.
  const out = join(folder, `points-${++count}.parquet`);
  writeFileSync(path, options.gzip ? gzipSync(text) : text);
  const result = await convertLineProtocol(
    { path, gzip: options.gzip ?? false, signal: options.signal },
    out,
    options,
  );
  const reader = await duck.connection.runAndReadAll(
    `SELECT * REPLACE (epoch_us(time) AS time) FROM ${fileLiteral(out)}`,
  );
  rmSync(out);
  return {
    result,
    names: reader.columnNames(),
    types: reader.columnTypes().map(String),
    rows: reader.getRows(),
  };
}

describe("points become rows", () => {
  test("in the order of the file, tags before fields, with missing ones empty", async () => {
    const { result, names, types, rows } = await converted(
      'm,b=x n=1,s="a" 1000\nm n=2.5 2000\nm,b=y,a=z s="",t=T\n',
    );
    expect(names).toEqual(["time", "b", "a", "n", "s", "t"]);
    expect(types).toEqual(["BIGINT", "VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR", "VARCHAR"]);
    expect(rows).toEqual([
      [1n, "x", null, 1, "a", null],
      [2n, null, null, 2.5, null, null],
      [null, "y", "z", null, "", "true"],
    ]);
    expect(result).toMatchObject({ rows: 3, rejects: 0, timeless: 1, measurement: "m" });
    expect(result.columns.map(({ kind }) => kind)).toEqual([
      "time",
      "text",
      "text",
      "number",
      "text",
      "text",
    ]);
  });

  test("a column is of numbers only when all of its values are", async () => {
    const { types, rows } = await converted('m a=1,b=1 1\nm a=2,b="two" 2\nm a=3u,b=T 3\n');
    expect(types.slice(1)).toEqual(["DOUBLE", "VARCHAR"]);
    expect(rows.map((row) => row.slice(1))).toEqual([
      [1, "1"],
      [2, "two"],
      [3, "true"],
    ]);
  });

  test("doubles keep every bit, and texts every character", async () => {
    const numbers = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0, 9007199254740992, 123456.789e-7];
    const text = 'é\u{1f578} "q" \\ , \n = \t #';
    const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    const { rows } = await converted(
      numbers.map((n) => `m n=${Object.is(n, -0) ? "-0" : n},s="${escaped}"\n`).join(""),
    );
    rows.forEach((row, index) => {
      expect(Object.is(row[1], numbers[index])).toBe(true);
      expect(row[2]).toBe(text);
    });
  });

  test("a tag beside a field of its name is one column while they agree", async () => {
    expect((await converted('m,k=a k="a",n=1\nm,k=b k="b"\nm k="c"\n')).names).toEqual(["time", "k", "n"]);
    expect((await converted('m,k=a k="a",n=1\nm,k=b k="c"\n')).names).toEqual(["time", "k.tag", "k", "n"]);
    expect((await converted('m,k=a n=1\nm,k=b k="b"\n')).names).toEqual(["time", "k.tag", "k", "n"]);
  });

  test("names that differ by case, and fields called time, are told apart", async () => {
    const { names, rows } = await converted("m a=1,A=2,time=3 1000\n");
    expect(names).toEqual(["time", "a", "A.1", "time.1"]);
    expect(rows).toEqual([[1n, 1, 2, 3]]);
  });

  test("gzip, and times of another precision", async () => {
    const { rows } = await converted("m a=1 1709542800\n", { gzip: true, precision: "s" });
    expect(rows).toEqual([[1709542800000000n, 1]]);
  });

  test("many rows with columns that come late", async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, row) => `m c${Math.floor(row / 10_000)}=${row} ${row}000`,
    );
    const { rows, result } = await converted(lines.join("\n"));
    expect(result.rows).toBe(30_000);
    expect([rows[0], rows[10_000], rows[29_999]]).toEqual([
      [0n, 0, null, null],
      [10_000n, null, 10_000, null],
      [29_999n, null, null, 29_999],
    ]);
  });
});

describe("measurements", () => {
  const text = "a x=1 1\nb y=2 2\na x=3 3\n";

  test("one is taken, the others are counted", async () => {
    const { result, names, rows } = await converted(text, { measurement: "b" });
    expect(names).toEqual(["time", "y"]);
    expect(rows).toHaveLength(1);
    expect(result.measurements).toEqual([
      { name: "a", points: 2 },
      { name: "b", points: 1 },
    ]);
  });

  test.each([
    [text, {}, "has 2 measurements, expected one: 'a' (2 points), 'b' (1 point)"],
    [text, { measurement: "c" }, "has no measurement 'c'; it has 'a' (2 points), 'b' (1 point)"],
    ["# nothing\n", {}, "has no point of line protocol"],
    ["bad\nworse\n", {}, "has no point of line protocol"],
  ])("%j with %j: %s", async (lines, options, message) => {
    await expect(converted(lines, options)).rejects.toMatchObject({
      code: "rows-invalid",
      message: expect.stringContaining(message),
    });
    expect(readdirSync(folder)).toEqual(["points.lp"]);
  });
});

test("lines that are no points are told, and the rest is taken", async () => {
  const rejects: unknown[] = [];
  const { result } = await converted("m a=1\nbad\nm a=\nm a=2\n", {
    onReject: (...told) => rejects.push(told),
  });
  expect(result).toMatchObject({ rows: 2, rejects: 2 });
  expect(rejects).toEqual([
    [2, "a measurement without fields", "bad"],
    [3, "field 'a' has no value", "m a="],
  ]);
});

test("a stop leaves nothing", async () => {
  const controller = new AbortController();
  const lines = "m a=1\n".repeat(400_000);
  await expect(
    converted(lines, { signal: controller.signal, onProgress: () => controller.abort() }),
  ).rejects.toMatchObject({ code: "cancelled" });
  expect(readdirSync(folder)).toEqual(["points.lp"]);
});
