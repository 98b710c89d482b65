// The page of an evaluation: headline with intervals and simple rules, audit, curves, operating points, classes, what training
// never saw, doubt, and the columns that matter. Knows no model; what it shows is in the report.

import { counted, groupedText } from "../base/number-text.ts";
import { METRICS } from "../evaluate/metric-table.ts";
import { classesSection, detectionSection } from "./evaluation-classes.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { curvesSection } from "./evaluation-curves.ts";
import { auditSection, doubtSection, importanceSection, leftOutSection } from "./evaluation-doubts.ts";
import { operatingSection } from "./evaluation-operating.ts";
import { BASELINE_NAMES, figure, intervalText, spark } from "./evaluation-words.ts";
import { type Block, type Cell, pageHtml, type Section } from "./page.ts";

export function evaluationPage(report: EvaluationReport): string {
  const sections = [
    overview(report),
    figuresSection(report),
    auditSection(report),
    attackSection(report),
    operatingSection(report),
    curvesSection(report),
    classesSection(report),
    detectionSection(report),
    leftOutSection(report),
    doubtSection(report),
    importanceSection(report),
  ];
  return pageHtml({
    title: `Evaluation of ${report.file}`,
    subtitle: `${report.model.title}, judged on ${counted(report.metrics.rows, "row")} of ${report.rows.join(", ")}`,
    sections: sections.filter((section) => section !== undefined),
    footer: footer(report),
  });
}

// --- overview ---------------------------------------------------------------------------------------------------

function overview(report: EvaluationReport): Section {
  const { model, metrics, attack, timing, training, remarks, unknownClasses, source, seen } = report;
  const facts: (readonly [string, string])[] = [
    ["Rows judged", groupedText(metrics.rows)],
    ["Attacks", groupedText(attack.attacks)],
    ["Benign", groupedText(attack.benign)],
    ["Learner", model.learner],
    ["Schema", model.schema.id],
    ["Training rows", groupedText(model.trainingRows)],
    ...(training === undefined ? [] : [["Trained on", training.names.map(lastName).join(", ")] as const]),
    ["Time of a row", `${Number(timing.microsecondsPerRow.toPrecision(2))} µs`],
    ["Rows a second", groupedText(timing.rowsPerSecond)],
  ];
  const told: string[] = [
    ...(unknownClasses.length > 0
      ? [`Classes that the model does not know: ${unknownClasses.join(", ")}.`]
      : []),
    ...(seen === undefined
      ? []
      : [
          `${groupedText(seen.rows)} rows have labels that training had. On these alone: accuracy ${figure(seen.metrics.accuracy)}, macro F1 ${figure(seen.metrics.macroF1)}, Matthews correlation ${figure(seen.metrics.mcc)}, attacks flagged ${figure(seen.attack.detectionRate)}.`,
        ]),
    ...source.dropped.map(({ reason, rows }) => `Left out, ${reason}: ${counted(rows, "row")}.`),
    ...remarks,
  ];
  return {
    id: "overview",
    title: "Overview",
    blocks: [
      { type: "facts", facts },
      ...told.map((text): Block => ({ type: "text", text, tone: "remark" })),
    ],
  };
}

/** The last part of a path. */
function lastName(name: string): string {
  return name.split(/[/\\]/).at(-1) ?? name;
}

// --- figures ----------------------------------------------------------------------------------------------------

function figuresSection({ metrics, intervals, baselines }: EvaluationReport): Section {
  const rows = METRICS.map((metric) => {
    const value = metric.of(metrics);
    const interval = intervals.figures[metric.id];
    const beside = baselines.map((baseline) => metric.of(baseline.metrics));
    return [
      metric.title,
      figure(value),
      intervalText(interval),
      metric.best === 1 ? spark(value, interval, beside) : "",
      ...beside.map(figure),
      metric.meaning,
    ];
  });
  return {
    id: "figures",
    title: "Figures",
    blocks: [
      {
        type: "table",
        columns: [
          { title: "Figure" },
          { title: "Value", isNumber: true },
          { title: `${(intervals.confidence * 100).toFixed(0)} % interval`, isNumber: true },
          { title: "0 to 1" },
          ...baselines.map(({ id }) => ({ title: BASELINE_NAMES[id], isNumber: true })),
          { title: "Meaning" },
        ],
        rows,
      },
      ...baselines.map(({ id, rule, trainingAccuracy }): Block => {
        const words = `${BASELINE_NAMES[id]}: ${rule}. Accuracy where it was chosen: ${figure(trainingAccuracy)}.`;
        return { type: "text", text: words };
      }),
      {
        type: "text",
        text: "The dot is the model, its bar the interval, the ticks are the simple rules. A model that does not beat them has learnt nothing worth its size.",
      },
    ],
  };
}

function attackSection({ attack, baselines }: EvaluationReport): Section {
  const share = (part: number, whole: number): string => `${groupedText(part)} of ${groupedText(whole)}`;
  const row = (
    title: string,
    name: "detectionRate" | "falseAlarmRate" | "rocAuc" | "prAuc",
    rows: string,
  ): Cell[] => {
    const beside = baselines.map((baseline) => baseline.attack[name]);
    return [
      title,
      figure(attack[name]),
      intervalText(attack.intervals[name]),
      spark(attack[name], attack.intervals[name], beside),
      ...beside.map(figure),
      rows,
    ];
  };
  return {
    id: "attack",
    title: "Attack or not",
    blocks: [
      {
        type: "text",
        text: `A row is called an attack when the probabilities of all attack classes sum to ${attack.threshold} or more.`,
      },
      {
        type: "table",
        columns: [
          { title: "Figure" },
          { title: "Value", isNumber: true },
          { title: "Interval", isNumber: true },
          { title: "0 to 1" },
          ...baselines.map(({ id }) => ({ title: BASELINE_NAMES[id], isNumber: true })),
          { title: "Rows", isNumber: true },
        ],
        rows: [
          row("attacks flagged", "detectionRate", share(attack.flagged, attack.attacks)),
          row("benign rows flagged", "falseAlarmRate", share(attack.falseAlarms, attack.benign)),
          [
            "alarms that are attacks",
            figure(attack.precision),
            intervalText(attack.intervals["precision"]),
            spark(attack.precision, attack.intervals["precision"], []),
            ...baselines.map(() => ""),
            share(attack.flagged, attack.flagged + attack.falseAlarms),
          ],
          row("ROC AUC", "rocAuc", ""),
          row("PR AUC", "prAuc", ""),
        ],
      },
    ],
  };
}

function footer({ intervals, model }: EvaluationReport): string[] {
  return [
    `Figures have scikit-learn's definitions. Intervals of ${(intervals.confidence * 100).toFixed(0)} %: Wilson's for shares of rows; for all else the bootstrap, ${groupedText(intervals.resamples)} resamples with seed ${intervals.seed}, bias-corrected and accelerated (Efron 1987). They say what other rows drawn alike would do, not what other traffic would; rows of one attack that resemble each other make them too narrow.`,
    "Simple rules were chosen on training rows and judged on these: always the commonest class; one threshold or one table of categories of a single column, by accuracy; a tree of depth two, by Gini's index.",
    "Curves are thinned to where they move; areas and figures are of all rows.",
    `Schema ${model.schema.id}, fingerprint ${model.schema.fingerprint}.`,
  ];
}
