// What is in an ONNX file: its graph as a table of nodes, inputs and outputs, over the file's own bytes. Runs nothing.
//
// Field numbers are those of the published onnx.proto. What is not looked at stays in the bytes and is handed on as it is.

import { OrbweaverError } from "../base/errors.ts";
import { ELEMENT } from "./graph.ts";
import { fieldsOf, packedInts, textOf } from "./wire.ts";

export interface FileAttribute {
  name: string;
  /** The message AttributeProto. */
  bytes: Uint8Array;
}

export interface FileNode {
  operator: string;
  /** "" is ai.onnx. */
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: FileAttribute[];
  /** The message NodeProto. */
  bytes: Uint8Array;
}

/** An input or output of the graph. */
export interface FilePort {
  name: string;
  /** "tensor", or what else it is. */
  form: "tensor" | "sequence" | "map" | "other";
  /** Of a tensor: TensorProto.DataType. */
  element: number;
  /** Of a tensor: its sizes; undefined for free ones. Absent where the file does not tell. */
  shape: (number | undefined)[] | undefined;
  /** The message ValueInfoProto. */
  bytes: Uint8Array;
}

export interface FileGraph {
  name: string;
  nodes: FileNode[];
  inputs: FilePort[];
  outputs: FilePort[];
  /** Messages TensorProto by name. */
  initializers: Map<string, Uint8Array>;
  hasSparseInitializers: boolean;
}

export interface OnnxFile {
  irVersion: number;
  producer: string;
  /** Version of each domain; "" is ai.onnx. */
  opsets: Map<string, number>;
  metadata: Map<string, string>;
  graph: FileGraph;
  /** Functions or training steps, which models to score with do not have. */
  extras: string[];
}

/** Most that a file may have. */
export const ONNX_LIMITS = {
  bytes: 1 << 28,
  nodes: 100_000,
  ports: 20_000,
  initializers: 200_000,
  attributes: 4_000_000,
} as const;

/** Reads a file. Throws `onnx-invalid`, `onnx-unsupported` beyond ONNX_LIMITS. */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  requireWithin(bytes.length, ONNX_LIMITS.bytes, "bytes");
  const file: Omit<OnnxFile, "graph"> & { graph?: FileGraph } = {
    irVersion: 0,
    producer: "",
    opsets: new Map(),
    metadata: new Map(),
    extras: [],
  };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) file.irVersion = field.value;
    else if (field.number === 2) file.producer = textOf(field.bytes);
    else if (field.number === 7) file.graph = readGraph(field.bytes);
    else if (field.number === 8) readOpset(field.bytes, file.opsets);
    else if (field.number === 14) readEntry(field.bytes, file.metadata);
    else if (field.number === 20) file.extras.push("training steps");
    else if (field.number === 25) file.extras.push("functions");
  }
  const { graph } = file;
  if (graph === undefined || file.irVersion < 1 || file.opsets.size === 0)
    throw new OrbweaverError("onnx-invalid", "the file is not an ONNX model: it has no graph or no version");
  return { ...file, graph };
}

/** A graph, of a file or of an attribute. */
export function readGraph(bytes: Uint8Array): FileGraph {
  const graph: FileGraph = {
    name: "",
    nodes: [],
    inputs: [],
    outputs: [],
    initializers: new Map(),
    hasSparseInitializers: false,
  };
  for (const { number, bytes: content } of fieldsOf(bytes)) {
    if (number === 1) graph.nodes.push(readNode(content));
    else if (number === 2) graph.name = textOf(content);
    else if (number === 5) graph.initializers.set(tensorName(content), content);
    else if (number === 11) graph.inputs.push(readPort(content));
    else if (number === 12) graph.outputs.push(readPort(content));
    else if (number === 15) graph.hasSparseInitializers = true;
    requireWithin(graph.nodes.length, ONNX_LIMITS.nodes, "nodes");
    requireWithin(graph.inputs.length + graph.outputs.length, ONNX_LIMITS.ports, "inputs and outputs");
    requireWithin(graph.initializers.size, ONNX_LIMITS.initializers, "constants");
  }
  // Files of IR version 3 and before list their constants among the inputs.
  graph.inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  return graph;
}

function readNode(bytes: Uint8Array): FileNode {
  const node: FileNode = { operator: "", domain: "", inputs: [], outputs: [], attributes: [], bytes };
  for (const { number, bytes: content } of fieldsOf(bytes)) {
    if (number === 1) node.inputs.push(textOf(content));
    else if (number === 2) node.outputs.push(textOf(content));
    else if (number === 4) node.operator = textOf(content);
    else if (number === 5) node.attributes.push({ name: nameOf(content), bytes: content });
    else if (number === 7) node.domain = textOf(content);
  }
  if (node.domain === "ai.onnx") node.domain = "";
  return node;
}

function readPort(bytes: Uint8Array): FilePort {
  const port: FilePort = { name: "", form: "other", element: 0, shape: undefined, bytes };
  for (const { number, bytes: content } of fieldsOf(bytes)) {
    if (number === 1) port.name = textOf(content);
    else if (number === 2) readType(content, port);
  }
  return port;
}

function readType(bytes: Uint8Array, port: FilePort): void {
  for (const { number, bytes: content } of fieldsOf(bytes)) {
    if (number === 4) port.form = "sequence";
    else if (number === 5) port.form = "map";
    else if (number === 1) {
      port.form = "tensor";
      for (const field of fieldsOf(content)) {
        if (field.number === 1) port.element = field.value;
        else if (field.number === 2) port.shape = readShape(field.bytes);
      }
    }
  }
}

function readShape(bytes: Uint8Array): (number | undefined)[] {
  const shape: (number | undefined)[] = [];
  for (const { number, bytes: dimension } of fieldsOf(bytes)) {
    if (number !== 1) continue;
    const size = [...fieldsOf(dimension)].find((field) => field.number === 1)?.value;
    // Converters write 0 or -1 for what is free.
    shape.push(size !== undefined && size > 0 ? size : undefined);
    requireWithin(shape.length, 16, "dimensions of an input or output");
  }
  return shape;
}

function readOpset(bytes: Uint8Array, opsets: Map<string, number>): void {
  let domain = "";
  let version = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(field.bytes);
    else if (field.number === 2) version = field.value;
  }
  opsets.set(domain === "ai.onnx" ? "" : domain, version);
}

function readEntry(bytes: Uint8Array, entries: Map<string, string>): void {
  const texts = ["", ""];
  for (const { number, bytes: content } of fieldsOf(bytes))
    if (number === 1 || number === 2) texts[number - 1] = textOf(content);
  entries.set(texts[0], texts[1]);
}

/** Name of an attribute, without looking at its value. */
function nameOf(bytes: Uint8Array): string {
  for (const { number, bytes: content } of fieldsOf(bytes)) if (number === 1) return textOf(content);
  return "";
}

function tensorName(bytes: Uint8Array): string {
  for (const { number, bytes: content } of fieldsOf(bytes)) if (number === 8) return textOf(content);
  return "";
}

/** The values of a list attribute: texts or whole numbers, as texts. Undefined where the node has no such attribute. */
export function listAttribute(node: FileNode, name: string): string[] | undefined {
  const attribute = node.attributes.find((candidate) => candidate.name === name);
  if (attribute === undefined) return undefined;
  const values: string[] = [];
  for (const { number, value, bytes } of fieldsOf(attribute.bytes)) {
    if (number === 9) values.push(textOf(bytes));
    // Packed, or one field a number.
    else if (number === 8) addInts(bytes, value, values);
    requireWithin(values.length, ONNX_LIMITS.attributes, "values in a list");
  }
  return values;
}

/** The values of a constant of texts or whole numbers, as texts; undefined for other constants. */
export function textsOfTensor(bytes: Uint8Array): string[] | undefined {
  const values: string[] = [];
  let element = 0;
  let raw: Uint8Array = new Uint8Array(0);
  for (const { number, value, bytes: content } of fieldsOf(bytes)) {
    if (number === 2) element = value;
    else if (number === 6) values.push(textOf(content));
    else if (number === 5 || number === 7) addInts(content, value, values);
    else if (number === 9) raw = content;
    requireWithin(values.length, ONNX_LIMITS.attributes, "values in a list");
  }
  addRawInts(raw, element === ELEMENT.int64 ? 8 : 4, values);
  return element === ELEMENT.text || element === ELEMENT.int64 || element === ELEMENT.int32
    ? values
    : undefined;
}

/** Whole numbers, packed or one a field. */
function addInts(packed: Uint8Array, single: number, values: string[]): void {
  if (packed.length === 0) values.push(String(single));
  else for (const value of packedInts(packed)) values.push(String(value));
}

/** Little-endian whole numbers of 4 or 8 bytes. */
function addRawInts(bytes: Uint8Array, size: 4 | 8, values: string[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + size <= bytes.length; at += size)
    values.push(String(size === 8 ? view.getBigInt64(at, true) : view.getInt32(at, true)));
}

function requireWithin(found: number, most: number, what: string): void {
  if (found > most)
    throw new OrbweaverError(
      "onnx-unsupported",
      `the ONNX file has more than ${most} ${what}, the most there may be`,
    );
}
