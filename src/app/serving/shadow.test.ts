import { beforeAll, describe, expect, test } from "vitest";
import { clientRows, schemaTable, servedModel } from "../../../test/support/served-models.ts";
import type { Model } from "../../model/contract.ts";
import { Predictor } from "./predictor.ts";
import { RowBlock } from "./rows.ts";
import { Shadow, type ShadowHeard } from "./shadow.ts";
import type { ShadowRows, ShadowTask } from "./shadow-thread.ts";

const CLASSES = ["Benign", "DDoS-ACK", "DDoS-PSH-ACK"];
let champion: Model;
let challenger: Model;
let predictor: Predictor;
let block: RowBlock;

beforeAll(async () => {
  champion = await servedModel({ schema: "apa", classes: CLASSES, seed: 1 });
  challenger = await servedModel({ schema: "apa", classes: CLASSES, seed: 2, trees: 5 });
  predictor = new Predictor(champion);
  block = new RowBlock(predictor.fields);
  for (const row of clientRows(schemaTable("apa", CLASSES))) block.add(row);
});

function shadowOf(
  bytes: Uint8Array,
  start?: (task: ShadowTask, heard: ShadowHeard) => { send(rows: ShadowRows): void; stop(): Promise<void> },
): Shadow {
  return new Shadow({
    champion: { name: "champion", manifest: champion.manifest },
    challenger: { name: "challenger", manifest: challenger.manifest, bytes },
    ...(start && { start }),
  });
}

function judge(shadow: Shadow): void {
  predictor.judgeRows(block.values, 0, block.count);
  shadow.offer(predictor, block.values, 0, block.count);
}

async function until(
  shadow: Shadow,
  isEnough: (report: ReturnType<Shadow["report"]>) => boolean,
): Promise<void> {
  while (!isEnough(shadow.report())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a challenger", () => {
  test("scores every row in its thread, and is compared with the champion", async () => {
    const shadow = shadowOf(challenger.encode());
    judge(shadow);
    await until(shadow, ({ rows }) => rows === block.count);
    const out = new Float64Array(block.count * 3);
    challenger.score(block.values, block.count, out);
    const other = new Predictor(challenger);
    other.judgeRows(block.values, 0, block.count);
    predictor.judgeRows(block.values, 0, block.count);
    const rows = [...Array(block.count).keys()];
    const same = rows.filter((row) => other.judge.classIndex[row] === predictor.judge.classIndex[row]).length;
    const differences = rows.map((row) =>
      Math.abs(other.judge.attackProbability[row] - predictor.judge.attackProbability[row]),
    );
    const report = shadow.report();
    expect(report).toMatchObject({ state: "running", dropped: 0, waiting: 0, sameClass: same });
    expect(same).toBeGreaterThan(0);
    expect(same).toBeLessThan(block.count);
    expect(report.scoreDifference.max).toBe(Math.max(...differences));
    expect(report.scoreDifference.mean).toBeCloseTo(differences.reduce((a, b) => a + b) / block.count, 12);
    expect(report.differences.reduce((sum, one) => sum + one.rows, 0)).toBe(block.count - same);
    expect(report.latency.blocks).toBe(1);
    await shadow.close();
  });

  test("that is no model fails by itself: the champion goes on, and rows are dropped", async () => {
    const shadow = shadowOf(new Uint8Array([1, 2, 3]));
    judge(shadow);
    await until(shadow, ({ state }) => state === "failed");
    judge(shadow);
    expect(shadow.report()).toMatchObject({ state: "failed", rows: 0, dropped: 2 * block.count });
    expect(shadow.report().failure).toMatch(/^challenger: /);
    await shadow.close();
  });

  test("whose thread cannot be reached is dropped", async () => {
    const shadow = shadowOf(challenger.encode(), () => ({
      send: () => {
        throw new Error("gone");
      },
      stop: async () => undefined,
    }));
    judge(shadow);
    await until(shadow, ({ state }) => state === "failed");
    expect(shadow.report()).toMatchObject({ failure: "gone", dropped: block.count });
  });

  test("that never answers costs a bounded queue, and what finds no room is counted", async () => {
    let sent = 0;
    const shadow = shadowOf(challenger.encode(), () => ({
      send: ({ count }) => {
        sent += count;
      },
      stop: async () => undefined,
    }));
    const offers = 200;
    for (let offer = 0; offer < offers; offer++) {
      judge(shadow);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { waiting, dropped, rows } = shadow.report();
    expect(rows).toBe(0);
    expect(waiting).toBeLessThanOrEqual(16 * 1024);
    expect(waiting).toBe(sent);
    expect(waiting + dropped).toBe(offers * block.count);
    expect(dropped).toBeGreaterThan(0);
  });

  test("of another schema is refused", async () => {
    const other = await servedModel({ schema: "kdd", classes: ["normal", "dos"], trees: 2 });
    expect(
      () =>
        new Shadow({
          champion: { name: "a", manifest: champion.manifest },
          challenger: { name: "b", manifest: other.manifest, bytes: new Uint8Array() },
        }),
    ).toThrow(/rows of kdd/);
  });
});
