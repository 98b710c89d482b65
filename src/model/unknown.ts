// Rules that say "unknown": by conformal sets of classes, or by the density of the columns. Applied here, fitted in the learner
// room. Knows no learner.
//
// Conformal (Vovk, Gammerman, Shafer 2005; class by class: Sadinle, Lei, Wasserman 2019): a class is in a row's set when its
// probability is at least the class's bar; a row with an empty set is unknown.
//
// Density: how usual each column's value is among rows of a class, as a histogram (Goldstein and Dengel 2012, there over all
// rows), summed over columns as logarithms. A row is unknown when for no class its sum reaches that class's bar.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Container, SectionArray } from "./container.ts";

export type UnknownRule =
  | { method: "none" }
  | {
      method: "conformal";
      coverage: number;
      /** Probability, as a 32-bit float, from which a class is in the set; above 1 for classes that never are. */
      bars: Float64Array;
    }
  | {
      method: "density";
      coverage: number;
      /** Sum from which a row is usual for a class; Infinity for classes without training rows. */
      bars: Float64Array;
      /** Edges of each column's bins (numeric): column c has edges edgeStarts[c] to edgeStarts[c + 1]. */
      edgeStarts: Uint32Array;
      edges: Float64Array;
      /** First bin of each column; a column's bins are those between its edges or its categories, then one for missing. */
      binStarts: Uint32Array;
      /** Logarithm of each bin's share: class after class, each with all bins. */
      logarithms: Float64Array;
    };

export type DensityRule = Extract<UnknownRule, { method: "density" }>;

/** Bins of a column beside the one for missing: a numeric one has those below, between and above its edges. */
export function binsOf(column: ColumnSpecification, edgeCount: number): number {
  return column.kind === "categorical" ? column.categories.length : edgeCount + 1;
}

/** The bin of a value among a column's own, counted from 0. */
export function binOf(
  column: ColumnSpecification,
  edges: Float64Array,
  first: number,
  end: number,
  value: number,
): number {
  if (column.kind === "categorical") {
    const { length } = column.categories;
    return value >= 0 && value < length && value === Math.floor(value) ? value : length;
  }
  if (Number.isNaN(value)) return end - first + 1;
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** Sum of logarithms of a row for each class; `rows[at]` is its first value. */
export function densitiesOf(
  rule: DensityRule,
  columns: readonly ColumnSpecification[],
  rows: Float64Array,
  at: number,
  out: Float64Array,
): void {
  const { edgeStarts, edges, binStarts, logarithms } = rule;
  const bins = binStarts[columns.length];
  out.fill(0);
  for (let column = 0; column < columns.length; column++) {
    const value = rows[at + column];
    const bin =
      binStarts[column] + binOf(columns[column], edges, edgeStarts[column], edgeStarts[column + 1], value);
    for (let index = 0; index < out.length; index++) out[index] += logarithms[index * bins + bin];
  }
}

/** Marks unknown rows: 1, else 0. Arguments as in `Caution`. */
export function flagUnknown(
  rule: UnknownRule,
  columns: readonly ColumnSpecification[],
  classes: number,
  rows: Float64Array,
  count: number,
  probabilities: Float64Array,
  out: Uint8Array,
): void {
  if (rule.method === "none") return void out.fill(0, 0, count);
  const scores = rule.method === "density" ? new Float64Array(classes) : undefined;
  for (let row = 0; row < count; row++) {
    if (rule.method === "density")
      densitiesOf(rule, columns, rows, row * columns.length, scores as Float64Array);
    let known = 0;
    for (let index = 0; index < classes && known === 0; index++) {
      const score = scores ? scores[index] : Math.fround(probabilities[row * classes + index]);
      if (score >= rule.bars[index]) known = 1;
    }
    out[row] = 1 - known;
  }
}

const METHODS = ["none", "conformal", "density"] as const;

/** Sections of a rule. */
export function unknownSections(rule: UnknownRule): [string, SectionArray][] {
  const method: [string, SectionArray] = ["UNKM", Uint8Array.of(METHODS.indexOf(rule.method))];
  if (rule.method === "none") return [method];
  const common: [string, SectionArray][] = [
    method,
    ["UNKC", Float64Array.of(rule.coverage)],
    ["UNKB", rule.bars],
  ];
  if (rule.method === "conformal") return common;
  return [
    ...common,
    ["UNKS", rule.edgeStarts],
    ["UNKE", rule.edges],
    ["UNKF", rule.binStarts],
    ["UNKL", rule.logarithms],
  ];
}

/** The rule in a container. Throws `model-corrupt`. */
export function decodeUnknown(
  { sections }: Container,
  columns: readonly ColumnSpecification[],
  classes: number,
): UnknownRule {
  const code = sections.get("UNKM");
  require(code instanceof Uint8Array && code.length === 1 && code[0] < METHODS.length, "UNKM");
  const method = METHODS[code[0]];
  if (method === "none") return { method };
  const [coverage] = numbersIn(sections, "UNKC", 1);
  require(coverage > 0 && coverage < 1, "UNKC");
  const bars = numbersIn(sections, "UNKB", classes);
  require(bars.every((bar) => !Number.isNaN(bar)), "UNKB");
  if (method === "conformal") return { method, coverage, bars };
  const edgeStarts = startsIn(sections, "UNKS", columns.length);
  const edges = numbersIn(sections, "UNKE", edgeStarts[columns.length]);
  const binStarts = startsIn(sections, "UNKF", columns.length);
  columns.forEach((column, index) => {
    const edgeCount = edgeStarts[index + 1] - edgeStarts[index];
    require(column.kind === "numeric" || edgeCount === 0, "UNKS");
    require(binStarts[index + 1] - binStarts[index] === binsOf(column, edgeCount) + 1, "UNKF");
    for (let at = edgeStarts[index]; at < edgeStarts[index + 1]; at++)
      require(at === edgeStarts[index] ? !Number.isNaN(edges[at]) : edges[at] > edges[at - 1], "UNKE");
  });
  const logarithms = numbersIn(sections, "UNKL", classes * binStarts[columns.length]);
  require(logarithms.every(Number.isFinite), "UNKL");
  return { method, coverage, bars, edgeStarts, edges, binStarts, logarithms };
}

function numbersIn(sections: ReadonlyMap<string, SectionArray>, name: string, length: number): Float64Array {
  const section = sections.get(name);
  require(section instanceof Float64Array && section.length === length, name);
  return section;
}

/** Starts that ascend from 0, one for each column and the end. */
function startsIn(sections: ReadonlyMap<string, SectionArray>, name: string, columns: number): Uint32Array {
  const section = sections.get(name);
  require(section instanceof Uint32Array && section.length === columns + 1 && section[0] === 0, name);
  for (let index = 0; index < columns; index++) require(section[index] <= section[index + 1], name);
  return section;
}

function require(condition: boolean, section: string): asserts condition {
  if (!condition)
    throw new OrbweaverError("model-corrupt", `the model file is damaged: section '${section}' is not valid`);
}
