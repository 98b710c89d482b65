// The model kind "support-vectors": sums of radial basis functions around training rows, by pairs of classes or for one class.
//
// Two classes or more: every pair has a decision, the decision a probability (Platt 2000; Lin, Lin and Weng 2007), and the
// pairs' probabilities are coupled to one of each class. One class: the decision is a score of anomaly (src/model/anomaly.ts).
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model always
// gives the same bytes; no memory is taken for a row. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { ANOMALY_SECTION, AnomalyScale } from "../anomaly.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { PAIR_BOUND, PairCoupling, pairIndex } from "../coupling.ts";
import { DistanceMemory } from "../distances.ts";
import { decodeEncoding, type Encoding, encodingSections } from "../encoder.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import {
  BLOCK_POINTS,
  blocksBytes,
  decodePoints,
  PointEncoder,
  type Points,
  pointSections,
  writeBlocks,
} from "../points.ts";
import { decodeSample, type RowSample, sampledImportance, sampleSections } from "../row-sample.ts";
import { eachBlock, requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, requireSound, sectionOf } from "../sections.ts";

export const SUPPORT_VECTORS_KIND = "support-vectors";
export const SUPPORT_VECTORS_FORMAT_VERSION = 1;

/** Gammas within it keep products with squared distances finite. */
export const GAMMA_RANGE = [1e-12, 1e12] as const;
/** Rows of a table that are gathered at a time. */
const BLOCK_ROWS = 64;

export interface SupportVectors {
  encoding: Encoding;
  /** Which classes have support vectors, ascending; [0] for one class. */
  activeClasses: Int32Array;
  /** Support vectors, those of the first active class first. */
  points: Points;
  /** How many of each active class. */
  classPoints: Uint32Array;
  /**
   * Of each support vector, its coefficients against the other active classes in their order (signed; positive speaks for
   * the first class of the pair); for one class one coefficient.
   */
  coefficients: Float64Array;
  /** Of each pair of active classes (0-1, 0-2, …, 1-2, …) what is added to its sum; for one class one number. */
  biases: Float64Array;
  /** Of each pair slope and offset: the first class has probability 1 / (1 + exp(-(slope × decision + offset))). */
  sigmoids: Float64Array;
  gamma: number;
  /** For one class: what a score, the negated decision, tells. */
  anomaly?: AnomalyScale;
  sample: RowSample;
}

export class SupportVectorModel implements Model {
  readonly manifest: ModelManifest;
  readonly vectors: SupportVectors;
  readonly encoder: PointEncoder;
  readonly #columnCount: number;
  readonly #outputs: number;
  readonly #coupling: PairCoupling;
  readonly #decisions: Float64Array;
  readonly #pairs: Float64Array;
  readonly #coupled: Float64Array;
  /** Sums of each active class's support vectors, against each other class. */
  readonly #sums: Float64Array;
  /** Laid out when first needed. */
  #layout: Layout | undefined;

  /** The parts must fit each other: fitted, or checked by `decodeSupportVectors`. */
  constructor(manifest: ModelManifest, vectors: SupportVectors) {
    const classes = vectors.activeClasses.length;
    this.manifest = manifest;
    this.vectors = vectors;
    this.encoder = new PointEncoder(vectors.encoding, manifest.schema.columns);
    this.#columnCount = manifest.schema.columns.length;
    this.#outputs = Math.max(1, classes - 1);
    this.#coupling = new PairCoupling(classes);
    this.#decisions = new Float64Array(vectors.biases.length);
    this.#pairs = new Float64Array(vectors.biases.length);
    this.#coupled = new Float64Array(classes);
    this.#sums = new Float64Array(classes * this.#outputs);
  }

  encode(): Uint8Array {
    const { encoding, activeClasses, points, classPoints, coefficients, biases, sigmoids } = this.vectors;
    const { gamma, anomaly, sample } = this.vectors;
    const sections = new Map<string, SectionArray>([
      ...encodingSections(encoding),
      ...pointSections(points),
      ["CLAS", activeClasses],
      ["SVGR", classPoints],
      ["SVCO", coefficients],
      ["SVBI", biases],
      ["SVSI", sigmoids],
      ["GAMM", Float64Array.of(gamma)],
      ...sampleSections(sample),
    ]);
    if (anomaly) sections.set(ANOMALY_SECTION, anomaly.encode());
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, this.manifest.classes.length, out);
    const classes = this.manifest.classes.length;
    for (let row = 0; row < count; row++) {
      this.#decide(rows, row * this.#columnCount);
      this.#writeProbabilities(out, row * classes);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns, table.rowCount, columns, classes, out);
    eachBlock(table, BLOCK_ROWS, (block, size, start) => {
      for (let row = 0; row < size; row++) {
        this.#decide(block, row * columns);
        this.#writeProbabilities(out, (start + row) * classes);
      }
    });
  }

  /**
   * By seeded permutations against the sample's reference row: log-odds for two classes and for one, else probabilities.
   */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    const { columns } = this.manifest.schema;
    const isOdds = this.vectors.activeClasses.length <= 2 && this.manifest.classes.length === 2;
    const value = (rows: Float64Array, count: number, out: Float64Array): void => {
      for (let index = 0; index < count; index++) {
        this.#decide(rows, index * this.#columnCount);
        out[index] = isOdds ? this.#logOdds(classIndex) : this.#probabilityOf(classIndex);
      }
    };
    const { bias, amounts } = permutationContributions(value, row, this.vectors.sample.reference, {
      columns,
    });
    return {
      bias,
      scale: isOdds ? "log-odds" : "probability",
      contributions: rankedContributions(amounts, limit),
    };
  }

  /** Permutation importance on the sample of training rows that the model holds. */
  importance(): Float64Array {
    const score = (rows: Float64Array, count: number, out: Float64Array) => this.score(rows, count, out);
    return sampledImportance(score, this.vectors.sample, this.#columnCount, this.manifest.classes.length);
  }

  /** Decisions of the pairs of one row, in the order of `biases`. */
  decisions(row: Float64Array): Float64Array {
    this.#decide(row, 0);
    return this.#decisions.slice();
  }

  /** Decisions of the row whose first value is `rows[at]`. */
  #decide(rows: Float64Array, at: number): void {
    this.#layout ??= new Layout(this.vectors, this.#outputs);
    this.#layout.sum(this.encoder, rows, at, this.#sums);
    const { activeClasses, biases } = this.vectors;
    const classes = activeClasses.length;
    const outputs = this.#outputs;
    if (classes === 1) {
      this.#decisions[0] = this.#sums[0] + biases[0];
      return;
    }
    for (let first = 0; first < classes; first++) {
      for (let second = first + 1; second < classes; second++) {
        const pair = pairIndex(first, second, classes);
        const sum = this.#sums[first * outputs + second - 1] + this.#sums[second * outputs + first];
        this.#decisions[pair] = sum + biases[pair];
      }
    }
  }

  #writeProbabilities(out: Float64Array, at: number): void {
    const { activeClasses, anomaly } = this.vectors;
    if (anomaly) {
      anomaly.write(-this.#decisions[0], out, at);
      return;
    }
    const classes = this.manifest.classes.length;
    if (activeClasses.length < classes) out.fill(0, at, at + classes);
    if (activeClasses.length === 2) {
      const odds = this.#pairOdds(0);
      out[at + activeClasses[0]] = 1 / (1 + Math.exp(-odds));
      out[at + activeClasses[1]] = 1 / (1 + Math.exp(odds));
      return;
    }
    this.#couple();
    for (let index = 0; index < activeClasses.length; index++)
      out[at + activeClasses[index]] = this.#coupled[index];
  }

  #couple(): void {
    for (let pair = 0; pair < this.#pairs.length; pair++) {
      const probability = 1 / (1 + Math.exp(-this.#pairOdds(pair)));
      this.#pairs[pair] = Math.min(1 - PAIR_BOUND, Math.max(PAIR_BOUND, probability));
    }
    this.#coupling.couple(this.#pairs, this.#coupled);
  }

  /** Log-odds of the first class of a pair. */
  #pairOdds(pair: number): number {
    const { sigmoids } = this.vectors;
    return sigmoids[2 * pair] * this.#decisions[pair] + sigmoids[2 * pair + 1];
  }

  /** Of two classes, both with support vectors, or of one. */
  #logOdds(classIndex: number): number {
    const { anomaly } = this.vectors;
    const first = anomaly ? -anomaly.logOdds(-this.#decisions[0]) : this.#pairOdds(0);
    return classIndex === 0 ? first : -first;
  }

  #probabilityOf(classIndex: number): number {
    const { activeClasses } = this.vectors;
    const index = activeClasses.indexOf(classIndex);
    if (index < 0) return 0;
    if (activeClasses.length === 2)
      return 1 / (1 + Math.exp(index === 0 ? -this.#pairOdds(0) : this.#pairOdds(0)));
    this.#couple();
    return this.#coupled[index];
  }
}

/** Support vectors in the memory of the kernels, each class in blocks of its own. */
class Layout {
  readonly #memory: DistanceMemory;
  readonly #gamma: number;
  readonly #numbers: number;
  readonly #codes: number;
  readonly #outputs: number;
  /** Of each active class. */
  readonly #blocks: number[];
  readonly #blocksAt: number[];
  readonly #coefficientsAt: number[];

  constructor({ points, classPoints, coefficients, gamma }: SupportVectors, outputs: number) {
    const groups = Array.from(classPoints);
    const sizes = [(points.numbers + points.codes + 1) * 4, BLOCK_POINTS * 4, outputs * 8];
    for (const count of groups) sizes.push(blocksBytes(count, points));
    for (const count of groups) sizes.push(Math.ceil(count / BLOCK_POINTS) * BLOCK_POINTS * outputs * 8);
    const memory = new DistanceMemory(sizes);
    this.#memory = memory;
    this.#gamma = gamma;
    this.#numbers = points.numbers;
    this.#codes = points.codes;
    this.#outputs = outputs;
    this.#blocks = groups.map((count) => Math.ceil(count / BLOCK_POINTS));
    this.#blocksAt = groups.map((_, group) => memory.pieces[3 + group]);
    this.#coefficientsAt = groups.map((_, group) => memory.pieces[3 + groups.length + group]);
    let first = 0;
    groups.forEach((count, group) => {
      const rows = Int32Array.from({ length: count }, (_, index) => first + index);
      writeBlocks(points, rows, memory.floats, this.#blocksAt[group] / 4);
      for (let index = 0; index < count; index++) {
        const lane = index % BLOCK_POINTS;
        const to = this.#coefficientsAt[group] / 8 + (index - lane) * outputs + lane;
        for (let output = 0; output < outputs; output++)
          memory.numbers[to + output * BLOCK_POINTS] = coefficients[(first + index) * outputs + output];
      }
      first += count;
    });
  }

  /** Sums over each class's support vectors, one for each output. */
  sum(encoder: PointEncoder, rows: Float64Array, at: number, out: Float64Array): void {
    const { kernels, pieces, floats, numbers } = this.#memory;
    const [query, scratch, sums] = pieces;
    encoder.writeQuery(rows, at, floats, query / 4);
    for (let group = 0; group < this.#blocks.length; group++) {
      kernels.kernelSums(
        query,
        this.#blocksAt[group],
        this.#blocks[group],
        this.#numbers,
        this.#codes,
        this.#gamma,
        this.#coefficientsAt[group],
        this.#outputs,
        sums,
        scratch,
      );
      for (let output = 0; output < this.#outputs; output++)
        out[group * this.#outputs + output] = numbers[sums / 8 + output];
    }
  }
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeSupportVectors(manifest: ModelManifest, container: Container): SupportVectorModel {
  requireFormat(manifest, "support-vectors", SUPPORT_VECTORS_FORMAT_VERSION);
  const { columns } = manifest.schema;
  const isAnomaly = manifest.task === "anomaly";
  const encoding = decodeEncoding(container, columns);
  const encoder = new PointEncoder(encoding, columns);
  const activeClasses = sectionOf(container, "CLAS", Int32Array);
  const classPoints = sectionOf(container, "SVGR", Uint32Array);
  const coefficients = sectionOf(container, "SVCO", Float64Array);
  const biases = sectionOf(container, "SVBI", Float64Array);
  const sigmoids = sectionOf(container, "SVSI", Float64Array);
  const gammas = sectionOf(container, "GAMM", Float64Array);
  const classes = activeClasses.length;
  requireSound(isAnomaly ? classes === 1 : classes >= 2, "number of classes with support vectors");
  requireSound(!isAnomaly || manifest.classes.length === 2, "classes of an anomaly");
  activeClasses.forEach((index, place) => {
    const after = place === 0 ? -1 : activeClasses[place - 1];
    requireSound(index > after && index < manifest.classes.length, "class of support vectors");
  });
  const pairs = isAnomaly ? 1 : (classes * (classes - 1)) / 2;
  requireSound(classPoints.length === classes, "numbers of support vectors");
  const count = classPoints.reduce((sum, points) => sum + points, 0);
  requireSound(coefficients.length === count * Math.max(1, classes - 1), "length of the coefficients");
  requireSound(biases.length === pairs, "length of the biases");
  requireSound(sigmoids.length === (isAnomaly ? 0 : 2 * pairs), "length of the sigmoids");
  requireSound(gammas.length === 1 && gammas[0] >= GAMMA_RANGE[0] && gammas[0] <= GAMMA_RANGE[1], "gamma");
  for (const numbers of [coefficients, biases, sigmoids])
    requireSound(
      numbers.every((number) => Math.abs(number) <= LARGEST),
      "number of a decision",
    );
  return new SupportVectorModel(manifest, {
    encoding,
    activeClasses,
    points: decodePoints(container, count, encoder),
    classPoints,
    coefficients,
    biases,
    sigmoids,
    gamma: gammas[0],
    ...(isAnomaly && { anomaly: AnomalyScale.decode(container.sections.get(ANOMALY_SECTION)) }),
    sample: decodeSample(container, columns.length),
  });
}

/** Coefficients, biases and sigmoids are no larger: sums and products of them stay finite. */
const LARGEST = 1e30;
