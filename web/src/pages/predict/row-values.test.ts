// Values of a form: what is sent of them, what is refused, and how fields are grouped and found.

import { expect, test } from "vitest";
import {
  exampleValues,
  fieldGroups,
  hasExample,
  lacksValues,
  matchingFields,
  rowOf,
  valueProblem,
} from "./row-values.ts";
import type { Field } from "./types.ts";

function field(name: string, change: Partial<Field> = {}): Field {
  return { name, kind: "numeric", unit: "", categories: [], description: "", ...change };
}

const service = field("service", { kind: "categorical", categories: ["http", "dns"], example: "http" });
const bytes = field("src_bytes", { unit: "bytes", description: "From the source", example: 136 });
const rate = field("rate", { example: null });

test("numbers are sent as numbers, categories as texts, and empty fields not at all", () => {
  const fields = [service, bytes, rate, field("far")];
  expect(exampleValues(fields)).toEqual({ service: "http", src_bytes: "136", rate: "", far: "" });
  const values = { service: "7", src_bytes: " 1e3 ", rate: " ", far: "Infinity" };
  expect(rowOf(fields, values)).toEqual({ service: "7", src_bytes: 1000, far: "Infinity" });
  expect(rowOf(fields, {})).toEqual({});
});

test("what is no number is told before it is sent", () => {
  for (const text of ["", " ", "1", "-0.5", ".5", "1e-9", "+3", "inf", "-Infinity"])
    expect(valueProblem(bytes, text), text).toBeUndefined();
  for (const text of ["one", "1,5", "0x10", "1 2", "<img>", "--1"])
    expect(valueProblem(bytes, text), text).toBeDefined();
  expect(valueProblem(service, "anything")).toBeUndefined();
});

test("many fields are grouped by their first word, few are not", () => {
  expect(fieldGroups([service, bytes])).toEqual([{ title: "Fields", fields: [service, bytes] }]);
  const fields = ["Fwd IAT", "Bwd"].flatMap((word) =>
    Array.from({ length: 15 }, (_, index) => field(`${word} ${index}`)),
  );
  const groups = fieldGroups([...fields, field("Label")]);
  expect(groups.map(({ title, fields: some }) => [title, some.length])).toEqual([
    ["General", 1],
    ["fwd", 15],
    ["bwd", 15],
  ]);
});

test("fields are found by words of name, unit and meaning", () => {
  expect(matchingFields([service, bytes, rate], "BYTES source")).toEqual([bytes]);
  expect(matchingFields([service, bytes, rate], "")).toHaveLength(3);
  expect(hasExample([rate])).toBe(false);
  expect(lacksValues([rate])).toBe(false);
  expect(lacksValues([rate, bytes])).toBe(true);
  expect(hasExample([rate, bytes])).toBe(true);
});
