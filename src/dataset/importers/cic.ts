// Tables of CICFlowMeter as the data sets publish them: CIC-IDS2017, CSE-CIC-IDS2018, the improved ones, and what its
// generations print.
//
// Four naming styles and several vocabularies of labels become one: names are compared by letters and digits alone, against
// the names that the schemas `cic-…` know for their columns. The schema is that of the generation that made the table, or,
// where tables of several are imported together, the one whose columns all of them have.

import { OrbweaverError } from "../../base/errors.ts";
import { NAME_STYLES, type NameStyle, type PublishedSource } from "../../feature/published.ts";
import type { Schema } from "../../feature/schema.ts";
import { CIC_SCHEMAS } from "../../feature/schemas/cic.ts";
import { plainName } from "../column-names.ts";
import { columnNamesOf } from "../csv-text.ts";
import { listed } from "../listed.ts";
import { classSql } from "./cic-labels.ts";
import {
  extraColumn,
  identityColumn,
  labelColumn,
  nameKey,
  schemaColumns,
  trimmed,
  wholeText,
  zonedUs,
} from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";

/** How much of the columns of CSE-CIC-IDS2018 a table must have to be taken for one of CICFlowMeter. */
const RECOGNISED_SHARE = 0.6;

const STYLE_NAMES: Readonly<Record<NameStyle, string>> = {
  v3: "2018 style",
  v4: "style of today's tool",
  "2017": "2017 style",
  snake: "snake case style",
};

/** What is known of a flow beside its features, as the house calls it. */
const IDENTITY: Readonly<Partial<Record<PublishedSource, string>>> = {
  "source-address": "source_address",
  "source-port": "source_port",
  "destination-address": "destination_address",
  "destination-port": "destination_port",
};

/** Texts that stand for a label where nobody labelled. */
const UNLABELLED = ["No Label", "NeedManualLabel", "NeedLabel"];

function namesOf(probe: Probe): string[] {
  return probe.format === "csv"
    ? columnNamesOf(probe.records[0] ?? [])
    : probe.columns.map(({ name }) => name);
}

/** Key of a name → index of its first column. A second one of the same name, as in CIC-IDS2017, adds nothing. */
function placesOf(names: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  names.forEach((name, index) => {
    const key = nameKey(name.replace(/\.\d+$/, ""));
    if (!places.has(key)) places.set(key, index);
  });
  return places;
}

/** Keys of a field in every style. */
function keysOf(names: Readonly<Record<NameStyle, string>>): string[] {
  return [...new Set(NAME_STYLES.map((style) => nameKey(names[style])))];
}

function placeOf(places: ReadonlyMap<string, number>, names: Readonly<Record<NameStyle, string>>): number {
  for (const key of keysOf(names)) {
    const place = places.get(key);
    if (place !== undefined) return place;
  }
  return -1;
}

function fieldsOf(schema: Schema): NonNullable<Schema["published"]>["fields"] {
  return schema.published?.fields ?? [];
}

function found(places: ReadonlyMap<string, number>, schema: Schema): number {
  const features = fieldsOf(schema).filter(({ source }) => typeof source === "number");
  return features.filter(({ names }) => placeOf(places, names) >= 0).length / features.length;
}

const V3 = CIC_SCHEMAS.find(({ id }) => id === "cic-v3") as Schema;

function recognises(probe: Probe): boolean {
  if (probe.format !== "csv" && (probe.format !== "parquet" || probe.schema !== undefined)) return false;
  const places = placesOf(namesOf(probe));
  return places.has("flowduration") && found(places, V3) >= RECOGNISED_SHARE;
}

/** The style in which most names of the header are spelled; v3 and 2017 also in snake case. */
function styleOf(names: readonly string[]): { style: NameStyle; snake: boolean; spelled: number } {
  const counts = NAME_STYLES.flatMap((style) =>
    [false, true].map((snake) => {
      const known = new Set(
        CIC_SCHEMAS.flatMap((schema) => fieldsOf(schema).map((field) => field.names[style])).map((name) =>
          snake ? plainName(name) : name,
        ),
      );
      return { style, snake, spelled: names.filter((name) => known.has(name)).length };
    }),
  );
  return counts.reduce((best, one) => (one.spelled > best.spelled ? one : best));
}

/** The generation that made a table: by its names, then by the newest one whose columns are all there. */
function schemaOf(probe: Probe, places: ReadonlyMap<string, number>, asked: string | undefined): Schema {
  if (asked !== undefined) {
    const schema = CIC_SCHEMAS.find(({ id }) => id === asked);
    if (schema === undefined || found(places, schema) < RECOGNISED_SHARE) {
      throw new OrbweaverError(
        "schema-mismatch",
        `'${probe.name}' cannot be read as rows of ${asked}: it has columns of CICFlowMeter`,
      );
    }
    return schema;
  }
  const { style } = styleOf(namesOf(probe));
  const newestFirst = style === "v3" || style === "2017" ? [] : ["cic-fixed", "cic-2022", "cic-v4"];
  const whole = newestFirst
    .map((id) => CIC_SCHEMAS.find((schema) => schema.id === id) as Schema)
    .find((schema) => found(places, schema) === 1);
  return whole ?? V3;
}

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const names = namesOf(probe);
  const places = placesOf(names);
  if (!places.has("flowduration")) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' has no column Flow Duration, expected a table of CICFlowMeter`,
    );
  }
  const schema = schemaOf(probe, places, options.schema);
  const raw = (place: number): string =>
    probe.format === "csv" ? `c${place}` : `"${names[place].replaceAll('"', '""')}"`;
  const fields = fieldsOf(schema);
  const placeByFeature = new Map(
    fields.flatMap(({ source, names: spelled }) =>
      typeof source === "number" ? [[schema.columns[source].name, placeOf(places, spelled)] as const] : [],
    ),
  );
  const placeByIdentity = new Map(
    fields.flatMap(({ source, names: spelled }) =>
      typeof source === "string" ? [[source, placeOf(places, spelled)] as const] : [],
    ),
  );
  const numbers = new Set<number>();
  for (const column of schema.columns) {
    const place = placeByFeature.get(column.name) ?? -1;
    if (place >= 0 && column.kind === "numeric") numbers.add(place);
  }
  const used = new Set([...placeByFeature.values(), ...placeByIdentity.values()]);
  const features = schemaColumns(schema, (name, isCategory) => {
    const place = placeByFeature.get(name) ?? -1;
    if (place < 0) return isCategory ? "NULL::VARCHAR" : "NULL::DOUBLE";
    return isCategory ? wholeText(raw(place)) : `${raw(place)}::DOUBLE`;
  });
  const time = placeByIdentity.get("timestamp") ?? -1;
  const label = placeByIdentity.get("label") ?? -1;
  const flowId = placeByIdentity.get("flow-id") ?? -1;
  const us = time < 0 ? undefined : timeSql(raw(time), options.timezone);
  const identity = [
    ...(flowId < 0
      ? []
      : [{ ...identityColumn("flow_id", trimmed(raw(flowId))), description: "Flow ID as printed" }]),
    ...(us === undefined ? [] : [identityColumn("start_us", us)]),
    ...Object.entries(IDENTITY).flatMap(([source, name]): ImportColumn[] => {
      const place = placeByIdentity.get(source as PublishedSource) ?? -1;
      if (place < 0) return [];
      return [
        identityColumn(
          name,
          name.endsWith("_port") ? `TRY_CAST(${raw(place)} AS DOUBLE)` : trimmed(raw(place)),
        ),
      ];
    }),
  ];
  const others = names.flatMap((name, place): ImportColumn[] =>
    used.has(place) || isCopy(names, place) || isIndex(name)
      ? []
      : [extraColumn(name, "text", trimmed(raw(place)))],
  );
  return {
    reader:
      probe.format === "csv"
        ? {
            kind: "csv",
            delimiter: probe.delimiter,
            skip: 1,
            fields: names.map((_, place) => (numbers.has(place) ? "number" : "text")),
            nulls: [],
          }
        : { kind: "parquet" },
    schema,
    columns: [...identity, ...features, ...(label < 0 ? [] : labelColumns(raw(label))), ...others],
    drops: [],
    rejects: [],
    counts: countsOf(
      names,
      raw,
      placeByFeature,
      schema,
      time < 0 ? undefined : { raw: raw(time), us: us as string },
    ),
    remarks: remarksOf(names, schema, placeByFeature, schemaOf(probe, places, undefined)),
  };
}

/** The class in one vocabulary, and the label as it stood. */
function labelColumns(raw: string): ImportColumn[] {
  const text = `CASE WHEN ${trimmed(raw)} IN (${UNLABELLED.map((name) => `'${name}'`).join(", ")}) THEN NULL ELSE ${trimmed(raw)} END`;
  return [
    labelColumn(classSql(text), "Class, in one vocabulary for all CIC data sets"),
    extraColumn("label_original", "category", text, "The label as it stood in the file"),
  ];
}

/** Forms of times in the public tables. */
const TIME_FORMS = [
  "%d/%m/%Y %I:%M:%S %p",
  "%d/%m/%Y %H:%M:%S",
  "%d/%m/%Y %H:%M",
  "%Y-%m-%d %H:%M:%S.%f",
  "%Y-%m-%d %H:%M:%S",
];

function timeSql(raw: string, timezone: string): string {
  const forms = TIME_FORMS.map((form) => `'${form}'`).join(", ");
  return zonedUs(`try_strptime(trim(${raw}), [${forms}])`, timezone);
}

const YEAR_1971_US = 31_536_000_000_000;

function countsOf(
  names: readonly string[],
  raw: (place: number) => string,
  places: ReadonlyMap<string, number>,
  schema: Schema,
  time: { raw: string; us: string } | undefined,
): { what: string; sql: string }[] {
  const numbers = schema.columns.flatMap(({ name, kind }) => {
    const place = places.get(name) ?? -1;
    return place >= 0 && kind === "numeric" ? [{ name: names[place], sql: raw(place) }] : [];
  });
  const rates = numbers.filter(
    ({ name }) => /s$/.test(nameKey(name)) && /(byts|bytes|pkts|packets)s$/.test(nameKey(name)),
  );
  const lengths = numbers.filter(({ name }) => /headerlen|duration/.test(nameKey(name)));
  const copies = names.flatMap((name, place) => {
    const first = names.indexOf(name.replace(/\.\d+$/, ""));
    return isCopy(names, place)
      ? [
          {
            name: names[first],
            sql: `TRY_CAST(${raw(place)} AS DOUBLE) IS DISTINCT FROM ${raw(first)}::DOUBLE`,
          },
        ]
      : [];
  });
  return [
    ...rates.map(({ name, sql }) => ({ what: `'${name}' is infinite`, sql: `isinf(${sql})` })),
    ...rates.map(({ name, sql }) => ({ what: `'${name}' is no number (NaN)`, sql: `isnan(${sql})` })),
    ...lengths.map(({ name, sql }) => ({
      what: `'${name}' is negative, which it cannot be`,
      sql: `${sql} < 0`,
    })),
    ...copies.map(({ name, sql }) => ({
      what: `the second column '${name}' differs from the first one, which was kept`,
      sql,
    })),
    ...(time === undefined
      ? []
      : [
          { what: "times lie in 1970: the clock was not set", sql: `(${time.us}) < ${YEAR_1971_US}` },
          {
            what: "times could not be read; missing there",
            sql: `${time.raw} IS NOT NULL AND (${time.us}) IS NULL`,
          },
          {
            what: "times are told to the minute only, as a spreadsheet shortens them",
            sql: `regexp_full_match(trim(${time.raw}), '\\d+/\\d+/\\d+ \\d+:\\d+')`,
          },
          {
            what: "times between 1 and 7 o'clock of a 12-hour clock without AM or PM may be of the afternoon; kept as told",
            sql: `regexp_full_match(trim(${time.raw}), '\\d\\d?/\\d\\d?/\\d{4} 0?[1-7]:\\d\\d(:\\d\\d)?')`,
          },
        ]),
  ];
}

function isCopy(names: readonly string[], place: number): boolean {
  const match = /^(.*)\.\d+$/.exec(names[place]);
  return match !== null && names.indexOf(match[1]) >= 0 && names.indexOf(match[1]) < place;
}

/** Numbers of rows: "id", and the column without a name that pandas writes. */
function isIndex(name: string): boolean {
  return name === "id" || /^(column 1|unnamed: \d+)$/i.test(name);
}

function remarksOf(
  names: readonly string[],
  schema: Schema,
  places: ReadonlyMap<string, number>,
  maker: Schema,
): { what: string; count?: number }[] {
  const { style, snake, spelled } = styleOf(names);
  const own = new Set(schema.columns.map(({ name }) => name));
  const renamed = [...places].filter(([name, place]) => place >= 0 && names[place] !== name).length;
  const absent = [...places].filter(([, place]) => place < 0).map(([name]) => name);
  const index = names.filter(isIndex);
  const copies = names.filter((_, place) => isCopy(names, place));
  const styleText = snake ? `${STYLE_NAMES[style]} in snake case` : STYLE_NAMES[style];
  return [
    renamed > 0
      ? { what: `renamed ${renamed} columns from the ${styleText}` }
      : { what: `${Math.min(spelled, own.size)} columns are named in the ${styleText}` },
    maker.id === schema.id
      ? { what: `taken for rows of ${schema.id}` }
      : {
          what: `mapped to the columns of ${schema.id} by name, though made by the rules of ${maker.id}: flags, windows and bulks may mean other things`,
        },
    ...(absent.length > 0 ? [{ what: `has no ${listed(absent)}; missing in every row` }] : []),
    ...(index.length > 0
      ? [{ what: `left out ${listed(index.map((name) => `'${name}'`))}: it numbers the rows` }]
      : []),
    ...(copies.length > 0
      ? [{ what: `left out ${listed(copies.map((name) => `'${name}'`))}: it is there twice` }]
      : []),
  ];
}

export const cicImporter: Importer = {
  id: "cic",
  title: "CICFlowMeter tables",
  description:
    "CIC-IDS2017, CSE-CIC-IDS2018, their improved versions and other tables of CICFlowMeter, in any naming style. Rows of the schemas cic-….",
  recognises,
  plan,
};
