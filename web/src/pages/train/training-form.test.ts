// Requests that come of the form: only what was said, by the names of the job's own form; and what does not fit its parameter.

import { expect, test } from "vitest";
import {
  EMPTY_FORM,
  type Parameter,
  problemOf,
  problemsOf,
  rangeText,
  requestOf,
  searchText,
  withPreset,
} from "./training-form.ts";

const RATE: Parameter = {
  name: "rate",
  type: "number",
  default: 0.1,
  minimum: 0,
  maximum: 1,
  description: "",
  search: { low: 0.01, high: 1, scale: "log" },
};
const ROUNDS: Parameter = { name: "rounds", type: "integer", default: 9, minimum: 1, description: "" };
const LEARNERS = [
  { id: "tree", task: "classification" as const, description: "", parameters: [RATE, ROUNDS] },
];

test("an untouched form asks for folds of the default learner and no more", () => {
  expect(requestOf({ ...EMPTY_FORM, rows: { dataset: "nsl@train" } })).toEqual({
    rows: [{ dataset: "nsl@train" }],
    learners: ["boosting"],
    cv: 5,
  });
});

test("values are told by learner, those of learners that are not chosen are not", () => {
  const request = requestOf({
    ...EMPTY_FORM,
    rows: { upload: "u" },
    learners: ["tree", "mlp"],
    values: { tree: { maxDepth: 4 }, boosting: { iterations: 3 }, mlp: { layers: "8,8" } },
    judging: "none",
    metric: "macroF1",
    name: "nsl",
    labelMap: "own",
    ownMap: "smurf=dos\n\n a=b = c \nnonsense\n",
  });
  expect(request).toEqual({
    rows: [{ upload: "u" }],
    learners: ["tree", "mlp"],
    set: ["tree.maxDepth=4", "mlp.layers=8,8"],
    name: "nsl",
    labelMap: { smurf: "dos", "a=b": "c" },
  });
});

test("trials belong to draws, and the grid to a search", () => {
  const form = { ...EMPTY_FORM, rows: { dataset: "a" }, trials: 5, grid: "maxDepth=1,2\n" };
  expect(requestOf(form)).not.toHaveProperty("grid");
  expect(requestOf({ ...form, search: "grid" })).toMatchObject({ search: "grid", grid: ["maxDepth=1,2"] });
  expect(requestOf({ ...form, search: "grid" })).not.toHaveProperty("trials");
  expect(requestOf({ ...form, search: "random" })).toMatchObject({ trials: 5 });
});

test("a recipe has its own learners until others are chosen", () => {
  const preset = {
    id: "kdd5",
    data: "",
    title: "",
    remark: "",
    label: ["label"],
    labelMap: "kdd5",
    learners: ["tree"],
    cv: 4,
    metric: "mcc",
  };
  const form = withPreset({ ...EMPTY_FORM, rows: { dataset: "a" } }, preset);
  expect(requestOf(form)).toEqual({
    rows: [{ dataset: "a" }],
    preset: "kdd5",
    labelMap: "kdd5",
    cv: 4,
    metric: "mcc",
  });
  expect(requestOf({ ...form, learners: ["mlp"] })).toMatchObject({ preset: "kdd5", learners: ["mlp"] });
  expect(withPreset(form, undefined).learners).toEqual(["boosting"]);
});

test.each<[Parameter, number | string, RegExp | undefined]>([
  [RATE, 0.5, undefined],
  [RATE, 1.5, /0 to 1/],
  [ROUNDS, 1.5, /whole/],
  [ROUNDS, 0, /at least 1/],
  [RATE, "", /value/],
  [{ ...RATE, type: "choice", choices: ["a"] }, "b", /expected a/],
  [{ ...RATE, type: "text", pattern: "\\d+", form: "digits" }, "12a", /digits/],
])("%j with %j", (parameter, value, expected) => {
  const problem = problemOf(parameter, value);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});

test("what is wrong is named before it is sent", () => {
  const form = { ...EMPTY_FORM, learners: ["tree"], values: { tree: { rate: 7 } }, name: "a b" };
  expect(problemsOf(form, LEARNERS)).toEqual([
    "Choose the rows to learn from.",
    expect.stringMatching(/^A name/),
    "tree, rate: expected 0 to 1.",
  ]);
  expect(searchText(RATE)).toBe("0.01 to 1, every decade alike");
  expect(rangeText(ROUNDS)).toBe("at least 1");
});
