import { describe, expect, test } from "vitest";
import { OrbweaverError } from "../../base/errors.ts";
import { SELECTION_METHODS } from "./methods/_index.ts";
import { completeSteps, parseSelection, selectionText } from "./steps.ts";

describe("steps as text", () => {
  test("values in the order of the parameters, the rest by default", () => {
    expect(parseSelection("variance:0, correlation:0.9,elimination:12:0.5,model")).toEqual([
      { method: "variance", parameters: { threshold: 0 } },
      { method: "correlation", parameters: { threshold: 0.9 } },
      { method: "elimination", parameters: { columns: 12, share: 0.5 } },
      { method: "model", parameters: { columns: 0 } },
    ]);
  });

  test("come back as they were", () => {
    const all = SELECTION_METHODS.map((method) => method.id).join(",");
    const steps = parseSelection(all);
    expect(parseSelection(selectionText(steps))).toEqual(steps);
    expect(selectionText(parseSelection("anova:7,elimination"))).toBe("anova:7,elimination:10:0.25");
  });

  test.each([
    ["", "is empty"],
    ["variance:0,,anova", "is empty"],
    ["anove:10", "there is no method of selection 'anove'"],
    ["anova:ten", "parameter 'columns' is 'ten', expected a number"],
    ["anova:", "parameter 'columns' is '', expected a number"],
    ["anova:0", "parameter 'columns' is 0, expected a whole number from 1"],
    ["anova:2.5", "expected a whole number"],
    ["correlation:1.1", "parameter 'threshold' is 1.1, expected a number from 0 to 1"],
    ["anova:10:2", "has 2 values, expected anova:COLUMNS"],
  ])("'%s' is refused: %s", (text, message) => {
    const failure = failureOf(() => parseSelection(text));
    expect(failure.code).toBe("parameter-invalid");
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain("\n");
  });

  test("steps given as objects are held to the same", () => {
    expect(completeSteps([{ method: "anova", parameters: {} }])[0].parameters).toEqual({ columns: 10 });
    const wrong = () => completeSteps([{ method: "anova", parameters: { k: 3 } }]);
    expect(failureOf(wrong).message).toContain("parameter 'k' is unknown");
  });
});

function failureOf(work: () => unknown): OrbweaverError {
  try {
    work();
  } catch (error) {
    if (error instanceof OrbweaverError) return error;
  }
  throw new Error("nothing was refused");
}
