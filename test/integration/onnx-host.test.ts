// The runtime in its thread: many turns, failures that are told, time limits, and nothing left behind.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { onnxHost } from "../../src/app/onnx-host.ts";
import { OrbweaverError } from "../../src/base/errors.ts";
import type { OnnxTensor } from "../../src/model/kinds/onnx.ts";

const file = new Uint8Array(readFileSync("test/fixtures/onnx/network.onnx"));
const rows = (count: number): OnnxTensor[] => [
  { name: "input", element: "float", dimensions: [count, 4], data: new Float32Array(count * 4).fill(0.5) },
];

function failureOf(work: () => unknown): OrbweaverError {
  try {
    work();
  } catch (failure) {
    if (failure instanceof OrbweaverError) return failure;
    throw failure;
  }
  throw new Error("it did not fail");
}

test("thousands of turns give the same answers", () => {
  const runner = onnxHost().open(file, "probabilities");
  const first = [...Array.from(runner.run(rows(1), 1))];
  for (let turn = 0; turn < 3_000; turn++) expect([...Array.from(runner.run(rows(1), 1))]).toEqual(first);
  expect(runner.run(rows(1_000), 1_000).length).toBe(2_000);
});

test("a failure is told in one line, and again when asked again", () => {
  const runner = onnxHost().open(file, "probabilities");
  const wrong: OnnxTensor[] = [
    { name: "input", element: "float", dimensions: [1, 3], data: new Float32Array(3) },
  ];
  for (let turn = 0; turn < 2; turn++) {
    const failure = failureOf(() => runner.run(wrong, 1));
    expect(failure.code).toBe("onnx-failed");
    expect(failure.message).toMatch(/^the ONNX model cannot score: .*dimensions/);
    expect(failure.message).not.toContain("\n");
  }
});

test("a file that does not load says why", () => {
  const failure = failureOf(() => onnxHost().open(file, "no such output").run(rows(1), 1));
  expect(failure.code).toBe("onnx-failed");
  expect(failure.message).toContain("cannot score");
});

test("what takes too long is stopped", () => {
  const failure = failureOf(() => onnxHost({ startMs: 1 }).open(file, "probabilities").run(rows(1), 1));
  expect(failure.code).toBe("onnx-failed");
  expect(failure.message).toBe("the ONNX model did not start within 0.001 s");
});

test("a missing runtime says what to install", () => {
  const failure = failureOf(() =>
    onnxHost({ packages: ["no-such-runtime"] })
      .open(file, "probabilities")
      .run(rows(1), 1),
  );
  expect(failure.code).toBe("onnx-runtime");
  expect(failure.hint).toContain("npm install onnxruntime-node");
});

test("a file that must not run is refused before any runtime is asked", () => {
  const damaged = file.slice(0, 700);
  expect(failureOf(() => onnxHost({ packages: [] }).open(damaged, "probabilities")).code).toBe(
    "onnx-invalid",
  );
});
