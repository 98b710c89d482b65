// The audit of data sets, of the rows that a model is judged on, and of those it was trained on where they are known.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { auditTable } from "../dataset/audit/audit.ts";
import type { AuditReport } from "../dataset/audit/contract.ts";
import { type Duck, openDuck } from "../dataset/duck.ts";
import { findProject, type Project } from "../dataset/store/project.ts";
import { type ResolvedTable, resolveTable } from "../dataset/store/reference.ts";
import { copyInOrder, fromTable, readTableFacts } from "../dataset/store/table-parquet.ts";

export interface EvaluationAuditOptions {
  /** Names as `readNamedRows` has them. Without those of training rows, the test rows are audited alone. */
  training?: readonly string[];
  test: readonly string[];
  label?: string;
  seed: number;
  sampleRows: number;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

const MEMORY = "1GB";

/** Throws what finding and importing the tables throws, `schema-mismatch`, `cancelled`. */
export async function auditEvaluation(options: EvaluationAuditOptions): Promise<AuditReport> {
  const { training, test, seed, sampleRows, onProgress } = options;
  const project = await findProject(".");
  const duck = await openDuck({ memoryLimit: MEMORY, signal: options.signal });
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-audit-"));
  const open: ResolvedTable[] = [];
  try {
    const context = { project, duck, label: options.label, folder, open };
    onProgress?.({ step: "reading" });
    const judged = await tableOf(test, "test", context);
    const tables =
      training === undefined
        ? { training: judged }
        : { training: await tableOf(training, "training", context), test: judged };
    return await auditTable({ duck, ...tables, seed, sampleRows, onProgress });
  } catch (failure) {
    if (options.signal?.aborted) throw new OrbweaverError("cancelled", "the audit was cancelled");
    throw failure;
  } finally {
    for (const table of open) await table.close();
    duck.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface TableContext {
  project: Project | undefined;
  duck: Duck;
  label: string | undefined;
  folder: string;
  /** Each table that was opened is put here at once. */
  open: ResolvedTable[];
}

/** One table of all that is named. */
async function tableOf(
  names: readonly string[],
  role: string,
  context: TableContext,
): Promise<ResolvedTable> {
  const { duck, open, folder } = context;
  const tables: ResolvedTable[] = [];
  for (const name of names) {
    const table = await resolveTable(name, context);
    open.push(table);
    tables.push(table);
  }
  const [first] = tables;
  if (tables.length === 1) return first;
  for (const table of tables) requireSameColumns(first, table);
  const path = join(folder, `${role}.parquet`);
  const columns = first.columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(", ");
  const selects = tables.map((table) => `SELECT ${columns} FROM ${fromTable(table.path)}`);
  await copyInOrder(duck, selects, path, await readTableFacts(duck, first.path));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { ...first, path, rows, name: names.join(" and "), close: async () => {} };
}

function requireSameColumns(first: ResolvedTable, other: ResolvedTable): void {
  const names = (table: ResolvedTable): string =>
    JSON.stringify(table.columns.map(({ name }) => name).sort());
  if (names(first) === names(other)) return;
  throw new OrbweaverError(
    "schema-mismatch",
    `'${first.name}' and '${other.name}' have not the same columns`,
  );
}
