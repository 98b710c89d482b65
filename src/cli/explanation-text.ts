// An explanation as text for a terminal: verdicts, amounts with bars, questions, and which columns a model rests on.
//
// Fits 80 to 110 columns. Text of strangers passes `printable`. Knows no command.

import {
  type ColumnAmount,
  type ExplainResult,
  methodText,
  type OverallExplanation,
  type PathsText,
  type RowExplanation,
} from "../app/explain.ts";
import { counted, groupedText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import { type Colours, fitted, printable } from "./output.ts";
import { type TableColumn, tableLines, wrapped } from "./table.ts";

const WIDTH_MAX = 110;
const BAR_WIDTH = 18;
const NAME_WIDTH = 30;
const VALUE_WIDTH = 18;
const COLUMNS_LISTED = 15;
const CLASSES_LISTED = 30;
const NUMBER: TableColumn = { align: "right" };

export function explanationLines(result: ExplainResult, terminalWidth: number, colours: Colours): string[] {
  const width = Math.min(terminalWidth, WIDTH_MAX);
  const { rows, overall, own, manifest } = result;
  return [
    ...wrapped(`${methodText(result)}.`, width, "").map((line) => colours.dim(line)),
    ...rows.flatMap((row) => ["", ...rowLines(row, manifest.classes.length, width, colours)]),
    ...(overall === undefined ? [] : ["", ...overallLines(overall, own, width, colours)]),
    ...(overall === undefined && rows.length === 0 ? ["", ...ownLines(own, colours)] : []),
  ];
}

// --- a row ------------------------------------------------------------------------------------------------------

function rowLines(row: RowExplanation, classes: number, width: number, colours: Colours): string[] {
  const { bold } = colours;
  const { contributions, others, bias, sum } = row;
  const largest = Math.max(...contributions.map(({ amount }) => Math.abs(amount)), Math.abs(others.amount));
  const lines = contributions.map((entry) => amountCells(entry, largest));
  const rest =
    others.columns === 0
      ? []
      : [
          [
            counted(others.columns, "other column"),
            "",
            signed(others.amount),
            barText(others.amount, largest),
          ],
        ];
  const table = tableLines(
    [
      { title: "COLUMN", maximum: NAME_WIDTH },
      { title: "VALUE", align: "right", maximum: VALUE_WIDTH },
      { title: "AMOUNT", align: "right" },
      { title: `FOR ${printable(row.class)}`, maximum: BAR_WIDTH + 2, style: colours.cyan },
    ],
    [["expected", "", signed(bias), ""], ...lines, ...rest, ["sum", "", signed(sum), ""]],
    { titleStyle: bold },
  );
  return [
    ...verdictLines(row, colours),
    ...table,
    ...wrapped(sumText(row, classes), width - 2, "").map((line) => `  ${line}`),
    ...(row.decisions === undefined ? [] : decisionLines(row.decisions, row.class, width, colours)),
  ];
}

function verdictLines(row: RowExplanation, { bold, dim, red, green }: Colours): string[] {
  const { verdict, truth } = row;
  const colour = verdict.attack ? red : green;
  const name = colour(bold(printable(verdict.class)));
  const facts = [
    verdict.attack ? "attack" : "benign",
    `probability ${probabilityText(verdict.probability)}`,
    ...(verdict.unknown ? ["like nothing in training"] : []),
    ...(truth === undefined ? [] : [`truth: ${printable(truth)}`]),
  ];
  return [`${bold(`Row ${groupedText(row.row)}`)}  ${name}  ${dim(facts.join(", "))}`];
}

function amountCells({ column, text, amount }: ColumnAmount, largest: number): string[] {
  return [printable(column), printable(text), signed(amount), barText(amount, largest)];
}

/** Full blocks for the class, light ones against it. */
function barText(amount: number, largest: number): string {
  if (amount === 0 || largest === 0) return "";
  const length = Math.max(1, Math.round((Math.abs(amount) / largest) * BAR_WIDTH));
  return (amount > 0 ? "█" : "░").repeat(length);
}

/** What the sum is, and what it makes of the class. */
function sumText({ scale, class: name, probability, uncalibrated }: RowExplanation, classes: number): string {
  const what = `probability ${probabilityText(probability)} of ${printable(name)}`;
  const score =
    classes > 2
      ? "a logarithm of the probability, up to what all classes share"
      : "the log-odds of the class";
  if (uncalibrated) return `The sum is ${scale} before calibration; calibrated, the row has ${what}.`;
  if (scale === "probability") return `The sum is the probability of ${printable(name)}.`;
  return `The sum is ${score}: ${what}.`;
}

function decisionLines(found: PathsText, name: string, width: number, { bold, dim }: Colours): string[] {
  const unit = found.scale === "probability" ? `share of ${printable(name)}` : `score of ${printable(name)}`;
  return found.paths.flatMap(({ tree, before, decisions }) => {
    const title =
      found.trees === 1
        ? "The tree's questions"
        : `Tree ${groupedText(tree)}, the most influential of ${groupedText(found.trees)}`;
    const rows = decisions.map(({ question, value, answer, after, rows: count }) => [
      scored(after, found.scale),
      groupedText(count),
      answer,
      `${printable(question)} (${printable(value)})`,
    ]);
    const columns: TableColumn[] = [
      { ...NUMBER, title: found.scale === "probability" ? "SHARE" : "SCORE" },
      { ...NUMBER, title: "ROWS", style: dim },
      { title: "" },
      { title: "QUESTION (VALUE)", maximum: width - 26 },
    ];
    const start = [scored(before, found.scale), "", "", "before any question"];
    return [
      "",
      `  ${bold(title)}`,
      `  ${dim(`${unit} after each answer; training rows that gave it`)}`,
      ...tableLines(columns, [start, ...rows], { indent: 4, titleStyle: dim }),
    ];
  });
}

// --- the whole model --------------------------------------------------------------------------------------------

function overallLines(
  overall: OverallExplanation,
  own: ExplainResult["own"],
  width: number,
  colours: Colours,
): string[] {
  const { bold, dim } = colours;
  const ownShare = new Map(own.map(({ column, share }) => [column, share]));
  const listed = overall.columns.slice(0, COLUMNS_LISTED);
  const most = listed[0]?.share ?? 1;
  const rows = listed.map(({ column, share }) => [
    printable(column),
    shareText(share, 1),
    shareText(ownShare.get(column) ?? 0, 1),
    barText(share, most),
  ]);
  const more = overall.columns.length - listed.length;
  return [
    `${bold("Columns that matter")}  ${dim(`mean size of amounts over ${counted(overall.rows, "row")}, ${overall.scale}`)}`,
    ...tableLines(
      [
        { title: "COLUMN", maximum: NAME_WIDTH },
        { ...NUMBER, title: "SHARE" },
        { ...NUMBER, title: "MODEL'S OWN" },
        { style: colours.cyan },
      ],
      rows,
      { titleStyle: bold },
    ),
    ...(more > 0 ? [dim(`  and ${counted(more, "other column")}; --json and --html have more`)] : []),
    ...(overall.classes.length > 1 ? ["", ...classLines(overall, width, colours)] : []),
  ];
}

function classLines({ classes }: OverallExplanation, width: number, { bold, dim }: Colours): string[] {
  const rows = classes.slice(0, CLASSES_LISTED).map(({ class: name, columns }) => [
    fitted(printable(name), NAME_WIDTH),
    columns
      .slice(0, 4)
      .map(({ column, meanSize }) => `${fitted(printable(column), NAME_WIDTH)} ${plain(meanSize)}`)
      .join(", "),
  ]);
  return [
    `${bold("Class by class")}  ${dim("mean size of amounts")}`,
    ...tableLines([{ maximum: NAME_WIDTH }, { maximum: Math.max(30, width - 16) }], rows),
  ];
}

function ownLines(own: ExplainResult["own"], colours: Colours): string[] {
  const { bold, dim } = colours;
  const listed = own.slice(0, COLUMNS_LISTED * 2);
  const most = listed[0]?.share ?? 1;
  const rows = listed.map(({ column, share }) => [
    printable(column),
    shareText(share, 1),
    barText(share, most),
  ]);
  return [
    `${bold("Columns that matter")}  ${dim("by the model alone; name rows for Shapley values")}`,
    ...tableLines([{ maximum: NAME_WIDTH + 10 }, NUMBER, { style: colours.cyan }], rows),
  ];
}

// --- numbers ----------------------------------------------------------------------------------------------------

function signed(amount: number): string {
  const text = plain(Math.abs(amount));
  return amount < 0 ? `-${text}` : `+${text}`;
}

/** Three digits after the point where that says something, else as short as can be. */
function plain(value: number): string {
  const size = Math.abs(value);
  return size >= 0.001 && size < 1000 ? value.toFixed(3) : shortText(value);
}

/** Scores need no more than three digits after the point; small shares do. */
function scored(value: number, scale: string): string {
  return scale === "probability" ? plain(value) : value.toFixed(3);
}

function probabilityText(probability: number): string {
  if (probability > 0.999 && probability < 1) return "> 0.999";
  if (probability < 0.001 && probability > 0) return "< 0.001";
  return probability.toFixed(3);
}
