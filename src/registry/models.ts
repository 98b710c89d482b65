// Versions of models: registered under a name with the next number, looked up, removed.
//
// What it guarantees: numbers are given once, a version appears with everything that belongs to it, and one that an alias names
// cannot go. Where others change a name at the same time, what was asked for is done on what they left.

import { OrbweaverError } from "../base/errors.ts";
import type { Change, Json, Store } from "../store/contract.ts";
import { MODELS, type ModelName, type ModelVersion, VERSIONS } from "./contract.ts";
import { checkedForm, nameForm, versionForm } from "./forms.ts";
import { requireName } from "./names.ts";

/** How often a change is tried again that others came before. */
const ATTEMPTS = 50;

export type NewVersion = Omit<ModelVersion, "version">;

/** Throws `model-unknown`. */
export async function readName(store: Store, name: string): Promise<ModelName> {
  return (await readNameDocument(store, name)).model;
}

/** A name with the revision that a change may expect. Throws `model-unknown`. */
export async function readNameDocument(
  store: Store,
  name: string,
): Promise<{ model: ModelName; revision: number }> {
  const document = await store.read(MODELS, name);
  if (document === undefined) throw new OrbweaverError("model-unknown", `there is no model '${name}'`);
  return { model: checkedForm(nameForm, document, `model '${name}'`), revision: document.revision };
}

/** Throws `model-unknown`. */
export async function readVersion(store: Store, name: string, version: number): Promise<ModelVersion> {
  const document = await store.read(VERSIONS, versionId(name, version));
  if (document !== undefined) return checkedForm(versionForm, document, `version '${name}:${version}'`);
  const { versions } = await readName(store, name);
  throw new OrbweaverError(
    "model-unknown",
    `model '${name}' has no version ${version}; it has ${versions.length === 0 ? "none" : versions.join(", ")}`,
  );
}

/** All names, by name. */
export async function listNames(store: Store): Promise<ModelName[]> {
  return (await store.list(MODELS)).map(({ body }) => body as unknown as ModelName);
}

/** All versions of a name, or of all, by name and number. */
export async function listVersions(store: Store, name?: string): Promise<ModelVersion[]> {
  const documents = await store.list(VERSIONS);
  const versions = documents.map(({ body }) => body as unknown as ModelVersion);
  return name === undefined ? versions : versions.filter((version) => version.name === name);
}

/** Gives it the next number of its name. The model file is an object already. Throws `name-invalid`. */
export async function registerVersion(store: Store, given: NewVersion): Promise<ModelVersion> {
  requireName(given.name, "model");
  return changing(async () => {
    const document = await store.read(MODELS, given.name);
    const before: ModelName =
      document === undefined
        ? { name: given.name, created: given.created, newest: 0, versions: [], aliases: {}, history: [] }
        : checkedForm(nameForm, document, `model '${given.name}'`);
    const version: ModelVersion = { ...given, version: before.newest + 1 };
    const after = { ...before, newest: version.version, versions: [...before.versions, version.version] };
    await store.commit([nameChange(after, document?.revision ?? 0), versionChange(version)]);
    return version;
  });
}

/** Removes a version. Throws `model-unknown`, `model-in-use`. */
export async function removeVersion(store: Store, name: string, version: number): Promise<ModelVersion> {
  return changing(async () => {
    const { model, revision } = await readNameDocument(store, name);
    const removed = await readVersion(store, name, version);
    const names = Object.entries(model.aliases).filter(([, alias]) => alias.version === version);
    if (names.length > 0)
      throw new OrbweaverError(
        "model-in-use",
        `'${name}:${version}' is ${names.map(([alias]) => `${name}@${alias}`).join(", ")}`,
      );
    const aliases = Object.fromEntries(
      Object.entries(model.aliases).map(([alias, { before, ...kept }]) => [
        alias,
        { ...kept, before: before.filter((one) => one !== version) },
      ]),
    );
    const after = { ...model, versions: model.versions.filter((one) => one !== version), aliases };
    await store.commit([
      nameChange(after, revision),
      { collection: VERSIONS, id: versionId(name, version), removed: true },
    ]);
    return removed;
  });
}

/** Removes a name with all its versions. Throws `model-unknown`, and `model-in-use` where it has aliases. */
export async function removeName(store: Store, name: string): Promise<ModelName> {
  return changing(async () => {
    const { model, revision } = await readNameDocument(store, name);
    const aliases = Object.keys(model.aliases);
    if (aliases.length > 0)
      throw new OrbweaverError("model-in-use", `model '${name}' has aliases: ${aliases.sort().join(", ")}`);
    const versions = model.versions.map(
      (version): Change => ({ collection: VERSIONS, id: versionId(name, version), removed: true }),
    );
    await store.commit([{ collection: MODELS, id: name, expected: revision, removed: true }, ...versions]);
    return model;
  });
}

/** Numbers have a width, so that the store's order is theirs. */
export function versionId(name: string, version: number): string {
  return `${name}:${String(version).padStart(9, "0")}`;
}

export function nameChange(model: ModelName, expected: number): Change {
  return { collection: MODELS, id: model.name, expected, body: model as unknown as Json };
}

function versionChange(version: ModelVersion): Change {
  const id = versionId(version.name, version.version);
  return { collection: VERSIONS, id, expected: 0, body: version as unknown as Json };
}

/** Does a change again on what others left, where they came before. */
export async function changing<Result>(change: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (failure) {
      const isLate = failure instanceof OrbweaverError && failure.code === "store-conflict";
      if (!isLate || attempt === ATTEMPTS) throw failure;
    }
  }
}
