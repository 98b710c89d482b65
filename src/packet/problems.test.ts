import { expect, test } from "vitest";
import * as problems from "./problems.ts";
import { PROBLEMS, problemName } from "./problems.ts";

const constants = Object.entries(problems).filter(
  (entry): entry is [string, number] => entry[0].startsWith("PROBLEM_") && typeof entry[1] === "number",
);

test("0 means none", () => {
  expect(PROBLEMS[0].kind).toBe("none");
  expect(problemName(0)).toBe("none");
  expect(problemName(-1)).toBe("none");
});

test("layer and reason name one problem each", () => {
  const names = PROBLEMS.map((_, index) => problemName(index));
  expect(new Set(names).size).toBe(PROBLEMS.length);
});

test("every entry has a constant, or is the short half of a header's pair", () => {
  const numbered = new Set(constants.map(([, number]) => number));
  expect(numbered.size).toBe(constants.length);
  PROBLEMS.forEach((entry, index) => {
    if (entry.reason !== "header short")
      expect([entry.layer, entry.reason, numbered.has(index)]).toEqual([entry.layer, entry.reason, true]);
  });
});

test("directly behind a cut header stands the short one", () => {
  const cut = PROBLEMS.flatMap((entry, index) => (entry.reason === "header cut" ? [index] : []));
  expect(cut.length).toBeGreaterThan(10);
  for (const index of cut) {
    expect(PROBLEMS[index].kind).toBe("cut");
    expect(PROBLEMS[index + 1]).toMatchObject({
      layer: PROBLEMS[index].layer,
      reason: "header short",
      kind: "malformed",
    });
  }
});
