// Public AntiNex files: labelled ones, in which -1 is missing, and raw recordings, in which empty is.
//
// Their headers differ; all become rows of the schema antinex-legacy, and columns that a file lacks are missing. `idx`
// numbers the rows, and so tells the class of labelled files: it is a feature of the public models, and warned of.

import { ANTINEX_SCHEMA, ANTINEX_WARNING, isAntinex } from "../antinex.ts";
import { columnNamesOf } from "../csv-text.ts";
import { extraColumn, identityColumn, labelColumn, schemaColumns, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportPlan, Probe } from "./contract.ts";
import { missingColumns } from "./csv.ts";

const ADDRESSES: Readonly<Record<string, string>> = {
  ip_src: "source_address",
  ip_dst: "destination_address",
};
const ABSENT = ["-1", "-1.0"];

function plan(probe: Probe): ImportPlan {
  const names = columnNamesOf(probe.records[0] ?? []);
  const features = new Set(ANTINEX_SCHEMA.columns.map(({ name }) => name));
  const text = (index: number): string => `nullif(nullif(${trimmed(`c${index}`)}, '-1'), '-1.0')`;
  const beside = names.flatMap((name, index): ImportColumn[] => {
    if (features.has(name) || name === "label_name") return [];
    if (name in ADDRESSES) return [identityColumn(ADDRESSES[name], text(index))];
    return [
      extraColumn(
        name,
        name === "label_value" ? "number" : "text",
        name === "label_value" ? `c${index}` : text(index),
      ),
    ];
  });
  const identity = beside.filter(({ role }) => role === "identity");
  const extra = beside.filter(({ role }) => role !== "identity");
  const label = names.indexOf("label_name");
  return {
    reader: {
      kind: "csv",
      delimiter: probe.delimiter,
      skip: 1,
      fields: names.map((name) => (features.has(name) || name === "label_value" ? "number" : "text")),
      nulls: [],
    },
    schema: ANTINEX_SCHEMA,
    columns: [
      ...identity,
      ...schemaColumns(ANTINEX_SCHEMA, (name) => {
        const index = names.indexOf(name);
        return index < 0 ? "NULL::DOUBLE" : `nullif(c${index}, -1)`;
      }),
      ...(label < 0 ? [] : [labelColumn(trimmed(`c${label}`), "attack or not_attack")]),
      ...extra,
    ],
    drops: [],
    rejects: [],
    counts: [],
    remarks: [
      ...(isMinusOne(probe) ? [{ what: "read -1 as missing: no field of a packet can be negative" }] : []),
      { what: ANTINEX_WARNING },
      ...missingColumns(ANTINEX_SCHEMA, names),
    ],
  };
}

function isMinusOne(probe: Probe): boolean {
  return probe.records.slice(1).some((record) => record.some((field) => ABSENT.includes(field.trim())));
}

export const antinexImporter: Importer = {
  id: "antinex",
  title: "AntiNex",
  description: "Labelled files and raw recordings of AntiNex. Rows of the schema antinex-legacy.",
  recognises: (probe) => probe.format === "csv" && isAntinex(columnNamesOf(probe.records[0] ?? [])),
  plan,
};
