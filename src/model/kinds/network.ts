// The model kind "network": an encoding and dense layers, whose outputs are log-odds or logarithms of probabilities.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { checkEncoding, decodeEncoding, type Encoding, encodingSections, RowEncoder } from "../encoder.ts";
import { BLOCK_ROWS, decodeNetworks, type Network, NetworkScorer, networkSections } from "../network.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, requireSound, sectionsOf } from "../sections.ts";

export const NETWORK_KIND = "network";
export const NETWORK_FORMAT_VERSION = 1;

/** What a network model consists of, beside its manifest. */
export interface NetworkParts {
  encoding: Encoding;
  network: Network;
  /** Indices of the classes that have outputs, ascending; one output for two of them is the log-odds of the second. */
  activeClasses: Int32Array;
  /** Values of a usual row, in schema order, which explanations begin from. */
  reference: Float64Array;
  /** Share of each column in what the model says, in schema order. */
  importance: Float64Array;
}

/** Sections beside those of the encoding and the layers. */
const SECTIONS = [
  ["CLAS", "activeClasses", Int32Array],
  ["REFE", "reference", Float64Array],
  ["IMPO", "importance", Float64Array],
] as const;

/** Outputs are held within it, so that what follows stays finite. */
const LARGEST_OUTPUT = 1e30;

export class NetworkModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: NetworkParts;
  readonly #encoder: RowEncoder;
  readonly #columnCount: number;
  /** Scores of one row in the order of the active classes. */
  readonly #raw: Float64Array;
  /** Made when first needed. */
  #scorer: NetworkScorer | undefined;

  /** Checks the parts against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, parts: NetworkParts) {
    const { columns } = manifest.schema;
    checkEncoding(parts.encoding, columns);
    checkParts(manifest, parts);
    this.manifest = manifest;
    this.parts = parts;
    this.#columnCount = columns.length;
    this.#encoder = new RowEncoder(parts.encoding, columns);
    this.#raw = new Float64Array(parts.activeClasses.length);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>(encodingSections(this.parts.encoding));
    for (const [name, section] of networkSections([this.parts.network])) sections.set(name, section);
    for (const [name, field] of SECTIONS) sections.set(name, this.parts[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, this.manifest.classes.length, out);
    const scorer = this.#madeScorer();
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      this.#encoder.encode(rows, start * this.#columnCount, size, scorer.inputs);
      scorer.run(size);
      this.#writeProbabilities(scorer, size, out, start * this.manifest.classes.length);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    requireRoom(table.rowCount * columns, table.rowCount, columns, this.manifest.classes.length, out);
    const scorer = this.#madeScorer();
    for (let start = 0; start < table.rowCount; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, table.rowCount - start);
      this.#encoder.encodeColumns(table.values, start, size, scorer.inputs);
      scorer.run(size);
      this.#writeProbabilities(scorer, size, out, start * this.manifest.classes.length);
    }
  }

  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    const { schema } = this.manifest;
    requireClass(this.manifest, classIndex);
    const active = this.parts.activeClasses.indexOf(classIndex);
    if (active < 0) return { bias: Number.NEGATIVE_INFINITY, scale: "log-odds", contributions: [] };
    const { bias, amounts } = permutationContributions(
      (rows, count, out) => this.#logOdds(rows, count, active, out),
      row,
      this.parts.reference,
      { columns: schema.columns },
    );
    return { bias, scale: "log-odds", contributions: rankedContributions(amounts, limit) };
  }

  importance(): Float64Array {
    return this.parts.importance.slice();
  }

  /**
   * Scores of rows in the order of the active classes, `count × active classes` numbers: for two their log-odds, for more
   * the logarithms of their probabilities, less their mean.
   */
  rawScores(rows: Float64Array, count: number, out: Float64Array): void {
    const scorer = this.#madeScorer();
    const outputs = this.#raw.length;
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      this.#encoder.encode(rows, start * this.#columnCount, size, scorer.inputs);
      scorer.run(size);
      for (let row = 0; row < size; row++) {
        this.#readOutputs(scorer, row);
        out.set(this.#raw, (start + row) * outputs);
      }
    }
  }

  #logOdds(rows: Float64Array, count: number, active: number, out: Float64Array): void {
    const outputs = this.#raw.length;
    const raw = new Float64Array(count * outputs);
    this.rawScores(rows, count, raw);
    for (let row = 0; row < count; row++) out[row] = raw[row * outputs + active];
  }

  /** Outputs of a row of the scorer as `rawScores` tells them, into `#raw`. */
  #readOutputs(scorer: NetworkScorer, row: number): void {
    const { output, outputStep, outputs } = scorer.networks[0];
    const raw = this.#raw;
    const at = output + row * outputStep;
    if (outputs === 1) {
      raw[1] = bounded(scorer.numbers[at]);
      raw[0] = -raw[1];
      return;
    }
    let sum = 0;
    for (let index = 0; index < outputs; index++) {
      raw[index] = bounded(scorer.numbers[at + index]);
      sum += raw[index];
    }
    const mean = sum / outputs;
    // With two outputs the log-odds is their whole difference, with more each is told from their mean.
    const factor = outputs === 2 ? 2 : 1;
    for (let index = 0; index < outputs; index++) raw[index] = factor * (raw[index] - mean);
  }

  #madeScorer(): NetworkScorer {
    if (this.#scorer === undefined) {
      const width = this.#encoder.width;
      const reads = Int32Array.from({ length: width }, (_, input) => input);
      this.#scorer = new NetworkScorer([{ network: this.parts.network, reads }], width);
    }
    return this.#scorer;
  }

  #writeProbabilities(scorer: NetworkScorer, count: number, out: Float64Array, at: number): void {
    const { activeClasses } = this.parts;
    const raw = this.#raw;
    const classes = this.manifest.classes.length;
    if (activeClasses.length < classes) out.fill(0, at, at + count * classes);
    for (let row = 0; row < count; row++) {
      this.#readOutputs(scorer, row);
      const base = at + row * classes;
      if (raw.length === 2) {
        out[base + activeClasses[0]] = 1 / (1 + Math.exp(raw[1]));
        out[base + activeClasses[1]] = 1 / (1 + Math.exp(-raw[1]));
      } else writeSoftmax(raw, out, base, activeClasses);
    }
  }
}

/** An output that is a number and finite, as outputs are but for weights and values near the largest. */
function bounded(output: number): number {
  if (Number.isNaN(output)) return 0;
  return Math.max(-LARGEST_OUTPUT, Math.min(LARGEST_OUTPUT, output));
}

function writeSoftmax(raw: Float64Array, out: Float64Array, base: number, activeClasses: Int32Array): void {
  let largest = raw[0];
  for (let index = 1; index < raw.length; index++) largest = Math.max(largest, raw[index]);
  let sum = 0;
  for (let index = 0; index < raw.length; index++) {
    raw[index] = Math.exp(raw[index] - largest);
    sum += raw[index];
  }
  for (let index = 0; index < raw.length; index++) out[base + activeClasses[index]] = raw[index] / sum;
}

function checkParts(manifest: ModelManifest, parts: NetworkParts): void {
  const { network, activeClasses, reference, importance, encoding } = parts;
  const columns = manifest.schema.columns.length;
  const ascending = activeClasses.every(
    (index, place) =>
      index >= 0 && index < manifest.classes.length && (place === 0 || index > activeClasses[place - 1]),
  );
  requireSound(activeClasses.length >= 2 && ascending, "classes of a network");
  const { outputs } = network[network.length - 1];
  const fits = outputs === activeClasses.length || (outputs === 1 && activeClasses.length === 2);
  requireSound(fits && network[0].inputs === encoding.columnOfInput.length, "inputs or outputs of a network");
  requireSound(reference.length === columns, "length of the reference row");
  requireSound(importance.length === columns, "length of the importance");
  requireSound(
    importance.every((share) => share >= 0 && share <= 1),
    "importance of a column",
  );
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeNetwork(manifest: ModelManifest, container: Container): NetworkModel {
  requireFormat(manifest, "network", NETWORK_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  const networks = decodeNetworks(container);
  requireSound(networks.length === 1, "number of networks");
  const encoding = decodeEncoding(container, manifest.schema.columns);
  return new NetworkModel(manifest, { ...arrays, encoding, network: networks[0] } as unknown as NetworkParts);
}
