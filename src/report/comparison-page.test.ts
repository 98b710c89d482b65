import { expect, test } from "vitest";
import type { ComparedEntry, Comparison } from "./comparison-contract.ts";
import { comparisonPage } from "./comparison-page.ts";

const EVIL = `</svg><script>alert("1")</script>'&\u202e`;
const METRICS = [
  { id: "macroF1", title: "macro F1", greaterIsBetter: true },
  { id: "accuracy", title: "accuracy", greaterIsBetter: true },
  { id: "logLoss", title: "log loss", greaterIsBetter: false },
];

function entry(name: string, mean: number, change: Partial<ComparedEntry> = {}): ComparedEntry {
  const score = { mean, low: mean - 0.02, high: mean + 0.02, folds: [mean - 0.01, mean + 0.01] };
  return {
    name,
    kind: "candidate",
    learner: name,
    parameters: { depth: 3, text: EVIL },
    varied: ["depth", "text"],
    folds: 2,
    rows: 1000,
    scores: { macroF1: score, accuracy: score, logLoss: score },
    fitMs: 12.5,
    scoreUs: 0.8,
    bytes: 12_345,
    ...change,
  };
}

function comparison(change: Partial<Comparison> = {}): Comparison {
  return {
    metric: METRICS[0],
    metrics: METRICS,
    view: "classes",
    rows: 1000,
    folds: { method: "stratified", count: 2, testShare: 1 },
    entries: [
      entry("forest", 0.91),
      entry("tree", 0.9, { difference: { mean: -0.01, low: -0.03, high: 0.01 } }),
      entry(EVIL, 0.5, { difference: { mean: -0.41, low: -0.45, high: -0.4 } }),
      entry("svm", 0, { folds: 0, scores: {}, failure: EVIL }),
      entry("majority class", 0.3, { kind: "baseline", bytes: 0, fitMs: Number.NaN, scoreUs: Number.NaN }),
    ],
    best: "forest",
    cancelled: false,
    findings: [
      { code: "shortcut-column", severity: "error", message: EVIL },
      { code: "port-column", severity: "info", message: "a port" },
    ],
    remarks: [EVIL],
    ...change,
  };
}

const page = (change: Partial<Comparison> = {}): string =>
  comparisonPage({ comparison: comparison(change), rows: [EVIL], out: EVIL });

test("names and messages of strangers are text, wherever they stand", () => {
  const html = page();
  expect(html).not.toContain("<script");
  expect(html).not.toContain("</svg><script");
  expect(html).not.toContain("\u202e");
  expect(html.split("&lt;/svg&gt;&lt;script&gt;").length).toBeGreaterThan(8);
});

test("the page asks nothing of anybody", () => {
  const html = page();
  expect(html).toContain("default-src &#39;none&#39;");
  expect(html).not.toMatch(/(?:src|href)="(?!#)/);
});

test("the table tells the best, those that are not told from it, baselines and what failed", () => {
  const html = page();
  expect(html).toMatch(/<td>forest<\/td><td>best<\/td><td class="number">0\.9100 ± 0\.0200<\/td>/);
  expect(html).toMatch(/<td>tree<\/td><td>not told from the best<\/td>/);
  expect(html).toMatch(
    /<td>majority class<\/td><td>baseline<\/td>.*<td class="number">–<\/td><td class="number">–<\/td><td class="number">–<\/td><\/tr>/,
  );
  expect(html).toContain("svm failed: ");
  expect(html).toContain("corrected resampled t of Nadeau and Bengio (2003)");
});

test("one fold has no interval, a stop no model, halving its rounds", () => {
  const single = { mean: 0.9, low: Number.NaN, high: Number.NaN, folds: [0.9] };
  const html = page({
    folds: { method: "holdout", count: 1, testShare: 0.25 },
    entries: [entry("forest", 0.9, { folds: 1, scores: { macroF1: single } })],
    search: {
      method: "halving",
      candidates: 9,
      rounds: [
        { rows: 100, candidates: 9 },
        { rows: 300, candidates: 3 },
      ],
    },
    cancelled: true,
  });
  expect(html).toContain("20 % held out");
  expect(html).toContain("there is no interval over folds");
  expect(html).toContain("none was written");
  expect(html).toContain("9 candidates on 100 rows, 3 candidates on 300 rows");
  expect(html).not.toContain("NaN");
});

test("a comparison without any entry is a page still", () => {
  const html = page({ entries: [], best: undefined, cancelled: true });
  expect(html).toContain("stopped before its end");
  expect(html).not.toMatch(/NaN|Infinity/);
});
