// Aliases of a model: names for versions that move. Promoting sets one, rolling back goes to the version that it named before.
//
// What it guarantees: an alias names a version that is there, and each change is one commit, so that whoever looks sees the old or
// the new version. With `expected` a change is made only while the alias names that version.

import { OrbweaverError } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import type { Alias, AliasChange, ModelName } from "./contract.ts";
import { changing, nameChange, readNameDocument, readVersion } from "./models.ts";
import { requireName } from "./names.ts";

/** Versions that rolling back can go to. */
const BEFORE_MAX = 100;
/** Changes that are told. */
const HISTORY_MAX = 500;

export interface AliasRequest {
  name: string;
  alias: string;
  /** Moment in UTC, ISO 8601. */
  at: string;
  by?: string;
  /** Version that the alias must name now, 0 for none; else `store-conflict`. */
  expected?: number;
}

export interface AliasResult {
  name: string;
  alias: string;
  /** Undefined where it was taken away. */
  version?: number;
  /** What it named before. */
  before?: number;
}

/** Sets an alias. Throws `model-unknown`, `name-invalid`, `store-conflict`. */
export function promote(store: Store, request: AliasRequest & { version: number }): Promise<AliasResult> {
  requireName(request.alias, "alias");
  return changed(store, request, "promote", async (alias) => {
    await readVersion(store, request.name, request.version);
    if (alias?.version === request.version) return alias;
    const before = alias === undefined ? [] : [...alias.before, alias.version].slice(-BEFORE_MAX);
    return { version: request.version, before };
  });
}

/** Goes back to the version that the alias named before. Throws `model-unknown`, `alias-unknown`, `store-conflict`. */
export function rollBack(store: Store, request: AliasRequest): Promise<AliasResult> {
  return changed(store, request, "roll back", async (alias) => {
    const { version } = required(request, alias);
    const before = alias?.before.filter((one) => one !== version) ?? [];
    const back = before.at(-1);
    if (back !== undefined) return { version: back, before: before.slice(0, -1) };
    throw new OrbweaverError(
      "alias-unknown",
      `'${request.name}@${request.alias}' named no version before ${version}`,
      { hint: "Name a version with `orbweaver models promote NAME:VERSION`." },
    );
  });
}

/** Takes an alias away. Throws `model-unknown`, `alias-unknown`, `store-conflict`. */
export function removeAlias(store: Store, request: AliasRequest): Promise<AliasResult> {
  return changed(store, request, "remove", async (alias) => {
    required(request, alias);
    return undefined;
  });
}

function required({ name, alias }: AliasRequest, found: Alias | undefined): Alias {
  if (found !== undefined) return found;
  throw new OrbweaverError("alias-unknown", `model '${name}' has no alias '${alias}'`);
}

function changed(
  store: Store,
  request: AliasRequest,
  how: AliasChange["how"],
  change: (alias: Alias | undefined) => Promise<Alias | undefined>,
): Promise<AliasResult> {
  const { name, alias, at, by, expected } = request;
  return changing(async () => {
    const { model, revision } = await readNameDocument(store, name);
    const before = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
    if (expected !== undefined && expected !== (before?.version ?? 0))
      throw new AliasMoved(name, alias, before?.version, expected);
    const after = await change(before);
    const told = {
      alias,
      at,
      how,
      ...(after && { version: after.version }),
      ...(by !== undefined && { by }),
    };
    if (after !== before) await store.commit([nameChange(withAlias(model, told, after), revision)]);
    return {
      name,
      alias,
      ...(after && { version: after.version }),
      ...(before && { before: before.version }),
    };
  }).catch((failure: unknown) => {
    throw failure instanceof AliasMoved ? failure.told() : failure;
  });
}

function withAlias(
  model: ModelName,
  told: ModelName["history"][number],
  alias: Alias | undefined,
): ModelName {
  const { [told.alias]: _, ...others } = model.aliases;
  const aliases = alias === undefined ? others : { ...others, [told.alias]: alias };
  return { ...model, aliases, history: [...model.history, told].slice(-HISTORY_MAX) };
}

/** No conflict that trying again would mend. */
class AliasMoved extends Error {
  constructor(name: string, alias: string, found: number | undefined, expected: number) {
    const is = found === undefined ? "is not set" : `names version ${found}`;
    super(
      `'${name}@${alias}' ${is}, expected ${expected === 0 ? "that it is not set" : `version ${expected}`}`,
    );
  }

  told(): OrbweaverError {
    return new OrbweaverError("store-conflict", this.message);
  }
}
