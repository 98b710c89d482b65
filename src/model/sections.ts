// What reading a kind of model begins with: its format, and sections of the type that they must have.

import { OrbweaverError } from "../base/errors.ts";
import type { Container, SectionArray } from "./container.ts";
import type { ModelManifest } from "./contract.ts";

/** A type of section, as a constructor. */
type SectionType = abstract new (...parameters: never[]) => SectionArray;

/** Sections of a kind: the name in the file, the field, and the type. */
export type SectionTable = readonly (readonly [name: string, field: string, type: SectionType])[];

/** Throws `model-corrupt`, naming what is wrong, unless the condition holds. */
export function requireSound(condition: boolean, what: string): asserts condition {
  if (!condition) throw new OrbweaverError("model-corrupt", `the model file is damaged: ${what}`);
}

/** Throws `model-version` unless the model has the version of its kind's format that this release reads. */
export function requireFormat({ formatVersion }: ModelManifest, kind: string, version: number): void {
  if (formatVersion === version) return;
  throw new OrbweaverError(
    "model-version",
    `the model has ${kind} format ${formatVersion}, this release reads ${version}`,
  );
}

/** A section of a container. Throws `model-corrupt` when it is missing or of another type. */
export function sectionOf<Type extends SectionType>(
  { sections }: Container,
  name: string,
  type: Type,
): InstanceType<Type> {
  const found = sections.get(name);
  requireSound(found instanceof type, `section '${name}' is missing or of another type`);
  return found as InstanceType<Type>;
}

/** All sections of a table, by their fields. Throws `model-corrupt`. */
export function sectionsOf(container: Container, table: SectionTable): Record<string, SectionArray> {
  return Object.fromEntries(table.map(([name, field, type]) => [field, sectionOf(container, name, type)]));
}
