// Jobs in words.

import { expect, test } from "vitest";
import { madeBy, subjectOf, tookS } from "./job-words.ts";

const NONE = new Map<string, string>();

test("a job is about what its request names", () => {
  expect(subjectOf({ request: { input: { capture: "c1" }, model: "bundled" } }, NONE)).toBe(
    "bundled, capture c1",
  );
  expect(
    subjectOf(
      { request: { sources: [{ upload: "u1" }, { capture: "c1" }], name: "nsl" } },
      new Map([["c1", "office.pcap"]]),
    ),
  ).toBe("nsl, upload u1, office.pcap");
  expect(subjectOf({ request: { runs: ["a", "b", "c", "d"] } }, NONE)).toBe("a, b, c");
  expect(subjectOf({ request: {} }, NONE)).toBe("");
});

test("it took the time between its beginning and its end, or until now", () => {
  const started = "2026-11-30T00:00:00.000Z";
  expect(tookS({ started, ended: "2026-11-30T00:00:04.500Z" }, 0)).toBe(4.5);
  expect(tookS({ started }, Date.parse(started) + 2_000)).toBe(2);
  expect(tookS({}, 0)).toBeUndefined();
});

test("what it made is linked", () => {
  const job = { id: "j", request: {} };
  expect(madeBy({ ...job, kind: "import", summary: { dataset: "nsl" } })).toEqual([
    { to: "/datasets/of/nsl", text: "Data set nsl" },
  ]);
  expect(madeBy({ ...job, kind: "train", summary: { run: "20260101-1", model: "office:2" } })).toEqual([
    { to: "/train/runs/20260101-1", text: "Run 20260101-1" },
    { to: "/models/office", text: "Model office:2" },
  ]);
  expect(
    madeBy({ id: "j", kind: "score", request: { input: { capture: "c" } }, summary: { model: "bundled" } }),
  ).toEqual([{ to: "/captures/c?job=j", text: "Verdicts on the capture" }]);
  expect(madeBy({ id: "j", kind: "split", request: { dataset: "nsl:clean" }, summary: {} })).toEqual([
    { to: "/datasets/of/nsl", text: "Data set nsl" },
  ]);
  expect(madeBy({ ...job, kind: "score", summary: undefined })).toEqual([]);
});
