import { expect, test } from "vitest";
import { nameMeaning } from "./column-names.ts";

test.each([
  ["Flow ID", "identifier"],
  ["idx", "identifier"],
  ["", undefined],
  ["frame.time", "clock"],
  [" Timestamp", "clock"],
  ["ip.src", "address"],
  ["Src IP", "address"],
  ["id.orig_h", "address"],
  ["label_value", "class"],
  ["difficulty", "class"],
  ["tcp.flags.push", undefined],
  ["Flow Duration", undefined],
  ["dst_host_count", undefined],
])("the name '%s' means %s", (name, meaning) => {
  expect(nameMeaning(name)).toBe(meaning);
});
