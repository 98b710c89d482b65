// What of a model can be drawn as a graph: neural networks, with the shapes and weights of their layers. Knows no file.

import type { Model } from "../model/contract.ts";
import { AutoencoderModel } from "../model/kinds/autoencoder.ts";
import { NetworkModel } from "../model/kinds/network.ts";
import { PipelineModel } from "../model/kinds/pipeline.ts";
import { ACTIVATION, type Network } from "../model/network.ts";
import type { Activation, LayerShape, ModelGraph, NetworkShape } from "../registry/tensorboard/graph.ts";

/** Networks of an ensemble that are drawn; the others are alike. */
const NETWORKS_MAX = 64;

/** Undefined for models that are no networks. */
export function networkGraph(model: Model): ModelGraph | undefined {
  const inner = model instanceof PipelineModel ? model.inner : model;
  const { schema, classes } = inner.manifest;
  const facts = { columns: schema.columns.length, classes: classes.length };
  if (inner instanceof NetworkModel) {
    const { network, encoding, activeClasses } = inner.parts;
    const isSingle = network.at(-1)?.outputs === 1 && activeClasses.length === 2;
    return {
      ...facts,
      encoded: encoding.columnOfInput.length,
      networks: [shapeOf("network", network)],
      end: isSingle ? "Sigmoid" : "Softmax",
    };
  }
  if (inner instanceof AutoencoderModel) return { ...facts, ...ensembleOf(inner) };
  return undefined;
}

/** Groups that reconstruct their inputs, and where there is one, the network of their errors. */
function ensembleOf({ parts }: AutoencoderModel): Omit<ModelGraph, "columns" | "classes"> {
  const { networks, lows, encoding } = parts;
  const groups = networks.slice(0, lows.length);
  const last = networks.length > lows.length ? networks.at(-1) : undefined;
  return {
    encoded: encoding.columnOfInput.length,
    networks: groups
      .slice(0, NETWORKS_MAX)
      .map((network, index) => shapeOf(groups.length === 1 ? "autoencoder" : `group_${index + 1}`, network)),
    ...(last && { last: shapeOf("errors_autoencoder", last) }),
    end: "AnomalyScale",
  };
}

function shapeOf(name: string, network: Network): NetworkShape {
  const names = Object.entries(ACTIVATION);
  return {
    name,
    layers: network.map(({ inputs, outputs, activation, weights, biases }): LayerShape => {
      const found = names.find(([, number]) => number === activation)?.[0] ?? "linear";
      return { inputs, outputs, weights, biases, activation: found as Activation };
    }),
  };
}

/** Weights and biases of every layer that is drawn. */
export function networkHistograms({ networks, last }: ModelGraph): Record<string, ArrayLike<number>> {
  const all = last === undefined ? networks : [...networks, last];
  return Object.fromEntries(
    all.flatMap(({ name, layers }) =>
      layers.flatMap(({ weights, biases }, index): [string, ArrayLike<number>][] => [
        [`${name}/layer_${index + 1}/weights`, weights],
        [`${name}/layer_${index + 1}/biases`, biases],
      ]),
    ),
  );
}
