// Models put together: names in charge and of the registry, aliases, and what rolling back goes to.

import { expect, test } from "vitest";
import {
  type AliasChange,
  aliasesOf,
  modelRows,
  namedBefore,
  type Served,
  versionInCharge,
} from "./model-facts.ts";

const registered = (name: string, history: AliasChange[] = [], aliases: Record<string, number> = {}) => ({
  name,
  created: "",
  aliases,
  versions: [],
  history,
});
const change = (how: AliasChange["how"], version?: number, alias = "champion"): AliasChange => ({
  alias,
  how,
  at: "",
  ...(version !== undefined && { version }),
});

test("each name has one row, those in charge first", () => {
  const served = [{ name: "bundled" }, { name: "b" }] as Served[];
  const rows = modelRows(served, [registered("a"), registered("b")]);
  expect(
    rows.map(({ name, served: one, registered: other }) => [name, one !== undefined, other !== undefined]),
  ).toEqual([
    ["bundled", true, false],
    ["b", true, true],
    ["a", false, true],
  ]);
});

test("a version in charge is a number, a digest is none", () => {
  expect(versionInCharge({ version: "3" } as Served)).toBe(3);
  expect(versionInCharge({ version: "0012ab" } as Served)).toBeUndefined();
  expect(versionInCharge({ version: "1234567890123" } as Served)).toBe(1234567890123);
  expect(versionInCharge(undefined)).toBeUndefined();
});

test("rolling back goes to what the alias named before", () => {
  const before = (history: AliasChange[], named: number) =>
    namedBefore(registered("a", history, { champion: named }), "champion");
  expect(before([change("promote", 1)], 1)).toBeUndefined();
  expect(before([change("promote", 1), change("promote", 9, "other"), change("promote", 2)], 2)).toBe(1);
  expect(before([change("promote", 1), change("promote", 2), change("roll back", 1)], 1)).toBeUndefined();
  expect(before([change("promote", 1), change("remove"), change("promote", 2)], 2)).toBeUndefined();
  // A history that was cut short tells nothing.
  expect(before([change("roll back", 4)], 4)).toBeUndefined();
});

test("several aliases may name one version", () => {
  expect(aliasesOf({ aliases: { b: 2, a: 2, c: 1 } }, 2)).toEqual(["a", "b"]);
});
