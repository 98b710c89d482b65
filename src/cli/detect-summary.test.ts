import picocolors from "picocolors";
import { expect, test } from "vitest";
import type { Alert, DetectRun } from "../app/detect.ts";
import { AlertList, summaryLines } from "./detect-summary.ts";

function alert(changes: Partial<Alert> = {}): Alert {
  return {
    alert: 1,
    className: "scan",
    shape: "source",
    sources: { count: 1, exact: true, examples: ["10.0.0.66"] },
    targets: { count: 812, exact: false, examples: ["10.0.3.1", "10.0.3.2", "10.0.3.3"] },
    ports: { count: 1, exact: true, examples: [22] },
    transport: "tcp",
    flows: 1624,
    packets: 3248,
    wireBytes: 194_880,
    firstUs: 1_709_542_801_000_000,
    lastUs: 1_709_542_842_000_000,
    probabilityMax: 0.9991,
    reasons: [
      { feature: "a", value: 1, unit: "", amount: -0.6, text: "a = 1 (-0.6)" },
      { feature: "b", value: 2, unit: "", amount: 0.5, text: "b = 2 (+0.5)" },
      { feature: "c", value: 3, unit: "", amount: 0.01, text: "c = 3 (+0.0)" },
    ],
    communityIds: ["1:abc="],
    endReason: "end-of-input",
    ...changes,
  };
}

/** A run in which nothing was read. */
const NOTHING: DetectRun = {
  captures: [],
  decode: { packets: 0, bytes: 0, capturedBytes: 0, cutFrames: 0, layers: {}, ipProtocols: {}, problems: [] },
  ledger: {
    frames: 0,
    framesLostBefore: null,
    decoded: 0,
    sound: 0,
    malformed: 0,
    cut: 0,
    unsupported: 0,
    metered: 0,
    withoutFlow: 0,
    dropped: 0,
    held: 0,
    orphanFragments: 0,
    late: 0,
    clockResets: 0,
    flowsOpened: 0,
    flowsOpen: 0,
    flowsEnded: {},
    rows: 0,
    earlyRows: 0,
    packetsInRows: 0,
    measures: {},
    verdict: {
      verdicts: 0,
      earlyVerdicts: 0,
      attacks: 0,
      benign: 0,
      byClass: { benign: 0 },
      repeated: 0,
      alerts: {
        flows: 0,
        opened: 0,
        joined: 0,
        open: 0,
        ended: { silence: 0, full: 0, "end-of-input": 0 },
        flowsReported: 0,
      },
    },
  },
  talkers: [],
  talkersReplaced: 0,
  threshold: 0.5,
  cancelled: false,
  elapsedMs: 10,
};

function linesOf(alerts: Alert[], top = 10, width = 80): string[] {
  const list = new AlertList(top);
  for (const one of alerts) list.add(one);
  const colours = picocolors.createColors(false);
  return summaryLines(NOTHING, list, { width, colours, top, attackClasses: new Set(["scan"]) });
}

test("an alert says who, whom, when, how many and why, what speaks for it first", () => {
  const lines = linesOf([alert()]);
  const at = lines.indexOf("Alerts 1");
  expect(lines.slice(at + 1, at + 7)).toEqual([
    "  scan  10.0.0.66 -> about 812 hosts, port 22 (tcp)",
    "      2024-03-04 09:00:01 to 09:00:42 UTC (41 s)",
    "      1,624 flows, 3,248 packets, 195 kB, probability up to 0.999",
    "      to 10.0.3.1, 10.0.3.2, 10.0.3.3, …",
    "      why b = 2 (+0.5); a = 1 (-0.6)",
    "      Community ID 1:abc= and more",
  ]);
});

test("long addresses take two lines rather than leave the terminal", () => {
  const long = { count: 1, exact: true, examples: ["2001:db8:85a3:1234:5678:8a2e:370:7334"] };
  const lines = linesOf([alert({ sources: long, targets: long })]);
  expect(lines).toContain("  scan  2001:db8:85a3:1234:5678:8a2e:370:7334");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test("the largest alerts are listed, the rest is counted, in bounded memory", () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    alert({ alert: index + 1, flows: ((index * 37) % 100) + 1 }),
  );
  const lines = linesOf(many, 2);
  expect(lines.filter((line) => line.startsWith("  scan")).length).toBe(2);
  expect(lines.join("\n")).toContain("100 flows");
  expect(lines.join("\n")).toContain("99 flows");
  expect(lines.join("\n")).toContain("and 98 smaller ones");
});

test("a run without anything says so and still proves its sums", () => {
  const lines = linesOf([]);
  expect(lines[lines.indexOf("Alerts") + 1]).toBe("  none");
  expect(lines).toContain("  All sums agree.");
});

test("sums that do not agree are told", () => {
  const list = new AlertList(1);
  const run = { ...NOTHING, ledger: { ...NOTHING.ledger, frames: 3 } };
  const options = {
    width: 80,
    colours: picocolors.createColors(false),
    top: 1,
    attackClasses: new Set<string>(),
  };
  expect(summaryLines(run, list, options).join("\n")).toContain(
    "The sums do not agree: frames read = frames decoded: 3 is not 0",
  );
});
