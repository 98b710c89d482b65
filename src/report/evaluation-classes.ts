// The part of an evaluation's page about classes: figures of each, the confusion matrix, curves, and detection by label.

import { counted, groupedText } from "../base/number-text.ts";
import { confusionChart } from "./confusion-chart.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { classChart } from "./evaluation-curves.ts";
import { figure, intervalText, spark } from "./evaluation-words.ts";
import { visible } from "./markup.ts";
import type { Block, Card, Section } from "./page.ts";

/** Classes whose curves are shown at once; more are shown when they are asked for. */
const CARDS_OPEN = 6;
const CARDS_MAX = 40;
const MATRIX_MAX = 60;

export function classesSection(report: EvaluationReport): Section {
  return {
    id: "classes",
    title: "Classes",
    blocks: [classTable(report), ...confusionBlocks(report), ...curveBlocks(report)],
  };
}

function named(name: string): string {
  return visible(name) || "(empty)";
}

function classTable({ metrics, intervals }: EvaluationReport): Block {
  const rows = metrics.perClass.flatMap((report, index) => {
    if (report.support + report.predicted === 0) return [];
    const of = intervals.perClass[index];
    const isTrue = report.support > 0;
    return [
      [
        named(report.name),
        figure(report.precision),
        report.predicted > 0 ? intervalText(of.precision) : "–",
        figure(report.recall),
        isTrue ? intervalText(of.recall) : "–",
        isTrue ? spark(report.recall, of.recall, []) : "",
        figure(report.f1),
        intervalText(of.f1),
        figure(report.rocAuc),
        figure(report.prAuc),
        groupedText(report.support),
        groupedText(report.predicted),
      ],
    ];
  });
  const number = (title: string) => ({ title, isNumber: true });
  return {
    type: "table",
    columns: [
      { title: "Class" },
      number("Precision"),
      number("Interval"),
      number("Recall"),
      number("Interval"),
      { title: "Recall, 0 to 1" },
      number("F1"),
      number("Interval"),
      number("ROC AUC"),
      number("PR AUC"),
      number("Rows"),
      number("Called so"),
    ],
    rows,
  };
}

function confusionBlocks({ metrics }: EvaluationReport): Block[] {
  const { confusion, perClass, classes } = metrics;
  const truths = perClass.flatMap(({ support }, index) => (support > 0 ? [index] : []));
  const called = perClass.flatMap(({ predicted }, index) => (predicted > 0 ? [index] : []));
  if (truths.length === 0 || truths.length > MATRIX_MAX || called.length > MATRIX_MAX) return [];
  return [
    {
      type: "figure",
      title: "Confusion: truth in lines, verdicts in columns",
      alternative: `Heat map of the verdicts on ${truths.length} classes.`,
      svg: confusionChart({
        truths: truths.map((index) => named(classes[index])),
        called: called.map((index) => named(classes[index])),
        counts: truths.map((truth) => called.map((index) => confusion[truth][index])),
      }),
      isWide: true,
      key: [
        { text: "right", colour: "accent", strength: 1 },
        { text: "wrong", colour: "against", strength: 1 },
      ],
      caption: "Shares of each line; pointing at a cell tells its rows.",
    },
  ];
}

function curveBlocks({ curves, metrics }: EvaluationReport): Block[] {
  // Of two classes, one curve is the other one turned.
  const shown = metrics.classes.length === 2 ? curves.classes.slice(1) : curves.classes.slice(0, CARDS_MAX);
  if (shown.length === 0) return [];
  const cards = shown.map((one, index): Card => {
    return {
      id: `class-${index + 1}`,
      title: named(one.name),
      badges: [
        `ROC AUC ${figure(one.rocAuc)}`,
        `PR AUC ${figure(one.prAuc)}`,
        `ECE ${figure(one.calibration.expectedError)}`,
      ],
      blocks: [classChart(one)],
    };
  });
  const block: Block = { type: "cards", cards };
  if (cards.length <= CARDS_OPEN) return [block];
  return [
    {
      type: "details",
      summary: `Curves of ${counted(cards.length, "class")}`.replace("classs", "classes"),
      blocks: [block],
    },
  ];
}

export function detectionSection({ detection, model, seen }: EvaluationReport): Section | undefined {
  const unseen = detection.filter(({ isSeen }) => !isSeen);
  if (detection.length < 3 && unseen.length === 0) return undefined;
  const rows = detection
    .toSorted((a, b) => Number(a.isSeen) - Number(b.isSeen) || b.rows - a.rows)
    .map(({ name, isAttack, isSeen, rate, interval, flagged, rows: all }) => [
      named(name),
      isAttack ? "attack" : "benign",
      isSeen ? "yes" : "no",
      figure(rate),
      intervalText(interval),
      spark(rate, interval, []),
      `${groupedText(flagged)} of ${groupedText(all)}`,
    ]);
  const told =
    model.task === "anomaly"
      ? "The model learnt benign rows alone; every attack is new to it."
      : seen === undefined
        ? "Training had rows of every label."
        : `Of the ${groupedText(seen.attack.attacks)} attacks whose label training had, ${figure(seen.attack.detectionRate)} are flagged; what it says of the others is the better guess at new attacks.`;
  return {
    id: "detection",
    title: "Called an attack, by label",
    blocks: [
      { type: "text", text: told },
      {
        type: "table",
        columns: [
          { title: "Label" },
          { title: "Is" },
          { title: "In training" },
          { title: "Flagged", isNumber: true },
          { title: "Interval", isNumber: true },
          { title: "0 to 1" },
          { title: "Rows", isNumber: true },
        ],
        rows,
      },
    ],
  };
}
