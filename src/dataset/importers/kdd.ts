// KDD Cup 1999 and NSL-KDD: text without a header, told by its shape.
//
// 41 features; then the label, with a full stop behind it in KDD Cup 1999; then, in NSL-KDD, the difficulty, which counts
// how many of 21 learners got the row right and is never a feature.

import { OrbweaverError } from "../../base/errors.ts";
import { kddSchema } from "../../feature/schemas/kdd.ts";
import { KDD_DIFFICULTY, kddColumns } from "../kdd.ts";
import { extraColumn, labelColumn, schemaColumns, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportPlan, Probe } from "./contract.ts";

const FEATURES = kddSchema.columns.length;
const DIFFICULTY = "How many of 21 learners got the row right: not to be learnt from";

function isKdd(probe: Probe): boolean {
  return probe.format === "csv" && kddColumns(probe.records[0] ?? []) !== undefined;
}

/** The difficulty tells NSL-KDD; without it, the missing full stop does. */
function isNsl(probe: Probe): boolean {
  if (!isKdd(probe)) return false;
  const labels = probe.records.map((record) => record[FEATURES]);
  return (
    probe.records[0].length > FEATURES + 1 ||
    labels.every((label) => label !== undefined && !label.endsWith("."))
  );
}

function plan(probe: Probe): ImportPlan {
  const names = kddColumns(probe.records[0] ?? []);
  if (names === undefined) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' is no file of KDD: expected 41 to 43 fields, with a protocol in the second and a flag in the fourth`,
    );
  }
  const category = new Set(
    kddSchema.columns.flatMap(({ name, kind }) => (kind === "categorical" ? [name] : [])),
  );
  const place = (name: string): number => names.indexOf(name);
  const columns: ImportColumn[] = schemaColumns(kddSchema, (name, isCategory) =>
    isCategory ? trimmed(`c${place(name)}`) : `c${place(name)}`,
  );
  const dotted = probe.records.some((record) => record[FEATURES]?.trim().endsWith("."));
  const label = trimmed(`c${FEATURES}`);
  if (names.length > FEATURES)
    columns.push(labelColumn(dotted ? `rtrim(${label}, '.')` : label, "Attack, or normal"));
  if (names.includes(KDD_DIFFICULTY))
    columns.push(extraColumn(KDD_DIFFICULTY, "number", `c${place(KDD_DIFFICULTY)}`, DIFFICULTY));
  return {
    reader: {
      kind: "csv",
      delimiter: probe.delimiter,
      skip: 0,
      fields: names.map((name, index) => (category.has(name) || index === FEATURES ? "text" : "number")),
      nulls: [],
    },
    schema: kddSchema,
    columns,
    drops: [],
    rejects: [],
    counts: [],
    remarks: [
      { what: "the file has no header; columns have the contest's names" },
      ...(dotted ? [{ what: "cut the full stop off every label" }] : []),
      ...(names.length > FEATURES + 1
        ? [{ what: `kept '${KDD_DIFFICULTY}' apart: it tells how hard a row is, and is no feature` }]
        : []),
    ],
  };
}

export const kddImporter: Importer = {
  id: "kdd",
  title: "KDD Cup 1999",
  description: "The contest's files, without a header; labels end in a full stop. Rows of the schema kdd.",
  recognises: (probe) => isKdd(probe) && !isNsl(probe),
  plan,
};

export const nslKddImporter: Importer = {
  id: "nsl-kdd",
  title: "NSL-KDD",
  description: "KDDTrain+, KDDTest+ and their parts. Rows of the schema kdd; the difficulty is kept apart.",
  recognises: isNsl,
  plan,
};
