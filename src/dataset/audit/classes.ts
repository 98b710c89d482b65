// Classes that one table lacks, and classes with too few rows for what is claimed of them.

import { counted } from "../../base/number-text.ts";
import { wilsonInterval } from "../../evaluate/distribution.ts";
import type { ClassCount } from "../store/contract.ts";
import type { FoundFinding } from "./contract.ts";
import { listedNames, percent } from "./words.ts";

export function unsharedClasses(
  training: readonly ClassCount[],
  test: readonly ClassCount[],
): FoundFinding[] {
  const testRows = rowsOf(test);
  const onlyInTest = missingFrom(test, training);
  const onlyInTraining = missingFrom(training, test);
  const found: FoundFinding[] = [];
  if (onlyInTest.length > 0) {
    const rows = rowsOf(onlyInTest);
    found.push({
      code: "class-only-in-test",
      severity: "warning",
      message: `${onlyInTest.length} of the classes of the test, ${counted(rows, "row")} (${percent(rows / testRows)}), that training never saw: ${listedNames(onlyInTest.map(({ name }) => name))}`,
      rows,
      evidence: { ofClasses: onlyInTest },
    });
  }
  if (onlyInTraining.length > 0)
    found.push({
      code: "class-only-in-training",
      severity: "info",
      message: `the test has no row of ${listedNames(onlyInTraining.map(({ name }) => name))}`,
      rows: rowsOf(onlyInTraining),
      evidence: { ofClasses: onlyInTraining },
    });
  return found;
}

function missingFrom(classes: readonly ClassCount[], others: readonly ClassCount[]): ClassCount[] {
  const names = new Set(others.map(({ name }) => name));
  return classes.filter(({ name, rows }) => rows > 0 && !names.has(name));
}

function rowsOf(classes: readonly ClassCount[]): number {
  return classes.reduce((sum, { rows }) => sum + rows, 0);
}

/** The recall that is taken for claimed, and the width of its interval from which the claim is vague, or hollow. */
const RECALL_CLAIMED = 0.95;
const WIDTH_VAGUE = 0.05;
const WIDTH_HOLLOW = 0.2;

/** Classes whose recall, measured on the rows that there are, could be far from the figure. */
export function fewRows(table: string, classes: readonly ClassCount[]): FoundFinding[] {
  const vague = classes
    .map(({ name, rows }) => {
      const { low, high } = wilsonInterval(Math.round(RECALL_CLAIMED * rows), rows);
      return { name, rows, low, high, width: high - low };
    })
    .filter(({ width }) => width > WIDTH_VAGUE)
    .sort((a, b) => a.rows - b.rows || (a.name < b.name ? -1 : 1));
  if (vague.length === 0) return [];
  const hollow = vague.filter(({ width }) => width > WIDTH_HOLLOW);
  const least = vague[0];
  return [
    {
      code: "few-rows",
      severity: hollow.length > 0 ? "warning" : "info",
      message:
        `${vague.length} of ${classes.length} classes of '${table}' have too few rows for a recall to within ±${percent(WIDTH_VAGUE / 2)}: ` +
        `${listedNames(vague.map(({ name }) => name))}; with ${counted(least.rows, "row")} of ${listedNames([least.name])}, ` +
        `the true value lies anywhere from ${percent(least.low)} to ${percent(least.high)}`,
      rows: rowsOf(vague),
      evidence: { recallClaimed: RECALL_CLAIMED, confidence: 0.95, ofClasses: vague },
    },
  ];
}
