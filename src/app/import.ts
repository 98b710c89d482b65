// Files of any known kind in, a data set of the project out.

import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { counted } from "../base/number-text.ts";
import { openDuck } from "../dataset/duck.ts";
import { requireReadable } from "../dataset/file-error.ts";
import type { ImportProgress, ImportResult } from "../dataset/import-contract.ts";
import { importFiles } from "../dataset/import-table.ts";
import { IMPORTERS, importerById } from "../dataset/importers/_index.ts";
import { isInfluxAddress } from "../dataset/influx/address.ts";
import type { DatasetManifest } from "../dataset/store/contract.ts";
import { openProject } from "../dataset/store/project.ts";
import {
  addObject,
  datasetExists,
  hasDataset,
  makeScratch,
  rejectPath,
  requireName,
  scratchPath,
  writeManifest,
} from "../dataset/store/sets.ts";

export type { ImportProgress } from "../dataset/import-contract.ts";

export interface ImportDatasetOptions {
  sources: readonly string[];
  as?: string;
  /** Name of the data set; from the first source unless given. */
  out?: string;
  /** Column that holds the class, where it is not called label or class. */
  label?: string;
  schema?: string;
  timezone?: string;
  /** Of line protocol with several measurements: the one that is meant. */
  measurement?: string;
  /** Share of rows that may be rejected; default 0.01. */
  rejectShareMax?: number;
  /** Replace a data set of that name. */
  replace?: boolean;
  project?: string;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportDatasetResult {
  manifest: DatasetManifest;
  project: string;
  dropped: ImportResult["dropped"];
  /** The file of rows that could not be taken, where there are some. */
  rejects?: string;
}

const REJECT_SHARE_MAX = 0.01;
const MEMORY = "1GB";
/** The one table of an imported data set. */
const TABLE = "rows";

/** @throws `dataset-exists`, and what importing throws */
export async function importDataset(options: ImportDatasetOptions): Promise<ImportDatasetResult> {
  if (options.as !== undefined) importerById(options.as);
  const name = options.out ?? nameFrom(options.sources[0]);
  requireName(name);
  for (const source of options.sources) if (!isInfluxAddress(source)) await requireReadable(source);
  const project = await openProject({ folder: options.project, create: true });
  if (!options.replace && (await hasDataset(project, name))) throw datasetExists(name);
  await makeScratch(project);
  const out = scratchPath(project, "parquet");
  const rejects = rejectPath(project, name);
  const duck = await openDuck({ memoryLimit: MEMORY, signal: options.signal });
  try {
    const result = await importFiles({
      sources: options.sources,
      environment: process.env,
      meterCapture: (capture, out) => meterCapture(capture, out, options),
      as: options.as,
      options: {
        timezone: options.timezone ?? "UTC",
        label: options.label,
        schema: options.schema,
        measurement: options.measurement,
      },
      rejectShareMax: options.rejectShareMax ?? REJECT_SHARE_MAX,
      out,
      rejects,
      duck,
      signal: options.signal,
      onProgress: options.onProgress,
    });
    const manifest = manifestOf(name, result, await addObject(project, out));
    await writeManifest(project, manifest, { replace: options.replace ?? false });
    return {
      manifest,
      project: project.root,
      dropped: result.dropped,
      ...(result.rejected > 0 ? { rejects } : {}),
    };
  } finally {
    duck.close();
    await rm(out, { force: true });
  }
}

/** Schema of the rows of captures, where none is asked for. */
const CAPTURE_SCHEMA = "flow";

/** Captures become rows of a schema, without labels; `orbweaver label` gives them some. */
async function meterCapture(
  capture: string,
  out: string,
  { schema = CAPTURE_SCHEMA, signal }: ImportDatasetOptions,
): Promise<{ what: string }[]> {
  const { meter } = await import("./meter.ts");
  const { cancelled, ledger, captures } = await meter({ captures: [capture], schema, out, signal });
  if (cancelled) throw new OrbweaverError("cancelled", "metering was cancelled");
  const problems = captures.flatMap(({ problems: found }) => found.map(({ message }) => ({ what: message })));
  return [
    { what: `a capture of ${counted(ledger.frames, "packet")}, metered as rows of ${schema}` },
    ...problems,
  ];
}

function manifestOf(
  name: string,
  result: ImportResult,
  { object, bytes }: { object: string; bytes: number },
): DatasetManifest {
  const { columns, schema, rows, classes, label } = result;
  const dropped = result.dropped.map(({ reason, rows: count }) => ({ what: `dropped: ${reason}`, count }));
  return {
    format: 1,
    name,
    created: new Date().toISOString(),
    tables: {
      [TABLE]: {
        object,
        bytes,
        rows,
        columns,
        ...(classes === undefined ? {} : { classes }),
        ...(schema === undefined ? {} : { schema: { id: schema.id, fingerprint: schema.fingerprint } }),
      },
    },
    table: TABLE,
    ...(label === undefined ? {} : { label }),
    origin: "import",
    sources: result.sources,
    steps: [],
    remarks: [...result.remarks, ...dropped],
    rejected: result.rejected,
    splits: {},
  };
}

/** "KDDTrain+.txt.gz" as "KDDTrain". */
function nameFrom(source: string): string {
  const measurement = /[?&]measurement=([^&]+)/.exec(source)?.[1];
  const base = basename(measurement ?? source.replace(/\?.*$/, ""))
    .replace(/\.gz$/i, "")
    .replace(/\.[a-z]+$/i, "");
  const name = base.replaceAll(/[^a-z0-9._-]+/gi, "-").replaceAll(/^[^a-z0-9]+|-+$/gi, "");
  if (name !== "") return name.slice(0, 100);
  throw new OrbweaverError("usage", `no name can be made of '${source}': name the data set with --out`);
}

export interface ImporterFacts {
  id: string;
  title: string;
  description: string;
}

export function listImporters(): ImporterFacts[] {
  return IMPORTERS.map(({ id, title, description }) => ({ id, title, description }));
}
