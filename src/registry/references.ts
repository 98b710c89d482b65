// What one writes to mean a model: a file, the bundled one, or a version of the registry by name, alias or number.
//
//     models/kdd.orb   ./kdd   bundled   kdd   kdd@challenger   kdd:3

import { OrbweaverError } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import { CHAMPION, type ModelName, type ModelVersion } from "./contract.ts";
import { readName, readVersion } from "./models.ts";
import { BUNDLED, isName } from "./names.ts";

export type Reference =
  | { kind: "file"; path: string }
  | { kind: "bundled" }
  | { kind: "version"; name: string; version: number }
  | { kind: "alias"; name: string; alias: string }
  /** Its champion, else its newest version. */
  | { kind: "name"; name: string };

/** What a text means; undefined where it cannot be a reference to the registry, and so is a file. */
export function registryReference(text: string): Exclude<Reference, { kind: "file" }> | undefined {
  if (text === BUNDLED) return { kind: "bundled" };
  const [, name = "", mark, rest = ""] = /^([^:@]*)(?:([:@])(.*))?$/s.exec(text) ?? [];
  if (!isName(name)) return undefined;
  if (mark === undefined) return { kind: "name", name };
  if (mark === "@") return isName(rest) ? { kind: "alias", name, alias: rest } : undefined;
  return /^[1-9]\d{0,8}$/.test(rest) ? { kind: "version", name, version: Number(rest) } : undefined;
}

/** What a text means. What has the form of a path is a file. */
export function parseReference(text: string): Reference {
  return registryReference(text) ?? { kind: "file", path: text };
}

export function referenceText(reference: Reference): string {
  switch (reference.kind) {
    case "file":
      return reference.path;
    case "bundled":
      return BUNDLED;
    case "name":
      return reference.name;
    case "alias":
      return `${reference.name}@${reference.alias}`;
    case "version":
      return `${reference.name}:${reference.version}`;
  }
}

/**
 * The version that a reference means now.
 *
 * @throws `model-unknown`, `alias-unknown`
 */
export async function resolveReference(
  store: Store,
  reference: Extract<Reference, { name: string }>,
): Promise<ModelVersion> {
  const name = await readName(store, reference.name);
  return readVersion(store, reference.name, numberOf(name, reference));
}

function numberOf(model: ModelName, reference: Extract<Reference, { name: string }>): number {
  switch (reference.kind) {
    case "version":
      return reference.version;
    case "alias":
      return aliasVersion(model, reference.alias);
    case "name":
      return model.aliases[CHAMPION]?.version ?? model.versions.at(-1) ?? aliasVersion(model, CHAMPION);
  }
}

function aliasVersion({ name, aliases }: ModelName, alias: string): number {
  const found = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (found !== undefined) return found.version;
  const known = Object.keys(aliases).sort();
  const has = known.length === 0 ? "it has no aliases" : `its aliases are ${known.join(", ")}`;
  throw new OrbweaverError("alias-unknown", `model '${name}' has no alias '${alias}'; ${has}`);
}
