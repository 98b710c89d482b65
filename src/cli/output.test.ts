import { expect, test } from "vitest";
import { fitted, printable } from "./output.ts";

test("text of strangers cannot steer a terminal", () => {
  expect(printable("eth0\u001b[2J\r\n\u0007")).toBe("eth0\\u001b[2J\\u000d\\u000a\\u0007");
  expect(printable("a\u202eb\u2028c\u200bd")).toBe("a\\u202eb\\u2028c\\u200bd");
  expect(printable("übung, 数据")).toBe("übung, 数据");
});

test("what is too long is cut with an ellipsis", () => {
  expect([fitted("abc", 3), fitted("abcd", 3), fitted("abcd", 1)]).toEqual(["abc", "ab…", "…"]);
});
