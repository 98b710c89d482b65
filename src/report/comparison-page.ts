// The page of a comparison of learners: a chart and one table, what was set, every fold, the audit, and how it was measured.

import { counted, groupedText } from "../base/number-text.ts";
import { type IntervalMark, intervalChart } from "./comparison-chart.ts";
import type { ComparedEntry, Comparison } from "./comparison-contract.ts";
import {
  auditSection,
  figure,
  foldWords,
  INTERVAL_WORDS,
  scoreText,
  sizeText,
  spanText,
} from "./comparison-words.ts";
import { type Block, type Cell, pageHtml, type Section, type TableColumn } from "./page.ts";

export interface ComparisonPage {
  comparison: Comparison;
  /** What was learnt from, as it was named. */
  rows: readonly string[];
  /** The model file. */
  out: string;
}

/** Candidates of the chart; the table has all. */
const CHART_MAX = 40;

export function comparisonPage({ comparison, rows, out }: ComparisonPage): string {
  const { metric, best, cancelled } = comparison;
  const sections = [
    overview(comparison, { rows, out }),
    settings(comparison),
    everyFigure(comparison),
    everyFold(comparison),
    auditSection(comparison.findings),
  ];
  return pageHtml({
    title: `Comparison on ${rows.join(", ")}`,
    subtitle: [
      `${counted(comparison.entries.filter(({ kind }) => kind === "candidate").length, "candidate")} by ${metric.title}`,
      ...(best === undefined ? [] : [`best: ${best}`]),
      ...(cancelled ? ["stopped before its end"] : []),
    ].join("; "),
    sections: sections.filter((section) => section !== undefined),
    footer: footer(comparison),
  });
}

// --- overview ---------------------------------------------------------------------------------------------------

function overview(comparison: Comparison, { out }: { rows: readonly string[]; out: string }): Section {
  const { entries, metric, best, rows, folds, view, remarks, search, cancelled } = comparison;
  const rounds = search?.rounds ?? [];
  return {
    id: "comparison",
    title: "Comparison",
    blocks: [
      {
        type: "facts",
        facts: [
          ["Rows", groupedText(rows)],
          ["Judged on", foldWords(folds)],
          ["Chosen by", metric.title],
          ["Judged", view === "attack" ? "attack or not" : "class by class"],
          ...(search === undefined ? [] : [["Search", search.method] as const]),
          ["Best", best ?? "–"],
          ["Model", cancelled ? "none was written" : `${out}, of all rows`],
        ],
      },
      ...(rounds.length > 1
        ? [
            {
              type: "text",
              text: `Halving: ${rounds.map((round) => `${counted(round.candidates, "candidate")} on ${groupedText(round.rows)} rows`).join(", ")}.`,
            } satisfies Block,
          ]
        : []),
      ...chart(comparison),
      table(
        comparison,
        entries.filter(({ folds: measured }) => measured > 0),
      ),
      ...entries
        .filter(({ failure }) => failure !== undefined)
        .map(
          ({ name, failure }): Block => ({
            type: "text",
            text: `${name} failed: ${failure}`,
            tone: "remark",
          }),
        ),
      ...remarks.map((text): Block => ({ type: "text", text: `${sentence(text)}.`, tone: "remark" })),
    ],
  };
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function chart({ entries, metric, best }: Comparison): Block[] {
  const score = (entry: ComparedEntry) => entry.scores[metric.id];
  const shown = entries
    .filter((entry) => entry.kind === "candidate" && entry.folds > 0 && Number.isFinite(score(entry).mean))
    .slice(0, CHART_MAX);
  if (shown.length === 0) return [];
  const marks = shown.map((entry): IntervalMark => {
    const { mean, low, high } = score(entry);
    return { name: entry.name, mean, low, high, isBest: entry.name === best };
  });
  const rivals = entries.filter((entry) => entry.kind === "baseline" && Number.isFinite(score(entry)?.mean));
  const ranked = rivals.sort((a, b) => (score(b).mean - score(a).mean) * (metric.greaterIsBetter ? 1 : -1));
  const [rival] = ranked;
  const reference = rival && { name: rival.name, value: score(rival).mean };
  return [
    {
      type: "figure",
      title: `${sentence(metric.title)}, ${metric.greaterIsBetter ? "more" : "less"} is better`,
      alternative: marks.map(({ name, mean }) => `${name} ${mean.toFixed(4)}`).join(", "),
      svg: intervalChart({ marks, title: metric.title, reference }),
      ...(reference && { caption: `Best baseline: ${reference.name}, ${reference.value.toFixed(4)}.` }),
    },
  ];
}

function number(title: string): TableColumn {
  return { title, isNumber: true };
}

/** Figures beside the one that was named. */
const BESIDE = ["accuracy", "macroF1", "mcc", "rocAuc", "logLoss"];

function table(comparison: Comparison, entries: readonly ComparedEntry[]): Block {
  const { metric, metrics } = comparison;
  const beside = BESIDE.filter((id) => id !== metric.id).flatMap((id) =>
    metrics.filter((one) => one.id === id),
  );
  const differentRows = new Set(entries.map(({ rows }) => rows)).size > 1;
  return {
    type: "table",
    columns: [
      { title: "Candidate" },
      { title: "" },
      number(metric.title),
      ...beside.map(({ title }) => number(title)),
      ...(differentRows ? [number("rows")] : []),
      number("fit"),
      number("score, a row"),
      number("size"),
    ],
    rows: entries.map((entry): Cell[] => [
      nameOf(entry, comparison),
      standing(entry, comparison),
      scoreText(entry.scores[metric.id]),
      ...beside.map(({ id }) => figure(entry.scores[id]?.mean)),
      ...(differentRows ? [groupedText(entry.rows)] : []),
      spanText(entry.fitMs * 1000),
      spanText(entry.scoreUs),
      sizeText(entry.bytes),
    ]),
  };
}

function nameOf(entry: ComparedEntry, { folds }: Comparison): string {
  return entry.folds < folds.count ? `${entry.name} (${entry.folds} of ${folds.count} folds)` : entry.name;
}

function standing(entry: ComparedEntry, { best }: Comparison): string {
  if (entry.kind === "baseline") return "baseline";
  if (entry.name === best) return "best";
  const { difference } = entry;
  return difference !== undefined && difference.low <= 0 && difference.high >= 0
    ? "not told from the best"
    : "";
}

// --- details ------------------------------------------------------------------------------------------------------

function settings({ entries }: Comparison): Section | undefined {
  const candidates = entries.filter(({ kind }) => kind === "candidate");
  const varied = candidates.filter((entry) => (entry.varied ?? []).length > 0);
  const assigned = (names: readonly string[], { parameters = {} }: ComparedEntry): string =>
    names.map((name) => `${name}=${parameters[name]}`).join(" ");
  const blocks: Block[] = [];
  if (varied.length > 0) {
    blocks.push({
      type: "table",
      columns: [{ title: "Candidate" }, { title: "What was set or searched" }],
      rows: varied.map((entry) => [entry.name, assigned(entry.varied ?? [], entry)]),
    });
  }
  blocks.push({
    type: "details",
    summary: "Every parameter of every candidate",
    blocks: candidates.map((entry) => ({
      type: "text",
      text: `${entry.name}: ${assigned(Object.keys(entry.parameters ?? {}), entry)}`,
    })),
  });
  return candidates.length === 0 ? undefined : { id: "settings", title: "Settings", blocks };
}

function everyFigure({ entries, metrics }: Comparison): Section {
  const shown = entries.filter(({ folds }) => folds > 0);
  return {
    id: "figures",
    title: "Every figure",
    blocks: [
      {
        type: "table",
        columns: [{ title: "Candidate" }, ...metrics.map(({ title }) => number(title))],
        rows: shown.map((entry) => [entry.name, ...metrics.map(({ id }) => scoreText(entry.scores[id]))]),
      },
    ],
  };
}

function everyFold({ entries, metric, folds }: Comparison): Section | undefined {
  if (folds.count < 2) return undefined;
  const shown = entries.filter((entry) => entry.folds > 0);
  const ordinals = Array.from({ length: folds.count }, (_, index) => `fold ${index + 1}`);
  return {
    id: "folds",
    title: "Every fold",
    blocks: [
      {
        type: "text",
        text: `${sentence(metric.title)} on each fold, and the difference to the best on the same folds.`,
      },
      {
        type: "table",
        columns: [{ title: "Candidate" }, ...ordinals.map(number), number("difference")],
        rows: shown.map((entry) => [
          entry.name,
          ...ordinals.map((_, index) => figure(entry.scores[metric.id]?.folds[index])),
          entry.difference === undefined ? "–" : scoreText({ ...entry.difference, folds: [] }),
        ]),
      },
    ],
  };
}

function footer({ folds, search }: Comparison): string[] {
  return [
    folds.count < 2 ? "One part was held out: there is no interval over folds." : INTERVAL_WORDS,
    "Every candidate learnt from the same training rows of each fold and was judged on the same others; selection of columns, scaling and calibration were fitted within the fold. Times are of this machine; size is that of the model file.",
    ...(search?.method === "halving"
      ? [
          "Successive halving (Jamieson and Talwalkar 2016): all candidates on few rows, a third of them on three times as many, and so on. Candidates of earlier rounds were judged on fewer rows.",
        ]
      : []),
  ];
}
