// Bytes to model: the one door for model files, whatever their kind.

import { OrbweaverError } from "../base/errors.ts";
import { type Container, decodeContainer } from "./container.ts";
import type { Model, ModelManifest } from "./contract.ts";
import { AUTOENCODER_KIND, decodeAutoencoder } from "./kinds/autoencoder.ts";
import { BAYES_KIND, decodeBayes } from "./kinds/bayes.ts";
import { BOOSTING_KIND, decodeBoosting } from "./kinds/boosting.ts";
import { decodeForest, FOREST_KIND } from "./kinds/forest.ts";
import { decodeIsolationForest, ISOLATION_FOREST_KIND } from "./kinds/isolation-forest.ts";
import { decodeLinear, LINEAR_KIND } from "./kinds/linear.ts";
import { decodeNeighbours, NEIGHBOURS_KIND } from "./kinds/neighbours.ts";
import { decodeNetwork, NETWORK_KIND } from "./kinds/network.ts";
import { decodeOnnx, ONNX_KIND, type OnnxHost } from "./kinds/onnx.ts";
import { decodePipeline, PIPELINE_KIND } from "./kinds/pipeline.ts";
import { decodeSupportVectors, SUPPORT_VECTORS_KIND } from "./kinds/support-vectors.ts";
import { checkManifest } from "./manifest.ts";

/** What the host lends to models. */
export interface ModelHosts {
  /** Runs models imported from ONNX; without it they can be looked at and do not score. */
  onnx?: OnnxHost;
}

type Decode = (manifest: ModelManifest, container: Container, hosts: ModelHosts) => Model;

const KINDS: Record<string, Decode> = {
  [AUTOENCODER_KIND]: decodeAutoencoder,
  [BAYES_KIND]: decodeBayes,
  [BOOSTING_KIND]: decodeBoosting,
  [LINEAR_KIND]: decodeLinear,
  [FOREST_KIND]: decodeForest,
  [ISOLATION_FOREST_KIND]: decodeIsolationForest,
  [NEIGHBOURS_KIND]: decodeNeighbours,
  [SUPPORT_VECTORS_KIND]: decodeSupportVectors,
  [ONNX_KIND]: (manifest, container, hosts) => decodeOnnx(manifest, container, hosts.onnx),
  [NETWORK_KIND]: decodeNetwork,
  [PIPELINE_KIND]: (manifest, container, hosts) =>
    decodePipeline(manifest, container, (bytes) => decodeInner(bytes, hosts)),
};

/**
 * Reads a model file.
 *
 * Throws `model-format` (not a model file), `model-version` (a format or kind this release does not read) or
 * `model-corrupt` (damaged); never anything else, whatever the bytes. With a host for ONNX also `onnx-invalid` and
 * `onnx-unsupported`, where it refuses the file inside.
 */
export function decodeModel(bytes: Uint8Array, hosts: ModelHosts = {}): Model {
  const container = decodeContainer(bytes);
  const manifest = checkManifest(container.header);
  const decode = Object.hasOwn(KINDS, manifest.kind) ? KINDS[manifest.kind] : undefined;
  if (!decode) {
    const known = Object.keys(KINDS).join(", ");
    throw new OrbweaverError(
      "model-version",
      `the model is of kind '${manifest.kind}', this release knows: ${known}`,
    );
  }
  return decode(manifest, container, hosts);
}

/** The model in a pipeline, which is none itself: so reading never goes deeper than one level. */
function decodeInner(bytes: Uint8Array, hosts: ModelHosts): Model {
  const container = decodeContainer(bytes);
  const manifest = checkManifest(container.header);
  if (manifest.kind === PIPELINE_KIND)
    throw new OrbweaverError("model-corrupt", "the model file is damaged: a pipeline in a pipeline");
  return decodeModel(bytes, hosts);
}
