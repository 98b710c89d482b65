// Records what is done as a run in the store of the place: begun before the work, ended after it, whatever came of it.
//
// What it guarantees: a store that cannot be written never costs a result: it is said as a warning. Only who asks for a
// name in the registry is told at once when that cannot be, since the name is part of what was asked for.

import { randomBytes } from "node:crypto";
import { OrbweaverError } from "../base/errors.ts";
import type { Artefact, ModelVersion, RunFacts, RunOutcome } from "../registry/contract.ts";
import type { Store } from "../store/contract.ts";
import type { MlflowChoice, MlflowResult } from "./mlflow.ts";
import { openPlace, type PlaceOptions } from "./place.ts";
import { plain } from "./plain-json.ts";
import { releaseVersion } from "./runs.ts";

export interface RecordOptions extends PlaceOptions {
  /** A store that is open already, instead of that of the place. */
  opened?: Store;
  /** Registers the model under this name. */
  name?: string;
  /** Name of the user. */
  by?: string;
  /** The tracking server that the run is logged to as well; default: MLFLOW_TRACKING_URI, none where that is not set. */
  mlflow?: MlflowChoice;
}

/** What was recorded. */
export interface Recorded {
  /** Id of the run. */
  run?: string;
  /** The version that was registered. */
  version?: ModelVersion;
  /** What the run is in MLflow. */
  mlflow?: MlflowResult;
  warnings: string[];
  /** Why the version that was asked for is not registered. */
  failure?: OrbweaverError;
}

/** What came of the work, to be kept. */
export interface Kept extends RunOutcome {
  /** By name of the artefact; text and values are written as JSON. */
  files?: Record<string, { type: string; content: Uint8Array | object }>;
  /** The model file that was made. */
  model?: Uint8Array;
}

export interface Recorder {
  finish(kept: Kept): Promise<Recorded>;
  /** Never throws. */
  fail(failure: unknown): Promise<void>;
}

const NONE: Recorder = { finish: async () => ({ warnings: [] }), fail: async () => undefined };

/**
 * Begins a record; without options nothing is recorded.
 *
 * @throws where a name is asked for: `name-invalid`, and what opening and writing the store throws
 */
export async function beginRecord(
  options: RecordOptions | undefined,
  facts: Omit<RunFacts, "release">,
): Promise<Recorder> {
  if (options === undefined) return NONE;
  const { opened, name } = options;
  if (name !== undefined) {
    const { requireName } = await import("../registry/names.ts");
    requireName(name, "model");
  }
  const started = performance.now();
  let store = opened;
  try {
    store ??= (await openPlace(options)).store;
    const { beginRun, markInterrupted } = await import("../registry/runs.ts");
    const by = options.by === undefined ? {} : { by: options.by };
    const at = new Date().toISOString();
    const run = await beginRun(
      store,
      { ...facts, ...by, release: releaseVersion() },
      at,
      randomBytes(4).toString("hex"),
    );
    await markInterrupted(store, at);
    return recorderOf({ store, isOwn: opened === undefined, id: run.id, started, options });
  } catch (failure) {
    if (opened === undefined) await store?.close();
    if (name !== undefined) throw failure;
    const warning = notRecorded(failure);
    return { ...NONE, finish: async () => ({ warnings: [warning] }) };
  }
}

interface Begun {
  store: Store;
  /** Whether it is to be closed. */
  isOwn: boolean;
  id: string;
  started: number;
  options: RecordOptions;
}

function recorderOf(begun: Begun): Recorder {
  const { store, isOwn, id, started } = begun;
  const close = async (): Promise<void> => {
    if (isOwn) await store.close();
  };
  return {
    async finish(kept) {
      try {
        return await loggedToo(begun, await finished(begun, kept));
      } finally {
        await close();
      }
    },
    async fail(failure) {
      const isStop = failure instanceof OrbweaverError && failure.code === "cancelled";
      const code = failure instanceof OrbweaverError ? failure.code : "internal";
      const message = failure instanceof Error ? failure.message : String(failure);
      try {
        const { endRun } = await import("../registry/runs.ts");
        await endRun(store, id, {
          state: isStop ? "cancelled" : "failed",
          at: new Date().toISOString(),
          elapsedMs: performance.now() - started,
          ...(!isStop && { failure: { code, message } }),
        });
      } catch {
        // What failed is told by who called; that it could not be written down as well would hide it.
      } finally {
        await close();
      }
    },
  };
}

async function finished({ store, id, started, options }: Begun, kept: Kept): Promise<Recorded> {
  const { files = {}, model, ...outcome } = kept;
  try {
    const artefacts: Artefact[] = [];
    for (const [name, { type, content }] of Object.entries(files))
      artefacts.push({ name, type, ...(await store.putObject(bytesOf(content))) });
    const modelObject = model && (await store.putObject(model));
    if (modelObject !== undefined)
      artefacts.push({ name: "model.orb", type: "application/octet-stream", ...modelObject });
    const { endRun } = await import("../registry/runs.ts");
    await endRun(store, id, {
      state: "finished",
      at: new Date().toISOString(),
      elapsedMs: performance.now() - started,
      outcome: {
        ...outcome,
        artefacts,
        ...(modelObject && { modelObject: modelObject.object }),
      },
    });
  } catch (failure) {
    return {
      warnings: [notRecorded(failure)],
      ...(options.name !== undefined && { failure: told(failure) }),
    };
  }
  if (options.name === undefined || model === undefined) return { run: id, warnings: [] };
  return { run: id, warnings: [], ...(await registered(store, id, model, outcome, options)) };
}

/** The same, logged to MLflow where a server is named. */
async function loggedToo({ store, options }: Begun, recorded: Recorded): Promise<Recorded> {
  if (recorded.run === undefined) return recorded;
  const { logByItself } = await import("./mlflow.ts");
  const { mlflow, warning } = await logByItself(store, recorded.run, options.mlflow);
  return {
    ...recorded,
    ...(mlflow && { mlflow }),
    warnings: [...recorded.warnings, ...(warning === undefined ? [] : [warning])],
  };
}

async function registered(
  store: Store,
  run: string,
  model: Uint8Array,
  { metrics }: RunOutcome,
  { name = "", by }: RecordOptions,
): Promise<{ version: ModelVersion } | { failure: OrbweaverError }> {
  try {
    const { registerModel } = await import("./registry.ts");
    return { version: await registerModel(store, model, { name, run, by, metrics }) };
  } catch (failure) {
    return { failure: told(failure) };
  }
}

function bytesOf(content: Uint8Array | object): Uint8Array {
  return content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content, plain));
}

function notRecorded(failure: unknown): string {
  return `the run is not recorded: ${failure instanceof Error ? failure.message : String(failure)}`;
}

/** A defect stays one. */
function told(failure: unknown): OrbweaverError {
  if (failure instanceof OrbweaverError) return failure;
  throw failure;
}
