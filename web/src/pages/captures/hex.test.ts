// Bytes in lines of sixteen.

import { expect, test } from "vitest";
import { hexLines } from "./hex.ts";

test("bytes stand in lines of sixteen with their places and what is printable", () => {
  const lines = hexLines("3c7363726970743e1b5b33316d0d0a61626364");
  expect(lines.map(({ place }) => place)).toEqual(["0000", "0010"]);
  expect(lines[0]?.bytes.map(({ text }) => text).join("")).toBe("<script>·[31m··a");
  expect(lines[1]?.bytes.map(({ hex }) => hex)).toEqual(["62", "63", "64"]);
  expect(hexLines("")).toEqual([]);
});
