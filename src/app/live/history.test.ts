import { expect, test } from "vitest";
import { LiveHistory, SAMPLES_MAX, type Totals } from "./history.ts";

function totals(packets: number, byClass: Record<string, number> = {}): Totals {
  const verdicts = Object.values(byClass).reduce((sum, count) => sum + count, 0);
  return {
    packets,
    bytes: packets * 100,
    flows: packets / 10,
    verdicts,
    attacks: byClass["scan"] ?? 0,
    byClass,
  };
}

test("a sample is what came since the one before, with how long that was", () => {
  const history = new LiveHistory(totals(50, { benign: 3, scan: 0 }), 1_000);
  expect(history.latest).toBeUndefined();
  expect(history.take(totals(150, { benign: 7, scan: 0 }), 2_000, 77_000)).toEqual({
    ordinal: 1,
    atMs: 77_000,
    seconds: 1,
    packets: 100,
    bytes: 10_000,
    flows: 10,
    verdicts: 4,
    attacks: 0,
    byClass: { benign: 4 },
  });
  expect(history.take(totals(150, { benign: 7, scan: 2 }), 4_500, 79_500)).toMatchObject({
    ordinal: 2,
    seconds: 2.5,
    packets: 0,
    attacks: 2,
    byClass: { scan: 2 },
  });
});

test("rates are those of the last five samples, by their real length", () => {
  const history = new LiveHistory(totals(0), 0);
  expect(history.rates()).toMatchObject({ seconds: 0, packetsPerSecond: 0 });
  history.take(totals(9_000), 1_000, 0);
  for (let second = 2; second <= 6; second++)
    history.take(totals(9_000 + (second - 1) * 20), second * 1_000, 0);
  expect(history.rates()).toEqual({
    seconds: 5,
    packetsPerSecond: 20,
    bytesPerSecond: 2_000,
    flowsPerSecond: 2,
    verdictsPerSecond: 0,
  });
});

test("no more than five minutes are kept, and counters of a caller that changes them are copied", () => {
  const byClass = { benign: 0 };
  const counters = { ...totals(0), byClass };
  const history = new LiveHistory(counters, 0);
  for (let second = 1; second <= SAMPLES_MAX + 50; second++) {
    byClass.benign += second;
    history.take(counters, second * 1_000, second);
  }
  const samples = history.samples();
  expect(samples.length).toBe(SAMPLES_MAX);
  expect(samples[0]).toMatchObject({ ordinal: 51, byClass: { benign: 51 } });
  expect(samples.at(-1)?.byClass).toEqual({ benign: SAMPLES_MAX + 50 });
});
