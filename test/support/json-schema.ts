// JSON Schema as our OpenAPI document uses it: values that fit, and what does not fit. For tests only.
//
// Knows the words that the document has, and throws for any other, so that a new word is not passed over.

import fc from "fast-check";

export type Schema = { readonly [word: string]: unknown };

const SAID = new Set([
  "description",
  "title",
  "default",
  "examples",
  "deprecated",
  "$schema",
  "id",
  "contentEncoding",
  "contentMediaType",
]);
const KNOWN = new Set([
  "type", "properties", "required", "additionalProperties", "propertyNames", "items", "prefixItems", "minItems", "maxItems",
  "anyOf", "oneOf", "allOf", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum",
  "exclusiveMinimum", "exclusiveMaximum", "$ref",
]); // biome-ignore format: a list

/** Most levels of values that are made. */
const DEPTH_MAX = 4;

/** The schema itself, behind references into the document. */
export function resolved(schema: Schema, document: Schema): Schema {
  let found = schema;
  while (typeof found["$ref"] === "string") {
    const path = found["$ref"].replace(/^#\//, "").split("/");
    found = path.reduce<Schema>((at, name) => at[name] as Schema, document);
  }
  for (const word of Object.keys(found))
    if (!KNOWN.has(word) && !SAID.has(word)) throw new Error(`JSON Schema with '${word}'`);
  return found;
}

const list = (value: unknown): Schema[] => (Array.isArray(value) ? (value as Schema[]) : []);

/** What of a value does not fit; empty where it does. */
export function misfits(value: unknown, given: Schema | boolean, document: Schema, at = "$"): string[] {
  if (given === true) return [];
  if (given === false) return [`${at}: nothing fits`];
  const schema = resolved(given, document);
  const inner = (one: unknown, part: Schema | boolean, place: string) => misfits(one, part, document, place);
  const found: string[] = [];
  const say = (isBroken: boolean, word: string): void => {
    if (isBroken)
      found.push(`${at}: ${word} ${JSON.stringify(schema[word])} and ${JSON.stringify(value)?.slice(0, 80)}`);
  };
  const alternatives = list(schema["anyOf"]).concat(list(schema["oneOf"]));
  if (alternatives.length > 0)
    say(!alternatives.some((one) => inner(value, one, at).length === 0), schema["anyOf"] ? "anyOf" : "oneOf");
  for (const one of list(schema["allOf"])) found.push(...inner(value, one, at));
  say("const" in schema && value !== schema["const"], "const");
  say(Array.isArray(schema["enum"]) && !schema["enum"].includes(value), "enum");
  say("type" in schema && ![schema["type"]].flat().some((type) => isOfType(value, type as string)), "type");
  if (typeof value === "number") {
    say(value < ((schema["minimum"] as number) ?? value), "minimum");
    say(value > ((schema["maximum"] as number) ?? value), "maximum");
    say(value <= ((schema["exclusiveMinimum"] as number) ?? Number.NEGATIVE_INFINITY), "exclusiveMinimum");
    say(value >= ((schema["exclusiveMaximum"] as number) ?? Number.POSITIVE_INFINITY), "exclusiveMaximum");
  }
  if (typeof value === "string") {
    say([...value].length < ((schema["minLength"] as number) ?? 0), "minLength");
    say(value.length > ((schema["maxLength"] as number) ?? Number.POSITIVE_INFINITY), "maxLength");
    say("pattern" in schema && !new RegExp(schema["pattern"] as string, "u").test(value), "pattern");
  }
  if (Array.isArray(value)) {
    say(value.length < ((schema["minItems"] as number) ?? 0), "minItems");
    say(value.length > ((schema["maxItems"] as number) ?? Number.POSITIVE_INFINITY), "maxItems");
    if ("items" in schema)
      value.forEach(
        (one, index) => void found.push(...inner(one, schema["items"] as Schema, `${at}[${index}]`)),
      );
  } else if (typeof value === "object" && value !== null) {
    const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
    for (const name of (schema["required"] as string[] | undefined) ?? [])
      say(!Object.hasOwn(value, name), "required");
    for (const [name, one] of Object.entries(value)) {
      const part = Object.hasOwn(properties, name)
        ? properties[name]
        : (schema["additionalProperties"] as Schema | undefined);
      if (part !== undefined) found.push(...inner(one, part, `${at}.${name}`));
    }
  }
  return found;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** Values that fit a schema, or nearly. */
export function fitting(given: Schema | boolean, document: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (typeof given === "boolean" || depth > DEPTH_MAX) return fc.jsonValue({ maxDepth: 1 });
  const schema = resolved(given, document);
  const inner = (part: Schema | boolean) => fitting(part, document, depth + 1);
  const alternatives = [...list(schema["anyOf"]), ...list(schema["oneOf"]), ...list(schema["allOf"])];
  if (alternatives.length > 0) return fc.oneof(...alternatives.map(inner));
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"]);
  switch ([schema["type"]].flat()[0]) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return numbers(schema);
    case "string":
      return strings(schema);
    case "array": {
      const minLength = Math.min((schema["minItems"] as number) ?? 0, 50);
      const maxLength = Math.min((schema["maxItems"] as number) ?? 5, minLength + 5);
      return fc.array(inner((schema["items"] as Schema) ?? true), { minLength, maxLength });
    }
    case "object":
      return objects(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const min = Math.max((schema["minimum"] as number) ?? -1_000, -(2 ** 31));
  const max = Math.min((schema["maximum"] as number) ?? 100_000, 2 ** 31);
  const whole = fc.integer({ min: Math.ceil(min), max: Math.max(Math.ceil(min), Math.floor(max)) });
  if (schema["type"] === "integer") return whole;
  return fc.oneof(whole, fc.double({ min, max: Math.max(min, max), noNaN: true }));
}

function strings(schema: Schema): fc.Arbitrary<string> {
  const minLength = Math.min((schema["minLength"] as number) ?? 0, 100);
  const maxLength = Math.max(minLength, Math.min((schema["maxLength"] as number) ?? 30, minLength + 30));
  const free = fc.string({ minLength, maxLength, unit: "grapheme" });
  if (typeof schema["pattern"] !== "string") return free;
  try {
    return fc.stringMatching(new RegExp(schema["pattern"]), { maxLength: 100 });
  } catch {
    // What has a form that is not made here is nearly right at most.
    return fc.oneof(free, fc.constant("2026-01-01T00:00:00Z"));
  }
}

function objects(
  schema: Schema,
  inner: (part: Schema | boolean) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const names = Object.keys(properties);
  const required = (schema["required"] as string[] | undefined) ?? [];
  const named = fc.record(Object.fromEntries(names.map((name) => [name, inner(properties[name])])), {
    requiredKeys: required.filter((name) => names.includes(name)),
  });
  const more = schema["additionalProperties"];
  if (more === false || (more === undefined && names.length > 0)) return named;
  const others = fc.dictionary(fc.string({ maxLength: 12 }), inner((more as Schema | true) ?? true), {
    maxKeys: 4,
  });
  return fc.tuple(named, others).map(([one, other]) => ({ ...other, ...one }));
}
