// Projects and data sets in them: found, kept, moved, damaged, removed.

import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Duck, openDuck } from "../duck.ts";
import type { DatasetManifest } from "./contract.ts";
import { openProject, type Project } from "./project.ts";
import { resolveTable } from "./reference.ts";
import {
  addObject,
  hasDataset,
  listManifests,
  makeScratch,
  objectPath,
  readManifest,
  removeDataset,
  scratchPath,
  writeManifest,
} from "./sets.ts";
import { copyTable } from "./table-parquet.ts";

let folder = "";
let project: Project;
let duck: Duck;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  project = await openProject({ folder, create: true });
  duck = await openDuck({ memoryLimit: "500MB" });
  await makeScratch(project);
});
afterEach(() => {
  duck.close();
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = [
  { name: "n", role: "feature", kind: "number", unit: "", description: "" },
  { name: "label", role: "label", kind: "category", unit: "", description: "" },
] as const;

/** A table of `rows` numbers; `from` makes others. */
async function object(rows: number, from = 0): Promise<{ object: string; bytes: number; rows: number }> {
  const path = scratchPath(project, "parquet");
  await copyTable(
    duck,
    `SELECT (i + ${from})::DOUBLE AS n, if(i % 2 = 0, 'even', 'odd') AS label FROM range(${rows}) t(i)`,
    path,
    { columns: [...COLUMNS] },
  );
  return { ...(await addObject(project, path)), rows };
}

async function manifest(name: string, table: Awaited<ReturnType<typeof object>>): Promise<DatasetManifest> {
  return {
    format: 1,
    name,
    created: "2026-01-01T00:00:00.000Z",
    tables: { rows: { ...table, columns: [...COLUMNS] } },
    table: "rows",
    label: "label",
    origin: "import",
    sources: [{ name: "x.csv", rows: table.rows }],
    steps: [],
    remarks: [],
    rejected: 0,
    splits: {},
  };
}

/** A data set split into the rows below 10 and the others. */
async function splitSet(name: string): Promise<DatasetManifest> {
  const table = await object(30);
  const path = scratchPath(project, "parquet");
  await duck.connection.run(
    `COPY (SELECT if(i < 10, 0, if(i < 25, 1, 255))::UTINYINT AS part FROM range(30) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  const assignment = await addObject(project, path);
  const parts = [
    { name: "train", rows: 10 },
    { name: "test", rows: 15 },
  ];
  const split = { method: "time", options: {}, table: "rows", ...assignment, parts };
  return { ...(await manifest(name, table)), splits: { time: split }, split: "time" };
}

describe("projects", () => {
  test("are found upwards, and made only when asked", async () => {
    const below = join(folder, "a", "b");
    mkdirSync(below, { recursive: true });
    const working = process.cwd();
    try {
      process.chdir(below);
      expect((await openProject()).root).toBe(folder);
    } finally {
      process.chdir(working);
    }
    await expect(openProject({ folder: below })).rejects.toMatchObject({ code: "project-invalid" });
  });

  test.each([
    ["a: [", "is no YAML"],
    ["version: 2\n", "expected version: 1"],
    ["", "expected"],
  ])("of another kind are refused: %j", async (text, message) => {
    writeFileSync(join(folder, "orbweaver.yaml"), text);
    await expect(openProject({ folder })).rejects.toMatchObject({
      code: "project-invalid",
      message: expect.stringMatching(new RegExp(message)),
    });
  });
});

describe("data sets", () => {
  test("are not replaced unless that is asked for; what nobody names any more goes", async () => {
    const first = await object(10);
    const second = await object(10, 5);
    await writeManifest(project, await manifest("x", first), { replace: false });
    await expect(
      writeManifest(project, await manifest("x", second), { replace: false }),
    ).rejects.toMatchObject({ code: "dataset-exists" });
    await writeManifest(project, await manifest("x", second), { replace: true });
    expect(statSync(objectPath(project, second.object)).size).toBe(second.bytes);
    expect(() => statSync(objectPath(project, first.object))).toThrow();
  });

  test("of equal rows share one object, which stays until the last one goes", async () => {
    const one = await object(10);
    const other = await object(10);
    expect(other.object).toBe(one.object);
    await writeManifest(project, await manifest("a", one), { replace: false });
    await writeManifest(project, await manifest("b", other), { replace: false });
    expect(await removeDataset(project, "a")).toEqual({ bytes: 0 });
    expect((await resolveTable("b", { project, duck })).rows).toBe(10);
    expect(await removeDataset(project, "b")).toEqual({ bytes: one.bytes });
    expect(await listManifests(project)).toEqual([]);
    await expect(removeDataset(project, "b")).rejects.toMatchObject({ code: "dataset-unknown" });
  });

  test("work on after their folder was moved", async () => {
    await writeManifest(project, await splitSet("x"), { replace: false });
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    try {
      const there = await openProject({ folder: moved });
      const table = await resolveTable("x@test", { project: there, duck });
      const { path } = table;
      const found = await duck.connection.runAndReadAll(`SELECT min(n), max(n), count(*) FROM '${path}'`);
      expect(found.getRows()[0].map(Number)).toEqual([10, 24, 15]);
    } finally {
      renameSync(moved, folder);
    }
  });

  test.each(["../x", "", "a/b", ".hidden", "x".repeat(101)])("cannot be called %j", async (name) => {
    await expect(
      writeManifest(project, await manifest(name, await object(1)), { replace: false }),
    ).rejects.toMatchObject({ code: "usage" });
    expect(await hasDataset(project, name)).toBe(false);
  });

  test("that are damaged say so: no manifest, and an object that is missing or cut", async () => {
    const table = await object(10);
    await writeManifest(project, await manifest("x", table), { replace: false });
    writeFileSync(objectPath(project, table.object), "PAR1");
    await expect(resolveTable("x", { project, duck })).rejects.toMatchObject({ code: "dataset-damaged" });
    rmSync(objectPath(project, table.object));
    await expect(resolveTable("x", { project, duck })).rejects.toMatchObject({
      code: "dataset-damaged",
      message: expect.stringContaining("is missing"),
    });
    writeFileSync(join(folder, "data", "sets", "y.json"), '{"format": 2}');
    await expect(readManifest(project, "y")).rejects.toMatchObject({ code: "dataset-damaged" });
  });
});

describe("references", () => {
  test("name a table, a part, a part of a named split, and all but a part", async () => {
    await writeManifest(project, await splitSet("x"), { replace: false });
    const rows = async (reference: string): Promise<number[]> => {
      const { path, rows: told } = await resolveTable(reference, { project, duck });
      const found = await duck.connection.runAndReadAll(`SELECT count(*), min(n), max(n) FROM '${path}'`);
      const numbers = found.getRows()[0].map(Number);
      expect(numbers[0]).toBe(told);
      return numbers;
    };
    expect(await rows("x")).toEqual([30, 0, 29]);
    expect(await rows("x:rows")).toEqual([30, 0, 29]);
    expect(await rows("x@train")).toEqual([10, 0, 9]);
    expect(await rows("x:rows@time/test")).toEqual([15, 10, 24]);
    // Rows that are in no part are in none of the others either.
    expect(await rows("x@-train")).toEqual([15, 10, 24]);
    expect(await rows("x@..test")).toEqual([10, 0, 9]);
    expect(readdirSync(join(folder, "data", "cache"))).toHaveLength(2);
  });

  test.each([
    ["y", "there is no data set 'y'; there are x"],
    ["x:nothing", "data set 'x' has no table 'nothing'; it has rows"],
    ["x@nothing", "the split of 'x' has no part 'nothing'; it has train, test"],
    ["x@..train", "no part of the split of 'x' comes before 'train', which is the first"],
    ["x@other/train", "data set 'x' has no split 'other'; it has time"],
  ])("to what there is not say what there is: %s", async (reference, message) => {
    await writeManifest(project, await splitSet("x"), { replace: false });
    await expect(resolveTable(reference, { project, duck })).rejects.toMatchObject({
      code: "dataset-unknown",
      message: expect.stringContaining(message),
    });
  });

  test("to a file import it for as long as it is looked at", async () => {
    const path = join(folder, "rows.csv");
    writeFileSync(path, "a,label\n1,x\n2,y\n");
    const table = await resolveTable(path, { project: undefined, duck });
    expect(table).toMatchObject({ rows: 2, label: "label" });
    expect(statSync(table.path).isFile()).toBe(true);
    await table.close();
    expect(() => statSync(table.path)).toThrow();
  });
});
