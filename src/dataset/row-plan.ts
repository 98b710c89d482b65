// Decides which columns of a table are features, which is the class, and which are left out, and says why.
//
// Features are an allow-list in files of our own schemas: the schema's columns, nothing else. In tables of other origin
// every column is a feature unless it is empty, has too many texts, looks like an identifier or a class, or was excluded.
// Knows no file format.

import { OrbweaverError } from "../base/errors.ts";
import { requireSameSchema, type Schema } from "../feature/schema.ts";
import { type ColumnSpecification, foreignSchema, type TableSchema } from "../feature/table.ts";
import { nameMeaning } from "./column-names.ts";
import { shown } from "./file-error.ts";
import { KDD_GROUPS } from "./kdd.ts";
import { IDENTITY_NAMES } from "./row-layout.ts";
import type { ColumnProfile, RowSource } from "./row-source.ts";

/** Most distinct texts of a categorical feature; a column with more is left out. */
export const CATEGORIES_MAX = 250;
/** Most classes of a label column. */
export const CLASSES_MAX = 1000;

export interface PlanOptions {
  /** Column of the class; the first of several that is there. */
  label?: string | readonly string[];
  schema?: TableSchema;
  knownSchemas?: readonly Schema[];
  exclude?: readonly string[];
  /** Columns to use although they look like identifiers or classes. */
  include?: readonly string[];
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  classes?: readonly string[];
  /** Name of a table of other origin; default: that of its first file. */
  tableName?: string;
}

export interface PlannedColumn extends ColumnSpecification {
  /** Kept in the schema, but every value is missing: it was excluded from a schema that must stay whole. */
  blank: boolean;
}

export interface Plan {
  schema: TableSchema;
  columns: readonly PlannedColumn[];
  label?: PlannedLabel;
  unused: { column: string; reason: string }[];
  warnings: string[];
}

export interface PlannedLabel {
  column: string;
  /** The texts of the column, in code order. */
  texts: readonly string[];
  classes: readonly string[];
  /** Class of each text. */
  classOf: Int32Array;
}

/** Looks at every source once and decides. Throws `schema-mismatch`, `rows-invalid` or `parameter-invalid`. */
export async function planTable(sources: readonly RowSource[], options: PlanOptions): Promise<Plan> {
  const alike = options.schema === undefined ? ownSchemas(sources, options.knownSchemas ?? []) : [];
  const own = options.schema ?? alike[0];
  const labelName = options.label === undefined ? undefined : findColumn(sources, options.label);
  if (own === undefined) return planForeign(sources, options, labelName);
  requireSchema(sources, own, options);
  const label = labelName === undefined ? undefined : await planLabel(sources, labelName, options);
  return planOwn(sources, own, options, label, alike.slice(1));
}

// --- own schemas --------------------------------------------------------------------------------------------

/**
 * The schema that travels in the files; or those whose columns the files have, all of them and in order, and most of
 * them. More than one where schemas share their names: a file of text does not tell which it is of.
 */
function ownSchemas(sources: readonly RowSource[], known: readonly Schema[]): TableSchema[] {
  const first = sources[0];
  if (first.schema !== undefined) return [first.schema];
  const fitting = known.filter((schema) => hasColumnsOf(first, schema));
  const most = Math.max(...fitting.map((schema) => schema.columns.length));
  return fitting.filter((schema) => schema.columns.length === most);
}

function hasColumnsOf(source: RowSource, schema: TableSchema): boolean {
  const wanted = new Set(schema.columns.map((column) => column.name));
  const found = source.columns.map((column) => column.name).filter((name) => wanted.has(name));
  return (
    found.length === wanted.size && schema.columns.every((column, index) => column.name === found[index])
  );
}

function requireSchema(sources: readonly RowSource[], schema: TableSchema, options: PlanOptions): void {
  const ours = ({ id }: TableSchema): boolean =>
    options.knownSchemas?.some((known) => known.id === id) ?? false;
  for (const source of sources) {
    // Tables of other origin have schemas of their own, and are matched by name. Ours are the same or are not: some have
    // columns of the same names that are computed in another way.
    const found = source.schema;
    const bothOurs = found !== undefined && ours(schema) && ours(found);
    const sameOrigin = options.schema === undefined || found?.id === schema.id || bothOurs;
    if (found !== undefined && sameOrigin) requireSameSchema(schema, found, `'${source.path}'`);
    const names = new Set(source.columns.map((column) => column.name));
    const missing = schema.columns.map((column) => column.name).filter((name) => !names.has(name));
    if (missing.length === 0) continue;
    throw new OrbweaverError(
      "schema-mismatch",
      `'${source.path}' has no column ${listed(missing)}; schema ${schema.id} has ${schema.columns.length} columns`,
    );
  }
}

function planOwn(
  sources: readonly RowSource[],
  schema: TableSchema,
  options: PlanOptions,
  label: PlannedLabel | undefined,
  alike: readonly TableSchema[],
): Plan {
  const names = schema.columns.map((column) => column.name);
  requireKnown(options.exclude ?? [], allNames(sources), "exclude");
  const excluded = new Set(options.exclude ?? []);
  const features = new Set(names);
  const unused = allNames(sources)
    .filter((name) => !features.has(name) && name !== label?.column && !IDENTITY_NAMES.includes(name))
    .map((column) => ({ column, reason: `not a column of schema ${schema.id}` }));
  for (const name of names)
    if (excluded.has(name)) unused.push({ column: name, reason: "excluded; read as missing" });
  return {
    schema,
    columns: schema.columns.map((column) => ({ ...column, blank: excluded.has(column.name) })),
    ...(label === undefined ? {} : { label }),
    unused,
    warnings:
      alike.length === 0
        ? []
        : [
            `taken for rows of ${schema.id}: those of ${listed(alike.map(({ id }) => id))} have the same columns`,
          ],
  };
}

// --- tables of other origin -----------------------------------------------------------------------------------

async function planForeign(
  sources: readonly RowSource[],
  options: PlanOptions,
  labelName: string | undefined,
): Promise<Plan> {
  const names = allNames(sources);
  requireSameNames(sources, names);
  requireKnown(options.exclude ?? [], names, "exclude");
  requireKnown(options.include ?? [], names, "include");
  const apart = keptApart(sources);
  for (const name of options.include ?? []) apart.delete(name);
  const reasons = new Map(
    names.map((name) => [name, reasonByName(name, options, labelName) ?? apart.get(name)] as const),
  );
  const candidates = names.filter((name) => reasons.get(name) === undefined);
  const profiles = await profileColumns(sources, candidates, labelName);
  const columns: PlannedColumn[] = [];
  for (const name of candidates) {
    const found = specify(sources, name, profiles.get(name) ?? []);
    if (typeof found === "string") reasons.set(name, found);
    else columns.push({ ...found, blank: false });
  }
  const unused = names.flatMap((column) => {
    const reason = column === labelName ? undefined : reasons.get(column);
    return reason === undefined ? [] : [{ column, reason }];
  });
  if (columns.length === 0) {
    throw new OrbweaverError("rows-invalid", `'${sources[0].path}' has no column that can be a feature`);
  }
  const specifications = columns.map(({ blank: _, ...column }) => column);
  const label = labelName === undefined ? undefined : await planLabel(sources, labelName, options, profiles);
  return {
    schema: foreignSchema(options.tableName ?? tableName(sources[0]), specifications),
    columns,
    ...(label === undefined ? {} : { label }),
    unused,
    warnings: identifierWarnings(unused),
  };
}

/** Columns that their files keep apart from features, and why they are left out. */
function keptApart(sources: readonly RowSource[]): Map<string, string> {
  const columns = sources.flatMap((source) => source.columns);
  const apart = columns.filter(({ role }) => role !== undefined && role !== "feature");
  return new Map(apart.map(({ name, role }) => [name, `kept apart from features (${role})`]));
}

function reasonByName(name: string, options: PlanOptions, labelName: string | undefined): string | undefined {
  if (name === labelName) return "the class";
  if (options.exclude?.includes(name)) return "excluded";
  if (options.include?.includes(name)) return undefined;
  const meaning = nameMeaning(name);
  if (meaning === undefined) return undefined;
  return meaning === "class" ? "named like a class" : "named like an identifier";
}

function identifierWarnings(unused: readonly { column: string; reason: string }[]): string[] {
  const names = unused.filter(({ reason }) => reason.startsWith("named like")).map(({ column }) => column);
  if (names.length === 0) return [];
  return [`left out because of ${names.length === 1 ? "its name" : "their names"}: ${names.join(", ")}`];
}

/** What a column is, from its profiles in every source; a text says why it is left out. */
function specify(
  sources: readonly RowSource[],
  name: string,
  profiles: readonly (ColumnProfile | undefined)[],
): ColumnSpecification | string {
  const columns = sources.map((source) => source.columns.find((column) => column.name === name));
  const other = columns.find((column) => column?.kind === "other");
  if (other !== undefined) return `its type ${other.detail ?? ""} cannot be a feature`;
  const texts = profiles.filter((profile) => profile !== undefined);
  if (columns.every((column) => column?.kind === "text") && texts.every(({ present }) => present === 0))
    return "empty";
  const numeric = texts.every((profile) => profile.present === profile.numeric);
  if (numeric) return { name, kind: "numeric", unit: "", categories: [], description: "" };
  if (texts.some((profile) => profile.values === undefined && profile.present !== profile.numeric))
    return tooMany();
  const categories = [...new Set(texts.flatMap((profile) => profile.values ?? []))].sort();
  if (texts.length < columns.length || texts.some((profile) => profile.values === undefined)) {
    return "numbers in one file and text in another";
  }
  return categories.length > CATEGORIES_MAX
    ? tooMany()
    : { name, kind: "categorical", unit: "", categories, description: "" };
}

function tooMany(): string {
  return `more than ${CATEGORIES_MAX} different texts`;
}

/** Profiles of the text columns among `names` and of the label, by name, one per source. */
async function profileColumns(
  sources: readonly RowSource[],
  names: readonly string[],
  labelName: string | undefined,
): Promise<Map<string, (ColumnProfile | undefined)[]>> {
  const wanted = labelName === undefined ? names : [...names, labelName];
  const profiles = new Map<string, (ColumnProfile | undefined)[]>(wanted.map((name) => [name, []]));
  for (const source of sources) {
    const indices = wanted.map((name) => source.columns.findIndex((column) => column.name === name));
    const texts = indices.filter(
      (index, at) => source.columns[index].kind === "text" || wanted[at] === labelName,
    );
    const always = indices.filter((_, at) => wanted[at] === labelName);
    const found = await source.profile(texts, Math.max(CATEGORIES_MAX, CLASSES_MAX), always);
    for (const [at, index] of indices.entries()) profiles.get(wanted[at])?.push(found[texts.indexOf(index)]);
  }
  return profiles;
}

function requireSameNames(sources: readonly RowSource[], names: readonly string[]): void {
  for (const source of sources) {
    const found = new Set(source.columns.map((column) => column.name));
    const missing = names.filter((name) => !found.has(name));
    if (missing.length === 0) continue;
    throw new OrbweaverError(
      "schema-mismatch",
      `'${source.path}' has no column ${listed(missing)}, other files have`,
      {
        hint: "Give files with the same columns, or leave columns out.",
      },
    );
  }
}

function tableName(source: RowSource): string {
  if (source.format === "kdd") return "kdd";
  const base = source.path.split(/[/\\]/).at(-1) ?? "table";
  return base.replace(/\.gz$/i, "").replace(/\.[^.]+$/, "") || "table";
}

/** What the public flow meters write where nobody labelled: the row has no label. */
const NO_LABEL = new Set(["No Label", "NeedManualLabel", "NeedLabel"]);

// --- labels -------------------------------------------------------------------------------------------------

async function planLabel(
  sources: readonly RowSource[],
  column: string,
  options: PlanOptions,
  profiles?: Map<string, (ColumnProfile | undefined)[]>,
): Promise<PlannedLabel> {
  const found = (profiles ?? (await profileColumns(sources, [], column))).get(column) ?? [];
  const texts = new Set<string>();
  for (const [index, profile] of found.entries()) {
    if (profile?.values === undefined || profile.values.length > CLASSES_MAX) {
      throw new OrbweaverError(
        "rows-invalid",
        `'${sources[index].path}', column '${column}': found more than ${CLASSES_MAX} different classes`,
        { hint: "Name the column that holds the class." },
      );
    }
    for (const value of profile.values) if (!NO_LABEL.has(value)) texts.add(value);
  }
  const sorted = [...texts].sort();
  const mapped = sorted.map((text) => classOfText(text, options.labelMap, sources[0].path));
  const first = options.classes ?? [];
  const classes = [...first, ...[...new Set(mapped)].filter((name) => !first.includes(name)).sort()];
  return {
    column,
    texts: sorted,
    classes,
    classOf: Int32Array.from(mapped, (name) => classes.indexOf(name)),
  };
}

function classOfText(text: string, map: PlanOptions["labelMap"], path: string): string {
  if (map === undefined) return text;
  const name = (map === "kdd5" ? KDD_GROUPS : map).get(text);
  if (name !== undefined) return name;
  throw new OrbweaverError(
    "rows-invalid",
    `'${path}': label '${shown(text)}' has no group in the label map`,
    {
      hint: "Add the label to the map, or read the labels as they are.",
    },
  );
}

/** The column that a name means: that very name, or the only one that differs in case and blanks; the first name that means one. */
function findColumn(sources: readonly RowSource[], wanted: string | readonly string[]): string {
  const names = allNames(sources);
  const plain = (name: string): string => name.trim().toLowerCase();
  const list = typeof wanted === "string" ? [wanted] : wanted;
  for (const name of list) {
    if (names.includes(name)) return name;
    const alike = names.filter((other) => plain(other) === plain(name));
    if (alike.length === 1) return alike[0];
  }
  throw new OrbweaverError(
    "rows-invalid",
    `'${sources[0].path}' has no column ${list.map((name) => `'${name}'`).join(" or ")}; it has ${listed(names)}`,
    {
      hint: "Name the column that holds the class with --label.",
    },
  );
}

function allNames(sources: readonly RowSource[]): string[] {
  return [...new Set(sources.flatMap((source) => source.columns.map((column) => column.name)))];
}

function requireKnown(names: readonly string[], known: readonly string[], option: string): void {
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length === 0) return;
  throw new OrbweaverError("parameter-invalid", `${option}: there is no column ${listed(missing)}`, {
    hint: `The columns are ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : ""}.`,
  });
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, 5).map((name) => `'${shown(name)}'`);
  return names.length > 5 ? `${first.join(", ")} and ${names.length - 5} more` : first.join(", ");
}
