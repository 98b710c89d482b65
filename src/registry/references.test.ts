// What one may write to mean a model, and what it means in a store.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store/contract.ts";
import { openFileStore } from "../store/drivers/files.ts";
import { promote } from "./aliases.ts";
import { registerVersion, removeVersion } from "./models.ts";
import { parseReference, type Reference, referenceText, resolveReference } from "./references.ts";

const AT = "2026-11-29T20:00:00.000Z";
let folder: string;
let store: Store;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-references-"));
  store = openFileStore(folder);
  for (const name of ["office", "office", "office", "plain", "empty"])
    await registerVersion(store, {
      name,
      created: AT,
      object: "0".repeat(64),
      bytes: 1,
      schema: { id: "flow", fingerprint: "", columns: 1 },
      classes: ["a", "b"],
      benignClasses: ["a"],
      learner: "boosting",
      metrics: {},
    });
  await removeVersion(store, "empty", 1);
  await promote(store, { name: "office", alias: "champion", version: 2, at: AT });
  await promote(store, { name: "office", alias: "night-shift", version: 1, at: AT });
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, Reference]>([
  ["bundled", { kind: "bundled" }],
  ["office", { kind: "name", name: "office" }],
  ["office@champion", { kind: "alias", name: "office", alias: "champion" }],
  ["office:12", { kind: "version", name: "office", version: 12 }],
  ["a.b-c_1", { kind: "name", name: "a.b-c_1" }],
])("%s is of the registry", (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
  expect(referenceText(reference)).toBe(text);
});

test.each([
  "office.orb",
  "office.ONNX",
  "models/office",
  "./office",
  "/office",
  "..",
  "-office",
  "office:",
  "office:0",
  "office:1x",
  "office@",
  "office@a b",
  "office@a@b",
  "office:1@a",
  "a b",
  "",
  "x".repeat(101),
  "office\n",
  "C:\\office",
])("%j is a file", (path) => {
  expect(parseReference(path)).toEqual({ kind: "file", path });
});

test.each([
  ["office", 2],
  ["office@champion", 2],
  ["office@night-shift", 1],
  ["office:3", 3],
  // Without a champion the newest version.
  ["plain", 1],
])("%s means version %d", async (text, version) => {
  const reference = parseReference(text);
  if (!("name" in reference)) throw new Error("a reference to the registry");
  expect(await resolveReference(store, reference)).toMatchObject({ name: reference.name, version });
});

test.each([
  ["nobody", "model-unknown", "there is no model 'nobody'"],
  ["office:9", "model-unknown", "model 'office' has no version 9; it has 1, 2, 3"],
  [
    "office@challenger",
    "alias-unknown",
    "model 'office' has no alias 'challenger'; its aliases are champion, night-shift",
  ],
  [
    "office@constructor",
    "alias-unknown",
    "model 'office' has no alias 'constructor'; its aliases are champion, night-shift",
  ],
  ["empty", "alias-unknown", "model 'empty' has no alias 'champion'; it has no aliases"],
])("%s means nothing", async (text, code, message) => {
  const reference = parseReference(text);
  if (!("name" in reference)) throw new Error("a reference to the registry");
  await expect(resolveReference(store, reference)).rejects.toMatchObject({ code, message });
});
