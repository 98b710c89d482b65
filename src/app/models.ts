// Model files: read, with messages that name the file, and the one that comes with the package.

import { fileURLToPath } from "node:url";
import { OrbweaverError } from "../base/errors.ts";
import type { Model } from "../model/contract.ts";
import { decodeModel } from "../model/decode.ts";
import { readBytes } from "./file.ts";
import { onnxHost } from "./onnx-host.ts";

export type { Model, ModelManifest } from "../model/contract.ts";

/** Path of the model that comes with the package. */
export function bundledModelPath(): string {
  return fileURLToPath(new URL("../../assets/flow.orb", import.meta.url));
}

/** Reads a model. Throws file errors, `model-format`, `model-version`, `model-corrupt`, with the path. */
export async function readModel(path: string): Promise<Model> {
  const bytes = await readBytes(path);
  try {
    return decodeModel(bytes, { onnx: onnxHost() });
  } catch (cause) {
    if (!(cause instanceof OrbweaverError)) throw cause;
    throw new OrbweaverError(cause.code, `${path}: ${cause.message}`, { hint: cause.hint, cause });
  }
}
