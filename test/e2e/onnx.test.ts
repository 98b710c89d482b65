// Models to ONNX and from it, as a user runs it: export, import-model, and imported models in evaluate, detect and inspect.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCommand, type CommandResult, orbweaver, ROOT } from "../support/command.ts";

let folder = "";
const path = (name: string): string => join(folder, name);
const run = (...args: string[]): CommandResult => orbweaver(args, { cwd: folder });
const fixture = (name: string): string => join(ROOT, "test/fixtures/onnx", name);

/** Runs a command that must succeed without a remark, and returns its output. */
function good(...args: string[]): string {
  const { status, out, err } = run(...args);
  expect([status, err], args.join(" ")).toEqual([0, ""]);
  return out;
}

beforeAll(() => {
  buildCommand();
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  const scenarios = ["web", "dns", "syn-flood:start=5,duration=3,rate=30"].flatMap((name) => [
    "--scenario",
    name,
  ]);
  good("generate", ...scenarios, "--seed", "3", "--duration", "20", "-o", "a.pcap", "--labels", "a.csv");
  good("label", "a.pcap", "--labels", "a.csv", "--out", "a.parquet", "--unmatched", "drop");
  good("train", "a.parquet", "--label", "label", "--out", "own.orb", "--set", "iterations=10");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("export MODEL --onnx", () => {
  test("says what was written, in words and as JSON", () => {
    const out = good("export", "own.orb", "--onnx", "own.onnx");
    expect(out).toContain("boosting model");
    expect(out).toContain("inputs: features [rows, ");
    const json = JSON.parse(
      good("export", "own.orb", "--onnx", "columns.onnx", "--inputs", "columns", "--json"),
    );
    expect(json).toMatchObject({
      type: "export-model",
      kind: "boosting",
      inputs: "columns",
      numbers: "double",
      versions: { ir: 8, onnx: 13, ml: 3 },
    });
    expect(json.bytes).toBe(readFileSync(path("columns.onnx")).length);
  });

  test.each([
    [["export", "own.orb"], 2, "where to is missing"],
    [["export", "own.orb", "--onnx", "x.onnx", "--format", "csv"], 2, "--format is for rows"],
    [["export", "a.parquet", "--to", "x.csv", "--inputs", "columns"], 2, "--inputs is for models"],
    [["export", "a.parquet", "--onnx", "x.onnx"], 8, "--onnx takes a model"],
    [["export", "none.orb", "--onnx", "x.onnx"], 3, "no such file"],
    [["export", "own.orb", "--onnx", "none/x.onnx"], 4, "does not exist"],
  ])("%s ends with %i", (args, status, message) => {
    const result = run(...args);
    expect(result.status).toBe(status);
    expect(result.err).toContain(message);
    expect(existsSync(path("x.onnx"))).toBe(false);
  });
});

describe("import-model", () => {
  test("an export of ours comes back and serves like the model that it was", () => {
    good("export", "own.orb", "--onnx", "own.onnx");
    const out = good("import-model", "own.onnx", "-o", "back.orb");
    expect(out).toContain("scores");
    const figures = (model: string) => {
      const json = JSON.parse(good("evaluate", model, "a.parquet", "--limit", "60", "--json", "--quiet"));
      return [json.metrics.confusion, json.attack];
    };
    expect(figures("back.orb")).toEqual(figures("own.orb"));
    const verdicts = (model: string) =>
      JSON.parse(
        good("detect", "a.pcap", "--model", model, "--json", "--quiet").trim().split("\n").at(-1) ?? "",
      ).ledger.verdict;
    expect(verdicts("back.orb")).toEqual(verdicts("own.orb"));
    expect(good("inspect", "back.orb")).toContain("Imported classifier over schema flow");
    // It is a model of ours, but not one that can be written again.
    expect(run("export", "back.orb", "--onnx", "again.onnx").err).toContain("kind 'onnx' cannot be written");
  });

  test("a classifier of others, its columns said by a file", () => {
    writeFileSync(path("columns.yaml"), "columns: [duration, bytes, packets, rate]\nbenign: [normal]\n");
    const json = JSON.parse(
      good(
        "import-model",
        fixture("forest-classes.onnx"),
        "-o",
        "f.orb",
        "--columns",
        "columns.yaml",
        "--json",
      ),
    );
    expect(json).toMatchObject({
      type: "import-model",
      producer: "skl2onnx",
      classes: ["flood", "normal", "scan"],
      benign_classes: ["normal"],
      output: "probabilities",
      tried: true,
    });
    writeFileSync(
      path("rows.csv"),
      "rate,packets,bytes,duration,label\n0.5,3,100,1,normal\n4,3,900,1,scan\n",
    );
    const evaluated = JSON.parse(good("evaluate", "f.orb", "rows.csv", "--json", "--quiet"));
    expect(evaluated.metrics.rows).toBe(2);
  });

  test("without a runtime it says what to install", () => {
    // The same program somewhere else, where no package can be found.
    good("export", "own.orb", "--onnx", "own.onnx");
    const home = path("elsewhere");
    for (const name of ["bin", "dist", "assets", "package.json"]) {
      cpSync(join(ROOT, name), join(home, name), { recursive: true });
    }
    const here = { cwd: folder, program: join(home, "bin", "orbweaver") };
    const imported = orbweaver(["import-model", "own.onnx", "-o", "blind.orb"], here);
    expect([imported.status, imported.err]).toEqual([0, expect.stringContaining("not tried")]);
    expect(orbweaver(["inspect", "blind.orb"], here).status).toBe(0);
    const detected = orbweaver(["detect", "a.pcap", "--model", "blind.orb"], here);
    expect(detected.status).toBe(16);
    expect(detected.err).toContain("needs onnxruntime-node or onnxruntime-web");
    expect(detected.err).toContain("npm install");
  });
});
