// One network that learns classes: batches of rows, their losses, and steps along the gradients. Knows no epochs.
//
// Guarantees: the same rows in the same order give the same weights, bit for bit, on any number of threads.

import { LAYER_BYTES, packedLength, paddedWidth, rowBytes } from "../../model/network.ts";
import { BATCH, floatsAt, JOB, type NetworkWorkspace, PIECE_ROWS, STEP } from "./kernels.ts";
import type { PlacedNetwork } from "./layers.ts";
import type { CompactRows } from "./rows.ts";

/** Inputs of one block of weights: small enough to be dealt out, large enough to be worth it. */
const BLOCK_INPUTS = 16;
const BATCH_WORDS = 32;

/** How steps are taken. */
export interface Optimiser {
  kind: "adam" | "sgd";
  learningRate: number;
  /** Decay of the first moments, or momentum. */
  first: number;
  second: number;
  epsilon: number;
  l2: number;
}

/** Rows with their labels, encoded, in a workspace. */
export interface LabelledRows extends CompactRows {
  /** Address of one word a row. */
  labels: number;
}

/** Room for a batch of expanded rows. */
export function takeInputs(workspace: NetworkWorkspace, width: number, rows: number) {
  const bytes = rowBytes(width);
  return { at: workspace.take(rows * bytes), bytes, rows };
}

/** Scratch of a thread: lists of inputs that are not 0, or of a batch's rows. */
export function scratchBytes(width: number, rows: number): number {
  return Math.max((PIECE_ROWS / 4) * 4 * (paddedWidth(width) + 1), (BLOCK_INPUTS / 4) * (4 + 8 * rows));
}

/** The words of a record in memory, as whole numbers and as others. */
export class BatchRecord {
  readonly at: number;
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;

  constructor(workspace: NetworkWorkspace) {
    this.at = workspace.take(BATCH_WORDS * 4);
    this.#words = workspace.wordsAt(this.at, BATCH_WORDS);
    this.#floats = floatsAt(workspace, this.at, BATCH_WORDS);
  }

  set(values: Partial<Record<keyof typeof BATCH, number>>): void {
    for (const [name, value] of Object.entries(values))
      this.#words[BATCH[name as keyof typeof BATCH]] = value;
  }

  setWord(index: number, value: number): void {
    this.#words[index] = value;
  }

  setNumber(index: number, value: number): void {
    this.#floats[index] = value;
  }
}

/** The record of a step: what changes from step to step is its rate. */
export class StepRecord {
  readonly at: number;
  readonly #optimiser: Optimiser;
  readonly #floats: Float32Array;
  #firstPower = 1;
  #secondPower = 1;

  constructor(workspace: NetworkWorkspace, optimiser: Optimiser) {
    this.at = workspace.take(32);
    this.#optimiser = optimiser;
    this.#floats = floatsAt(workspace, this.at, 8);
    workspace.wordsAt(this.at, 1)[0] = optimiser.kind === "adam" ? 1 : 0;
    this.#floats[STEP.rate] = optimiser.learningRate;
    this.#floats[STEP.first] = optimiser.first;
    this.#floats[STEP.second] = optimiser.second;
    this.#floats[STEP.epsilon] = optimiser.epsilon;
  }

  /** Makes ready for the next step, over a batch of so many rows. */
  next(rows: number): void {
    const { kind, learningRate, first, second, l2 } = this.#optimiser;
    this.#floats[STEP.l2] = l2 / rows;
    if (kind !== "adam") return;
    this.#firstPower *= first;
    this.#secondPower *= second;
    this.#floats[STEP.rate] = (learningRate * Math.sqrt(1 - this.#secondPower)) / (1 - this.#firstPower);
  }
}

export interface TrainerParts {
  network: PlacedNetwork;
  /** Where the network's inputs lie. */
  inputs: { at: number; bytes: number; rows: number };
  training: LabelledRows;
  loss: number;
  /** Weight of each label. */
  labelWeights: Float64Array;
  optimiser: Optimiser;
}

export class NetworkTrainer {
  readonly #workspace: NetworkWorkspace;
  readonly #parts: TrainerParts;
  readonly #learning: BatchRecord;
  readonly #judging: BatchRecord;
  readonly #step: StepRecord;
  readonly #losses: number;
  readonly #order: number;
  readonly #blocks: number;

  constructor(workspace: NetworkWorkspace, parts: TrainerParts) {
    this.#workspace = workspace;
    this.#parts = parts;
    const { network, inputs, training, labelWeights } = parts;
    this.#losses = workspace.take(Math.ceil(inputs.rows / PIECE_ROWS) * 8);
    this.#order = workspace.take(training.count * 4);
    const weights = workspace.take(labelWeights.length * 4);
    const blocks = blocksOf(network);
    const blocksAt = workspace.take(blocks.length * 4);
    this.#blocks = blocks.length / 3;
    this.#learning = new BatchRecord(workspace);
    this.#judging = new BatchRecord(workspace);
    this.#step = new StepRecord(workspace, parts.optimiser);
    floatsAt(workspace, weights, labelWeights.length).set(labelWeights);
    workspace.wordsAt(blocksAt, blocks.length).set(blocks);
    const shared = {
      expanded: inputs.at,
      expandedBytes: inputs.bytes,
      layers: network.layers,
      layerCount: network.count,
      loss: parts.loss,
      labelWeights: weights,
      losses: this.#losses,
      blocks: blocksAt,
      step: this.#step.at,
    };
    this.#learning.set({ ...shared, ...rowsOf(training), rowNumbers: this.#order });
    this.#judging.set(shared);
    this.order.forEach((_, row, order) => {
      order[row] = row;
    });
  }

  /** Numbers of the training rows in the order in which they are learnt from; to be shuffled. */
  get order(): Uint32Array {
    return this.#workspace.wordsAt(this.#order, this.#parts.training.count);
  }

  /**
   * Learns from `rows` rows of the order from `place` on; returns the sum of their weighted losses before the step.
   * Rows must not be more than the inputs have room for.
   */
  learn(place: number, rows: number, dropoutSeed: number): number {
    const pieces = this.#expectLosses(this.#learning, place, rows);
    this.#learning.setNumber(BATCH.deltaScale, 1 / rows);
    this.#learning.setWord(BATCH.dropoutSeed, dropoutSeed);
    this.#step.next(rows);
    this.#workspace.run(JOB.learn, [this.#learning.at], pieces);
    this.#workspace.run(JOB.step, [this.#learning.at], this.#blocks);
    return this.#sumLosses(pieces);
  }

  /** Sum of the weighted losses of labelled rows. */
  judge(rows: LabelledRows): number {
    this.#judging.set({ ...rowsOf(rows), rowNumbers: 0 });
    let sum = 0;
    for (let place = 0; place < rows.count; place += this.#parts.inputs.rows) {
      const count = Math.min(this.#parts.inputs.rows, rows.count - place);
      const pieces = this.#expectLosses(this.#judging, place, count);
      this.#workspace.run(JOB.judge, [this.#judging.at], pieces);
      sum += this.#sumLosses(pieces);
    }
    return sum;
  }

  #expectLosses(record: BatchRecord, place: number, rows: number): number {
    record.setWord(BATCH.place, place);
    record.setWord(BATCH.rows, rows);
    return Math.ceil(rows / PIECE_ROWS);
  }

  #sumLosses(pieces: number): number {
    let sum = 0;
    for (const loss of this.#workspace.numbersAt(this.#losses, pieces)) sum += loss;
    return sum;
  }
}

function rowsOf({ at, bytes, columns, columnCount, labels }: LabelledRows) {
  return { compact: at, compactBytes: bytes, columns, columnCount, labels };
}

/** Layer, first input and inputs of every block of weights. */
function blocksOf({ layers, plan }: PlacedNetwork): number[] {
  return plan.widths.slice(0, -1).flatMap((width, index) => {
    const inputs = paddedWidth(width);
    const blocks: number[] = [];
    for (let input = 0; input < inputs; input += BLOCK_INPUTS) {
      blocks.push(layers + index * LAYER_BYTES, input, Math.min(BLOCK_INPUTS, inputs - input));
    }
    return blocks;
  });
}

/** Weights and biases of a plan, padding included. */
export function parameterCountOf(widths: readonly number[]): number {
  return widths
    .slice(1)
    .reduce((sum, outputs, index) => sum + packedLength(widths[index], outputs) + paddedWidth(outputs), 0);
}
