// The values of a row as they stand in a form: texts, checked before they are sent, and put into groups where there are many.

import type { Field } from "./types.ts";

/** By the name of the field; "" is missing. */
export type RowValues = Readonly<Record<string, string>>;

export interface FieldGroup {
  title: string;
  fields: Field[];
}

/** With fewer fields nobody needs groups. */
const GROUPED_FROM = 25;
/** Fields of smaller groups stand together, in front. */
const GROUP_MIN = 3;
const OTHERS = "General";
const WORDS = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$|^[-+]?inf(?:inity)?$/i;

export function exampleValues(fields: readonly Field[]): RowValues {
  return Object.fromEntries(
    fields.map(({ name, example }) => [
      name,
      example === undefined || example === null ? "" : String(example),
    ]),
  );
}

/** Whether something is missing in the example, as it may be in real rows. */
export function lacksValues(fields: readonly Field[]): boolean {
  return hasExample(fields) && fields.some(({ example }) => example === null);
}

export function hasExample(fields: readonly Field[]): boolean {
  return fields.some(({ example }) => example !== undefined && example !== null);
}

/** What is wrong with a value; undefined where nothing is. */
export function valueProblem(field: Pick<Field, "kind">, text: string): string | undefined {
  if (field.kind === "categorical" || text.trim() === "" || WORDS.test(text.trim())) return undefined;
  return "A number is expected, such as 12 or 0.5";
}

/** The row as it is sent: numbers as numbers, missing values left out. */
export function rowOf(fields: readonly Field[], values: RowValues): Record<string, number | string> {
  const row: Record<string, number | string> = {};
  for (const { name, kind } of fields) {
    const text = (values[name] ?? "").trim();
    if (text === "") continue;
    const number = Number(text);
    // JSON has no infinities: those go as texts.
    row[name] = kind === "categorical" || !Number.isFinite(number) ? text : number;
  }
  return row;
}

/** Groups by the word that names begin with; one group where there are few fields. */
export function fieldGroups(fields: readonly Field[]): FieldGroup[] {
  if (fields.length < GROUPED_FROM) return [{ title: "Fields", fields: [...fields] }];
  const groups = new Map<string, Field[]>();
  for (const field of fields) {
    const word = firstWord(field.name);
    groups.set(word, [...(groups.get(word) ?? []), field]);
  }
  const large = [...groups].filter(([, some]) => some.length >= GROUP_MIN);
  const others = [...groups].filter(([, some]) => some.length < GROUP_MIN).flatMap(([, some]) => some);
  const titled = large.map(([title, some]) => ({ title, fields: some }));
  return others.length === 0 ? titled : [{ title: OTHERS, fields: others }, ...titled];
}

function firstWord(name: string): string {
  const [word = name] = name.trim().split(/[\s._/-]+|(?<=[a-z])(?=[A-Z])/);
  return word === "" ? name : word.toLowerCase();
}

/** Fields whose name, unit or meaning holds all words of a search. */
export function matchingFields(fields: readonly Field[], search: string): Field[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return fields.filter(({ name, unit, description }) => {
    const text = `${name} ${unit} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
