// ONNX files that are damaged, by accident or with intent: one clear error, or a file that can be told; nothing else.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OrbweaverError } from "../../src/base/errors.ts";
import { sha256 } from "../../src/base/hash.ts";
import { Random } from "../../src/base/random.ts";
import { decodeModel } from "../../src/model/decode.ts";
import { type OnnxHost, type OnnxInputPlan, OnnxModel, type OnnxPlan } from "../../src/model/kinds/onnx.ts";
import { checkManifest } from "../../src/model/manifest.ts";
import { checkOnnx } from "../../src/onnx/check.ts";
import { ownMetadata } from "../../src/onnx/metadata.ts";
import { prepareOnnx } from "../../src/onnx/prepare.ts";
import { readOnnx } from "../../src/onnx/read.ts";

const FOLDER = "test/fixtures/onnx";
const CODES = ["onnx-invalid", "onnx-unsupported"];
const MUTATIONS = 400;

const files = readdirSync(FOLDER)
  .sort()
  .map((name) => [name, new Uint8Array(readFileSync(join(FOLDER, name)))] as const);

function attempt(bytes: Uint8Array): string {
  try {
    const file = readOnnx(bytes);
    checkOnnx(file);
    ownMetadata(file);
    const prepared = prepareOnnx(bytes, file);
    // What is handed to a runtime is checked again by the same rules.
    checkOnnx(readOnnx(prepared.bytes));
    return "none";
  } catch (failure) {
    if (!(failure instanceof OrbweaverError)) throw failure;
    expect(failure.message).not.toContain("\n");
    return failure.code;
  }
}

function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const changes = random.integer(1, 4);
  for (let change = 0; change < changes; change++) {
    // Most of a file is weights: changes near its ends reach more of its structure.
    const near = random.chance(0.5) ? Math.min(300, copy.length) : copy.length;
    const at = random.chance(0.5)
      ? random.integer(0, near - 1)
      : copy.length - 1 - random.integer(0, near - 1);
    copy[at] = random.chance(0.5) ? random.integer(0, 255) : copy[at] ^ (1 << random.integer(0, 7));
  }
  return random.chance(0.1) ? copy.slice(0, random.integer(0, copy.length)) : copy;
}

test.each(files)("%s, mutated, is refused or told", (_, bytes) => {
  const random = new Random(21);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < MUTATIONS; round++) {
    const outcome = attempt(mutated(bytes, random));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect([...CODES, "none"], `round ${round}`).toContain(outcome);
  }
  // Both sides of the check are reached, or the test proves nothing.
  expect(outcomes.get("onnx-invalid")).toBeGreaterThan(10);
  expect(outcomes.get("none")).toBeGreaterThan(10);
});

test.each(files)("every cut of %s is refused or told", (_, bytes) => {
  expect(attempt(bytes)).toBe("none");
  for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 53)
    expect([...CODES, "none"], `cut after ${length}`).toContain(attempt(bytes.slice(0, length)));
});

test("arbitrary bytes are refused", () => {
  const random = new Random(22);
  for (let round = 0; round < 2_000; round++) {
    const bytes = Uint8Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 255));
    expect(CODES).toContain(attempt(bytes));
  }
});

test("model files of imported classifiers, mutated, are refused or score", () => {
  const manifest = checkManifest(manifestOf(["a", "b"]));
  const inputs: OnnxInputPlan[] = [
    {
      name: "numbers",
      element: "float",
      rank: 2,
      columns: [
        { column: 0, missing: -1 },
        { column: 1, values: [7, 8] },
      ],
    },
    { name: "name", element: "text", rank: 2, columns: [{ column: 1, missing: "none", values: ["x", "y"] }] },
    { name: "count", element: "int64", rank: 1, columns: [{ column: 0 }] },
  ];
  const plan: OnnxPlan = { inputs, output: "probabilities", width: 2 };
  const model = new OnnxModel(manifest, { file: files[0][1], plan, reference: new Float64Array(2) });
  const bytes = model.encode();
  // A runtime that answers whatever it is asked.
  const host: OnnxHost = { open: () => ({ run: (_, count) => new Float32Array(count * 2).fill(0.5) }) };
  const random = new Random(23);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 1_500; round++) {
    const content = sealed(mutated(bytes, random));
    const outcome = scored(content, host);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect(["model-corrupt", "model-version", "model-format", "onnx-failed", "none"]).toContain(outcome);
  }
  expect(outcomes.get("model-corrupt")).toBeGreaterThan(100);
  expect(outcomes.get("none")).toBeGreaterThan(100);
});

function manifestOf(classes: string[]): object {
  const column = { unit: "", description: "" };
  const columns = [
    { ...column, name: "size", kind: "numeric", categories: [] },
    { ...column, name: "state", kind: "categorical", categories: ["open", "shut"] },
  ];
  return {
    kind: "onnx",
    formatVersion: 1,
    schema: { id: "csv:x", fingerprint: "f", columns },
    classes,
    benignClasses: [],
    training: {
      learner: "imported",
      parameters: {},
      seed: 0,
      trainingRows: 0,
      validationRows: 0,
      classCounts: classes.map(() => 0),
      iterations: 0,
      metrics: {},
    },
    card: { title: "x", sections: [] },
  };
}

/** Makes the checksum fit, so that the checks behind it are reached. */
function sealed(content: Uint8Array): Uint8Array {
  if (content.length < 64) return content;
  content.set(sha256(content.subarray(0, content.length - 32)), content.length - 32);
  return content;
}

function scored(content: Uint8Array, host: OnnxHost): string {
  try {
    const model = decodeModel(content, { onnx: host });
    const rows = new Float64Array(model.manifest.schema.columns.length * 3).fill(Number.NaN);
    model.score(rows, 3, new Float64Array(model.manifest.classes.length * 3));
    model.explain(rows, 0, 3);
    return "none";
  } catch (failure) {
    if (!(failure instanceof OrbweaverError)) throw failure;
    return failure.code;
  }
}
