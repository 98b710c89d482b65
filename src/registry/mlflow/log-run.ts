// Logs a run to MLflow: experiment, run, parameters, figures by iteration, files, and the versions and aliases that it has.
//
// What it guarantees: requests stay within MLflow's limits (1,000 metrics, 100 parameters, 100 tags, 1,000 together, 1 MB), and
// keys and values within what MLflow takes: what has other characters or is longer is written with _ or cut. A run
// that could not be logged to its end is marked FAILED there. Source: MLflow's REST reference (service.proto, model_registry.proto)
// and mlflow/utils/validation.py.

import { OrbweaverError } from "../../base/errors.ts";
import type { ModelVersion, Run, RunState } from "../contract.ts";
import { MlflowAbsent, type MlflowClient } from "./client.ts";

export interface LoggedRun {
  run: Run;
  /** Ascending. */
  progress: readonly { done: number; metrics: Readonly<Record<string, number>> }[];
  /** Files by path below the run's artefacts, each read when it is sent. */
  files: readonly { path: string; type: string; read: () => Promise<Uint8Array> }[];
  /** Versions of the registry that the run made, with their aliases. */
  versions: readonly { version: ModelVersion; aliases: readonly string[] }[];
}

export interface MlflowResult {
  server: string;
  experiment: string;
  /** Id of the run there. */
  run: string;
  versions: { name: string; version: string }[];
}

interface Metric {
  key: string;
  value: number;
  timestamp: number;
  step: number;
}

interface Pair {
  key: string;
  value: string;
}

interface CreatedRun {
  run: { info: { run_id: string; artifact_uri?: string } };
}

/** Metrics of one request: with keys of 250 characters some 350 kB of JSON, below the 1 MB that a request may have. */
const METRICS_AT_ONCE = 1_000;
/** Of the 100 that a request may have, fewer: 25 values of 6,000 characters of at most three bytes are 450 kB. */
const PARAMS_AT_ONCE = 25;
const TAGS_AT_ONCE = 25;
const KEY_MAX = 250;
const PARAM_MAX = 6_000;
const TAG_MAX = 5_000;
const ALIAS_MAX = 255;

const STATUS: Readonly<Record<RunState, string>> = {
  running: "RUNNING",
  finished: "FINISHED",
  failed: "FAILED",
  cancelled: "KILLED",
  interrupted: "KILLED",
};

/** Throws `mlflow-unreachable`, `mlflow-auth`, `mlflow-refused`, `cancelled`. */
export async function logRun(
  client: MlflowClient,
  experiment: string,
  logged: LoggedRun,
  onProgress: (step: string) => void = () => undefined,
): Promise<MlflowResult> {
  onProgress("looking for the experiment");
  const experimentId = await experimentNamed(client, experiment);
  const { run } = logged;
  const created = await client.post<CreatedRun>("runs/create", {
    experiment_id: experimentId,
    run_name: run.id,
    start_time: Date.parse(run.started),
    tags: [],
  });
  const { run_id: id, artifact_uri: uri } = created.run.info;
  try {
    await logFacts(client, id, logged);
    await sendFiles(client, uri ?? "", logged, onProgress);
    await update(client, id, run, STATUS[run.state]);
    onProgress("registering versions");
    const versions = await register(client, id, uri ?? "", logged);
    return { server: client.server, experiment, run: id, versions };
  } catch (failure) {
    await update(client, id, run, "FAILED").catch(() => undefined);
    throw told(client, failure);
  }
}

async function update(client: MlflowClient, id: string, run: Run, status: string): Promise<void> {
  const ended = run.ended === undefined ? {} : { end_time: Date.parse(run.ended) };
  await client.post("runs/update", { run_id: id, status, ...ended });
}

/** Its id; made where there is none. */
async function experimentNamed(client: MlflowClient, name: string): Promise<string> {
  try {
    type Found = { experiment: { experiment_id: string } };
    const found = await client.get<Found>("experiments/get-by-name", { experiment_name: name });
    return found.experiment.experiment_id;
  } catch (failure) {
    if (!(failure instanceof MlflowAbsent)) throw failure;
  }
  const made = await client
    .post<{ experiment_id: string }>("experiments/create", { name })
    .catch((failure: unknown) => {
      throw told(client, failure);
    });
  return made.experiment_id;
}

// --- facts ------------------------------------------------------------------------------------------------------

async function logFacts(client: MlflowClient, id: string, logged: LoggedRun): Promise<void> {
  const { run } = logged;
  const send = (body: object): Promise<unknown> => client.post("runs/log-batch", { run_id: id, ...body });
  for (const metrics of batches(metricsOf(logged), METRICS_AT_ONCE)) await send({ metrics });
  for (const params of batches(pairsOf(paramsOf(run), PARAM_MAX), PARAMS_AT_ONCE)) await send({ params });
  for (const tags of batches(pairsOf(tagsOf(run), TAG_MAX), TAGS_AT_ONCE)) await send({ tags });
}

function metricsOf({ run, progress }: LoggedRun): Metric[] {
  const [start, end] = [Date.parse(run.started), Date.parse(run.ended ?? run.started)];
  const last = progress.at(-1)?.done ?? 0;
  const metric = (key: string, value: number, step: number): Metric => ({
    key: plainKey(key),
    value,
    step,
    // Moments of iterations are not kept: they are spread over the run.
    timestamp: Math.round(start + (end - start) * (last === 0 ? 1 : step / last)),
  });
  const all = [
    ...progress.flatMap(({ done, metrics }) =>
      Object.entries(metrics).map(([key, value]) => metric(`iteration/${key}`, value, done)),
    ),
    ...Object.entries(run.metrics ?? {}).map(([key, value]) => metric(key, value, last)),
  ];
  return all.filter(({ value }) => Number.isFinite(value));
}

function paramsOf({ parameters, options, learner, seed, kind }: Run): Record<string, unknown> {
  const given = Object.entries(options).map(([name, value]) => [`option/${name}`, value]);
  return {
    kind,
    ...(learner !== undefined && { learner }),
    ...(seed !== undefined && { seed }),
    ...parameters,
    ...Object.fromEntries(given),
  };
}

function tagsOf(run: Run): Record<string, unknown> {
  const { id, release, rows, schema, data, model, modelObject, by } = run;
  return {
    "orbweaver.run": id,
    "orbweaver.release": release,
    "orbweaver.rows": rows,
    "mlflow.source.name": "orbweaver",
    "mlflow.source.type": "LOCAL",
    ...(by !== undefined && { "mlflow.user": by }),
    ...(model !== undefined && { "orbweaver.model": model }),
    ...(modelObject !== undefined && { "orbweaver.model.sha256": modelObject }),
    ...(schema && { "orbweaver.schema": schema.id, "orbweaver.schema.fingerprint": schema.fingerprint }),
    ...(data && { "orbweaver.data.fingerprint": data.fingerprint, "orbweaver.data.rows": data.rows }),
  };
}

/** Every key once: of two that became the same the first counts. */
function pairsOf(values: Readonly<Record<string, unknown>>, longest: number): Pair[] {
  const pairs = new Map<string, string>();
  for (const [name, value] of Object.entries(values)) {
    const key = plainKey(name);
    const text = Array.isArray(value) ? value.join(", ") : String(value);
    if (!pairs.has(key)) pairs.set(key, text.slice(0, longest));
  }
  return [...pairs].map(([key, value]) => ({ key, value }));
}

/** Letters, digits, _ - . / and blanks, and no path that means another one. */
export function plainKey(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_\-. /]/g, "_");
  const parts = plain.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.join("/").slice(0, KEY_MAX).replace(/\/+$/, "") || "_";
}

function* batches<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

// --- files ------------------------------------------------------------------------------------------------------

const PROXY = "mlflow-artifacts:";

/** Sends files by the server's proxy of artefacts, the one way that needs no storage of ours. */
async function sendFiles(
  client: MlflowClient,
  uri: string,
  { files }: LoggedRun,
  onProgress: (step: string) => void,
): Promise<void> {
  if (files.length === 0) return;
  if (!uri.startsWith(PROXY))
    throw new OrbweaverError(
      "mlflow-refused",
      `the MLflow server ${client.server} keeps artefacts at ${uri.split(":", 1)[0] || "no address"}:, expected ${PROXY}`,
      { hint: "Start the tracking server with --serve-artifacts and without --default-artifact-root." },
    );
  const root = new URL(uri).pathname.replace(/^\/+/, "");
  for (const { path, type, read } of files) {
    onProgress(`sending ${path}`);
    const parts = `${root}/${path}`.split("/").filter((part) => part !== "");
    const place = parts.map(encodeURIComponent).join("/");
    await client.put(`api/2.0/mlflow-artifacts/artifacts/${place}`, await read(), type);
  }
}

// --- versions ---------------------------------------------------------------------------------------------------

async function register(
  client: MlflowClient,
  id: string,
  uri: string,
  { versions }: LoggedRun,
): Promise<MlflowResult["versions"]> {
  const registered: MlflowResult["versions"] = [];
  for (const { version, aliases } of versions) {
    const { name } = version;
    await nameThere(client, name);
    const made = await client.post<{ model_version: { version: string } }>("model-versions/create", {
      name,
      source: `${uri}/model`,
      run_id: id,
      tags: [
        { key: "orbweaver.version", value: String(version.version) },
        { key: "orbweaver.sha256", value: version.object },
      ],
    });
    const number = String(made.model_version.version);
    for (const alias of aliases)
      await client.post("registered-models/alias", { name, alias: plainAlias(alias), version: number });
    registered.push({ name, version: number });
  }
  return registered;
}

async function nameThere(client: MlflowClient, name: string): Promise<void> {
  try {
    await client.get("registered-models/get", { name });
  } catch (failure) {
    if (!(failure instanceof MlflowAbsent)) throw failure;
    await client.post("registered-models/create", { name });
  }
}

/** Letters, digits, _ and -; neither `latest` nor what looks like a version. */
export function plainAlias(alias: string): string {
  const plain = alias.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, ALIAS_MAX - 1);
  return /^(latest|v\d+)$/i.test(plain) ? `${plain}_` : plain;
}

/** What is not there although it was made a moment ago is a refusal like others. */
function told(client: MlflowClient, failure: unknown): unknown {
  if (!(failure instanceof MlflowAbsent)) return failure;
  return new OrbweaverError(
    "mlflow-refused",
    `the MLflow server ${client.server} does not find ${failure.message}`,
  );
}
