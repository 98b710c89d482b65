// The model kind "onnx": a classifier of others, as a file in the format of ONNX, with a plan of how rows go into it.
//
// The file is run by a runtime that the host lends (src/app/onnx-runtime.ts); without one such a model can be looked at, and
// does not score. Probabilities are the runtime's, divided by their sum. Two runs of the same row may differ in the last
// bits of a float where rows are batched otherwise: the sums are not ours. Knows neither ONNX nor any runtime.

import { OrbweaverError } from "../../base/errors.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { ColumnSpecification, FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, requireSound } from "../sections.ts";

export const ONNX_KIND = "onnx";
export const ONNX_FORMAT_VERSION = 1;

export const ONNX_ELEMENTS = ["float", "double", "int64", "int32", "bool", "text"] as const;
export type OnnxElement = (typeof ONNX_ELEMENTS)[number];

/** One column that goes into an input. */
export interface OnnxColumnPlan {
  /** Index in the schema. */
  column: number;
  /** What stands for a missing value; NaN, "" or 0 unless given. Of texts a text, else a number. */
  missing?: number | string;
  /** What stands for each code of a categorical column; the code itself, or its name, unless given. */
  values?: (number | string)[];
}

export interface OnnxInputPlan {
  name: string;
  element: OnnxElement;
  /** [rows] or [rows, columns]. */
  rank: 1 | 2;
  columns: OnnxColumnPlan[];
}

export interface OnnxPlan {
  inputs: OnnxInputPlan[];
  output: string;
  /** Numbers a row: one for each class, or 1: the probability of the second of two. */
  width: number;
}

/** Values of one input, row-major. */
export interface OnnxTensor {
  name: string;
  element: OnnxElement;
  dimensions: number[];
  data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | string[];
}

/** A file that can be run. */
export interface OnnxRunner {
  /** Gives `count × width` numbers of the output. Throws `onnx-runtime`, `onnx-failed`. */
  run(inputs: readonly OnnxTensor[], count: number): ArrayLike<number>;
}

/** What runs files. */
export interface OnnxHost {
  /** Throws `onnx-unsupported`, `onnx-invalid` where the file may not be run. Starts nothing yet. */
  open(file: Uint8Array, output: string): OnnxRunner;
}

export interface OnnxParts {
  file: Uint8Array;
  plan: OnnxPlan;
  /** A usual row: explanations tell how a row differs from it. */
  reference: Float64Array;
}

const LIMITS = { inputs: 16_384, columns: 65_536, planBytes: 1 << 24 } as const;
/** Most rows, and most values of an input, in one run. */
const ROWS_AT_ONCE = 4_096;
const VALUES_AT_ONCE = 1 << 20;
/** Orders that explanations average over: fewer than of models of ours, as each costs a turn to the runtime. */
const EXPLANATION_ORDERS = 8;
/** How far from 1 the numbers of a row may sum to. */
const SUM_TOLERANCE = 1e-3;

export class OnnxModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: OnnxParts;
  readonly #runner: OnnxRunner | undefined;
  readonly #rowsAtOnce: number;

  /** Throws `model-corrupt` when the parts do not fit, and what the host's `open` throws. */
  constructor(manifest: ModelManifest, parts: OnnxParts, host?: OnnxHost) {
    checkPlan(parts.plan, manifest.schema.columns, manifest.classes.length);
    requireSound(parts.file.length > 0, "section 'ONNX' is empty");
    requireSound(parts.reference.length === manifest.schema.columns.length, "length of section 'REFR'");
    this.manifest = manifest;
    this.parts = parts;
    this.#runner = host?.open(parts.file, parts.plan.output);
    const widest = Math.max(...parts.plan.inputs.map(({ columns }) => columns.length));
    this.#rowsAtOnce = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(VALUES_AT_ONCE / widest)));
  }

  encode(): Uint8Array {
    const plan = new TextEncoder().encode(JSON.stringify(this.parts.plan));
    return encodeContainer(
      this.manifest,
      new Map<string, SectionArray>([
        ["ONNX", this.parts.file],
        ["PLAN", plan],
        ["REFR", this.parts.reference],
      ]),
    );
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    const columns = this.manifest.schema.columns.length;
    requireRoom(rows.length, count, columns, this.manifest.classes.length, out);
    this.#scoreBlocks(count, out, (row, column) => rows[row * columns + column]);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const { columns } = this.manifest.schema;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns.length, table.rowCount, columns.length, classes, out);
    this.#scoreBlocks(table.rowCount, out, (row, column) => table.values[column][row]);
  }

  /** What switching each column from the reference to the row changes of the probability, over seeded orders. */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    const classes = this.manifest.classes.length;
    const { columns } = this.manifest.schema;
    let scored = new Float64Array(0);
    const { bias, amounts } = permutationContributions(
      (rows, count, out) => {
        if (scored.length < count * classes) scored = new Float64Array(count * classes);
        this.score(rows, count, scored);
        for (let index = 0; index < count; index++) out[index] = scored[index * classes + classIndex];
      },
      row,
      this.parts.reference,
      { columns, orders: EXPLANATION_ORDERS },
    );
    return { bias, scale: "probability", contributions: rankedContributions(amounts, limit) };
  }

  /** Unknown: all 0. */
  importance(): Float64Array {
    return new Float64Array(this.manifest.schema.columns.length);
  }

  #scoreBlocks(count: number, out: Float64Array, valueAt: ValueAt): void {
    const runner = this.#runner;
    if (runner === undefined)
      throw new OrbweaverError(
        "onnx-runtime",
        "a model imported from ONNX needs a runtime, and none was given",
      );
    const { inputs, width } = this.parts.plan;
    const { columns } = this.manifest.schema;
    const classes = this.manifest.classes.length;
    for (let start = 0; start < count; start += this.#rowsAtOnce) {
      const size = Math.min(this.#rowsAtOnce, count - start);
      const tensors = inputs.map((input) => tensorOf(input, columns, start, size, valueAt));
      const found = runner.run(tensors, size);
      if (found.length !== size * width)
        throw new OrbweaverError(
          "onnx-failed",
          `the ONNX model gave ${found.length} numbers for ${size} rows, expected ${width} a row`,
        );
      writeProbabilities(found, size, width, out, start * classes);
    }
  }
}

type ValueAt = (row: number, column: number) => number;

/** The values of an input for rows from `start` on. */
function tensorOf(
  { name, element, rank, columns }: OnnxInputPlan,
  specifications: readonly ColumnSpecification[],
  start: number,
  count: number,
  valueAt: ValueAt,
): OnnxTensor {
  const width = columns.length;
  const data = emptyData(element, count * width);
  columns.forEach((plan, place) => {
    const { categories } = specifications[plan.column];
    const put = putterOf(element, plan, categories, data);
    for (let row = 0; row < count; row++) put(row * width + place, valueAt(start + row, plan.column));
  });
  return { name, element, dimensions: rank === 1 ? [count] : [count, width], data };
}

function emptyData(element: OnnxElement, length: number): OnnxTensor["data"] {
  switch (element) {
    case "float":
      return new Float32Array(length);
    case "double":
      return new Float64Array(length);
    case "int64":
      return new BigInt64Array(length);
    case "int32":
      return new Int32Array(length);
    case "bool":
      return new Uint8Array(length);
    case "text":
      return new Array<string>(length);
  }
}

/** Writes one value of a column into the data of an input. */
function putterOf(
  element: OnnxElement,
  { missing, values }: OnnxColumnPlan,
  categories: readonly string[],
  data: OnnxTensor["data"],
): (at: number, value: number) => void {
  if (element === "text") {
    const texts = data as string[];
    const names = values ?? categories;
    return (at, value) => {
      texts[at] = String(names[value] ?? missing ?? "");
    };
  }
  const isWhole = element !== "float" && element !== "double";
  const none = typeof missing === "number" ? missing : isWhole ? 0 : Number.NaN;
  const numberOf = (value: number): number => {
    if (values !== undefined) return (values[value] as number | undefined) ?? none;
    return Number.isNaN(value) ? none : value;
  };
  if (element === "int64") {
    const longs = data as BigInt64Array;
    return (at, value) => {
      longs[at] = wholeOf(numberOf(value));
    };
  }
  const numbers = data as Float32Array | Float64Array | Int32Array | Uint8Array;
  if (element === "bool") {
    return (at, value) => {
      numbers[at] = numberOf(value) === 0 ? 0 : 1;
    };
  }
  return (at, value) => {
    numbers[at] = numberOf(value);
  };
}

/** Within 64 bits; parts of whole numbers are cut. */
function wholeOf(value: number): bigint {
  if (Number.isFinite(value)) return BigInt.asIntN(64, BigInt(Math.trunc(value)));
  if (Number.isNaN(value)) return 0n;
  return value > 0 ? 2n ** 63n - 1n : -(2n ** 63n);
}

/** Probabilities from what the file gave. Throws `onnx-failed` where a row has none. */
function writeProbabilities(
  found: ArrayLike<number>,
  count: number,
  width: number,
  out: Float64Array,
  at: number,
): void {
  const classes = Math.max(2, width);
  for (let row = 0; row < count; row++) {
    const to = at + row * classes;
    if (width === 1) {
      out[to] = 1 - found[row];
      out[to + 1] = found[row];
    } else for (let index = 0; index < width; index++) out[to + index] = found[row * width + index];
    let sum = 0;
    let least = 0;
    for (let index = to; index < to + classes; index++) {
      // Rounding of floats may leave a hair below 0.
      if (out[index] < 0 && out[index] > -SUM_TOLERANCE) out[index] = 0;
      sum += out[index];
      least = Math.min(least, out[index]);
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || least < 0)
      throw noProbabilities(out.subarray(to, to + classes));
    for (let index = to; index < to + classes; index++) out[index] /= sum;
  }
}

function noProbabilities(found: Float64Array): OrbweaverError {
  const shown = Array.from(found.subarray(0, 4), (value) => String(Math.fround(value))).join(", ");
  return new OrbweaverError(
    "onnx-failed",
    `the ONNX model gave [${shown}${found.length > 4 ? ", …" : ""}] for a row, expected probabilities that sum to 1`,
    {
      hint: Number.isNaN(found[0])
        ? "Say what stands for missing values in the file of --columns: the model does not take NaN."
        : "Name the output with the probabilities with --output when importing the model.",
    },
  );
}

function checkPlan(plan: OnnxPlan, columns: readonly ColumnSpecification[], classes: number): void {
  requireSound(classes >= 2, "number of classes");
  requireSound(plan.width === classes || (plan.width === 1 && classes === 2), "width of the output");
  requireSound(plan.inputs.length >= 1 && plan.inputs.length <= LIMITS.inputs, "number of inputs");
  let total = 0;
  for (const input of plan.inputs) {
    total += input.columns.length;
    requireSound(input.columns.length >= 1 && total <= LIMITS.columns, "columns of the inputs");
    requireSound(input.rank === 2 || input.columns.length === 1, "shape of an input");
    for (const { column, missing, values } of input.columns) {
      const specification = columns[column];
      requireSound(Number.isInteger(column) && specification !== undefined, "column of an input");
      const isText = input.element === "text";
      const kind = isText ? "string" : "number";
      requireSound(!isText || specification.kind === "categorical", "column of an input of texts");
      requireSound(missing === undefined || typeof missing === kind, "missing value of an input");
      if (values === undefined) continue;
      requireSound(values.length === specification.categories.length, "values of an input");
      requireSound(
        values.every((value) => typeof value === kind),
        "values of an input",
      );
    }
  }
}

/** The model in a container of this kind. Throws `model-corrupt`, `model-version`, and what the host's `open` throws. */
export function decodeOnnx(manifest: ModelManifest, { sections }: Container, host?: OnnxHost): OnnxModel {
  requireFormat(manifest, "onnx", ONNX_FORMAT_VERSION);
  const [file, plan, reference] = [sections.get("ONNX"), sections.get("PLAN"), sections.get("REFR")];
  requireSound(file instanceof Uint8Array, "section 'ONNX' is missing or of another type");
  requireSound(
    plan instanceof Uint8Array && plan.length <= LIMITS.planBytes,
    "section 'PLAN' is missing or too long",
  );
  requireSound(reference instanceof Float64Array, "section 'REFR' is missing or of another type");
  return new OnnxModel(manifest, { file, plan: parsePlan(plan), reference }, host);
}

/** The plan in a section; only its form is checked here. */
function parsePlan(bytes: Uint8Array): OnnxPlan {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OrbweaverError("model-corrupt", "the model file is damaged: section 'PLAN' is not JSON", {
      cause,
    });
  }
  const { inputs, output, width } = fieldsOf(found);
  requireSound(
    Array.isArray(inputs) && typeof output === "string" && Number.isInteger(width),
    "section 'PLAN'",
  );
  return { inputs: inputs.map(parseInput), output, width: width as number };
}

function parseInput(found: unknown): OnnxInputPlan {
  const { name, element, rank, columns } = fieldsOf(found);
  requireSound(typeof name === "string" && (rank === 1 || rank === 2) && Array.isArray(columns), "an input");
  const known = ONNX_ELEMENTS.find((candidate) => candidate === element);
  requireSound(known !== undefined, "element of an input");
  return { name, element: known, rank, columns: columns.map(parseColumn) };
}

function parseColumn(found: unknown): OnnxColumnPlan {
  const { column, missing, values } = fieldsOf(found);
  requireSound(typeof column === "number", "column of an input");
  requireSound(missing === undefined || isValue(missing), "missing value of an input");
  requireSound(
    values === undefined || (Array.isArray(values) && values.every(isValue)),
    "values of an input",
  );
  return {
    column,
    ...(missing !== undefined && { missing: missing as number | string }),
    ...(values !== undefined && { values: values as (number | string)[] }),
  };
}

function isValue(value: unknown): boolean {
  return typeof value === "string" || Number.isFinite(value);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  requireSound(typeof value === "object" && value !== null, "section 'PLAN'");
  return value as Record<string, unknown>;
}
