// Serving over HTTP as clients meet it: those of public services, forms of rows, faults, swaps while requests run.

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readModel } from "../../src/app/models.ts";
import { promoteModel, registerModel } from "../../src/app/registry.ts";
import { type Started, startServing } from "../../src/http/start.ts";
import type { Model } from "../../src/model/contract.ts";
import { Judge } from "../../src/verdict/verdict.ts";
import { clientRows, schemaTable, servedModel } from "../support/served-models.ts";

const APA = ["Benign", "DDoS-ACK", "DDoS-PSH-ACK"];
const KDD = ["normal", "dos", "probe"];
const folder = mkdtempSync(join(tmpdir(), "orbweaver-serving-"));
const apaTable = schemaTable("apa", APA);
const kddTable = schemaTable("kdd", KDD);
const apaRows = clientRows(apaTable);
const kddRows = clientRows(kddTable);
let apa: Model;
let started: Started;

beforeAll(async () => {
  apa = await servedModel({ schema: "apa", classes: APA });
  const kdd = await servedModel({ schema: "kdd", classes: KDD });
  const cic = await servedModel({ schema: "cic-v4", classes: ["BENIGN", "DoS"], trees: 3 });
  for (const [name, model] of Object.entries({ apa, kdd, cic }))
    writeFileSync(join(folder, `${name}.orb`), model.encode());
  started = await startServing({
    models: ["apa", "kdd", "cic"].map((name) => join(folder, `${name}.orb`)),
    place: { project: join(folder, "project"), create: true },
    port: 0,
  });
});
afterAll(async () => {
  await started.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  type: string;
  text: string;
  json: Record<string, never> & { [name: string]: unknown };
}

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const init =
    body === undefined
      ? { headers }
      : {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
        };
  const response = await fetch(started.address + path, init as RequestInit);
  const text = await response.text();
  const json =
    /json/.test(response.headers.get("content-type") ?? "") && !text.includes("}\n{") ? JSON.parse(text) : {};
  return { status: response.status, type: response.headers.get("content-type") ?? "", text, json };
}

describe("clients of public services, unchanged", () => {
  test("of APA-DDoS: health, and a class with its label", async () => {
    const health = await ask("/");
    expect(health.json).toMatchObject({ health_check: "OK", model_version: expect.any(String) });
    const { status, json } = await ask("/predict", apaRows[0]);
    expect(status).toBe(200);
    expect(APA[json["predicted_class"] as unknown as number]).toBe(json["class_label"]);
  });

  test("of KDD: a prediction with its confidence, and a missing feature", async () => {
    const { status, json } = await ask("/models/kdd/predict", kddRows[0]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: "success", prediction: expect.stringMatching(/normal|dos|probe/) });
    expect(json["confidence"]).toBeGreaterThan(0);
    const { src_bytes: _, ...less } = kddRows[0];
    const refused = await ask("/models/kdd/predict", less);
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: "missing feature: src_bytes", status: "failed" });
    expect(refused.json).toMatchObject({
      errors: [{ field: "src_bytes", found: "nothing", expected: "a number (bytes)" }],
    });
  });

  test("of KServe V1: instances of one-element lists, under names without blanks", async () => {
    const [row] = clientRows(schemaTable("cic-v4", ["BENIGN", "DoS"]), 1);
    const instance = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name.replaceAll(" ", ""), [value]]),
    );
    const { status, json } = await ask("/v1/models/cic:predict", { instances: [instance] });
    expect(status).toBe(200);
    const plain = await ask("/models/cic/predict", row);
    expect(json["predictions"]).toHaveLength(1);
    expect((json["predictions"] as unknown as Record<string, unknown>[])[0]["probabilities"]).toEqual(
      plain.json["probabilities"],
    );
  });
});

describe("scores", () => {
  /** Probabilities by the library, and by the decision rule of `detect`. */
  function expected(): { probabilities: Float64Array; judge: Judge } {
    const values = new Float64Array(apaTable.rowCount * 19);
    apaTable.values.forEach((column, at) => {
      for (let row = 0; row < apaTable.rowCount; row++) values[row * 19 + at] = column[row];
    });
    const probabilities = new Float64Array(apaTable.rowCount * 3);
    apa.score(values, apaTable.rowCount, probabilities);
    const judge = new Judge({ model: apa });
    judge.judge({ values, count: apaTable.rowCount });
    return { probabilities, judge };
  }

  test.each([
    ["a list of objects", (rows: object[]) => rows],
    ["under rows, as lists", (rows: object[]) => ({ rows: rows.map((row) => Object.values(row)) })],
    [
      "under instances, fields in another order",
      (rows: object[]) => ({
        instances: rows.map((row) => Object.fromEntries(Object.entries(row).reverse())),
      }),
    ],
  ])("%s: equal those of the library, bit for bit", async (_, form) => {
    const { probabilities, judge } = expected();
    const { json } = await ask("/predict", form(apaRows));
    const predictions = json["predictions"] as unknown as Record<string, never>[];
    expect(predictions).toHaveLength(apaRows.length);
    predictions.forEach((one, row) => {
      expect(Object.values(one["probabilities"])).toEqual([...probabilities.slice(row * 3, row * 3 + 3)]);
      expect(one["predicted_class"]).toBe(judge.classIndex[row]);
      expect(one["attack"]).toBe(judge.attack[row] === 1);
      expect(one["confidence"]).toBe(judge.probability[row]);
    });
  });

  test.each(["application/json", "application/x-ndjson", "text/csv"])(
    "the same for many rows as CSV and as JSON lines, answered as %s",
    async (accept) => {
      const many = Array.from({ length: 9 }, () => apaRows).flat();
      const names = Object.keys(apaRows[0]);
      const csv = `${names.join(",")},Label\n${many.map((row) => `${Object.values(row).join(",")},x`).join("\n")}\n`;
      const lines = many.map((row) => JSON.stringify(row)).join("\n");
      const json = await ask("/predict", many, { accept });
      const fromCsv = await ask("/predict", csv, { accept, "content-type": "text/csv" });
      const fromLines = await ask("/predict", lines, { accept, "content-type": "application/x-ndjson" });
      expect(json.status).toBe(200);
      expect(json.type).toContain(accept);
      expect(fromCsv.text).toBe(json.text);
      expect(fromLines.text).toBe(json.text);
    },
  );

  test("reasons, where they are asked for", async () => {
    const { json } = await ask("/predict?reasons=2", apaRows[0]);
    expect(json["reasons"]).toHaveLength(2);
    const { json: explained } = await ask("/v1/models/apa:explain", { instances: [apaRows[0]] });
    const [first] = explained["explanations"] as unknown as { reasons: { feature: string }[] }[];
    expect(first.reasons.slice(0, 2)).toEqual(json["reasons"]);
  });

  test("fields that mean nothing, and categories that nobody knows, are told", async () => {
    const { json } = await ask("/models/kdd/predict", {
      ...kddRows[0],
      colour: 1,
      label: "x",
      service: "teleport",
    });
    expect(json).toMatchObject({ ignored: ["colour"], unknown_categories: ["service"] });
  });
});

describe("faults of clients", () => {
  const row = apaRows[0];
  const { Packets: _, ...less } = row;
  test.each<[string, string, unknown, Record<string, string>, number, string]>([
    ["broken JSON", "/predict", "{", {}, 400, "body-invalid"],
    ["an empty body", "/predict", "", {}, 400, "body-invalid"],
    ["a number", "/predict", 7, {}, 400, "body-invalid"],
    ["deep nesting", "/predict", `{"rows":${"[".repeat(100_000)}`, {}, 400, "body-invalid"],
    ["a prototype", "/predict", '{"__proto__":{"x":1}}', {}, 400, "body-invalid"],
    ["a row that lacks a field", "/predict", less, {}, 400, "feature-missing"],
    ["the second row that lacks a field", "/predict", [row, less], {}, 400, "feature-missing"],
    ["a text for a number", "/predict", { ...row, Packets: "many" }, {}, 400, "feature-invalid"],
    ["a field twice", "/predict", { ...row, packets: 1 }, {}, 400, "feature-invalid"],
    ["too short a list", "/predict", [[1, 2]], {}, 400, "feature-invalid"],
    ["another type", "/predict", "x", { "content-type": "text/plain" }, 415, "content-type"],
    ["a form that is not given", "/predict", row, { accept: "image/png" }, 406, "not-acceptable"],
    ["an unknown model", "/models/none/predict", row, {}, 404, "model-unknown"],
    ["a wrong reference", "/models/no%20name/predict", row, {}, 422, "name-invalid"],
    ["a wrong query", "/predict?reasons=-1", row, {}, 400, "request-invalid"],
    ["CSV without a header", "/predict", "", { "content-type": "text/csv" }, 400, "body-invalid"],
    [
      "CSV with a broken row",
      "/predict",
      "Packets\nx\n",
      { "content-type": "text/csv" },
      400,
      "feature-invalid",
    ],
    ["no instances", "/v1/models/apa:predict", { rows: [] }, {}, 400, "request-invalid"],
  ])("%s", async (_name, path, body, headers, status, code) => {
    const answer = await ask(path, body, headers);
    expect(answer.type).toContain("application/problem+json");
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
    expect(answer.json["detail"]).toBeTruthy();
    expect(answer.text).not.toMatch(/\n\s+at /);
  });

  test("an unknown path, and a wrong method", async () => {
    expect((await ask("/nothing")).json).toMatchObject({ status: 404, code: "route-unknown" });
    const wrong = await fetch(`${started.address}/predict`, { method: "PUT" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("POST");
  });

  test("missing fields may be allowed", async () => {
    expect((await ask("/predict?missing=allow", less)).status).toBe(200);
  });

  test("what is wrong late in JSON lines ends the answer with a line that says so", async () => {
    const lines = `${Array.from({ length: 5000 }, () => JSON.stringify(row)).join("\n")}\n{"no": 1}\n`;
    const { status, text } = await ask("/predict", lines, { "content-type": "application/x-ndjson" });
    const found = text.trim().split("\n");
    expect(status).toBe(200);
    expect(JSON.parse(found.at(-1) as string)).toMatchObject({
      code: "feature-missing",
      detail: expect.stringMatching(/^row 5001/),
    });
  });

  test("labels of a model cannot run as formulas in a spreadsheet", async () => {
    const model = await servedModel({ schema: "apa", classes: ["Benign", "=cmd|' /C calc'!A1"], trees: 2 });
    writeFileSync(join(folder, "formula.orb"), model.encode());
    const other = await startServing({
      models: [join(folder, "formula.orb")],
      place: { project: join(folder, "project") },
      port: 0,
    });
    const response = await fetch(`${other.address}/predict`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/csv" },
      body: JSON.stringify(apaRows),
    });
    const text = await response.text();
    await other.close();
    expect(text).toContain("'=cmd");
    expect(text).not.toMatch(/(^|,)"?=/m);
  });
});

describe("models that change while requests run", () => {
  test("promoting drops no request, and each is answered by one of the two models", async () => {
    const project = join(folder, "swap");
    const first = await startServing({ place: { project, create: true }, models: ["bundled"], port: 0 });
    const { store } = await (await import("../../src/app/place.ts")).openPlace({ project });
    const other = await servedModel({ schema: "apa", classes: APA, seed: 9 });
    await registerModel(store, apa.encode(), { name: "apa" });
    await registerModel(store, other.encode(), { name: "apa" });
    await promoteModel(store, "apa:1");
    await first.close();
    const server = await startServing({ place: { project }, models: ["apa"], port: 0 });
    const scores = [apa, other].map((model) => {
      const out = new Float64Array(3);
      model.score(Float64Array.from(Object.values(apaRows[1]) as number[]), 1, out);
      return [...out];
    });
    expect(scores[0]).not.toEqual(scores[1]);
    const seen = new Set<string>();
    let running = true;
    const client = async (): Promise<number> => {
      let count = 0;
      while (running) {
        const response = await fetch(`${server.address}/predict`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(apaRows[1]),
        });
        expect(response.status).toBe(200);
        const answer = (await response.json()) as {
          probabilities: Record<string, number>;
          model: { version: string };
        };
        expect(Object.values(answer.probabilities)).toEqual(scores[Number(answer.model.version) - 1]);
        seen.add(answer.model.version);
        count++;
      }
      return count;
    };
    const clients = [client(), client(), client()];
    for (let swap = 0; swap < 10; swap++) {
      const version = swap % 2 === 0 ? 2 : 1;
      const promoted = await fetch(`${server.address}/models/apa/aliases/champion`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ version }),
      });
      expect(promoted.status).toBe(200);
      // The next request is answered by the model that was promoted.
      const next = (await (await fetch(server.address)).json()) as { model_version: string };
      expect(next.model_version).toBe(String(version));
    }
    running = false;
    expect((await Promise.all(clients)).every((count) => count > 0)).toBe(true);
    expect(seen).toEqual(new Set(["1", "2"]));
    const back = await fetch(`${server.address}/models/apa/aliases/champion/rollback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await back.json()).toMatchObject({ version: 2, before: 1 });
    await server.close();
    await store.close();
  }, 60_000);

  test("another process's promotion is followed; a model that cannot be loaded leaves the old one in charge", async () => {
    const project = join(folder, "watch");
    const { openPlace } = await import("../../src/app/place.ts");
    const { store } = await openPlace({ project, create: true });
    await registerModel(store, apa.encode(), { name: "apa" });
    await promoteModel(store, "apa:1");
    const server = await startServing({ place: { project }, port: 0 });
    const version = async (): Promise<string> =>
      ((await (await fetch(server.address)).json()) as { model_version: string }).model_version;
    expect(await version()).toBe("1");
    await registerModel(store, (await servedModel({ schema: "apa", classes: APA, seed: 4 })).encode(), {
      name: "apa",
    });
    await promoteModel(store, "apa:2");
    while ((await version()) !== "2") await new Promise((resolve) => setTimeout(resolve, 20));
    const { registerVersion } = await import("../../src/registry/models.ts");
    const { listVersions } = await import("../../src/registry/models.ts");
    const [known] = await listVersions(store, "apa");
    const { object, bytes } = await store.putObject(new Uint8Array([1, 2, 3]));
    await registerVersion(store, { ...known, object, bytes });
    await promoteModel(store, "apa:3");
    const problems = async (): Promise<unknown[]> =>
      ((await (await fetch(`${server.address}/readyz`)).json()) as { problems: unknown[] }).problems;
    while ((await problems()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await version()).toBe("2");
    expect(await problems()).toEqual([{ name: "apa", message: expect.stringContaining("apa") }]);
    await server.close();
    await store.close();
  }, 60_000);
});

test("figures for Prometheus count answers, rows and verdicts", async () => {
  await ask("/models/kdd/predict", kddRows.slice(0, 5));
  const { text, type } = await ask("/metrics");
  expect(type).toContain("text/plain");
  expect(text).toMatch(
    /orbweaver_http_request_duration_seconds_count\{method="POST",route="\/models\/:ref\/predict",status="200"\} \d+/,
  );
  expect(text).toMatch(/orbweaver_rows_total\{model="kdd",version="\w+"\} \d+/);
  expect(text).toMatch(/orbweaver_verdicts_total\{model="kdd",version="\w+",class="normal"\} \d+/);
});

test("rows over HTTP equal those of a model file read anew", async () => {
  const model = await readModel(join(folder, "kdd.orb"));
  const values = Float64Array.from(kddTable.values, (column) => column[3]);
  const out = new Float64Array(3);
  model.score(values, 1, out);
  const { json } = await ask("/models/kdd/predict", kddRows[3]);
  expect(Object.values(json["probabilities"] as object)).toEqual([...out]);
});

test("ending waits for no connection that has asked for nothing", async () => {
  const server = await startServing({
    models: ["bundled"],
    place: { project: join(folder, "ends"), create: true },
    // Whoever waits for the bound waits for the end of the test.
    limits: { closeMs: 3_600_000 },
  });
  const { hostname, port } = new URL(server.address);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  await Promise.all([once(socket, "close"), server.close()]);
});
