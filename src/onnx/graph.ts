// An ONNX graph under construction, node by node, and its bytes. Knows no model of ours.
//
// Field numbers are those of the published onnx.proto (onnx/onnx, onnx/onnx.proto, IR version 8). The same calls give the
// same bytes.

import { MessageWriter } from "../base/message-writer.ts";

/** Element types: TensorProto.DataType. */
export const ELEMENT = { float: 1, int32: 6, int64: 7, text: 8, bool: 9, double: 11 } as const;
export type ElementName = keyof typeof ELEMENT;

/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, text: 3, tensor: 4, graph: 5, floats: 6, ints: 7, texts: 8 } as const;

/** Domain of the operators of classical machine learning. */
export const ML_DOMAIN = "ai.onnx.ml";

/** Values of an attribute; numbers are of the kind named. */
export type Attribute =
  | { int: number }
  | { float: number }
  | { text: string }
  | { ints: ArrayLike<number> }
  | { floats: ArrayLike<number> }
  | { texts: readonly string[] }
  | { tensor: MessageWriter }
  | { graph: MessageWriter };

export interface NodeOptions {
  attributes?: Record<string, Attribute>;
  domain?: string;
  outputs?: number;
}

/** The name of a value in the graph. */
export type Value = string;

interface Port {
  name: string;
  element: ElementName;
  /** Numbers, or names of what is free. */
  shape: readonly (number | string)[];
}

export interface ModelFacts {
  irVersion: number;
  /** Version of each domain used; "" is ai.onnx. */
  opsets: Readonly<Record<string, number>>;
  producer: string;
  producerVersion: string;
  graphName: string;
  description: string;
  metadata: Readonly<Record<string, string>>;
}

/** What a round of a loop begins with and ends with. */
export interface LoopState {
  /** Whether another round is wanted: one bool. */
  again: Value;
  values: Value[];
}

/** What a graph shares with the graphs inside it. */
interface Shared {
  constants: MessageWriter[];
  known: Map<string, Value>;
  names: { count: number };
}

export class Graph {
  readonly #nodes: MessageWriter[] = [];
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  readonly #shared: Shared;

  /** @param outer the graph that this one lies in, whose values it may use */
  constructor(outer?: Graph) {
    this.#shared = outer ? outer.#shared : { constants: [], known: new Map(), names: { count: 0 } };
  }

  input(port: Port): Value {
    this.#inputs.push(port);
    return port.name;
  }

  /** Makes a value an output under a name of its own. */
  output(value: Value, port: Port): void {
    this.#outputs.push(port);
    this.#place("Identity", [value], [port.name], {});
  }

  doubles(values: ArrayLike<number>, shape: readonly number[]): Value {
    return this.#constant("double", shape, littleEndianDoubles(values));
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): Value {
    return this.#constant("float", shape, littleEndianFloats(values));
  }

  /** One double. */
  double(value: number): Value {
    return this.#once(`double ${Object.is(value, -0) ? "-0" : value}`, () => this.doubles([value], []));
  }

  longs(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Value {
    return this.#constant("int64", shape, littleEndianLongs(values));
  }

  texts(values: readonly string[]): Value {
    const name = this.#name();
    const tensor = new MessageWriter().ints(1, [values.length]).int(2, ELEMENT.text);
    for (const text of values) tensor.text(6, text);
    this.#shared.constants.push(tensor.text(8, name));
    return name;
  }

  /** A node with one output. */
  node(operator: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    return this.nodes(operator, inputs, { ...options, outputs: 1 })[0];
  }

  /** A node; gives the names of its outputs. */
  nodes(operator: string, inputs: readonly Value[], options: NodeOptions = {}): Value[] {
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#name());
    this.#place(operator, inputs, outputs, options);
    return outputs;
  }

  cast(value: Value, element: ElementName): Value {
    return this.node("Cast", [value], { attributes: { to: { int: ELEMENT[element] } } });
  }

  /** Columns of a matrix, in the order of their indices. */
  columns(matrix: Value, indices: ArrayLike<number>): Value {
    return this.node("Gather", [matrix, this.longs(indices)], { attributes: { axis: { int: 1 } } });
  }

  /** Matrices side by side. */
  beside(matrices: readonly Value[]): Value {
    if (matrices.length === 1) return matrices[0];
    return this.node("Concat", matrices, { attributes: { axis: { int: 1 } } });
  }

  /** Sum of every row, as one column. */
  rowSum(matrix: Value): Value {
    return this.node("ReduceSum", [matrix, this.longs([1])], { attributes: { keepdims: { int: 1 } } });
  }

  softmax(matrix: Value): Value {
    return this.node("Softmax", [matrix], { attributes: { axis: { int: 1 } } });
  }

  /** A two-column matrix: of log-odds, the probabilities of the first and the second class. */
  logistic(logOdds: Value): Value {
    const first = this.node("Sigmoid", [this.node("Neg", [logOdds])]);
    return this.beside([first, this.node("Sigmoid", [logOdds])]);
  }

  /**
   * Rounds of the same operators, at most `rounds`, while one bool says so; gives the values after the last.
   *
   * @param shapes sizes of the values, doubles
   */
  loop(
    rounds: number,
    start: LoopState,
    shapes: readonly (readonly (number | string)[])[],
    round: (graph: Graph, values: readonly Value[]) => LoopState,
  ): Value[] {
    const body = new Graph(this);
    const ports = shapes.map((shape): Port => ({ name: this.#name(), element: "double", shape }));
    const [count, wanted] = [this.#name(), this.#name()];
    const end = round(
      body,
      ports.map(({ name }) => name),
    );
    const graph = new MessageWriter();
    for (const node of body.#nodes) graph.message(1, node);
    graph.text(2, "round");
    const one: Port = { name: wanted, element: "bool", shape: [] };
    for (const port of [{ ...one, name: count, element: "int64" as const }, one, ...ports])
      graph.message(11, portMessage(port));
    graph.message(12, portMessage({ ...one, name: end.again }));
    end.values.forEach((name, index) => {
      graph.message(12, portMessage({ ...ports[index], name }));
    });
    return this.nodes("Loop", [this.longs([rounds], []), start.again, ...start.values], {
      attributes: { body: { graph } },
      outputs: start.values.length,
    });
  }

  finish(facts: ModelFacts): Uint8Array {
    const graph = new MessageWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, facts.graphName);
    for (const constant of this.#shared.constants) graph.message(5, constant);
    for (const port of this.#inputs) graph.message(11, portMessage(port));
    for (const port of this.#outputs) graph.message(12, portMessage(port));
    const model = new MessageWriter()
      .int(1, facts.irVersion)
      .text(2, facts.producer)
      .text(3, facts.producerVersion)
      .text(6, facts.description)
      .message(7, graph);
    for (const [domain, version] of Object.entries(facts.opsets)) {
      model.message(8, new MessageWriter().text(1, domain).int(2, version));
    }
    for (const [key, value] of Object.entries(facts.metadata)) {
      model.message(14, new MessageWriter().text(1, key).text(2, value));
    }
    return model.finish();
  }

  #constant(element: ElementName, shape: readonly number[], content: Uint8Array): Value {
    const name = this.#name();
    const tensor = tensorMessage(element, shape, content).text(8, name);
    this.#shared.constants.push(tensor);
    return name;
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#shared.known.get(key) ?? make();
    this.#shared.known.set(key, known);
    return known;
  }

  /** Names of our own begin with a character that no column of ours begins with. */
  #name(): Value {
    this.#shared.names.count++;
    return `~${this.#shared.names.count}`;
  }

  #place(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    { attributes = {}, domain = "" }: NodeOptions,
  ): void {
    const node = new MessageWriter();
    for (const input of inputs) node.text(1, input);
    for (const output of outputs) node.text(2, output);
    node.text(3, `${operator}_${this.#nodes.length}`).text(4, operator);
    for (const [name, attribute] of Object.entries(attributes))
      node.message(5, attributeMessage(name, attribute));
    if (domain !== "") node.text(7, domain);
    this.#nodes.push(node);
  }
}

/** A tensor of doubles as an attribute. */
export function doublesAttribute(values: ArrayLike<number>): Attribute {
  const tensor = tensorMessage("double", [values.length], littleEndianDoubles(values));
  return { tensor: tensor.text(8, "values") };
}

function tensorMessage(element: ElementName, shape: readonly number[], content: Uint8Array): MessageWriter {
  return new MessageWriter().ints(1, shape).int(2, ELEMENT[element]).bytes(9, content);
}

function attributeMessage(name: string, attribute: Attribute): MessageWriter {
  const message = new MessageWriter().text(1, name);
  if ("int" in attribute) return message.int(3, attribute.int).int(20, ATTRIBUTE.int);
  if ("float" in attribute) return message.float(2, attribute.float).int(20, ATTRIBUTE.float);
  if ("text" in attribute) return message.text(4, attribute.text).int(20, ATTRIBUTE.text);
  if ("ints" in attribute) return message.ints(8, attribute.ints).int(20, ATTRIBUTE.ints);
  if ("floats" in attribute) return message.floats(7, attribute.floats).int(20, ATTRIBUTE.floats);
  if ("tensor" in attribute) return message.message(5, attribute.tensor).int(20, ATTRIBUTE.tensor);
  if ("graph" in attribute) return message.message(6, attribute.graph).int(20, ATTRIBUTE.graph);
  for (const text of attribute.texts) message.text(9, text);
  return message.int(20, ATTRIBUTE.texts);
}

function portMessage({ name, element, shape }: Port): MessageWriter {
  const shapeMessage = new MessageWriter();
  for (const size of shape) {
    const dimension = new MessageWriter();
    shapeMessage.message(1, typeof size === "number" ? dimension.int(1, size) : dimension.text(2, size));
  }
  const tensor = new MessageWriter().int(1, ELEMENT[element]).message(2, shapeMessage);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}

function littleEndianDoubles(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) view.setFloat64(index * 8, values[index], true);
  return bytes;
}

function littleEndianFloats(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index], true);
  return bytes;
}

function littleEndianLongs(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++)
    view.setBigInt64(index * 8, BigInt(values[index]), true);
  return bytes;
}
