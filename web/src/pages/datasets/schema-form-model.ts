// What a form needs to know of a JSON Schema of options: which kind of field each option is, and what its value means. Only the
// part of JSON Schema that the steps of recipes use; everything else is edited as YAML.

export interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  /** The option that may stand alone in the place of all. */
  short?: string;
}

export type FieldKind =
  | "choice"
  | "flag"
  | "whole"
  | "number"
  | "text"
  | "text-or-number"
  | "texts"
  | "pairs"
  | "fixed"
  | "other";

export function kindOf(schema: Schema): FieldKind {
  const { type, additionalProperties } = schema;
  if (schema.const !== undefined) return "fixed";
  if (schema.enum !== undefined) return "choice";
  if (Array.isArray(type)) return "text-or-number";
  if (type === "boolean") return "flag";
  if (type === "integer") return "whole";
  if (type === "number") return "number";
  if (type === "string") return "text";
  if (isTexts(schema)) return "texts";
  const isRecord = type === "object" && typeof additionalProperties === "object";
  if (isRecord && ["choice", "text", "number"].includes(kindOf(additionalProperties))) return "pairs";
  return "other";
}

/** A list of texts, or one text in its place. */
function isTexts({ type, items, anyOf }: Schema): boolean {
  if (type === "array") return items?.type === "string";
  const alternatives = anyOf ?? [];
  return (
    alternatives.some((one) => one.type === "array" && one.items?.type === "string") &&
    alternatives.every((one) => one.type === undefined || one.type === "string" || one.type === "array")
  );
}

/** The alternative of a union that a value means, and the names of all; undefined where the schema is no such union. */
export function alternativesOf(
  { oneOf }: Schema,
  value: Record<string, unknown>,
): { key: string; names: string[]; chosen: Schema } | undefined {
  if (oneOf === undefined || oneOf.length === 0) return undefined;
  const [key] = Object.entries(oneOf[0].properties ?? {}).find(([, one]) => one.const !== undefined) ?? [];
  if (key === undefined) return undefined;
  const names = oneOf.map(({ properties = {} }) => String(properties[key]?.const));
  const at = Math.max(0, names.indexOf(String(value[key])));
  return { key, names, chosen: oneOf[at] };
}

/** Options as an object, however short they were written. */
export function wholeOptions(schema: Schema, given: unknown): unknown {
  if (kindOf(schema) === "texts") return typeof given === "string" ? [given] : (given ?? []);
  if (typeof given === "string") return schema.short === undefined ? {} : { [schema.short]: given };
  if (typeof given === "number") return given < 1 ? { share: given } : { rows: given };
  return given ?? {};
}

/** Options as short as they may be written. */
export function shortOptions(schema: Schema, options: unknown): unknown {
  if (Array.isArray(options)) return options.length === 1 ? options[0] : options;
  if (typeof options !== "object" || options === null) return options;
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const [first] = entries;
  if (entries.length === 1 && first[0] === schema.short && typeof first[1] === "string") return first[1];
  return Object.fromEntries(entries);
}

/** Options that a new step begins with: those that it cannot do without, as far as there is something to choose. */
export function newOptions(schema: Schema): unknown {
  if (kindOf(schema) === "texts") return [];
  const { properties = {}, required = [] } = schema.oneOf?.[0] ?? schema;
  return Object.fromEntries(
    required.flatMap((name): [string, unknown][] => {
      const one = properties[name] ?? {};
      if (one.default !== undefined) return [];
      if (one.const !== undefined) return [[name, one.const]];
      return kindOf(one) === "choice" ? [[name, one.enum?.[0]]] : [];
    }),
  );
}

/** A default in words, for what stands in an empty field. */
export function defaultText(schema: Schema): string | undefined {
  const { default: usual } = schema;
  if (usual === undefined) return undefined;
  return typeof usual === "object" ? JSON.stringify(usual) : String(usual);
}

/** "afternoon_before" as "Afternoon before". */
export function labelOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
