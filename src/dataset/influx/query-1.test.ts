import { describe, expect, test } from "vitest";
import { quoted, requireReading } from "./query-1.ts";

describe("only one SELECT that writes nothing is asked", () => {
  test.each([
    'SELECT "into" FROM m',
    "select x from m where y = 'a; DROP MEASUREMENT m'",
    "SELECT x FROM m;",
    "SELECT x FROM m -- INTO; nothing",
    "SELECT x /* into */ FROM m",
    "  SELECT count(x) FROM (SELECT x FROM m)",
  ])("%s", (query) => {
    expect(() => requireReading(query)).not.toThrow();
  });

  test.each([
    ["DROP MEASUREMENT m", "begins with 'DROP'"],
    ["SELECTED", "begins with 'SELECTED'"],
    ["", "begins with ''"],
    ["SELECT x INTO n FROM m", "has INTO"],
    ["SELECT x /* ' */ into n FROM m /* ' */", "has INTO"],
    ['SELECT "a\\"" INTO n FROM m', "has INTO"],
    ["SELECT x FROM m; DROP MEASUREMENT m", "has several statements"],
    ["SELECT x FROM m WHERE a = 'it\\'s'; DROP DATABASE d", "has several statements"],
  ])("not %s", (query, problem) => {
    expect(() => requireReading(query)).toThrow(problem);
  });
});

test("names are quoted as InfluxQL wants it", () => {
  expect(quoted('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
});
