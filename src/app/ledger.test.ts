import { expect, test } from "vitest";
import { checkLedger, type Ledger, type VerdictLedger } from "./ledger.ts";

/** A ledger whose sums agree. */
function soundLedger(): Ledger & { verdict: VerdictLedger } {
  return {
    frames: 100,
    framesLostBefore: 3,
    decoded: 100,
    sound: 90,
    malformed: 4,
    cut: 5,
    unsupported: 1,
    metered: 80,
    withoutFlow: 15,
    dropped: 3,
    held: 2,
    orphanFragments: 1,
    late: 0,
    clockResets: 0,
    flowsOpened: 20,
    flowsOpen: 0,
    flowsEnded: { idle: 12, closed: 8 },
    rows: 20,
    earlyRows: 5,
    packetsInRows: 80,
    measures: {},
    verdict: {
      verdicts: 25,
      earlyVerdicts: 5,
      attacks: 10,
      benign: 15,
      byClass: { benign: 15, scan: 6, flood: 4 },
      repeated: 2,
      alerts: {
        flows: 8,
        opened: 5,
        joined: 2,
        open: 0,
        ended: { silence: 1, full: 1, "end-of-input": 1 },
        flowsReported: 8,
      },
    },
  };
}

test("a ledger whose sums agree has nothing to say", () => {
  expect(checkLedger(soundLedger())).toEqual([]);
  const { verdict: _, ...meterOnly } = soundLedger();
  expect(checkLedger(meterOnly)).toEqual([]);
});

test("every figure that takes part in a sum is missed when it is wrong", () => {
  const figures = [
    "frames", "decoded", "sound", "malformed", "cut", "unsupported", "metered", "withoutFlow", "dropped", "held",
    "flowsOpened", "flowsOpen", "rows", "earlyRows", "packetsInRows",
  ] as const; // biome-ignore format: a list
  for (const figure of figures) {
    const ledger = soundLedger();
    ledger[figure] = (ledger[figure] ?? 0) + 1;
    expect(checkLedger(ledger), figure).not.toEqual([]);
  }
  for (const figure of ["verdicts", "earlyVerdicts", "attacks", "benign", "repeated"] as const) {
    const ledger = soundLedger();
    ledger.verdict[figure]++;
    expect(checkLedger(ledger), figure).not.toEqual([]);
  }
  for (const figure of ["flows", "opened", "joined", "open", "flowsReported"] as const) {
    const ledger = soundLedger();
    ledger.verdict.alerts[figure]++;
    expect(checkLedger(ledger), figure).not.toEqual([]);
  }
});

test("counts by reason and class take part as well, and the message has both figures", () => {
  const ledger = soundLedger();
  ledger.flowsEnded["idle"]++;
  ledger.verdict.byClass["scan"]++;
  ledger.verdict.alerts.ended.full++;
  expect(checkLedger(ledger)).toEqual([
    "flows opened = flows ended + flows open: 20 is not 21",
    "flows ended = rows: 21 is not 20",
    "verdicts = verdicts by class: 25 is not 26",
    "alerts opened = alerts ended + joined + open: 5 is not 6",
  ]);
});

test("packets in rows are only compared when all flows have ended and the schema counts packets", () => {
  const open = { ...soundLedger(), flowsOpened: 21, flowsOpen: 1, packetsInRows: 70 };
  expect(checkLedger(open)).toEqual([]);
  expect(checkLedger({ ...soundLedger(), packetsInRows: null })).toEqual([]);
});

test("flows that are no row are told where a schema leaves some out", () => {
  const ledger = { ...soundLedger(), flowsOpened: 23, flowsEnded: { idle: 15, closed: 8 } };
  expect(checkLedger(ledger)).toEqual(["flows ended = rows: 23 is not 20"]);
  expect(checkLedger({ ...ledger, measures: { flowsWithoutRow: 3 } })).toEqual([]);
});
