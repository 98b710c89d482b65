// Trees as they are drawn: parts put where the tree was cut, verdicts in words.

import { expect, test } from "vitest";
import { drawn, isCut, merged, type TreeNode, tipsOf, verdictText } from "./tree-nodes.ts";

const leaf = (id: number, name: string): TreeNode => ({
  id,
  rows: 5,
  value: 1,
  classes: [{ name, share: 1 }],
});
const cut: TreeNode = { id: 1, rows: 10, value: 0.5, question: "b ≤ 2" };
const root: TreeNode = { id: 0, rows: 15, value: 0.4, question: "a ≤ 1", yes: cut, no: leaf(4, "dos") };

test("what was asked for later stands where the tree was cut", () => {
  const part = { ...cut, yes: leaf(2, "normal"), no: leaf(3, "dos") };
  expect(isCut(cut)).toBe(true);
  expect(tipsOf(root)).toBe(2);
  const whole = merged(root, new Map([[1, part]]));
  expect(whole.yes?.no?.id).toBe(3);
  expect(tipsOf(whole)).toBe(3);
  expect(merged(root, new Map())).toEqual(root);
});

test("verdicts are classes with shares, or signed scores", () => {
  expect(verdictText(leaf(1, "dos"))).toBe("dos 100.0 %");
  expect(verdictText({ id: 0, rows: 1, value: -0.25 })).toBe("−0.250");
});

test("answers are told at the children, and a cut node says that there is more", () => {
  const found = drawn(root, (name) => name === "normal");
  expect(found.children?.map(({ label }) => label.formatter.split(":")[0])).toEqual(["yes", "no"]);
  expect(found.children?.[0]).toMatchObject({ isCut: true });
  expect(found.children?.[0].label.formatter).toContain("…");
  expect(found.children?.[1].value).toContain("5 training rows");
});
