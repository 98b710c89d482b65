import { expect, test } from "vitest";
import { tableLines, wrapped } from "./table.ts";

test("columns are aligned, numbers to the right, and styles do not count as width", () => {
  const loud = (text: string): string => `<${text}>`;
  const columns = [{ title: "NAME", style: loud }, { title: "N", align: "right" }, {}] as const;
  expect(
    tableLines(columns, [
      ["a", "1,000", "x"],
      ["long name", "7", ""],
    ]),
  ).toEqual(["  NAME           N", "  <a        >  1,000  x", "  <long name>      7"]);
  expect(tableLines([{ maximum: 4 }], [["abcdefg"]], { indent: 0 })).toEqual(["abc…"]);
});

test("text is broken at blanks", () => {
  expect(wrapped("one two three four", 9, "  ")).toEqual(["one two", "  three", "  four"]);
  expect(wrapped("unbreakable", 4, "")).toEqual(["unbreakable"]);
});
