// A model of ours as an ONNX file: its inputs, its outputs and what its metadata tell; each kind adds its own operators.
//
//   features  double or float [rows, columns], NaN for missing, category codes as numbers
//             or, with `inputs: "columns"`, one input [rows, 1] a column, texts for categorical ones
//   label          text [rows], the most probable class (the first of equals)
//   probabilities  float [rows, classes], a plain tensor in the order of the metadata's classes
//
// Operators of ai.onnx 13 and ai.onnx.ml 3, IR version 8: the oldest versions that hold trees in doubles (ONNX 1.11 of
// February 2022), so that what a runtime compares is what we compare. Everything is computed in doubles.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import type { AutoencoderModel } from "../model/kinds/autoencoder.ts";
import type { BayesModel } from "../model/kinds/bayes.ts";
import type { BoostingModel } from "../model/kinds/boosting.ts";
import type { ForestModel } from "../model/kinds/forest.ts";
import type { IsolationForestModel } from "../model/kinds/isolation-forest.ts";
import type { LinearModel } from "../model/kinds/linear.ts";
import type { NeighboursModel } from "../model/kinds/neighbours.ts";
import type { NetworkModel } from "../model/kinds/network.ts";
import type { PipelineModel } from "../model/kinds/pipeline.ts";
import type { SupportVectorModel } from "../model/kinds/support-vectors.ts";
import type { KindScope } from "./contract.ts";
import { Graph, ML_DOMAIN, type Value } from "./graph.ts";
import { exportAutoencoder } from "./kinds/autoencoder.ts";
import { exportBayes } from "./kinds/bayes.ts";
import { exportBoosting } from "./kinds/boosting.ts";
import { exportForest } from "./kinds/forest.ts";
import { exportIsolationForest } from "./kinds/isolation-forest.ts";
import { exportLinear } from "./kinds/linear.ts";
import { exportNeighbours } from "./kinds/neighbours.ts";
import { exportNetwork } from "./kinds/network.ts";
import { exportPipeline } from "./kinds/pipeline.ts";
import { exportSupportVectors } from "./kinds/support-vectors.ts";

export const ONNX_VERSIONS = { ir: 8, onnx: 13, ml: 3 } as const;

export interface OnnxExportOptions {
  /** One matrix, or one input for each column. */
  inputs?: "features" | "columns";
  /** Element type of numbers that go in. */
  numbers?: "double" | "float";
  /** Version of this program, for the file's producer. */
  version: string;
}

/** Adds the operators of a kind; gives the probabilities, doubles [rows, classes]. */
type KindExporter = (model: Model, scope: KindScope) => Value;

const KINDS: Readonly<Record<string, KindExporter>> = {
  autoencoder: (model, scope) => exportAutoencoder(model as AutoencoderModel, scope),
  bayes: (model, scope) => exportBayes(model as BayesModel, scope),
  boosting: (model, scope) => exportBoosting(model as BoostingModel, scope),
  forest: (model, scope) => exportForest(model as ForestModel, scope),
  "isolation-forest": (model, scope) => exportIsolationForest(model as IsolationForestModel, scope),
  linear: (model, scope) => exportLinear(model as LinearModel, scope),
  neighbours: (model, scope) => exportNeighbours(model as NeighboursModel, scope),
  network: (model, scope) => exportNetwork(model as NetworkModel, scope),
  "support-vectors": (model, scope) => exportSupportVectors(model as SupportVectorModel, scope),
  pipeline: (model, scope) => exportPipeline(model as PipelineModel, scope),
};

/** The probabilities of any model. Throws `onnx-unsupported`. */
function exportKind(model: Model, scope: Omit<KindScope, "inner">): Value {
  const { kind } = model.manifest;
  const write = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (write !== undefined) return write(model, { ...scope, inner: exportKind });
  throw new OrbweaverError(
    "onnx-unsupported",
    `models of the kind '${kind}' cannot be written as ONNX; those that can: ${Object.keys(KINDS).join(", ")}`,
  );
}

/** Bytes of an ONNX file. The same model and options give the same bytes. Throws `onnx-unsupported`. */
export function exportOnnx(model: Model, options: OnnxExportOptions): Uint8Array {
  const { manifest } = model;
  const graph = new Graph();
  const element = options.numbers ?? "double";
  const names = inputNames(manifest.schema.columns);
  const features =
    options.inputs === "columns"
      ? featuresOfColumns(graph, manifest.schema.columns, names, element)
      : featuresOfMatrix(graph, manifest.schema.columns, element);
  const probabilities = exportKind(model, { graph, features, exact: false });
  const best = graph.node("ArgMax", [probabilities], {
    attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
  });
  const label = graph.node("Gather", [graph.texts(manifest.classes), best], {
    attributes: { axis: { int: 0 } },
  });
  graph.output(label, { name: "label", element: "text", shape: ["rows"] });
  graph.output(graph.cast(probabilities, "float"), {
    name: "probabilities",
    element: "float",
    shape: ["rows", manifest.classes.length],
  });
  return graph.finish({
    irVersion: ONNX_VERSIONS.ir,
    opsets: { "": ONNX_VERSIONS.onnx, [ML_DOMAIN]: ONNX_VERSIONS.ml },
    producer: "orbweaver",
    producerVersion: options.version,
    graphName: manifest.kind,
    description: manifest.card.title,
    metadata: metadataOf(manifest, options.inputs === "columns" ? names : undefined),
  });
}

/** Names of the inputs of columns: the columns' own, unless an output has the same. */
function inputNames(columns: readonly ColumnSpecification[]): string[] {
  const taken = new Set(["label", "probabilities", ...columns.map(({ name }) => name)]);
  return columns.map(({ name }) => {
    if (name !== "label" && name !== "probabilities" && !name.startsWith("~")) return name;
    let free = `${name.replace(/^~/, "_")}_`;
    while (taken.has(free)) free += "_";
    taken.add(free);
    return free;
  });
}

function featuresOfMatrix(
  graph: Graph,
  columns: readonly ColumnSpecification[],
  element: "double" | "float",
): Value {
  const input = graph.input({ name: "features", element, shape: ["rows", columns.length] });
  const features = element === "double" ? input : graph.cast(input, "double");
  return cleanCodes(graph, features, columns);
}

/** Makes codes that are no category -1; missing ones stay missing. */
function cleanCodes(graph: Graph, features: Value, columns: readonly ColumnSpecification[]): Value {
  const categorical = columns.map(({ kind }) => kind === "categorical");
  if (!categorical.includes(true)) return features;
  const shape = [1, columns.length];
  const counts = columns.map(({ categories }) => categories.length);
  const inRange = graph.node("Less", [features, graph.doubles(counts, shape)]);
  const below = graph.node("Less", [features, graph.double(0)]);
  const whole = graph.node("Equal", [features, graph.node("Floor", [features])]);
  const valid = graph.node("And", [graph.node("And", [inRange, whole]), graph.node("Not", [below])]);
  const numeric = graph.cast(
    graph.doubles(
      categorical.map((is) => (is ? 0 : 1)),
      shape,
    ),
    "bool",
  );
  const kept = graph.node("Or", [valid, graph.node("Or", [numeric, graph.node("IsNaN", [features])])]);
  return graph.node("Where", [kept, features, graph.double(-1)]);
}

function featuresOfColumns(
  graph: Graph,
  columns: readonly ColumnSpecification[],
  names: readonly string[],
  element: "double" | "float",
): Value {
  const matrices = columns.map(({ kind, categories }, index) => {
    const shape = ["rows", 1];
    if (kind === "numeric") {
      const input = graph.input({ name: names[index], element, shape });
      return element === "double" ? input : graph.cast(input, "double");
    }
    const input = graph.input({ name: names[index], element: "text", shape });
    const codes = graph.node("LabelEncoder", [input], {
      domain: ML_DOMAIN,
      attributes: {
        keys_strings: { texts: categories },
        values_floats: { floats: categories.map((_, code) => code) },
        default_float: { float: Number.NaN },
      },
    });
    return graph.cast(codes, "double");
  });
  return graph.beside(matrices);
}

/** What a reader needs to use the file, as texts: lists and columns as JSON. */
function metadataOf(manifest: ModelManifest, inputs: readonly string[] | undefined): Record<string, string> {
  const columns = manifest.schema.columns.map(({ name, kind, unit, categories }, index) => ({
    name,
    kind,
    unit,
    ...(kind === "categorical" && { categories }),
    ...(inputs && { input: inputs[index] }),
  }));
  return {
    "orbweaver.kind": manifest.kind,
    "orbweaver.learner": manifest.training.learner,
    ...(manifest.task && { "orbweaver.task": manifest.task }),
    "orbweaver.schema.id": manifest.schema.id,
    "orbweaver.schema.fingerprint": manifest.schema.fingerprint,
    "orbweaver.columns": JSON.stringify(columns),
    "orbweaver.classes": JSON.stringify(manifest.classes),
    "orbweaver.benign_classes": JSON.stringify(manifest.benignClasses),
  };
}
