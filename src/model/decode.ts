// Bytes to model: the one door for model files, whatever their kind.

import { OrbweaverError } from "../base/errors.ts";
import { type Container, decodeContainer } from "./container.ts";
import type { Model, ModelManifest } from "./contract.ts";
import { BOOSTING_KIND, decodeBoosting } from "./kinds/boosting.ts";
import { decodeForest, FOREST_KIND } from "./kinds/forest.ts";
import { decodeLinear, LINEAR_KIND } from "./kinds/linear.ts";
import { decodePipeline, PIPELINE_KIND } from "./kinds/pipeline.ts";
import { checkManifest } from "./manifest.ts";

const KINDS: Record<string, (manifest: ModelManifest, container: Container) => Model> = {
  [BOOSTING_KIND]: decodeBoosting,
  [LINEAR_KIND]: decodeLinear,
  [FOREST_KIND]: decodeForest,
  [PIPELINE_KIND]: (manifest, container) => decodePipeline(manifest, container, decodeInner),
};

/**
 * Reads a model file.
 *
 * Throws `model-format` (not a model file), `model-version` (a format or kind this release does not read) or
 * `model-corrupt` (damaged); never anything else, whatever the bytes.
 */
export function decodeModel(bytes: Uint8Array): Model {
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
  return decode(manifest, container);
}

/** The model in a pipeline, which is none itself: so reading never goes deeper than one level. */
function decodeInner(bytes: Uint8Array): Model {
  const container = decodeContainer(bytes);
  const manifest = checkManifest(container.header);
  if (manifest.kind === PIPELINE_KIND)
    throw new OrbweaverError("model-corrupt", "the model file is damaged: a pipeline in a pipeline");
  return decodeModel(bytes);
}
