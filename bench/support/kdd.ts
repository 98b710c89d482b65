// KDD Cup 1999 and NSL-KDD files as labelled tables, for benchmarks. Column names come from kddcup.names.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../src/feature/table.ts";

export const DATA = process.env["ORBWEAVER_DATA"] ?? join(import.meta.dirname, "../../../shared/data");
const CATEGORICAL = ["protocol_type", "service", "flag"];

/** Raw lines of one file: 41 values and a label each. */
export interface KddFile {
  names: string[];
  lines: string[][];
  labels: string[];
}

/** How labels become classes. */
export type LabelKind = "binary" | "groups" | "attacks";

export function readKdd(relative: string): KddFile {
  const names = readFileSync(join(DATA, "kdd/kddcup.names"), "utf8")
    .split("\n")
    .slice(1)
    .filter((line) => line.includes(":"))
    .map((line) => line.slice(0, line.indexOf(":")));
  const lines: string[][] = [];
  const labels: string[] = [];
  for (const line of gunzipSync(readFileSync(join(DATA, relative)))
    .toString("latin1")
    .split("\n")) {
    const fields = line.trim().split(",");
    if (fields.length < names.length + 1) continue;
    lines.push(fields);
    labels.push(fields[names.length].replace(/\.$/, ""));
  }
  return { names, lines, labels };
}

/** Attack name to group: normal, dos, probe, r2l, u2r. */
export function attackGroups(): Map<string, string> {
  const groups = new Map([["normal", "normal"]]);
  for (const file of ["kdd/attack_types_extended.txt", "kdd/training_attack_types"]) {
    for (const line of readFileSync(join(DATA, file), "utf8").split("\n")) {
      const [attack, group] = line.trim().split(/[\s,]+/);
      if (attack && group) groups.set(attack.toLowerCase(), group.toLowerCase());
    }
  }
  return groups;
}

export function classOf(label: string, kind: LabelKind, groups: Map<string, string>): string {
  if (kind === "attacks") return label;
  if (kind === "binary") return label === "normal" ? "normal" : "attack";
  const group = groups.get(label.toLowerCase());
  if (!group) throw new RangeError(`attack '${label}' is in no group`);
  return group;
}

/**
 * Tables that share one schema and one list of classes: those of the first file. Rows of later files whose class the
 * first one lacks are left out when `knownOnly`.
 */
export function toTables(files: KddFile[], kind: LabelKind): LabelledTable[] {
  const groups = attackGroups();
  const names = files[0].names;
  const categories = new Map<string, string[]>(
    CATEGORICAL.map((name) => {
      const index = names.indexOf(name);
      return [name, [...new Set(files[0].lines.map((fields) => fields[index]))].sort()];
    }),
  );
  const columns = names.map(
    (name): ColumnSpecification => ({
      name,
      kind: categories.has(name) ? "categorical" : "numeric",
      unit: "",
      categories: categories.get(name) ?? [],
      description: "",
    }),
  );
  const schema = foreignSchema("kdd", columns);
  const classes = [...new Set(files[0].labels.map((label) => classOf(label, kind, groups)))].sort();
  return files.map((file) => {
    const labels = file.labels.map((label) => classes.indexOf(classOf(label, kind, groups)));
    const kept = [...labels.keys()].filter((row) => labels[row] >= 0);
    const values = columns.map((column, index) => {
      const codes = new Map(column.categories.map((name, code) => [name, code]));
      const numeric = column.kind === "numeric";
      return Float64Array.from(kept, (row) =>
        numeric ? Number(file.lines[row][index]) : (codes.get(file.lines[row][index]) ?? Number.NaN),
      );
    });
    return {
      schema,
      rowCount: kept.length,
      values,
      classes,
      labels: Int32Array.from(kept, (row) => labels[row]),
    };
  });
}

/** Some rows of a table. */
export function takeRows(table: LabelledTable, rows: ArrayLike<number>): LabelledTable {
  const values = table.values.map((column) => Float64Array.from(rows, (row) => column[row]));
  return {
    ...table,
    rowCount: rows.length,
    values,
    labels: Int32Array.from(rows, (row) => table.labels[row]),
  };
}
