// Values as people read them.

import { expect, test } from "vitest";
import { cellText, factLines, nameInWords } from "./facts-words.ts";

test("names of code become words, names of others stay", () => {
  expect(nameInWords("sampleRows")).toBe("sample rows");
  expect(nameInWords("attack_probability")).toBe("attack probability");
  expect(nameInWords("rocAUC")).toBe("rocAUC");
  expect(nameInWords("Flow Duration")).toBe("Flow Duration");
  expect(nameInWords("DDoS-ACK")).toBe("DDoS-ACK");
});

test("scalars and lists of them fit a cell, nothing else does", () => {
  expect(cellText(2325)).toBe("2,325");
  expect(cellText(null)).toBe("–");
  expect(cellText(true)).toBe("yes");
  expect(cellText(["a", 1, false])).toBe("a, 1, no");
  expect(cellText([])).toBe("none");
  expect(cellText([1, 2, 3], 2)).toBe("1, 2, and 1 more");
  expect(cellText({ a: 1 })).toBeUndefined();
  expect(cellText([{ a: 1 }])).toBeUndefined();
});

test("what is nested stands behind a heading, further in", () => {
  expect(
    factLines({ rows: 3, byClass: { scan: 1, flood: 2 }, list: [{ a: 1 }], empty: {} }).map(
      ({ depth, name, text }) => [depth, name, text],
    ),
  ).toEqual([
    [0, "rows", "3"],
    [0, "by class", undefined],
    [1, "scan", "1"],
    [1, "flood", "2"],
    [0, "list", undefined],
    [1, "1", undefined],
    [2, "a", "1"],
    [0, "empty", "none"],
  ]);
  expect(factLines("only a text")).toEqual([{ key: "", depth: 0, name: "", text: "only a text" }]);
});

test("what is too long or too deep is told in short", () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, index]));
  expect(factLines(many).at(-1)?.name).toBe("and 100 more");
  expect(factLines({ a: { b: { c: { d: { e: { f: 1 } } } } } }).at(-1)?.text).toBe('{"f":1}');
});
