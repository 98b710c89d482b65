// What a live source tells of itself over HTTP: a capture is played while it is looked at, and what is told must agree with what the
// command line finds in the same capture, and with itself at every moment.

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DetectRun, detect } from "../../src/app/detect.ts";
import { bundledModelPath, readModel } from "../../src/app/models.ts";
import type { Schemas } from "../../src/client/index.ts";
import { ROOT } from "../support/command.ts";
import { startTestServer, type TestServer } from "../support/serving.ts";

const CAPTURE = join(ROOT, "assets", "demo.pcap.gz");
/** Two minutes of packets in six seconds. */
const SPEED = 20;

type Source = Schemas["Source"];

let server: TestServer;
let truth: DetectRun;
let states: Source[];

const at = { params: { path: { name: "demo" } } };

beforeAll(async () => {
  server = await startTestServer({ models: ["bundled"] });
  truth = await detect({ captures: [CAPTURE], model: await readModel(bundledModelPath()) });
  const { client } = server;
  const { id } = await client.uploadCapture(createReadStream(CAPTURE), { name: "demo.pcap.gz" });
  await client.api.POST("/sources", {
    body: { name: "demo", from: { capture: id, speed: SPEED, loop: false } },
  });
  states = [];
  for await (const { event, data } of client.sourceEvents("demo")) {
    if (event === "state") states.push(data as Source);
  }
}, 120_000);

afterAll(() => server?.remove());

describe("a capture that is played", () => {
  test("takes as long as its packets say, and its figures grow as it goes", () => {
    const frames = states.map(({ counts }) => counts.frames);
    expect(frames.at(-1)).toBe(truth.ledger.frames);
    expect(new Set(frames).size).toBeGreaterThan(4);
    expect(frames).toEqual([...frames].sort((one, other) => one - other));
    const last = states.at(-1) as Source;
    expect(last.state).toBe("ended");
    const seconds = (Date.parse(last.ended ?? "") - Date.parse(last.started)) / 1_000;
    // The capture lasts 119.94 s. A machine that is busy may take longer, and never less, but for the second that may be made good.
    expect(seconds).toBeGreaterThan(119.94 / SPEED - 1.1);
    expect(states.some(({ rates }) => rates.packetsPerSecond > 0)).toBe(true);
    expect(last.rates).toMatchObject({ packetsPerSecond: 0, seconds: 0 });
  });

  test("has a ledger while it goes on, whose sums agree at every moment", () => {
    const told = states.filter(({ state, ledger }) => state === "running" && ledger !== undefined);
    expect(told.length).toBeGreaterThan(3);
    for (const { ledger, sums = [], counts } of told) {
      expect(sums.length).toBeGreaterThan(10);
      expect(sums.filter(({ left, right }) => left !== right)).toEqual([]);
      expect(ledger?.verdict.verdicts).toBe(counts.verdicts);
      expect(ledger?.frames).toBe(counts.frames);
    }
    expect(told.some(({ ledger }) => (ledger?.flowsOpen ?? 0) > 0)).toBe(true);
    expect(states.at(-1)?.ledger).toEqual(truth.ledger);
  });

  test("has a history that adds up to its counters", async () => {
    const { data } = await server.client.api.GET("/sources/{name}/history", at);
    const samples = data?.samples ?? [];
    expect(samples.map(({ ordinal }) => ordinal)).toEqual(samples.map((_, index) => index + 1));
    const sum = (of: (sample: Schemas["LiveSample"]) => number): number =>
      samples.reduce((total, sample) => total + of(sample), 0);
    expect(sum(({ packets }) => packets)).toBe(truth.decode.packets);
    expect(sum(({ bytes }) => bytes)).toBe(truth.decode.bytes);
    expect(sum(({ flows }) => flows)).toBe(truth.ledger.flowsOpened);
    expect(sum(({ attacks }) => attacks)).toBe(truth.ledger.verdict.attacks);
    for (const [name, verdicts] of Object.entries(truth.ledger.verdict.byClass))
      expect(
        sum(({ byClass }) => byClass[name] ?? 0),
        name,
      ).toBe(verdicts);
    expect(states.at(-1)?.latest).toEqual(samples.at(-1));
  });

  test("has the top talkers that the command line finds", async () => {
    const { data } = await server.client.api.GET("/sources/{name}/talkers", at);
    expect(data?.bytes.top.map(({ address }) => address)).toEqual(
      truth.talkers.map(({ address }) => address),
    );
    // Every packet of this capture belongs to a flow.
    expect(data?.bytes.total).toBe(truth.decode.bytes);
    expect(data?.flows.total).toBe(truth.ledger.rows);
    // The command line counts every host of this capture, a live source 256 at a time.
    expect(truth.talkersReplaced).toBe(0);
    for (const [index, { amount, surplus }] of (data?.bytes.top ?? []).entries()) {
      expect(amount).toBeGreaterThanOrEqual(truth.talkers[index].wireBytes);
      expect(amount - surplus).toBeLessThanOrEqual(truth.talkers[index].wireBytes);
    }
  });

  test("has alerts with their evidence, also those that go on", async () => {
    const { data } = await server.client.api.GET("/sources/{name}/alerts", at);
    const alerts = data?.alerts ?? [];
    expect(alerts.length).toBe(truth.ledger.verdict.alerts.ended["end-of-input"]);
    expect(alerts.every(({ open, run }) => !open && run === 1)).toBe(true);
    expect(alerts.reduce((sum, { flows }) => sum + flows, 0)).toBe(truth.ledger.verdict.attacks);
    for (const { reasons, communityIds, lastUs, firstUs } of alerts) {
      expect(reasons[0]?.text).toMatch(/\(.*\d\)/);
      expect(communityIds[0]).toMatch(/^1:/);
      expect(lastUs).toBeGreaterThanOrEqual(firstUs);
    }
  });
});

test("the last events come first to a listener who asks for them, also of a source that has ended", async () => {
  const seen: string[] = [];
  for await (const { event } of server.client.sourceEvents("demo", { recent: 50 })) seen.push(event);
  // The state as it is now, then the last fifty of the ring.
  expect(seen.length).toBe(51);
  expect(seen[0]).toBe("state");
  expect(seen.filter((event) => event === "verdict").length).toBeGreaterThan(10);
});

test("alerts are told while they go on, and a source that is played again adds up", async () => {
  const { client } = server;
  const [capture] = (await client.api.GET("/captures")).data?.captures ?? [];
  const name = "again";
  await client.api.POST("/sources", { body: { name, from: { capture: capture?.id ?? "", speed: 100 } } });
  let wasOpen = false;
  for await (const { event, data } of client.sourceEvents(name)) {
    if (event !== "state") continue;
    const { counts, ledger, sums } = data as Source;
    if (!wasOpen) {
      const { data: told } = await client.api.GET("/sources/{name}/alerts", { params: { path: { name } } });
      wasOpen = told?.alerts.some(({ open, class: of }) => open && of.length > 0) ?? false;
    }
    expect(sums?.filter(({ left, right }) => left !== right) ?? []).toEqual([]);
    if (counts.loops < 2) continue;
    expect(ledger?.frames).toBeGreaterThanOrEqual(2 * truth.ledger.frames);
    expect(ledger?.verdict.verdicts).toBeGreaterThanOrEqual(2 * truth.ledger.verdict.verdicts);
    break;
  }
  expect(wasOpen).toBe(true);
  await client.api.DELETE("/sources/{name}", { params: { path: { name } } });
}, 60_000);
