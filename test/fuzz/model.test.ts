// Model files that are damaged, by accident or with intent: one clear error, or a model that works; nothing else.

import { beforeAll, describe, expect, test } from "vitest";
import { OrbweaverError } from "../../src/base/errors.ts";
import { sha256 } from "../../src/base/hash.ts";
import { Random } from "../../src/base/random.ts";
import type { ParameterValues } from "../../src/learner/contract.ts";
import { learnerById } from "../../src/learner/index.ts";
import type { Model } from "../../src/model/contract.ts";
import { decodeModel } from "../../src/model/decode.ts";
import { mixedTable, rowMajor } from "../support/tables.ts";

/** Models whose files are mutated, and how often. */
const FITTED: readonly { learner: string; parameters: ParameterValues; mutations: number }[] = [
  { learner: "autoencoder", parameters: { epochs: 2, groupInputs: 4 }, mutations: 1_000 },
  { learner: "bayes", parameters: {}, mutations: 1_000 },
  { learner: "boosting", parameters: { iterations: 3, minLeafRows: 5 }, mutations: 6_000 },
  { learner: "forest", parameters: { trees: 3, minLeafRows: 5 }, mutations: 1_500 },
  { learner: "isolation-forest", parameters: { trees: 5, drawnRows: 32 }, mutations: 1_500 },
  { learner: "logistic", parameters: { iterations: 5 }, mutations: 1_000 },
  { learner: "mlp", parameters: { epochs: 2, layers: "5-3" }, mutations: 1_000 },
  { learner: "neighbours", parameters: { maxRows: 60 }, mutations: 1_000 },
  { learner: "one-class", parameters: { nu: 0.2 }, mutations: 1_000 },
  { learner: "svm", parameters: { iterations: 5 }, mutations: 1_000 },
  { learner: "svm-rbf", parameters: { maxRows: 60 }, mutations: 1_000 },
];

const CODES = ["model-format", "model-corrupt", "model-version"];
const table = mixedTable({ rows: 300, classes: 3, seed: 5 });
const rows = rowMajor(table);
/** Makes the checksum fit, so that the checks behind it are reached. */
function sealed(content: Uint8Array): Uint8Array {
  if (content.length < 64) return content;
  content.set(sha256(content.subarray(0, content.length - 32)), content.length - 32);
  return content;
}

function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const changes = random.integer(1, 4);
  for (let change = 0; change < changes; change++) {
    const at = random.integer(0, copy.length - 33);
    const word = random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, random.uint32()]);
    const kind = random.integer(0, 2);
    if (kind === 0) copy[at] = random.integer(0, 255);
    else if (kind === 1) copy[at] ^= 1 << random.integer(0, 7);
    else view.setUint32(Math.min(at & ~3, copy.length - 4), word, true);
  }
  if (random.chance(0.1)) return copy.slice(0, random.integer(0, copy.length));
  return copy;
}

/** Decodes; a model that comes out must score without fail. Returns the error's code. */
function attempt(content: Uint8Array): string {
  let model: Model;
  try {
    model = decodeModel(content);
  } catch (error) {
    if (!(error instanceof OrbweaverError)) throw error;
    expect(error.message).not.toContain("\n");
    return error.code;
  }
  const count = 4;
  const wide = new Float64Array(model.manifest.schema.columns.length * count);
  wide.set(rows.subarray(0, Math.min(wide.length, rows.length)));
  model.score(wide, count, new Float64Array(model.manifest.classes.length * count));
  model.explain(wide, 0, 3);
  return "none";
}

describe.each(FITTED)("model of $learner", ({ learner, parameters, mutations }) => {
  let bytes: Uint8Array;

  beforeAll(async () => {
    bytes = (await learnerById(learner).fit(table, parameters, { seed: 1 })).encode();
  });

  test("mutated files with a false checksum are refused", () => {
    const random = new Random(11);
    for (let round = 0; round < mutations / 4; round++) {
      const content = mutated(bytes, random);
      if (Buffer.compare(content, bytes) === 0) continue;
      expect(CODES, `round ${round}`).toContain(attempt(content));
    }
  });

  test("mutated files with a true checksum are refused or work", () => {
    const random = new Random(12);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < mutations; round++) {
      const outcome = attempt(sealed(mutated(bytes, random)));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      expect([...CODES, "none"], `round ${round}`).toContain(outcome);
    }
    // Both sides of the check are reached, or the test proves nothing.
    expect(outcomes.get("model-corrupt")).toBeGreaterThan(100);
    expect(outcomes.get("none")).toBeGreaterThan(100);
  });

  test("every cut of the file is refused", () => {
    for (let length = 0; length < bytes.length; length += length < 100 ? 1 : 97) {
      expect(CODES, `cut after ${length}`).toContain(attempt(bytes.slice(0, length)));
      expect(CODES, `cut after ${length}, sealed`).toContain(attempt(sealed(bytes.slice(0, length))));
    }
  });

  test("arbitrary bytes are refused", () => {
    const random = new Random(13);
    for (let round = 0; round < 500; round++) {
      const content = Uint8Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255));
      if (random.chance(0.5)) content.set(bytes.subarray(0, Math.min(12, content.length)));
      expect(CODES).toContain(attempt(sealed(content)));
    }
  });
});
