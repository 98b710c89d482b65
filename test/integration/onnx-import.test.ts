// Classifiers of scikit-learn, LightGBM, XGBoost and PyTorch, as ONNX files, say the same here as where they come from.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importModel, type ModelImportOptions, type ModelImportResult } from "../../src/app/import-model.ts";
import { readModel } from "../../src/app/models.ts";
import { onnxHost } from "../../src/app/onnx-host.ts";
import { OrbweaverError } from "../../src/base/errors.ts";
import { boosting } from "../../src/learner/learners/boosting.ts";
import type { Model } from "../../src/model/contract.ts";
import { decodeModel } from "../../src/model/decode.ts";
import { exportOnnx } from "../../src/onnx/export.ts";
import { expectClose, TOLERANCE } from "../support/onnx.ts";
import { mixedTable } from "../support/tables.ts";

interface Golden {
  numeric: string[];
  categories: Record<string, string[]>;
  models: Record<
    string,
    { classes: string[]; rows: Record<string, (number | null)[]>; probabilities: number[][] }
  >;
}

const golden = JSON.parse(readFileSync("test/golden/foreign-onnx.json", "utf8")) as Golden;
const fixture = (name: string): string => join("test/fixtures/onnx", `${name}.onnx`);

let folder = "";
const path = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The file of columns of a model's rows, as a person would write it. */
function columnsOf(name: string): string {
  const columns = Object.keys(golden.models[name].rows).map((column) => {
    const categories = golden.categories[column];
    return categories ? { name: column, categories } : column;
  });
  const file = path(`${name}.json`);
  writeFileSync(file, JSON.stringify({ columns }));
  return file;
}

function imported(name: string, options: Partial<ModelImportOptions> = {}): Promise<ModelImportResult> {
  return importModel({
    file: fixture(name),
    out: path(`${name}.orb`),
    columns: columnsOf(name),
    ...options,
  });
}

/** The rows of a model's golden file, in the order of the schema. */
function rowsOf(name: string, model: Model): Float64Array {
  const { rows } = golden.models[name];
  const { columns } = model.manifest.schema;
  const count = golden.models[name].probabilities.length;
  const values = new Float64Array(count * columns.length);
  columns.forEach((column, index) => {
    for (let row = 0; row < count; row++)
      values[row * columns.length + index] = rows[column.name][row] ?? Number.NaN;
  });
  return values;
}

async function failureOf(work: Promise<unknown>): Promise<OrbweaverError> {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(OrbweaverError);
  expect((failure as OrbweaverError).message).not.toContain("\n");
  return failure as OrbweaverError;
}

describe.each(Object.keys(golden.models))("%s", (name) => {
  const { classes, probabilities } = golden.models[name];
  const options = name === "torch" ? { classes: ["0", "1"] } : {};

  let bytes: Uint8Array;
  let model: Model;

  beforeAll(async () => {
    expect(await imported(name, options)).toMatchObject({ classes, tried: true });
    bytes = new Uint8Array(readFileSync(path(`${name}.orb`)));
    model = decodeModel(bytes, { onnx: onnxHost() });
  });

  test("says what its origin says, in one batch and alone", () => {
    const rows = rowsOf(name, model);
    const count = probabilities.length;
    const width = rows.length / count;
    const out = new Float64Array(count * classes.length);
    model.score(rows, count, out);
    expectClose(out, probabilities.flat(), TOLERANCE);
    const alone = new Float64Array(classes.length);
    model.score(rows.subarray(3 * width, 4 * width), 1, alone);
    expectClose(alone, probabilities[3], TOLERANCE);
    expect(alone.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  test("is the same after saving and loading", () => {
    expect(Buffer.compare(model.encode(), bytes)).toBe(0);
  });

  test("explains what it scores", () => {
    const row = rowsOf(name, model).subarray(0, model.manifest.schema.columns.length);
    const out = new Float64Array(classes.length);
    model.score(row, 1, out);
    const { bias, scale, contributions } = model.explain(row, 1, 100);
    expect(scale).toBe("probability");
    const sum = contributions.reduce((total, { amount }) => total + amount, bias);
    expect(sum).toBeCloseTo(out[1], 5);
  });
});

describe("which columns go in", () => {
  test("inputs of one column are found by name, whatever the order of the schema", async () => {
    const names = Object.keys(golden.models["pipeline"].rows).reverse();
    const columns = names.map((column) => ({ name: column, categories: golden.categories[column] ?? [] }));
    writeFileSync(path("reversed.yaml"), JSON.stringify({ columns }));
    const result = await imported("pipeline", { columns: path("reversed.yaml") });
    expect(result.inputs.map(({ name, columns }) => [name, ...columns])).toEqual(
      [...golden.numeric, "protocol", "service"].map((column) => [column, column]),
    );
    const model = await readModel(path("pipeline.orb"));
    const out = new Float64Array(golden.models["pipeline"].probabilities.length * 3);
    model.score(rowsOf("pipeline", model), out.length / 3, out);
    expectClose(out, golden.models["pipeline"].probabilities.flat(), TOLERANCE);
  });

  test("a file may give each input its columns, other numbers for categories and for missing values", async () => {
    const mapping = {
      columns: [
        "rate",
        "packets",
        "bytes",
        "duration",
        { name: "service", categories: ["ssh", "smtp", "http", "ftp", "dns"] },
        { name: "protocol", categories: ["udp", "tcp", "icmp"] },
      ],
      inputs: {
        input: [
          ...golden.numeric,
          { column: "protocol", values: { icmp: 0, tcp: 1, udp: 2 } },
          { column: "service", values: { dns: 0, ftp: 1, http: 2, smtp: 3, ssh: 4 } },
        ],
      },
      classes: ["benign", "attack"],
      benign: ["benign"],
    };
    writeFileSync(path("other.yaml"), JSON.stringify(mapping));
    const result = await imported("lightgbm", { columns: path("other.yaml") });
    expect(result).toMatchObject({ classes: ["benign", "attack"], benignClasses: ["benign"], warnings: [] });
    const model = await readModel(path("lightgbm.orb"));
    const rows = rowsOf("lightgbm", model);
    const { columns } = model.manifest.schema;
    for (const [name, last] of [
      ["service", 4],
      ["protocol", 2],
    ] as const) {
      const index = columns.findIndex((column) => column.name === name);
      for (let at = index; at < rows.length; at += columns.length) rows[at] = last - rows[at];
    }
    const out = new Float64Array(golden.models["lightgbm"].probabilities.length * 2);
    model.score(rows, out.length / 2, out);
    expectClose(out, golden.models["lightgbm"].probabilities.flat(), TOLERANCE);
  });

  test("what stands for missing numbers can be said", async () => {
    await imported("network", { missing: 0.25 });
    const model = await readModel(path("network.orb"));
    const [missing, given] = [new Float64Array(2), new Float64Array(2)];
    model.score(Float64Array.of(1, Number.NaN, 1, 1), 1, missing);
    model.score(Float64Array.of(1, 0.25, 1, 1), 1, given);
    expect(missing).toEqual(given);
    await imported("network");
    const strict = await readModel(path("network.orb"));
    expect(() => strict.score(Float64Array.of(1, Number.NaN, 1, 1), 1, missing)).toThrow(
      "expected probabilities that sum to 1",
    );
  });

  test("a schema of ours goes in whole, in its order", async () => {
    const failure = await failureOf(imported("forest-classes", { columns: undefined, schema: "flow" }));
    expect(failure.code).toBe("schema-mismatch");
    expect(failure.message).toMatch(/takes 4 columns, \d+ were named/);
  });

  test("rows give the schema, the reference of explanations and the order", async () => {
    const { rows } = golden.models["forest-classes"];
    const lines = rows["rate"].map((_, row) => golden.numeric.map((name) => rows[name][row]).join(","));
    writeFileSync(
      path("rows.csv"),
      `${golden.numeric.join(",")},label\n${lines.map((line, row) => `${line},${row % 2 ? "a" : "b"}`).join("\n")}\n`,
    );
    const result = await imported("forest-classes", { columns: undefined, rows: [path("rows.csv")] });
    expect(result.schema).toMatchObject({ id: "csv:rows", columns: 4 });
    expect(result.benignClasses).toEqual(["normal"]);
    const model = await readModel(path("forest-classes.orb"));
    const median = [...rows["rate"]].map(Number).sort((a, b) => a - b)[19];
    const row = Float64Array.from(golden.numeric, (name) => rows[name][0] as number);
    const rate = model.manifest.schema.columns.findIndex(({ name }) => name === "rate");
    row[rate] = median;
    expect(model.explain(row, 0, 9).contributions.map(({ column }) => column)).not.toContain(rate);
  });
});

describe("our own exports come back", () => {
  test.each(["features", "columns"] as const)("with all that they tell, from %s", async (inputs) => {
    const table = mixedTable({ rows: 300, classes: 3, seed: 8 });
    const model = await boosting.fit(table, { iterations: 6 }, { seed: 1, benignClasses: ["benign"] });
    writeFileSync(path("own.onnx"), exportOnnx(model, { version: "0", inputs }));
    const result = await importModel({ file: path("own.onnx"), out: path("own.orb") });
    expect(result.warnings).toEqual([]);
    const back = await readModel(path("own.orb"));
    expect(back.manifest.schema.fingerprint).toBe(model.manifest.schema.fingerprint);
    expect(back.manifest.classes).toEqual(model.manifest.classes);
    expect(back.manifest.benignClasses).toEqual(["benign"]);
    const [own, found] = [new Float64Array(900), new Float64Array(900)];
    model.scoreTable(table, own);
    back.scoreTable(table, found);
    expectClose(found, own, TOLERANCE);
  });
});

describe("what cannot be imported says so", () => {
  const cases: [string, string, Partial<ModelImportOptions>, string, RegExp][] = [
    ["classes that are not named", "torch", {}, "parameter-invalid", /does not name its classes/],
    ["too many classes", "torch", { classes: ["a", "b", "c"] }, "parameter-invalid", /3 classes .* of 2/],
    [
      "a class renamed that is not there",
      "network",
      { classes: ["7=x"] },
      "parameter-invalid",
      /no class '7'/,
    ],
    [
      "a benign class that is not there",
      "network",
      { benign: ["x"] },
      "parameter-invalid",
      /'x' does not occur/,
    ],
    ["an output that is not there", "network", { output: "x" }, "onnx-unsupported", /no output 'x'/],
    ["no columns at all", "network", { columns: undefined }, "usage", /not known/],
    ["a schema that does not exist", "network", { schema: "x" }, "schema-unknown", /no schema 'x'/],
  ];
  test.each(cases)("%s", async (_, name, options, code, message) => {
    const failure = await failureOf(imported(name, options));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
  });

  test.each([
    ['{"columns": ["a"]}', "schema-mismatch", /takes 4 columns, 1 were named/],
    ['["duration", "bytes", "packets", "rate", "more"]', "schema-mismatch", /5 were named/],
    ['{"columns": ["a"], "inputs": {"x": ["a"]}}', "schema-mismatch", /no input 'x'; there are 'input'/],
    ['{"columns": ["a"], "inputs": {"input": ["b"]}}', "schema-mismatch", /no column 'b'/],
    ['{"column": ["a"]}', "parameter-invalid", /line 1/],
    ["[", "parameter-invalid", /line 1/],
  ])("the file of columns %s", async (text, code, message) => {
    writeFileSync(path("bad.json"), text);
    const failure = await failureOf(imported("network", { columns: path("bad.json") }));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
  });

  test("bytes that are no ONNX file", async () => {
    for (const text of ["", "not a model", "PK\u0003\u0004"]) {
      writeFileSync(path("none.onnx"), text);
      const failure = await failureOf(importModel({ file: path("none.onnx"), out: path("none.orb") }));
      expect(failure.code).toBe("onnx-invalid");
      expect(failure.message).toContain("none.onnx");
    }
  });
});
