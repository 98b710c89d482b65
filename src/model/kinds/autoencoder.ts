// The model kind "autoencoder": an ensemble of small autoencoders over groups of inputs, and one over their errors
// (KitNET, Mirsky et al. 2018). What the last cannot reconstruct is an anomaly.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { OrbweaverError } from "../../base/errors.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { ANOMALY_SECTION, AnomalyScale } from "../anomaly.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { checkEncoding, decodeEncoding, type Encoding, encodingSections, RowEncoder } from "../encoder.ts";
import { BLOCK_ROWS, decodeNetworks, type Network, NetworkScorer, networkSections } from "../network.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";

export const AUTOENCODER_KIND = "autoencoder";
export const AUTOENCODER_FORMAT_VERSION = 1;

/** What an ensemble of autoencoders consists of, beside its manifest. */
export interface AutoencoderParts {
  encoding: Encoding;
  /** The autoencoders of the groups, then the one of their errors. */
  networks: readonly Network[];
  /** Inputs of the groups, one group's after another's, every input once. */
  inputs: Int32Array;
  /** What is taken from each group's error, and what the rest is divided by, so that training's errors are 0 to 1. */
  lows: Float64Array;
  spans: Float64Array;
  scale: AnomalyScale;
  /** Values of a usual row, in schema order, which explanations begin from. */
  reference: Float64Array;
  /** Share of each column in what the model says, in schema order. */
  importance: Float64Array;
}

/** Sections beside those of the encoding, the layers and the scale. */
const SECTIONS = [
  ["INPU", "inputs", Int32Array],
  ["LOWS", "lows", Float64Array],
  ["SPAN", "spans", Float64Array],
  ["REFE", "reference", Float64Array],
  ["IMPO", "importance", Float64Array],
] as const;

/** Scores are held within it, so that what follows stays finite. */
const LARGEST_SCORE = 1e30;

export class AutoencoderModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: AutoencoderParts;
  readonly #encoder: RowEncoder;
  readonly #columnCount: number;
  readonly #scores = new Float64Array(BLOCK_ROWS);
  /** Made when first needed: of the groups, and of their errors. */
  #scorers: readonly [groups: NetworkScorer, errors: NetworkScorer] | undefined;

  /** Checks the parts against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, parts: AutoencoderParts) {
    const { columns } = manifest.schema;
    checkEncoding(parts.encoding, columns);
    checkParts(manifest, parts);
    this.manifest = manifest;
    this.parts = parts;
    this.#columnCount = columns.length;
    this.#encoder = new RowEncoder(parts.encoding, columns);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>(encodingSections(this.parts.encoding));
    for (const [name, section] of networkSections(this.parts.networks)) sections.set(name, section);
    for (const [name, field] of SECTIONS) sections.set(name, this.parts[field]);
    sections.set(ANOMALY_SECTION, this.parts.scale.encode());
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, 2, out);
    const [groups] = this.#madeScorers();
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      this.#encoder.encode(rows, start * this.#columnCount, size, groups.inputs);
      this.#writeProbabilities(size, out, start * 2);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    requireRoom(table.rowCount * this.#columnCount, table.rowCount, this.#columnCount, 2, out);
    const [groups] = this.#madeScorers();
    for (let start = 0; start < table.rowCount; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, table.rowCount - start);
      this.#encoder.encodeColumns(table.values, start, size, groups.inputs);
      this.#writeProbabilities(size, out, start * 2);
    }
  }

  /** Reconstruction errors of rows held one after another, into `out`: the scores that the probabilities are made of. */
  rawScores(rows: Float64Array, count: number, out: Float64Array): void {
    const [groups] = this.#madeScorers();
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      this.#encoder.encode(rows, start * this.#columnCount, size, groups.inputs);
      this.#scoreBlock(size);
      for (let row = 0; row < size; row++) out[start + row] = this.#scores[row];
    }
  }

  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    const { scale, reference } = this.parts;
    const sign = classIndex === 1 ? 1 : -1;
    const { bias, amounts } = permutationContributions(
      (rows, count, out) => {
        this.rawScores(rows, count, out);
        for (let index = 0; index < count; index++) out[index] = sign * scale.logOdds(out[index]);
      },
      row,
      reference,
      { columns: this.manifest.schema.columns },
    );
    return { bias, scale: "log-odds", contributions: rankedContributions(amounts, limit) };
  }

  importance(): Float64Array {
    return this.parts.importance.slice();
  }

  #madeScorers(): readonly [NetworkScorer, NetworkScorer] {
    this.#scorers ??= scorersOf(this.parts, this.#encoder.width);
    return this.#scorers;
  }

  #writeProbabilities(count: number, out: Float64Array, at: number): void {
    this.#scoreBlock(count);
    for (let row = 0; row < count; row++) this.parts.scale.write(this.#scores[row], out, at + row * 2);
  }

  /** Scores of the first rows of the inputs of the groups. */
  #scoreBlock(count: number): void {
    const [groups, errors] = this.#madeScorers();
    const { lows, spans } = this.parts;
    groups.run(count);
    let from = groups.errors(count);
    let to = 0;
    for (let row = 0; row < count; row++) {
      for (let group = 0; group < lows.length; group++) {
        errors.inputs[to++] = scaledError(groups.numbers[from++], lows[group], spans[group]);
      }
    }
    errors.run(count);
    from = errors.errors(count);
    for (let row = 0; row < count; row++) this.#scores[row] = bounded(errors.numbers[from + row]);
  }
}

/** A group's error as the last network takes it. */
export function scaledError(error: number, low: number, span: number): number {
  return (bounded(error) - low) / span;
}

/** An error that is a number and finite, as errors are but for values near the largest. */
function bounded(error: number): number {
  return error <= LARGEST_SCORE ? error : LARGEST_SCORE;
}

function scorersOf({ networks, inputs }: AutoencoderParts, width: number): [NetworkScorer, NetworkScorer] {
  const last = networks.length - 1;
  let at = 0;
  const groups = networks.slice(0, last).map((network) => {
    const reads = inputs.subarray(at, at + network[0].inputs);
    at += network[0].inputs;
    return { network, reads };
  });
  const reads = Int32Array.from({ length: last }, (_, index) => index);
  return [new NetworkScorer(groups, width), new NetworkScorer([{ network: networks[last], reads }], last)];
}

function checkParts(manifest: ModelManifest, parts: AutoencoderParts): void {
  const { networks, inputs, lows, spans, reference, importance, encoding } = parts;
  const columns = manifest.schema.columns.length;
  const width = encoding.columnOfInput.length;
  require(manifest.task === "anomaly" && manifest.classes.length === 2, "classes of an autoencoder");
  require(networks.length >= 2 &&
    networks.every(
      (network) => network[0].inputs === network[network.length - 1].outputs,
    ), "outputs of a network");
  const groups = networks.slice(0, -1);
  const read = groups.reduce((sum, network) => sum + network[0].inputs, 0);
  require(read === width && inputs.length === width, "inputs of the networks");
  const seen = new Uint8Array(width);
  for (const input of inputs) {
    require(input >= 0 && input < width && seen[input] === 0, "input of a network");
    seen[input] = 1;
  }
  require(networks[networks.length - 1][0].inputs === groups.length, "inputs of the last network");
  require(lows.length === groups.length && spans.length === groups.length, "scale of the errors");
  require(lows.every(Number.isFinite) &&
    spans.every((span) => span > 0 && span < Number.POSITIVE_INFINITY), "scale of an error");
  require(reference.length === columns, "length of the reference row");
  require(importance.length === columns, "length of the importance");
  require(importance.every((share) => share >= 0 && share <= 1), "importance of a column");
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeAutoencoder(manifest: ModelManifest, container: Container): AutoencoderModel {
  if (manifest.formatVersion !== AUTOENCODER_FORMAT_VERSION) {
    throw new OrbweaverError(
      "model-version",
      `the model has autoencoder format ${manifest.formatVersion}, this release reads ${AUTOENCODER_FORMAT_VERSION}`,
    );
  }
  const arrays: Record<string, SectionArray> = {};
  for (const [name, field, type] of SECTIONS) {
    const section = container.sections.get(name);
    require(section instanceof type, `section '${name}' is missing or of another type`);
    arrays[field] = section;
  }
  const parts = {
    ...arrays,
    networks: decodeNetworks(container),
    encoding: decodeEncoding(container, manifest.schema.columns),
    scale: AnomalyScale.decode(container.sections.get(ANOMALY_SECTION)),
  };
  return new AutoencoderModel(manifest, parts as unknown as AutoencoderParts);
}

function require(condition: boolean, what: string): asserts condition {
  if (!condition) throw new OrbweaverError("model-corrupt", `the model file is damaged: ${what}`);
}
