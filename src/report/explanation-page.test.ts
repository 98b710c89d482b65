// The page of an explanation: what it shows, and that names of strangers stay text.

import { expect, test } from "vitest";
import { ranksOf, signedText, swarmChart, waterfallChart } from "./explanation-charts.ts";
import type { ExplainedRow, ExplanationReport } from "./explanation-contract.ts";
import { explanationPage } from "./explanation-page.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e`;

function rowOf(name: string): ExplainedRow {
  return {
    row: 1234,
    truth: name,
    verdict: { class: name, probability: 0.98, attack: true, unknown: true },
    class: name,
    probability: 0.98,
    scale: "log-odds",
    bias: -1,
    contributions: [
      { column: name, text: name, amount: 3 },
      { column: "bytes", text: "12 bytes", amount: -0.5 },
    ],
    others: { columns: 7, amount: 2.39 },
    sum: 3.89,
    decisions: {
      scale: "log-odds",
      trees: 20,
      paths: [
        {
          tree: 4,
          before: 0,
          decisions: [{ question: `${name} ≤ 3`, value: name, answer: "no", after: 0.4, rows: 5_000 }],
          after: 0.4,
        },
      ],
    },
  };
}

function reportOf(name: string): ExplanationReport {
  const columns = [
    { column: name, values: Float64Array.of(1, 2, NaN, 4), amounts: Float64Array.of(-1, 0, 1, 2) },
  ];
  const importance = [{ column: name, meanSize: 1, mean: 0.5 }];
  return {
    name,
    facts: [[name, name]],
    how: name,
    rows: [rowOf(name)],
    overall: {
      rows: 4,
      scale: "log-odds",
      columns: [{ column: name, share: 1 }],
      classes: [
        { class: name, columns: importance },
        { class: "benign", columns: importance },
      ],
    },
    swarms: [{ class: name, columns: columns.map((column) => ({ ...column, isCategorical: false })) }],
    own: [{ column: name, share: 0.4 }],
  };
}

test("no name of a stranger becomes an element or an attribute", () => {
  const html = explanationPage(reportOf(HOSTILE));
  const tags = [...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag);
  expect(tags).not.toContain("script");
  expect(tags).not.toContain("img");
  expect(html.replaceAll(/"[^"]*"/g, "")).not.toMatch(/<[^>]*onerror/);
  expect(/https?:|src=x onerror=alert\(1\)>|\u202e/.exec(html)?.[0]).toBeUndefined();
});

test("a row shows its verdict, amounts from what is expected to the sum, and questions", () => {
  const html = explanationPage(reportOf("src_bytes"));
  for (const text of ["Row 1,234", "bytes = 12 bytes", "7 other columns", "expected", "this row"])
    expect(html).toContain(text);
  expect(html).toContain("The sum is +3.89, that is probability 0.980 of src_bytes.");
  expect(html).toContain("Questions of tree 4, the most influential of 20");
  expect(html).toContain("<td>src_bytes ≤ 3</td><td>src_bytes</td><td>no</td>");
  expect(explanationPage(reportOf("src_bytes"))).toBe(html);
});

test("a calibration that no sum can follow is told", () => {
  const report = reportOf("scan");
  const html = explanationPage({ ...report, rows: [{ ...rowOf("scan"), uncalibrated: true }] });
  expect(html).toContain("before calibration; calibrated, it has probability 0.980 of scan");
});

test("a model without rows has a page of what it finds important itself", () => {
  const { overall: _, ...rest } = reportOf("bytes");
  const html = explanationPage({ ...rest, rows: [], swarms: [] });
  expect(html).toContain("what the model itself finds important");
  expect(html).not.toContain("How columns move the score");
});

const tips = (svg: string): string[] => [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, text]) => text);

test("a waterfall leads from the bias to the sum, each step where the last one ended", () => {
  const svg = waterfallChart({
    names: ["a", "b", "c"],
    amounts: [2, -3, 0.5],
    bias: 1,
    unit: "log-odds",
    ends: ["expected", "this row"],
  });
  expect(tips(svg)).toEqual(["expected: +1", "a: +2", "b: −3", "c: +0.5", "this row: +0.5"]);
  const bars = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+l([\d.]+) 0/g)].map(([, start, width]) => [
    Number(start),
    Number(start) + Number(width),
  ]);
  expect(bars.length).toBe(5);
  // b begins at the right, where a ended, and ends at its left; c begins there.
  expect(bars[1][1]).toBeCloseTo(bars[2][1], 0);
  expect(bars[2][0]).toBeCloseTo(bars[3][0], 0);
  expect(bars[0][0]).toBeCloseTo(bars[1][0], 0);
});

test("a swarm counts every row once, and says where values are large", () => {
  const values = Float64Array.from({ length: 40 }, (_, row) => row);
  const amounts = values.map((value) => (value < 20 ? -1 : 1));
  const svg = swarmChart({
    columns: [{ column: "bytes", values, amounts, isCategorical: false }],
    unit: "amount",
  });
  const told = tips(svg).filter((text) => text.includes("rows"));
  expect(told.map((text) => /: (\d+) rows; values at (\d+) %/.exec(text)?.slice(1))).toEqual([
    ["20", "24"],
    ["20", "76"],
  ]);
  expect(svg).toContain("var(--against)");
});

test("ranks share their middle where values are equal, and leave out what is missing", () => {
  expect([...ranksOf(Float64Array.of(5, 1, 5, NaN, 9))]).toEqual([0.5, 0, 0.5, NaN, 1]);
  expect([...ranksOf(Float64Array.of(-Infinity, Infinity))]).toEqual([0, 1]);
});

test("signs are shown", () => {
  expect([0, 1.2345, -0.5, 12_345].map(signedText)).toEqual(["0", "+1.23", "−0.5", "+12.3k"]);
});
