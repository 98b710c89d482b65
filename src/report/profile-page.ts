// The page of a profile: overview, classes, what tells the class, which columns say the same, and a card for each column.
//
// Knows no SQL; what it shows is in the profile.

import { counted, groupedText, momentText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import {
  CLASSES_MAX,
  type ColumnProfile,
  type Matrix,
  type NumberColumn,
  type Profile,
  type TextColumn,
} from "../dataset/profile/contract.ts";
import { barChart, type ClassShares, histogramChart, matrixChart, sparkChart } from "./charts.ts";
import { visible } from "./markup.ts";
import {
  type Block,
  type Card,
  type Cell,
  type Figure,
  type KeyEntry,
  pageHtml,
  type Section,
} from "./page.ts";

const CLASSES_DRAWN = 24;
const TIES_DRAWN = 20;
const PAIRS_LISTED = 20;
/** Rank correlation from which two columns say nearly the same. */
const SAME_CORRELATION = 0.95;
/** Columns of a matrix that is drawn. */
const MATRIX_DRAWN = 90;
/** Cards; a page of more would be too large to open. */
const CARDS_MAX = 300;
/** Classes told apart in a chart of a column, most rows first. */
const CLASSES_IN_CARD = 8;

export function profilePage(profile: Profile): string {
  const sections = [
    overview(profile),
    classesSection(profile),
    tiesSection(profile),
    numbersSection(profile),
    categoriesSection(profile),
    tableSection(profile),
    cardsSection(profile),
  ];
  return pageHtml({
    title: `Profile of ${profile.name}`,
    subtitle: `${counted(profile.rows, "row")}, ${counted(profile.columns.length, "column")}`,
    sections: sections.filter((section) => section !== undefined),
    footer: footer(profile),
  });
}

// --- overview ---------------------------------------------------------------------------------------------------

function overview({ rows, columns, classes, sample, remarks }: Profile): Section {
  const roles = (role: string): string =>
    groupedText(columns.filter((column) => column.role === role).length);
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const infinite = numbersOf(columns).reduce((sum, column) => sum + column.infinite, 0);
  const facts: [string, string][] = [
    ["Rows", groupedText(rows)],
    ["Features", roles("feature")],
    ["Identity columns", roles("identity")],
    ["Other columns", roles("extra")],
    [
      "Missing values",
      `${groupedText(missing)}${missing === 0 ? "" : ` (${shareText(missing, rows * columns.length)})`}`,
    ],
    ["Infinite values", groupedText(infinite)],
    ["Constant columns", groupedText(columns.filter(({ constant }) => constant).length)],
    ...(classes === undefined ? [] : ([["Classes", groupedText(classes.count)]] as [string, string][])),
    ["Rows in matrices", groupedText(sample.rows)],
  ];
  return {
    id: "overview",
    title: "Overview",
    blocks: [
      { type: "facts", facts },
      ...remarks.map((text): Block => ({ type: "text", text: `${sentence(text)}.`, tone: "remark" })),
    ],
  };
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function footer({ sample, rows }: Profile): string[] {
  const of =
    sample.seed === undefined
      ? "Matrices are of all rows."
      : `Matrices are of a sample of ${groupedText(sample.rows)} of ${groupedText(rows)} rows, drawn with seed ${sample.seed}; everything else is of all rows.`;
  return [
    of,
    "Means, deviations, quantiles and histograms are of finite values. The standard deviation is that of a sample (n - 1); quantiles are linear between neighbours. Bins hold their lower edge and not their upper one, save the last.",
    "Correlations are of the rows where both columns are finite; ranks of equal values are averaged. Cramér's V is corrected for bias (Bergsma 2013). The correlation ratio is the root of the share of a column's variance that lies between classes.",
  ];
}

// --- classes ----------------------------------------------------------------------------------------------------

/** Imbalance from which rows by class are drawn on a logarithmic scale. */
const LOG_IMBALANCE = 50;

function classesSection({ classes, rows }: Profile): Section | undefined {
  if (classes === undefined || classes.count === 0) return undefined;
  const drawn = classes.list.slice(0, CLASSES_DRAWN);
  const scale = classes.imbalance >= LOG_IMBALANCE ? "log" : "linear";
  const svg = barChart({
    names: drawn.map(({ name }) => name || "(empty)"),
    values: drawn.map((each) => each.rows),
    texts: drawn.map(({ rows: count, share }) => `${groupedText(count)} (${shareText(share, 1)})`),
    unit: "rows",
    scale,
  });
  const facts: [string, string][] = [
    ["Label", visible(classes.column)],
    ["Classes", groupedText(classes.count)],
    ["Largest to smallest", classes.count < 2 ? "–" : `${shortText(classes.imbalance)} : 1`],
    ["Evenness, 0 to 1", Number.isNaN(classes.evenness) ? "–" : classes.evenness.toFixed(2)],
    [
      "Rows without a class",
      `${groupedText(classes.unlabelled)}${classes.unlabelled > 0 ? ` (${shareText(classes.unlabelled, rows)})` : ""}`,
    ],
  ];
  const hidden = classes.list.slice(CLASSES_DRAWN);
  const unlisted = classes.count - Math.min(classes.count, CLASSES_MAX);
  return {
    id: "classes",
    title: "Classes",
    blocks: [
      { type: "facts", facts },
      {
        type: "figure",
        title: `Rows by class${scale === "log" ? ", on a logarithmic scale" : ""}`,
        alternative: `Bar chart of the rows of ${drawn.length} classes; the largest is ${drawn[0].name} with ${groupedText(drawn[0].rows)} rows.`,
        svg,
      },
      ...(hidden.length === 0
        ? []
        : ([
            {
              type: "details",
              summary: `${groupedText(hidden.length)} smaller ones`,
              blocks: [
                {
                  type: "table",
                  columns: [
                    { title: "Class" },
                    { title: "Rows", isNumber: true },
                    { title: "Share", isNumber: true },
                  ],
                  rows: hidden.map(({ name, rows: count, share }) => [
                    name || "(empty)",
                    groupedText(count),
                    shareText(share, 1),
                  ]),
                },
              ],
            },
          ] satisfies Block[])),
      ...(unlisted > 0
        ? [{ type: "text", text: `${groupedText(unlisted)} more classes are not listed.` } as const]
        : []),
    ],
  };
}

function tiesSection({ classTies }: Profile): Section | undefined {
  if (classTies.length === 0) return undefined;
  const drawn = classTies.slice(0, TIES_DRAWN);
  const measure = (kind: string): string => (kind === "cramers-v" ? "V" : "η");
  return {
    id: "ties",
    title: "What tells the class",
    blocks: [
      {
        type: "text",
        text: "How far each column alone goes with the class: the correlation ratio η of numbers, Cramér's V of texts. A feature near 1 all but gives the class away; ask whether it would in real traffic.",
      },
      {
        type: "figure",
        title:
          classTies.length > drawn.length
            ? `The ${drawn.length} features that go with the class most`
            : "Features that go with the class",
        alternative: `Bar chart; the first is ${drawn[0].column} with ${drawn[0].value.toFixed(3)}.`,
        svg: barChart({
          names: drawn.map(({ column }) => column),
          values: drawn.map(({ value }) => value),
          texts: drawn.map((tie) => `${measure(tie.measure)} ${tie.value.toFixed(3)}`),
          unit: "η or V, 0: nothing, 1: everything",
          scale: "linear",
          maximum: 1,
        }),
      },
    ],
  };
}

// --- matrices ---------------------------------------------------------------------------------------------------

const SIGNED_KEY: readonly KeyEntry[] = [
  { text: "-1", colour: "against", strength: 1 },
  { text: "-0.5", colour: "against", strength: 0.7 },
  { text: "-0.1", colour: "against", strength: 0.32 },
  { text: "0.1", colour: "accent", strength: 0.32 },
  { text: "0.5", colour: "accent", strength: 0.7 },
  { text: "1", colour: "accent", strength: 1 },
];

function numbersSection(profile: Profile): Section | undefined {
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
  const { svg } = matrixChart({
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

function categoriesSection({ cramersV }: Profile): Section | undefined {
  if (cramersV === undefined) return undefined;
  const shown = definedColumns(cramersV).slice(0, MATRIX_DRAWN);
  if (shown.length < 2) return undefined;
  const names = shown.map((at) => cramersV.columns[at]);
  const values = shown.map((row) => shown.map((column) => cramersV.values[row][column]));
  const { svg } = matrixChart({
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

// --- columns ----------------------------------------------------------------------------------------------------

const isNumberColumn = (column: ColumnProfile): column is NumberColumn =>
  column.kind === "number" || column.kind === "time";

function numbersOf(columns: readonly ColumnProfile[]): NumberColumn[] {
  return columns.filter(isNumberColumn);
}

/** Names of columns may hold anything; their places on the page are numbered. */
function columnLink(name: string, columns: readonly ColumnProfile[]): Cell {
  const at = columns.findIndex((column) => column.name === name);
  return at < 0 || at >= CARDS_MAX ? name : { text: name, to: `column-${at + 1}` };
}

function tableSection({ columns, rows }: Profile): Section {
  const listed = columns.slice(0, CARDS_MAX);
  const numbers = ["Minimum", "Median", "Mean", "Maximum"].map((title) => ({ title, isNumber: true }));
  return {
    id: "table",
    title: "Columns at a glance",
    blocks: [
      {
        type: "table",
        columns: [
          { title: "Column" },
          { title: "Role" },
          { title: "Kind" },
          { title: "Missing", isNumber: true },
          { title: "Zero", isNumber: true },
          { title: "Distinct", isNumber: true },
          ...numbers,
          { title: "Distribution" },
        ],
        rows: listed.map((column) => [
          columnLink(column.name, columns),
          column.role,
          kindText(column),
          shareText(column.missing, rows),
          column.kind === "number" ? shareText(column.zeros, rows) : "",
          distinctText(column),
          ...(isNumberColumn(column)
            ? [
                quantileText(column, 0),
                quantileText(column, 0.5),
                column.mean === undefined ? "" : valueText(column, column.mean),
                quantileText(column, 1),
              ]
            : ["", "", "", ""]),
          sparkCell(column),
        ]),
      },
    ],
  };
}

function kindText(column: ColumnProfile): string {
  if (column.kind === "number") return column.whole ? "whole number" : "number";
  return column.kind;
}

function distinctText({ distinct }: ColumnProfile): string {
  return `${distinct.exact ? "" : "about "}${groupedText(distinct.count)}`;
}

function quantileText(column: NumberColumn, share: number): string {
  const found = column.quantiles?.find((quantile) => quantile.share === share);
  return found === undefined ? "" : valueText(column, found.value);
}

function valueText({ kind }: NumberColumn, value: number): string {
  return kind === "time" ? momentText(Math.round(value)) : shortText(value);
}

function sparkCell(column: ColumnProfile): Cell {
  const counts = isNumberColumn(column)
    ? (column.histogram?.bins ?? []).map((bin) => bin.rows)
    : column.top.map((value) => value.rows);
  return counts.length === 0
    ? ""
    : { svg: sparkChart(counts), alternative: `Distribution of ${column.name}` };
}

function cardsSection(profile: Profile): Section {
  const { columns } = profile;
  const shown = columns.slice(0, CARDS_MAX);
  const left = columns.length - shown.length;
  const hasClasses = classNames(profile).length > 1;
  return {
    id: "columns",
    title: "Columns one by one",
    blocks: [
      ...(hasClasses
        ? [
            {
              type: "text",
              text: `Below each histogram, a row for each class${(profile.classes?.count ?? 0) > CLASSES_IN_CARD ? ` (the ${CLASSES_IN_CARD} largest)` : ""} shows where its own rows lie: the darker, the more of them. Classes whose rows look alike cannot be told apart by the column.`,
            } as const,
          ]
        : []),
      ...(left > 0
        ? [
            {
              type: "text",
              text: `The first ${CARDS_MAX} of ${columns.length} columns are shown.`,
              tone: "remark",
            } as const,
          ]
        : []),
      { type: "cards", cards: shown.map((column, at) => cardOf(profile, column, `column-${at + 1}`)) },
    ],
  };
}

function classNames({ classes }: Profile): string[] {
  if (classes === undefined || classes.count > CLASSES_MAX) return [];
  return classes.list.slice(0, CLASSES_IN_CARD).map(({ name }) => name || "(empty)");
}

function cardOf(profile: Profile, column: ColumnProfile, id: string): Card {
  const { rows } = profile;
  const badges = [
    column.role,
    kindText(column),
    ...(column.unit === "" ? [] : [visible(column.unit)]),
    ...(column.constant ? ["constant"] : []),
    ...(column.missing > 0 ? [`${shareText(column.missing, rows)} missing`] : []),
    ...(isNumberColumn(column) && column.infinite > 0 ? [`${groupedText(column.infinite)} infinite`] : []),
    ...(isNumberColumn(column) && column.negative > 0
      ? [`${shareText(column.negative, rows)} negative`]
      : []),
  ];
  const about: Block[] = column.description === "" ? [] : [{ type: "text", text: column.description }];
  const blocks = isNumberColumn(column) ? numberBlocks(profile, column) : textBlocks(profile, column);
  return { id, title: column.name, badges, blocks: [...about, ...blocks] };
}

// --- cards of numbers -------------------------------------------------------------------------------------------

function numberBlocks(profile: Profile, column: NumberColumn): Block[] {
  const { rows } = profile;
  const facts: [string, string][] = [
    ["Distinct", distinctText(column)],
    ...(column.kind === "time" ? [] : ([["Zero", shareText(column.zeros, rows)]] as [string, string][])),
    ["Mean", column.mean === undefined ? "–" : valueText(column, column.mean)],
    ...(column.kind === "time"
      ? []
      : ([
          [
            "Std. deviation",
            column.standardDeviation === undefined ? "–" : shortText(column.standardDeviation),
          ],
        ] as [string, string][])),
  ];
  const quantiles = (column.quantiles ?? []).map(({ share, value }): [string, string] => [
    share === 0 ? "Minimum" : share === 1 ? "Maximum" : share === 0.5 ? "Median" : `${share * 100} %`,
    valueText(column, value),
  ]);
  return [
    ...(column.histogram === undefined || column.constant ? [] : [histogramFigure(profile, column)]),
    { type: "facts", facts },
    ...(quantiles.length === 0 || column.constant ? [] : [{ type: "facts", facts: quantiles } as const]),
    ...(column.constant && column.quantiles !== undefined
      ? [{ type: "text", text: `Every value is ${quantileText(column, 0.5)}.` } as const]
      : []),
    ...topBlock(column, rows),
    ...classBlock(column),
  ];
}

function topBlock(column: NumberColumn, rows: number): Block[] {
  if (column.top.length === 0 || column.constant || column.histogram?.scale === "values") return [];
  return [
    {
      type: "details",
      summary: "Most frequent values",
      blocks: [
        {
          type: "table",
          columns: [
            { title: "Value", isNumber: true },
            { title: "Rows", isNumber: true },
            { title: "Share", isNumber: true },
          ],
          rows: column.top.map(({ value, rows: count }) => [
            exactText(column, value),
            groupedText(count),
            shareText(count, rows),
          ]),
        },
      ],
    },
  ];
}

function exactText(column: NumberColumn, value: number): string {
  return column.kind === "time" ? momentText(value, 6) : String(value);
}

function classBlock(column: NumberColumn): Block[] {
  const classes = column.byClass;
  if (classes === undefined || classes.length < 2 || column.constant) return [];
  const hasMissing = classes.some(({ missing }) => missing > 0);
  const text = (value: number | undefined): string => (value === undefined ? "–" : valueText(column, value));
  return [
    {
      type: "details",
      summary: "By class",
      blocks: [
        {
          type: "table",
          columns: [
            { title: "Class" },
            ...(hasMissing ? [{ title: "Missing", isNumber: true }] : []),
            ...["Mean", "5 %", "Median", "95 %"].map((title) => ({ title, isNumber: true })),
          ],
          rows: classes.map((each) => [
            each.name || "(empty)",
            ...(hasMissing ? [shareText(each.missing, each.rows)] : []),
            text(each.mean),
            ...[0.05, 0.5, 0.95].map((share) =>
              text(each.quantiles?.find((quantile) => quantile.share === share)?.value),
            ),
          ]),
        },
      ],
    },
  ];
}

function histogramFigure(profile: Profile, column: NumberColumn): Figure {
  const { bins, scale } = column.histogram as NonNullable<NumberColumn["histogram"]>;
  const names = classNames(profile);
  const axis = axisTexts(column, bins, scale);
  const unit = column.unit === "" ? (column.kind === "time" ? "time, UTC" : "value") : visible(column.unit);
  const classes: ClassShares | undefined =
    names.length < 2
      ? undefined
      : {
          names,
          shares: names.map((_, at) => {
            const counts = bins.map((bin) => bin.byClass?.[at] ?? 0);
            const total = counts.reduce((sum, count) => sum + count, 0);
            return counts.map((count) => (total === 0 ? 0 : count / total));
          }),
        };
  const scaleText = { values: "one bar a value", linear: "bins of equal width", log: "bins of equal ratio" }[
    scale
  ];
  return {
    type: "figure",
    title: `Rows by ${unit === "value" ? "value" : unit}, ${scaleText}`,
    alternative: `Histogram of ${column.name}: ${bins.length} bins from ${quantileText(column, 0)} to ${quantileText(column, 1)}, half of the rows up to ${quantileText(column, 0.5)}.`,
    svg: histogramChart({
      counts: bins.map(({ rows }) => rows),
      labels: axis.labels,
      binTexts: axis.bins,
      unit: scale === "log" ? `${unit}, logarithmic` : unit,
      countText: shortText,
      ...(classes === undefined ? {} : { classes }),
    }),
  };
}

const AXIS_LABELS = 6;

function axisTexts(
  column: NumberColumn,
  bins: NonNullable<NumberColumn["histogram"]>["bins"],
  scale: string,
): { labels: { at: number; text: string }[]; bins: string[] } {
  const text = (value: number): string => axisValueText(column, value);
  if (scale === "values") {
    const every = Math.ceil(bins.length / 12);
    return {
      labels: bins.flatMap(({ low }, at) => (at % every === 0 ? [{ at: at + 0.5, text: text(low) }] : [])),
      bins: bins.map(({ low }) => exactText(column, low)),
    };
  }
  const edges = [...bins.map(({ low }) => low), bins[bins.length - 1].high];
  const places = edges.flatMap((edge, at): { at: number; text: string }[] => {
    const isZeroBin = bins[at]?.low === 0 && bins[at].high === 0;
    if (isZeroBin) return [{ at: at + 0.5, text: "0" }];
    return scale !== "log" || isPowerOfTen(edge) ? [{ at, text: text(edge) }] : [];
  });
  const most = column.kind === "time" ? 3 : AXIS_LABELS;
  const every = Math.ceil(places.length / most);
  return {
    labels: places.filter((_, at) => at % every === 0),
    bins: bins.map(({ low, high }) => (low === high ? text(low) : `${text(low)} to ${text(high)}`)),
  };
}

function isPowerOfTen(value: number): boolean {
  return Math.abs(value) === Number(`1e${Math.round(Math.log10(Math.abs(value)))}`);
}

function axisValueText(column: NumberColumn, value: number): string {
  return column.kind === "time" ? momentText(value).slice(0, 16) : shortText(value);
}

// --- cards of texts ---------------------------------------------------------------------------------------------

function textBlocks(profile: Profile, column: TextColumn): Block[] {
  const rows = profile.rows - column.missing;
  const listed = column.top.reduce((sum, value) => sum + value.rows, 0);
  const facts: Block = {
    type: "facts",
    facts: [
      ["Distinct", distinctText(column)],
      ...(column.top.length === 0 || column.constant
        ? []
        : ([["In other values", shareText(rows - listed, rows)]] as [string, string][])),
    ],
  };
  if (column.top.length === 0) return [facts];
  if (column.constant)
    return [facts, { type: "text", text: `Every value is '${visible(column.top[0].value)}'.` }];
  const names = column.role === "label" ? [] : classNames(profile);
  const classes: ClassShares | undefined =
    names.length < 2
      ? undefined
      : {
          names,
          shares: names.map((_, at) => {
            const size = (profile.classes?.list[at].rows ?? 0) - (column.byClass?.[at].missing ?? 0);
            return column.top.map((value) => (size === 0 ? 0 : (value.byClass?.[at] ?? 0) / size));
          }),
        };
  return [
    {
      type: "figure",
      title: `Rows of the most frequent values${classes === undefined ? "" : ", and the share of each class that has them"}`,
      alternative: `Bar chart of ${column.top.length} values; the most frequent is ${column.top[0].value} with ${groupedText(column.top[0].rows)} rows.`,
      svg: barChart({
        names: column.top.map(({ value }) => value || "(empty)"),
        values: column.top.map((value) => value.rows),
        texts: column.top.map((value) => shareText(value.rows, rows)),
        unit: "rows",
        scale: "linear",
        width: 400,
        ...(classes === undefined ? {} : { classes }),
      }),
    },
    facts,
  ];
}
