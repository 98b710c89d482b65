// A model of ours to an ONNX file.

import { readFileSync } from "node:fs";
import { OrbweaverError } from "../base/errors.ts";
import type { Model } from "../model/contract.ts";
import { exportOnnx, ONNX_VERSIONS } from "../onnx/export.ts";
import { writeWhole } from "./file.ts";
import { readModel } from "./models.ts";

export interface ModelExportOptions {
  /** Path of the model file. */
  model: string;
  /** Path of the file to write. */
  to: string;
  /** One matrix (default), or one input for each column. */
  inputs?: "features" | "columns";
  numbers?: "double" | "float";
}

export interface ModelExportResult {
  model: string;
  to: string;
  bytes: number;
  kind: string;
  inputs: "features" | "columns";
  numbers: "double" | "float";
  columns: number;
  classes: number;
  versions: typeof ONNX_VERSIONS;
}

/** @throws `onnx-unsupported`, `file-write`, and what reading a model throws */
export async function exportModel(options: ModelExportOptions): Promise<ModelExportResult> {
  const { model: path, to, inputs = "features", numbers = "double" } = options;
  const model = await readNamedModel(path);
  const bytes = onnxBytes(model, { inputs, numbers });
  await writeWhole(to, bytes);
  return {
    model: path,
    to,
    bytes: bytes.length,
    kind: model.manifest.kind,
    inputs,
    numbers,
    columns: model.manifest.schema.columns.length,
    classes: model.manifest.classes.length,
    versions: ONNX_VERSIONS,
  };
}

/** The bytes of the file. Throws `onnx-unsupported`. */
export function onnxBytes(
  model: Model,
  options: Pick<ModelExportOptions, "inputs" | "numbers"> = {},
): Uint8Array {
  return exportOnnx(model, { ...options, version: packageVersion() });
}

/** Reads a model; where there is no such file, says that data sets do not go to ONNX. */
async function readNamedModel(path: string): ReturnType<typeof readModel> {
  try {
    return await readModel(path);
  } catch (failure) {
    if (failure instanceof OrbweaverError && failure.code === "model-format") {
      throw new OrbweaverError("model-format", `--onnx takes a model: ${failure.message}`, {
        hint: failure.hint,
        cause: failure,
      });
    }
    throw failure;
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
