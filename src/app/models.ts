// Models by what one writes to mean them: a file, the one that comes with the package, or a version of the registry.
//
// A file of that name comes first, so that what is named by a path never changes its meaning; only what is no file is looked
// for in the registry, which is loaded then. Messages name what was written.

import { fileURLToPath } from "node:url";
import { OrbweaverError } from "../base/errors.ts";
import type { Model } from "../model/contract.ts";
import { decodeModel } from "../model/decode.ts";
import type { ModelVersion } from "../registry/contract.ts";
import { readBytes } from "./file.ts";
import { onnxHost } from "./onnx-host.ts";
import type { PlaceOptions } from "./place.ts";

export type { Model, ModelManifest } from "../model/contract.ts";
export type { ModelVersion } from "../registry/contract.ts";

/** Path of the model that comes with the package. */
export function bundledModelPath(): string {
  return fileURLToPath(new URL("../../assets/flow.orb", import.meta.url));
}

/** A model file, wherever it lies. */
export interface ModelFile {
  bytes: Uint8Array;
  /** Path, where it is a file. */
  path?: string;
  /** The version that was meant, where it is of the registry. */
  version?: ModelVersion;
}

/** The bytes of the model that is meant. Throws file errors, `model-unknown`, `alias-unknown`, and what stores throw. */
export async function readModelFile(reference: string, place: PlaceOptions = {}): Promise<ModelFile> {
  try {
    return { bytes: await readBytes(reference), path: reference };
  } catch (failure) {
    const isMissing = failure instanceof OrbweaverError && failure.code === "file-missing";
    // What has the form of a path is one: nothing more is loaded to say that it is not there.
    if (!isMissing || /[/\\]/.test(reference)) throw failure;
    const { registeredModel } = await import("./registry.ts");
    const found = await registeredModel(reference, place).catch((other: unknown) => {
      throw isUnknown(other) ? neither(reference, other) : other;
    });
    if (found !== undefined) return found;
    throw failure;
  }
}

function isUnknown(failure: unknown): failure is OrbweaverError {
  return failure instanceof OrbweaverError && failure.code === "model-unknown";
}

function neither(reference: string, cause: OrbweaverError): OrbweaverError {
  return new OrbweaverError(cause.code, `'${reference}' is no file, and ${cause.message}`, { cause });
}

/** Reads a model. Throws as `readModelFile`, and `model-format`, `model-version`, `model-corrupt`, with what was written. */
export async function readModel(reference: string, place: PlaceOptions = {}): Promise<Model> {
  return decodedModel((await readModelFile(reference, place)).bytes, reference);
}

/** Decodes a model file. Throws `model-format`, `model-version`, `model-corrupt`, with its name. */
export function decodedModel(bytes: Uint8Array, name: string): Model {
  try {
    return decodeModel(bytes, { onnx: onnxHost() });
  } catch (cause) {
    if (!(cause instanceof OrbweaverError)) throw cause;
    throw new OrbweaverError(cause.code, `${name}: ${cause.message}`, { hint: cause.hint, cause });
  }
}
