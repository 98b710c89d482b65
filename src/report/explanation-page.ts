// The page of an explanation: which columns a model rests on, how they move its scores, and why single rows got their class.
//
// Knows no model; what it shows is in the report.

import { counted, groupedText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import { barChart } from "./bars.ts";
import { signedText, swarmChart, waterfallChart } from "./explanation-charts.ts";
import type { ExplainedDecisions, ExplainedRow, ExplanationReport } from "./explanation-contract.ts";
import { type Block, type Figure, pageHtml, type Section } from "./page.ts";

const COLUMNS_DRAWN = 20;
/** Classes whose swarms are shown at once; those of others are shown when asked for. */
const CLASSES_OPEN = 3;
const CLASSES_DRAWN = 12;
const ROWS_DRAWN = 50;

export function explanationPage(report: ExplanationReport): string {
  const sections = [
    overview(report),
    overallSection(report),
    swarmSection(report),
    ...report.rows.slice(0, ROWS_DRAWN).map(rowSection),
  ];
  return pageHtml({
    title: `Explanation of ${report.name}`,
    subtitle: report.how,
    sections: sections.filter((section) => section !== undefined),
    footer: footer(report),
  });
}

function overview({ facts }: ExplanationReport): Section {
  return { id: "overview", title: "Overview", blocks: [{ type: "facts", facts }] };
}

// --- the whole model --------------------------------------------------------------------------------------------

function overallSection({ overall, own }: ExplanationReport): Section | undefined {
  const blocks: Block[] = [];
  if (overall !== undefined && overall.columns.length > 0) {
    const shown = overall.columns.slice(0, COLUMNS_DRAWN);
    const classes = overall.classes.filter(({ columns }) => columns.length > 0).slice(0, CLASSES_DRAWN);
    blocks.push({
      type: "figure",
      title: `Columns by the mean size of their amounts, over ${counted(overall.rows, "row")}`,
      alternative: `Bar chart; the first is ${shown[0].column} with ${shareText(shown[0].share, 1)}.`,
      svg: barChart({
        names: shown.map(({ column }) => column),
        values: shown.map(({ share }) => share * 100),
        texts: shown.map(({ share }) => shareText(share, 1)),
        unit: "share of all amounts, %",
        scale: "linear",
        ...(classes.length > 1 && {
          classes: {
            names: classes.map((each) => each.class),
            shares: classes.map((each) => sharesIn(each.columns, shown)),
          },
        }),
      }),
      ...(classes.length > 1 && { caption: "Cells: the same within each class." }),
    });
  }
  if (own.length > 0) {
    const shown = own.slice(0, COLUMNS_DRAWN);
    blocks.push({
      type: "figure",
      title: "Columns by what the model itself finds important",
      alternative: `Bar chart; the first is ${shown[0].column} with ${shareText(shown[0].share, 1)}.`,
      svg: barChart({
        names: shown.map(({ column }) => column),
        values: shown.map(({ share }) => share * 100),
        texts: shown.map(({ share }) => shareText(share, 1)),
        unit: "share, %",
        scale: "linear",
      }),
      caption: "From the model alone, without rows: of trees, what their splits tell apart in training rows.",
    });
  }
  return blocks.length === 0 ? undefined : { id: "columns", title: "Which columns matter", blocks };
}

/** The columns' shares of the amounts of one class. */
function sharesIn(
  columns: readonly { column: string; meanSize: number }[],
  shown: readonly { column: string }[],
): number[] {
  const total = columns.reduce((sum, { meanSize }) => sum + meanSize, 0);
  const sizes = new Map(columns.map(({ column, meanSize }) => [column, meanSize]));
  return shown.map(({ column }) => (sizes.get(column) ?? 0) / total);
}

function swarmSection({ swarms, overall }: ExplanationReport): Section | undefined {
  const drawn = swarms.filter(({ columns }) => columns.length > 0).slice(0, CLASSES_DRAWN);
  if (drawn.length === 0 || overall === undefined) return undefined;
  const figures = drawn.map(
    ({ class: name, columns }): Figure => ({
      type: "figure",
      title: name,
      alternative: `For ${counted(columns.length, "column")}, where the amounts of ${counted(overall.rows, "row")} lie.`,
      svg: swarmChart({ columns, unit: `amount, ${overall.scale} of the class` }),
      key: [
        { text: "low values", colour: "accent", strength: 1 },
        { text: "high values", colour: "against", strength: 1 },
      ],
    }),
  );
  const rest = figures.slice(CLASSES_OPEN);
  return {
    id: "amounts",
    title: "How columns move the score",
    blocks: [
      {
        type: "text",
        text: "To the right: rows in which the column speaks for the class; to the left: against it. A shape is the higher the more rows there are, and coloured by how large their values are among all of the column; grey where values have no order.",
      },
      ...figures.slice(0, CLASSES_OPEN),
      ...(rest.length === 0
        ? []
        : [
            {
              type: "details",
              summary: `${rest.length} further ${rest.length === 1 ? "class" : "classes"}`,
              blocks: rest,
            } as const,
          ]),
      ...(swarms.length > drawn.length
        ? [{ type: "text", text: `${swarms.length - drawn.length} more classes are not drawn.` } as const]
        : []),
    ],
  };
}

// --- rows -------------------------------------------------------------------------------------------------------

function rowSection(row: ExplainedRow): Section {
  const { verdict, truth, scale, contributions, others, bias } = row;
  const names = contributions.map(({ column, text }) => `${column} = ${text}`);
  const amounts = contributions.map(({ amount }) => amount);
  if (others.columns > 0) {
    names.push(counted(others.columns, "other column"));
    amounts.push(others.amount);
  }
  const facts: [string, string][] = [
    ["Verdict", verdict.class],
    ["Probability", probabilityText(verdict.probability)],
    ["Attack", verdict.attack ? "yes" : "no"],
    ...(verdict.unknown ? [["Like training rows", "no"] satisfies [string, string]] : []),
    ...(truth === undefined ? [] : [["Truth", truth] satisfies [string, string]]),
  ];
  return {
    id: `row-${row.row}`,
    title: `Row ${groupedText(row.row)}`,
    blocks: [
      { type: "facts", facts },
      {
        type: "figure",
        title: `What speaks for ${row.class}, and what against`,
        alternative: `Waterfall from ${signedText(bias)} to ${signedText(row.sum)}; the largest step is ${names[0] ?? "none"}.`,
        svg: waterfallChart({
          ...{ names, amounts, bias },
          unit: `${scale} of ${row.class}`,
          ends: ["expected", "this row"],
        }),
        key: [
          { text: "for the class", colour: "accent", strength: 1 },
          { text: "against it", colour: "against", strength: 1 },
        ],
        caption: sumText(row),
      },
      ...(row.decisions === undefined ? [] : decisionBlocks(row.decisions, row.class)),
    ],
  };
}

function sumText({ scale, sum, class: name, probability, uncalibrated }: ExplainedRow): string {
  const after = uncalibrated ? "before calibration; calibrated, it has" : "that is";
  return scale === "probability" && !uncalibrated
    ? `The sum is the probability of ${name}.`
    : `The sum is ${signedText(sum)}, ${after} probability ${probabilityText(probability)} of ${name}.`;
}

function probabilityText(probability: number): string {
  if (probability > 0.999 && probability < 1) return "> 0.999";
  if (probability < 0.001 && probability > 0) return "< 0.001";
  return probability.toFixed(3);
}

function decisionBlocks({ scale, trees, paths }: ExplainedDecisions, name: string): Block[] {
  const unit = scale === "probability" ? `Share of ${name}` : `Score of ${name}`;
  return paths.map(({ tree, before, decisions }) => ({
    type: "details",
    summary:
      trees === 1
        ? "The tree's questions"
        : `Questions of tree ${tree}, the most influential of ${groupedText(trees)}`,
    blocks: [
      {
        type: "table",
        columns: [
          { title: "Question" },
          { title: "Value" },
          { title: "Answer" },
          { title: unit, isNumber: true },
          { title: "Training rows", isNumber: true },
        ],
        rows: [
          ["before any", "", "", scoreText(before), ""],
          ...decisions.map(({ question, value, answer, after, rows }) => [
            ...[question, value, answer],
            ...[scoreText(after), groupedText(rows)],
          ]),
        ],
      },
    ],
  }));
}

function scoreText(value: number): string {
  return value < 0 ? `−${shortText(-value)}` : shortText(value);
}

function footer({ overall, rows }: ExplanationReport): string[] {
  const scales = new Set([...rows.map(({ scale }) => scale), ...(overall ? [overall.scale] : [])]);
  return [
    "Amounts say what moved the model, not what causes an attack. Columns that go together share what either could say.",
    ...(rows.length > ROWS_DRAWN
      ? [`Of ${counted(rows.length, "row")} the first ${ROWS_DRAWN} are drawn.`]
      : []),
    ...(scales.has("log-odds")
      ? [
          "Log-odds: 0 is even odds, each step of +0.7 doubles them. Of more than two classes it is the logarithm of the probability up to what all classes share.",
        ]
      : []),
  ];
}
