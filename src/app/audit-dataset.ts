// What makes scores on a data set, a pair of tables or files of rows untrue.

import { OrbweaverError } from "../base/errors.ts";
import { auditTable } from "../dataset/audit/audit.ts";
import type { AuditReport } from "../dataset/audit/contract.ts";
import type { Lineage } from "../dataset/audit/resampling.ts";
import { type Duck, openDuck } from "../dataset/duck.ts";
import { findProject, openProject, type Project } from "../dataset/store/project.ts";
import { type ResolvedTable, resolveTable } from "../dataset/store/reference.ts";
import { writeWhole } from "./file.ts";

export type { AuditFinding, AuditReport, Severity } from "../dataset/audit/contract.ts";
export { isAtLeast, SEVERITIES } from "../dataset/audit/contract.ts";
export { shortReference } from "../dataset/audit/papers.ts";

export interface AuditDatasetOptions {
  /** A data set with its split, or the table of training rows. */
  training: string;
  /** The table of test rows. */
  test?: string;
  label?: string;
  seed?: number;
  sampleRows?: number;
  project?: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

const MEMORY = "1GB";
const SEED_DEFAULT = 1;
export const SAMPLE_ROWS_DEFAULT = 200_000;

/** Throws what finding the tables throws, `rows-invalid` where there is no such label, `schema-mismatch`, `cancelled`. */
export async function auditDataset(options: AuditDatasetOptions): Promise<AuditReport> {
  const project =
    options.project === undefined ? await findProject(".") : await openProject({ folder: options.project });
  const duck = await openDuck({ memoryLimit: MEMORY, signal: options.signal });
  const open: ResolvedTable[] = [];
  try {
    options.onProgress?.({ step: "reading" });
    const tables = await resolveTables(options, project, duck, open);
    return await auditTable({
      duck,
      ...tables,
      label: options.label,
      seed: options.seed ?? SEED_DEFAULT,
      sampleRows: options.sampleRows ?? SAMPLE_ROWS_DEFAULT,
      onProgress: options.onProgress,
    });
  } catch (failure) {
    if (options.signal?.aborted) throw new OrbweaverError("cancelled", "the audit was cancelled");
    throw failure;
  } finally {
    for (const table of open) await table.close();
    duck.close();
  }
}

/** Writes a report as text that was made of it. Throws `file-write`. */
export function saveReport(path: string, text: string): Promise<void> {
  return writeWhole(path, text);
}

interface Tables {
  training: ResolvedTable;
  test?: ResolvedTable;
  lineage?: Lineage;
}

/** The tables that are meant; each one that was opened is put into `open` at once. */
async function resolveTables(
  options: AuditDatasetOptions,
  project: Project | undefined,
  duck: Duck,
  open: ResolvedTable[],
): Promise<Tables> {
  const resolve = async (reference: string): Promise<ResolvedTable> => {
    const table = await resolveTable(reference, { project, duck, label: options.label });
    open.push(table);
    return table;
  };
  const training = await resolve(options.training);
  if (options.test !== undefined) return withLineage(training, await resolve(options.test));
  const parts = partsOf(training);
  if (parts === undefined) return withLineage(training);
  return withLineage(
    await resolve(`${options.training}@${parts.training}`),
    await resolve(`${options.training}@${parts.test}`),
  );
}

/** The parts of a data set's split that are trained and tested on; of folds, the first is tested and the others are trained on. */
function partsOf({ dataset }: ResolvedTable): { training: string; test: string } | undefined {
  if (dataset === undefined || dataset.part !== undefined) return undefined;
  const { manifest, table } = dataset;
  const split = manifest.split === undefined ? undefined : manifest.splits[manifest.split];
  if (split === undefined || split.table !== table) return undefined;
  const names = split.parts.map(({ name }) => name);
  const test = ["test", "validation"].find((name) => names.includes(name));
  if (names.includes("train") && test !== undefined) return { training: "train", test };
  return split.method === "folds" ? { training: `-${names[0]}`, test: names[0] } : undefined;
}

function withLineage(training: ResolvedTable, test?: ResolvedTable): Tables {
  const tables = test === undefined ? { training } : { training, test };
  const { dataset } = training;
  if (dataset === undefined) return tables;
  const { manifest, part } = dataset;
  const slash = part?.indexOf("/") ?? -1;
  const name = slash > 0 ? part?.slice(0, slash) : manifest.split;
  const split = part === undefined || name === undefined ? undefined : manifest.splits[name];
  return {
    ...tables,
    lineage: { steps: manifest.steps, ...(split === undefined ? {} : { splitMethod: split.method }) },
  };
}
