// Grows one isolation tree on raw values: a column by chance, a place in its range by chance, until a row is alone.
//
// Missing values and categories are parted like others: a column that is missing in some rows tells them from the rest,
// and a set of categories is drawn instead of a threshold.

import type { Random } from "../../base/random.ts";
import type { ColumnSpecification } from "../../feature/table.ts";
import { CATEGORICAL, LEAF, MISSING_LEFT, type NodeSpecification, setWords } from "../../model/trees.ts";

/** A node of the tree; `value` of a leaf is its depth. */
export type IsolationNode = NodeSpecification;

export interface IsolationTable {
  columns: readonly ColumnSpecification[];
  values: readonly (Float64Array | Float32Array)[];
  /** Columns in the order of their names: draws are made in this order. */
  byName: readonly number[];
}

/** Grows a tree from the given rows, at most `maxDepth` questions deep. */
export function growIsolationTree(
  table: IsolationTable,
  rows: Int32Array,
  maxDepth: number,
  random: Random,
): IsolationNode {
  return grow({ table, maxDepth, random, order: Int32Array.from(table.byName) }, rows, 0);
}

interface Growth {
  table: IsolationTable;
  maxDepth: number;
  random: Random;
  /** Columns, shuffled anew as far as a node needs. */
  order: Int32Array;
}

function grow(growth: Growth, rows: Int32Array, depth: number): IsolationNode {
  const question = rows.length < 2 || depth >= growth.maxDepth ? undefined : draw(growth, rows);
  if (!question) return { feature: LEAF, flags: 0, threshold: 0, cover: rows.length, value: depth };
  const { goesLeft, ...asked } = question;
  return {
    ...asked,
    cover: rows.length,
    value: 0,
    left: grow(growth, rows.filter(goesLeft), depth + 1),
    right: grow(
      growth,
      rows.filter((row) => !goesLeft(row)),
      depth + 1,
    ),
  };
}

interface Question {
  feature: number;
  flags: number;
  threshold: number;
  set?: Uint32Array;
  goesLeft: (row: number) => boolean;
}

/** A question that parts the rows, of the first column by chance that can; none where all rows are equal. */
function draw({ table, random, order }: Growth, rows: Int32Array): Question | undefined {
  // The order of an earlier node is as good a beginning as any, and depends on the seed alone.
  for (let index = 0; index < order.length; index++) {
    const other = random.integer(index, order.length - 1);
    [order[index], order[other]] = [order[other], order[index]];
    const column = order[index];
    const { kind, categories } = table.columns[column];
    const question =
      kind === "categorical"
        ? drawSet(table.values[column], categories.length, rows, random)
        : drawThreshold(table.values[column], rows, random);
    if (question) return { ...question, feature: column };
  }
  return undefined;
}

type Asked = Omit<Question, "feature">;

function drawThreshold(
  values: Float64Array | Float32Array,
  rows: Int32Array,
  random: Random,
): Asked | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let missing = 0;
  for (const row of rows) {
    const value = values[row];
    if (Number.isNaN(value)) missing++;
    else {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (missing === rows.length || (missing === 0 && low === high)) return undefined;
  // Where all numbers are equal, they are told from the missing ones.
  const threshold = low === high ? Number.POSITIVE_INFINITY : placeBetween(values, rows, low, high, random);
  const belowCount = rows.reduce((count, row) => count + (values[row] <= threshold ? 1 : 0), 0);
  const missingLeft = low < high && sideOfMissing(missing, belowCount, rows.length - missing, random);
  return {
    flags: missingLeft ? MISSING_LEFT : 0,
    threshold,
    goesLeft: (row) => values[row] <= threshold || (missingLeft && Number.isNaN(values[row])),
  };
}

/**
 * Whether missing values go left: with a chance as the share of the others that do; where the node has none, to the side
 * with fewer rows, for a row that lacks what all others have is odd.
 */
function sideOfMissing(missing: number, leftRows: number, presentRows: number, random: Random): boolean {
  if (missing > 0) return random.chance(leftRows / presentRows);
  return leftRows * 2 < presentRows;
}

/** A threshold from `low` up to, without, `high`; between two neighbours in the rows where an end is infinite. */
function placeBetween(
  values: Float64Array | Float32Array,
  rows: Int32Array,
  low: number,
  high: number,
  random: Random,
): number {
  if (low === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY) {
    const present = Float64Array.from(rows, (row) => values[row]).filter((value) => !Number.isNaN(value));
    const distinct = present.sort().filter((value, index) => index === 0 || value !== present[index - 1]);
    const place = random.integer(0, distinct.length - 2);
    [low, high] = [distinct[place], distinct[place + 1]];
    if (low === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY) return low;
  }
  const share = random.uniform();
  const drawn = low * (1 - share) + high * share;
  return drawn >= low && drawn < high ? drawn : low;
}

/** A set of the categories that the rows have: each is in it by chance, and so is missing; neither side is empty. */
function drawSet(
  values: Float64Array | Float32Array,
  categoryCount: number,
  rows: Int32Array,
  random: Random,
): Asked | undefined {
  const codeOf = (row: number): number => {
    const value = values[row];
    return value >= 0 && value < categoryCount && value === Math.floor(value) ? value : categoryCount;
  };
  const counts = new Uint32Array(categoryCount + 1);
  for (const row of rows) counts[codeOf(row)]++;
  const present = [...counts.keys()].filter((code) => counts[code] > 0);
  if (present.length < 2) return undefined;
  const isLeft = new Uint8Array(categoryCount + 1);
  let lefts = 0;
  while (lefts === 0 || lefts === present.length) {
    lefts = 0;
    for (const code of present) {
      isLeft[code] = random.chance(0.5) ? 1 : 0;
      lefts += isLeft[code];
    }
  }
  const leftRows = present.reduce((sum, code) => sum + (isLeft[code] === 1 ? counts[code] : 0), 0);
  // What the node does not have goes to the side with fewer rows, for a row with it is odd.
  const rare = leftRows * 2 < rows.length ? 1 : 0;
  for (let code = 0; code <= categoryCount; code++) if (counts[code] === 0) isLeft[code] = rare;
  const set = new Uint32Array(setWords(categoryCount));
  for (let code = 0; code < categoryCount; code++)
    if (isLeft[code] === 1) set[code >>> 5] |= 1 << (code & 31);
  return {
    flags: CATEGORICAL | (isLeft[categoryCount] === 1 ? MISSING_LEFT : 0),
    threshold: 0,
    set,
    goesLeft: (row) => isLeft[codeOf(row)] === 1,
  };
}
