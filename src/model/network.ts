// Dense layers as plain data, and many rows through them: what all models of neural networks share.
//
// Guarantees: a row's outputs depend on that row only, bit for bit, however rows are batched. A scorer takes its memory when
// it is made and none after. Knows no learner and no file.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import type { Container, SectionArray } from "./container.ts";
import { KERNEL_BASE64 } from "./network-kernels.generated.ts";
import { requireSound, sectionOf } from "./sections.ts";

/** Activations, as the kernels number them. */
export const ACTIVATION = { linear: 0, relu: 1, tanh: 2, logistic: 3 } as const;

export const NETWORK_LIMITS = { networks: 4_096, layers: 16, width: 65_536, weights: 1 << 26 } as const;

/** One dense layer: outputs = activation(inputs × weights + biases). */
export interface DenseLayer {
  inputs: number;
  outputs: number;
  activation: number;
  /** Input after input, `outputs` numbers each. */
  weights: Float32Array;
  biases: Float32Array;
}

export type Network = readonly DenseLayer[];

/** Rows that are scored together. */
export const BLOCK_ROWS = 64;
/** Bytes of the record of a layer, as the kernels have it. */
export const LAYER_BYTES = 64;

interface NetworkKernels {
  forward(layers: number, count: number, rows: number, lists: number): void;
  narrow(from: number, width: number, rows: number, to: number, stride: number, places: number): void;
  rootMeanSquares(
    layer: number,
    targets: number,
    targetStride: number,
    rows: number,
    out: number,
    step: number,
  ): void;
}

let compiled: WasmModule | undefined;

/** The next multiple of four: the width of a layer in memory. */
export function paddedWidth(width: number): number {
  return (width + 3) & ~3;
}

/** Bytes from row to row: an odd number of cache lines, so that many rows do not fall into the same places of the cache. */
export function rowBytes(width: number): number {
  return (Math.ceil(width / 16) | 1) * 64;
}

/** Numbers of a layer's weights in memory. */
export function packedLength(inputs: number, outputs: number): number {
  return paddedWidth(inputs) * paddedWidth(outputs);
}

/** Place in memory of the weight from an input to an output: tiles of eight outputs, the last of four where need be. */
export function packedPlace(inputs: number, outputs: number, input: number, output: number): number {
  const tile = output >> 3;
  const width = Math.min(8, paddedWidth(outputs) - tile * 8);
  return tile * 8 * paddedWidth(inputs) + input * width + (output & 7);
}

/** Writes a layer's weights as the kernels want them, into zeroed numbers. */
export function packWeights({ inputs, outputs, weights }: DenseLayer, packed: Float32Array): void {
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      packed[packedPlace(inputs, outputs, input, output)] = weights[input * outputs + output];
    }
  }
}

/** The weights of `packWeights`, input after input. */
export function unpackWeights(packed: Float32Array, inputs: number, outputs: number): Float32Array {
  const weights = new Float32Array(inputs * outputs);
  for (let input = 0; input < inputs; input++) {
    for (let output = 0; output < outputs; output++) {
      weights[input * outputs + output] = packed[packedPlace(inputs, outputs, input, output)];
    }
  }
  return weights;
}

/** A network in memory. */
interface Placed {
  layers: number;
  count: number;
  /** Address of the first row of inputs. */
  inputs: number;
  /** Index of the first output in the memory's 32-bit numbers, numbers from row to row, and outputs. */
  output: number;
  outputStep: number;
  outputs: number;
}

/** Rows through networks that read parts of the same inputs. */
export class NetworkScorer {
  /** To be filled: BLOCK_ROWS rows of `width` numbers, one after another. */
  readonly inputs: Float64Array;
  /** The memory as 32-bit numbers; outputs are read from it. */
  readonly numbers: Float32Array;
  readonly networks: readonly Placed[];
  readonly #width: number;
  readonly #stride: number;
  readonly #kernels: NetworkKernels;
  readonly #memory: WasmMemory;
  readonly #wide: number;
  readonly #narrow: number;
  readonly #places: number;
  readonly #lists: number;
  readonly #errors: number;
  #end = PAGE_BYTES;

  /**
   * @param networks networks, each with the indices of the inputs that it reads; together they read every input once
   * @param width number of inputs
   */
  constructor(networks: readonly { network: Network; reads: Int32Array }[], width: number) {
    compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
    this.#width = width;
    this.#memory = sharedWasmMemory();
    this.#kernels = instantiateWasm<NetworkKernels>(compiled, this.#memory);
    const slots = slotsOf(
      networks.map(({ reads }) => reads),
      width,
    );
    this.#stride = rowBytes(slots.width);
    this.#wide = this.#take(BLOCK_ROWS * width * 8);
    this.#narrow = this.#take(BLOCK_ROWS * this.#stride);
    this.#places = this.#take(width * 4);
    this.#lists = this.#take((BLOCK_ROWS / 4) * 4 * (slots.width + 1));
    this.#errors = this.#take(BLOCK_ROWS * networks.length * 4);
    const placed = networks.map(({ network }, index) => this.#place(network, slots.starts[index]));
    this.inputs = new Float64Array(this.#memory.buffer, this.#wide, BLOCK_ROWS * width);
    this.numbers = new Float32Array(this.#memory.buffer);
    this.networks = placed;
    new Uint32Array(this.#memory.buffer).set(
      Array.from(slots.slotOf, (slot) => slot * 4),
      this.#places / 4,
    );
  }

  /** Outputs of the first `rows` rows of `inputs`; see `networks` for where they are. */
  run(rows: number): void {
    const { forward, narrow } = this.#kernels;
    narrow(this.#wide, this.#width, rows, this.#narrow, this.#stride, this.#places);
    const lists = this.networks.length === 1 ? this.#lists : 0;
    for (let index = 0; index < this.networks.length; index++) {
      const { layers, count } = this.networks[index];
      forward(layers, count, rows, lists);
    }
  }

  /**
   * Root of the mean squared difference of each network's outputs and inputs, after `run`: index of the first in
   * `numbers`; `networks.length` for each row.
   */
  errors(rows: number): number {
    const step = this.networks.length * 4;
    for (let index = 0; index < this.networks.length; index++) {
      const { layers, count, inputs } = this.networks[index];
      const last = layers + (count - 1) * LAYER_BYTES;
      this.#kernels.rootMeanSquares(last, inputs, this.#stride, rows, this.#errors + index * 4, step);
    }
    return this.#errors / 4;
  }

  #place(network: Network, start: number): Placed {
    const layers = this.#take(network.length * LAYER_BYTES);
    let from = this.#narrow + start * 4;
    let step = this.#stride;
    for (const [index, layer] of network.entries()) {
      const { inputs, outputs, activation } = layer;
      const [wide, narrow] = [paddedWidth(inputs), paddedWidth(outputs)];
      const weights = this.#take(packedLength(inputs, outputs) * 4);
      const biases = this.#take(narrow * 4);
      const to = this.#take(BLOCK_ROWS * rowBytes(outputs));
      packWeights(layer, this.#numbersAt(weights, packedLength(inputs, outputs)));
      this.#numbersAt(biases, outputs).set(layer.biases);
      const record = [weights, biases, wide, narrow, from, step, to, rowBytes(outputs), activation, outputs];
      new Uint32Array(this.#memory.buffer, layers + index * LAYER_BYTES, record.length).set(record);
      from = to;
      step = rowBytes(outputs);
    }
    const { outputs } = network[network.length - 1];
    const inputs = this.#narrow + start * 4;
    return { layers, count: network.length, inputs, output: from / 4, outputStep: step / 4, outputs };
  }

  #numbersAt(at: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, length);
  }

  /** Zeroed bytes, at a multiple of 64. */
  #take(bytes: number): number {
    const at = this.#end;
    this.#end += (bytes + 63) & ~63;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return at;
  }
}

/** Where the inputs of networks lie in a row that holds those of one after those of another, each padded. */
export function slotsOf(
  reads: readonly Int32Array[],
  width: number,
): { slotOf: Int32Array; starts: number[]; width: number } {
  const slotOf = new Int32Array(width);
  const starts: number[] = [];
  let end = 0;
  for (const inputs of reads) {
    starts.push(end);
    inputs.forEach((input, place) => {
      slotOf[input] = end + place;
    });
    end += paddedWidth(inputs.length);
  }
  return { slotOf, starts, width: end };
}

/** Sections of networks in a model file. */
const SECTIONS = [
  ["LAYR", Uint32Array],
  ["WEIG", Float32Array],
  ["BIAS", Float32Array],
] as const;

/** Sections of networks: for each layer network, inputs, outputs, activation; then all weights, and all biases. */
export function networkSections(networks: readonly Network[]): [string, SectionArray][] {
  const layers = networks.flat();
  const records = networks.flatMap((network, index) =>
    network.flatMap(({ inputs, outputs, activation }) => [index, inputs, outputs, activation]),
  );
  return [
    ["LAYR", Uint32Array.from(records)],
    ["WEIG", joined(layers.map(({ weights }) => weights))],
    ["BIAS", joined(layers.map(({ biases }) => biases))],
  ];
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** The networks in a container. Throws `model-corrupt` unless every layer fits the one before and all numbers are finite. */
export function decodeNetworks(container: Container): Network[] {
  const [records, weights, biases] = SECTIONS.map(([name, type]) => sectionOf(container, name, type)) as [
    Uint32Array,
    Float32Array,
    Float32Array,
  ];
  requireSound(records.length > 0 && records.length % 4 === 0, "number of layers");
  requireSound(weights.every(Number.isFinite) && biases.every(Number.isFinite), "weight of a network");
  const networks: DenseLayer[][] = [];
  let [weightsAt, biasesAt] = [0, 0];
  for (let at = 0; at < records.length; at += 4) {
    const [network, inputs, outputs, activation] = records.subarray(at, at + 4);
    requireSound(network === networks.length || network === networks.length - 1, "network of a layer");
    if (network === networks.length) networks.push([]);
    const layers = networks[network];
    const widths = inputs >= 1 && outputs >= 1 && Math.max(inputs, outputs) <= NETWORK_LIMITS.width;
    requireSound(widths && networks.length <= NETWORK_LIMITS.networks, "width of a layer");
    requireSound(
      layers.length < NETWORK_LIMITS.layers && activation <= ACTIVATION.logistic,
      "kind of a layer",
    );
    requireSound(layers.length === 0 || layers[layers.length - 1].outputs === inputs, "inputs of a layer");
    const size = inputs * outputs;
    requireSound(
      weightsAt + size <= weights.length && biasesAt + outputs <= biases.length,
      "number of weights",
    );
    layers.push({
      inputs,
      outputs,
      activation,
      weights: weights.slice(weightsAt, weightsAt + size),
      biases: biases.slice(biasesAt, biasesAt + outputs),
    });
    weightsAt += size;
    biasesAt += outputs;
  }
  requireSound(weightsAt === weights.length && biasesAt === biases.length, "number of weights");
  requireSound(weightsAt <= NETWORK_LIMITS.weights, "number of weights");
  return networks;
}
