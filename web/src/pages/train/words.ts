// Words of runs: states, names, figures with their intervals.

import { percent, score } from "../../parts/format.ts";
import type { Figure, Interval, MetricFacts, Run } from "./types.ts";

export const STATE_COLOURS: Record<Run["state"], string> = {
  running: "petrol",
  finished: "green",
  failed: "red",
  cancelled: "gray",
  interrupted: "yellow",
};

/** The last part of an id tells runs apart that began on one day. */
export function shortId(id: string): string {
  return id.slice(-8);
}

export function runTitle({ kind, learner, model, id }: Run): string {
  if (kind === "evaluate") return `Evaluation of ${model ?? "a model"}`;
  return learner === undefined ? `Training ${shortId(id)}` : `Training of ${learner}`;
}

/** As a run is called among others: "boosting 1a2b3c4d". */
export function runName({ learner, id }: Run): string {
  return `${learner ?? "run"} ${shortId(id)}`;
}

/** 0.9312 (0.9201 to 0.9410); without an interval where none is known. */
export function intervalText(interval: Interval | undefined): string {
  if (interval === undefined || interval.low === null || interval.high === null) return "";
  return `${score(interval.low)} to ${score(interval.high)}`;
}

/** 93.12 % to 94.10 %. */
export function shareInterval(interval: Interval | undefined): string | undefined {
  if (interval === undefined || interval.low === null || interval.high === null) return undefined;
  return `${percent(interval.low, 2)} to ${percent(interval.high, 2)}`;
}

/** Place of the best of several figures; undefined where fewer than two are known. */
export function bestOf(
  values: readonly (Figure | undefined)[],
  { greaterIsBetter }: Pick<MetricFacts, "greaterIsBetter">,
): number | undefined {
  let best: number | undefined;
  let known = 0;
  values.forEach((value, at) => {
    if (value === null || value === undefined) return;
    known++;
    const held = best === undefined ? undefined : (values[best] as number);
    if (held === undefined || (greaterIsBetter ? value > held : value < held)) best = at;
  });
  return known < 2 ? undefined : best;
}

/** Rows as they are told: uploads by the name of the file. */
export function rowsText(rows: readonly string[]): string {
  return rows.map((name) => name.replace(/^uploads\/[^/]+\//, "")).join(", ");
}

/** The data set that rows are of; undefined for files. */
export function datasetOf(rows: string): string | undefined {
  return rows.includes("/") || /\.(csv|txt|parquet|jsonl|gz)$/i.test(rows)
    ? undefined
    : rows.replace(/[:@].*$/, "");
}

export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return value === undefined || value === null ? "–" : String(value);
}
