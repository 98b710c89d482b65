// A network of dense layers as a GraphDef: what TensorBoard draws. It shows how the parts hang together and their shapes; it
// holds no weights and nobody can run it.

import { MessageWriter } from "../../base/message-writer.ts";

export type Activation = "linear" | "relu" | "tanh" | "logistic";

/** One dense layer: outputs = activation(inputs × weights + biases). */
export interface LayerShape {
  inputs: number;
  outputs: number;
  activation: Activation;
  weights: ArrayLike<number>;
  biases: ArrayLike<number>;
}

export interface NetworkShape {
  /** "network", or "group 3" of several. */
  name: string;
  layers: readonly LayerShape[];
}

/** What is drawn: networks that read the encoded columns, and what makes probabilities of their outputs. */
export interface ModelGraph {
  columns: number;
  /** Numbers that columns are encoded as. */
  encoded: number;
  networks: readonly NetworkShape[];
  /** One more network that reads the errors of the others. */
  last?: NetworkShape;
  /** What becomes of the outputs: "Softmax", "ReconstructionError". */
  end: string;
  classes: number;
}

const OPERATIONS: Readonly<Record<Activation, string>> = {
  linear: "Identity",
  relu: "Relu",
  tanh: "Tanh",
  logistic: "Sigmoid",
};

/** Of TensorFlow's DataType. */
const FLOAT = 1;
/** Any number of rows. */
const ROWS = -1;
/** Of graphs that TensorBoard reads; tensorflow/core/public/version.h. */
const PRODUCER = 22;

interface Node {
  name: string;
  operation: string;
  inputs?: readonly string[];
  shape: readonly number[];
}

export function graphMessage(graph: ModelGraph): MessageWriter {
  const message = new MessageWriter();
  for (const node of nodesOf(graph)) message.message(1, nodeMessage(node));
  return message.message(4, new MessageWriter().int(1, PRODUCER));
}

function* nodesOf({ columns, encoded, networks, last, end, classes }: ModelGraph): Generator<Node> {
  yield { name: "columns", operation: "Placeholder", shape: [ROWS, columns] };
  yield { name: "encoding", operation: "Encode", inputs: ["columns"], shape: [ROWS, encoded] };
  const outputs: string[] = [];
  for (const network of networks) {
    const width = network.layers[0]?.inputs ?? 0;
    const input = width === encoded ? "encoding" : `${scope(network.name)}/inputs`;
    if (input !== "encoding")
      yield { name: input, operation: "GatherV2", inputs: ["encoding"], shape: [ROWS, width] };
    outputs.push(yield* layersOf(network, input));
  }
  let ends: readonly string[] = outputs;
  if (last !== undefined) {
    const width = last.layers[0]?.inputs ?? 0;
    yield { name: "errors", operation: "ReconstructionError", inputs: outputs, shape: [ROWS, width] };
    ends = [yield* layersOf(last, "errors")];
  }
  yield { name: "probabilities", operation: end, inputs: ends, shape: [ROWS, classes] };
}

/** Gives the name of the node that has the outputs. */
function* layersOf({ name, layers }: NetworkShape, input: string): Generator<Node, string> {
  let from = input;
  for (const [index, { inputs, outputs, activation }] of layers.entries()) {
    const layer = `${scope(name)}/layer_${index + 1}`;
    const shape = [ROWS, outputs];
    yield { name: `${layer}/weights`, operation: "VariableV2", shape: [inputs, outputs] };
    yield { name: `${layer}/biases`, operation: "VariableV2", shape: [outputs] };
    yield { name: `${layer}/MatMul`, operation: "MatMul", inputs: [from, `${layer}/weights`], shape };
    yield {
      name: `${layer}/BiasAdd`,
      operation: "BiasAdd",
      inputs: [`${layer}/MatMul`, `${layer}/biases`],
      shape,
    };
    from = `${layer}/${OPERATIONS[activation]}`;
    yield { name: from, operation: OPERATIONS[activation], inputs: [`${layer}/BiasAdd`], shape };
  }
  return from;
}

/** Names of nodes have letters, digits and _ . / - only. */
function scope(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.]/g, "_");
}

function nodeMessage({ name, operation, inputs = [], shape }: Node): MessageWriter {
  const message = new MessageWriter().text(1, name).text(2, operation);
  for (const input of inputs) message.text(3, input);
  return message
    .message(5, attribute("dtype", new MessageWriter().int(6, FLOAT)))
    .message(5, attribute("shape", new MessageWriter().message(7, shapeMessage(shape))))
    .message(5, attribute("_output_shapes", listOf(shape)));
}

/** An entry of the map of attributes. */
function attribute(name: string, value: MessageWriter): MessageWriter {
  return new MessageWriter().text(1, name).message(2, value);
}

/** What TensorBoard writes beside the edges. */
function listOf(shape: readonly number[]): MessageWriter {
  return new MessageWriter().message(1, new MessageWriter().message(7, shapeMessage(shape)));
}

function shapeMessage(shape: readonly number[]): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.message(2, new MessageWriter().int(1, size));
  return message;
}
