// Aliases: set, moved back, taken away, by several at a time.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../store/contract.ts";
import { openFileStore } from "../store/drivers/files.ts";
import { type AliasRequest, promote, removeAlias, rollBack } from "./aliases.ts";
import {
  listNames,
  listVersions,
  type NewVersion,
  readName,
  registerVersion,
  removeName,
  removeVersion,
} from "./models.ts";

const AT = "2026-11-29T20:00:00.000Z";
const NEW: NewVersion = {
  name: "office",
  created: AT,
  object: "0".repeat(64),
  bytes: 1,
  schema: { id: "flow", fingerprint: "", columns: 1 },
  classes: ["a", "b"],
  benignClasses: ["a"],
  learner: "boosting",
  metrics: {},
};
const CHAMPION: AliasRequest = { name: "office", alias: "champion", at: AT };

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-aliases-"));
  store = openFileStore(folder);
  for (let version = 1; version <= 4; version++) await registerVersion(store, NEW);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function named(): Promise<number | undefined> {
  return (await readName(store, "office")).aliases["champion"]?.version;
}

describe("rolling back", () => {
  test("goes to the version before, again and again, until there is none", async () => {
    for (const version of [1, 3, 2]) await promote(store, { ...CHAMPION, version });
    expect(await rollBack(store, CHAMPION)).toEqual({
      name: "office",
      alias: "champion",
      version: 3,
      before: 2,
    });
    expect(await named()).toBe(3);
    expect((await rollBack(store, CHAMPION)).version).toBe(1);
    await expect(rollBack(store, CHAMPION)).rejects.toMatchObject({
      code: "alias-unknown",
      message: "'office@champion' named no version before 1",
    });
    expect(await named()).toBe(1);
  });

  test("passes over versions that are gone, and those that were named again", async () => {
    for (const version of [1, 2, 3, 2, 3]) await promote(store, { ...CHAMPION, version });
    await removeVersion(store, "office", 2);
    expect((await rollBack(store, CHAMPION)).version).toBe(1);
  });

  test("an alias that is not set cannot", async () => {
    await expect(rollBack(store, CHAMPION)).rejects.toMatchObject({ code: "alias-unknown" });
  });
});

test("what happened to an alias is told, by whom and how", async () => {
  await promote(store, { ...CHAMPION, version: 1, by: "ann" });
  await promote(store, { ...CHAMPION, version: 1 });
  await promote(store, { ...CHAMPION, version: 2 });
  await rollBack(store, CHAMPION);
  await removeAlias(store, CHAMPION);
  const { history, aliases } = await readName(store, "office");
  expect(aliases).toEqual({});
  expect(history.map(({ how, version, by }) => [how, version, by])).toEqual([
    ["promote", 1, "ann"],
    ["promote", 2, undefined],
    ["roll back", 1, undefined],
    ["remove", undefined, undefined],
  ]);
});

test("aliases of one model do not touch each other", async () => {
  await promote(store, { ...CHAMPION, version: 1 });
  await promote(store, { ...CHAMPION, alias: "challenger", version: 4 });
  await promote(store, { ...CHAMPION, version: 2 });
  await rollBack(store, CHAMPION);
  expect((await readName(store, "office")).aliases).toEqual({
    champion: { version: 1, before: [] },
    challenger: { version: 4, before: [] },
  });
});

describe("a change", () => {
  test("may expect what the alias names now", async () => {
    await promote(store, { ...CHAMPION, version: 1, expected: 0 });
    await expect(promote(store, { ...CHAMPION, version: 2, expected: 0 })).rejects.toMatchObject({
      code: "store-conflict",
      message: "'office@champion' names version 1, expected that it is not set",
    });
    await expect(rollBack(store, { ...CHAMPION, expected: 3 })).rejects.toMatchObject({
      code: "store-conflict",
    });
    await promote(store, { ...CHAMPION, version: 2, expected: 1 });
    expect(await named()).toBe(2);
  });

  test("of several who expect the same, one is made", async () => {
    const tries = [1, 2, 3, 4].map((version) => promote(store, { ...CHAMPION, version, expected: 0 }));
    const settled = await Promise.allSettled(tries);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await readName(store, "office")).history).toHaveLength(1);
  });

  test("of several who expect nothing, all are made, one after the other", async () => {
    await Promise.all([1, 2, 3, 4].map((version) => promote(store, { ...CHAMPION, version })));
    const { aliases, history } = await readName(store, "office");
    expect(history.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
    expect(aliases["champion"].before).toHaveLength(3);
  });

  test.each(["a b", "", "latest/1", "x".repeat(101), "a\n"])("alias %j is none", (alias) => {
    expect(() => promote(store, { ...CHAMPION, alias, version: 1 })).toThrow(/the name of the alias is/);
  });

  test("to a version that is not there is refused", async () => {
    await expect(promote(store, { ...CHAMPION, version: 9 })).rejects.toMatchObject({
      code: "model-unknown",
    });
  });
});

describe("versions", () => {
  test("registered at the same time get numbers of their own", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => registerVersion(store, NEW)));
    expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 5),
    );
    expect(await listVersions(store, "office")).toHaveLength(24);
  });

  test("that an alias names cannot go, nor the name that has it", async () => {
    await promote(store, { ...CHAMPION, version: 2 });
    await expect(removeVersion(store, "office", 2)).rejects.toMatchObject({
      code: "model-in-use",
      message: "'office:2' is office@champion",
    });
    await expect(removeName(store, "office")).rejects.toMatchObject({ code: "model-in-use" });
    await removeAlias(store, CHAMPION);
    await removeVersion(store, "office", 2);
    expect((await readName(store, "office")).versions).toEqual([1, 3, 4]);
    await removeName(store, "office");
    expect([await listNames(store), await listVersions(store)]).toEqual([[], []]);
  });

  test("removed do not give their number to others", async () => {
    await removeVersion(store, "office", 4);
    expect((await registerVersion(store, NEW)).version).toBe(5);
  });

  test.each(["bundled", "a/b", "a:1", "a.orb", ""])("cannot be of the name %j", async (name) => {
    await expect(registerVersion(store, { ...NEW, name })).rejects.toMatchObject({ code: "name-invalid" });
  });

  test("written by others in another form are told", async () => {
    await store.commit([{ collection: "models", id: "odd", body: { name: "odd", versions: "many" } }]);
    await expect(readName(store, "odd")).rejects.toMatchObject({
      code: "registry-invalid",
      message: expect.stringContaining("model 'odd' has no form of ours at"),
    });
  });
});
