import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../base/errors.ts";
import { parseRecipe, recipeOf, recipeText } from "./recipe.ts";

function failure(text: string): string {
  try {
    parseRecipe(text, "r.yaml");
  } catch (cause) {
    expect(cause).toBeInstanceOf(OrbweaverError);
    expect((cause as OrbweaverError).code).toBe("recipe-invalid");
    return (cause as OrbweaverError).message;
  }
  throw new Error("no failure");
}

test("short and long forms of steps are the same", () => {
  const long = parseRecipe(
    "sources: [a]\nsteps:\n  - drop: [x]\n  - missing: {strategy: median}\n  - duplicates: {keep: first}\n  - group: {by: kdd5}\n",
    "r.yaml",
  );
  const short = parseRecipe(
    "sources: a\nsteps:\n  - drop: x\n  - missing: median\n  - duplicates\n  - group: kdd5\n",
    "r.yaml",
  );
  expect(short.steps.map(({ options }) => options)).toEqual(long.steps.map(({ options }) => options));
  expect(short.sources).toEqual(long.sources);
});

test("what is printed is read as the same", () => {
  const given = {
    name: "x",
    sources: ["a", "b@train"],
    steps: [{ filter: "a > 5 and t = 'it''s: #1'" }, { split: { by: "random" } }, { missing: "mean" }],
  };
  const read = parseRecipe(recipeText(given), "r.yaml");
  expect(read.given).toEqual(given);
  expect(recipeOf(given)).toEqual(read);
});

describe("what is wrong is told with line and place", () => {
  test.each([
    ["steps:\n  - drop: [x]\n  - nonsense: 1\n", "'r.yaml' line 3, steps[2]: there is no step 'nonsense'"],
    [
      "steps:\n  - drop: [x]\n  - missing:\n      strategy: medan\n",
      "'r.yaml' line 4, steps[2].missing.strategy: Invalid option",
    ],
    ["steps:\n  - {drop: [x], keep: [y]}\n", "steps[1]: found 2 keys, expected one"],
    ["steps:\n  - [drop]\n", "steps[1]: expected a step"],
    ["steps:\n  - missing: {strategy: constant}\n", "the strategy constant needs a value"],
    ["steps:\n  - missing: {strategy: mean, value: 1}\n", "the strategy constant needs a value"],
    ["steps:\n  - sample: {rows: 1, share: 0.5}\n", "expected either rows or a share"],
    ["steps:\n  - time: {column: t, zone: Mars/Base}\n", "line 2, steps[1].time.zone: found 'Mars/Base'"],
    [
      "steps:\n  - label-rules:\n      rules:\n        - label: a\n          source: 10.0.0.0/33\n",
      "line 5, steps[1].label-rules.rules[1].source: found '10.0.0.0/33', expected an address",
    ],
    ["stepz: []\n", "'r.yaml' line 1: Unrecognized key"],
    ["steps: [\n", "'r.yaml' line"],
    ["- 1\n", "'r.yaml' line 1"],
    ["sources: a\ncolumns: all\n", "line 2, columns"],
    ["steps:\n  - split: {by: random, parts: {train: 90, test: 20}}\n", "sum to more than 100"],
  ])("%s", (text, message) => {
    expect(failure(text)).toContain(message);
  });
});

describe("what learns from rows stands behind the split", () => {
  test.each([
    [
      "missing: mean",
      "step 1 (missing): learns means from rows and stands before the split; put it behind step 2",
    ],
    ["missing: median", "learns medians"],
    ["missing: most-frequent", "learns most frequent values"],
    ["infinite: largest", "learns the greatest finite values"],
    ["constant: drop", "learns which columns are constant"],
    ["empty: drop", "learns which columns are empty"],
    ["encode: ordinal", "learns the values of categories"],
    ["balance: smote", "learns rows to add or leave out"],
  ])("%s", (step, message) => {
    expect(failure(`steps:\n  - ${step}\n  - split: random\n`)).toContain(message);
  });

  test.each([
    "missing: drop",
    "missing: {strategy: constant, value: 0}",
    "infinite: missing",
    "duplicates: drop",
  ])("%s may stand before it", (step) => {
    expect(parseRecipe(`steps:\n  - ${step}\n  - split: random\n`, "r.yaml").steps).toHaveLength(2);
  });

  test("folds have no training part, and balance needs one", () => {
    expect(failure("steps:\n  - split: folds\n  - missing: mean\n")).toContain(
      "step 2 (missing): learns means from the part 'train', and step 1 (split) makes none",
    );
    expect(
      failure("steps:\n  - split: {by: random, parts: {a: 50, b: 50}}\n  - encode: one-hot\n"),
    ).toContain("makes none");
    expect(failure("steps:\n  - balance: smote\n")).toContain(
      "there are none without a step 'split' before it",
    );
    expect(failure("steps:\n  - split: random\n  - split: time\n")).toContain(
      "step 2 (split): the table is split already",
    );
  });
});
