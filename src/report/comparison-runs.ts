// The page of finished trainings side by side: scores with intervals, settings that differ, data, and what to beware of.

import { counted, groupedText } from "../base/number-text.ts";
import type { ComparedRun, RunsComparison } from "./comparison-runs-contract.ts";
import {
  auditSection,
  foldWords,
  INTERVAL_WORDS,
  scoreText,
  sizeText,
  spanText,
} from "./comparison-words.ts";
import { type Block, pageHtml, type Section } from "./page.ts";

export function runsPage(comparison: RunsComparison): string {
  const { runs } = comparison;
  const sections = [scores(comparison), settings(comparison), data(comparison), ...audits(comparison)];
  return pageHtml({
    title: `Comparison of ${runs.map(({ name }) => name).join(", ")}`,
    subtitle: counted(runs.length, "run"),
    sections,
    footer: [INTERVAL_WORDS],
  });
}

function columnsOf({ runs }: RunsComparison) {
  return [{ title: "" }, ...runs.map(({ name }) => ({ title: name, isNumber: true }))];
}

function scores(comparison: RunsComparison): Section {
  const { runs, metrics, warnings } = comparison;
  const facts = (title: string, of: (run: ComparedRun) => string): string[] => [title, ...runs.map(of)];
  return {
    id: "scores",
    title: "Scores",
    blocks: [
      ...warnings.map((text): Block => ({ type: "text", text: `${text}.`, tone: "remark" })),
      {
        type: "table",
        columns: columnsOf(comparison),
        rows: [
          facts("learner", ({ learner }) => learner),
          ...metrics.map(({ id, title }) => facts(title, (run) => scoreText(run.scores[id]))),
          facts("judged on", ({ folds }) => (folds === undefined ? "–" : foldWords(folds))),
          facts("fit on all rows", ({ fitMs }) => spanText(fitMs * 1000)),
          facts("score, a row", ({ scoreUs }) => spanText(scoreUs)),
          facts("size", ({ bytes }) => sizeText(bytes)),
        ],
      },
    ],
  };
}

function settings(comparison: RunsComparison): Section {
  const { runs, differing } = comparison;
  return {
    id: "settings",
    title: "Settings that differ",
    blocks:
      differing.length === 0
        ? [{ type: "text", text: "All settings are the same." }]
        : [
            {
              type: "table",
              columns: columnsOf(comparison),
              rows: differing.map((name) => [
                name,
                ...runs.map(({ settings }) => String(settings[name] ?? "–")),
              ]),
            },
          ],
  };
}

function data(comparison: RunsComparison): Section {
  const { runs } = comparison;
  const facts = (title: string, of: (run: ComparedRun) => string): string[] => [title, ...runs.map(of)];
  return {
    id: "data",
    title: "Data",
    blocks: [
      {
        type: "table",
        columns: columnsOf(comparison),
        rows: [
          facts("learnt from", ({ rows }) => rows.join(", ")),
          facts("rows", (run) => groupedText(run.data.rows)),
          facts("columns", (run) => groupedText(run.data.columns)),
          facts("schema", (run) => run.data.schema),
          facts("fingerprint of the rows", (run) => run.data.fingerprint.slice(0, 16)),
          facts("fingerprint of the model", ({ sha256 }) => sha256.slice(0, 16)),
          facts("started, UTC", ({ started }) => started),
          facts("release", ({ release }) => release),
        ],
      },
    ],
  };
}

/** One audit for each different set of findings. */
function audits({ runs }: RunsComparison): Section[] {
  const seen = new Set<string>();
  return runs.flatMap((run, index) => {
    const section = auditSection(run.findings);
    const key = JSON.stringify(run.findings);
    if (section === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ ...section, id: `audit-${index + 1}`, title: `Audit of the rows of ${run.name}` }];
  });
}
