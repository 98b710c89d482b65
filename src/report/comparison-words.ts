// What the pages of comparisons have in common: figures as text, and the audit as a section.

import { bytesText, durationText } from "../base/number-text.ts";
import type { ComparedFinding, FoldFacts, ScoreFacts } from "./comparison-contract.ts";
import type { Block, Section } from "./page.ts";

export function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "–" : value.toFixed(4);
}

/** Mean and half of the interval. */
export function scoreText(score: ScoreFacts | undefined): string {
  if (score === undefined || Number.isNaN(score.mean)) return "–";
  return Number.isNaN(score.low)
    ? figure(score.mean)
    : `${figure(score.mean)} ± ${figure((score.high - score.low) / 2)}`;
}

/** A span of time in µs. */
export function spanText(us: number | undefined): string {
  return us === undefined || Number.isNaN(us) ? "–" : durationText(us);
}

export function sizeText(bytes: number): string {
  return bytes === 0 ? "–" : bytesText(bytes);
}

export function foldWords({ method, count, by, testShare }: FoldFacts): string {
  const column = by === undefined ? "" : ` '${by}'`;
  switch (method) {
    case "holdout":
      return `${((testShare / (1 + testShare)) * 100).toFixed(0)} % held out${column === "" ? "" : ` by${column}`}`;
    case "groups":
      return `${count} folds by groups of${column}`;
    case "time":
      return `${count} folds forward in time by${column}`;
    case "stratified":
      return `${count} stratified folds`;
  }
}

export const INTERVAL_WORDS =
  "± is half of the 95 % interval of the mean over folds: the corrected resampled t of Nadeau and Bengio (2003), which allows for folds that share training rows.";

/** Errors and warnings, the rest when it is asked for. */
export function auditSection(findings: readonly ComparedFinding[]): Section | undefined {
  if (findings.length === 0) return undefined;
  const told = ({ severity, code, message }: ComparedFinding): Block => ({
    type: "text",
    text: `${severity}, ${code}: ${message}`,
    ...(severity === "info" ? {} : { tone: "remark" }),
  });
  const serious = findings.filter(({ severity }) => severity !== "info");
  const minor = findings.filter(({ severity }) => severity === "info");
  const rest: Block = {
    type: "details",
    summary: `Worth knowing (${minor.length})`,
    blocks: minor.map(told),
  };
  return {
    id: "audit",
    title: "Audit of the rows",
    blocks: [...serious.map(told), ...(minor.length === 0 ? [] : [rest])],
  };
}
