// Autoencoders that learn side by side from the same rows, each from inputs of its own.
//
// Guarantees: the same rows in the same order give the same weights, bit for bit, on any number of threads: a network's
// batch is one thread's work.

import type { Random } from "../../base/random.ts";
import { LAYER_BYTES, type Network, paddedWidth } from "../../model/network.ts";
import { floatsAt, JOB, type NetworkWorkspace, PIECE_ROWS } from "./kernels.ts";
import { drawNetwork, type PlacedNetwork, type Plan, placeNetwork, readNetwork } from "./layers.ts";
import type { CompactRows } from "./rows.ts";
import { BatchRecord, type Optimiser, StepRecord, takeInputs } from "./trainer.ts";

export interface AutoencoderParts {
  rows: CompactRows;
  /** Width of an expanded row, and where in it the inputs of each network begin. */
  width: number;
  starts: readonly number[];
  plans: readonly Plan[];
  batchRows: number;
  optimiser: Optimiser;
}

export class AutoencoderTrainer {
  readonly #workspace: NetworkWorkspace;
  readonly #placed: readonly PlacedNetwork[];
  readonly #rows: CompactRows;
  readonly #batchRows: number;
  readonly #learning: BatchRecord;
  readonly #judging: BatchRecord;
  readonly #step: StepRecord;
  readonly #order: number;

  constructor(workspace: NetworkWorkspace, parts: AutoencoderParts, random: Random) {
    this.#workspace = workspace;
    this.#rows = parts.rows;
    this.#batchRows = parts.batchRows;
    const inputs = takeInputs(workspace, parts.width, parts.batchRows);
    this.#placed = parts.plans.map((plan, index) => {
      const at = inputs.at + parts.starts[index] * 4;
      return placeNetwork(workspace, plan, drawNetwork(plan, random), { ...inputs, at });
    });
    this.#order = workspace.take(parts.rows.count * 4);
    const networks = workspace.take(this.#placed.length * 16);
    this.#step = new StepRecord(workspace, parts.optimiser);
    this.#learning = new BatchRecord(workspace);
    this.#judging = new BatchRecord(workspace);
    this.#placed.forEach(({ layers, count }, index) => {
      workspace.wordsAt(networks + index * 16, 2).set([layers, count]);
    });
    const shared = {
      expanded: inputs.at,
      expandedBytes: inputs.bytes,
      step: this.#step.at,
      networks,
      networkCount: this.#placed.length,
    };
    this.#learning.set({ ...shared, ...rowsOf(parts.rows), rowNumbers: this.#order });
    this.#judging.set(shared);
    this.#networks = networks;
    this.order.forEach((_, row, order) => {
      order[row] = row;
    });
  }

  readonly #networks: number;

  /** Numbers of the rows in the order in which they are learnt from; to be shuffled. */
  get order(): Uint32Array {
    return this.#workspace.wordsAt(this.#order, this.#rows.count);
  }

  get networks(): Network[] {
    return this.#placed.map((placed) => readNetwork(this.#workspace, placed));
  }

  /** Learns from rows of the order from `place` on, at most a batch; returns how many. */
  learn(place: number): number {
    const rows = Math.min(this.#batchRows, this.#rows.count - place);
    this.#placed.forEach(({ plan }, index) => {
      // The slope of the mean of the squared differences.
      floatsAt(this.#workspace, this.#networks + index * 16 + 8, 1)[0] = 2 / (rows * plan.widths[0]);
    });
    this.#step.next(rows);
    this.#learning.set({ place, rows });
    this.#workspace.run(JOB.expand, [this.#learning.at], Math.ceil(rows / PIECE_ROWS));
    this.#workspace.run(JOB.stepAutoencoder, [this.#learning.at], this.#placed.length);
    return rows;
  }

  /**
   * Errors of every network on rows, in their order: root mean squared differences, `networks` numbers a row, written to
   * an address with room for them.
   */
  judge(rows: CompactRows, errors: number): void {
    this.#judging.set({ ...rowsOf(rows), rowNumbers: 0, errors, errorBytes: this.#placed.length * 4 });
    for (let place = 0; place < rows.count; place += this.#batchRows) {
      const count = Math.min(this.#batchRows, rows.count - place);
      this.#judging.set({ place, rows: count });
      this.#workspace.run(JOB.expand, [this.#judging.at], Math.ceil(count / PIECE_ROWS));
      this.#workspace.run(JOB.judgeAutoencoder, [this.#judging.at], this.#placed.length);
    }
  }
}

function rowsOf({ at, bytes, columns, columnCount }: CompactRows) {
  return { compact: at, compactBytes: bytes, columns, columnCount };
}

/** Rows of 32-bit numbers in memory, which are inputs as they are. */
export function plainRows(
  workspace: NetworkWorkspace,
  at: number,
  width: number,
  count: number,
): CompactRows {
  const columns = workspace.take(width * 16);
  const words = workspace.wordsAt(columns, width * 4);
  for (let input = 0; input < width; input++) words.set([0, input, -1, 0], input * 4);
  return { at, bytes: width * 4, count, columns, columnCount: width };
}

/** Products of a step of all networks for each row. */
export function productsOf(plans: readonly Plan[]): number {
  return plans.reduce(
    (sum, { widths }) => sum + 2 * paddedWidth(widths[0]) * paddedWidth(widths[1]) + LAYER_BYTES,
    0,
  );
}
