import { expect, test } from "vitest";
import { Thinning } from "./thinning.ts";

test("of verdicts alike the first, the tenth, the hundredth are shown; the rest is counted", () => {
  const scan = { className: "scan", attack: true, service: "ssh", source: "a" };
  const thinning = new Thinning();
  const shown: number[] = [];
  for (let flow = 1; flow <= 1000; flow++)
    if (thinning.admits({ ...scan, destination: `${flow}` })) shown.push(flow);
  expect(shown).toEqual([1, 2, 3, 4, 10, 100, 1000]);
  expect(thinning.takeFolded()).toEqual([["scan", 993]]);
  expect(thinning.takeFolded()).toEqual([]);
});

test("verdicts alike by target fold as well, and another pair of hosts is shown at once", () => {
  const thinning = new Thinning();
  const flood = { className: "flood", attack: true, service: "http", destination: "victim" };
  const shown = Array.from({ length: 50 }, (_, source) => thinning.admits({ ...flood, source: `${source}` }));
  expect(shown.filter(Boolean)).toHaveLength(5);
  expect(thinning.admits({ ...flood, source: "x", destination: "other" })).toBe(true);
});
