// Models as the pages show them: those of the registry, and those that are served from elsewhere, by name. Pure.

import type { ModelVersion } from "../train/types.ts";

export interface Served {
  name: string;
  reference: string;
  version: string;
  digest: string;
  isMain: boolean;
  kind: string;
  schema: { id: string; fingerprint: string; columns: number };
  classes: string[];
  benignClasses: string[];
  threshold: number;
  knowsUnknown: boolean;
  rows: number;
}

export interface AliasChange {
  alias: string;
  version?: number;
  at: string;
  by?: string;
  how: "promote" | "roll back" | "remove";
}

export interface Registered {
  name: string;
  created: string;
  aliases: Record<string, number>;
  versions: ModelVersion[];
  history: AliasChange[];
}

export interface ModelRow {
  name: string;
  served: Served | undefined;
  registered: Registered | undefined;
}

/** One row for each name, those in charge first. */
export function modelRows(served: readonly Served[], models: readonly Registered[]): ModelRow[] {
  const names = [...new Set([...served.map(({ name }) => name), ...models.map(({ name }) => name)])];
  return names.map((name) => ({
    name,
    served: served.find((one) => one.name === name),
    registered: models.find((one) => one.name === name),
  }));
}

/** Aliases that name a version. */
export function aliasesOf({ aliases }: Pick<Registered, "aliases">, version: number): string[] {
  return Object.entries(aliases)
    .filter(([, named]) => named === version)
    .map(([alias]) => alias)
    .sort();
}

/** The number of the version in charge; undefined where it is of no version of the registry. */
export function versionInCharge(served: Served | undefined): number | undefined {
  const number = Number(served?.version);
  return Number.isInteger(number) && String(number) === served?.version ? number : undefined;
}

/** What rolling an alias back goes to, as the history tells: the version that it named before, and not the one that it names now. */
export function namedBefore({ history, aliases }: Registered, alias: string): number | undefined {
  let named: number | undefined;
  let before: number[] = [];
  for (const { alias: of, version, how } of history) {
    if (of !== alias) continue;
    if (how === "remove") [named, before] = [undefined, []];
    else if (how === "promote" && version !== named) {
      if (named !== undefined) before.push(named);
      named = version;
    } else if (how === "roll back") {
      before = before.filter((one) => one !== named);
      named = before.pop();
    }
  }
  return named === aliases[alias] ? before.filter((one) => one !== named).at(-1) : undefined;
}
