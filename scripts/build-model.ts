// Builds what comes with the package: the bundled model and the bundled capture, from generated traffic alone.
//
//   npm run model              trains, judges on held-out runs, writes assets/flow.orb and the page's section
//   npm run model -- --check   builds again and fails when the committed model would differ by one byte
//   npm run model -- --out F   writes a model elsewhere, and no page
//
// Reproducible: the recipe, the generator, the meter and the learner are seeded, and use no clock.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hex, sha256 } from "../src/base/hash.ts";
import { evaluateClassifier, type Metrics } from "../src/evaluate/metrics.ts";
import { schemaById } from "../src/feature/row-meter.ts";
import type { LabelledTable } from "../src/feature/table.ts";
import { learnerById } from "../src/learner/index.ts";
import type { Model } from "../src/model/contract.ts";
import { cardOf } from "./model/card.ts";
import { CLASSES, HOLDOUT, recipe, TRAINING } from "./model/recipe.ts";
import { rowsOfRun, type Sample, tableOf } from "./model/rows.ts";
import { writeSection } from "./support/section.ts";

const ROOT = join(import.meta.dirname, "..");
const MODEL = join(ROOT, "assets", "flow.orb");
const PAGE = join(ROOT, "docs", "reference", "bundled-model.md");

/**
 * Columns hidden from the model: they tell one host, path or service from another, not attack from benign. What a real
 * network does to them (stacks, paths, link speeds) is beyond what a generator can draw.
 */
const HIDDEN_COLUMNS = /^service$|ttl|mss|window_(first|min)|header_mean/;

const PARAMETERS = {
  iterations: 60,
  learningRate: 0.15,
  maxLeaves: 16,
  minLeafRows: 100,
  l2: 10,
  columnShare: 0.3,
};

/** A benign row weighs as much as this many of an attack: a false alarm costs a person's time, every time. */
const BENIGN_WEIGHT = 4;

const { values: flags } = parseArgs({
  options: { check: { type: "boolean", default: false }, out: { type: "string" } },
});
const schema = schemaById("flow");

const training = samplesOf(TRAINING, "training");
const table = hidden(tableOf(schema, training));
const model = await learnerById("boosting").fit(table, PARAMETERS, {
  seed: 1,
  benignClasses: ["benign"],
  classWeights: CLASSES.map((name) => (name === "benign" ? BENIGN_WEIGHT : 1)),
  onProgress: ({ done, total }) => progress(`round ${done} of ${total}`),
});
const heldOut = tableOf(schema, samplesOf(HOLDOUT, "held-out"));
const metrics = judged(model, heldOut);
model.manifest.card = cardOf(training, metrics);
const bytes = model.encode();

const summary = `${bytes.length.toLocaleString("en-US")} bytes, SHA-256 ${hex(sha256(bytes))}`;
if (flags.check) {
  const committed = new Uint8Array(readFileSync(MODEL));
  const same = committed.length === bytes.length && hex(sha256(committed)) === hex(sha256(bytes));
  console.log(same ? `same as committed: ${summary}` : `assets/flow.orb is stale; built now: ${summary}`);
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(flags.out ?? MODEL, bytes);
  console.log(`${flags.out ?? "assets/flow.orb"}: ${summary}`);
  const section = report(metrics);
  console.log(section);
  if (flags.out === undefined) writeSection(PAGE, "held-out runs", section);
}

function samplesOf(options: typeof TRAINING, name: string): Sample[] {
  const runs = recipe(options);
  const samples: Sample[] = [];
  for (const [index, run] of runs.entries()) {
    for (const sample of rowsOfRun(schema, run)) samples.push(sample);
    progress(`${name}: run ${index + 1} of ${runs.length}, ${samples.length.toLocaleString("en-US")} rows`);
  }
  progress("");
  return samples;
}

/** The table with the hidden columns missing throughout, so that no tree can ask for them. */
function hidden(full: LabelledTable): LabelledTable {
  const values = full.values.map((column, index) =>
    HIDDEN_COLUMNS.test(schema.columns[index].name)
      ? new Float64Array(column.length).fill(Number.NaN)
      : column,
  );
  return { ...full, values };
}

function judged(of: Model, rows: LabelledTable): Metrics {
  const probabilities = new Float64Array(rows.rowCount * CLASSES.length);
  of.scoreTable(rows, probabilities);
  return evaluateClassifier(rows.classes, rows.labels, probabilities);
}

function report(of: Metrics): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const lines = [
    `${of.rows.toLocaleString("en-US")} flows of runs with other seeds: accuracy ${percent(of.accuracy)}, ` +
      `macro-F1 ${of.macroF1.toFixed(4)}; always answering the largest class reaches ${percent(majority(of))}.`,
    "",
    "| Class | Flows | Precision | Recall | F1 |",
    "|---|---:|---:|---:|---:|",
    ...of.perClass.map(
      (row) =>
        `| ${row.name} | ${row.support.toLocaleString("en-US")} | ${percent(row.precision)} | ${percent(row.recall)} | ${row.f1.toFixed(4)} |`,
    ),
    "",
    `Confusion (rows: truth, columns: verdict, both in the order ${CLASSES.join(", ")}):`,
    "",
    "```",
    ...of.confusion.map((row) => row.map((count) => String(count).padStart(7)).join("")),
    "```",
  ];
  return lines.join("\n");
}

/** Accuracy of always answering the largest class. */
function majority(of: Metrics): number {
  return Math.max(...of.perClass.map((row) => row.support)) / of.rows;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
