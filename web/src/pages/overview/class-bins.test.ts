import { expect, test } from "vitest";
import type { Sample } from "../live/feed.ts";
import { BIN_SECONDS, BINS, classBins } from "./class-bins.ts";

const NOW = 1_700_000_003_000;

function sample(agoMs: number, byClass: Record<string, number>): Sample {
  const nothing = { packets: 0, bytes: 0, flows: 0, verdicts: 0, attacks: 0 };
  return { ordinal: 1, atMs: NOW - agoMs, seconds: 1, ...nothing, byClass };
}

test("samples are added up in spans that begin at whole multiples, and those of too long ago are left out", () => {
  const samples = [
    sample(400_000, { benign: 99 }),
    // Ends 3 s into the last span, began 2 s into it.
    sample(0, { benign: 4, scan: 1 }),
    sample(1_000, { benign: 2 }),
    // Began in the span before.
    sample(3_000, { scan: 5, strange: 1 }),
  ];
  const { starts, series } = classBins(samples, ["benign", "flood", "scan"], NOW);
  expect(starts.length).toBe(BINS);
  expect(starts.at(-1)).toBe(1_700_000_000_000);
  expect(starts[1] - starts[0]).toBe(BIN_SECONDS * 1_000);
  expect(series.map(({ name }) => name)).toEqual(["benign", "scan"]);
  expect(series.map(({ counts }) => counts.slice(-3))).toEqual([
    [0, 0, 6],
    [0, 5, 1],
  ]);
});
