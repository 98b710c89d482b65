// What our own exports tell in their metadata, read back. Files of others have none of it.

import type { ColumnSpecification, TableSchema } from "../feature/table.ts";
import type { OnnxFile } from "./read.ts";

export interface OwnMetadata {
  schema: TableSchema;
  classes: string[];
  benignClasses: string[];
}

/** Undefined where the metadata are not ours, or not whole. */
export function ownMetadata({ metadata }: OnnxFile): OwnMetadata | undefined {
  const id = metadata.get("orbweaver.schema.id");
  const fingerprint = metadata.get("orbweaver.schema.fingerprint");
  const columns = listOf(metadata.get("orbweaver.columns")).map(columnOf);
  const classes = listOf(metadata.get("orbweaver.classes"));
  const benignClasses = listOf(metadata.get("orbweaver.benign_classes"));
  if (id === undefined || fingerprint === undefined || columns.length === 0) return undefined;
  if (columns.includes(undefined) || !isTexts(classes) || !isTexts(benignClasses)) return undefined;
  return { schema: { id, fingerprint, columns: columns as ColumnSpecification[] }, classes, benignClasses };
}

function listOf(text: string | undefined): unknown[] {
  try {
    const found: unknown = JSON.parse(text ?? "");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function columnOf(found: unknown): ColumnSpecification | undefined {
  if (typeof found !== "object" || found === null) return undefined;
  const { name, kind, unit, categories = [] } = found as Record<string, unknown>;
  const isKnown = kind === "numeric" || kind === "categorical";
  if (typeof name !== "string" || typeof unit !== "string" || !isKnown) return undefined;
  if (!Array.isArray(categories) || !isTexts(categories)) return undefined;
  return { name, kind, unit, categories, description: "" };
}

function isTexts(list: unknown[]): list is string[] {
  return list.every((entry) => typeof entry === "string");
}
