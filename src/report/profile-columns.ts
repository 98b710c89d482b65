// The part of a profile's page about single columns: a table of all, and a card of each.

import { groupedText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import type { ColumnProfile, NumberColumn, Profile, TextColumn } from "../dataset/profile/contract.ts";
import { barChart, sparkChart } from "./bars.ts";
import { visible } from "./markup.ts";
import type { Block, Card, Cell, Section } from "./page.ts";
import { histogramFigure } from "./profile-histogram.ts";
import {
  CARDS_MAX,
  CLASSES_IN_CARD,
  classNames,
  classShares,
  columnLink,
  distinctText,
  exactText,
  type Fact,
  isNumberColumn,
  kindText,
  quantileText,
  valueText,
} from "./profile-words.ts";

export function tableSection({ columns, rows }: Profile): Section {
  const listed = columns.slice(0, CARDS_MAX);
  const numbers = ["Minimum", "Median", "Maximum"].map((title) => ({ title, isNumber: true }));
  return {
    id: "table",
    title: "Columns at a glance",
    blocks: [
      {
        type: "table",
        columns: [
          { title: "Column" },
          { title: "Distribution" },
          { title: "Role" },
          { title: "Kind" },
          { title: "Missing", isNumber: true },
          { title: "Zero", isNumber: true },
          { title: "Distinct", isNumber: true },
          ...numbers,
        ],
        rows: listed.map((column) => [
          columnLink(column.name, columns),
          sparkCell(column),
          column.role,
          kindText(column),
          shareText(column.missing, rows),
          column.kind === "number" ? shareText(column.zeros, rows) : "",
          distinctText(column),
          ...(isNumberColumn(column)
            ? [0, 0.5, 1].map((share) => quantileText(column, share))
            : ["", "", ""]),
        ]),
      },
    ],
  };
}

function sparkCell(column: ColumnProfile): Cell {
  if (column.constant) return "";
  const counts = isNumberColumn(column)
    ? (column.histogram?.bins ?? []).map((bin) => bin.rows)
    : column.top.map((value) => value.rows);
  return counts.length === 0
    ? ""
    : { svg: sparkChart(counts), alternative: `Distribution of ${column.name}` };
}

export function cardsSection(profile: Profile): Section {
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
              text: `Below each histogram, a row for each class${(profile.classes?.count ?? 0) > CLASSES_IN_CARD ? ` (the ${CLASSES_IN_CARD} largest)` : ""} shows where its own rows lie: the stronger the colour, the more of them. Classes whose rows look alike cannot be told apart by the column.`,
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
  const { histogram, constant, mean, standardDeviation: deviation } = column;
  const isTime = column.kind === "time";
  const facts: Fact[] = [
    ["Distinct", distinctText(column)],
    ...(isTime ? [] : [["Zero", shareText(column.zeros, profile.rows)] satisfies Fact]),
    ["Mean", mean === undefined ? "–" : valueText(column, mean)],
    ...(isTime ? [] : [["Deviation", deviation === undefined ? "–" : shortText(deviation)] satisfies Fact]),
  ];
  if (histogram === undefined) return [{ type: "facts", facts }];
  if (constant) return [{ type: "text", text: `Every value is ${quantileText(column, 0.5)}.` }];
  const quantiles = quantileFacts(column);
  return [
    histogramFigure(profile, column, histogram),
    // Times are too long to stand side by side.
    ...(isTime
      ? [
          {
            type: "table",
            columns: [{ title: "" }, { title: "Time, UTC" }],
            rows: [...facts.slice(1), ...quantiles],
          } satisfies Block,
        ]
      : [{ type: "facts", facts } satisfies Block, { type: "facts", facts: quantiles } satisfies Block]),
    ...topBlock(column, profile.rows),
    ...classBlock(column),
  ];
}

const QUANTILE_NAMES: Readonly<Record<number, string>> = { 0: "Minimum", 0.5: "Median", 1: "Maximum" };

function quantileFacts(column: NumberColumn): Fact[] {
  return (column.quantiles ?? []).map(({ share, value }) => [
    QUANTILE_NAMES[share] ?? `${share * 100} %`,
    valueText(column, value),
  ]);
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

// --- cards of texts ---------------------------------------------------------------------------------------------

/** Share of the rows from which on the most frequent values are worth a chart. */
const COMMON_SHARE = 0.01;

function textBlocks(profile: Profile, column: TextColumn): Block[] {
  const rows = profile.rows - column.missing;
  const listed = column.top.reduce((sum, value) => sum + value.rows, 0);
  const facts: Block = {
    type: "facts",
    facts: [
      ["Distinct", distinctText(column)],
      ...(column.top.length === 0 || column.constant
        ? []
        : [["Others", shareText(rows - listed, rows)] satisfies Fact]),
    ],
  };
  if (column.top.length === 0) return [facts];
  if (listed < COMMON_SHARE * rows)
    return [
      facts,
      {
        type: "text",
        text: `No value is common: the ${column.top.length} most frequent are ${shareText(listed, rows)} of the rows.`,
      },
    ];
  if (column.constant)
    return [facts, { type: "text", text: `Every value is '${visible(column.top[0].value)}'.` }];
  const size = (at: number): number => (column.byClass?.[at].rows ?? 0) - (column.byClass?.[at].missing ?? 0);
  const classes = column.role === "label" ? undefined : classShares(profile, column.top, size);
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
