// The log of verdicts against what is worked out anew from all that came.

import { describe, expect, test } from "vitest";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";
import { compareBy, VerdictLog } from "./verdict-log.ts";

function verdict(flow: number): VerdictRow {
  return {
    class: flow % 3 === 0 ? "scan" : "benign",
    attack: flow % 3 === 0,
    // A permutation of 0 … 996, again and again, so that many are equal.
    confidence: ((flow * 389) % 997) / 997,
    attack_probability: 0.5,
    flow,
    community_id: `1:${flow}`,
    start_us: flow,
    end_us: flow + 1,
    source_address: "10.0.0.1",
    source_port: flow,
    destination_address: "10.0.0.2",
    destination_port: 80,
    transport: "tcp",
    end_reason: "idle",
    packets: flow % 5 === 0 ? null : flow % 7,
  };
}

function some(from: number, count: number): VerdictRow[] {
  return Array.from({ length: count }, (_, index) => verdict(from + index));
}

const flowsOf = (log: VerdictLog): number[] => [...log.rows()].map(({ flow }) => flow);
const isAttack = ({ attack }: VerdictRow): boolean => attack;

describe("the log of verdicts", () => {
  test("shows the newest first and keeps no more than it may", () => {
    const log = new VerdictLog(1_000);
    for (let batch = 0; batch < 30; batch++) log.add(some(batch * 77, 77));
    expect(log.size).toBe(1_000);
    expect(flowsOf(log)).toEqual(Array.from({ length: 1_000 }, (_, index) => 30 * 77 - 1 - index));
    expect(log.rowAt(0)?.flow).toBe(2_309);
    expect(log.rowAt(1_000)).toBeUndefined();
  });

  test.each([
    ["confidence", false],
    ["confidence", true],
    ["packets", true],
    ["class", false],
  ] as const)(
    "sorted by %s (descending: %s) and narrowed, it is as if all had come at once",
    (column, descending) => {
      const log = new VerdictLog(2_000);
      log.add(some(0, 500));
      log.sort(compareBy(column, descending));
      log.filter(isAttack);
      for (let batch = 0; batch < 25; batch++) log.add(some(500 + batch * 131, 131));
      const anew = new VerdictLog(2_000);
      anew.add(some(0, 500 + 25 * 131));
      anew.filter(isAttack);
      anew.sort(compareBy(column, descending));
      expect(flowsOf(log)).toEqual(flowsOf(anew));
      expect(log.count).toBeGreaterThan(600);
      const values = [...log.rows()].map((row) => row[column]);
      const known = values.filter((value) => value !== null) as (string | number)[];
      const inOrder = known.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
      expect(known).toEqual(descending ? inOrder.toReversed() : inOrder);
      expect(values.slice(0, known.length)).toEqual(known);
    },
  );

  test("held still it shows what it showed, and what came is worked in afterwards", () => {
    const log = new VerdictLog(300);
    log.add(some(0, 200));
    log.holdStill(true);
    log.add(some(200, 250));
    expect(flowsOf(log)).toEqual(Array.from({ length: 200 }, (_, index) => 199 - index));
    expect([log.waiting, log.size]).toEqual([250, 300]);
    // A filter that is asked for meanwhile is asked of all that is held.
    log.filter(isAttack);
    expect([log.waiting, log.count]).toEqual([0, 100]);
    log.add(some(450, 30));
    log.holdStill(false);
    expect(flowsOf(log)).toEqual(
      Array.from({ length: 300 }, (_, index) => 479 - index).filter((flow) => flow % 3 === 0),
    );
  });
});
