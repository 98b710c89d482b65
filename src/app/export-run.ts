// A run of the registry, brought elsewhere: as event files for TensorBoard, to an MLflow tracking server, or one of its files.

import { join } from "node:path";
import type { Store } from "../store/contract.ts";
import { writeFailure, writeWhole } from "./file.ts";
import { logToMlflow, type MlflowResult, progressOf } from "./mlflow.ts";
import { decodedModel, type Model } from "./models.ts";
import { type Run, readArtefact, showRun } from "./registry.ts";

export interface ExportRunOptions {
  /** Folder to write event files to; the run gets a folder of its own in it. */
  tensorboard?: string;
  /** Address of a tracking server; default: MLFLOW_TRACKING_URI. */
  mlflow?: { url?: string };
  experiment: string;
  artefact?: { name: string; to: string };
  signal?: AbortSignal;
  onProgress?: (step: string) => void;
}

export interface ExportRunResult {
  run: string;
  /** Files that were written. */
  files: { file: string; bytes: number }[];
  mlflow?: MlflowResult;
}

const MODEL_FILE = "model.orb";

/** Throws `run-unknown`, `artefact-unknown`, `file-write`, and what logging to MLflow throws. */
export async function exportRun(
  store: Store,
  id: string,
  options: ExportRunOptions,
): Promise<ExportRunResult> {
  const say = options.onProgress ?? (() => undefined);
  const { run } = await showRun(store, id);
  const result: ExportRunResult = { run: run.id, files: [] };
  if (options.artefact !== undefined) {
    const { name, to } = options.artefact;
    const { bytes } = await readArtefact(store, run.id, name);
    await writeWhole(to, bytes);
    result.files.push({ file: to, bytes: bytes.length });
  }
  if (options.tensorboard !== undefined) {
    say("writing events");
    result.files.push(await writeEvents(store, run, options.tensorboard));
  }
  if (options.mlflow !== undefined) {
    const { experiment, signal, onProgress } = options;
    result.mlflow = await logToMlflow(store, run.id, { ...options.mlflow, experiment, signal, onProgress });
  }
  return result;
}

// --- TensorBoard ------------------------------------------------------------------------------------------------

async function writeEvents(store: Store, run: Run, folder: string): Promise<{ file: string; bytes: number }> {
  const [{ eventFile, eventFileName }, { networkGraph, networkHistograms }] = await Promise.all([
    import("../registry/tensorboard/events.ts"),
    import("./network-graph.ts"),
  ]);
  const model = await modelOf(store, run);
  const graph = model && networkGraph(model);
  const startedS = Date.parse(run.started) / 1000;
  const bytes = eventFile({
    startedS,
    endedS: Date.parse(run.ended ?? run.started) / 1000,
    progress: await progressOf(store, run),
    metrics: run.metrics ?? {},
    histograms: {
      ...(graph && networkHistograms(graph)),
      ...(model && { importance: model.importance() }),
    },
    ...(graph && { graph }),
  });
  const file = join(folder, run.id, eventFileName(run.id, startedS));
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(folder, run.id), { recursive: true }).catch((cause: unknown) => {
    throw writeFailure(file, cause);
  });
  await writeWhole(file, bytes);
  return { file, bytes: bytes.length };
}

/** The model that a run made. */
async function modelOf(store: Store, run: Run): Promise<Model | undefined> {
  const artefact = run.artefacts?.find(({ name }) => name === MODEL_FILE);
  if (artefact === undefined) return undefined;
  return decodedModel(await store.readObject(artefact.object), `model of run ${run.id}`);
}
