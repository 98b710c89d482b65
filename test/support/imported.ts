// Imports files into a temporary table, and asks it questions in SQL.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duck, openDuck } from "../../src/dataset/duck.ts";
import type { ImportResult } from "../../src/dataset/import-contract.ts";
import { importFiles } from "../../src/dataset/import-table.ts";
import { fromTable } from "../../src/dataset/store/table-parquet.ts";

export interface Imported {
  result: ImportResult;
  /** Path of the table. */
  path: string;
  /** Path of the file of rejected rows, which may not be there. */
  rejects: string;
  duck: Duck;
  /** Rows of a SELECT, in which `rows` is the table. */
  ask(select: string): Promise<unknown[][]>;
  /** Rows by class. */
  classes(): Record<string, number>;
  /** What was said, each remark with its count. */
  said(): Record<string, number | undefined>;
}

export interface ImportSettings {
  as?: string;
  label?: string;
  schema?: string;
  timezone?: string;
  rejectShareMax?: number;
  signal?: AbortSignal;
  threads?: number;
}

/** Runs `use` on what the import of files gave; nothing is left behind. */
export async function withImported<T>(
  paths: readonly string[],
  settings: ImportSettings,
  use: (imported: Imported) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  const path = join(folder, "rows.parquet");
  const rejects = join(folder, "rejects.csv");
  const duck = await openDuck({ memoryLimit: "1GB", threads: settings.threads });
  try {
    const result = await importFiles({
      sources: paths,
      as: settings.as,
      options: { timezone: settings.timezone ?? "UTC", label: settings.label, schema: settings.schema },
      rejectShareMax: settings.rejectShareMax ?? 0.01,
      out: path,
      rejects,
      duck,
      signal: settings.signal,
    });
    return await use({
      result,
      path,
      rejects,
      duck,
      ask: async (select) =>
        (
          await duck.connection.runAndReadAll(`WITH rows AS (FROM ${fromTable(path)}) ${select}`)
        ).getRowsJson() as unknown[][],
      classes: () => Object.fromEntries((result.classes ?? []).map(({ name, rows }) => [name, rows])),
      said: () => Object.fromEntries(result.remarks.map(({ what, count }) => [what, count])),
    });
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
