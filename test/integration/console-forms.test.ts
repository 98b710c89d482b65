// Forms of the console held against what they follow from: command lines against a real shell, options of steps against the recipes that
// the server takes.

import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { listRecipeSteps, splitSchema } from "../../src/app/recipes.ts";
import { recipeOf } from "../../src/dataset/prepare/recipe.ts";
import {
  alternativesOf,
  kindOf,
  labelOf,
  newOptions,
  type Schema,
  shortOptions,
  wholeOptions,
} from "../../web/src/pages/datasets/schema-form-model.ts";
import { curlCommand } from "../../web/src/pages/predict/curl.ts";

const NASTY = {
  "<img src=x onerror=alert(1)>": "'; rm -rf / #",
  "$(id)": '`id` "quoted" \\ back',
  "line\nbreak": "!bang %s $HOME",
  plain: 0.1,
};

/** What curl would be given: a function of that name prints each argument between brackets. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${command}\n`;
  const env = { PATH: process.env["PATH"], ORBWEAVER_KEY: "the key" };
  return execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

test("names, values and keys come through a shell as they are", () => {
  const told = argumentsOf(
    curlCommand({
      address: "http://127.0.0.1:8085",
      reference: "kdd:3",
      row: NASTY,
      reasons: 12,
      isMissingAllowed: true,
      asksForKey: true,
    }),
  );
  expect(told.slice(0, -1)).toEqual([
    "-sS",
    "http://127.0.0.1:8085/models/kdd%3A3/predict?reasons=12&missing=allow",
    "-H",
    "X-API-Key: the key",
    "-H",
    "content-type: application/json",
    "--data-raw",
  ]);
  expect(JSON.parse(told.at(-1) ?? "")).toEqual(NASTY);
});

test("no key is named where nobody is asked, and no query where nothing is", () => {
  const command = curlCommand({
    address: "https://host",
    reference: "bundled",
    row: {},
    reasons: 0,
    isMissingAllowed: false,
    asksForKey: false,
  });
  expect(argumentsOf(command)).toEqual([
    "-sS",
    "https://host/models/bundled/predict",
    "-H",
    "content-type: application/json",
    "--data-raw",
    "{}",
  ]);
});

function schemaOf(name: string): Schema {
  return listRecipeSteps().find((step) => step.name === name)?.form as Schema;
}

describe("fields of real steps", () => {
  test("have the kinds that they need", () => {
    const kinds = (name: string) =>
      Object.fromEntries(
        Object.entries(schemaOf(name).properties ?? {}).map(([option, one]) => [option, kindOf(one)]),
      );
    expect(kinds("missing")).toEqual({ strategy: "choice", columns: "texts", value: "text-or-number" });
    expect(kinds("time")).toEqual({
      column: "text",
      format: "text",
      zone: "text",
      afternoon_before: "whole",
      into: "text",
      otherwise: "choice",
    });
    expect(kinds("group")).toMatchObject({ by: "choice", map: "pairs", benign: "texts" });
    expect(kinds("balance")).toMatchObject({ method: "choice", target: "other", seed: "whole" });
    expect(kinds("label-rules")).toMatchObject({ rules: "other" });
    expect([kindOf(schemaOf("drop")), kindOf(schemaOf("rename")), kindOf(schemaOf("cast"))]).toEqual([
      "texts",
      "pairs",
      "pairs",
    ]);
  });

  test("of a split are those of the way that is chosen", () => {
    const schema = splitSchema() as Schema;
    expect(alternativesOf(schema, { by: "folds" })).toMatchObject({
      key: "by",
      names: ["random", "time", "group", "official", "folds"],
      chosen: { properties: { folds: { type: "integer" } } },
    });
    expect(alternativesOf(schemaOf("missing"), {})).toBeUndefined();
  });
});

test("options are written as short as they may be, and mean the same", () => {
  for (const [name, written] of [
    ["missing", "median"],
    ["split", "official"],
    ["encode", { method: "one-hot", columns: ["flag"] }],
    ["drop", "difficulty"],
    ["keep", ["a", "b"]],
    ["filter", "bytes > 0"],
    ["group", "kdd5"],
    ["constant", "drop"],
  ] as const) {
    const schema = schemaOf(name);
    const whole = wholeOptions(schema, written);
    expect(shortOptions(schema, whole), name).toEqual(written);
    const meant = (options: unknown) => recipeOf({ steps: [{ [name]: options }] }).steps[0].options;
    expect(meant(whole), name).toEqual(meant(written));
  }
  expect(wholeOptions(schemaOf("duplicates"), "drop")).toEqual({});
  expect(wholeOptions(schemaOf("sample"), 0.1)).toEqual({ share: 0.1 });
  expect(wholeOptions(schemaOf("sample"), 10)).toEqual({ rows: 10 });
  expect(wholeOptions(schemaOf("constant"), undefined)).toEqual({});
});

test("a new step begins with what it cannot do without", () => {
  expect(newOptions(schemaOf("missing"))).toEqual({ strategy: "drop" });
  expect(newOptions(schemaOf("split"))).toEqual({ by: "random" });
  expect(newOptions(schemaOf("drop"))).toEqual([]);
  expect(newOptions(schemaOf("constant"))).toEqual({ do: "drop" });
  expect(newOptions(schemaOf("duplicates"))).toEqual({});
});

test("names become labels", () => {
  expect(labelOf("afternoon_before")).toBe("Afternoon before");
});
