// Use cases of the registry: runs and models, looked up, changed, brought elsewhere. Each takes an open store, so that a server
// keeps one; `inStore` opens that of a place. The registry itself is loaded when something is asked of it.

import { OrbweaverError } from "../base/errors.ts";
import { METRICS } from "../evaluate/metric-table.ts";
import type { AliasResult } from "../registry/aliases.ts";
import type { Artefact, ModelName, ModelVersion, Run, RunKind, RunState } from "../registry/contract.ts";
import type { Store } from "../store/contract.ts";
import { readBytes, writeWhole } from "./file.ts";
import { bundledModelPath, decodedModel, type Model, type ModelFile } from "./models.ts";
import { openPlace, type Place, type PlaceOptions } from "./place.ts";
import { finite } from "./plain-json.ts";
import { parseRun, type RunRecord } from "./runs.ts";

export type { AliasResult } from "../registry/aliases.ts";
export type {
  Alias,
  Artefact,
  ModelName,
  ModelVersion,
  Run,
  RunKind,
  RunState,
} from "../registry/contract.ts";

/** Does work with the store of a place, and closes it. */
export async function inStore<Result>(
  options: PlaceOptions,
  work: (store: Store, place: Place) => Promise<Result>,
): Promise<Result> {
  const { place, store } = await openPlace(options);
  try {
    return await work(store, place);
  } finally {
    await store.close();
  }
}

// --- references -------------------------------------------------------------------------------------------------

/** The model that a reference to the registry means; undefined for what cannot be one. */
export async function registeredModel(
  reference: string,
  place: PlaceOptions = {},
): Promise<ModelFile | undefined> {
  const { registryReference } = await import("../registry/references.ts");
  const parsed = registryReference(reference);
  if (parsed === undefined) return undefined;
  if (parsed.kind === "bundled") {
    const path = bundledModelPath();
    return { bytes: await readBytes(path), path };
  }
  return inStore(place, async (store) => {
    const version = await findVersion(store, reference);
    return { bytes: await store.readObject(version.object), version };
  });
}

/** The version that NAME, NAME@ALIAS or NAME:VERSION means now. Throws `model-unknown`, `alias-unknown`, `name-invalid`. */
export async function findVersion(store: Store, reference: string): Promise<ModelVersion> {
  const { registryReference, resolveReference } = await import("../registry/references.ts");
  const parsed = registryReference(reference);
  if (parsed !== undefined && parsed.kind !== "bundled") return resolveReference(store, parsed);
  throw new OrbweaverError(
    "name-invalid",
    `'${reference}' means no model of the registry, expected NAME, NAME@ALIAS or NAME:VERSION`,
  );
}

// --- models -----------------------------------------------------------------------------------------------------

/** All names, each with its versions. */
export async function listModels(store: Store): Promise<{ name: ModelName; versions: ModelVersion[] }[]> {
  const { listNames, listVersions } = await import("../registry/models.ts");
  const [names, versions] = [await listNames(store), await listVersions(store)];
  return names.map((name) => ({ name, versions: versions.filter((version) => version.name === name.name) }));
}

/** Throws `model-unknown`. */
export async function showModel(
  store: Store,
  name: string,
): Promise<{ name: ModelName; versions: ModelVersion[] }> {
  const { listVersions, readName } = await import("../registry/models.ts");
  return { name: await readName(store, name), versions: await listVersions(store, name) };
}

export interface RegisterOptions {
  name: string;
  /** Run that made it. */
  run?: string;
  /** What it was read from, as it is called. */
  source?: string;
  by?: string;
  /** Figures to tell of it, beside those of its training. */
  metrics?: Record<string, number>;
}

/** Registers a model file as the next version of a name. Throws `name-invalid`, and what decoding a model throws. */
export async function registerModel(
  store: Store,
  bytes: Uint8Array,
  { name, run, source, by, metrics }: RegisterOptions,
): Promise<ModelVersion> {
  const [{ registerVersion }, { requireName }] = await Promise.all([
    import("../registry/models.ts"),
    import("../registry/names.ts"),
  ]);
  requireName(name, "model");
  const { manifest } = decodedModel(bytes, source ?? name);
  const { object, bytes: size } = await store.putObject(bytes);
  const { id, fingerprint, columns } = manifest.schema;
  return registerVersion(store, {
    name,
    created: new Date().toISOString(),
    object,
    bytes: size,
    ...(run !== undefined && { run }),
    ...(source !== undefined && { source }),
    ...(by !== undefined && { by }),
    schema: { id, fingerprint, columns: columns.length },
    classes: manifest.classes,
    benignClasses: manifest.benignClasses,
    learner: manifest.training.learner,
    metrics: finite({ ...manifest.training.metrics, ...metrics }),
  });
}

/** Registers the model that a training made. Throws `run-unknown`, `artefact-unknown`, and as `registerModel`. */
export async function registerRun(
  store: Store,
  id: string,
  options: Pick<RegisterOptions, "name" | "by">,
): Promise<ModelVersion> {
  const { run } = await showRun(store, id);
  const { bytes } = await readArtefact(store, run.id, "model.orb");
  return registerModel(store, bytes, { ...options, run: run.id, metrics: run.metrics });
}

/** Registers a file. */
export async function registerModelFile(
  store: Store,
  path: string,
  options: RegisterOptions,
): Promise<ModelVersion> {
  return registerModel(store, await readBytes(path), { source: path, ...options });
}

export interface AliasOptions {
  /** Default: champion. */
  alias?: string;
  by?: string;
  /** Version that the alias must name now, 0 for none. */
  expected?: number;
}

/** Lets an alias name the version that a reference means. */
export async function promoteModel(
  store: Store,
  reference: string,
  options: AliasOptions = {},
): Promise<AliasResult> {
  const { promote } = await import("../registry/aliases.ts");
  const { name, version } = await newestUnlessNamed(store, reference);
  return promote(store, { ...(await aliasRequest(name, options)), version });
}

/** To promote a name means its newest version, not the one that it means already. */
async function newestUnlessNamed(
  store: Store,
  reference: string,
): Promise<{ name: string; version: number }> {
  const { registryReference } = await import("../registry/references.ts");
  const parsed = registryReference(reference);
  if (parsed?.kind !== "name") return findVersion(store, reference);
  const { name } = await showModel(store, parsed.name);
  return { name: parsed.name, version: name.versions.at(-1) ?? 1 };
}

/** Lets an alias name what it named before. */
export async function rollBackModel(
  store: Store,
  name: string,
  options: AliasOptions = {},
): Promise<AliasResult> {
  const { rollBack } = await import("../registry/aliases.ts");
  return rollBack(store, await aliasRequest(name, options));
}

/** Takes an alias away. */
export async function removeModelAlias(
  store: Store,
  name: string,
  options: AliasOptions = {},
): Promise<AliasResult> {
  const { removeAlias } = await import("../registry/aliases.ts");
  return removeAlias(store, await aliasRequest(name, options));
}

async function aliasRequest(name: string, { alias, by, expected }: AliasOptions) {
  const { CHAMPION } = await import("../registry/contract.ts");
  return { name, alias: alias ?? CHAMPION, by, expected, at: new Date().toISOString() };
}

/** Removes versions (NAME:VERSION), or names with all their versions. Throws `model-unknown`, `model-in-use`. */
export async function removeModels(store: Store, references: readonly string[]): Promise<string[]> {
  const [{ removeName, removeVersion }, { parseReference }] = await Promise.all([
    import("../registry/models.ts"),
    import("../registry/references.ts"),
  ]);
  const removed: string[] = [];
  for (const text of references) {
    const parsed = parseReference(text);
    if (parsed.kind === "version") await removeVersion(store, parsed.name, parsed.version);
    else if (parsed.kind === "name") await removeName(store, parsed.name);
    else
      throw new OrbweaverError(
        "name-invalid",
        `'${text}' is not to be removed, expected NAME:VERSION or NAME`,
      );
    removed.push(text);
  }
  return removed;
}

/** Writes the model file of a version. */
export async function exportModelFile(store: Store, reference: string, to: string): Promise<ModelVersion> {
  const version = await findVersion(store, reference);
  await writeWhole(to, await store.readObject(version.object));
  return version;
}

// --- runs -------------------------------------------------------------------------------------------------------

export interface RunFilter {
  kind?: RunKind;
  state?: RunState;
  /** File or reference as the run names it, or a name of the registry. */
  model?: string;
  /** Id of the schema. */
  schema?: string;
  learner?: string;
  /** SHA-256 of the model file that was made or judged. */
  object?: string;
  /** A data set with all its parts, or the name of a file: "nsl" finds nsl and nsl@train. */
  rows?: string;
  /** Name of a metric, best first; else newest first. */
  sort?: string;
  limit?: number;
}

/** Throws `parameter-invalid` where no run has the metric that is to be sorted by. */
export async function listRuns(store: Store, filter: RunFilter = {}): Promise<Run[]> {
  const { listRuns: all } = await import("../registry/runs.ts");
  const runs = await all(store);
  const { kind, state, model, schema, learner, object, rows, sort, limit } = filter;
  const registered = model === undefined ? undefined : await runsOfName(store, model);
  const found = runs.filter(
    (run) =>
      (kind === undefined || run.kind === kind) &&
      (state === undefined || run.state === state) &&
      (schema === undefined || run.schema?.id === schema) &&
      (learner === undefined || run.learner === learner) &&
      (object === undefined || run.modelObject === object) &&
      (rows === undefined || run.rows.some((name) => isOf(name, rows))) &&
      (model === undefined || run.model === model || registered?.has(run.id) === true),
  );
  return (sort === undefined ? found : sorted(found, sort)).slice(0, limit);
}

/** As `listRuns`, so many from `offset` on, and how many there are. Without a filter only those are read. */
export async function pageOfRuns(
  store: Store,
  filter: Omit<RunFilter, "limit">,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ total: number; runs: Run[] }> {
  if (Object.values(filter).every((asked) => asked === undefined)) {
    const { newestRuns } = await import("../registry/runs.ts");
    return newestRuns(store, { offset, limit });
  }
  const runs = await listRuns(store, filter);
  return { total: runs.length, runs: runs.slice(offset, offset + limit) };
}

/** Whether rows are those of a data set, or a file of this name. */
function isOf(name: string, wanted: string): boolean {
  return (
    name === wanted ||
    (/^[:@]/.test(name.slice(wanted.length)) && name.startsWith(wanted)) ||
    name.endsWith(`/${wanted}`)
  );
}

/** Runs that made a version of a name. */
async function runsOfName(store: Store, name: string): Promise<Set<string>> {
  const { listVersions } = await import("../registry/models.ts");
  return new Set((await listVersions(store, name)).flatMap(({ run }) => run ?? []));
}

/** Best first; those without the metric last. */
function sorted(runs: Run[], metric: string): Run[] {
  const named = new Set(runs.flatMap((run) => Object.keys(run.metrics ?? {})));
  if (runs.length > 0 && !named.has(metric))
    throw new OrbweaverError(
      "parameter-invalid",
      `no run has the metric '${metric}'; the runs have ${[...named].sort().join(", ") || "none"}`,
      { hint: "Sort by one of these; names are those of `orbweaver runs show`." },
    );
  const sign = isGreaterBetter(metric) ? -1 : 1;
  const value = (run: Run): number => run.metrics?.[metric] ?? Number.NaN;
  return [...runs].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return sign * (left - right);
  });
}

function isGreaterBetter(metric: string): boolean {
  const known = METRICS.find(({ id }) => id === metric);
  return known?.greaterIsBetter ?? !/loss|error|brier|falseAlarm/i.test(metric);
}

/** A run with the versions that it made. Throws `run-unknown`. */
export async function showRun(store: Store, id: string): Promise<{ run: Run; versions: ModelVersion[] }> {
  const [{ readRun }, { listVersions }] = await Promise.all([
    import("../registry/runs.ts"),
    import("../registry/models.ts"),
  ]);
  const run = await readRun(store, id);
  return { run, versions: (await listVersions(store)).filter((version) => version.run === run.id) };
}

/** Bytes of what a run left. Throws `run-unknown`, `artefact-unknown`. */
export async function readArtefact(
  store: Store,
  id: string,
  name: string,
): Promise<{ artefact: Artefact; bytes: Uint8Array }> {
  const { run } = await showRun(store, id);
  const artefact = run.artefacts?.find((one) => one.name === name);
  if (artefact !== undefined) return { artefact, bytes: await store.readObject(artefact.object) };
  const names = run.artefacts?.map((one) => one.name) ?? [];
  throw new OrbweaverError(
    "artefact-unknown",
    `run ${run.id} left no '${name}'; it left ${names.length === 0 ? "nothing" : names.join(", ")}`,
  );
}

/** The model that a training made. Throws `run-unknown`, `artefact-unknown`, what decoding throws. */
export async function modelOfRun(store: Store, id: string): Promise<Model> {
  const { bytes } = await readArtefact(store, id, "model.orb");
  return decodedModel(bytes, `model of run ${id}`);
}

/** The record that the training wrote. Throws `run-unknown`, `artefact-unknown`, `run-invalid`. */
export async function recordOfRun(id: string, place: PlaceOptions = {}): Promise<RunRecord> {
  return inStore(place, (store) => storedRecord(store, id));
}

/** The same from a store that is open. */
export async function storedRecord(store: Store, id: string): Promise<RunRecord> {
  const { bytes } = await readArtefact(store, id, "record.json");
  return parseRun(`record of run ${id}`, bytes);
}

/** Removes runs, and what nothing names any more. Throws `run-unknown`, `run-running`. */
export async function removeRuns(
  store: Store,
  ids: readonly string[],
): Promise<{ removed: string[]; bytes: number }> {
  const { removeRun } = await import("../registry/runs.ts");
  const removed: string[] = [];
  for (const id of ids) removed.push((await removeRun(store, id)).id);
  const { bytes } = await store.sweepObjects();
  return { removed, bytes };
}
