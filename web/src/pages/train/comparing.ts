// What runs are compared by: which evaluation stands for each, and whether their figures may be compared at all. Pure.

import type { Run } from "./types.ts";

/** A run with the evaluations of its model, newest first. */
export interface Compared {
  run: Run;
  evaluations: readonly Run[];
}

/**
 * The evaluation that stands for each run: its own where it is one; else of the rows that most of the runs were judged on, so that
 * their figures are of the same rows, and of these the newest.
 */
export function evaluationsOf(compared: readonly Compared[]): (Run | undefined)[] {
  const judged = new Map<string, number>();
  const candidates = compared.map(({ run, evaluations }) => (run.kind === "evaluate" ? [run] : evaluations));
  for (const runs of candidates)
    for (const print of new Set(runs.map(printOf))) judged.set(print, (judged.get(print) ?? 0) + 1);
  return candidates.map((runs) => {
    const most = Math.max(0, ...runs.map((run) => judged.get(printOf(run)) ?? 0));
    return runs.find((run) => judged.get(printOf(run)) === most);
  });
}

function printOf({ data, rows }: Run): string {
  return data?.fingerprint ?? rows.join();
}

/** Why the figures of evaluations must not be held against each other. */
export function evaluationWarnings(
  names: readonly string[],
  evaluations: readonly (Run | undefined)[],
): string[] {
  const warnings: string[] = [];
  const missing = names.filter((_, at) => evaluations[at] === undefined);
  if (missing.length > 0)
    warnings.push(`${missing.join(", ")}: not evaluated, so there are no curves and no confusion matrix.`);
  const known = evaluations.flatMap((run, at) => (run === undefined ? [] : [{ run, name: names[at] }]));
  const [first, ...others] = known;
  if (first === undefined) return warnings;
  const apart = others.filter(({ run }) => printOf(run) !== printOf(first.run)).map(({ name }) => name);
  if (apart.length > 0)
    warnings.push(
      `${apart.join(", ")}: judged on other rows than ${first.name} (fingerprints differ); their scores, curves and areas cannot be compared.`,
    );
  return warnings;
}

/** Names of settings that are not the same in all runs. */
export function differingSettings(runs: readonly Run[]): string[] {
  const settings = runs.map(settingsOf);
  const names = [...new Set(settings.flatMap((one) => Object.keys(one)))];
  return names.filter((name) => new Set(settings.map((one) => JSON.stringify(one[name]))).size > 1);
}

export function settingsOf({ learner, parameters = {}, options, seed }: Run): Record<string, unknown> {
  const { set: _, learners: __, ...asked } = options;
  return { learner, seed, ...asked, ...parameters };
}
