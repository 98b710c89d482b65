// What comes with the package: the model fits the schema of this version, the capture is the generator's, and the one
// judges the other as its labels say.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DEMO } from "../scripts/model/demo.ts";
import { detect } from "../src/app/detect.ts";
import { bundledModelPath, readModel } from "../src/app/models.ts";
import { hex, sha256 } from "../src/base/hash.ts";
import { CaptureParser } from "../src/capture/parse.ts";
import { loadLabels } from "../src/dataset/labels.ts";
import { schemaById } from "../src/feature/row-meter.ts";
import { generate } from "../src/generate/generate.ts";

const ASSETS = join(import.meta.dirname, "..", "assets");
const CAPTURE = join(ASSETS, "demo.pcap.gz");
const LABELS = join(ASSETS, "demo-labels.csv");

test("the bundled model speaks the schema of this version and says what it is", async () => {
  const { manifest } = await readModel(bundledModelPath());
  expect(manifest.schema.fingerprint).toBe(schemaById("flow").fingerprint);
  expect(manifest.benignClasses).toEqual(["benign"]);
  expect(manifest.card.sections.map((section) => section.heading)).toEqual([
    "Intended use",
    "Training data",
    "Measured",
    "Limits",
  ]);
});

test("the bundled capture is what its recipe makes, frame by frame", () => {
  const digests: Record<"bundled" | "made", string[]> = { bundled: [], made: [] };
  const note = (which: "bundled" | "made", timeUs: number, bytes: Uint8Array): void => {
    digests[which].push(`${timeUs} ${bytes.length} ${hex(sha256(bytes)).slice(0, 16)}`);
  };
  const parser = new CaptureParser({
    frame: (bytes, start, captured, _wire, timestampUs) =>
      note("bundled", timestampUs, bytes.subarray(start, start + captured)),
  });
  parser.push(gunzipSync(readFileSync(CAPTURE)));
  parser.end();
  generate(DEMO, {
    frame: (timestampUs, bytes, length) => note("made", timestampUs, bytes.subarray(0, length)),
    label: () => {},
  });
  expect(digests.made.length).toBeGreaterThan(5_000);
  expect(digests.bundled).toEqual(digests.made);
});

test("the bundled model flags the attacks of the bundled capture and leaves the rest alone", async () => {
  const labels = await loadLabels(LABELS);
  const counts = { attack: 0, flagged: 0, benign: 0, alarms: 0 };
  await detect({
    captures: [CAPTURE],
    model: await readModel(bundledModelPath()),
    onVerdict: (verdict) => {
      const truth = labels.labelOf(verdict.identity())?.label;
      if (truth === "benign") {
        counts.benign++;
        if (verdict.attack) counts.alarms++;
      } else {
        counts.attack++;
        if (verdict.attack) counts.flagged++;
      }
    },
  });
  expect(counts.attack).toBeGreaterThan(1000);
  expect(counts.benign).toBeGreaterThan(200);
  expect(counts.flagged / counts.attack).toBeGreaterThanOrEqual(0.95);
  expect(counts.alarms / counts.benign).toBeLessThanOrEqual(0.01);
});
