// Reads sources of any known kind into one table of a data set.
//
// What it guarantees: every row of a source is kept, or counted as dropped with a reason, or lies in the reject file with
// its line and the reason; the sums agree. The same sources give the same bytes. Memory is bounded whatever the sources'
// size. Importers say what becomes of rows; this reads, counts, rejects and writes. Knows no project.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { TableSchema } from "../feature/table.ts";
import { type Duck, identifier, literal } from "./duck.ts";
import type { ImportRequest, ImportResult } from "./import-contract.ts";
import { joinParts, type Part } from "./import-join.ts";
import { type Planned, takeSource } from "./import-source.ts";
import { IMPORTERS, importerById } from "./importers/_index.ts";
import { readableSource } from "./readable-source.ts";
import { RejectFile } from "./reject-file.ts";
import { stoppable } from "./stop.ts";
import type { DatasetRemark, DatasetSource } from "./store/contract.ts";
import { sha256OfFile } from "./store/sets.ts";
import { classCounts, fromTable } from "./store/table-parquet.ts";

/** @throws `rows-format`, `rows-invalid`, `import-rejects`, `schema-mismatch`, `cancelled`, and the file errors */
export async function importFiles(request: ImportRequest): Promise<ImportResult> {
  return stoppable(request.signal, async () => {
    const folder = await mkdtemp(join(tmpdir(), "orbweaver-import-"));
    const rejects = new RejectFile(request.rejects);
    try {
      const result = await importAll(request, folder, rejects);
      rejects.finish();
      return result;
    } catch (failure) {
      // What could not be taken is what a person needs to see when the import fails for it.
      const isRejects = failure instanceof OrbweaverError && failure.code === "import-rejects";
      if (isRejects) rejects.finish();
      else rejects.discard();
      throw failure;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function importAll(request: ImportRequest, folder: string, rejects: RejectFile): Promise<ImportResult> {
  const planned = await planAll(request, folder, rejects);
  const dropped = new Map<string, number>();
  const remarks: DatasetRemark[] = [];
  const parts: Part[] = [];
  for (const [index, one] of planned.entries()) {
    request.onProgress?.({ source: one.source.name, share: 0 });
    const path = join(folder, `part-${index}.parquet`);
    const taken = await takeSource(request, one, path, rejects);
    parts.push({ planned: one, path, rows: taken.rows });
    for (const [reason, rows] of taken.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
    for (const remark of taken.remarks) remarks.push({ ...remark, source: one.source.name });
  }
  const { columns, schema } = await joinParts(request.duck, parts, request.out, remarks);
  const from = fromTable(request.out);
  const label = columns.find((column) => column.role === "label")?.name;
  if (schema !== undefined) remarks.push(...(await unknownCategories(request.duck, from, schema)));
  const sources: DatasetSource[] = [];
  for (const { planned: one, rows } of parts) {
    const { name, file, probe: found } = one.source;
    const identity = file === undefined ? {} : { sha256: await sha256OfFile(file), bytes: found.bytes };
    sources.push({ name, ...identity, importer: one.importer.id, rows });
  }
  return {
    columns,
    ...(schema === undefined ? {} : { schema }),
    ...(label === undefined ? {} : { label, classes: await classCounts(request.duck, from, label) }),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    sources,
    remarks,
    dropped: [...dropped].map(([reason, rows]) => ({ reason, rows })),
    rejected: rejects.rows,
  };
}

// --- planning -----------------------------------------------------------------------------------------------

/** Plans every source. Where they are of several schemas, the one with the fewest columns is asked of all. */
async function planAll(request: ImportRequest, folder: string, rejects: RejectFile): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const source of request.sources) planned.push(await planOne(request, source, folder, rejects));
  const schemas = planned.flatMap(({ plan }) => (plan.schema === undefined ? [] : [plan.schema]));
  const narrowest = schemas.reduce<TableSchema | undefined>(
    (least, schema) => (least === undefined || schema.columns.length < least.columns.length ? schema : least),
    undefined,
  );
  if (narrowest === undefined || schemas.every(({ id }) => id === narrowest.id)) return planned;
  const options = { ...request.options, schema: narrowest.id };
  return planned.map((one) =>
    one.plan.schema?.id === narrowest.id
      ? one
      : { ...one, plan: one.importer.plan(one.source.probe, options) },
  );
}

async function planOne(
  request: ImportRequest,
  named: string,
  folder: string,
  rejects: RejectFile,
): Promise<Planned> {
  const { as, duck, signal, environment, onProgress } = request;
  const source = await readableSource({
    name: named,
    folder,
    as,
    measurement: request.options.measurement,
    environment: environment ?? {},
    meterCapture: request.meterCapture,
    rejects,
    duck,
    signal,
    onRows: (rows) => onProgress?.({ source: basename(named), rows }),
  });
  const wanted = source.importer ?? as;
  const importer =
    wanted === undefined ? IMPORTERS.find((one) => one.recognises(source.probe)) : importerById(wanted);
  if (importer === undefined) {
    throw new OrbweaverError("rows-format", `'${source.name}' is of no known kind of rows, expected a table`);
  }
  return { source, importer, plan: importer.plan(source.probe, request.options) };
}

// --- what is left to say ---------------------------------------------------------------------------------------

/** Values of categorical features that the schema does not know: models read them as missing. */
async function unknownCategories(duck: Duck, from: string, schema: TableSchema): Promise<DatasetRemark[]> {
  const columns = schema.columns.filter(({ kind }) => kind === "categorical");
  if (columns.length === 0) return [];
  const counts = columns.map(
    ({ name, categories }) =>
      `count(*) FILTER (WHERE ${identifier(name)} NOT IN (${categories.map(literal).join(", ")}))`,
  );
  const rows = (await duck.connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${from}`)).getRows()[0];
  return columns.flatMap(({ name }, index) => {
    const count = Number(rows[index]);
    return count > 0
      ? [
          {
            what: `values of '${name}' that schema ${schema.id} does not know; models read them as missing`,
            count,
          },
        ]
      : [];
  });
}
