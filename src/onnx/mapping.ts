// Which columns of a schema go into which inputs of an ONNX file of others. Knows no file of ours.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { OnnxColumnPlan, OnnxElement, OnnxInputPlan } from "../model/kinds/onnx.ts";
import { ELEMENT } from "./graph.ts";
import { quoted } from "./quoted.ts";
import type { FilePort } from "./read.ts";

/** A column as people name it. */
export interface NamedColumn {
  column: string;
  /** What stands for a missing value. */
  missing?: number | string;
  /** What stands for each category. */
  values?: Readonly<Record<string, number | string>>;
}

export interface MappingWishes {
  /** Columns of the only matrix, in their order. */
  order?: readonly NamedColumn[];
  /** Columns of each input by its name. */
  inputs?: Readonly<Record<string, readonly NamedColumn[]>>;
  /** What stands for missing numbers where a column does not say. */
  missing?: number;
}

const ELEMENTS: Readonly<Record<number, OnnxElement>> = {
  [ELEMENT.float]: "float",
  [ELEMENT.double]: "double",
  [ELEMENT.int64]: "int64",
  [ELEMENT.int32]: "int32",
  [ELEMENT.bool]: "bool",
  [ELEMENT.text]: "text",
};

const HINT = "Say with --columns FILE which columns go into which input; docs/guide/onnx.md shows its form.";

/**
 * The plan of all inputs: as wished; else each input by the column of its name; else one matrix of all columns in the
 * order of the schema. Throws `schema-mismatch` where that does not fit, `onnx-unsupported` for inputs of other kinds.
 */
export function planInputs(
  ports: readonly FilePort[],
  columns: readonly ColumnSpecification[],
  wishes: MappingWishes,
): OnnxInputPlan[] {
  if (ports.length === 0)
    throw new OrbweaverError("onnx-unsupported", "the probabilities of the ONNX file depend on no input");
  const named = namesOf(ports, columns, wishes);
  return ports.map((port, index) => {
    const { element, rank } = formOf(port);
    const plans = named[index].map((name) => columnPlan(name, columns, element, wishes.missing));
    const width = rank === 1 ? 1 : port.shape?.[1];
    if (width !== undefined && width !== plans.length)
      throw mismatch(
        `its input ${quoted(port.name)} takes ${width} columns, ${plans.length} were named for it`,
      );
    return { name: port.name, element, rank, columns: plans };
  });
}

function formOf({ name, form, element, shape }: FilePort): { element: OnnxElement; rank: 1 | 2 } {
  const known = ELEMENTS[element];
  const rank = shape?.length ?? 2;
  if (form === "tensor" && known !== undefined && (rank === 1 || rank === 2)) return { element: known, rank };
  throw new OrbweaverError(
    "onnx-unsupported",
    `the ONNX file's input ${quoted(name)} is no list or matrix of floats, doubles, whole numbers or texts`,
  );
}

/** Columns of every input. */
function namesOf(
  ports: readonly FilePort[],
  columns: readonly ColumnSpecification[],
  { order, inputs }: MappingWishes,
): (readonly NamedColumn[])[] {
  if (inputs !== undefined) return wishedNames(ports, inputs);
  const all = order ?? columns.map(({ name }) => ({ column: name }));
  const byName = matchedNames(ports, all);
  // One matrix may have the name of a column by chance: what counts is whether it holds more.
  if (ports.length === 1 && !(byName && formOf(ports[0]).rank === 2 && ports[0].shape?.[1] === 1))
    return [all];
  if (byName !== undefined) return byName;
  const unmatched = ports.find(({ name }) => !all.some(({ column }) => plain(column) === plain(name)));
  throw mismatch(`it has ${ports.length} inputs, and no column is called ${quoted(unmatched?.name ?? "")}`);
}

function wishedNames(
  ports: readonly FilePort[],
  inputs: Readonly<Record<string, readonly NamedColumn[]>>,
): (readonly NamedColumn[])[] {
  const surplus = Object.keys(inputs).find((name) => !ports.some((port) => port.name === name));
  const known = ports
    .slice(0, 12)
    .map(({ name }) => quoted(name))
    .join(", ");
  if (surplus !== undefined) throw mismatch(`it has no input ${quoted(surplus)}; there are ${known}`);
  return ports.map(({ name }) => {
    const wished = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (wished === undefined) throw mismatch(`no columns were named for its input ${quoted(name)}`);
    return wished;
  });
}

/** One column for every input, by name; undefined unless every input has one of its own. */
function matchedNames(
  ports: readonly FilePort[],
  columns: readonly NamedColumn[],
): NamedColumn[][] | undefined {
  const found = ports.map(({ name }) => {
    const exact = columns.filter(({ column }) => column === name);
    const alike = exact.length > 0 ? exact : columns.filter(({ column }) => plain(column) === plain(name));
    return alike.length === 1 ? alike : undefined;
  });
  const distinct = new Set(found.map((columns) => columns?.[0]));
  return distinct.size === ports.length && !distinct.has(undefined) ? (found as NamedColumn[][]) : undefined;
}

/** Exporters write names of columns without blanks and points. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function columnPlan(
  { column: name, missing, values }: NamedColumn,
  columns: readonly ColumnSpecification[],
  element: OnnxElement,
  missingNumber: number | undefined,
): OnnxColumnPlan {
  const column = columns.findIndex((candidate) => candidate.name === name);
  if (column < 0) throw mismatch(`the schema has no column ${quoted(name)}`);
  const { kind, categories } = columns[column];
  const isText = element === "text";
  if (isText && kind !== "categorical")
    throw mismatch(`column ${quoted(name)} has numbers, and an input of texts takes categories only`);
  const none = missing ?? (isText ? undefined : missingNumber);
  const expected = isText ? "string" : "number";
  if (none !== undefined && typeof none !== expected)
    throw mismatch(
      `column ${quoted(name)} has '${none}' for missing values, expected a ${isText ? "text" : "number"}`,
    );
  return {
    column,
    ...(none !== undefined && { missing: none }),
    ...(values && { values: valuesOf(name, categories, values, expected) }),
  };
}

/** One value for each category. */
function valuesOf(
  name: string,
  categories: readonly string[],
  values: Readonly<Record<string, number | string>>,
  expected: "string" | "number",
): (number | string)[] {
  const surplus = Object.keys(values).find((category) => !categories.includes(category));
  if (surplus !== undefined) throw mismatch(`column ${quoted(name)} has no category ${quoted(surplus)}`);
  return categories.map((category) => {
    const value = Object.hasOwn(values, category) ? values[category] : undefined;
    if (typeof value === expected) return value as number | string;
    const found = value === undefined ? "no value" : `'${value}'`;
    throw mismatch(
      `column ${quoted(name)} has ${found} for ${quoted(category)}, expected a ${expected === "string" ? "text" : "number"}`,
    );
  });
}

function mismatch(what: string): OrbweaverError {
  return new OrbweaverError("schema-mismatch", `the columns do not fit the ONNX file: ${what}`, {
    hint: HINT,
  });
}
