// Networks in the memory of a fit: their first weights, where everything lies, and their weights as they are in the end.

import type { Random } from "../../base/random.ts";
import {
  ACTIVATION,
  type DenseLayer,
  LAYER_BYTES,
  type Network,
  packedLength,
  packWeights,
  paddedWidth,
  rowBytes,
  unpackWeights,
} from "../../model/network.ts";
import { floatsAt, type NetworkWorkspace } from "./kernels.ts";

export const INITIALISATIONS = ["auto", "glorot", "he", "uniform"] as const;
export type Initialisation = (typeof INITIALISATIONS)[number];

/** A network before it has learnt. */
export interface Plan {
  /** Inputs, hidden layers, outputs. */
  widths: readonly number[];
  /** Of the hidden layers, and of the last one. */
  hidden: number;
  output: number;
  initialisation: Initialisation;
  /** Share of the hidden layers' outputs that is dropped while learning. */
  dropout: number;
  /** Whether many of the inputs are 0. */
  sparse: boolean;
}

/** Rows of a batch in memory that networks read from. */
export interface Inputs {
  at: number;
  bytes: number;
  /** Rows that there is room for. */
  rows: number;
}

export interface PlacedNetwork {
  plan: Plan;
  /** Address of the records of its layers. */
  layers: number;
  count: number;
  /** All weights and biases, in one piece, and their number. */
  parameters: number;
  parameterCount: number;
  /** Where weights and biases lie, by layer. */
  weights: number[];
  biases: number[];
}

/** Draws the first weights: uniform within bounds (Glorot and Bengio 2010; He et al. 2015); biases are 0. */
export function drawNetwork(plan: Plan, random: Random): Network {
  return plan.widths.slice(1).map((outputs, index): DenseLayer => {
    const inputs = plan.widths[index];
    const isLast = index === plan.widths.length - 2;
    const bound = boundOf(plan, inputs, outputs, isLast);
    const weights = Float32Array.from({ length: inputs * outputs }, () => (2 * random.uniform() - 1) * bound);
    const activation = isLast ? plan.output : plan.hidden;
    return { inputs, outputs, activation, weights, biases: new Float32Array(outputs) };
  });
}

function boundOf(plan: Plan, inputs: number, outputs: number, isLast: boolean): number {
  const { initialisation } = plan;
  if (initialisation === "uniform") return 0.05;
  const isRelu = plan.hidden === ACTIVATION.relu && !isLast;
  const he = initialisation === "he" || (initialisation === "auto" && isRelu);
  return he ? Math.sqrt(6 / inputs) : Math.sqrt(6 / (inputs + outputs));
}

/** Room for a network that learns from the given inputs, with its first weights. */
export function placeNetwork(
  workspace: NetworkWorkspace,
  plan: Plan,
  network: Network,
  inputs: Inputs,
): PlacedNetwork {
  const layers = workspace.take(network.length * LAYER_BYTES);
  const sizes = network.map(({ inputs, outputs }) => packedLength(inputs, outputs) + paddedWidth(outputs));
  const parameterCount = sizes.reduce((sum, size) => sum + size, 0);
  const parameters = workspace.take(parameterCount * 4);
  const first = workspace.take(parameterCount * 4);
  const second = workspace.take(parameterCount * 4);
  const placed: PlacedNetwork = {
    plan,
    layers,
    count: network.length,
    parameters,
    parameterCount,
    weights: [],
    biases: [],
  };
  let at = parameters;
  let [from, fromBytes] = [inputs.at, inputs.bytes];
  network.forEach((layer, index) => {
    const { inputs: wide, outputs, activation } = layer;
    const length = packedLength(wide, outputs);
    const biases = at + length * 4;
    const to = workspace.take(inputs.rows * rowBytes(outputs));
    const deltas = workspace.take(inputs.rows * rowBytes(outputs));
    packWeights(layer, floatsAt(workspace, at, length));
    floatsAt(workspace, biases, outputs).set(layer.biases);
    const dropped = index < network.length - 1 ? plan.dropout : 0;
    const record = workspace.wordsAt(layers + index * LAYER_BYTES, LAYER_BYTES / 4);
    record.set([at, biases, paddedWidth(wide), paddedWidth(outputs), from, fromBytes, to, rowBytes(outputs)]);
    record.set([activation, outputs, deltas, Math.floor(dropped * 2 ** 32)], 8);
    record.set([first - parameters, second - parameters, plan.sparse && index === 0 ? 1 : 0], 13);
    floatsAt(workspace, layers + index * LAYER_BYTES + 48, 1)[0] = 1 / (1 - dropped);
    placed.weights.push(at);
    placed.biases.push(biases);
    at += sizes[index] * 4;
    [from, fromBytes] = [to, rowBytes(outputs)];
  });
  return placed;
}

/** The weights of a placed network as they are. */
export function readNetwork(workspace: NetworkWorkspace, placed: PlacedNetwork): Network {
  const { widths, hidden, output } = placed.plan;
  return widths.slice(1).map((outputs, index): DenseLayer => {
    const inputs = widths[index];
    const packed = floatsAt(workspace, placed.weights[index], packedLength(inputs, outputs));
    return {
      inputs,
      outputs,
      activation: index === widths.length - 2 ? output : hidden,
      weights: unpackWeights(packed, inputs, outputs),
      biases: floatsAt(workspace, placed.biases[index], outputs).slice(),
    };
  });
}
