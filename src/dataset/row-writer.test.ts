import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyRow,
  asOrdinaryUser,
  batchOf,
  SMALL_SCHEMA,
  type TestRow,
  temporaryFolder,
} from "../../test/support/rows.ts";
import { OrbweaverError } from "../base/errors.ts";
import type { LabelledTable } from "../feature/table.ts";
import { readTable } from "./row-reader.ts";
import { openRowWriter, ROW_FORMATS, rowFormatOf } from "./row-writer.ts";

const folder = temporaryFolder();
let fileCount = 0;

function newPath(ending: string): string {
  fileCount++;
  return join(folder, `rows ${fileCount}.${ending}`);
}

const EXTRA = [
  { name: "label", kind: "text" },
  { name: "score", kind: "number" },
] as const;
const LABELS = ["benign", "scan, slow", 'the "other"', "1"];

async function write(path: string, rows: readonly TestRow[], batchRows = 7): Promise<void> {
  const writer = await openRowWriter(path, SMALL_SCHEMA, {
    extraColumns: EXTRA,
    metadata: { origin: "a test" },
  });
  for (let first = 0; first < rows.length; first += batchRows) {
    const part = rows.slice(first, first + batchRows);
    await writer.write(batchOf(SMALL_SCHEMA, part), (row) => [
      LABELS[(first + row) % LABELS.length],
      first + row,
    ]);
  }
  const { rows: count, bytes } = await writer.close();
  expect(count).toBe(rows.length);
  expect(bytes).toBe(readFileSync(path).length);
}

function expectSameValues(table: LabelledTable, rows: readonly TestRow[]): void {
  expect(table.rowCount).toBe(rows.length);
  rows.forEach((row, index) => {
    const found = table.values.map((column) => column[index]);
    expect(found.map(bits)).toEqual(row.values.map(bits));
    expect(table.classes[table.labels[index]]).toBe(LABELS[index % LABELS.length]);
  });
}

/** Tells -0 from 0 and every number from its neighbours. */
function bits(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

describe.each(ROW_FORMATS)("%s", (format) => {
  test("gives back every value bit for bit, the schema, the classes and who the flows were", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (rows) => {
        const path = newPath(format);
        await write(path, rows);
        const result = await readTable(path, {
          label: "label",
          knownSchemas: [SMALL_SCHEMA],
          identity: true,
        });
        expectSameValues(result.table, rows);
        expect(result.table.schema.fingerprint).toBe(SMALL_SCHEMA.fingerprint);
        const batch = batchOf(SMALL_SCHEMA, rows);
        expect(result.identity).toEqual(rows.map((_, row) => batch.identity(row)));
        expect(result.source.unused).toEqual([{ column: "score", reason: "not a column of schema small" }]);
      }),
      { numRuns: format === "parquet" ? 15 : 40 },
    );
  });

  test("keeps the order of many rows over several blocks", async () => {
    const path = newPath(format);
    const rows = Array.from(
      { length: 5000 },
      (_, index): TestRow => ({
        flow: index + 1,
        startUs: index,
        endUs: index + 1,
        words: [0, 0, 0xffff, index, 0, 0, 0xffff, 1],
        ports: [index, 80],
        protocol: 6,
        reason: 0,
        values: [index, -index / 3, index % 4, index * 1e9],
      }),
    );
    await write(path, rows, 999);
    const { table } = await readTable(path, { label: "label", knownSchemas: [SMALL_SCHEMA] });
    expectSameValues(table, rows);
  });

  test("holds a table without rows", async () => {
    const path = newPath(format);
    await write(path, []);
    if (format === "jsonl") {
      await expect(readTable(path)).rejects.toMatchObject({ code: "rows-format" });
      return;
    }
    const { table } = await readTable(path, { knownSchemas: [SMALL_SCHEMA] });
    expect(table.rowCount).toBe(0);
    expect(table.schema.id).toBe("small");
  });

  test("leaves nothing behind when aborted, and the old file in place until it is closed", async () => {
    const own = join(folder, `abort-${format}`);
    mkdirSync(own);
    const path = join(own, `x.${format}`);
    writeFileSync(path, "old");
    const writer = await openRowWriter(path, SMALL_SCHEMA);
    await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 3)));
    expect(readFileSync(path, "utf8")).toBe("old");
    await writer.abort();
    expect(readdirSync(own)).toEqual([`x.${format}`]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test("says in one line that the folder is missing or is a folder", async () => {
    const missing = join(folder, "nowhere", `x.${format}`);
    await expect(openRowWriter(missing, SMALL_SCHEMA)).rejects.toMatchObject({
      code: "file-write",
      message: `cannot write '${missing}': folder '${join(folder, "nowhere")}' does not exist`,
    });
    await expect(openRowWriter(folder, SMALL_SCHEMA, { format })).rejects.toMatchObject({
      code: "file-write",
    });
  });
});

test("a full device is one clear line", async () => {
  if (!existsSync("/dev/full")) return;
  for (const format of ["csv", "jsonl", "orbrows"] as const) {
    const writer = await openRowWriter("/dev/full", SMALL_SCHEMA, { format });
    const work = async (): Promise<void> => {
      for (let index = 0; index < 3; index++)
        await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 50)));
      await writer.close();
    };
    await expect(work()).rejects.toMatchObject({
      code: "file-write",
      message: "cannot write '/dev/full': no space left on the device",
    });
  }
  await expect(openRowWriter("/dev/full", SMALL_SCHEMA, { format: "parquet" })).rejects.toMatchObject({
    code: "file-write",
  });
});

test("a folder without permission is one clear line", async () => {
  const closed = join(folder, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  await asOrdinaryUser(async () => {
    for (const format of ROW_FORMATS) {
      const path = join(closed, `x.${format}`);
      await expect(openRowWriter(path, SMALL_SCHEMA)).rejects.toMatchObject({
        code: "file-write",
        message: `cannot write '${path}': no permission to write there`,
      });
    }
  });
});

test("a folder that vanishes before the end is one clear line", async () => {
  for (const format of ["csv", "orbrows", "parquet"] as const) {
    const own = join(folder, `vanishing-${format}`);
    mkdirSync(own);
    const writer = await openRowWriter(join(own, `x.${format}`), SMALL_SCHEMA);
    await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 3)));
    rmSync(own, { recursive: true });
    await expect(writer.close()).rejects.toMatchObject({
      code: "file-write",
      message: `cannot write '${join(own, `x.${format}`)}': folder '${own}' does not exist`,
    });
  }
});

test("a symbolic link keeps pointing where it did", async () => {
  const real = join(folder, "real.csv");
  const link = join(folder, "link.csv");
  writeFileSync(real, "old");
  symlinkSync(real, link);
  await write(link, fc.sample(anyRow, 2));
  expect(readFileSync(real, "utf8")).toMatch(/^flow,community_id/);
});

test("standard output gets CSV, and a reader that leaves is no error", async () => {
  const output = new PassThrough();
  const parts: Buffer[] = [];
  output.on("data", (part: Buffer) => parts.push(part));
  const writer = await openRowWriter("-", SMALL_SCHEMA, { output });
  await writer.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 3)));
  await writer.close();
  expect(Buffer.concat(parts).toString().trim().split("\n")).toHaveLength(4);

  const gone = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })),
  });
  const quiet = await openRowWriter("-", SMALL_SCHEMA, { output: gone });
  for (let index = 0; index < 40; index++) await quiet.write(batchOf(SMALL_SCHEMA, fc.sample(anyRow, 200)));
  await quiet.close();
  expect(quiet.readerGone).toBe(true);
});

test("formats go by the ending, and unknown endings are refused", () => {
  expect(rowFormatOf("a/b.CSV")).toBe("csv");
  expect(rowFormatOf("-")).toBe("csv");
  expect(() => rowFormatOf("rows.xlsx")).toThrow(OrbweaverError);
});

test("an extra column may not be called like another one", async () => {
  const extraColumns = [{ name: "bytes", kind: "text" }] as const;
  await expect(openRowWriter(newPath("csv"), SMALL_SCHEMA, { extraColumns })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
});

test("another text may stand for a missing value, in CSV alone", async () => {
  const path = newPath("csv");
  const rows = fc.sample(anyRow, { numRuns: 1, seed: 1 });
  const values = rows[0].values.map(() => Number.NaN);
  const writer = await openRowWriter(path, SMALL_SCHEMA, { missing: "-1" });
  await writer.write(batchOf(SMALL_SCHEMA, [{ ...rows[0], values }]));
  await writer.close();
  const [header, line] = readFileSync(path, "utf8").split("\n");
  const first = header.split(",").indexOf(SMALL_SCHEMA.columns[0].name);
  expect(line.split(",").slice(first)).toEqual(SMALL_SCHEMA.columns.map(() => "-1"));
  await expect(openRowWriter(newPath("jsonl"), SMALL_SCHEMA, { missing: "-1" })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
});
