// What a person names a table by: NAME, NAME:TABLE, NAME@PART, NAME:TABLE@PART, or the path of a file of rows.
//
// PART is a part of the data set's split: `train`; `SPLIT/train` of another split than the last one; `-fold1` for every row
// of the split that is in another part; `..fold3` for the rows of all parts before it. Parts are written as Parquet when they
// are asked for, into data/cache, and found there again; a file that is no table of a data set is imported into a temporary
// one.

import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import { hex, sha256 } from "../../base/hash.ts";
import type { Duck } from "../duck.ts";
import { importFiles } from "../import-table.ts";
import type { DatasetManifest, DatasetSplit, TableFile } from "./contract.ts";
import type { Project } from "./project.ts";
import {
  cacheFolder,
  hasDataset,
  makeScratch,
  readManifest,
  requireObject,
  scratchPath,
  touch,
} from "./sets.ts";
import { copyTable, fromTable, readTableFacts } from "./table-parquet.ts";

export interface ResolvedTable extends TableFile {
  /** Set for tables of data sets. */
  dataset?: { manifest: DatasetManifest; table: string; part?: string };
  /** Removes what was made for reading, if anything was. */
  close(): Promise<void>;
}

export interface ResolveContext {
  /** Where there is one. */
  project: Project | undefined;
  duck: Duck;
  /** Name of the label column of files that do not say which it is. */
  label?: string;
}

const REFERENCE = /^([a-z0-9][a-z0-9._-]{0,99})(?::([\w-]+))?(?:@(-?[\w./-]+))?$/i;

/** Whether a text names a data set of the project; false for what is a file and no data set. */
export async function isReference(project: Project | undefined, text: string): Promise<boolean> {
  const match = REFERENCE.exec(text);
  return match !== null && project !== undefined && (await hasDataset(project, match[1]));
}

/**
 * Finds the table that a reference or a path means. A data set comes first where a file has the same name.
 *
 * @throws `dataset-unknown` for what is neither, `dataset-damaged`, and what importing a file throws
 */
export async function resolveTable(reference: string, context: ResolveContext): Promise<ResolvedTable> {
  const match = REFERENCE.exec(reference);
  if (match !== null && context.project !== undefined && (await hasDataset(context.project, match[1]))) {
    return resolveDataset(reference, match, context.project, context);
  }
  if (await isFile(reference)) return resolveFile(reference, context);
  if (context.project === undefined || match === null) {
    throw new OrbweaverError(
      "file-missing",
      `'${reference}' is neither a file nor a data set${context.project === undefined ? "; there is no project here" : ""}`,
      { hint: "Name a file of rows, or a data set of the project (`orbweaver datasets list`)." },
    );
  }
  await readManifest(context.project, match[1]);
  throw new OrbweaverError("dataset-unknown", `there is no data set '${match[1]}'`);
}

async function resolveDataset(
  reference: string,
  match: RegExpExecArray,
  project: Project,
  { duck }: ResolveContext,
): Promise<ResolvedTable> {
  const [, name, tableName, partName] = match;
  const manifest = await readManifest(project, name);
  const split = partName === undefined ? undefined : splitOf(manifest, partName);
  const table = tableName ?? split?.split.table ?? manifest.table;
  const facts = manifest.tables[table];
  if (facts === undefined) {
    throw new OrbweaverError(
      "dataset-unknown",
      `data set '${name}' has no table '${table}'; it has ${Object.keys(manifest.tables).join(", ")}`,
    );
  }
  if (split !== undefined && split.split.table !== table) {
    throw new OrbweaverError(
      "dataset-unknown",
      `'${reference}': the split is of table '${split.split.table}', not of '${table}'`,
    );
  }
  const whole = await requireObject(project, facts.object, facts.bytes);
  const base = { columns: facts.columns, label: manifest.label, name: reference, close: async () => {} };
  const dataset = { manifest, table, ...(partName === undefined ? {} : { part: partName }) };
  if (split === undefined) return { ...base, path: whole, rows: facts.rows, dataset };
  const path = await partFile(project, duck, whole, facts.object, split);
  return { ...base, path, rows: split.rows, dataset };
}

interface FoundPart {
  split: DatasetSplit;
  /** Indices of the parts whose rows are meant. */
  indices: number[];
  rows: number;
}

/** What stands before a part's name, and which parts are meant then. */
const PART_SIGNS = {
  "": (at: number, index: number) => at === index,
  "-": (at: number, index: number) => at !== index,
  "..": (at: number, index: number) => at < index,
};
type PartSign = keyof typeof PART_SIGNS;

/** The parts that "train", "SPLIT/train", "-fold1" or "..fold3" mean. Throws `dataset-unknown`. */
function splitOf(manifest: DatasetManifest, text: string): FoundPart {
  const slash = text.indexOf("/");
  const splitName = slash < 0 ? manifest.split : text.slice(0, slash);
  const partText = slash < 0 ? text : text.slice(slash + 1);
  const split = splitName === undefined ? undefined : manifest.splits[splitName];
  if (split === undefined) {
    const known = Object.keys(manifest.splits);
    throw new OrbweaverError(
      "dataset-unknown",
      `data set '${manifest.name}' has no split${splitName === undefined ? "" : ` '${splitName}'`}${known.length === 0 ? "" : `; it has ${known.join(", ")}`}`,
      { hint: `Make one with \`orbweaver split ${manifest.name}\`.` },
    );
  }
  const [, sign, wanted] = /^(-|\.\.|)(.*)$/.exec(partText) as unknown as [string, PartSign, string];
  const index = split.parts.findIndex((part) => part.name === wanted);
  if (index < 0) {
    const names = split.parts.map((part) => part.name).join(", ");
    throw new OrbweaverError(
      "dataset-unknown",
      `the split of '${manifest.name}' has no part '${wanted}'; it has ${names}`,
    );
  }
  const indices = split.parts.map((_, at) => at).filter((at) => PART_SIGNS[sign](at, index));
  if (indices.length === 0) {
    throw new OrbweaverError(
      "dataset-unknown",
      `no part of the split of '${manifest.name}' comes before '${wanted}', which is the first`,
    );
  }
  return { split, indices, rows: indices.reduce((sum, at) => sum + split.parts[at].rows, 0) };
}

/** The Parquet of some parts of a table, made where it is not in the cache. */
async function partFile(
  project: Project,
  duck: Duck,
  whole: string,
  object: string,
  { split, indices }: FoundPart,
): Promise<string> {
  const key = hex(sha256(new TextEncoder().encode([object, split.object, ...indices].join(" "))));
  const path = join(cacheFolder(project), `${key.slice(0, 40)}.parquet`);
  if (await isFile(path)) {
    await touch(path);
    return path;
  }
  const assignment = await requireObject(project, split.object, split.bytes);
  await makeScratch(project);
  await mkdir(cacheFolder(project), { recursive: true });
  const temporary = scratchPath(project, "parquet");
  const facts = await readTableFacts(duck, whole);
  const select =
    `SELECT t.* FROM ${fromTable(whole)} t POSITIONAL JOIN ${fromTable(assignment)} s ` +
    `WHERE s.part IN (${indices.join(", ")})`;
  await copyTable(duck, select, temporary, facts);
  await rename(temporary, path);
  return path;
}

/** A file of rows as a table: our own Parquet as it is, everything else imported into a temporary one. */
async function resolveFile(path: string, { duck, label }: ResolveContext): Promise<ResolvedTable> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const out = join(folder, "rows.parquet");
    const result = await importFiles({
      sources: [path],
      options: { timezone: "UTC", ...(label === undefined ? {} : { label }) },
      rejectShareMax: 0.01,
      out,
      rejects: join(folder, "rejects.csv"),
      duck,
    });
    return {
      path: out,
      rows: result.rows,
      columns: result.columns,
      ...(result.label === undefined ? {} : { label: result.label }),
      name: path,
      close,
    };
  } catch (failure) {
    await close();
    throw failure;
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => !facts.isDirectory(),
    () => false,
  );
}
