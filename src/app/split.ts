// Splits a table of a data set into parts, and records the split in the data set.

import { rm } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import { openDuck } from "../dataset/duck.ts";
import {
  GROUP_KINDS,
  type SplitOptions,
  type SplitRequest,
  type SplitResult,
  splitOptionsForm,
} from "../dataset/split/contract.ts";
import { splitTable } from "../dataset/split/split.ts";
import { openProject } from "../dataset/store/project.ts";
import { resolveTable } from "../dataset/store/reference.ts";
import { addObject, makeScratch, scratchPath, writeManifest } from "../dataset/store/sets.ts";

export type { SplitRequest } from "../dataset/split/contract.ts";
export { GROUP_KINDS };

export interface SplitDatasetOptions {
  /** NAME, or NAME:TABLE. */
  reference: string;
  request: SplitRequest;
  /** Name of the split; default: from the method. */
  as?: string;
  project?: string;
  signal?: AbortSignal;
  onProgress?: (progress: { step: string; share?: number }) => void;
}

export interface SplitReport {
  dataset: string;
  table: string;
  rows: number;
  split: string;
  method: string;
  options: SplitOptions;
  parts: SplitResult["parts"];
  leftOut: SplitResult["leftOut"];
  facts: SplitResult["facts"];
  warnings: string[];
}

const MEMORY = "1GB";
const SPLIT_NAME = /^[a-z0-9][\w.-]{0,39}$/i;

/** Throws `usage` for options or a name that cannot be, `dataset-unknown`, and what splitting throws. */
export async function splitDataset(asked: SplitDatasetOptions): Promise<SplitReport> {
  const options = checkedOptions(asked.request);
  const name = asked.as ?? nameOf(options);
  if (!SPLIT_NAME.test(name)) {
    throw new OrbweaverError(
      "usage",
      `'${name}' cannot be the name of a split: expected letters, digits, '.', '_' and '-', at most 40`,
    );
  }
  const project = await openProject({ folder: asked.project });
  const duck = await openDuck({ memoryLimit: MEMORY, signal: asked.signal });
  try {
    const table = await resolveTable(asked.reference, { project, duck });
    const { dataset } = table;
    if (dataset === undefined || dataset.part !== undefined) {
      await table.close();
      const found = dataset === undefined ? "a file" : "a part of a split";
      throw new OrbweaverError("usage", `'${asked.reference}' is ${found}, expected a data set`, {
        hint: "Import the file first with `orbweaver import FILE --out NAME`, then split NAME.",
      });
    }
    await makeScratch(project);
    const out = scratchPath(project, "parquet");
    try {
      const result = await splitTable(table, options, { ...asked, duck, out });
      const { manifest, table: tableName } = dataset;
      const recorded = {
        method: options.by,
        options: { ...options, found: result.facts },
        table: tableName,
        ...(await addObject(project, out)),
        parts: result.parts,
      };
      await writeManifest(
        project,
        { ...manifest, splits: { ...manifest.splits, [name]: recorded }, split: name },
        { replace: true },
      );
      return {
        dataset: manifest.name,
        table: tableName,
        rows: table.rows,
        split: name,
        method: options.by,
        options,
        ...result,
      };
    } finally {
      await rm(out, { force: true });
    }
  } finally {
    duck.close();
  }
}

function checkedOptions(request: SplitRequest): SplitOptions {
  const found = splitOptionsForm.safeParse(request);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new OrbweaverError("usage", `split ${issue.path.join(".") || "options"}: ${issue.message}`);
}

/** "random", "group-host", "folds-time". */
function nameOf(options: SplitOptions): string {
  const group = "group" in options && options.group !== undefined ? options.group.join("-") : "group";
  const plain = group.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  if (options.by === "group") return `group-${plain}`.slice(0, 40);
  return options.by === "folds" ? `folds-${options.of}` : options.by;
}
