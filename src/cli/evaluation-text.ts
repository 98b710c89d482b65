// An evaluation as lines for a terminal of 80 columns: headline first, intervals beside figures, simple rules beside both.

import type {
  AuditReport,
  ClassDetection,
  DoubtFigures,
  EvaluationReport,
  FigureInterval,
  JudgedBaseline,
  LeftOutClass,
  METRICS,
  OperatingPoint,
} from "../app/evaluate.ts";
import { counted, groupedText } from "../base/number-text.ts";
import { shortText } from "../base/short-number.ts";
import { type Console, fitted, printable } from "./output.ts";
import { type TableColumn, tableLines, wrapped } from "./table.ts";

const CLASS_WIDTH = 18;
/** Classes of a table; the others are in JSON and on the page. */
const CLASSES_MAX = 40;
const FINDINGS_MAX = 8;
/** Figures of the headline; the others are in JSON and on the page. */
const HEADLINE = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "weightedF1",
  "mcc",
  "kappa",
  "rocAuc",
  "prAuc",
  "logLoss",
  "brier",
];
const BASELINE_TITLES: Record<JudgedBaseline["id"], string> = {
  majority: "MAJORITY",
  "best-column": "COLUMN",
  "depth-2-tree": "TREE",
};

const RIGHT = { align: "right" } as const;

function right(title: string): TableColumn {
  return { title, align: "right" };
}

/** All sections; an empty line between them. */
export function evaluationLines(
  console: Console,
  report: EvaluationReport,
  metrics: typeof METRICS,
): string[] {
  const sections = [
    headlineLines(console, report, metrics),
    attackLines(console, report),
    operatingLines(console, report),
    unseenLines(console, report),
    anomalyLines(console, report),
    classLines(console, report),
    confusionLines(console, report),
    doubtLines(console, report.doubt),
    leftOutLines(console, report.leftOut),
    importanceLines(console, report),
    auditLines(console, report.audit),
    remarkLines(console, report),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ["", ...lines]));
}

function titled(console: Console, title: string, remark: string): string {
  return `${console.colours.bold(title)} ${console.colours.dim(remark)}`.trimEnd();
}

// --- figures ----------------------------------------------------------------------------------------------------

function headlineLines(console: Console, report: EvaluationReport, metrics: typeof METRICS): string[] {
  const { timing, baselines, intervals } = report;
  const shown = metrics.filter(({ id }) => HEADLINE.includes(id));
  const rows = shown.map((metric) => [
    metric.title,
    figure(metric.of(report.metrics)),
    intervalText(intervals.figures[metric.id]),
    ...baselines.map((baseline) => figure(metric.of(baseline.metrics))),
  ]);
  const columns = [
    { title: "FIGURE" },
    right(""),
    right(`${(intervals.confidence * 100).toFixed(0)} %`),
    ...baselines.map(({ id }) => right(BASELINE_TITLES[id])),
  ];
  return [
    titled(console, printable(report.model.title), ""),
    console.colours.dim(
      fitted(
        `${counted(report.metrics.rows, "row")} of ${report.rows.map(printable).join(", ")}`,
        console.out.width - 1,
      ),
    ),
    console.colours.dim(
      `scored in ${perRowText(timing.microsecondsPerRow)} a row, ${groupedText(timing.rowsPerSecond)} rows/s`,
    ),
    "",
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
    ...seenLines(report, metrics),
    ...baselines.flatMap(({ id, rule }) =>
      wrapped(`${BASELINE_TITLES[id]} is ${printable(rule)}`, console.out.width - 4, "  ").map((line) =>
        console.colours.dim(`  ${line}`),
      ),
    ),
  ];
}

/** What the headline would be without rows of labels that training never saw. */
function seenLines({ seen }: EvaluationReport, metrics: typeof METRICS): string[] {
  if (seen === undefined) return [];
  const told = metrics
    .filter(({ id }) => ["accuracy", "macroF1", "mcc"].includes(id))
    .map((metric) => `${metric.title} ${figure(metric.of(seen.metrics))}`);
  return [`  on the ${counted(seen.rows, "row")} of labels seen in training:`, `    ${told.join(", ")}`];
}

function perRowText(microseconds: number): string {
  return `${Number(microseconds.toPrecision(2))} us`;
}

function attackLines(console: Console, { attack, baselines, seen }: EvaluationReport): string[] {
  const beside = (of: (attack: JudgedBaseline["attack"]) => number): string[] =>
    baselines.map((baseline) => figure(of(baseline.attack)));
  const none = baselines.map(() => "");
  const share = (part: number, whole: number): string => `${groupedText(part)} of ${groupedText(whole)}`;
  const alarms = attack.flagged + attack.falseAlarms;
  const rows = [
    [
      "attacks flagged",
      figure(attack.detectionRate),
      intervalText(attack.intervals["detectionRate"]),
      ...beside((of) => of.detectionRate),
      share(attack.flagged, attack.attacks),
    ],
    ...(seen === undefined
      ? []
      : [
          [
            "  of seen classes",
            figure(seen.attack.detectionRate),
            "",
            ...none,
            counted(seen.attack.attacks, "row"),
          ],
        ]),
    [
      "benign flagged",
      figure(attack.falseAlarmRate),
      intervalText(attack.intervals["falseAlarmRate"]),
      ...beside((of) => of.falseAlarmRate),
      share(attack.falseAlarms, attack.benign),
    ],
    [
      "alarms right",
      figure(attack.precision),
      intervalText(attack.intervals["precision"]),
      ...none,
      share(attack.flagged, alarms),
    ],
    [
      "ROC AUC",
      figure(attack.rocAuc),
      intervalText(attack.intervals["rocAuc"]),
      ...beside((of) => of.rocAuc),
    ],
    ["PR AUC", figure(attack.prAuc), intervalText(attack.intervals["prAuc"]), ...beside((of) => of.prAuc)],
  ];
  return [
    titled(console, "Attack or not", `at threshold ${attack.threshold}`),
    ...tableLines([{}, RIGHT, RIGHT, ...baselines.map(() => RIGHT), {}], rows),
  ];
}

function operatingLines(
  console: Console,
  { operatingPoints, deployment, attack }: EvaluationReport,
): string[] {
  if (operatingPoints.length === 0) return [];
  const inDeployment = deployment !== undefined;
  const rows = operatingPoints.map((point) => [
    inDeployment
      ? `${shortText(point.falseAlarmsPerDay ?? Number.NaN)} a day`
      : shortText(point.falseAlarmRate),
    thresholdText(point.threshold),
    figure(point.detectionRate),
    intervalText(point.detectionInterval),
    ...(inDeployment
      ? [figure(point.precision ?? Number.NaN), intervalText(point.precisionInterval)]
      : [`${groupedText(point.falseAlarms)} of ${groupedText(attack.benign)}`]),
    point.isMeasurable ? "" : "*",
  ]);
  const columns = [
    { title: inDeployment ? "FALSE ALARMS" : "RATE" },
    right("THRESHOLD"),
    right("DETECTED"),
    right(""),
    ...(inDeployment ? [right("PRECISION"), right("")] : [right("FALSE ALARMS")]),
    {},
  ];
  const of = inDeployment
    ? `${groupedText(deployment.flowsPerDay)} flows a day, ${shortText(deployment.baseRate * 100)} % of them attacks`
    : "(--flows-per-day tells it by the day)";
  return [
    titled(console, inDeployment ? "Detection by false alarms a day" : "Detection by false alarm rate", of),
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
    ...unmeasurableLines(console, operatingPoints, attack.benign, deployment?.flowsPerDay),
  ];
}

function unmeasurableLines(
  console: Console,
  points: readonly OperatingPoint[],
  benign: number,
  flowsPerDay: number | undefined,
): string[] {
  const needed = Math.max(
    ...points.filter(({ isMeasurable }) => !isMeasurable).map((point) => point.benignRowsNeeded),
  );
  if (needed < 0) return [];
  const least = 3 / benign;
  const daily = flowsPerDay === undefined ? "" : `, ${shortText(Math.ceil(least * flowsPerDay))} a day`;
  const text = `* The test is too small to measure so low a rate: no false alarm in ${counted(benign, "benign row")} may still be a rate of ${shortText(least)}${daily} (rule of three). It takes ${groupedText(needed)} benign rows.`;
  return wrapped(text, console.out.width - 4, "  ").map((line) => console.colours.yellow(`  ${line}`));
}

function thresholdText(threshold: number): string {
  if (!Number.isFinite(threshold)) return "none";
  if (threshold >= 0.99999995 && threshold < 1) return `1-${shortText(1 - threshold)}`;
  return threshold > 0.999 || threshold < 0.001
    ? String(Number(threshold.toPrecision(7)))
    : figure(threshold);
}

// --- classes ----------------------------------------------------------------------------------------------------

function unseenLines(console: Console, { detection, model }: EvaluationReport): string[] {
  const unseen = detection.filter(({ isSeen }) => !isSeen);
  if (model.task === "anomaly" || unseen.length === 0) return [];
  return [
    titled(console, "Not in training", "labels that it never saw, called an attack"),
    ...detectionLines(console, unseen),
  ];
}

function anomalyLines(console: Console, { detection, model }: EvaluationReport): string[] {
  if (model.task !== "anomaly") return [];
  return [titled(console, "By class", "called an anomaly"), ...detectionLines(console, detection)];
}

function detectionLines(console: Console, classes: readonly ClassDetection[]): string[] {
  const rows = classes
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, CLASSES_MAX)
    .map(({ name, isAttack, rate, interval, flagged, rows: all }) => [
      fitted(printable(name), CLASS_WIDTH),
      isAttack ? "attack" : "benign",
      figure(rate),
      intervalText(interval),
      `${groupedText(flagged)} of ${groupedText(all)}`,
    ]);
  const columns = [{ title: "CLASS" }, { title: "IS" }, right("FLAGGED"), right(""), right("ROWS")];
  return [
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
    ...moreLine(console, classes.length),
  ];
}

function moreLine(console: Console, classes: number): string[] {
  const left = classes - CLASSES_MAX;
  return left > 0 ? [console.colours.dim(`  and ${groupedText(left)} more (--json, --html)`)] : [];
}

function classLines(console: Console, { metrics, intervals, unknownClasses }: EvaluationReport): string[] {
  // Those that the model does not know are told of apart: it calls nothing so.
  const seen = metrics.perClass.flatMap((report, index) =>
    report.support + report.predicted > 0 && !unknownClasses.includes(report.name)
      ? [{ report, interval: intervals.perClass[index].recall }]
      : [],
  );
  const rows = seen
    .slice(0, CLASSES_MAX)
    .map(({ report, interval }) => [
      fitted(printable(report.name), CLASS_WIDTH),
      figure(report.precision),
      figure(report.recall),
      report.support === 0 ? "" : intervalText(interval),
      figure(report.f1),
      groupedText(report.support),
      groupedText(report.predicted),
    ]);
  const columns = [
    { title: "CLASS" },
    right("PRECISION"),
    right("RECALL"),
    right(""),
    right("F1"),
    right("ROWS"),
    right("CALLED"),
  ];
  return [
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
    ...moreLine(console, seen.length),
  ];
}

/** Classes whose matrix fits a terminal. */
const MATRIX_CLASSES_MAX = 8;
const CONFUSIONS_MAX = 12;

/** Truth in lines, verdicts in columns; of many classes, the largest confusions. */
function confusionLines(console: Console, { metrics }: EvaluationReport): string[] {
  const truths = metrics.perClass.flatMap(({ support }, index) => (support > 0 ? [index] : []));
  const called = metrics.perClass.flatMap(({ predicted }, index) => (predicted > 0 ? [index] : []));
  const shown = [...new Set([...truths, ...called])].sort((a, b) => a - b);
  if (shown.length > MATRIX_CLASSES_MAX) return largestConfusions(console, metrics);
  const ordinal = (index: number): number => shown.indexOf(index) + 1;
  const columns = [{ title: "TRUTH \\ CALLED" }, ...called.map((index) => right(String(ordinal(index))))];
  const rows = truths.map((truth) => [
    fitted(`${ordinal(truth)} ${printable(metrics.classes[truth])}`, CLASS_WIDTH),
    ...called.map((index) => {
      const count = metrics.confusion[truth][index];
      return count === 0 ? "." : groupedText(count);
    }),
  ]);
  const others = called.filter((index) => !truths.includes(index));
  return [
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
    ...others.map((index) => console.colours.dim(`  ${ordinal(index)} ${printable(metrics.classes[index])}`)),
  ];
}

function largestConfusions(
  console: Console,
  { classes, confusion, perClass }: EvaluationReport["metrics"],
): string[] {
  const confusions = confusion.flatMap((row, truth) =>
    row.flatMap((rows, called) => (rows > 0 && called !== truth ? [{ truth, called, rows }] : [])),
  );
  const shown = confusions.toSorted((a, b) => b.rows - a.rows).slice(0, CONFUSIONS_MAX);
  const rows = shown.map(({ truth, called, rows: count }) => [
    fitted(printable(classes[truth]), CLASS_WIDTH),
    fitted(printable(classes[called]), CLASS_WIDTH),
    groupedText(count),
    `of ${groupedText(perClass[truth].support)}`,
  ]);
  const left = confusions.length - shown.length;
  return [
    ...tableLines([{ title: "TRUTH" }, { title: "CALLED" }, right("ROWS"), {}], rows, {
      titleStyle: console.colours.bold,
    }),
    ...(left > 0
      ? [console.colours.dim(`  and ${counted(left, "smaller confusion")} (--json, --html)`)]
      : []),
  ];
}

function doubtLines(console: Console, doubt: DoubtFigures | undefined): string[] {
  if (doubt === undefined) return [];
  const { known, sets } = doubt;
  const rows = doubt.unknown
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, CLASSES_MAX)
    .map(({ name, isSeen, unknown, rows: all, rate }) => [
      fitted(printable(name), CLASS_WIDTH),
      isSeen ? "" : "unseen",
      figure(rate),
      `${groupedText(unknown)} of ${groupedText(all)}`,
    ]);
  const facts = [
    `accuracy on the ${counted(known.rows, "known row")}: ${figure(known.accuracy)} (${intervalText(known.interval)})`,
    ...(sets === undefined
      ? []
      : [
          `the class is in its set in ${figure(sets.coverage)} (${intervalText(sets.interval)}) of rows of seen classes; meant: ${doubt.meantCoverage}`,
          `classes in a set: ${sets.meanSize.toFixed(2)} on average; none in ${groupedText(sets.empty)} rows, several in ${groupedText(sets.several)}`,
        ]),
  ];
  return [
    titled(
      console,
      "Called unknown",
      `${counted(doubt.unknownRows, "row")}, by ${doubt.method === "conformal" ? "conformal sets" : "density"}`,
    ),
    ...tableLines([{ title: "CLASS" }, {}, right("UNKNOWN"), right("ROWS")], rows, {
      titleStyle: console.colours.bold,
    }),
    ...facts.map((fact) => `  ${fact}`),
  ];
}

function leftOutLines(console: Console, leftOut: readonly LeftOutClass[] | undefined): string[] {
  if (leftOut === undefined) return [];
  const rows = leftOut.map(({ name, rate, interval, flagged, rows: all, from, falseAlarmRate }) => [
    fitted(printable(name), CLASS_WIDTH),
    figure(rate),
    intervalText(interval),
    `${groupedText(flagged)} of ${groupedText(all)}`,
    from,
    figure(falseAlarmRate),
  ]);
  const columns = [
    { title: "LEFT OUT" },
    right("DETECTED"),
    right(""),
    right("ROWS"),
    { title: "OF" },
    right("FALSE ALARMS"),
  ];
  return [
    titled(console, "Leave one attack out", "each class judged by a fit that never saw it"),
    ...tableLines(columns, rows, { titleStyle: console.colours.bold }),
  ];
}

const COLUMNS_SHOWN = 5;

function importanceLines(console: Console, { importance }: EvaluationReport): string[] {
  if (importance.length === 0) return [];
  const told = importance
    .slice(0, COLUMNS_SHOWN)
    .map(({ column, share }) => `${printable(column)} ${(share * 100).toFixed(0)} %`);
  const title = "Most important columns:";
  return wrapped(`${title} ${told.join(", ")}`, console.out.width - 2, "  ").map((line) =>
    line.replace(title, console.colours.bold(title)),
  );
}

// --- the audit, and what else is to be known ----------------------------------------------------------------------

function auditLines(console: Console, audit: AuditReport | undefined): string[] {
  if (audit === undefined) return [];
  const { bold, red, yellow, dim } = console.colours;
  const grave = audit.findings.filter(({ severity }) => severity !== "info");
  const of = audit.test === undefined ? "of these rows alone" : `against ${printable(audit.training.name)}`;
  const shown = grave.slice(0, FINDINGS_MAX);
  const left = audit.findings.length - shown.length;
  const names = [audit.training.name, ...(audit.test === undefined ? [] : [audit.test.name])];
  return [
    titled(
      console,
      "Audit",
      `${of}: ${counted(audit.counts.error, "error")}, ${counted(audit.counts.warning, "warning")}`,
    ),
    ...shown.flatMap(({ severity, code, message }) =>
      wrapped(`${severity} ${code}: ${printable(message)}`, console.out.width - 4, "  ").map((line, at) =>
        at === 0
          ? `  ${line.replace(/^\S+ \S+/, (head) => bold((severity === "error" ? red : yellow)(head)))}`
          : `  ${line}`,
      ),
    ),
    ...(left > 0
      ? wrapped(
          `and ${counted(left, "finding")} more; what to do: orbweaver audit ${names.map(printable).join(" ")}`,
          console.out.width - 4,
          "  ",
        ).map((line) => dim(`  ${line}`))
      : []),
  ];
}

function remarkLines(console: Console, { remarks, unknownClasses, source }: EvaluationReport): string[] {
  return [
    ...(unknownClasses.length > 0
      ? wrapped(
          `Classes that the model does not know: ${unknownClasses.map(printable).join(", ")}`,
          console.out.width - 2,
          "  ",
        )
      : []),
    ...source.dropped.map(({ reason, rows }) => `Left out, ${printable(reason)}: ${counted(rows, "row")}`),
    ...remarks.flatMap((remark) => wrapped(printable(remark), console.out.width - 2, "  ")),
  ];
}

function figure(value: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(4);
}

function intervalText(interval: Pick<FigureInterval, "low" | "high"> | undefined): string {
  if (interval === undefined || Number.isNaN(interval.low)) return "";
  return `${figure(interval.low)}-${figure(interval.high)}`;
}
