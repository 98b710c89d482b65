// The part of an evaluation's page about operating points: what is detected for how many false alarms.

import { groupedText } from "../base/number-text.ts";
import { shortText } from "../base/short-number.ts";
import type { OperatingPoint } from "../evaluate/attack.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { figure, intervalText, spark, thresholdText } from "./evaluation-words.ts";
import type { Block, Cell, Section, TableColumn } from "./page.ts";

export function operatingSection(report: EvaluationReport): Section | undefined {
  const { operatingPoints, deployment, attack } = report;
  if (operatingPoints.length === 0) return undefined;
  return {
    id: "operating",
    title: deployment === undefined ? "Detection by false alarm rate" : "Detection by false alarms a day",
    blocks: [
      { type: "text", text: introduction(report) },
      {
        type: "table",
        columns: columnsOf(report),
        rows: operatingPoints.map((point) => rowOf(point, report)),
      },
      ...unmeasurable(operatingPoints, attack.benign, deployment?.flowsPerDay),
    ],
  };
}

function introduction({ deployment }: EvaluationReport): string {
  const chosen =
    "Each threshold is the lowest at which no more benign rows of this test are flagged than the rate allows; intervals of what is detected choose it anew for every resample.";
  if (deployment === undefined)
    return `${chosen} What a rate means in a network is told with --flows-per-day.`;
  const { flowsPerDay, baseRate } = deployment;
  return `For ${groupedText(flowsPerDay)} flows a day of which ${shortText(baseRate * 100)} % are attacks. ${chosen} Precision is what is left of it where attacks are that rare (Axelsson 1999), from the worst ends of both intervals to the best.`;
}

function columnsOf({ deployment }: EvaluationReport): TableColumn[] {
  return [
    { title: deployment === undefined ? "False alarm rate" : "False alarms a day", isNumber: true },
    { title: "Threshold", isNumber: true },
    { title: "Detected", isNumber: true },
    { title: "Interval", isNumber: true },
    { title: "0 to 1" },
    { title: "False alarms in the test", isNumber: true },
    ...(deployment === undefined
      ? []
      : [
          { title: "Precision", isNumber: true },
          { title: "Interval", isNumber: true },
          { title: "Attacks found a day", isNumber: true },
          { title: "False alarms a day, at most", isNumber: true },
        ]),
    { title: "Measurable" },
  ];
}

function rowOf(point: OperatingPoint, { deployment, attack }: EvaluationReport): Cell[] {
  const { precision = Number.NaN, alarmsPerDay } = point;
  return [
    shortText(deployment === undefined ? point.falseAlarmRate : (point.falseAlarmsPerDay ?? Number.NaN)),
    thresholdText(point.threshold),
    figure(point.detectionRate),
    intervalText(point.detectionInterval),
    spark(point.detectionRate, point.detectionInterval, []),
    `${groupedText(point.falseAlarms)} of ${groupedText(attack.benign)}`,
    ...(deployment === undefined
      ? []
      : [
          figure(precision),
          intervalText(point.precisionInterval),
          shortText(alarmsPerDay?.true ?? Number.NaN),
          shortText(alarmsPerDay?.falseHigh ?? Number.NaN),
        ]),
    point.isMeasurable ? "yes" : `no: takes ${groupedText(point.benignRowsNeeded)} benign rows`,
  ];
}

function unmeasurable(
  points: readonly OperatingPoint[],
  benign: number,
  flowsPerDay: number | undefined,
): Block[] {
  if (points.every(({ isMeasurable }) => isMeasurable)) return [];
  const least = 3 / benign;
  const daily = flowsPerDay === undefined ? "" : `, ${shortText(Math.ceil(least * flowsPerDay))} a day`;
  const text = `This test is too small for the lowest rates: no false alarm in ${groupedText(benign)} benign rows may still be a rate of ${shortText(least)}${daily} (rule of three).`;
  return [{ type: "text", text, tone: "remark" }];
}
