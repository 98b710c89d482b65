// The model kind "neighbours": the classes of the nearest training rows vote.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the search is exact;
// the same model always gives the same bytes; no memory is taken for a row. Knows no learner.
//
// Equal training rows are one point that stands for all of them. Where the last point stands for more rows than are wanted,
// its classes vote for as many as are left, in their proportion: what a draw among equal rows would give on average.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { decodeEncoding, type Encoding, encodingSections } from "../encoder.ts";
import { METRICS, type Metric, NeighbourSearch } from "../neighbour-search.ts";
import { permutationContributions, rankedContributions } from "../permutation.ts";
import { BLOCK_POINTS, decodePoints, PointEncoder, type Points, pointSections } from "../points.ts";
import { decodeSample, type RowSample, sampledImportance, sampleSections } from "../row-sample.ts";
import { eachBlock, requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, requireSound, sectionOf } from "../sections.ts";

export const NEIGHBOURS_KIND = "neighbours";
export const NEIGHBOURS_FORMAT_VERSION = 1;

/** Rows of a table that are gathered at a time. */
const BLOCK_ROWS = 64;

export const VOTE_WEIGHTS = ["uniform", "distance"] as const;
export type VoteWeights = (typeof VOTE_WEIGHTS)[number];

export const NEIGHBOUR_LIMITS = { k: 100_000, points: 1 << 24 } as const;

export interface Neighbourhood {
  encoding: Encoding;
  /** Order of the points' numbers among the encoding's inputs that are not categories. */
  order: Int32Array;
  /** Training rows, no two equal, in blocks of at most 16 that are near each other. */
  points: Points;
  /** First point of each block, then how many points there are. */
  blockStarts: Uint32Array;
  /** Who comes first among points that are equally far: the first training row of each. */
  ranks: Uint32Array;
  /** First of the votes of each point, then how many votes there are. */
  voteStarts: Uint32Array;
  /** Votes: a class, and training rows of it. */
  voteClasses: Uint16Array;
  voteCounts: Uint32Array;
  /** What a row of each class counts. */
  classWeights: Float64Array;
  k: number;
  weights: VoteWeights;
  metric: Metric;
  sample: RowSample;
}

export class NeighboursModel implements Model {
  readonly manifest: ModelManifest;
  readonly neighbourhood: Neighbourhood;
  readonly encoder: PointEncoder;
  readonly #columnCount: number;
  readonly #multiplicities: Uint32Array;
  readonly #votes: Float64Array;
  /** Laid out when first needed. */
  #search: NeighbourSearch | undefined;

  /** The parts must fit each other: fitted, or checked by `decodeNeighbours`. */
  constructor(manifest: ModelManifest, neighbourhood: Neighbourhood) {
    this.manifest = manifest;
    this.neighbourhood = neighbourhood;
    this.encoder = new PointEncoder(neighbourhood.encoding, manifest.schema.columns, neighbourhood.order);
    this.#columnCount = manifest.schema.columns.length;
    this.#multiplicities = multiplicitiesOf(neighbourhood);
    this.#votes = new Float64Array(manifest.classes.length);
  }

  encode(): Uint8Array {
    const { encoding, order, points, blockStarts, ranks, voteStarts, voteClasses, voteCounts } =
      this.neighbourhood;
    const { classWeights, k, weights, metric, sample } = this.neighbourhood;
    const sections = new Map<string, SectionArray>([
      ...encodingSections(encoding),
      ["ORDR", order],
      ...pointSections(points),
      ["BLOC", blockStarts],
      ["RANK", ranks],
      ["VOST", voteStarts],
      ["VOCL", voteClasses],
      ["VOCO", voteCounts],
      ["CLWE", classWeights],
      ["NEIG", Uint32Array.of(k, VOTE_WEIGHTS.indexOf(weights), METRICS.indexOf(metric))],
      ...sampleSections(sample),
    ]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, this.manifest.classes.length, out);
    const classes = this.manifest.classes.length;
    this.#write(rows, count, out, 0, classes);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns, table.rowCount, columns, classes, out);
    eachBlock(table, BLOCK_ROWS, (block, size, start) => {
      this.#write(block, size, out, start * classes, classes);
    });
  }

  /** By seeded permutations against the sample's reference row, on the scale of probabilities. */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    const { columns } = this.manifest.schema;
    const value = (rows: Float64Array, count: number, out: Float64Array): void => {
      const classes = this.manifest.classes.length;
      const probabilities = new Float64Array(count * classes);
      this.#write(rows, count, probabilities, 0, classes);
      for (let index = 0; index < count; index++) out[index] = probabilities[index * classes + classIndex];
    };
    const { reference } = this.neighbourhood.sample;
    const { bias, amounts } = permutationContributions(value, row, reference, { columns });
    return { bias, scale: "probability", contributions: rankedContributions(amounts, limit) };
  }

  /** Permutation importance on the sample of training rows that the model holds. */
  importance(): Float64Array {
    const score = (rows: Float64Array, count: number, out: Float64Array) => this.score(rows, count, out);
    const { sample } = this.neighbourhood;
    return sampledImportance(score, sample, this.#columnCount, this.manifest.classes.length);
  }

  /** The nearest training rows of a row: points of the neighbourhood, nearest first, and how far they are. */
  neighbours(row: Float64Array): { point: number; distance: number }[] {
    const search = this.#searching();
    search.search(this.encoder, row, 0, this.#columnCount, 1);
    return Array.from({ length: search.found(0) }, (_, number) => ({
      point: search.point(0, number),
      distance: search.distance(0, number),
    }));
  }

  #searching(): NeighbourSearch {
    this.#search ??= new NeighbourSearch({ ...this.neighbourhood, multiplicities: this.#multiplicities });
    return this.#search;
  }

  /** Writes the probabilities of rows from `out[to]` on. */
  #write(rows: Float64Array, count: number, out: Float64Array, to: number, classes: number): void {
    const search = this.#searching();
    for (let start = 0; start < count; start += search.group) {
      const size = Math.min(search.group, count - start);
      search.search(this.encoder, rows, start * this.#columnCount, this.#columnCount, size);
      for (let row = 0; row < size; row++) {
        this.#count(search, row);
        const at = to + (start + row) * classes;
        for (let index = 0; index < classes; index++) out[at + index] = this.#votes[index];
      }
    }
  }

  /** Counts the votes for a row of the group that was searched for, and makes them shares. */
  #count(search: NeighbourSearch, row: number): void {
    const found = search.found(row);
    const { voteStarts, voteClasses, voteCounts, classWeights, k, weights } = this.neighbourhood;
    const votes = this.#votes;
    const byDistance = weights === "distance";
    // A point at no distance outweighs all others, as in scikit-learn.
    const onlyEqual = byDistance && search.distance(row, 0) === 0;
    votes.fill(0);
    let left = k;
    let total = 0;
    for (let number = 0; number < found; number++) {
      const distance = search.distance(row, number);
      if (onlyEqual && distance > 0) break;
      const point = search.point(row, number);
      const rowsThere = this.#multiplicities[point];
      const taken = Math.min(left, rowsThere);
      left -= taken;
      const weight = (taken / rowsThere) * (byDistance && !onlyEqual ? 1 / distance : 1);
      for (let vote = voteStarts[point]; vote < voteStarts[point + 1]; vote++) {
        const amount = weight * voteCounts[vote] * classWeights[voteClasses[vote]];
        votes[voteClasses[vote]] += amount;
        total += amount;
      }
    }
    for (let index = 0; index < votes.length; index++) votes[index] /= total;
  }
}

/** Training rows that each point stands for. */
export function multiplicitiesOf({
  points,
  voteStarts,
  voteCounts,
}: Pick<Neighbourhood, "points" | "voteStarts" | "voteCounts">): Uint32Array {
  const multiplicities = new Uint32Array(points.count);
  for (let point = 0; point < points.count; point++)
    for (let vote = voteStarts[point]; vote < voteStarts[point + 1]; vote++)
      multiplicities[point] += voteCounts[vote];
  return multiplicities;
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeNeighbours(manifest: ModelManifest, container: Container): NeighboursModel {
  requireFormat(manifest, "neighbours", NEIGHBOURS_FORMAT_VERSION);
  const { columns } = manifest.schema;
  const encoding = decodeEncoding(container, columns);
  const order = sectionOf(container, "ORDR", Int32Array);
  const plain = new PointEncoder(encoding, columns);
  requireSound(isPermutation(order, plain.numbers), "order of the numbers");
  const ranks = sectionOf(container, "RANK", Uint32Array);
  const count = ranks.length;
  requireSound(count >= 1 && count <= NEIGHBOUR_LIMITS.points, "number of points");
  const points = decodePoints(container, count, new PointEncoder(encoding, columns, order));
  const blockStarts = sectionOf(container, "BLOC", Uint32Array);
  checkBlocks(blockStarts, count);
  const votes = {
    voteStarts: sectionOf(container, "VOST", Uint32Array),
    voteClasses: sectionOf(container, "VOCL", Uint16Array),
    voteCounts: sectionOf(container, "VOCO", Uint32Array),
  };
  const classWeights = sectionOf(container, "CLWE", Float64Array);
  const facts = sectionOf(container, "NEIG", Uint32Array);
  checkVotes(votes, count, manifest.classes.length);
  requireSound(
    classWeights.length === manifest.classes.length &&
      classWeights.every((weight) => weight >= 1e-12 && weight <= 1e12),
    "weights of the classes",
  );
  requireSound(facts.length === 3 && facts[0] >= 1 && facts[0] <= NEIGHBOUR_LIMITS.k, "number of neighbours");
  requireSound(facts[1] < VOTE_WEIGHTS.length && facts[2] < METRICS.length, "weights or metric");
  return new NeighboursModel(manifest, {
    encoding,
    order,
    points,
    blockStarts,
    ranks,
    ...votes,
    classWeights,
    k: facts[0],
    weights: VOTE_WEIGHTS[facts[1]],
    metric: METRICS[facts[2]],
    sample: decodeSample(container, columns.length),
  });
}

interface Votes {
  voteStarts: Uint32Array;
  voteClasses: Uint16Array;
  voteCounts: Uint32Array;
}

/** Blocks have 1 to 16 points, and all points are in one. */
function checkBlocks(starts: Uint32Array, count: number): void {
  requireSound(
    starts.length >= 2 && starts[0] === 0 && starts[starts.length - 1] === count,
    "blocks of points",
  );
  for (let block = 1; block < starts.length; block++) {
    const size = starts[block] - starts[block - 1];
    requireSound(size >= 1 && size <= BLOCK_POINTS, "size of a block");
  }
}

/** Every point has votes, of classes that there are, and no point stands for more rows than a number can hold. */
function checkVotes({ voteStarts, voteClasses, voteCounts }: Votes, count: number, classes: number): void {
  requireSound(voteStarts.length === count + 1 && voteStarts[0] === 0, "places of the votes");
  requireSound(voteStarts[count] === voteClasses.length, "number of votes");
  requireSound(voteCounts.length === voteClasses.length, "length of the votes");
  for (let point = 0; point < count; point++) {
    requireSound(voteStarts[point + 1] > voteStarts[point], "votes of a point");
    let rows = 0;
    // Places rise, and the last is the length: none is out of range.
    const end = Math.min(voteStarts[point + 1], voteClasses.length);
    for (let vote = voteStarts[point]; vote < end; vote++) {
      requireSound(voteClasses[vote] < classes && voteCounts[vote] >= 1, "vote of a point");
      rows += voteCounts[vote];
    }
    requireSound(rows <= 0xffffffff, "rows of a point");
  }
}

function isPermutation(order: Int32Array, length: number): boolean {
  const seen = new Uint8Array(length);
  for (const place of order) {
    if (!(place >= 0 && place < length) || seen[place] === 1) return false;
    seen[place] = 1;
  }
  return order.length === length;
}
