// The part of an evaluation's page with the curves of attacks against the rest.

import type { Calibration, Curves, ThresholdPoint } from "../evaluate/curves.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { BASELINE_NAMES, figure } from "./evaluation-words.ts";
import { type Line, lineChart, type NamedPoint, type Point } from "./line-chart.ts";
import type { Block, Card, KeyEntry, Section } from "./page.ts";

const DIAGONAL: Line = {
  points: [
    [0, 0],
    [1, 1],
  ],
  colour: "soft",
  isDashed: true,
};

export function curvesSection(report: EvaluationReport): Section | undefined {
  const { attack } = report.curves;
  if (attack.roc.length === 0) return undefined;
  const cards = [
    rocCard(report),
    smallRatesCard(report),
    precisionCard(report),
    thresholdCard(report),
    calibrationCard("calibration", "Calibration of the attack probability", attack.calibration),
    calibrationCard("confidence", "Calibration of the class that is called", report.confidence),
  ];
  return { id: "curves", title: "Curves", blocks: [{ type: "cards", cards }] };
}

function card(id: string, title: string, badges: readonly string[], blocks: readonly Block[]): Card {
  return { id: `curve-${id}`, title, badges, blocks };
}

function rocCard(report: EvaluationReport): Card {
  const { roc, rocAuc } = report.curves.attack;
  const svg = lineChart({
    lines: [DIAGONAL, { points: rocPoints(roc), colour: "accent" }],
    points: baselinePoints(report),
    x: { name: "false alarm rate" },
    y: { name: "detection rate" },
  });
  return card(
    "roc",
    "Receiver operating characteristic",
    [`area ${figure(rocAuc)}`],
    [
      {
        type: "figure",
        title: "Attacks detected over benign rows flagged",
        alternative: `ROC curve with an area of ${figure(rocAuc)}.`,
        svg,
        caption: "Diamonds are the simple rules at the same threshold; the dashed line is chance.",
      },
    ],
  );
}

function baselinePoints({ baselines }: EvaluationReport): NamedPoint[] {
  return baselines.map(({ id, attack }) => ({
    name: BASELINE_NAMES[id],
    at: [attack.falseAlarmRate, attack.detectionRate],
  }));
}

function rocPoints(roc: readonly ThresholdPoint[]): Point[] {
  return roc.map(({ falseAlarmRate, detectionRate }) => [falseAlarmRate, detectionRate]);
}

/** The same curve for those who look at small rates. */
function smallRatesCard({ curves, attack, operatingPoints }: EvaluationReport): Card {
  const lowest = 10 ** Math.floor(Math.log10(1 / attack.benign));
  const points = operatingPoints
    .filter(({ measuredRate }) => measuredRate >= lowest)
    .map(({ measuredRate, detectionRate }): Point => [measuredRate, detectionRate]);
  return card(
    "small-rates",
    "At small false alarm rates",
    [],
    [
      {
        type: "figure",
        title: "Attacks detected over benign rows flagged, logarithmic",
        alternative: "ROC curve over the logarithm of the false alarm rate.",
        svg: lineChart({
          lines: [
            { points: rocPoints(curves.attack.roc), colour: "accent" },
            {
              points: points.toSorted((a, b) => a[0] - b[0]),
              colour: "against",
              marks: "only",
            },
          ],
          x: { name: "false alarm rate, logarithmic", scale: "log", minimum: lowest },
          y: { name: "detection rate" },
        }),
        caption: `Dots are the operating points. One of the ${attack.benign} benign rows is a rate of ${(1 / attack.benign).toExponential(1)}.`,
      },
    ],
  );
}

function precisionCard({ curves, attack }: EvaluationReport): Card {
  const { precisionRecall, prAuc } = curves.attack;
  const share = attack.attacks / (attack.attacks + attack.benign);
  return card(
    "precision",
    "Precision and recall",
    [`area ${figure(prAuc)}`],
    [
      {
        type: "figure",
        title: "Alarms that are attacks over attacks detected",
        alternative: `Precision-recall curve with an area of ${figure(prAuc)}.`,
        svg: lineChart({
          lines: [
            {
              points: [
                [0, share],
                [1, share],
              ],
              colour: "soft",
              isDashed: true,
            },
            {
              points: precisionRecall.map((point): Point => [point.detectionRate, point.precision]),
              colour: "accent",
            },
          ],
          x: { name: "recall (detection rate)" },
          y: { name: "precision" },
        }),
        caption: `The dashed line is chance: ${(share * 100).toFixed(1)} % of these rows are attacks. Where attacks are rarer, precision is lower.`,
      },
    ],
  );
}

const THRESHOLD_KEY: readonly KeyEntry[] = [
  { text: "attacks detected", colour: "accent", strength: 1 },
  { text: "benign rows flagged", colour: "against", strength: 1 },
  { text: "alarms that are attacks", colour: "soft", strength: 1 },
];

function thresholdCard({ curves, attack }: EvaluationReport): Card {
  const { thresholds } = curves.attack;
  const of = (name: "detectionRate" | "falseAlarmRate" | "precision"): Point[] =>
    thresholds.map((point) => [point.threshold, point[name]]);
  return card(
    "threshold",
    "By threshold",
    [`now ${attack.threshold}`],
    [
      {
        type: "figure",
        title: "What each threshold of the attack probability gives",
        alternative: "Detection rate, false alarm rate and precision over the threshold.",
        svg: lineChart({
          lines: [
            {
              points: [
                [attack.threshold, 0],
                [attack.threshold, 1],
              ],
              colour: "soft",
              isDashed: true,
            },
            { points: of("precision"), colour: "soft" },
            { points: of("falseAlarmRate"), colour: "against" },
            { points: of("detectionRate"), colour: "accent" },
          ],
          x: { name: "threshold" },
          y: { name: "share" },
        }),
        key: THRESHOLD_KEY,
      },
    ],
  );
}

export function calibrationCard(id: string, title: string, calibration: Calibration): Card {
  const { bins, expectedError, maximumError } = calibration;
  return card(
    id,
    title,
    [`ECE ${figure(expectedError)}`, `largest ${figure(maximumError)}`],
    [
      {
        type: "figure",
        title: "What was said, and how often it was true",
        alternative: `Reliability diagram; the expected calibration error is ${figure(expectedError)}.`,
        svg: lineChart({
          lines: [
            DIAGONAL,
            { points: bins.map((bin): Point => [bin.said, bin.found]), colour: "accent", marks: "also" },
          ],
          x: { name: "probability that was said" },
          y: { name: "share of which it was true" },
        }),
        caption: `On the dashed line, probabilities are what they say. Bins of equal width; the largest holds ${((100 * Math.max(...bins.map(({ rows }) => rows))) / bins.reduce((sum, bin) => sum + bin.rows, 0)).toFixed(0)} % of the rows.`,
      },
    ],
  );
}

/** Both curves of one class against the rest, in one chart. */
export function classChart({ roc, precisionRecall }: Curves): Block {
  return {
    type: "figure",
    title: "ROC and precision over recall",
    alternative: "Curves of the class against the rest.",
    svg: lineChart({
      lines: [
        DIAGONAL,
        { points: rocPoints(roc), colour: "accent" },
        {
          points: precisionRecall.map((point): Point => [point.detectionRate, point.precision]),
          colour: "against",
        },
      ],
      x: { name: "false alarm rate; recall" },
      y: { name: "detection rate; precision" },
    }),
    key: [
      { text: "ROC", colour: "accent", strength: 1 },
      { text: "precision over recall", colour: "against", strength: 1 },
    ],
  };
}
