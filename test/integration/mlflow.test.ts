// Runs logged to a stand-in of an MLflow tracking server that holds every request against the published REST reference.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ModelVersion, Run } from "../../src/registry/contract.ts";
import { type MlflowOptions, mlflowClient } from "../../src/registry/mlflow/client.ts";
import { type LoggedRun, logRun, plainAlias, plainKey } from "../../src/registry/mlflow/log-run.ts";
import { type FakeMlflow, startFakeMlflow } from "../support/fake-mlflow.ts";
import { ENDPOINTS, problemOf, problemOfBatch } from "../support/mlflow-rules.ts";

let server: FakeMlflow;

beforeEach(async () => {
  server = await startFakeMlflow();
});

afterEach(() => server.stop());

const STARTED = "2026-11-29T20:00:00.000Z";
const ENDED = "2026-11-29T20:00:10.000Z";

const RUN: Run = {
  id: "20261129-200000-0a1b2c3d",
  kind: "train",
  state: "finished",
  release: "0.1.0",
  started: STARTED,
  ended: ENDED,
  elapsedMs: 10_000,
  rows: ["flows@train"],
  options: { label: "label", learners: ["boosting", "mlp"], limit: 5 },
  model: "office.orb",
  modelObject: "ab".repeat(32),
  learner: "boosting",
  seed: 1,
  parameters: { iterations: 100, balance: "none", early: true },
  metrics: { macroF1: 0.5, logLoss: 0.25 },
  schema: { id: "flow", fingerprint: "cd".repeat(16), columns: 80 },
  data: { fingerprint: "ef".repeat(32), rows: 1000, classes: [] },
};

const VERSION: ModelVersion = {
  name: "office",
  version: 7,
  created: STARTED,
  object: "ab".repeat(32),
  bytes: 5,
  schema: { id: "flow", fingerprint: "cd".repeat(16), columns: 80 },
  classes: ["normal", "flood"],
  benignClasses: ["normal"],
  learner: "boosting",
  metrics: {},
};

function logged(change: Partial<LoggedRun> = {}, run: Partial<Run> = {}): LoggedRun {
  return { run: { ...RUN, ...run }, progress: [], files: [], versions: [], ...change };
}

function client(options: Partial<MlflowOptions> = {}) {
  return mlflowClient({ url: server.url, pauseMs: 1, ...options });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("a run", () => {
  test("is there with its experiment, parameters, figures, tags, files, versions and aliases", async () => {
    const result = await logRun(
      client(),
      "traffic",
      logged({
        progress: [
          { done: 1, metrics: { trainingLogLoss: 0.5 } },
          { done: 2, metrics: { trainingLogLoss: 0.25 } },
        ],
        files: [
          { path: "model/model.orb", type: "application/octet-stream", read: async () => bytes("model") },
          { path: "record.json", type: "application/json", read: async () => bytes("{}") },
        ],
        versions: [{ version: VERSION, aliases: ["champion", "v2", "night.shift"] }],
      }),
    );
    expect(server.problems).toEqual([]);
    expect(server.experiments.get("traffic")).toBe("1");
    const id = "1".padStart(32, "0");
    expect(result).toEqual({
      server: server.url,
      experiment: "traffic",
      run: id,
      versions: [{ name: "office", version: "1" }],
    });
    const run = server.runs.get(id);
    expect(run).toMatchObject({
      experiment: "1",
      name: RUN.id,
      status: "FINISHED",
      startTime: Date.parse(STARTED),
      endTime: Date.parse(ENDED),
    });
    expect(run?.metrics).toEqual([
      { key: "iteration/trainingLogLoss", value: 0.5, step: 1, timestamp: Date.parse(STARTED) + 5_000 },
      { key: "iteration/trainingLogLoss", value: 0.25, step: 2, timestamp: Date.parse(ENDED) },
      { key: "macroF1", value: 0.5, step: 2, timestamp: Date.parse(ENDED) },
      { key: "logLoss", value: 0.25, step: 2, timestamp: Date.parse(ENDED) },
    ]);
    expect(Object.fromEntries(run?.params ?? [])).toEqual({
      kind: "train",
      learner: "boosting",
      seed: "1",
      iterations: "100",
      balance: "none",
      early: "true",
      "option/label": "label",
      "option/learners": "boosting, mlp",
      "option/limit": "5",
    });
    expect(Object.fromEntries(run?.tags ?? [])).toMatchObject({
      "orbweaver.run": RUN.id,
      "orbweaver.release": "0.1.0",
      "orbweaver.schema": "flow",
      "orbweaver.data.fingerprint": "ef".repeat(32),
      "mlflow.source.name": "orbweaver",
    });
    expect(
      [...server.artefacts].map(([path, { bytes: kept, type }]) => [path, kept.toString(), type]),
    ).toEqual([
      [`1/${id}/artifacts/model/model.orb`, "model", "application/octet-stream"],
      [`1/${id}/artifacts/record.json`, "{}", "application/json"],
    ]);
    const model = server.models.get("office");
    expect(model?.versions).toEqual([
      {
        version: "1",
        source: `mlflow-artifacts:/1/${id}/artifacts/model`,
        run_id: id,
        tags: [
          { key: "orbweaver.version", value: "7" },
          { key: "orbweaver.sha256", value: "ab".repeat(32) },
        ],
      },
    ]);
    // What MLflow reserves or does not take is told with other characters.
    expect(Object.fromEntries(model?.aliases ?? [])).toEqual({ champion: "1", v2_: "1", night_shift: "1" });
  });

  test("goes into the experiment that is there, and its versions to the name that is there", async () => {
    await logRun(client(), "Default", logged({ versions: [{ version: VERSION, aliases: [] }] }));
    await logRun(client(), "Default", logged({ versions: [{ version: VERSION, aliases: ["champion"] }] }));
    expect(server.problems).toEqual([]);
    expect([...server.experiments.keys()]).toEqual(["Default"]);
    expect(server.models.get("office")?.versions.map(({ version }) => version)).toEqual(["1", "2"]);
    expect(server.models.get("office")?.aliases.get("champion")).toBe("2");
  });

  test("with more than one request holds stays within the limits, and nothing is lost", async () => {
    const long = "ä/".repeat(200);
    const progress = Array.from({ length: 1_700 }, (_, index) => ({
      done: index + 1,
      metrics: { [`${long}a`]: index, [`b:${long}`]: -index, gone: Number.NaN },
    }));
    const parameters = Object.fromEntries(
      Array.from({ length: 130 }, (_, index) => [`parameter ${index}`, "字".repeat(7_000)]),
    );
    await logRun(client(), "Default", logged({ progress }, { parameters, rows: ["x".repeat(9_000)] }));
    expect(server.problems).toEqual([]);
    const run = [...server.runs.values()][0];
    expect(run.metrics).toHaveLength(1_700 * 2 + 2);
    expect(run.params.size).toBe(130 + 6);
    expect(run.params.get("parameter 129")).toBe("字".repeat(6_000));
    expect(run.tags.get("orbweaver.rows")).toHaveLength(5_000);
  });

  test.each([
    ["running", "RUNNING"],
    ["finished", "FINISHED"],
    ["failed", "FAILED"],
    ["cancelled", "KILLED"],
    ["interrupted", "KILLED"],
  ] as const)("that is %s is %s there", async (state, status) => {
    await logRun(client(), "Default", logged({}, { state, ended: undefined, metrics: undefined }));
    expect(server.problems).toEqual([]);
    expect([...server.runs.values()][0].status).toBe(status);
  });

  test("that cannot be logged to its end is marked as failed there", async () => {
    const files = [
      {
        path: "model.orb",
        type: "application/octet-stream",
        read: async (): Promise<Uint8Array> => {
          throw new Error("gone");
        },
      },
    ];
    await expect(logRun(client(), "Default", logged({ files }))).rejects.toThrow("gone");
    expect([...server.runs.values()][0].status).toBe("FAILED");
  });

  test("whose files the server does not take says what the server must do", async () => {
    server.artefactRoot = "s3://bucket";
    const files = [{ path: "a", type: "text/plain", read: async () => bytes("a") }];
    await expect(logRun(client(), "Default", logged({ files }))).rejects.toMatchObject({
      code: "mlflow-refused",
      message: expect.stringContaining("keeps artefacts at s3:"),
      hint: expect.stringContaining("--serve-artifacts"),
    });
  });
});

describe("a server", () => {
  test("that is busy is asked again, as late as it says", async () => {
    let busy = 3;
    server.instead = () =>
      busy-- > 0 ? { status: busy === 1 ? 429 : 503, headers: { "retry-after": "0" } } : undefined;
    await logRun(client(), "Default", logged());
    expect(server.problems).toEqual([]);
    expect(server.asked.slice(0, 4)).toEqual(Array(4).fill("GET /api/2.0/mlflow/experiments/get-by-name"));
  });

  test("that stays busy is given up", async () => {
    server.instead = () => ({ status: 503 });
    await expect(logRun(client(), "Default", logged())).rejects.toMatchObject({
      code: "mlflow-refused",
      message: expect.stringContaining("with 503"),
    });
    expect(server.asked).toHaveLength(4);
  });

  test("that refuses a request is asked once, and its reason is told in one line", async () => {
    server.instead = () => ({
      status: 400,
      body: JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message: "no\nsuch   thing" }),
    });
    await expect(logRun(client(), "Default", logged())).rejects.toMatchObject({
      code: "mlflow-refused",
      message: `the MLflow server ${server.url} answers GET api/2.0/mlflow/experiments/get-by-name with 400: no such thing`,
    });
    expect(server.asked).toHaveLength(1);
  });

  test("that is not there is told", async () => {
    const { url } = server;
    await server.stop();
    await expect(logRun(client({ url }), "Default", logged())).rejects.toMatchObject({
      code: "mlflow-unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    server = await startFakeMlflow();
  });

  test("that asks who we are is told by token, or by user and password; nothing of them is in messages", async () => {
    const options = [
      { token: "s3cret" },
      { user: "ann", password: "s3cret" },
      { url: server.url.replace("//", "//ann:s3cret@") },
    ];
    for (const one of options) await logRun(client(one), "Default", logged());
    const basic = `Basic ${Buffer.from("ann:s3cret").toString("base64")}`;
    expect([...server.authorizations]).toEqual(["Bearer s3cret", basic]);
    server.instead = () => ({ status: 401 });
    for (const one of options) {
      const failure = await logRun(client(one), "Default", logged()).catch((cause: Error) => cause);
      expect(failure).toMatchObject({ code: "mlflow-auth" });
      expect(JSON.stringify(failure) + (failure as Error).message).not.toContain("s3cret");
    }
  });

  test("that sends us elsewhere is not followed", async () => {
    server.instead = () => ({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
    await expect(logRun(client({ token: "s3cret" }), "Default", logged())).rejects.toMatchObject({
      code: "mlflow-unreachable",
    });
  });

  test.each(["", "office", "ftp://host/"])("is not at %j", (url) => {
    expect(() => client({ url })).toThrow(/expected http:/);
  });

  test("is no longer asked when the work is stopped", async () => {
    const stop = new AbortController();
    server.instead = () => {
      stop.abort();
      return { status: 503 };
    };
    await expect(
      logRun(client({ signal: stop.signal, pauseMs: 10_000 }), "Default", logged()),
    ).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("keys and aliases are those that MLflow takes", () => {
  test.each([
    ["macroF1", "macroF1"],
    ["a b/c-d_e.f", "a b/c-d_e.f"],
    ["/a//./b/../c/", "a/b/c"],
    ["größe:µs", "gr__e__s"],
    ["", "_"],
    ["..", "_"],
    ["x".repeat(400), "x".repeat(250)],
  ])("%j becomes %j", (name, key) => {
    expect(plainKey(name)).toBe(key);
    expect(problemOf(ENDPOINTS["runs/log-batch"].fields, batch({ key: plainKey(name) }))).toBeUndefined();
  });

  test.each(["champion", "latest", "v7", "V12", "a.b", "x".repeat(400)])("alias %j", (alias) => {
    const request = { name: "office", alias: plainAlias(alias), version: "1" };
    expect(problemOf(ENDPOINTS["registered-models/alias"].fields, request)).toBeUndefined();
  });
});

function batch(metric: object): object {
  return { run_id: "a", metrics: [{ key: "a", value: 1, timestamp: 1, step: 0, ...metric }] };
}

describe("the rules notice", () => {
  const { fields } = ENDPOINTS["runs/log-batch"];

  test.each([
    ["a field that there is not", { ...batch({}), runs: 1 }, "has no field 'runs'"],
    ["no run", { metrics: [] }, "run_id is missing"],
    ["a text for a number", batch({ value: "1" }), "value is no number"],
    ["a number that JSON cannot say", batch({ value: Number.NaN }), "value is no number"],
    ["a broken step", batch({ step: 0.5 }), "step is no whole number"],
    ["a key with other characters", batch({ key: "a:b" }), "is no key"],
    ["a key that is another path", batch({ key: "a/../b" }), "is no key"],
    ["a long key", batch({ key: "a".repeat(251) }), "longer than 250"],
    ["too many metrics", { run_id: "a", metrics: Array(1_001).fill({}) }, "1001 entries"],
    ["too many parameters", { run_id: "a", params: Array(101).fill({}) }, "101 entries"],
    [
      "a long parameter",
      { run_id: "a", params: [{ key: "a", value: "x".repeat(6_001) }] },
      "longer than 6000",
    ],
  ])("%s", (_, request, problem) => {
    expect(problemOf(fields, request)).toContain(problem);
  });

  test("a status that there is not, and aliases that are reserved", () => {
    expect(problemOf(ENDPOINTS["runs/update"].fields, { run_id: "a", status: "DONE" })).toContain("none of");
    for (const alias of ["latest", "v1", "a b", "a.b"])
      expect(
        problemOf(ENDPOINTS["registered-models/alias"].fields, { name: "a", alias, version: "1" }),
      ).toContain("is no alias");
  });

  test("batches that are too large, hold too much, or say one thing twice", () => {
    expect(problemOfBatch("x".repeat(1_000_001), {})).toContain("bytes");
    expect(problemOfBatch("", { metrics: Array(950).fill({}), tags: Array(51).fill({}) })).toContain("1000");
    expect(problemOfBatch("", { params: [{ key: "a" }, { key: "a" }] })).toContain("twice");
  });
});
