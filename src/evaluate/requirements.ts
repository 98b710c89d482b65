// Conditions on figures, such as "macroF1>=0.9", for scripts that must not go on with a poor model.
//
// A figure is named by its id, or by `ID.low` and `ID.high` for the ends of its interval. Knows no command.

import { OrbweaverError } from "../base/errors.ts";
import type { Evaluation } from "./evaluation.ts";
import { METRICS } from "./metric-table.ts";
import type { FigureInterval } from "./resampling.ts";

/** Figures of attacks against the rest, and their names among those of attacks. */
const ATTACK_NAMES = {
  detectionRate: "detectionRate",
  falseAlarmRate: "falseAlarmRate",
  attackPrecision: "precision",
  attackRocAuc: "rocAuc",
  attackPrAuc: "prAuc",
} as const;

const ATTACK_FIGURES = Object.keys(ATTACK_NAMES) as (keyof typeof ATTACK_NAMES)[];

const COMPARISONS = {
  ">=": (value: number, bound: number) => value >= bound,
  "<=": (value: number, bound: number) => value <= bound,
  ">": (value: number, bound: number) => value > bound,
  "<": (value: number, bound: number) => value < bound,
} as const;

export interface Requirement {
  /** As it was written. */
  text: string;
  figure: string;
  end?: "low" | "high";
  comparison: keyof typeof COMPARISONS;
  bound: number;
}

const FORM = /^([a-z][\w]*?)(?:\.(low|high))?\s*(>=|<=|>|<)\s*(\S+)$/i;

/** Reads a condition. Throws `parameter-invalid`. */
export function parseRequirement(text: string): Requirement {
  const match = FORM.exec(text.trim());
  const bound = match === null ? Number.NaN : Number(match[4]);
  if (match === null || Number.isNaN(bound))
    throw new OrbweaverError(
      "parameter-invalid",
      `'${text}' is no condition on a figure, expected one such as macroF1>=0.9 or accuracy.low>=0.95`,
    );
  const known = [...METRICS.map(({ id }) => id), ...ATTACK_FIGURES];
  const figure = known.find((id) => id.toLowerCase() === match[1].replaceAll("_", "").toLowerCase());
  if (figure === undefined)
    throw new OrbweaverError(
      "parameter-invalid",
      `there is no figure '${match[1]}'; there are ${known.join(", ")}`,
    );
  return {
    text: text.trim(),
    figure,
    ...(match[2] === undefined ? {} : { end: match[2].toLowerCase() as "low" | "high" }),
    comparison: match[3] as Requirement["comparison"],
    bound,
  };
}

export interface UnmetRequirement extends Requirement {
  /** NaN where the rows have no such figure, which meets no condition. */
  value: number;
}

export function unmetRequirements(
  evaluation: Pick<Evaluation, "metrics" | "intervals" | "attack">,
  requirements: readonly Requirement[],
): UnmetRequirement[] {
  return requirements.flatMap((requirement) => {
    const value = figureValue(evaluation, requirement);
    return COMPARISONS[requirement.comparison](value, requirement.bound) ? [] : [{ ...requirement, value }];
  });
}

function figureValue(
  { metrics, intervals, attack }: Pick<Evaluation, "metrics" | "intervals" | "attack">,
  { figure, end }: Requirement,
): number {
  const metric = METRICS.find(({ id }) => id === figure);
  if (metric !== undefined)
    return end === undefined ? metric.of(metrics) : endOf(intervals.figures[figure], end);
  const name = ATTACK_NAMES[figure as keyof typeof ATTACK_NAMES];
  return end === undefined ? attack[name] : endOf(attack.intervals[name], end);
}

function endOf(interval: FigureInterval | undefined, end: "low" | "high"): number {
  return interval?.[end] ?? Number.NaN;
}
