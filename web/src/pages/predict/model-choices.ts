// The models that rows can be judged by: those in charge, and every version and alias of the registry.

import type { Served } from "./types.ts";

export interface ModelChoice {
  /** As it is chosen, and as POST /models/{ref}/predict names it. */
  reference: string;
  label: string;
  /** As a job names it; absent for models that only this server has, from a file. */
  job?: string;
  schema: string;
}

export interface ChoiceGroup {
  group: string;
  choices: ModelChoice[];
}

interface Registered {
  name: string;
  aliases: Record<string, number>;
  versions: { version: number; schema: { id: string } }[];
}

/** What jobs take: bundled, NAME, NAME@ALIAS, NAME:VERSION. */
const JOB_REFERENCE = /^[a-z0-9][a-z0-9._-]{0,99}(?:@[a-z0-9][a-z0-9._-]{0,99}|:[1-9]\d{0,8})?$/i;

export function modelChoices(served: readonly Served[], registered: readonly Registered[]): ChoiceGroup[] {
  const inCharge = served.map(({ name, reference, version, isMain, schema }): ModelChoice => {
    const isNamed = registered.some((one) => reference.replace(/[@:].*$/, "") === one.name);
    return {
      reference: name,
      label: `${name}${name === version ? "" : ` ${version}`}${isMain ? " (main)" : ""}`,
      ...(JOB_REFERENCE.test(reference) && (isNamed || reference === "bundled") ? { job: reference } : {}),
      schema: schema.id,
    };
  });
  const others = registered.flatMap(({ name, aliases, versions }) => {
    const aliasesOf = (version: number): string =>
      Object.entries(aliases)
        .filter(([, one]) => one === version)
        .map(([alias]) => alias)
        .join(", ");
    return versions.map(({ version, schema }): ModelChoice => {
      const reference = `${name}:${version}`;
      const known = aliasesOf(version);
      return {
        reference,
        label: `${reference}${known === "" ? "" : ` (${known})`}`,
        job: reference,
        schema: schema.id,
      };
    });
  });
  return [
    { group: "In charge", choices: inCharge },
    { group: "Registry", choices: others },
  ].filter(({ choices }) => choices.length > 0);
}

/** The choice that a reference of the address means; the main model unless it means one. */
export function chosenModel(
  groups: readonly ChoiceGroup[],
  wanted: string | undefined,
): ModelChoice | undefined {
  const all = groups.flatMap(({ choices }) => choices);
  return all.find(({ reference }) => reference === wanted) ?? all[0];
}
