import { expect, test } from "vitest";
import { jsonText } from "./json.ts";

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
