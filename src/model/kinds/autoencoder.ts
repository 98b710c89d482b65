// The model kind "autoencoder": an ensemble of small autoencoders over groups of inputs (KitNET, Mirsky et al. 2018). What
// they cannot reconstruct is an anomaly; their errors become one score by their sizes, or by an autoencoder of its own.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { exactLog } from "../../base/elementary.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { ANOMALY_SECTION, AnomalyScale } from "../anomaly.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { checkEncoding, decodeEncoding, type Encoding, encodingSections, RowEncoder } from "../encoder.ts";
import { BLOCK_ROWS, decodeNetworks, type Network, NetworkScorer, networkSections } from "../network.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, requireSound, sectionsOf } from "../sections.ts";

export const AUTOENCODER_KIND = "autoencoder";
export const AUTOENCODER_FORMAT_VERSION = 1;

/** How errors of groups become one: the sum of ln(1 + z) over their standardised excesses z, or one more autoencoder. */
export const COMBINATION = { surprise: 0, autoencoder: 1 } as const;

/** What an ensemble of autoencoders consists of, beside its manifest. */
export interface AutoencoderParts {
  encoding: Encoding;
  /** How the errors of the groups become one: one of COMBINATION. */
  combination: number;
  /** The autoencoders of the groups, then the one of their errors where that is how they become one. */
  networks: readonly Network[];
  /** Inputs of the groups, one group's after another's, every input once. */
  inputs: Int32Array;
  /**
   * What is taken from each group's error, and what the rest is divided by: mean and deviation of training's errors, or for
   * the autoencoder the least of them and their range.
   */
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

/** Errors and scores are held within it, so that what follows stays finite. */
const LARGEST_SCORE = 1e30;

export class AutoencoderModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: AutoencoderParts;
  readonly #encoder: RowEncoder;
  readonly #columnCount: number;
  readonly #scores = new Float64Array(BLOCK_ROWS);
  /** Made when first needed: of the groups, and of their errors. */
  #groups: NetworkScorer | undefined;
  #errors: NetworkScorer | undefined;

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
    sections.set("COMB", Uint8Array.of(this.parts.combination));
    sections.set(ANOMALY_SECTION, this.parts.scale.encode());
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, 2, out);
    const groups = this.#madeScorer();
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      this.#encoder.encode(rows, start * this.#columnCount, size, groups.inputs);
      this.#writeProbabilities(size, out, start * 2);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    requireRoom(table.rowCount * this.#columnCount, table.rowCount, this.#columnCount, 2, out);
    const groups = this.#madeScorer();
    for (let start = 0; start < table.rowCount; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, table.rowCount - start);
      this.#encoder.encodeColumns(table.values, start, size, groups.inputs);
      this.#writeProbabilities(size, out, start * 2);
    }
  }

  /** Reconstruction errors of rows held one after another, into `out`: the scores that the probabilities are made of. */
  rawScores(rows: Float64Array, count: number, out: Float64Array): void {
    const groups = this.#madeScorer();
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

  /** The scorer of the groups, whose inputs are to be filled. */
  #madeScorer(): NetworkScorer {
    if (this.#groups === undefined) [this.#groups, this.#errors] = scorersOf(this.parts, this.#encoder.width);
    return this.#groups;
  }

  #writeProbabilities(count: number, out: Float64Array, at: number): void {
    this.#scoreBlock(count);
    for (let row = 0; row < count; row++) this.parts.scale.write(this.#scores[row], out, at + row * 2);
  }

  /** Scores of the first rows of the inputs of the groups. */
  #scoreBlock(count: number): void {
    const groups = this.#madeScorer();
    const { lows, spans } = this.parts;
    groups.run(count);
    const from = groups.errors(count);
    if (this.#errors) {
      this.#reconstructErrors(groups, this.#errors, from, count);
      return;
    }
    for (let row = 0; row < count; row++) {
      this.#scores[row] = surpriseOf(groups.numbers, from + row * lows.length, lows, spans);
    }
  }

  #reconstructErrors(groups: NetworkScorer, errors: NetworkScorer, from: number, count: number): void {
    const { lows, spans } = this.parts;
    for (let index = 0; index < count * lows.length; index++) {
      const group = index % lows.length;
      errors.inputs[index] = scaledError(groups.numbers[from + index], lows[group], spans[group]);
    }
    errors.run(count);
    const at = errors.errors(count);
    for (let row = 0; row < count; row++) this.#scores[row] = bounded(errors.numbers[at + row]);
  }
}

/** The sum of ln(1 + z) over the groups' errors, z being how many deviations each is above the mean, or 0. */
export function surpriseOf(
  errors: Float32Array,
  at: number,
  means: Float64Array,
  deviations: Float64Array,
): number {
  let sum = 0;
  let product = 1;
  for (let group = 0; group < means.length; group++) {
    const excess = scaledError(errors[at + group], means[group], deviations[group]);
    if (excess > 0) product *= 1 + excess;
    // One logarithm for many factors, before they leave the range of numbers.
    if (product > 1e100) {
      sum += exactLog(Math.min(product, Number.MAX_VALUE));
      product = 1;
    }
  }
  return sum + exactLog(product);
}

/** A group's error as the last network takes it. */
export function scaledError(error: number, low: number, span: number): number {
  return (bounded(error) - low) / span;
}

/** An error that is a number and finite, as errors are but for values near the largest. */
function bounded(error: number): number {
  return error <= LARGEST_SCORE ? error : LARGEST_SCORE;
}

function scorersOf(
  { networks, inputs, lows }: AutoencoderParts,
  width: number,
): [groups: NetworkScorer, errors: NetworkScorer | undefined] {
  let at = 0;
  const groups = networks.slice(0, lows.length).map((network) => {
    const reads = inputs.subarray(at, at + network[0].inputs);
    at += network[0].inputs;
    return { network, reads };
  });
  const reads = Int32Array.from(lows.keys());
  const last = networks.slice(lows.length).map((network) => ({ network, reads }));
  return [
    new NetworkScorer(groups, width),
    last.length > 0 ? new NetworkScorer(last, lows.length) : undefined,
  ];
}

function checkParts(manifest: ModelManifest, parts: AutoencoderParts): void {
  const { networks, inputs, lows, spans, reference, importance, encoding } = parts;
  const columns = manifest.schema.columns.length;
  const width = encoding.columnOfInput.length;
  requireSound(manifest.task === "anomaly" && manifest.classes.length === 2, "classes of an autoencoder");
  const last = parts.combination === COMBINATION.autoencoder ? 1 : 0;
  requireSound(
    networks.length > last &&
      networks.every((network) => network[0].inputs === network[network.length - 1].outputs),
    "outputs of a network",
  );
  const groups = networks.slice(0, networks.length - last);
  const read = groups.reduce((sum, network) => sum + network[0].inputs, 0);
  requireSound(read === width && inputs.length === width, "inputs of the networks");
  const seen = new Uint8Array(width);
  for (const input of inputs) {
    requireSound(input >= 0 && input < width && seen[input] === 0, "input of a network");
    seen[input] = 1;
  }
  requireSound(
    last === 0 || networks[groups.length][0].inputs === groups.length,
    "inputs of the last network",
  );
  requireSound(lows.length === groups.length && spans.length === groups.length, "scale of the errors");
  requireSound(
    lows.every(Number.isFinite) && spans.every((span) => span > 0 && span < Number.POSITIVE_INFINITY),
    "scale of an error",
  );
  requireSound(reference.length === columns, "length of the reference row");
  requireSound(importance.length === columns, "length of the importance");
  requireSound(
    importance.every((share) => share >= 0 && share <= 1),
    "importance of a column",
  );
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeAutoencoder(manifest: ModelManifest, container: Container): AutoencoderModel {
  requireFormat(manifest, "autoencoder", AUTOENCODER_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  const combination = container.sections.get("COMB");
  requireSound(
    combination instanceof Uint8Array &&
      combination.length === 1 &&
      combination[0] <= COMBINATION.autoencoder,
    "combination of the errors",
  );
  const parts = {
    ...arrays,
    combination: combination[0],
    networks: decodeNetworks(container),
    encoding: decodeEncoding(container, manifest.schema.columns),
    scale: AnomalyScale.decode(container.sections.get(ANOMALY_SECTION)),
  };
  return new AutoencoderModel(manifest, parts as unknown as AutoencoderParts);
}
