// The part of an evaluation's page about what makes its figures doubtful, and about the model's own doubt.

import { counted, groupedText } from "../base/number-text.ts";
import type { AuditFinding } from "../dataset/audit/contract.ts";
import { barChart } from "./bars.ts";
import type { EvaluationReport } from "./evaluation-contract.ts";
import { figure, intervalText, spark } from "./evaluation-words.ts";
import { visible } from "./markup.ts";
import type { Block, Section } from "./page.ts";

export function auditSection({ audit }: EvaluationReport): Section | undefined {
  if (audit === undefined) return undefined;
  const { counts, training, test, findings } = audit;
  const about =
    test === undefined
      ? `${training.name} alone: the rows it was trained on were not given.`
      : `${test.name} against ${training.name}.`;
  const grave = findings.filter(({ severity }) => severity !== "info");
  const others = findings.filter(({ severity }) => severity === "info");
  return {
    id: "audit",
    title: "Audit of the rows",
    blocks: [
      {
        type: "text",
        text: `${about} ${counted(counts.error, "error")}, ${counted(counts.warning, "warning")}, ${counts.info} to know of. An error makes scores on these rows mean little; a warning may flatter or spoil them.`,
      },
      ...(grave.length > 0 ? [findingTable(grave)] : []),
      ...(others.length > 0
        ? [
            {
              type: "details",
              summary: `${others.length} to know of`,
              blocks: [findingTable(others)],
            } satisfies Block,
          ]
        : []),
    ],
  };
}

function findingTable(findings: readonly AuditFinding[]): Block {
  return {
    type: "cards",
    cards: findings.map(({ severity, code, message, advice, papers }, index) => ({
      id: `finding-${severity}-${index + 1}`,
      title: code,
      badges: [severity],
      blocks: [
        { type: "text", text: `${message}.` },
        {
          type: "details",
          summary: "What to do",
          blocks: [{ type: "text", text: `${advice} ${papers.join("; ")}` }],
        },
      ],
    })),
  };
}

export function leftOutSection({ leftOut }: EvaluationReport): Section | undefined {
  if (leftOut === undefined) return undefined;
  return {
    id: "left-out",
    title: "Leave one attack out",
    blocks: [
      {
        type: "text",
        text: "The learner was fitted again without each class, as the model was; what that fit says of the class is how it would meet an attack of a kind that is new to it.",
      },
      {
        type: "table",
        columns: [
          { title: "Left out" },
          { title: "Detected", isNumber: true },
          { title: "Interval", isNumber: true },
          { title: "0 to 1" },
          { title: "Rows", isNumber: true },
          { title: "Of" },
          { title: "False alarm rate", isNumber: true },
          { title: "Training rows less", isNumber: true },
        ],
        rows: leftOut.map((one) => [
          visible(one.name),
          figure(one.rate),
          intervalText(one.interval),
          spark(one.rate, one.interval, []),
          `${groupedText(one.flagged)} of ${groupedText(one.rows)}`,
          one.from,
          figure(one.falseAlarmRate),
          groupedText(one.leftOutRows),
        ]),
      },
    ],
  };
}

export function doubtSection({ doubt }: EvaluationReport): Section | undefined {
  if (doubt === undefined) return undefined;
  const { known, sets } = doubt;
  const facts: (readonly [string, string])[] = [
    ["Told by", doubt.method === "conformal" ? "conformal sets" : "density"],
    ["Called unknown", groupedText(doubt.unknownRows)],
    ["Accuracy on the others", `${figure(known.accuracy)} (${intervalText(known.interval)})`],
    ["Meant coverage", String(doubt.meantCoverage)],
    ...(sets === undefined
      ? []
      : ([
          ["Coverage of sets", `${figure(sets.coverage)} (${intervalText(sets.interval)})`],
          ["Classes in a set", sets.meanSize.toFixed(2)],
          ["Empty sets", groupedText(sets.empty)],
          ["Sets of several", groupedText(sets.several)],
        ] as const)),
  ];
  return {
    id: "unknown",
    title: "Called unknown",
    blocks: [
      { type: "facts", facts },
      {
        type: "table",
        columns: [
          { title: "Label" },
          { title: "In training" },
          { title: "Unknown", isNumber: true },
          { title: "0 to 1" },
          { title: "Rows", isNumber: true },
        ],
        rows: doubt.unknown
          .toSorted((a, b) => Number(a.isSeen) - Number(b.isSeen) || b.rows - a.rows)
          .map(({ name, isSeen, rate, unknown, rows }) => [
            visible(name),
            isSeen ? "yes" : "no",
            figure(rate),
            spark(rate, undefined, []),
            `${groupedText(unknown)} of ${groupedText(rows)}`,
          ]),
      },
    ],
  };
}

const COLUMNS_DRAWN = 20;

export function importanceSection({ importance }: EvaluationReport): Section | undefined {
  if (importance.length === 0) return undefined;
  const drawn = importance.slice(0, COLUMNS_DRAWN);
  const left = importance.length - drawn.length;
  return {
    id: "importance",
    title: "Columns that matter to the model",
    blocks: [
      {
        type: "figure",
        title: "Share of each column in what decides",
        alternative: `Bar chart; the first is ${drawn[0].column} with ${(drawn[0].share * 100).toFixed(1)} %.`,
        svg: barChart({
          names: drawn.map(({ column }) => column),
          values: drawn.map(({ share }) => share),
          texts: drawn.map(({ share }) => `${(share * 100).toFixed(1)} %`),
          unit: "share",
          scale: "linear",
        }),
        ...(left > 0 ? { caption: `${counted(left, "column")} with less.` } : {}),
      },
    ],
  };
}
