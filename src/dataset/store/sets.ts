// Data sets in a project: manifests, and objects named by the digest of their bytes.
//
// A manifest appears whole or not at all, and last: what it names is there. Objects that no manifest names any more are
// removed with the data set that named them. Paths are made here and nowhere kept.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import { messageOf, readError, shown, writeError } from "../file-error.ts";
import { type DatasetManifest, manifestForm } from "./contract.ts";
import { DATA_FOLDER, type Project } from "./project.ts";

const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;
/** Files of the project's scratch folder that are older than this were left by a run that died. */
const SCRATCH_AGE_MS = 24 * 3600 * 1000;
let scratchCount = 0;

/** Throws `usage` for a name that no data set may have. */
export function requireName(name: string): void {
  if (NAME.test(name)) return;
  throw new OrbweaverError(
    "usage",
    `'${shown(name)}' cannot be the name of a data set: expected letters, digits, '.', '_' and '-', at most 100`,
  );
}

/** Throws `dataset-unknown`, `dataset-damaged`. */
export async function readManifest(project: Project, name: string): Promise<DatasetManifest> {
  const manifest = NAME.test(name) ? await manifestOrNothing(project, name) : undefined;
  if (manifest !== undefined) return manifest;
  const known = (await namesOf(project)).slice(0, 12);
  const there = known.length === 0 ? "the project has none" : `there are ${known.join(", ")}`;
  throw new OrbweaverError("dataset-unknown", `there is no data set '${shown(name)}'; ${there}`);
}

export async function hasDataset(project: Project, name: string): Promise<boolean> {
  return NAME.test(name) && (await manifestOrNothing(project, name)) !== undefined;
}

/**
 * Writes a manifest. Objects that the manifest which it replaces named, and nobody does any more, are removed. Throws
 * `dataset-exists` unless it may `replace`, and `file-write`.
 */
export async function writeManifest(
  project: Project,
  manifest: DatasetManifest,
  options: { replace: boolean },
): Promise<void> {
  requireName(manifest.name);
  const before = await manifestOrNothing(project, manifest.name);
  if (before !== undefined && !options.replace) throw datasetExists(manifest.name);
  const path = manifestPath(project, manifest.name);
  const temporary = scratchPath(project, "json");
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(dirname(temporary), { recursive: true });
    await writeFile(temporary, `${JSON.stringify(manifestForm.parse(manifest), undefined, 2)}\n`);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeError(path, cause);
  }
  if (before !== undefined) await removeUnused(project, objectsOf(before));
}

export function datasetExists(name: string): OrbweaverError {
  return new OrbweaverError("dataset-exists", `there is a data set '${name}' already`);
}

/** All data sets, by name. */
export async function listManifests(project: Project): Promise<DatasetManifest[]> {
  const manifests: DatasetManifest[] = [];
  for (const name of await namesOf(project)) {
    const manifest = await manifestOrNothing(project, name);
    if (manifest !== undefined) manifests.push(manifest);
  }
  return manifests;
}

/** Removes a data set with the objects that no other one names. Returns the bytes that became free. Throws `dataset-unknown`. */
export async function removeDataset(project: Project, name: string): Promise<{ bytes: number }> {
  const manifest = await readManifest(project, name);
  await rm(manifestPath(project, name));
  await rm(rejectPath(project, name), { force: true });
  await rm(cacheFolder(project), { recursive: true, force: true });
  return { bytes: await removeUnused(project, objectsOf(manifest)) };
}

/** Moves a finished file among the objects. Throws `file-write`. */
export async function addObject(project: Project, path: string): Promise<{ object: string; bytes: number }> {
  const object = await sha256OfFile(path);
  const target = objectPath(project, object);
  try {
    const { size } = await stat(path);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
    return { object, bytes: size };
  } catch (cause) {
    throw writeError(target, cause);
  }
}

export function objectPath(project: Project, object: string): string {
  return join(project.root, DATA_FOLDER, "objects", object.slice(0, 2), `${object}.parquet`);
}

/** The object's path. Throws `dataset-damaged` where it is not there or of another size. */
export async function requireObject(project: Project, object: string, bytes: number): Promise<string> {
  const path = objectPath(project, object);
  const size = await stat(path).then(
    (facts) => facts.size,
    () => -1,
  );
  if (size === bytes) return path;
  const found = size < 0 ? "is missing" : `has ${size} bytes, expected ${bytes}`;
  throw new OrbweaverError("dataset-damaged", `object ${object.slice(0, 12)}… ${found} ('${path}')`);
}

/** A path for a temporary file, on the same file system as the objects. The folder is there once `makeScratch` was called. */
export function scratchPath(project: Project, ending: string): string {
  scratchCount++;
  return join(scratchFolder(project), `${process.pid}-${scratchCount}.${ending}`);
}

/** Makes the folder of temporary files, and removes what runs that died left there. */
export async function makeScratch(project: Project): Promise<void> {
  const folder = scratchFolder(project);
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
  const now = new Date();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && now.getTime() - facts.mtimeMs > SCRATCH_AGE_MS)
      await rm(path, { recursive: true, force: true });
  }
}

export function rejectPath(project: Project, name: string): string {
  return join(project.root, DATA_FOLDER, "rejects", `${name}.csv`);
}

export function cacheFolder(project: Project): string {
  return join(project.root, DATA_FOLDER, "cache");
}

/** A file of the cache was asked for: keep it longer. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** SHA-256 of a file, in hexadecimal. Throws the file errors. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  } catch (cause) {
    throw readError(path, cause);
  }
  return hash.digest("hex");
}

// --- what is kept -------------------------------------------------------------------------------------------

function scratchFolder(project: Project): string {
  return join(project.root, DATA_FOLDER, "scratch");
}

function setsFolder(project: Project): string {
  return join(project.root, DATA_FOLDER, "sets");
}

function manifestPath(project: Project, name: string): string {
  return join(setsFolder(project), `${name}.json`);
}

async function namesOf(project: Project): Promise<string[]> {
  const files = await readdir(setsFolder(project)).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .filter((name) => NAME.test(name))
    .sort();
}

async function manifestOrNothing(project: Project, name: string): Promise<DatasetManifest | undefined> {
  const path = manifestPath(project, name);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw readError(path, cause);
  }
  try {
    return manifestForm.parse(JSON.parse(text));
  } catch (cause) {
    throw new OrbweaverError("dataset-damaged", `'${path}' is no manifest: ${messageOf(cause)}`, { cause });
  }
}

function objectsOf(manifest: DatasetManifest): string[] {
  return [...Object.values(manifest.tables), ...Object.values(manifest.splits)].map(({ object }) => object);
}

/** Removes those objects that no manifest names; returns their bytes. */
async function removeUnused(project: Project, objects: readonly string[]): Promise<number> {
  const used = new Set((await listManifests(project)).flatMap(objectsOf));
  let bytes = 0;
  for (const object of new Set(objects)) {
    if (used.has(object)) continue;
    const path = objectPath(project, object);
    bytes += await stat(path).then(
      (facts) => facts.size,
      () => 0,
    );
    await rm(path, { force: true });
  }
  return bytes;
}
