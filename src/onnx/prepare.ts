// An ONNX classifier of others, made ready to score: which of its outputs are the probabilities, what its classes are
// called, and a file that computes nothing else.
//
// Exporters differ. Those of scikit-learn and LightGBM end in ZipMap, a list of tables that many runtimes cannot give back;
// its input is the plain tensor. What leads only to the label is left out with it. Class names come from ZipMap, from the
// classifier's own attribute, or from the constant that the label is picked from.

import { OrbweaverError } from "../base/errors.ts";
import { MessageWriter } from "../base/message-writer.ts";
import { ELEMENT, ML_DOMAIN } from "./graph.ts";
import { quoted } from "./quoted.ts";
import {
  type FileGraph,
  type FileNode,
  type FilePort,
  listAttribute,
  type OnnxFile,
  textsOfTensor,
} from "./read.ts";
import { fieldsOf } from "./wire.ts";

export interface PreparedOnnx {
  /** The file with one output. */
  bytes: Uint8Array;
  /** Name of that output: probabilities, floats or doubles [rows, width]. */
  output: string;
  element: "float" | "double";
  /** Probabilities a row, where the file tells: 1 or the number of classes. */
  width: number | undefined;
  /** As the file names them, numbers as texts; undefined where it does not. */
  classes: string[] | undefined;
  /** Inputs that the output depends on. */
  inputs: FilePort[];
}

/**
 * @param wanted name of the output with the probabilities, where it cannot be told
 *
 * Throws `onnx-unsupported` where no output, or more than one, may be the probabilities.
 */
export function prepareOnnx(bytes: Uint8Array, file: OnnxFile, wanted?: string): PreparedOnnx {
  const { graph } = file;
  const makers = makersOf(graph);
  const { output, port, zipMap } = probabilitiesOf(graph, makers, wanted);
  const needed = neededFor(graph, makers, output);
  const element = port?.element === ELEMENT.double ? "double" : "float";
  const inputs = graph.inputs.filter(({ name }) => needed.values.has(name));
  return {
    bytes: rewritten(bytes, graph, needed.nodes, { output, element }),
    output,
    element,
    width: widthOf(port),
    classes: classesOf(graph, makers, zipMap),
    inputs,
  };
}

type Makers = ReadonlyMap<string, FileNode>;

function makersOf({ nodes }: FileGraph): Makers {
  const makers = new Map<string, FileNode>();
  for (const node of nodes)
    for (const output of node.outputs) {
      if (output === "") continue;
      if (makers.has(output))
        throw new OrbweaverError("onnx-invalid", `the ONNX file makes the value ${quoted(output)} twice`);
      makers.set(output, node);
    }
  return makers;
}

interface Found {
  output: string;
  /** Absent behind a ZipMap: its input need not be described. */
  port?: FilePort;
  zipMap?: FileNode;
}

function probabilitiesOf({ outputs }: FileGraph, makers: Makers, wanted: string | undefined): Found {
  const candidates = outputs.flatMap((port): Found[] => {
    const zipMap = zipMapOf(makers, port.name);
    if (zipMap !== undefined) return [{ output: zipMap.inputs[0], zipMap }];
    return isNumbers(port) ? [{ output: port.name, port }] : [];
  });
  const named = outputs
    .slice(0, 12)
    .map(({ name }) => quoted(name))
    .join(", ");
  if (wanted !== undefined) {
    const index = outputs.findIndex(({ name }) => name === wanted);
    const chosen = candidates.find(({ output }) => {
      const zipMap = zipMapOf(makers, wanted);
      return output === (zipMap?.inputs[0] ?? wanted);
    });
    if (index >= 0 && chosen !== undefined) return chosen;
    throw new OrbweaverError(
      "onnx-unsupported",
      `the ONNX file has no output ${quoted(wanted)} of numbers; its outputs are ${named}`,
    );
  }
  const telling = candidates.filter(({ output, zipMap }) => zipMap || /prob/i.test(output));
  const [found, ...others] = telling.length > 0 ? telling : candidates;
  if (found !== undefined && others.length === 0) return found;
  throw new OrbweaverError(
    "onnx-unsupported",
    found === undefined
      ? `the ONNX file gives no probabilities; its outputs are ${named}`
      : `which output of the ONNX file has the probabilities cannot be told; its outputs are ${named}`,
    { hint: "Name it with --output, or export the model with its probabilities." },
  );
}

/** The ZipMap that makes a value, whose input is the probabilities. */
function zipMapOf(makers: Makers, value: string): FileNode | undefined {
  let node = makers.get(value);
  for (let steps = 0; node?.operator === "Identity" && steps < 16; steps++) node = makers.get(node.inputs[0]);
  const isZipMap = node?.operator === "ZipMap" && node.domain === ML_DOMAIN && node.inputs.length === 1;
  return isZipMap ? node : undefined;
}

/** A matrix or list of floats or doubles. */
function isNumbers({ form, element, shape }: FilePort): boolean {
  if (form !== "tensor" || (element !== ELEMENT.float && element !== ELEMENT.double)) return false;
  return shape === undefined || shape.length === 1 || shape.length === 2;
}

function widthOf(port: FilePort | undefined): number | undefined {
  if (port?.shape === undefined) return undefined;
  return port.shape.length === 1 ? 1 : port.shape[1];
}

/** Nodes and values that an output depends on. */
function neededFor(
  graph: FileGraph,
  makers: Makers,
  output: string,
): { nodes: Set<FileNode>; values: Set<string> } {
  // A Scan's body may use any value of the graph around it by name.
  if (graph.nodes.some(({ operator }) => operator === "Scan")) {
    const inputs = graph.inputs.map(({ name }) => name);
    const kept = graph.nodes.filter(({ operator }) => operator !== "ZipMap");
    return { nodes: new Set(kept), values: new Set(inputs) };
  }
  const nodes = new Set<FileNode>();
  const values = new Set<string>([output]);
  const pending = [output];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    const node = makers.get(value);
    if (node === undefined || nodes.has(node)) continue;
    nodes.add(node);
    for (const input of node.inputs) {
      if (values.has(input)) continue;
      values.add(input);
      pending.push(input);
    }
  }
  return { nodes, values };
}

/** Class names, from wherever the file tells them. */
function classesOf(graph: FileGraph, makers: Makers, zipMap: FileNode | undefined): string[] | undefined {
  const named = [zipMap, ...graph.nodes]
    .filter((node) => node !== undefined && node.domain === ML_DOMAIN)
    .map((node) => namesOf(node as FileNode));
  return named.find((names) => names !== undefined) ?? pickedClasses(graph, makers);
}

const CLASS_ATTRIBUTES = [
  "classlabels_strings",
  "classlabels_int64s",
  // So the two that are older than the rest name them.
  "classlabels_ints",
];

function namesOf(node: FileNode): string[] | undefined {
  if (node.operator === "LabelEncoder") return undefined;
  for (const name of CLASS_ATTRIBUTES) {
    const names = listAttribute(node, name);
    if (names !== undefined && names.length > 0) return names;
  }
  return undefined;
}

/** Operators between a label and where it is picked from. */
const PASSED_THROUGH = ["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze"];

/** The constant that a label is picked from by its index. */
function pickedClasses({ outputs, initializers }: FileGraph, makers: Makers): string[] | undefined {
  for (const { name } of outputs) {
    let node = makers.get(name);
    for (let steps = 0; node && PASSED_THROUGH.includes(node.operator) && steps < 16; steps++)
      node = makers.get(node.inputs[0]);
    if (node?.operator !== "ArrayFeatureExtractor" && node?.operator !== "Gather") continue;
    const constant = initializers.get(node.inputs[0]);
    const names = constant && textsOfTensor(constant);
    if (names !== undefined && names.length > 1) return names;
  }
  return undefined;
}

/** The file with the given nodes only and one output; all else as it was. */
function rewritten(
  bytes: Uint8Array,
  graph: FileGraph,
  nodes: ReadonlySet<FileNode>,
  { output, element }: { output: string; element: "float" | "double" },
): Uint8Array {
  const kept = new Set([...nodes].map((node) => node.bytes));
  const model = new MessageWriter();
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 7) model.raw(field.raw);
    else model.message(7, rewrittenGraph(field.bytes, graph, kept, output, element));
  }
  return model.finish();
}

function rewrittenGraph(
  bytes: Uint8Array,
  { outputs }: FileGraph,
  kept: ReadonlySet<Uint8Array>,
  output: string,
  element: "float" | "double",
): MessageWriter {
  const starts = new Set([...kept].map(({ byteOffset }) => byteOffset));
  const graph = new MessageWriter();
  for (const field of fieldsOf(bytes)) {
    const isDropped = field.number === 1 && !starts.has(field.bytes.byteOffset);
    // Descriptions of values that may be gone are no loss: runtimes find them again.
    if (isDropped || field.number === 12 || field.number === 13) continue;
    graph.raw(field.raw);
  }
  const known = outputs.find(({ name }) => name === output);
  if (known !== undefined) return graph.bytes(12, known.bytes);
  const tensor = new MessageWriter().int(1, ELEMENT[element]);
  return graph.message(
    12,
    new MessageWriter().text(1, output).message(2, new MessageWriter().message(1, tensor)),
  );
}
