// A table of a data set, or a file of rows, to a file, a stream or InfluxDB.

import { basename, extname } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { type Duck, openDuck } from "../dataset/duck.ts";
import { copyParquet, sendLines, textLines, type WrittenRows, writeLines } from "../dataset/export-rows.ts";
import {
  type Environment,
  type InfluxAddress,
  isInfluxAddress,
  parseInfluxAddress,
} from "../dataset/influx/address.ts";
import { type ClientOptions, influxClient } from "../dataset/influx/client.ts";
import { type LineOptions, type LinePlan, planLines } from "../dataset/influx/line-sql.ts";
import { stoppable } from "../dataset/stop.ts";
import { findProject, openProject } from "../dataset/store/project.ts";
import { type ResolvedTable, resolveTable } from "../dataset/store/reference.ts";

export const EXPORT_FORMATS = ["csv", "parquet", "jsonl", "line-protocol"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ENDINGS: Readonly<Record<string, ExportFormat>> = {
  ".csv": "csv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".lp": "line-protocol",
};

export interface ExportOptions {
  /** A data set, its table or part, or a file of rows. */
  reference: string;
  /** A file, "-", or the address of a server. */
  to: string;
  /** Default: by the ending of `to`; CSV on standard output. */
  format?: ExportFormat;
  /** Of points; default: that of the address, or the name of the data set. */
  measurement?: string;
  /** Columns that become tags; default: the label. */
  tags?: readonly string[];
  /** What the label is called in points. */
  labelName?: string;
  /** Column that gives the time of points. */
  time?: string;
  startUs?: number;
  stepUs?: number;
  /** CSV for spreadsheets: texts that one would take for a formula get an apostrophe in front. */
  forSpreadsheets?: boolean;
  project?: string;
  /** Where the secrets of a server are looked for; default: the process's own. */
  environment?: Environment;
  /** Time-outs and pauses, where the usual ones do not fit. */
  client?: Omit<ClientOptions, "signal">;
  signal?: AbortSignal;
  onProgress?: (progress: { rows: number; total: number }) => void;
}

export interface ExportResult extends WrittenRows {
  /** Where to, without secrets. */
  to: string;
  format: ExportFormat;
  /** Facts of points. */
  points?: { measurement: string; tags: string[]; time: string; unstorable: number };
}

const MEMORY = "1GB";

/**
 * @throws `usage`, `rows-format` for an ending that tells no format, `influx-…`, `file-write`, `cancelled`, and what finding
 *   the table throws
 */
export async function exportRows(options: ExportOptions): Promise<ExportResult> {
  const address = isInfluxAddress(options.to)
    ? parseInfluxAddress(options.to, options.environment ?? process.env)
    : undefined;
  const format = formatOf(options, address);
  const project =
    options.project === undefined ? await findProject(".") : await openProject({ folder: options.project });
  const duck = await openDuck({ memoryLimit: MEMORY, signal: options.signal });
  try {
    const table = await resolveTable(options.reference, { project, duck });
    try {
      return await stoppable(options.signal, () => exportTable(options, { table, address, format, duck }));
    } finally {
      await table.close();
    }
  } finally {
    duck.close();
  }
}

interface Job {
  table: ResolvedTable;
  address: InfluxAddress | undefined;
  format: ExportFormat;
  duck: Duck;
}

async function exportTable(options: ExportOptions, job: Job): Promise<ExportResult> {
  const { table, address, format, duck } = job;
  if (format === "line-protocol") return exportPoints(options, job);
  const to = address?.name ?? options.to;
  const written =
    format === "parquet"
      ? await copyParquet(table, to, options)
      : await writeLines(duck, table, textLines(table, format, options.forSpreadsheets), to, options);
  return { to, format, ...written };
}

async function exportPoints(options: ExportOptions, { table, address, duck }: Job): Promise<ExportResult> {
  const measurement = options.measurement ?? address?.measurement ?? nameOf(table);
  const lineOptions: LineOptions = { ...options, measurement };
  const client =
    address === undefined ? undefined : influxClient(address, { ...options.client, signal: options.signal });
  // Before the table is looked through, which may take a while.
  await client?.ping();
  const plan: LinePlan = await planLines(duck, table, lineOptions);
  const written =
    client === undefined
      ? await writeLines(duck, table, { header: "", select: plan.select }, options.to, options)
      : await sendLines(duck, table, plan, client, options);
  return {
    to: address?.name ?? options.to,
    format: "line-protocol",
    ...written,
    points: { measurement, tags: plan.tags, time: plan.timeText, unstorable: plan.unstorable },
  };
}

/** Throws `usage`, `rows-format`. */
function formatOf({ to, format }: ExportOptions, address: InfluxAddress | undefined): ExportFormat {
  if (address !== undefined) {
    if (address.query !== undefined)
      throw new OrbweaverError("usage", "an address to export to can have no query");
    if (format === undefined || format === "line-protocol") return "line-protocol";
    throw new OrbweaverError("usage", `InfluxDB takes line protocol, found the format ${format}`);
  }
  const found = format ?? (to === "-" ? "csv" : ENDINGS[extname(to).toLowerCase()]);
  if (found === undefined) {
    const endings = Object.keys(ENDINGS).join(", ");
    throw new OrbweaverError(
      "rows-format",
      `'${to}' does not tell its format: expected an ending of ${endings}`,
      {
        hint: `End the name in one of ${endings}, or name the format with --format.`,
      },
    );
  }
  if (found === "parquet" && to === "-")
    throw new OrbweaverError("rows-format", "Parquet cannot be written to standard output: expected a file");
  return found;
}

/** The data set's name, or that of the file without its endings. */
function nameOf(table: ResolvedTable): string {
  if (table.dataset !== undefined) return table.dataset.manifest.name;
  return basename(table.name).replace(/(\.[a-z]+)+$/i, "") || "rows";
}
