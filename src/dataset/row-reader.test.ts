import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dataTest, sharedData } from "../../test/support/data.ts";
import { anyRow, asOrdinaryUser, batchOf, SMALL_SCHEMA, temporaryFolder } from "../../test/support/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { defineSchema } from "../feature/schema.ts";
import type { LabelledTable } from "../feature/table.ts";
import { inspectRows } from "./inspect.ts";
import { KDD_GROUPS } from "./kdd.ts";
import { loadLabels } from "./labels.ts";
import { readTable } from "./row-reader.ts";
import { openRowWriter } from "./row-writer.ts";

const folder = temporaryFolder();
let count = 0;

function file(content: string | Uint8Array, ending = "csv"): string {
  const path = join(folder, `t${count++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

function column(
  table: { schema: { columns: readonly { name: string }[] }; values: readonly ArrayLike<number>[] },
  name: string,
): number[] {
  return Array.from(table.values[table.schema.columns.findIndex((found) => found.name === name)]);
}

function classCounts(table: LabelledTable): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of table.labels) counts[table.classes[label]] = (counts[table.classes[label]] ?? 0) + 1;
  return counts;
}

describe("CSV", () => {
  const plain = "a,b,kind,label\n1,2.5,x,good\n3,-0,y,bad\n,nan,,good\n";

  test.each([
    ["plain", plain],
    ["BOM and CRLF", `\ufeff${plain.replaceAll("\n", "\r\n")}`],
    ["quoted", '"a","b","kind","label"\n"1","2.5","x","good"\n"3","-0","y","bad"\n"","nan","","good"\n'],
    [
      "blanks around names and values",
      " a , b ,kind , label\n 1, 2.5 , x,good \n3,-0,y , bad\n , nan,,good\n",
    ],
    ["semicolons", plain.replaceAll(",", ";")],
    ["tabs", plain.replaceAll(",", "\t")],
    ["no line end at the end", plain.trimEnd()],
    ["blank lines and blank rows", `${plain.replace("\n1", "\n\n1")},,,\n\n,,,\n`],
    ["the header once more", `${plain}a,b,kind,label\n`],
    ["gzip", gzipSync(plain)],
  ])("%s", async (_name, content) => {
    const { table } = await readTable(file(content), { label: "label" });
    expect(table.schema.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "a numeric",
      "b numeric",
      "kind categorical",
    ]);
    expect(column(table, "a")).toEqual([1, 3, NaN]);
    expect(column(table, "b")).toEqual([2.5, -0, NaN]);
    expect(column(table, "kind")).toEqual([0, 1, NaN]);
    expect(table.classes).toEqual(["bad", "good"]);
    expect([...table.labels]).toEqual([1, 0, 1]);
  });

  test("numbers come back bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 }),
        async (values) => {
          const text = values.map((value) => (Object.is(value, -0) ? "-0" : String(value)));
          const { table } = await readTable(file(`x,y\n${text.map((value) => `${value},1\n`).join("")}`));
          expect(column(table, "x").map((value) => [value, Object.is(value, -0)])).toEqual(
            values.map((value) => [value, Object.is(value, -0)]),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("names that repeat or are empty are told apart", async () => {
    const { table } = await readTable(file(",x,x,x.1,\n1,2,3,4,5\n2,3,4,5,6\n"), { include: ["column 1"] });
    expect(table.schema.columns.map((found) => found.name)).toEqual([
      "column 1",
      "x",
      "x.1",
      "x.1.1",
      "column 5",
    ]);
  });

  test("blank rows and repeated headers are counted", async () => {
    const { source } = await readTable(file("a,b\n1,2\n,\na,b\n,\n3,4\n"));
    expect(source.dropped).toEqual([
      { reason: "blank row", rows: 2 },
      { reason: "repeated header", rows: 1 },
    ]);
    expect(source.rows).toBe(2);
  });

  test("identifiers, classes and long texts are left out, and the reason is said", async () => {
    const rows = Array.from({ length: 300 }, (_, row) => `${row},10.0.0.1,2024,n${row},a,${row % 2},ok\n`);
    const path = file(`Flow ID,Src IP,Timestamp,note,Attempted Category,x,Label\n${rows.join("")}`);
    const { table, source } = await readTable(path, { label: "label" });
    expect(table.schema.columns.map((found) => found.name)).toEqual(["x"]);
    expect(Object.fromEntries(source.unused.map(({ column: name, reason }) => [name, reason]))).toEqual({
      "Flow ID": "named like an identifier",
      "Src IP": "named like an identifier",
      Timestamp: "named like an identifier",
      note: "more than 250 different texts",
      "Attempted Category": "named like a class",
    });
    expect(source.warnings[0]).toMatch(/Flow ID, Src IP, Timestamp, Attempted Category/);
    const asked = await readTable(path, { label: "Label", include: ["Flow ID"], exclude: ["x"] });
    expect(asked.table.schema.columns.map((found) => found.name)).toEqual(["Flow ID"]);
  });

  test("rows without a label are dropped and counted; a limit is kept", async () => {
    const path = file("x,label\n1,a\n2,\n3,b\n4,a\n");
    const { table, source } = await readTable(path, { label: "label" });
    expect(column(table, "x")).toEqual([1, 3, 4]);
    expect(source.dropped).toEqual([{ reason: "no label", rows: 1 }]);
    const first = await readTable(path, { label: "label", limit: 2 });
    expect(column(first.table, "x")).toEqual([1, 3]);
  });

  test("text that is not UTF-8 is read as Windows-1252, with a warning", async () => {
    const path = file(gzipSync(Buffer.from("x,label\n1,Web Attack \x96 XSS\n2,ok\n", "latin1")));
    const { table, source } = await readTable(path, { label: "label" });
    expect(table.classes).toEqual(["Web Attack – XSS", "ok"]);
    expect(source.warnings[0]).toMatch(/not UTF-8/);
  });

  test("files without a header get numbered columns", async () => {
    const { table, source } = await readTable(file("1,2\n3,4\n"), { include: ["column 1"] });
    expect(column(table, "column 1")).toEqual([1, 3]);
    expect(source.warnings[0]).toMatch(/no header/);
  });

  test.each([
    ["a row too short", "a,b\n1,2\n3\n", /line 3: found 1 columns, expected 2/],
    ["a row too long", "a,b\n1,2\n3,4,5\n", /line 3: found 3 columns, expected 2/],
    ["a quote left open", 'a,b\n1,2\n3,"4\n5,6\n', /line 3: found a quote that is not closed/],
  ])("%s is refused with its line", async (_name, content, message) => {
    await expect(readTable(file(content))).rejects.toMatchObject({ code: "rows-invalid", message });
  });

  test("compressed data that end early or are damaged are refused, not read in part", async () => {
    const whole = gzipSync(plain.repeat(500));
    await expect(readTable(file(whole.subarray(0, whole.length / 2)))).rejects.toMatchObject({
      code: "rows-invalid",
      message: /compressed data end early/,
    });
    const damaged = Buffer.from(whole);
    damaged[Math.floor(damaged.length / 2)] ^= 0xff;
    await expect(readTable(file(damaged))).rejects.toMatchObject({ code: "rows-invalid" });
  });
});

describe("a large file that changes its ways after many rows", () => {
  const numbers = Array.from({ length: 60_000 }, (_, row) => `${row},${row / 8},x\n`).join("");

  test("missing words, blank rows and repeated headers are taken as in a small one", async () => {
    const path = file(`a,b,c\n${numbers}NA,-0,y\n,,\na,b,c\n7,null,\n`);
    const { table, source } = await readTable(path);
    expect(table.rowCount).toBe(60_002);
    expect(column(table, "a").slice(59_999)).toEqual([59_999, NaN, 7]);
    expect(column(table, "b").slice(59_999)).toEqual([59_999 / 8, -0, NaN]);
    expect(column(table, "c").slice(59_999)).toEqual([0, 1, NaN]);
    expect(column(table, "a").every((value, row) => row >= 60_000 || value === row)).toBe(true);
    expect(source.dropped).toEqual([
      { reason: "blank row", rows: 1 },
      { reason: "repeated header", rows: 1 },
    ]);
  });

  test("words make it a category, or are refused where the schema wants a number", async () => {
    const few = Array.from({ length: 60_000 }, (_, row) => `${row % 5},${row / 8},x\n`).join("");
    const path = file(`a,b,c\n${few}high,1,x\n`);
    const { table } = await readTable(path);
    expect(table.schema.columns[0]).toMatchObject({
      kind: "categorical",
      categories: ["0", "1", "2", "3", "4", "high"],
    });
    const clean = await readTable(file(`a,b,c\n${few}`));
    await expect(readTable(path, { schema: clean.table.schema })).rejects.toMatchObject({
      code: "rows-invalid",
      message: `'${path}' line 60002, column 'a': found 'high', expected a number`,
    });
  });
});

test("a damaged row far down is refused where the columns are known beforehand", async () => {
  const clean = await readTable(file("a,b\n1,2.5\n"));
  const rows = "1,2.5\n".repeat(60_000);
  for (const [last, message] of [
    ["1\n", /line 60002: found 1 columns, expected 2/],
    ['1,"2\n', /line 60002: found a quote that is not closed/],
  ] as const) {
    const reading = readTable(file(`a,b\n${rows}${last}`), { schema: clean.table.schema });
    await expect(reading).rejects.toMatchObject({ code: "rows-invalid", message });
  }
});

describe("JSON lines", () => {
  test("are typed like CSV", async () => {
    const path = file(
      '{"x":1,"kind":"a","label":0}\n{"x":null,"kind":"b","label":1}\n{"x":"Infinity","label":0}\n',
      "txt",
    );
    const { table } = await readTable(path, { label: "label" });
    expect(column(table, "x")).toEqual([1, NaN, Infinity]);
    expect(column(table, "kind")).toEqual([0, 1, NaN]);
    expect(table.classes).toEqual(["0", "1"]);
  });

  test("a value of another kind is refused where the columns are known beforehand", async () => {
    const clean = await readTable(file('{"a":1}\n'));
    const path = file(`${'{"a":1}\n'.repeat(30_000)}{"a":"much"}\n`);
    await expect(readTable(path, { schema: clean.table.schema })).rejects.toMatchObject({
      code: "rows-invalid",
      message: `'${path}' row 30001, column 'a': found 'much', expected a number`,
    });
  });

  test("a line that is no JSON is refused with its number", async () => {
    const path = file('{"x":1}\n{"x":\n{"x":2}\n');
    await expect(readTable(path)).rejects.toMatchObject({
      code: "rows-invalid",
      message: /line \d+: found text that is no JSON/,
    });
  });
});

describe("a schema of ours in CSV", () => {
  const header = "bytes,state,extra,label\n";
  const schema = defineSchema({
    id: "two",
    title: "",
    description: "",
    lifecycle: "",
    engine: "flow",
    versions: "1",
    columns: [
      { name: "bytes", measure: "a", description: "" },
      { name: "state", measure: "b", kind: "categorical", categories: ["open", "closed"], description: "" },
    ],
  });

  test("is recognised by its columns; unknown categories are missing and counted", async () => {
    const path = file(`${header}1,closed,7,a\n2,ajar,8,b\n3,,9,b\n`);
    const { table, source } = await readTable(path, { knownSchemas: [schema], label: "label" });
    expect(table.schema).toBe(schema);
    expect(column(table, "state")).toEqual([1, NaN, NaN]);
    expect(source.unknownCategories).toEqual([{ column: "state", values: 1 }]);
    expect(source.unused).toEqual([{ column: "extra", reason: "not a column of schema two" }]);
  });

  test("an excluded column stays in the schema as missing", async () => {
    const path = file(`${header}1,closed,7,a\n`);
    const { table } = await readTable(path, { knownSchemas: [schema], label: "label", exclude: ["bytes"] });
    expect(table.schema).toBe(schema);
    expect(column(table, "bytes")).toEqual([NaN]);
  });

  test("a text where a number is wanted is refused with file, line, column, found and expected", async () => {
    const path = file(`${header}1,closed,7,a\n\n"2\n",open,8,b\nmany,open,9,b\n`);
    await expect(readTable(path, { schema })).rejects.toMatchObject({
      code: "rows-invalid",
      message: `'${path}' line 6, column 'bytes': found 'many', expected a number`,
    });
  });

  test("a missing column is named when a model is applied", async () => {
    await expect(readTable(file("bytes,x\n1,2\n"), { schema })).rejects.toMatchObject({
      code: "schema-mismatch",
      message: /has no column 'state'/,
    });
  });

  test("columns are matched by name, whatever their order", async () => {
    const { table } = await readTable(file("state,more,bytes\nopen,1,5\n"), { schema });
    expect(column(table, "bytes")).toEqual([5]);
    expect(column(table, "state")).toEqual([0]);
  });

  test("a file that carries another fingerprint of the schema is refused", async () => {
    const path = join(folder, "small.orbrows");
    const writer = await openRowWriter(path, SMALL_SCHEMA);
    await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 3)));
    await writer.close();
    const changed = { ...SMALL_SCHEMA, fingerprint: "0".repeat(32) };
    await expect(readTable(path, { schema: changed })).rejects.toMatchObject({ code: "schema-mismatch" });
  });
});

test("a name is a name, not a pattern or a partition", async () => {
  const own = join(folder, "k=v [12] *");
  mkdirSync(own);
  for (const name of ["a1", "ab"]) writeFileSync(join(own, `${name}.csv`), "x\n7\n");
  for (const [name, format] of [
    ["a[1]", "csv"],
    ["a*", "parquet"],
    ["a?'", "jsonl"],
  ] as const) {
    const path = join(own, `${name}.${format}`);
    const writer = await openRowWriter(path, SMALL_SCHEMA);
    await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 3)));
    await writer.close();
    const { table, source } = await readTable(path, { knownSchemas: [SMALL_SCHEMA] });
    expect(table.rowCount).toBe(3);
    expect(source.unused).toEqual([]);
  }
});

describe("several files", () => {
  test("become one table with the categories and classes of all", async () => {
    const first = file("x,kind,label\n1,b,no\n");
    const second = file("x,kind,label\n2,a,yes\n");
    const { table, source } = await readTable([first, second], { label: "label" });
    expect(column(table, "x")).toEqual([1, 2]);
    expect(table.schema.columns[1].categories).toEqual(["a", "b"]);
    expect(column(table, "kind")).toEqual([1, 0]);
    expect(table.classes.map((name, index) => [name, table.labels[index]])).toEqual([
      ["no", 0],
      ["yes", 1],
    ]);
    expect(source.files.map(({ rows }) => rows)).toEqual([1, 1]);
  });

  test("must have the same columns", async () => {
    await expect(readTable([file("x,y\n1,2\n"), file("x,z\n1,2\n")])).rejects.toMatchObject({
      code: "schema-mismatch",
    });
  });
});

describe("what is no file of rows", () => {
  test.each([
    ["an empty file", "", /is empty/],
    ["blanks", " \n \n", /holds blanks only/],
    ["a capture", Buffer.from("d4c3b2a1020004000000000000000000", "hex"), /is a capture/],
    ["something binary", Buffer.from([1, 2, 0, 4]), /binary file of another kind/],
  ])("%s is refused by its content", async (_name, content, message) => {
    await expect(readTable(file(content))).rejects.toMatchObject({ code: "rows-format", message });
  });

  test("a folder, a missing file and a file without permission have their own errors", async () => {
    await expect(readTable(folder)).rejects.toMatchObject({ code: "file-is-directory" });
    await expect(readTable(join(folder, "nowhere.csv"))).rejects.toMatchObject({ code: "file-missing" });
    const closed = file("x\n1\n");
    chmodSync(closed, 0);
    await asOrdinaryUser(async () => {
      await expect(readTable(closed)).rejects.toMatchObject({ code: "file-permission" });
    });
  });

  test("a damaged Parquet file is one clear line", async () => {
    await expect(readTable(file(`PAR1${"x".repeat(100)}`))).rejects.toMatchObject({ code: "rows-invalid" });
  });
});

test("whatever a file holds, reading, inspecting and labelling give a result or one clear line", async () => {
  const pieces = [
    ..."ab,,,;\t\n\n\r\"{}[]:\\\0# '",
    ...['""', "1", "-0", "nan", "1e999", "1_000", '"x":1', "\ufeff", "é", "null", "label", "tcp", "10.0.0.1"],
    ...["start_us", "rules:", "- label: x", "PAR1", "ORBROWS\n", "--", "2020-01-01"],
  ];
  const random = new Random(5);
  for (let round = 0; round < 150; round++) {
    const text = Array.from({ length: random.integer(1, 50) }, () => random.pick(pieces)).join("");
    const path = file(text);
    for (const work of [() => readTable(path), () => inspectRows(path), () => loadLabels(path)]) {
      const failure: unknown = await work().catch((cause: unknown) => cause);
      if (!(failure instanceof Error)) continue;
      expect(failure, JSON.stringify(text)).toBeInstanceOf(OrbweaverError);
      expect(failure.message).not.toContain("\n");
    }
  }
});

test("a table above the bound is refused before it is built", async () => {
  const path = file(`x,y\n${"1,2\n".repeat(5000)}`);
  await expect(readTable(path, { bytesMax: 24 * 3000 })).rejects.toMatchObject({
    code: "rows-too-large",
    message: /more than 3000 rows of 2 columns/,
  });
});

test("a label column that is not there is named, with the columns that are", async () => {
  await expect(readTable(file("x,y\n1,2\n"), { label: "class" })).rejects.toMatchObject({
    code: "rows-invalid",
    message: /has no column 'class'; it has 'x', 'y'/,
  });
});

describe("KDD", () => {
  dataTest("KDD99 10 % has the published rows and classes", async () => {
    const { table } = await readTable(sharedData("kdd/kddcup.data_10_percent.gz"), { label: "label" });
    expect(table.rowCount).toBe(494_021);
    expect(table.values).toHaveLength(41);
    expect(table.classes).toHaveLength(23);
    expect(classCounts(table)).toMatchObject({ normal: 97_278, smurf: 280_790, neptune: 107_201 });
  });

  dataTest("the official test set is applied to the training schema, in five groups", async () => {
    const train = await readTable(sharedData("nsl-kdd/KDDTrain+.txt.gz"), {
      label: "label",
      labelMap: "kdd5",
    });
    expect(train.table.rowCount).toBe(125_973);
    expect(train.table.classes).toEqual(["dos", "normal", "probe", "r2l", "u2r"]);
    expect(train.table.schema.columns.map((found) => found.name)).not.toContain("difficulty");
    const options = { label: "label", labelMap: "kdd5", schema: train.table.schema } as const;
    const official = await readTable(sharedData("nsl-kdd/KDDTest+.txt.gz"), options);
    expect(official.table.rowCount).toBe(22_544);
    expect(official.table.schema).toBe(train.table.schema);
    const corrected = await readTable(sharedData("kdd/corrected.gz"), options);
    expect(corrected.table.rowCount).toBe(311_029);
    expect(corrected.source.unknownCategories).toEqual([{ column: "service", values: expect.any(Number) }]);
  });

  dataTest("groups are those of the published files", async () => {
    for (const name of ["training_attack_types", "attack_types_extended.txt"]) {
      for (const line of readFileSync(sharedData(`kdd/${name}`), "utf8").split(/\r?\n/)) {
        const [attack, group] = line.trim().split(/\s+/);
        if (group !== undefined) expect(KDD_GROUPS.get(attack), attack).toBe(group);
      }
    }
  });
});

describe("public tables", () => {
  dataTest("CSE-CIC-IDS2018, improved", async () => {
    const path = sharedData("cic/csecicids2018_improved_sample5000.csv.gz");
    const { table } = await readTable(path, { label: "Label" });
    expect(classCounts(table)).toMatchObject({ BENIGN: 2500, "Botnet Ares": 101 });
  });

  dataTest("CSE-CIC-IDS2018, original: infinities stay, 15 classes", async () => {
    const { table } = await readTable(sharedData("cic/validation_180rows_15classes.csv"), { label: "label" });
    expect(table.rowCount).toBe(180);
    expect(table.classes).toHaveLength(15);
    expect(classCounts(table)["Benign"]).toBe(40);
    const infinities = table.values.flatMap((values) =>
      Array.from(values).filter((value) => value === Infinity),
    );
    expect(infinities).toHaveLength(20);
  });

  dataTest("a spreadsheet's export: BOM, CRLF and 148 rows of commas", async () => {
    const { table, source } = await readTable(sharedData("cic/Network_Test_Traffic_cisco.csv"), {
      label: "Label",
    });
    expect(classCounts(table)).toEqual({ Benign: 23 });
    expect(source.dropped).toEqual([{ reason: "blank row", rows: 148 }]);
  });

  dataTest("CIC-IDS2017: leading blanks and a repeated name", async () => {
    const { table } = await readTable(sharedData("cic/original_format_ids2017_sample.csv"), {
      label: "Label",
    });
    expect(table.rowCount).toBe(1000);
    const names = table.schema.columns.map((found) => found.name);
    expect(names).toEqual(
      expect.arrayContaining(["Destination Port", "Fwd Header Length", "Fwd Header Length.1"]),
    );
  });

  dataTest("APA-DDoS", async () => {
    const { table } = await readTable(sharedData("apa/APA-DDoS-Dataset.csv.gz"), { label: "Label" });
    expect(classCounts(table)).toEqual({ Benign: 75_600, "DDoS-ACK": 37_800, "DDoS-PSH-ACK": 37_800 });
  });
});

describe("a stop that is asked for", () => {
  const lines = Array.from({ length: 20_000 }, (_, row) => `${row},${row % 7},${row % 2 === 0 ? "a" : "b"}`);
  const csv = `x,y,label\n${lines.join("\n")}\n`;

  async function rowFile(ending: string): Promise<string> {
    if (ending === "csv") return file(csv);
    if (ending === "csv.gz") return file(gzipSync(csv), ending);
    if (ending === "jsonl") return file(lines.map((_, row) => `{"x":${row},"label":"a"}\n`).join(""), ending);
    const path = join(folder, `stop.${ending}`);
    const writer = await openRowWriter(path, SMALL_SCHEMA);
    const rows = fc.sample(anyRow, { numRuns: 2000, seed: 1 });
    for (let batch = 0; batch < 10; batch++) await writer.write(batchOf(SMALL_SCHEMA, rows));
    await writer.close();
    return path;
  }

  test.each(["csv", "csv.gz", "jsonl", "parquet", "orbrows"])(
    "before or during reading .%s",
    async (ending) => {
      const path = await rowFile(ending);
      const whole = await readTable(path);
      expect(whole.table.rowCount).toBe(20_000);
      await expect(readTable(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: "cancelled",
      });
      const controller = new AbortController();
      const reading = readTable([path, path, path], { signal: controller.signal });
      setImmediate(() => controller.abort());
      await expect(reading).rejects.toMatchObject({ code: "cancelled" });
      const unasked = await readTable(path, { signal: new AbortController().signal });
      expect(unasked.table.rowCount).toBe(20_000);
    },
  );

  test("also while inspecting, and while reading label records", async () => {
    const signal = AbortSignal.abort();
    await expect(inspectRows(file(csv), { signal })).rejects.toMatchObject({ code: "cancelled" });
    await expect(loadLabels(file(csv), signal)).rejects.toMatchObject({ code: "cancelled" });
  });

  test("hides no failure that came before it", async () => {
    const controller = new AbortController();
    const failure = await readTable(file("a,b\n1,2,3\n"), { signal: controller.signal }).catch(
      (found) => found,
    );
    expect(failure).toMatchObject({ code: "rows-invalid" });
  });
});

describe("columns beside the features", () => {
  const text =
    "capture,when,size,weight,label\nmon,1,10,0.5,good\ntue,2,20,2,bad\n,3,30,0.5,good\nmon,4,40,,\n";

  test("texts come as equal codes, numbers as they are, rows without a label not at all", async () => {
    const { table, beside } = await readTable(file(text), {
      label: "label",
      exclude: ["weight"],
      beside: [{ name: "weight", isNumber: true }, { name: "capture" }, { name: "when" }],
    });
    expect(table.schema.columns.map(({ name }) => name)).toEqual(["capture", "when", "size"]);
    expect(beside).toEqual([
      { name: "weight", kind: "number", values: Float64Array.of(0.5, 2, 0.5) },
      { name: "capture", kind: "text", values: Float64Array.of(0, 1, NaN) },
      { name: "when", kind: "number", values: Float64Array.of(1, 2, 3) },
    ]);
  });

  test("identity beside them stays what it is", async () => {
    const path = join(folder, "beside.csv");
    const writer = await openRowWriter(path, SMALL_SCHEMA, {
      extraColumns: [
        { name: "label", kind: "text" },
        { name: "capture", kind: "text" },
      ],
    });
    const [row] = fc.sample(anyRow, { seed: 1, numRuns: 1 });
    await writer.write(batchOf(SMALL_SCHEMA, [row, row]), (index) => ["good", index === 0 ? "mon" : "tue"]);
    await writer.close();
    const read = (names: string[]) =>
      readTable(path, {
        label: "label",
        knownSchemas: [SMALL_SCHEMA],
        identity: true,
        beside: names.map((name) => ({ name })),
      });
    const { identity, beside } = await read(["capture"]);
    expect(beside[0].values).toEqual(Float64Array.of(0, 1));
    expect(identity).toEqual((await read([])).identity);
  });

  test("optional ones are left out where they are missing or a feature; others are an error", async () => {
    const path = file(text);
    const optional = await readTable(path, {
      label: "label",
      beside: [
        { name: "weight", isOptional: true },
        { name: "nothing", isOptional: true },
      ],
    });
    expect(optional.beside).toEqual([]);
    await expect(readTable(path, { label: "label", beside: [{ name: "nothing" }] })).rejects.toThrow(
      /has no column 'nothing'/,
    );
  });
});
