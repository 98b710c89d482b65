import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SELECTION_METHODS } from "./_index.ts";

const page = readFileSync(new URL("../../../../docs/reference/selection.md", import.meta.url), "utf8");

test("the page of the reference has the table of the methods", () => {
  const rows = SELECTION_METHODS.map(({ id, parameters, description, score }) => {
    const values = parameters.map(
      ({ name, minimum, maximum, default: standard }) => `\`${name}\` ${minimum} to ${maximum} (${standard})`,
    );
    return `| \`${id}\` | ${values.join(", ")} | ${description.replaceAll("|", "\\|")} | ${score} |`;
  });
  const found = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(found).toEqual(rows);
  for (const { id } of SELECTION_METHODS) expect(page).toContain(`**${id}.**`);
});

test("every parameter has a default within its range, and says what it does", () => {
  for (const { parameters } of SELECTION_METHODS) {
    expect(parameters.length).toBeLessThanOrEqual(2);
    for (const { default: standard, minimum, maximum, description } of parameters) {
      expect(standard).toBeGreaterThanOrEqual(minimum as number);
      expect(standard).toBeLessThanOrEqual(maximum as number);
      expect(description.length).toBeGreaterThan(10);
    }
  }
});
