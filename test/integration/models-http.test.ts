// Models and trainings over HTTP, to look at and to take away: cards, trees, files, ONNX, curves while a training runs.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledModelPath } from "../../src/app/models.ts";
import { openPlace } from "../../src/app/place.ts";
import { registerModel } from "../../src/app/registry.ts";
import { ApiError } from "../../src/client/index.ts";
import type { ForestModel } from "../../src/model/kinds/forest.ts";
import { clientRows, schemaTable, servedModel } from "../support/served-models.ts";
import { startTestServer, type TestServer } from "../support/serving.ts";
import { rowMajor } from "../support/tables.ts";

const CLASSES = ["normal", "dos", "probe"];
/** Two processes, each started from the sources. */
const MANY = { timeout: 240_000 };
const table = schemaTable("kdd", CLASSES);
let server: TestServer;
let forest: ForestModel;
let csv: string;

beforeAll(async () => {
  server = await startTestServer({ models: ["bundled"] });
  forest = (await servedModel({ schema: "kdd", classes: CLASSES, trees: 5 })) as ForestModel;
  const { store } = await openPlace({ project: server.root });
  await registerModel(store, forest.encode(), { name: "trees" });
  await store.close();
  const rows = clientRows(table);
  const names = Object.keys(rows[0]);
  const lines = rows.map((row, at) =>
    [...names.map((name) => row[name]), CLASSES[table.labels[at]]].join(","),
  );
  csv = `${[...names, "label"].join(",")}\n${lines.join("\n")}\n`;
});
afterAll(() => server.remove());

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => expect.fail("it went well"),
    (cause: unknown) => {
      expect(cause).toBeInstanceOf(ApiError);
      return cause as ApiError;
    },
  );
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await server.client.fetch(path)).arrayBuffer());
}

describe("a model", () => {
  test("has a card with classes, columns and importance", async () => {
    const { data: card } = await server.client.api.GET("/models/{ref}/card", {
      params: { path: { ref: "trees:1" } },
    });
    expect(card).toMatchObject({ kind: "forest", task: "classification", hasTrees: true });
    expect(card?.classes.map(({ name }) => name)).toEqual(CLASSES);
    expect(card?.schema.columns.length).toBe(table.schema.columns.length);
    const shares = card?.importance.map(({ share }) => share) ?? [];
    expect(shares).toEqual([...shares].sort((one, other) => other - one));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test("shows its trees, whose leaves hold the rows of their parents", async () => {
    const tree = async (query: { tree?: number; class?: string; node?: number; depth?: number }) =>
      (await server.client.api.GET("/models/{ref}/tree", { params: { path: { ref: "trees" }, query } })).data;
    const found = await tree({ tree: 2, class: "dos", depth: 3 });
    expect(found).toMatchObject({ class: "dos", scale: "probability", tree: 2, trees: 5 });
    const root = found?.root;
    const first = forest.forest.roots[1];
    const column = table.schema.columns[forest.forest.feature[first]];
    expect(root?.column).toBe(column.name);
    if (column.kind === "numeric") expect(root?.threshold).toBe(forest.forest.threshold[first]);
    expect((root?.yes?.rows ?? 0) + (root?.no?.rows ?? 0)).toBe(root?.rows);
    const share = root?.classes?.find(({ name }) => name === "dos")?.share;
    expect(share).toBeCloseTo(root?.value ?? Number.NaN, 12);
    const cut = root?.no?.id ?? 0;
    const below = await tree({ tree: 2, class: "dos", node: cut, depth: 0 });
    expect(below?.root).toMatchObject({ id: cut, rows: root?.no?.rows });
    expect(below?.root.yes).toBeUndefined();
  });

  test.each([
    ["tree=6", 404],
    ["class=none", 404],
    ["node=100000", 404],
    ["depth=9", 400],
    ["tree=0", 400],
  ])("%s is refused", async (query, status) => {
    const refused = await failure(server.client.fetch(`/models/trees/tree?${query}`));
    expect(refused.status).toBe(status);
    if (status === 404) expect(refused.code).toBe("tree-unknown");
  });

  test("gives its file as it is, and an ONNX file that says the same", async () => {
    const file = await bytesOf("/models/trees:1/file");
    expect(createHash("sha256").update(file).digest("hex")).toBe(
      createHash("sha256").update(forest.encode()).digest("hex"),
    );
    expect(Buffer.from(await bytesOf("/models/bundled/file")).equals(readFileSync(bundledModelPath()))).toBe(
      true,
    );
    const session = await ort.InferenceSession.create(await bytesOf("/models/trees/onnx"));
    const width = table.schema.columns.length;
    const features = new ort.Tensor("float64", rowMajor(table), [table.rowCount, width]);
    const { probabilities } = await session.run({ features });
    const expected = new Float64Array(table.rowCount * CLASSES.length);
    forest.scoreTable(table, expected);
    const worst = expected.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - Number(probabilities.data[at]))),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
    await session.release();
    const answer = await server.client.fetch("/models/trees:1/onnx?inputs=columns&numbers=float");
    expect(answer.headers.get("content-disposition")).toContain("trees-1.onnx");
  });

  test("that is not there says so", async () => {
    for (const what of ["card", "tree", "onnx", "file"])
      expect(await failure(server.client.fetch(`/models/none/${what}`))).toMatchObject({
        status: 404,
        code: "model-unknown",
      });
  });
});

describe("a training", () => {
  test("has curves while it runs, a tree, and is found by what it read and made", MANY, async () => {
    const { client } = server;
    const upload = await client.upload(csv, { name: "rows.csv" });
    const rows = [{ upload: upload.id }];
    const set = ["boosting.iterations=400", "boosting.earlyStopping=400"];
    const job = await client.createJob({ kind: "train", request: { rows, set, seed: 1 } });
    const curves = async (id: string) =>
      (await client.api.GET("/jobs/{id}/curves", { params: { path: { id } } })).data?.fits ?? [];
    let seen = 0;
    const ended = await client.untilEnded(job.id, {
      onEvent: ({ event, data }) => {
        if (event !== "progress" || !(data as { step: string }).step.startsWith("fitting")) return;
        void curves(job.id).then((fits) => {
          if (seen === 0 && fits.length > 0) seen = fits[0].points.length;
        });
      },
    });
    expect(ended.state).toBe("finished");
    const [fit, ...others] = await curves(job.id);
    expect(others).toEqual([]);
    expect(fit).toMatchObject({ name: "the model", total: 400 });
    // Seen before its end, and longer at its end.
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(fit.points.length);
    expect(fit.points[0].metrics["trainingLogLoss"]).toBeGreaterThan(
      fit.points.at(-1)?.metrics["trainingLogLoss"] ?? 0,
    );
    const { run } = ended.summary as { run: string };
    const { data: shown } = await client.api.GET("/runs/{id}", { params: { path: { id: run } } });
    const object = String(shown?.run["modelObject"]);
    const listed = async (query: object) =>
      (await client.api.GET("/runs", { params: { query } })).data?.runs.map(({ id }) => id);
    expect(await listed({ object })).toEqual([run]);
    expect(await listed({ rows: "rows.csv" })).toEqual([run]);
    expect(await listed({ rows: "ows.csv" })).toEqual([]);
    const { data: tree } = await client.api.GET("/runs/{id}/tree", {
      params: { path: { id: run }, query: { depth: 2 } },
    });
    expect(tree?.scale).toBe("log-odds");
    const { data: card } = await client.api.GET("/runs/{id}/card", { params: { path: { id: run } } });
    expect(card).toMatchObject({ kind: "boosting", hasTrees: true });
  });

  test("that compares tells each fit, and that is cancelled keeps what it told", MANY, async () => {
    const { client } = server;
    const upload = await client.upload(csv, { name: "rows.csv" });
    const request = {
      rows: [{ upload: upload.id }],
      learners: ["boosting"],
      set: ["boosting.iterations=1000", "boosting.earlyStopping=1000"],
      cv: 3,
    };
    const job = await client.createJob({ kind: "train", request });
    let asked = false;
    const steps: string[] = [];
    const ended = await client.untilEnded(job.id, {
      onEvent: ({ event, data }) => {
        if (event !== "progress") return;
        const { step, done } = data as { step: string; done?: number };
        steps.push(`${step} ${done}`);
        if (asked || !step.includes("fold 2 of 3") || step.includes("baselines")) return;
        asked = true;
        void client.api.POST("/jobs/{id}/cancel", { params: { path: { id: job.id } } });
      },
    });
    expect(ended.failure).toBeUndefined();
    expect(ended.state).toBe("cancelled");
    expect(
      steps.some((step) => step.startsWith("comparing: boosting, fold 2 of 3") && step.endsWith(" 1")),
    ).toBe(true);
    const { data } = await client.api.GET("/jobs/{id}/curves", { params: { path: { id: job.id } } });
    expect(data?.fits.map(({ name }) => name).slice(0, 2)).toEqual([
      "boosting, fold 1 of 3",
      "boosting, fold 2 of 3",
    ]);
  });

  test("is made of choices that the server tells", async () => {
    const { data: presets } = await server.client.api.GET("/presets");
    expect(presets?.presets.map(({ id }) => id)).toEqual(["kdd5", "cic-bot", "apa", "antinex"]);
    expect(presets?.presets[1].classes).toEqual(["Benign", "Bot"]);
    const { data: scores } = await server.client.api.GET("/scores");
    expect(scores?.scores.find(({ id }) => id === "logLoss")).toMatchObject({ greaterIsBetter: false });
  });
});
