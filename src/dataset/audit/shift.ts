// Columns that are distributed differently in training and test. Told by how much they differ, not by significance alone.

import { chiSquare, kolmogorovSmirnov, stabilityIndex, totalVariation } from "../../evaluate/distribution.ts";
import type { FoundFinding } from "./contract.ts";
import { applyBins, chooseBins, countByBin, countOfBins, type SampleValues } from "./sample.ts";
import { listedNames } from "./words.ts";

/** As much as a stability index takes for one in the literature of credit scoring: ten bins, 0.25 is a major shift. */
const PSI_BINS = 10;
const PSI_MAJOR = 0.25;
const CATEGORIES = 1000;
/** Chance alone must be less probable than this, shared out over all columns. */
const PROBABILITY_MAX = 0.001;
/** The largest difference of shares from which a shift is told, and from which it is more than "info". */
const DISTANCE_MIN = 0.1;
const DISTANCE_MAJOR = 0.2;
const COLUMNS_LISTED = 100;

export interface Shift {
  column: string;
  test: "kolmogorov-smirnov" | "chi-square";
  statistic: number;
  probability: number;
  /** Largest distance of the distribution functions, or half the summed differences of the shares of categories: 0 to 1. */
  distance: number;
  stabilityIndex: number;
  /** Of categories. */
  cramersV?: number;
}

export function measureShift(column: string, training: SampleValues, test: SampleValues): Shift | undefined {
  if (training.kind !== test.kind) return undefined;
  const bins = chooseBins(training, training.kind === "number" ? PSI_BINS : CATEGORIES);
  const counts = [training, test].map((values) => countByBin(applyBins(bins, values), countOfBins(bins)));
  const index = stabilityIndex(counts[0], counts[1]);
  if (training.kind === "number" && test.kind === "number") {
    const found = kolmogorovSmirnov(sortedPresent(training.values), sortedPresent(test.values));
    const missing = Math.abs(counts[0][0] / sumOf(counts[0]) - counts[1][0] / sumOf(counts[1]));
    if (missing <= found.statistic)
      return {
        column,
        test: "kolmogorov-smirnov",
        ...found,
        distance: found.statistic,
        stabilityIndex: index,
      };
  }
  const { statistic, probability, cramersV } = chiSquare(counts[0], counts[1]);
  const distance = totalVariation(counts[0], counts[1]);
  if (Number.isNaN(distance)) return undefined;
  return { column, test: "chi-square", statistic, probability, distance, stabilityIndex: index, cramersV };
}

export function shiftFindings(shifts: readonly Shift[]): FoundFinding[] {
  const told = shifts
    .filter(
      ({ probability, distance }) =>
        probability < PROBABILITY_MAX / shifts.length && distance >= DISTANCE_MIN,
    )
    .sort((a, b) => b.distance - a.distance || (a.column < b.column ? -1 : 1));
  if (told.length === 0) return [];
  const major = told.filter(
    (shift) => shift.distance >= DISTANCE_MAJOR && shift.stabilityIndex >= PSI_MAJOR,
  ).length;
  const columns = told.map(({ column }) => column);
  return [
    {
      code: "shifted-column",
      severity: major > 0 ? "warning" : "info",
      message:
        `${told.length} of ${shifts.length} features ${told.length === 1 ? "is" : "are"} distributed differently in the test, ${major} of them widely; most of all ` +
        `${listedNames(columns, 5)} (distance ${told[0].distance.toFixed(2)}, stability index ${told[0].stabilityIndex.toFixed(2)})`,
      columns,
      evidence: { major, columns: told.slice(0, COLUMNS_LISTED) },
    },
  ];
}

function sortedPresent(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
