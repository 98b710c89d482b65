// The part of a profile's page about columns that go together.

import { counted } from "../base/number-text.ts";
import type { ColumnProfile, Matrix, Profile } from "../dataset/profile/contract.ts";
import { matrixChart } from "./heat.ts";
import type { Block, Cell, KeyEntry, Section } from "./page.ts";
import { columnLink } from "./profile-words.ts";

const PAIRS_LISTED = 20;
/** Rank correlation from which two columns say nearly the same. */
const SAME_CORRELATION = 0.95;
/** Columns of a matrix that is drawn. */
const MATRIX_DRAWN = 90;
const SIGNED_KEY: readonly KeyEntry[] = [
  { text: "-1", colour: "against", strength: 1 },
  { text: "-0.5", colour: "against", strength: 0.7 },
  { text: "-0.1", colour: "against", strength: 0.32 },
  { text: "0.1", colour: "accent", strength: 0.32 },
  { text: "0.5", colour: "accent", strength: 0.7 },
  { text: "1", colour: "accent", strength: 1 },
];

export function numbersSection(profile: Profile): Section | undefined {
  const { pearson, spearman } = profile;
  if (pearson === undefined || spearman === undefined) return undefined;
  const defined = definedColumns(spearman);
  if (defined.length < 2) return undefined;
  const shown = defined.slice(0, MATRIX_DRAWN);
  const isUpper = (row: number, column: number): boolean => column > row;
  const values = shown.map((row) =>
    shown.map((column) => (isUpper(row, column) ? spearman : pearson).values[row][column]),
  );
  const { columns } = spearman;
  const svg = matrixChart({
    names: shown.map((at) => columns[at]),
    values,
    tip: (row, column) =>
      `${columns[shown[row]]} and ${columns[shown[column]]}: ${isUpper(row, column) ? "ranks" : "values"} ${values[row][column].toFixed(3)}`,
  });
  const constant = columns.length - defined.length;
  const left = defined.length - shown.length;
  return {
    id: "numbers",
    title: "Numbers that go together",
    blocks: [
      ...pairBlocks(pearson, spearman, profile.columns),
      {
        type: "figure",
        title: "Correlation: above the diagonal of ranks (Spearman), below it of values (Pearson)",
        alternative: `Heat map of the correlations of ${shown.length} columns.`,
        svg,
        isWide: true,
        key: SIGNED_KEY,
        caption:
          "Where ranks go together and values do not, the relation bends, or few large values decide." +
          (constant > 0 ? ` ${counted(constant, "constant column")} left out.` : "") +
          (left > 0 ? ` The first ${shown.length} of ${defined.length} columns are drawn.` : ""),
      },
    ],
  };
}

/** Columns that vary: those whose correlation with themselves is defined. */
function definedColumns({ values }: Matrix): number[] {
  return values.flatMap((row, at) => (Number.isNaN(row[at]) ? [] : [at]));
}

function pairBlocks(pearson: Matrix, spearman: Matrix, columns: readonly ColumnProfile[]): Block[] {
  const pairs = spearman.values
    .flatMap((row, a) =>
      row.flatMap((value, b) => (b > a && Math.abs(value) >= SAME_CORRELATION ? [{ a, b, value }] : [])),
    )
    .sort((x, y) => Math.abs(y.value) - Math.abs(x.value) || x.a - y.a || x.b - y.b);
  if (pairs.length === 0)
    return [
      {
        type: "text",
        text: `No two columns rank rows alike (rank correlation of ${SAME_CORRELATION} or more).`,
      },
    ];
  const link = (at: number): Cell => columnLink(spearman.columns[at], columns);
  const listed = pairs.slice(0, PAIRS_LISTED);
  const rest = pairs.length - listed.length;
  return [
    {
      type: "text",
      text: `${counted(pairs.length, "pair")} of columns ${pairs.length === 1 ? "ranks" : "rank"} rows nearly alike (rank correlation of ${SAME_CORRELATION} or more, or -${SAME_CORRELATION} or less): one of the two adds little.${rest > 0 ? ` The strongest ${listed.length}:` : ""}`,
    },
    {
      type: "table",
      columns: [
        { title: "Column" },
        { title: "Column" },
        { title: "Ranks", isNumber: true },
        { title: "Values", isNumber: true },
      ],
      rows: listed.map(({ a, b, value }) => [
        link(a),
        link(b),
        value.toFixed(3),
        pearson.values[a][b].toFixed(3),
      ]),
    },
  ];
}

export function categoriesSection({ cramersV }: Profile): Section | undefined {
  if (cramersV === undefined) return undefined;
  const shown = definedColumns(cramersV).slice(0, MATRIX_DRAWN);
  if (shown.length < 2) return undefined;
  const names = shown.map((at) => cramersV.columns[at]);
  const values = shown.map((row) => shown.map((column) => cramersV.values[row][column]));
  const svg = matrixChart({
    names,
    values,
    tip: (row, column) => `${names[row]} and ${names[column]}: ${values[row][column].toFixed(3)}`,
  });
  return {
    id: "categories",
    title: "Categories that go together",
    blocks: [
      {
        type: "figure",
        title: "Cramér's V, corrected for bias, from 0 (nothing) to 1 (everything)",
        alternative: `Heat map of Cramér's V of ${names.length} columns.`,
        svg,
        isWide: true,
        key: SIGNED_KEY.slice(3),
      },
    ],
  };
}
