// Runs and aliases told to an MLflow tracking server: asked for by name, or by themselves where MLFLOW_TRACKING_URI names one.
//
// What it guarantees: a server that cannot be reached costs no result: what was not told there is said as a warning, with what to
// do. Which version there is which of ours is kept in the store, so that aliases move there when they move here.

import { OrbweaverError } from "../base/errors.ts";
import type { AliasResult } from "../registry/aliases.ts";
import type { MlflowClient } from "../registry/mlflow/client.ts";
import type { LoggedRun, MlflowResult } from "../registry/mlflow/log-run.ts";
import type { Json, Store } from "../store/contract.ts";
import { type ModelVersion, type Run, readArtefact, showModel, showRun } from "./registry.ts";

export type { MlflowResult } from "../registry/mlflow/log-run.ts";

export const MLFLOW_EXPERIMENT = "orbweaver";
const COLLECTION = "mlflow-versions";
const MODEL_FILE = "model.orb";

export interface MlflowChoice {
  /** Address of a tracking server; default: MLFLOW_TRACKING_URI. */
  url?: string;
  /** Default: MLFLOW_EXPERIMENT_NAME, else "orbweaver". */
  experiment?: string;
  signal?: AbortSignal;
  onProgress?: (step: string) => void;
}

/** What is kept of a version that was logged. */
interface LoggedVersion {
  server: string;
  /** Of the model file: a name may be removed and given again. */
  object: string;
  name: string;
  version: string;
}

/** The address that is named, by an option or by the environment. */
export function mlflowServer({ url }: MlflowChoice = {}): string | undefined {
  const named = url ?? process.env["MLFLOW_TRACKING_URI"] ?? "";
  return named === "" ? undefined : named;
}

/** Throws `usage` where no server is named, `run-unknown`, and what logging throws. */
export async function logToMlflow(
  store: Store,
  id: string,
  choice: MlflowChoice = {},
): Promise<MlflowResult> {
  const { run, versions } = await showRun(store, id);
  const client = await clientOf(choice);
  const { logRun } = await import("../registry/mlflow/log-run.ts");
  const logged: LoggedRun = {
    run,
    progress: await progressOf(store, run),
    files: (run.artefacts ?? []).map(({ name, object, type }) => ({
      // The folder that a version there names as its source.
      path: name === MODEL_FILE ? `model/${name}` : name,
      type,
      read: () => store.readObject(object),
    })),
    versions: await withAliases(store, versions),
  };
  const experiment = choice.experiment ?? process.env["MLFLOW_EXPERIMENT_NAME"] ?? MLFLOW_EXPERIMENT;
  const result = await logRun(client, experiment, logged, choice.onProgress);
  await keepVersions(store, versions, result);
  return result;
}

/** Logs a run that has ended, where a server is named. Never throws what concerns the server. */
export async function logByItself(
  store: Store,
  id: string,
  choice: MlflowChoice = {},
): Promise<{ mlflow?: MlflowResult; warning?: string }> {
  if (mlflowServer(choice) === undefined) return {};
  try {
    return { mlflow: await logToMlflow(store, id, choice) };
  } catch (failure) {
    if (!(failure instanceof OrbweaverError)) throw failure;
    const what = `the run is not logged to MLflow: ${failure.message}`;
    return { warning: `${what}; log it later with \`orbweaver runs export ${id} --mlflow\`` };
  }
}

/**
 * Moves an alias there as it was moved here, where the version that it names was logged to the server that is named; where that
 * version was not and the one before was, the alias is taken away there. Gives a warning where that failed.
 */
export async function tellAliasToMlflow(
  store: Store,
  { name, alias, version, before }: AliasResult,
  choice: MlflowChoice = {},
): Promise<string | undefined> {
  if (mlflowServer(choice) === undefined) return undefined;
  try {
    const client = await clientOf(choice);
    const { plainAlias } = await import("../registry/mlflow/log-run.ts");
    const named = await loggedVersion(store, client, name, version);
    const there = named ?? (await loggedVersion(store, client, name, before));
    if (there === undefined) return undefined;
    const asked = { name: there.name, alias: plainAlias(alias) };
    if (named !== undefined)
      await client.post("registered-models/alias", { ...asked, version: named.version });
    else await client.delete("registered-models/alias", asked);
    return undefined;
  } catch (failure) {
    const found = failure instanceof Error ? failure.message : String(failure);
    return `the alias ${alias} of ${name} is not changed in MLflow: ${found}; set it there, or promote again when the server is back`;
  }
}

async function clientOf(choice: MlflowChoice): Promise<MlflowClient> {
  const url = mlflowServer(choice);
  if (url === undefined)
    throw new OrbweaverError("usage", "no MLflow server is named", {
      hint: "Name it with --mlflow URL, or in MLFLOW_TRACKING_URI.",
    });
  const { mlflowClient } = await import("../registry/mlflow/client.ts");
  const { env } = process;
  return mlflowClient({
    url,
    token: env["MLFLOW_TRACKING_TOKEN"],
    user: env["MLFLOW_TRACKING_USERNAME"],
    password: env["MLFLOW_TRACKING_PASSWORD"],
    signal: choice.signal,
  });
}

/** Figures by iteration, where the run kept some. */
export async function progressOf(store: Store, run: Run): Promise<LoggedRun["progress"]> {
  if (!run.artefacts?.some(({ name }) => name === "progress.json")) return [];
  const { bytes } = await readArtefact(store, run.id, "progress.json");
  return JSON.parse(new TextDecoder().decode(bytes)) as LoggedRun["progress"];
}

async function withAliases(store: Store, versions: readonly ModelVersion[]): Promise<LoggedRun["versions"]> {
  const found: { version: ModelVersion; aliases: string[] }[] = [];
  for (const version of versions) {
    const { name } = await showModel(store, version.name);
    const aliases = Object.entries(name.aliases).filter(([, alias]) => alias.version === version.version);
    found.push({ version, aliases: aliases.map(([alias]) => alias) });
  }
  return found;
}

// --- which version there is which of ours ---------------------------------------------------------------------------

function documentId(name: string, version: number): string {
  return `${name}.${version}`;
}

async function keepVersions(
  store: Store,
  versions: readonly ModelVersion[],
  { server, versions: made }: MlflowResult,
): Promise<void> {
  for (const [index, { name, version, object }] of versions.entries()) {
    const there = made[index];
    if (there === undefined) continue;
    const body: LoggedVersion = { server, object, name: there.name, version: there.version };
    const id = documentId(name, version);
    await store.commit([{ collection: COLLECTION, id, body: body as unknown as Json }]);
  }
}

async function loggedVersion(
  store: Store,
  { server }: MlflowClient,
  name: string,
  version: number | undefined,
): Promise<LoggedVersion | undefined> {
  if (version === undefined) return undefined;
  const found = (await store.read(COLLECTION, documentId(name, version)))?.body as unknown as
    | LoggedVersion
    | undefined;
  if (found?.server !== server) return undefined;
  const { versions } = await showModel(store, name);
  const isSame = versions.some((one) => one.version === version && one.object === found.object);
  return isSame ? found : undefined;
}
