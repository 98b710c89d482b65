// From wire to alert the sums agree: for every capture at hand, with early verdicts, full tables, tunnels, stops.

import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Alert, type DetectOptions, detect } from "../../src/app/detect.ts";
import { generate } from "../../src/app/generate.ts";
import { checkLedger } from "../../src/app/ledger.ts";
import { flowSchema } from "../../src/feature/schemas/flow.ts";
import type { Model } from "../../src/model/contract.ts";
import { dataTest, sharedData, sharedFiles } from "../support/data.ts";
import { temporaryFolder } from "../support/rows.ts";

const folder = temporaryFolder();
const mix = join(folder, "mix.pcap");

beforeAll(async () => {
  const scenarios = ["web", "dns", "syn-flood", "horizontal-scan", "ssh-brute-force"].map((name) => ({
    name,
  }));
  await generate({ scenarios, seed: 11, durationUs: 60e6, packets: 20_000, out: mix });
});

/** A model that calls by the number of packets, so that every class occurs and flows change theirs as they grow. */
const byPackets: Model = {
  manifest: {
    kind: "by-packets",
    formatVersion: 1,
    schema: { id: flowSchema.id, fingerprint: flowSchema.fingerprint, columns: [...flowSchema.columns] },
    classes: ["benign", "short", "odd"],
    benignClasses: ["benign"],
    training: {
      learner: "none",
      parameters: {},
      seed: 0,
      trainingRows: 0,
      validationRows: 0,
      classCounts: [0, 0, 0],
      iterations: 0,
      metrics: {},
    },
    card: { title: "By packets", sections: [] },
  },
  encode: () => new Uint8Array(),
  score(rows, count, out) {
    const columns = flowSchema.columns.length;
    const packetColumn = flowSchema.columns.findIndex((column) => column.name === "packets");
    for (let row = 0; row < count; row++) {
      const packets = rows[row * columns + packetColumn];
      const called = packets <= 2 ? 1 : packets % 3 === 0 ? 2 : 0;
      for (let index = 0; index < 3; index++) out[row * 3 + index] = index === called ? 0.8 : 0.1;
    }
  },
  scoreTable: () => undefined,
  explain: () => ({ bias: 0, scale: "log-odds", contributions: [] }),
  importance: () => new Float64Array(flowSchema.columns.length),
};

const SETTINGS: { name: string; options: Partial<DetectOptions> }[] = [
  { name: "plain", options: {} },
  { name: "early verdicts", options: { earlyPackets: 2, earlyAfterS: 1 } },
  { name: "full table", options: { maximumFlows: 16, earlyPackets: 3 } },
  { name: "tunnels", options: { tunnels: true, idleTimeoutS: 1 } },
];

async function judged(captures: string[], options: Partial<DetectOptions> = {}) {
  const alerts: Alert[] = [];
  let verdicts = 0;
  let attacks = 0;
  const run = await detect({
    captures,
    model: byPackets,
    onVerdict: (verdict) => {
      verdicts++;
      if (verdict.attack) attacks++;
    },
    onAlert: (alert) => alerts.push(alert),
    ...options,
  });
  return { run, alerts, verdicts, attacks };
}

async function checkSums(captures: string[], options: Partial<DetectOptions>, what: string) {
  const { run, alerts, verdicts, attacks } = await judged(captures, options);
  const { ledger } = run;
  expect(checkLedger(ledger), what).toEqual([]);
  expect([ledger.verdict.verdicts, ledger.verdict.attacks], what).toEqual([verdicts, attacks]);
  const flowsInAlerts = alerts.reduce((sum, alert) => sum + alert.flows, 0);
  expect(flowsInAlerts + ledger.verdict.repeated, what).toBe(attacks);
  expect(ledger.frames, what).toBe(run.captures.reduce((sum, capture) => sum + capture.frames, 0));
  return run;
}

test("a generated capture, in every setting", async () => {
  for (const { name, options } of SETTINGS) {
    const { ledger } = await checkSums([mix], options, name);
    expect(ledger.verdict.attacks, name).toBeGreaterThan(0);
    if (name === "early verdicts") expect(ledger.verdict.repeated).toBeGreaterThan(0);
    if (name === "full table") expect(ledger.flowsEnded["evicted"]).toBeGreaterThan(0);
  }
});

test("a run that is stopped in the middle, and one that is stopped before it begins", async () => {
  const controller = new AbortController();
  let seen = 0;
  const stopped = await judged([mix, mix, mix], {
    signal: controller.signal,
    earlyPackets: 1,
    onVerdict: () => {
      if (++seen === 50) controller.abort();
    },
  });
  const whole = await judged([mix, mix, mix]);
  expect([checkLedger(stopped.run.ledger), stopped.run.cancelled]).toEqual([[], true]);
  expect(stopped.run.ledger.frames).toBeGreaterThan(0);
  expect(stopped.run.ledger.frames).toBeLessThan(whole.run.ledger.frames);
  const { run } = await judged([mix], { signal: AbortSignal.abort() });
  expect([checkLedger(run.ledger), run.cancelled, run.ledger.frames]).toEqual([[], true, 0]);
});

test("several captures are one input", async () => {
  const one = await checkSums([mix], {}, "one");
  const two = await checkSums([mix, mix], {}, "two");
  expect(two.ledger.frames).toBe(2 * one.ledger.frames);
});

dataTest(
  "every shared capture, in every setting",
  async () => {
    const captures = ["pcap", "oracle/captures"].flatMap((name) =>
      sharedFiles(name).filter((path) => !path.endsWith(".csv") && !path.endsWith(".md")),
    );
    expect(captures.length).toBeGreaterThan(100);
    for (const { name, options } of SETTINGS) {
      for (const capture of captures) await checkSums([sharedData(capture)], options, `${capture}, ${name}`);
      await checkSums(captures.map(sharedData), options, `all, ${name}`);
    }
  },
  300_000,
);
