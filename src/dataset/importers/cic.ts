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
import { identifier, literal } from "../duck.ts";
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
  "flow-id": "flow_id",
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
  const places = placesOf(namesOf(probe));
  if (!places.has("flowduration")) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' has no column Flow Duration, expected a table of CICFlowMeter`,
    );
  }
  const table = located(probe, schemaOf(probe, places, options.schema));
  const time = timeOf(table, options.timezone);
  return {
    reader: readerOf(probe, table),
    schema: table.schema,
    columns: [
      ...identityColumns(table, time),
      ...featureColumns(table),
      ...labelColumns(table),
      ...otherColumns(table),
    ],
    drops: [],
    rejects: [],
    counts: [...numberCounts(table), ...copyCounts(table), ...timeCounts(time)],
    remarks: remarksOf(table, schemaOf(probe, places, undefined)),
  };
}

/** Where a table has what. */
interface Located {
  names: readonly string[];
  schema: Schema;
  /** SQL of a column as it is read. */
  raw(place: number): string;
  /** Place of a feature of the schema; -1 where the table lacks it. */
  features: ReadonlyMap<string, number>;
  /** Place of what is known beside features; -1 where the table lacks it. */
  identity: ReadonlyMap<PublishedSource, number>;
}

function located(probe: Probe, schema: Schema): Located {
  const names = namesOf(probe);
  const places = placesOf(names);
  const features = new Map<string, number>();
  const identity = new Map<PublishedSource, number>();
  for (const { source, names: spelled } of fieldsOf(schema)) {
    const place = placeOf(places, spelled);
    if (typeof source === "number") features.set(schema.columns[source].name, place);
    else identity.set(source, place);
  }
  const raw = (place: number): string => (probe.format === "csv" ? `c${place}` : identifier(names[place]));
  return { names, schema, raw, features, identity };
}

function readerOf(probe: Probe, { names, schema, features }: Located): ImportPlan["reader"] {
  if (probe.format !== "csv") return { kind: "parquet" };
  const numbers = new Set(
    schema.columns.filter(({ kind }) => kind === "numeric").map(({ name }) => features.get(name)),
  );
  return {
    kind: "csv",
    delimiter: probe.delimiter,
    skip: 1,
    fields: names.map((_, place) => (numbers.has(place) ? "number" : "text")),
    nulls: [],
  };
}

function featureColumns({ schema, raw, features }: Located): ImportColumn[] {
  return schemaColumns(schema, (name, isCategory) => {
    const place = features.get(name) ?? -1;
    if (place < 0) return isCategory ? "NULL::VARCHAR" : "NULL::DOUBLE";
    return isCategory ? wholeText(raw(place)) : `${raw(place)}::DOUBLE`;
  });
}

function identityColumns({ raw, identity }: Located, time: TimeSql | undefined): ImportColumn[] {
  const columns: ImportColumn[] = time === undefined ? [] : [identityColumn("start_us", time.us)];
  for (const [source, name] of Object.entries(IDENTITY)) {
    const place = identity.get(source as PublishedSource) ?? -1;
    if (place < 0) continue;
    const isPort = name.endsWith("_port");
    columns.push(identityColumn(name, isPort ? `TRY_CAST(${raw(place)} AS DOUBLE)` : trimmed(raw(place))));
  }
  return columns;
}

/** Columns that no schema knows are kept; copies and numbers of rows are not. */
function otherColumns({ names, raw, features, identity }: Located): ImportColumn[] {
  const used = new Set([...features.values(), ...identity.values()]);
  return names.flatMap((name, place) =>
    used.has(place) || isCopy(names, place) || isIndex(name)
      ? []
      : [extraColumn(name, "text", trimmed(raw(place)))],
  );
}

/** The class in one vocabulary, and the label as it stood. */
function labelColumns({ raw, identity }: Located): ImportColumn[] {
  const place = identity.get("label") ?? -1;
  if (place < 0) return [];
  const found = trimmed(raw(place));
  const text = `CASE WHEN ${found} IN (${UNLABELLED.map(literal).join(", ")}) THEN NULL ELSE ${found} END`;
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

/** A time as it is read, and in µs since 1970. */
interface TimeSql {
  raw: string;
  us: string;
}

function timeOf({ raw, identity }: Located, timezone: string): TimeSql | undefined {
  const place = identity.get("timestamp") ?? -1;
  if (place < 0) return undefined;
  const forms = TIME_FORMS.map(literal).join(", ");
  return { raw: raw(place), us: zonedUs(`try_strptime(trim(${raw(place)}), [${forms}])`, timezone) };
}

const YEAR_1971_US = 31_536_000_000_000;

type Counts = { what: string; sql: string }[];

/** Values that cannot be, or that arithmetic must not meet. */
function numberCounts({ names, schema, raw, features }: Located): Counts {
  const numbers = schema.columns.flatMap(({ name, kind }) => {
    const place = features.get(name) ?? -1;
    return place >= 0 && kind === "numeric"
      ? [{ name: names[place], key: nameKey(names[place]), sql: raw(place) }]
      : [];
  });
  const rates = numbers.filter(({ key }) => /(byts|bytes|pkts|packets)s$/.test(key));
  const lengths = numbers.filter(({ key }) => /headerlen|duration/.test(key));
  return [
    ...rates.map(({ name, sql }) => ({ what: `'${name}' is infinite`, sql: `isinf(${sql})` })),
    ...rates.map(({ name, sql }) => ({ what: `'${name}' is no number (NaN)`, sql: `isnan(${sql})` })),
    ...lengths.map(({ name, sql }) => ({
      what: `'${name}' is negative, which it cannot be`,
      sql: `${sql} < 0`,
    })),
  ];
}

/** Columns that are there twice and differ. */
function copyCounts({ names, raw }: Located): Counts {
  return names.flatMap((_, place) => {
    if (!isCopy(names, place)) return [];
    const first = firstOf(names, place);
    return [
      {
        what: `the second column '${names[first]}' differs from the first one, which was kept`,
        sql: `TRY_CAST(${raw(place)} AS DOUBLE) IS DISTINCT FROM TRY_CAST(${raw(first)} AS DOUBLE)`,
      },
    ];
  });
}

function timeCounts(time: TimeSql | undefined): Counts {
  if (time === undefined) return [];
  const matches = (pattern: string): string => `regexp_full_match(trim(${time.raw}), ${literal(pattern)})`;
  return [
    { what: "times lie in 1970: the clock was not set", sql: `(${time.us}) < ${YEAR_1971_US}` },
    {
      what: "times could not be read; missing there",
      sql: `${time.raw} IS NOT NULL AND (${time.us}) IS NULL`,
    },
    {
      what: "times are told to the minute only, as a spreadsheet shortens them",
      sql: matches("\\d+/\\d+/\\d+ \\d+:\\d+"),
    },
    {
      what: "times between 1 and 7 o'clock of a 12-hour clock without AM or PM may be of the afternoon; kept as told",
      sql: matches("\\d\\d?/\\d\\d?/\\d{4} 0?[1-7]:\\d\\d(:\\d\\d)?"),
    },
  ];
}

/** Place of the first column that a column repeats the name of; -1 where it repeats none. */
function firstOf(names: readonly string[], place: number): number {
  const match = /^(.*)\.\d+$/.exec(names[place]);
  return match === null ? -1 : names.indexOf(match[1]);
}

function isCopy(names: readonly string[], place: number): boolean {
  const first = firstOf(names, place);
  return first >= 0 && first < place;
}

/** Numbers of rows: "id", and the column without a name that pandas writes. */
function isIndex(name: string): boolean {
  return name === "id" || /^(column 1|unnamed: \d+)$/i.test(name);
}

function remarksOf({ names, schema, features }: Located, maker: Schema): { what: string }[] {
  const { style, snake, spelled } = styleOf(names);
  const own = new Set(schema.columns.map(({ name }) => name));
  const renamed = [...features].filter(([name, place]) => place >= 0 && names[place] !== name).length;
  const absent = [...features].filter(([, place]) => place < 0).map(([name]) => name);
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
