import { expect, test } from "vitest";
import { jsonText } from "./json.ts";
import { fitted, printable } from "./output.ts";
import { tableLines, wrapped } from "./table.ts";
import { Thinning } from "./thinning.ts";

test("text of strangers cannot steer a terminal", () => {
  expect(printable("eth0\u001b[2J\r\n\u0007")).toBe("eth0\\u001b[2J\\u000d\\u000a\\u0007");
  expect(printable("a\u202eb\u2028c\u200bd")).toBe("a\\u202eb\\u2028c\\u200bd");
  expect(printable("übung, 数据")).toBe("übung, 数据");
});

test("what is too long is cut with an ellipsis", () => {
  expect([fitted("abc", 3), fitted("abcd", 3), fitted("abcd", 1)]).toEqual(["abc", "ab…", "…"]);
});

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

test("JSON has keys in snake case, but names that data give stay as they are", () => {
  const value = {
    wireBytes: 1,
    byClass: { SynFlood: 2 },
    nested: [{ endUs: Number.NaN }],
    list: Uint8Array.of(1, 2),
  };
  expect(jsonText(value)).toBe(
    '{"wire_bytes":1,"by_class":{"SynFlood":2},"nested":[{"end_us":null}],"list":[1,2]}',
  );
});

test("of verdicts alike the first, the tenth, the hundredth are shown; the rest is counted", () => {
  const scan = { className: "scan", attack: true, service: "ssh", source: "a" };
  const thinning = new Thinning();
  const shown: number[] = [];
  for (let flow = 1; flow <= 1000; flow++)
    if (thinning.admits({ ...scan, destination: `${flow}` })) shown.push(flow);
  expect(shown).toEqual([1, 2, 3, 4, 10, 100, 1000]);
  expect(thinning.takeFolded()).toEqual([["scan", 993]]);
  expect(thinning.takeFolded()).toEqual([]);
});

test("verdicts alike by target fold as well, and another pair of hosts is shown at once", () => {
  const thinning = new Thinning();
  const flood = { className: "flood", attack: true, service: "http", destination: "victim" };
  const shown = Array.from({ length: 50 }, (_, source) => thinning.admits({ ...flood, source: `${source}` }));
  expect(shown.filter(Boolean)).toHaveLength(5);
  expect(thinning.admits({ ...flood, source: "x", destination: "other" })).toBe(true);
});
