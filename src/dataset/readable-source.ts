// Sources that DuckDB cannot read as they are, turned into temporary files that it can: .orbrows, JSON documents, line
// protocol, and what a server has. Everything else is read where it lies.

import { basename, join } from "node:path";
import type { Duck } from "./duck.ts";
import type { MeterCapture } from "./import-contract.ts";
import { probe } from "./import-probe.ts";
import type { Probe } from "./importers/contract.ts";
import { isInfluxAddress } from "./influx/address.ts";
import { convertLineProtocol } from "./influx/convert-lines.ts";
import { copyInfluxToParquet } from "./influx/fetch.ts";
import { isLineProtocol } from "./influx/line-protocol.ts";
import { isJsonDocument, writeJsonLines } from "./json-document.ts";
import { orbrowsToParquet } from "./parquet-writer.ts";
import type { RejectFile } from "./reject-file.ts";
import { isCaptureFile } from "./row-format.ts";
import type { DatasetRemark } from "./store/contract.ts";

export interface SourceFacts {
  /** As the user named it: a file, or the address of a server. */
  name: string;
  /** Where temporary files may lie. */
  folder: string;
  /** Id of an importer that was asked for. */
  as?: string;
  /** Of line protocol: the measurement that is meant. */
  measurement?: string;
  meterCapture?: MeterCapture;
  /** Where secrets of servers are looked for. */
  environment: Readonly<Record<string, string | undefined>>;
  rejects: RejectFile;
  duck: Duck;
  signal?: AbortSignal;
  onRows?: (rows: number) => void;
}

export interface ReadableSource {
  probe: Probe;
  /** The name without secrets. */
  name: string;
  /** The file that was named; undefined for a server. */
  file?: string;
  remarks: DatasetRemark[];
  /** Rows that were rejected on the way. */
  rejected: number;
  /** Id of the importer that a converted source goes to. */
  importer?: string;
}

const LINE_PROTOCOL = "line-protocol";

/** @throws the file errors, `rows-format`, `rows-invalid`, and the errors of servers */
export async function readableSource(facts: SourceFacts): Promise<ReadableSource> {
  const { name, duck } = facts;
  if (isInfluxAddress(name)) return fetched(facts);
  if (facts.meterCapture !== undefined && (await isCaptureFile(name)))
    return metered(facts, facts.meterCapture);
  const found = await probe(name, name, duck);
  const same = { name, file: name, remarks: [], rejected: 0 };
  const copy = (ending: string): string => join(facts.folder, `${basename(name)}.${ending}`);
  if (found.format === "orbrows") {
    const path = copy("parquet");
    await orbrowsToParquet(name, path);
    return { ...same, probe: await probe(path, name, duck) };
  }
  if (found.format === "jsonl" && isJsonDocument(found.text)) {
    const path = copy("jsonl");
    const { place } = await writeJsonLines(name, found.gzip, path);
    const remarks = place === "" ? [] : [{ what: `took the rows of '${place}'` }];
    return { ...same, probe: await probe(path, name, duck), remarks };
  }
  const isLines = found.format === "csv" && (facts.as === LINE_PROTOCOL || isLineProtocol(found.text));
  return isLines && (facts.as ?? LINE_PROTOCOL) === LINE_PROTOCOL
    ? convertedLines(facts, found, copy("parquet"))
    : { ...same, probe: found };
}

/** A capture as rows of a schema of ours. */
async function metered({ name, folder, duck }: SourceFacts, meter: MeterCapture): Promise<ReadableSource> {
  const rows = join(folder, `${basename(name)}.orbrows`);
  const remarks = await meter(name, rows);
  const path = join(folder, `${basename(name)}.metered.parquet`);
  await orbrowsToParquet(rows, path);
  return { probe: await probe(path, name, duck), name, file: name, remarks, rejected: 0 };
}

async function convertedLines(facts: SourceFacts, found: Probe, path: string): Promise<ReadableSource> {
  const { name, duck, rejects, signal, measurement } = facts;
  const converted = await convertLineProtocol({ path: name, gzip: found.gzip, signal }, path, {
    measurement,
    onReject: (line, reason, text) => rejects.add({ source: name, line, reason, text }),
    onProgress: ({ rows }) => facts.onRows?.(rows),
  });
  const others = converted.measurements.filter((one) => one.name !== converted.measurement);
  return {
    probe: { ...(await probe(path, name, duck)), bytes: found.bytes },
    name,
    file: name,
    remarks: [
      { what: `took the points of measurement '${converted.measurement}'` },
      ...others.map((one) => ({ what: `left out measurement '${one.name}'`, count: one.points })),
    ],
    rejected: converted.rejects,
    importer: LINE_PROTOCOL,
  };
}

async function fetched(facts: SourceFacts): Promise<ReadableSource> {
  const { duck, environment, signal } = facts;
  const path = join(facts.folder, `server-${facts.rejects.rows}.parquet`);
  const points = await copyInfluxToParquet(facts.name, path, {
    environment,
    signal,
    onProgress: ({ rows }) => facts.onRows?.(rows),
  });
  return {
    probe: await probe(path, points.name, duck),
    name: points.name,
    remarks: points.remarks,
    rejected: 0,
    importer: LINE_PROTOCOL,
  };
}
