// The model kind "pipeline": some columns of a row, scored by an inner model, calibrated, with a rule for what is unknown.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched, as the inner model's do.
// The inner model lies in the file as a whole model file, and is no pipeline itself.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { type Calibration, calibrate, calibrationSections, decodeCalibration } from "../calibration.ts";
import { type Container, encodeContainer } from "../container.ts";
import type { Caution, Explanation, Model, ModelManifest } from "../contract.ts";
import { requireRoom } from "../scoring.ts";
import { requireFormat, requireSound, sectionOf } from "../sections.ts";
import { decodeUnknown, flagUnknown, type UnknownRule, unknownSections } from "../unknown.ts";

export const PIPELINE_KIND = "pipeline";
export const PIPELINE_FORMAT_VERSION = 1;

/** Rows whose columns are selected together. */
const BLOCK_ROWS = 256;

export interface PipelineSteps {
  /** Columns that the inner model sees, ascending. */
  columns: Int32Array;
  calibration: Calibration;
  unknown: UnknownRule;
}

export class PipelineModel implements Model {
  readonly manifest: ModelManifest;
  /** The model that the learner made. */
  readonly inner: Model;
  readonly steps: PipelineSteps;
  readonly caution: Caution | undefined;
  readonly #block: Float64Array;

  /** Throws `model-corrupt` when the inner model does not fit. */
  constructor(manifest: ModelManifest, inner: Model, steps: PipelineSteps) {
    checkFit(manifest, inner, steps.columns);
    this.manifest = manifest;
    this.inner = inner;
    this.steps = steps;
    this.#block = new Float64Array(BLOCK_ROWS * steps.columns.length);
    this.caution = cautionOf(manifest, steps.unknown);
  }

  encode(): Uint8Array {
    const { columns, calibration, unknown } = this.steps;
    return encodeContainer(
      this.manifest,
      new Map([
        ["MODL", this.inner.encode()],
        ["COLS", columns],
        ...calibrationSections(calibration),
        ...unknownSections(unknown),
      ]),
    );
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    const { columns } = this.manifest.schema;
    const classes = this.manifest.classes.length;
    requireRoom(rows.length, count, columns.length, classes, out);
    if (this.steps.columns.length === columns.length) this.inner.score(rows, count, out);
    else {
      for (let start = 0; start < count; start += BLOCK_ROWS) {
        const size = Math.min(BLOCK_ROWS, count - start);
        this.#select(rows, start, size);
        this.inner.score(this.#block, size, out.subarray(start * classes));
      }
    }
    calibrate(this.steps.calibration, classes, count, out, 0);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const values = Array.from(this.steps.columns, (column) => table.values[column]);
    this.inner.scoreTable({ ...table, schema: this.inner.manifest.schema, values }, out);
    calibrate(this.steps.calibration, this.manifest.classes.length, table.rowCount, out, 0);
  }

  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    const { columns, calibration } = this.steps;
    const selected = Float64Array.from(columns, (column) => row[column]);
    const inner = this.inner.explain(selected, classIndex, Number.POSITIVE_INFINITY);
    const contributions = inner.contributions
      .map(({ column, amount }) => ({ column: columns[column], amount }))
      .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || a.column - b.column);
    const bent = bentExplanation(
      { ...inner, contributions },
      calibration,
      this.manifest.classes.length,
      classIndex,
    );
    return { ...bent, contributions: bent.contributions.slice(0, limit) };
  }

  importance(): Float64Array {
    const shares = new Float64Array(this.manifest.schema.columns.length);
    this.inner.importance().forEach((share, index) => {
      shares[this.steps.columns[index]] = share;
    });
    return shares;
  }

  #select(rows: Float64Array, start: number, count: number): void {
    const { columns } = this.steps;
    const width = this.manifest.schema.columns.length;
    for (let row = 0; row < count; row++) {
      const from = (start + row) * width;
      const to = row * columns.length;
      for (let index = 0; index < columns.length; index++)
        this.#block[to + index] = rows[from + columns[index]];
    }
  }
}

/** The explanation of the calibrated score where a sum can follow the calibration; else of the score before it, marked. */
export function bentExplanation(
  explanation: Explanation,
  calibration: Calibration,
  classes: number,
  classIndex: number,
): Explanation {
  if (calibration.method === "none") return explanation;
  if (explanation.scale === "log-odds") {
    if (calibration.method === "temperature") return scaled(explanation, 1 / calibration.temperature, 0);
    if (calibration.method === "platt" && classes === 2) {
      const offset = classIndex === 1 ? calibration.offsets[0] : -calibration.offsets[0];
      return scaled(explanation, calibration.slopes[0], offset);
    }
  }
  return { ...explanation, uncalibrated: true };
}

function scaled({ bias, scale, contributions }: Explanation, factor: number, offset: number): Explanation {
  return {
    bias: bias * factor + offset,
    scale,
    contributions: contributions.map(({ column, amount }) => ({ column, amount: amount * factor })),
  };
}

function cautionOf({ schema, classes }: ModelManifest, rule: UnknownRule): Caution | undefined {
  if (rule.method === "none") return undefined;
  const caution: Caution = {
    method: rule.method,
    coverage: rule.coverage,
    flagUnknown: (rows, count, probabilities, out) =>
      flagUnknown(rule, schema.columns, classes.length, rows, count, probabilities, out),
  };
  if (rule.method === "density") return caution;
  return {
    ...caution,
    predictionSets: (count, probabilities, out) => {
      for (let at = 0; at < count * classes.length; at++)
        out[at] = Math.fround(probabilities[at]) >= rule.bars[at % classes.length] ? 1 : 0;
    },
  };
}

function checkFit({ schema, classes }: ModelManifest, inner: Model, columns: Int32Array): void {
  const { manifest } = inner;
  requireSound(manifest.kind !== PIPELINE_KIND, "a pipeline in a pipeline");
  requireSound(manifest.classes.length === classes.length, "classes of the inner model");
  requireSound(
    manifest.classes.every((name, index) => name === classes[index]),
    "classes of the inner model",
  );
  requireSound(
    columns.length === manifest.schema.columns.length && columns.length > 0,
    "number of selected columns",
  );
  for (let index = 0; index < columns.length; index++) {
    const [own, theirs] = [schema.columns[columns[index]], manifest.schema.columns[index]];
    requireSound(index === 0 || columns[index] > columns[index - 1], "order of the selected columns");
    requireSound(
      own !== undefined && own.name === theirs.name && own.kind === theirs.kind,
      `selected column ${index}`,
    );
    requireSound(
      own.categories.length === theirs.categories.length,
      `categories of selected column ${index}`,
    );
  }
}

/** The model in a container of this kind; `decode` reads the inner one. Throws `model-corrupt` or `model-version`. */
export function decodePipeline(
  manifest: ModelManifest,
  container: Container,
  decode: (bytes: Uint8Array) => Model,
): PipelineModel {
  requireFormat(manifest, "pipeline", PIPELINE_FORMAT_VERSION);
  const bytes = sectionOf(container, "MODL", Uint8Array);
  const columns = sectionOf(container, "COLS", Int32Array);
  const classes = manifest.classes.length;
  return new PipelineModel(manifest, decode(bytes), {
    columns,
    calibration: decodeCalibration(container, classes),
    unknown: decodeUnknown(container, manifest.schema.columns, classes),
  });
}
