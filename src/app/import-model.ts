// An ONNX classifier of others to a model file of ours.

import { basename } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { isBenignName } from "../dataset/class-names.ts";
import type { ColumnDefinition, ModelColumns } from "../dataset/model-columns.ts";
import { schemaById } from "../feature/row-meter.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import {
  type ColumnSpecification,
  foreignSchema,
  type LabelledTable,
  type TableSchema,
} from "../feature/table.ts";
import type { ModelManifest } from "../model/contract.ts";
import { ONNX_FORMAT_VERSION, ONNX_KIND, OnnxModel, type OnnxPlan } from "../model/kinds/onnx.ts";
import { checkOnnx } from "../onnx/check.ts";
import { type MappingWishes, type NamedColumn, planInputs } from "../onnx/mapping.ts";
import { type OwnMetadata, ownMetadata } from "../onnx/metadata.ts";
import { type PreparedOnnx, prepareOnnx } from "../onnx/prepare.ts";
import { quoted } from "../onnx/quoted.ts";
import { type OnnxFile, readOnnx } from "../onnx/read.ts";
import { readBytes, writeWhole } from "./file.ts";
import { readNamedRows } from "./named-rows.ts";
import { onnxHost } from "./onnx-host.ts";

export interface ModelImportOptions {
  /** Path of the ONNX file. */
  file: string;
  /** Path of the model to write. */
  out: string;
  /** Id of a schema of ours. */
  schema?: string;
  /** Path of a file that says which columns go in. */
  columns?: string;
  /** Rows like those to score: their columns make the schema where no other is named, their middle the reference. */
  rows?: readonly string[];
  label?: string;
  /** Names in the order of the probabilities, or FOUND=NAME for some. */
  classes?: readonly string[];
  benign?: readonly string[];
  /** Output with the probabilities. */
  output?: string;
  /** What stands for missing numbers. */
  missing?: number;
  limit?: number;
  signal?: AbortSignal;
}

export interface ModelImportResult {
  file: string;
  out: string;
  bytes: number;
  producer: string;
  opsets: Record<string, number>;
  operators: Record<string, number>;
  schema: { id: string; fingerprint: string; columns: number };
  inputs: { name: string; element: string; columns: string[] }[];
  output: string;
  classes: string[];
  benignClasses: string[];
  /** Whether the model has scored the reference row. */
  tried: boolean;
  warnings: string[];
}

/**
 * @throws `onnx-invalid`, `onnx-unsupported`, `schema-mismatch`, `schema-unknown`, `parameter-invalid`, `usage`,
 *   `onnx-failed` where it cannot score, what reading files and rows throws, and `file-write`
 */
export async function importModel(options: ModelImportOptions): Promise<ModelImportResult> {
  const bytes = await readBytes(options.file);
  const file = readNamed(options.file, bytes);
  const mapping: ModelColumns = options.columns === undefined ? {} : await readMapping(options.columns);
  const prepared = prepareOnnx(bytes, file, options.output);
  const own = ownMetadata(file);
  const rows = options.rows === undefined ? undefined : await readRows(options, mapping);
  const schema = schemaOf(options, mapping, rows, own);
  const wishes: MappingWishes = {
    order: orderOf(mapping),
    inputs: mapping.inputs,
    missing: options.missing ?? mapping.missing,
  };
  const classes = classesOf(prepared, options.classes ?? mapping.classes, own);
  const benignClasses = benignOf(classes, options.benign ?? mapping.benign, own);
  const plan: OnnxPlan = {
    inputs: planInputs(prepared.inputs, schema.columns, wishes),
    output: prepared.output,
    width: prepared.width === 1 ? 1 : classes.length,
  };
  const manifest = manifestOf(options, { file, prepared, schema, classes, benignClasses });
  const reference = rows === undefined ? new Float64Array(schema.columns.length) : middleOf(rows);
  const model = new OnnxModel(manifest, { file: prepared.bytes, plan, reference }, onnxHost());
  const warnings = warningsOf(options, rows, benignClasses);
  const tried = tryModel(model, warnings);
  const encoded = model.encode();
  await writeWhole(options.out, encoded);
  return {
    file: options.file,
    out: options.out,
    bytes: encoded.length,
    producer: file.producer,
    opsets: opsetsOf(file),
    operators: operatorsOf(file),
    schema: { id: schema.id, fingerprint: schema.fingerprint, columns: schema.columns.length },
    inputs: plan.inputs.map(({ name, element, columns }) => ({
      name,
      element,
      columns: columns.map(({ column }) => schema.columns[column].name),
    })),
    output: plan.output,
    classes,
    benignClasses,
    tried,
    warnings,
  };
}

/** Reads and checks the file; messages name it. */
function readNamed(path: string, bytes: Uint8Array): OnnxFile {
  try {
    const file = readOnnx(bytes);
    checkOnnx(file);
    return file;
  } catch (cause) {
    if (!(cause instanceof OrbweaverError)) throw cause;
    throw new OrbweaverError(cause.code, `${path}: ${cause.message}`, { hint: cause.hint, cause });
  }
}

async function readMapping(path: string): Promise<ModelColumns> {
  const { parseModelColumns } = await import("../dataset/model-columns.ts");
  return parseModelColumns(new TextDecoder().decode(await readBytes(path)), path);
}

/** The rows of --rows, read by the schema where one is named. */
async function readRows(options: ModelImportOptions, mapping: ModelColumns): Promise<LabelledTable> {
  const id = options.schema ?? mapping.schema;
  const { table } = await readNamedRows(options.rows ?? [], {
    label: options.label ?? "label",
    knownSchemas: SCHEMAS,
    ...(id !== undefined && { schema: schemaById(id) }),
    limit: options.limit,
    signal: options.signal,
  });
  return table;
}

function schemaOf(
  options: ModelImportOptions,
  mapping: ModelColumns,
  rows: LabelledTable | undefined,
  own: OwnMetadata | undefined,
): TableSchema {
  const id = options.schema ?? mapping.schema;
  if (id !== undefined) return schemaById(id);
  if (rows !== undefined) return rows.schema;
  if (mapping.columns !== undefined) {
    const name = basename(options.file).replace(/\.[^.]*$/, "");
    return foreignSchema(name, mapping.columns.map(specificationOf));
  }
  if (own !== undefined) return own.schema;
  throw new OrbweaverError("usage", "which columns the model takes is not known", {
    hint: "Name a schema with --schema, or rows like those to score with --rows, or a file of columns with --columns.",
  });
}

function specificationOf(definition: ColumnDefinition): ColumnSpecification {
  const { name, unit = "", categories = [], description = "" } = definition;
  return { name, kind: categories.length > 0 ? "categorical" : "numeric", unit, categories, description };
}

/** The columns of the only matrix, where the mapping lists them. */
function orderOf({ columns }: ModelColumns): NamedColumn[] | undefined {
  return columns?.map(({ name, missing, values }) => ({
    column: name,
    ...(missing !== undefined && { missing }),
    ...(values && { values }),
  }));
}

function classesOf(
  { classes: found, width }: PreparedOnnx,
  given: readonly string[] | undefined,
  own: OwnMetadata | undefined,
): string[] {
  const known = own?.classes ?? found;
  const renamed = given?.filter((name) => name.includes("=")) ?? [];
  const count = width === undefined ? known?.length : Math.max(2, width);
  const hint = "Name them with --classes, in the order of the probabilities.";
  if (given !== undefined && renamed.length === 0) return checkedClasses([...given], count, hint);
  if (known === undefined)
    throw new OrbweaverError("parameter-invalid", "the ONNX file does not name its classes", { hint });
  const names = new Map(
    renamed.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const surplus = [...names.keys()].find((name) => !known.includes(name));
  if (surplus !== undefined) {
    const shown = listed(known);
    throw new OrbweaverError(
      "parameter-invalid",
      `the ONNX file has no class ${quoted(surplus)}; its classes are ${shown}`,
    );
  }
  return checkedClasses(
    known.map((name) => names.get(name) ?? name),
    count,
    hint,
  );
}

function checkedClasses(classes: string[], count: number | undefined, hint: string): string[] {
  if (new Set(classes).size !== classes.length || classes.length < 2)
    throw new OrbweaverError(
      "parameter-invalid",
      `the classes are ${listed(classes)}, expected at least two different names`,
      { hint },
    );
  if (count !== undefined && classes.length !== count)
    throw new OrbweaverError(
      "parameter-invalid",
      `${classes.length} classes are named, and the ONNX file gives probabilities of ${count}`,
      { hint },
    );
  return classes;
}

function benignOf(
  classes: readonly string[],
  given: readonly string[] | undefined,
  own: OwnMetadata | undefined,
): string[] {
  if (given === undefined) {
    const known = own?.benignClasses.filter((name) => classes.includes(name)) ?? [];
    return known.length > 0 ? known : classes.filter(isBenignName);
  }
  const missing = given.find((name) => !classes.includes(name));
  if (missing === undefined) return [...given];
  const shown = listed(classes);
  throw new OrbweaverError(
    "parameter-invalid",
    `benign class ${quoted(missing)} does not occur; the classes are ${shown}`,
  );
}

function listed(names: readonly string[]): string {
  return names.slice(0, 12).map(quoted).join(", ");
}

/** The median of every numeric column, the most frequent code of every categorical one; NaN where all are missing. */
function middleOf({ schema, values }: LabelledTable): Float64Array {
  return Float64Array.from(schema.columns, ({ kind, categories }, column) => {
    const present = Float64Array.from(values[column]).filter((value) => !Number.isNaN(value));
    if (present.length === 0) return Number.NaN;
    if (kind === "numeric") return present.sort()[Math.floor((present.length - 1) / 2)];
    const counts = new Float64Array(categories.length);
    for (const code of present) counts[code]++;
    return counts.indexOf(Math.max(...counts));
  });
}

function manifestOf(
  { file: path }: ModelImportOptions,
  facts: {
    file: OnnxFile;
    prepared: PreparedOnnx;
    schema: TableSchema;
    classes: string[];
    benignClasses: string[];
  },
): ModelManifest {
  const { file, schema, classes, benignClasses } = facts;
  const versions = Object.entries(opsetsOf(file)).map(([domain, version]) => `${domain} ${version}`);
  const operators = Object.entries(operatorsOf(file)).map(([name, count]) => `${name} ${count}`);
  return {
    kind: ONNX_KIND,
    formatVersion: ONNX_FORMAT_VERSION,
    schema: {
      id: schema.id,
      fingerprint: schema.fingerprint,
      columns: schema.columns.map(({ name, kind, unit, categories, description }) => ({
        ...{ name, kind, unit, categories: [...categories], description },
      })),
    },
    classes,
    benignClasses,
    training: {
      learner: "imported",
      parameters: {
        file: basename(path),
        producer: file.producer,
      },
      seed: 0,
      trainingRows: 0,
      validationRows: 0,
      classCounts: classes.map(() => 0),
      iterations: 0,
      metrics: {},
    },
    card: {
      title: `Imported classifier over schema ${schema.id}`,
      sections: [
        {
          heading: "Origin",
          text:
            `Imported from the ONNX file ${basename(path)}${file.producer === "" ? "" : ` of ${file.producer}`}. ` +
            "How it was trained, and on which rows, is not known here.",
        },
        {
          heading: "Operators",
          text: `Of ${versions.join(", ")}: ${operators.join(", ")}.`,
        },
      ],
    },
  };
}

function opsetsOf({ opsets }: OnnxFile): Record<string, number> {
  return Object.fromEntries(
    [...opsets].map(([domain, version]) => [domain === "" ? "ai.onnx" : domain, version]),
  );
}

function operatorsOf({ graph }: OnnxFile): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { operator } of graph.nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function warningsOf(
  { schema }: ModelImportOptions,
  rows: LabelledTable | undefined,
  benignClasses: readonly string[],
): string[] {
  return [
    ...(benignClasses.length === 0
      ? ["no class is marked as benign: every verdict is an attack (--benign names those that are none)"]
      : []),
    ...(rows === undefined && schema !== undefined
      ? ["explanations compare with a row of zeros: --rows gives a usual one"]
      : []),
  ];
}

/** Scores the reference row. A missing runtime is no failure here: the model may be used elsewhere. */
function tryModel(model: OnnxModel, warnings: string[]): boolean {
  try {
    model.score(model.parts.reference, 1, new Float64Array(model.manifest.classes.length));
    return true;
  } catch (failure) {
    if (!(failure instanceof OrbweaverError) || failure.code !== "onnx-runtime") throw failure;
    warnings.push(`not tried: ${failure.message}`);
    return false;
  }
}
