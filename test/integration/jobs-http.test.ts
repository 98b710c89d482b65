// Uploads, captures, data sets, jobs and live sources over HTTP, by the typed client: with a real server, a real capture and real rows.

import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detect } from "../../src/app/detect.ts";
import { meter } from "../../src/app/meter.ts";
import { bundledModelPath, readModel } from "../../src/app/models.ts";
import { openPlace } from "../../src/app/place.ts";
import { registerModel } from "../../src/app/registry.ts";
import { ApiError, createClient, type Job, type ServerEvent } from "../../src/client/index.ts";
import { ROOT } from "../support/command.ts";
import { startTestServer, type TestServer } from "../support/serving.ts";

const CAPTURE = join(ROOT, "assets", "demo.pcap.gz");
/** Ten processes, each started from the sources. */
const MANY = { timeout: 600_000 };
const UNKNOWN = "000000000-000000000000";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ files: { bytesMax: 64 << 20 } });
});

afterAll(async () => {
  await server.remove();
});

async function text(id: string, name: string, format?: "csv" | "jsonl"): Promise<string> {
  return (await server.client.result(id, name, format === undefined ? {} : { format })).text();
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => expect.fail("it went well"),
    (cause: unknown) => {
      expect(cause).toBeInstanceOf(ApiError);
      return cause as ApiError;
    },
  );
}

/** Whether a file of this name lies somewhere below a folder. */
function foldersHold(root: string, name: string): boolean {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).some((path) => basename(path) === name);
}

function finished(job: Job): Job {
  expect(job.failure).toBeUndefined();
  expect(job.state).toBe("finished");
  return job;
}

async function untilEnded(id: string): Promise<Job> {
  return finished(await server.client.untilEnded(id));
}

describe("uploads", () => {
  test("come as bodies, streams and forms, whole and by their digest", async () => {
    const { client, address } = server;
    const bytes = new Uint8Array(3_000_000).map((_, index) => index % 251);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
    }
    const plain = await client.upload(bytes, { name: "../../rows of mine.csv" });
    expect(plain).toMatchObject({ name: "rows of mine.csv", bytes: bytes.length, sha256 });
    expect(await client.upload(pieces())).toMatchObject({ name: "upload", bytes: bytes.length, sha256 });
    const form = new FormData();
    form.set("file", new Blob([bytes]), "form.csv");
    const answer = await fetch(`${address}/uploads`, { method: "POST", body: form });
    expect([answer.status, await answer.json()]).toMatchObject([201, { name: "form.csv", sha256 }]);
    expect(readdirSync(join(server.root, "uploads", plain.id))).toEqual(["rows_of_mine.csv"]);
    const { data } = await client.api.GET("/uploads");
    expect(data?.uploads.map(({ name }) => name)).toEqual(["form.csv", "upload", "rows of mine.csv"]);
    await client.api.DELETE("/uploads/{id}", { params: { path: { id: plain.id } } });
    expect(existsSync(join(server.root, "uploads", plain.id))).toBe(false);
    const gone = await failure(client.api.GET("/uploads/{id}", { params: { path: { id: plain.id } } }));
    expect(gone).toMatchObject({ status: 404, code: "upload-unknown" });
  });

  test("that are too large, empty or no file leave nothing", async () => {
    const before = readdirSync(join(server.root, "uploads"));
    const { client, address } = server;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1 << 20);
    }
    const large = await client.upload(endless()).catch((cause: unknown) => cause);
    // The server answers and ends the connection, which not every client hears in this order.
    if (large instanceof ApiError) expect(large).toMatchObject({ status: 413, code: "upload-too-large" });
    expect(large).toBeInstanceOf(Error);
    const told = await failure(
      client.fetch("/uploads", {
        method: "POST",
        body: new Uint8Array(65 << 20),
        headers: { "content-type": "text/csv" },
      }),
    ).catch((cause: unknown) => cause);
    expect(told).toBeInstanceOf(Error);
    const empty = await fetch(`${address}/uploads`, { method: "POST", body: new FormData() });
    expect([empty.status, await empty.json()]).toMatchObject([400, { code: "upload-invalid" }]);
    expect(await failure(client.uploadCapture("no capture"))).toMatchObject({
      status: 415,
      code: "capture-format",
    });
    expect(readdirSync(join(server.root, "uploads"))).toEqual(before);
    expect(readdirSync(join(server.root, "captures"))).toEqual([]);
  });
});

describe("jobs", () => {
  test("score a capture as `detect` does, and its table comes as CSV, JSON lines and Parquet", async () => {
    const { client } = server;
    const capture = await client.uploadCapture(createReadStream(CAPTURE), { name: "demo.pcap.gz" });
    const { data: shown } = await client.api.GET("/captures/{id}", { params: { path: { id: capture.id } } });
    expect(shown?.facts).toMatchObject({ type: "capture" });
    const asked = await client.createJob({
      kind: "score",
      request: { input: { capture: capture.id }, model: "bundled", reasons: 2 },
    });
    const events: ServerEvent[] = [];
    const job = finished(await client.untilEnded(asked.id, { onEvent: (event) => events.push(event) }));
    expect(events[0]).toMatchObject({ event: "state" });
    expect(events.some(({ event }) => event === "log")).toBe(true);
    const expected: string[] = [];
    await detect({
      captures: [CAPTURE],
      model: await readModel(bundledModelPath()),
      onVerdict: (verdict) => {
        const { sourceAddress, communityId } = verdict.identity();
        expected.push(`${sourceAddress} ${communityId} ${verdict.className} ${verdict.probability}`);
      },
    });
    const rows = (await text(job.id, "verdicts", "jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(
      rows.map((row) => `${row.source_address} ${row.community_id} ${row.class} ${row.confidence}`),
    ).toEqual(expected);
    expect(rows[0].reasons).toMatch(/ = /);
    const csv = await text(job.id, "verdicts", "csv");
    expect(csv.split("\n").length).toBe(rows.length + 2);
    const parquet = new Uint8Array(await (await client.result(job.id, "verdicts")).arrayBuffer());
    expect(new TextDecoder().decode(parquet.subarray(0, 4))).toBe("PAR1");
    const again = await client.fetch(`/captures/${capture.id}/content`);
    expect(Buffer.from(await again.arrayBuffer()).equals(readFileSync(CAPTURE))).toBe(true);
  });

  test(
    "import, profile, audit, split, train, evaluate, explain and export, one on what the other made",
    MANY,
    async () => {
      const { client } = server;
      const model = await readModel(bundledModelPath());
      // Rows of the capture, labelled by the bundled model's own verdicts: enough to learn from.
      const path = join(server.root, "flows.csv");
      await meter({ captures: [CAPTURE], schema: "flow", out: path });
      const classes: string[] = [];
      await detect({
        captures: [CAPTURE],
        model,
        onVerdict: ({ className }) => void classes.push(className),
      });
      const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
      expect(lines.length).toBe(classes.length);
      const labelled = [`${header},label`, ...lines.map((line, index) => `${line},${classes[index]}`)];
      writeFileSync(path, `${labelled.join("\n")}\n`);
      const upload = await client.upload(createReadStream(path), { name: "flows.csv" });
      const run = async (job: Parameters<typeof client.createJob>[0]): Promise<Job> =>
        untilEnded((await client.createJob(job)).id);

      const imported = await run({
        kind: "import",
        request: { sources: [{ upload: upload.id }], name: "demo" },
      });
      expect(imported.summary).toMatchObject({ dataset: "demo", rows: classes.length });
      const { data: dataset } = await client.api.GET("/datasets/{name}", {
        params: { path: { name: "demo" } },
      });
      expect(JSON.stringify(dataset)).not.toContain(server.root);
      const rows = await client.fetch("/datasets/demo/rows?format=csv");
      expect((await rows.text()).trimEnd().split("\n").length).toBe(classes.length + 1);

      await run({ kind: "split", request: { dataset: "demo", split: { by: "random", seed: 3 } } });
      const profile = await run({ kind: "profile", request: { rows: { dataset: "demo" } } });
      expect(JSON.parse(await text(profile.id, "profile"))).toMatchObject({ rows: classes.length });
      expect(await text(profile.id, "page")).toContain("<!doctype html");
      const { data: audit } = await client.api.POST("/datasets/{name}/audit", {
        params: { path: { name: "demo" } },
      });
      expect(JSON.parse(await text((await untilEnded((audit as Job).id)).id, "audit"))).toHaveProperty(
        "findings",
      );

      const trained = await run({
        kind: "train",
        request: { rows: [{ dataset: "demo@train" }], name: "office", set: ["iterations=20"], seed: 1 },
      });
      expect(trained.summary).toMatchObject({ model: "office:1", learner: "boosting" });
      const { run: runId } = trained.summary as { run: string };
      const { data: shown } = await client.api.GET("/runs/{id}", { params: { path: { id: runId } } });
      expect(shown?.run).toMatchObject({ state: "finished", kind: "train" });
      expect(JSON.stringify(shown)).not.toContain(server.root);
      const record = await client.fetch(`/runs/${runId}/artefacts/record.json`);
      expect(await record.json()).toMatchObject({ type: "orbweaver-run" });

      const evaluated = await run({
        kind: "evaluate",
        request: { model: "office:1", rows: [{ dataset: "demo@test" }], resamples: 20 },
      });
      expect((evaluated.summary as { metrics: { accuracy: number } }).metrics.accuracy).toBeGreaterThan(0.9);
      const explained = await run({
        kind: "explain",
        request: { model: "office", rows: [{ dataset: "demo@test" }], last: 2 },
      });
      expect(JSON.parse(await text(explained.id, "explanation")).rows.length).toBe(2);
      const exported = await run({
        kind: "export",
        request: { rows: { dataset: "demo@test" }, format: "jsonl" },
      });
      const scored = await run({
        kind: "score",
        request: { input: { dataset: "demo@test" }, model: "office", keep: ["label"] },
      });
      const verdicts = (await text(scored.id, "verdicts", "jsonl"))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(verdicts.length).toBe((await text(exported.id, "rows")).trimEnd().split("\n").length);
      const right = verdicts.filter((row) => row.label === row.class).length;
      expect(right / verdicts.length).toBeGreaterThan(0.9);

      const { data: listed } = await client.api.GET("/jobs", {
        params: { query: { kind: "score", limit: 1 } },
      });
      expect(listed?.jobs.map(({ id }) => id)).toEqual([scored.id]);
      const { data: log } = await client.api.GET("/jobs/{id}/log", {
        params: { path: { id: scored.id }, query: { from: 0 } },
      });
      expect(log).toMatchObject({ from: 0, kept: 0 });
      expect(log?.text).toContain("begins: score");
    },
  );

  test("find columns by any spelling, keep texts of strangers harmless in CSV, and name what is missing", async () => {
    const { client } = server;
    const path = join(server.root, "spelled.csv");
    await meter({ captures: [CAPTURE], schema: "flow", out: path, maxFrames: 2_000 });
    const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
    const names = header.split(",").map((name) => name.toUpperCase().replaceAll("_", " "));
    const csv = [`${names.join(",")},note`, ...lines.map((line) => `${line},=cmd|' /C calc'!A0`)].join("\n");
    // Packed, as tables are sent.
    const { id } = await client.upload(gzipSync(csv), { name: "spelled.csv.gz" });
    const job = await untilEnded(
      (
        await client.createJob({
          kind: "score",
          request: { input: { upload: id }, model: "bundled", keep: ["note"] },
        })
      ).id,
    );
    expect(job.summary).toMatchObject({ rows: lines.length });
    const [, first] = (await text(job.id, "verdicts", "csv")).split("\n");
    expect(first).toContain("'=cmd|");
    const lacking = await client.upload("a,b\n1,2\n", { name: "other.csv" });
    const failed = await client.untilEnded(
      (
        await client.createJob({
          kind: "score",
          request: { input: { upload: lacking.id }, model: "bundled" },
        })
      ).id,
    );
    expect(failed).toMatchObject({ state: "failed", failure: { code: "schema-mismatch" } });
    expect(failed.failure?.message).toContain(`'uploads/${lacking.id}/other.csv' has no column`);
    expect(JSON.stringify(failed)).not.toContain(server.root);
  });

  test("stop unpacking what grows beyond all bounds, and keep nothing of it", async () => {
    const { client } = server;
    const { id } = await client.upload(gzipSync(Buffer.alloc(80 << 20, "0,")), { name: "bomb.csv.gz" });
    const request = { input: { upload: id }, model: "bundled" };
    const job = await client.untilEnded((await client.createJob({ kind: "score", request })).id);
    expect(job).toMatchObject({ state: "failed", failure: { code: "upload-grows" } });
    expect(foldersHold(server.root, "bomb.csv")).toBe(false);
  });

  test("are refused where they name what is not theirs, by the field", async () => {
    const { client } = server;
    const refused = async (body: unknown): Promise<ApiError> =>
      failure(
        client.fetch("/jobs", {
          method: "POST",
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      );
    for (const dataset of ["../../etc/passwd", "/etc/passwd", "a/b", "x".repeat(200)])
      expect(await refused({ kind: "profile", request: { rows: { dataset } } })).toMatchObject({
        status: 400,
      });
    expect(
      await refused({ kind: "score", request: { input: { upload: UNKNOWN }, model: "../model.orb" } }),
    ).toMatchObject({
      status: 400,
      code: "request-invalid",
    });
    // A field that may have several forms is told as the nearest, or with all of them.
    for (const [rows, message] of [
      [undefined, "request/rows: found nothing, expected object"],
      [5, "request/rows: found number, expected object"],
      [{ dataset: 4 }, "request/rows/dataset: found number, expected string"],
      [{ dataset: "a", more: 1 }, "request/rows/more: found an unknown member of the body"],
      [{}, "request/rows: found none of its forms, expected an object with upload or dataset"],
    ] as const)
      expect((await refused({ kind: "profile", request: { rows } })).message, message).toContain(message);
    expect((await refused({ kind: "nonsense", request: {} })).problem?.errors?.[0]?.field).toBe("kind");
    const job = await client.createJob({ kind: "profile", request: { rows: { upload: UNKNOWN } } });
    expect(await client.untilEnded(job.id)).toMatchObject({
      state: "failed",
      failure: { code: "upload-unknown" },
    });
    expect(await failure(client.result(job.id, "../../process.json"))).toMatchObject({ status: 404 });
  });
});

describe("live sources", () => {
  test("play a capture again and again, and are followed from where a listener was", async () => {
    const { client } = server;
    const capture = await client.uploadCapture(createReadStream(CAPTURE), { name: "loop.pcap.gz" });
    const { data: source } = await client.api.POST("/sources", {
      body: { name: "loop", from: { capture: capture.id, speed: 10_000 }, model: "bundled" },
    });
    expect(source).toMatchObject({ state: "running", kind: "replay", capture: capture.id });
    const inUse = await failure(
      client.api.DELETE("/captures/{id}", { params: { path: { id: capture.id } } }),
    );
    expect(inUse).toMatchObject({ status: 409, code: "upload-in-use" });
    const twice = await failure(
      client.api.POST("/sources", { body: { name: "loop", from: { capture: capture.id } } }),
    );
    expect(twice).toMatchObject({ status: 409, code: "source-exists" });
    const seen: ServerEvent[] = [];
    for await (const event of client.sourceEvents("loop")) {
      seen.push(event);
      if (seen.length === 20) break;
    }
    expect(seen[0].event).toBe("state");
    const verdict = seen.find(({ event }) => event === "verdict");
    expect(verdict?.data).toMatchObject({ class: expect.any(String), source_address: expect.any(String) });
    for await (const event of client.sourceEvents("loop", { lastEventId: seen.at(-1)?.id })) {
      const [epoch, number] = (seen.at(-1) as ServerEvent).id.split("-");
      if (event.event !== "dropped") expect(event.id).toBe(`${epoch}-${Number(number) + 1}`);
      break;
    }
    for await (const { event, data } of client.sourceEvents("loop")) {
      if (event === "state" && (data as { counts: { loops: number } }).counts.loops >= 2) break;
    }
    const metrics = await (await client.fetch("/metrics")).text();
    expect(metrics).toMatch(/^orbweaver_source_frames_total\{source="loop"\} [1-9]/m);
    expect(metrics).toMatch(/^orbweaver_source_ledger\{source="loop",entry="decoded"\} [1-9]/m);
    const { data: stopped } = await client.api.DELETE("/sources/{name}", {
      params: { path: { name: "loop" } },
    });
    expect(stopped).toMatchObject({ state: "ended" });
    expect((await client.api.GET("/sources")).data).toEqual({ sources: [] });
  });

  test("judge by the model that is in charge at the moment", async () => {
    const { client } = server;
    const { store } = await openPlace({ project: server.root });
    const bytes = new Uint8Array(readFileSync(bundledModelPath()));
    await registerModel(store, bytes, { name: "live" });
    await store.close();
    const capture = await client.uploadCapture(createReadStream(CAPTURE));
    const { data: source } = await client.api.POST("/sources", {
      body: { name: "champion", from: { capture: capture.id, speed: 10_000 }, model: "live" },
    });
    expect(source?.digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    await client.api.DELETE("/sources/{name}", { params: { path: { name: "champion" } } });
  });

  test("that cannot be started say why", async () => {
    const { client } = server;
    const { status } = await failure(
      client.api.POST("/sources", { body: { name: "none", from: { interface: "no-such-interface" } } }),
    );
    expect([403, 404, 503]).toContain(status);
    expect(await failure(client.fetch("/sources/none"))).toMatchObject({
      status: 404,
      code: "source-unknown",
    });
  });
});

test("a client without a server, and one that is not let in, say so", async () => {
  const lost = createClient({ baseUrl: "http://127.0.0.1:9" });
  await expect(lost.api.GET("/healthz")).rejects.toThrow();
  const missing = await failure(server.client.fetch("/nowhere"));
  expect(missing).toMatchObject({ status: 404, code: "route-unknown" });
});

describe("a recipe that comes over HTTP", () => {
  test("reads data sets, and no file of the machine", MANY, async () => {
    const { client } = server;
    const TIMES = { time: { column: "ts", format: "epoch-s", into: "start_us" } };
    const path = join(server.root, "labels-of-others.csv");
    writeFileSync(path, "start,source,destination,source_port,destination_port,transport,label\n");
    const { id: upload } = await client.upload(
      new TextEncoder().encode(
        "ts,source_address,destination_address,source_port,destination_port,transport\n1700000000,10.0.0.1,10.0.0.2,1,2,tcp\n",
      ),
      { name: "flows.csv" },
    );
    for (const from of [path, "../../labels-of-others.csv", "/etc/hostname"]) {
      const { id } = await client.createJob({
        kind: "prepare",
        request: {
          sources: [{ upload }],
          name: "stolen",
          recipe: { steps: [TIMES, { "join-labels": { from } }] },
        },
      } as never);
      const job = await client.untilEnded(id);
      expect(job.state).toBe("failed");
      expect(job.failure?.code, job.failure?.message).toBe("dataset-unknown");
    }
  });
});
