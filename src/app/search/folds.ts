// Which rows are learnt from and which are judged: folds by chance, by group, in time, or one part held out.
//
// Folds are stratified: of every class each fold gets its share of rows, up or down by one; groups are never parted, and
// in time nobody is judged on rows before those that were learnt from. The same rows and seed give the same folds.

import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { assignByTime, assignGroups, assignRows } from "../../dataset/split/assign.ts";

export interface Fold {
  /** Ascending. */
  training: Int32Array;
  test: Int32Array;
}

export type FoldMethod = "stratified" | "groups" | "time" | "holdout";

export interface FoldPlan {
  method: FoldMethod;
  /** The column that rows were grouped or ordered by. */
  by?: string;
  folds: Fold[];
}

/** Values of the column that says what belongs together or when a row was. */
export interface FoldColumn {
  name: string;
  kind: "groups" | "time";
  /** Code of each row's group, or its time; NaN where there is none. */
  values: Float64Array;
}

export interface FoldOptions {
  /** Folds; for `time` parts that follow the first. */
  count: number;
  /** Share of the rows that is held out once, instead of folds. */
  holdout?: number;
  by?: FoldColumn;
  seed: number;
}

/** Stream of the seed. */
const STREAM = 201;

/** Throws `training-data` where there are too few rows, groups or times for the folds. */
export function planFolds(labels: Int32Array, classes: number, options: FoldOptions): FoldPlan {
  const random = new Random(options.seed).fork(STREAM);
  const { by, holdout, count } = options;
  const rows = labels.length;
  if (rows < 2 * count) throw tooFew(`${rows} rows`, count);
  const strata = { codes: labels, count: classes };
  const shares = holdout === undefined ? evenShares(count) : [1 - holdout, holdout];
  if (by?.kind === "time")
    return inTime(by, holdout === undefined ? evenShares(count + 1) : shares, holdout !== undefined);
  const parts =
    by === undefined
      ? assignRows(strata, shares, random)
      : assignGroups(groupsOf(by, count), strata, shares, random);
  if (holdout !== undefined)
    return { method: "holdout", ...named(by), folds: [foldOf(parts, (part) => part === 1)] };
  const folds = Array.from({ length: count }, (_, fold) => foldOf(parts, (part) => part === fold));
  return { method: by === undefined ? "stratified" : "groups", ...named(by), folds };
}

function named(by: FoldColumn | undefined): { by?: string } {
  return by === undefined ? {} : { by: by.name };
}

function evenShares(count: number): number[] {
  return new Array<number>(count).fill(1 / count);
}

/** Groups numbered as assignGroups wants them; rows without a group are each one of their own. */
function groupsOf({ name, values }: FoldColumn, count: number) {
  const codes = new Int32Array(values.length);
  const known = new Map<number, number>();
  let next = 0;
  values.forEach((value, row) => {
    const code = known.get(value);
    codes[row] = code ?? next++;
    if (code === undefined && !Number.isNaN(value)) known.set(value, codes[row]);
  });
  if (next < count) throw tooFew(`${next} groups of '${name}'`, count);
  return { codes, count: next };
}

/** Each part is judged by what came before it. */
function inTime(by: FoldColumn, shares: readonly number[], once: boolean): FoldPlan {
  const assignment = assignByTime(by.values, shares, 0);
  if (assignment === undefined) throw tooFew(`too few times in '${by.name}'`, shares.length - 1);
  const { parts } = assignment;
  const folds = shares.slice(1).map((_, index): Fold => {
    const fold = index + 1;
    return {
      training: rowsWhere(parts, (part) => part < fold),
      test: rowsWhere(parts, (part) => part === fold),
    };
  });
  return { method: once ? "holdout" : "time", by: by.name, folds };
}

function foldOf(parts: Uint8Array, isTest: (part: number) => boolean): Fold {
  return { training: rowsWhere(parts, (part) => !isTest(part)), test: rowsWhere(parts, isTest) };
}

function rowsWhere(parts: Uint8Array, wanted: (part: number) => boolean): Int32Array {
  const rows = new Int32Array(parts.length);
  let count = 0;
  for (let row = 0; row < parts.length; row++) if (wanted(parts[row])) rows[count++] = row;
  return rows.slice(0, count);
}

function tooFew(found: string, count: number): OrbweaverError {
  return new OrbweaverError("training-data", `found ${found}, expected enough for ${count} folds`, {
    hint: "Give more rows, fewer folds (--cv), or hold a share out (--holdout).",
  });
}

/** A stratified part of the rows, ascending: of every class its share rounded up, and at least `least` rows where it has them. */
export function stratifiedSample(
  labels: Int32Array,
  classes: number,
  wanted: { rows: number; least: number; seed: number },
): Int32Array {
  const { rows, least, seed } = wanted;
  const share = rows / labels.length;
  if (share >= 1) return Int32Array.from(labels.keys());
  const random = new Random(seed).fork(STREAM + 1);
  const ofClass: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < labels.length; row++) ofClass[labels[row]].push(row);
  const kept = ofClass.flatMap((own) =>
    random.shuffle(own).slice(0, Math.max(Math.min(least, own.length), Math.ceil(own.length * share - 1e-9))),
  );
  return Int32Array.from(kept).sort();
}
