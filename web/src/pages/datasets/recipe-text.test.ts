// A recipe's text and its form keep in step: what is read, and that a change touches its place alone, comments and all.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readRecipe, withMember, withNewStep, withoutStep, withStep, withStepAt } from "./recipe-text.ts";

const TEXT = `# what it is for
name: nsl-clean
sources: nsl
steps:
  # repeats first
  - duplicates: drop
  - split: random # seventy, ten, twenty
  - missing: { strategy: constant, value: -1 }
`;

test("a recipe is read with its steps as they are written", () => {
  expect(readRecipe(TEXT)).toEqual({
    recipe: {
      name: "nsl-clean",
      sources: ["nsl"],
      steps: [
        { name: "duplicates", options: "drop" },
        { name: "split", options: "random" },
        { name: "missing", options: { strategy: "constant", value: -1 } },
      ],
    },
  });
  expect(readRecipe("")).toEqual({ recipe: { sources: [], steps: [] } });
  expect(readRecipe("steps: [constant]")).toEqual({
    recipe: { sources: [], steps: [{ name: "constant", options: undefined }] },
  });
});

test("what is no recipe is told with its line", () => {
  expect(readRecipe("steps:\n  - drop: [a\n")).toEqual({ problem: expect.stringContaining("line 3") });
  expect(readRecipe("- a\n")).toEqual({ problem: expect.stringContaining("expected a recipe") });
  expect(readRecipe("steps: 3\n")).toEqual({ problem: "steps: expected a list" });
  expect(readRecipe("steps:\n  - { a: 1, b: 2 }\n")).toEqual({
    problem: expect.stringContaining("steps[1]"),
  });
});

describe("a change", () => {
  test("of a member leaves the rest as it was", () => {
    const changed = withMember(TEXT, "name", "other");
    expect(changed).toBe(TEXT.replace("nsl-clean", "other"));
    expect(parse(withMember(TEXT, "name", undefined))).not.toHaveProperty("name");
    const labelled = withMember(TEXT, "label", "class");
    expect(Object.keys(parse(labelled))).toEqual(["name", "sources", "label", "steps"]);
    expect(parse(withMember("", "sources", ["a", "b@train"]))).toEqual({ sources: ["a", "b@train"] });
  });

  test("of a step touches this step alone", () => {
    const changed = withStep(TEXT, 0, { name: "duplicates", options: { across: "drop" } });
    expect(changed).toContain("# what it is for");
    expect(changed).toContain("# seventy, ten, twenty");
    expect(parse(changed).steps).toEqual([{ duplicates: { across: "drop" } }, ...parse(TEXT).steps.slice(1)]);
  });

  test("adds, moves and removes steps", () => {
    const added = withNewStep(TEXT, { name: "drop", options: "<img src=x>" });
    expect(parse(added).steps.at(-1)).toEqual({ drop: "<img src=x>" });
    const moved = withStepAt(TEXT, 1, 0);
    expect(parse(moved).steps.map((step: object) => Object.keys(step)[0])).toEqual([
      "split",
      "duplicates",
      "missing",
    ]);
    expect(moved).toContain("split: random # seventy, ten, twenty");
    expect(parse(withStepAt(TEXT, 0, -1))).toEqual(parse(TEXT));
    expect(parse(withoutStep(TEXT, 1)).steps).toHaveLength(2);
    expect(parse(withNewStep("", { name: "split", options: "random" }))).toEqual({
      steps: [{ split: "random" }],
    });
    expect(withNewStep("steps: []\n", { name: "split", options: "random" })).toBe(
      "steps:\n  - split: random\n",
    );
  });
});
