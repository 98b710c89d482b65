// orbweaver inspect: what a capture, a model or a file of rows holds.

import type { Command } from "commander";
import type { Inspection } from "../../app/inspect.ts";
import { bytesText, counted, groupedText, numberText } from "../../base/number-text.ts";
import { captureDamage, captureFacts, captureRemarks, nameOf } from "../captures.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import { examples, withShellOptions } from "../options.ts";
import { type Colours, type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";

interface Options extends ShellOptions {
  card?: boolean;
  label?: string;
  tunnels?: boolean;
}

type Of<Type extends Inspection["type"]> = Extract<Inspection, { type: Type }>;

export function registerInspect(program: Command, shell: Shell): void {
  const command = program
    .command("inspect")
    .summary("what is in a capture, a model or a file of rows")
    .description("Say what a file holds. What it is is told by its content, never by its name.")
    .argument("<file>", "a capture, a model or rows; - for a capture on standard input")
    .option("-l, --label <column>", "class column of rows (default: the one called label or class)")
    .option("--card", "the card of a model with all facts, as Markdown")
    .option("--tunnels", "look into IP-in-IP, 6in4, GRE and VXLAN");
  withShellOptions(command, "everything as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver inspect office.pcapng", "Format, interfaces, protocols and problems of a capture"],
        ["orbweaver inspect model.orb", "Card, classes, training facts and parameters of a model"],
        ["orbweaver inspect rows.parquet --json | jq .rows.classes", "Classes of a file of rows"],
      ]),
    )
    .action((file: string, options: Options) =>
      shell.run(options, (console, signal) => runInspect(console, signal, file, options)),
    );
}

async function runInspect(
  console: Console,
  signal: AbortSignal,
  path: string,
  options: Options,
): Promise<number> {
  const { inspect } = await import("../../app/inspect.ts");
  const inspection = await inspect({
    path,
    label: options.label,
    tunnels: options.tunnels,
    signal,
    onProgress: (progress) =>
      console.live(() => `${bytesText(progress.bytesRead)}  ${counted(progress.frames, "packet")}`),
  });
  console.clearLive();
  if (options.card && inspection.type !== "model") throw usageError(`--card needs a model; ${path} is none`);
  if (options.json) await console.line(jsonText(inspection));
  else if (options.card && inspection.type === "model") await console.line(inspection.markdown.trimEnd());
  else for (const line of inspectionLines(console, inspection)) await console.line(line);
  if (inspection.type !== "capture") return 0;
  return inspection.capture.cancelled ? cancelledExit(console) : captureDamage([inspection.capture]);
}

function inspectionLines(console: Console, inspection: Inspection): string[] {
  const { colours } = console;
  const width = console.out.width;
  switch (inspection.type) {
    case "capture":
      return captureLines(inspection, colours);
    case "model":
      return modelLines(inspection, colours, width);
    case "rows":
      return rowsLines(inspection, colours);
  }
}

// --- captures -----------------------------------------------------------------------------------------------

const INTERFACES_LISTED = 8;

function captureLines(
  { capture, linkTypes, decode }: Of<"capture">,
  { bold, dim, yellow }: Colours,
): string[] {
  const layers = Object.entries(decode.layers)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, groupedText(count), share(count, decode.packets)]);
  const problems = decode.problems.map(({ layer, reason, kind, packets }) => [
    `${layer}: ${reason}`,
    groupedText(packets),
    kind,
  ]);
  const remarks = captureRemarks(capture).map((remark) => yellow(`  ${remark}`));
  const number = { align: "right" } as const;
  return [
    `${bold(printable(nameOf(capture.path)))}: a capture`,
    ...captureFacts(capture).map((fact) => `  ${fact}`),
    `  link type ${linkTypes.join(", ")}${decode.cutFrames > 0 ? `; ${counted(decode.cutFrames, "packet")} cut short` : ""}`,
    ...interfaceLines(capture, dim),
    ...(capture.timesBackward > 0 ? [`  time steps back ${counted(capture.timesBackward, "time")}`] : []),
    ...remarks,
    ...(layers.length === 0
      ? []
      : ["", bold("Packets by protocol"), ...tableLines([{}, number, number], layers)]),
    ...(problems.length === 0
      ? []
      : ["", bold("Packets with a problem"), ...tableLines([{}, number, {}], problems)]),
  ];
}

function interfaceLines(capture: Of<"capture">["capture"], dim: (text: string) => string): string[] {
  if (
    capture.interfaceCount < 2 &&
    capture.interfaces.every(({ name, description }) => name + description === "")
  )
    return [];
  const lines = capture.interfaces.slice(0, INTERFACES_LISTED).map(({ name, description, frames, index }) => {
    const label = [name, description]
      .filter((text) => text !== "")
      .map(printable)
      .join(", ");
    return `  interface ${index} ${label}: ${counted(frames, "packet")}`;
  });
  const more = capture.interfaceCount - lines.length;
  return more > 0 ? [...lines, dim(`  … and ${groupedText(more)} more interfaces`)] : lines;
}

// --- models -------------------------------------------------------------------------------------------------

/** Columns listed by importance. */
const IMPORTANT_LISTED = 12;

function modelLines(
  { path, manifest, importance }: Of<"model">,
  { bold, dim }: Colours,
  width: number,
): string[] {
  const { training, schema, classes, benignClasses, card } = manifest;
  const categorical = schema.columns.filter((column) => column.kind === "categorical").length;
  const number = { align: "right" } as const;
  const classRows = classes.map((name, index) => [
    printable(name),
    benignClasses.includes(name) ? "benign" : "attack",
    groupedText(training.classCounts[index] ?? 0),
  ]);
  const facts = [
    ["kind", manifest.kind],
    ["learner", `${training.learner}, seed ${training.seed}`],
    [
      "schema",
      `${schema.id}, ${schema.columns.length} columns (${categorical} categorical), fingerprint ${schema.fingerprint}`,
    ],
    [
      "rows",
      `${groupedText(training.trainingRows)} for training, ${groupedText(training.validationRows)} for validation`,
    ],
    ["iterations", groupedText(training.iterations)],
    ...Object.entries(training.metrics).map(([name, value]) => [name, numberText(value)]),
  ];
  const parameters = Object.entries(training.parameters).map(([name, value]) => [name, String(value)]);
  return [
    `${bold(printable(path))}: a model, ${bold(printable(card.title))}`,
    ...card.sections.flatMap(({ heading, text }) => [
      "",
      bold(printable(heading)),
      ...paragraphs(text, width),
    ]),
    "",
    bold("Training"),
    ...tableLines([{ style: dim }, {}], facts),
    "",
    bold("Classes"),
    ...tableLines([{}, {}, number], classRows),
    "",
    `${bold("Columns that matter most")} ${dim(`of ${importance.length} that are asked for`)}`,
    ...tableLines(
      [{}, number],
      importance
        .slice(0, IMPORTANT_LISTED)
        .map(({ column, share: part }) => [printable(column), share(part, 1)]),
    ),
    "",
    bold("Parameters"),
    ...tableLines([{ style: dim }, number], parameters),
  ];
}

/** Text of a card, broken to the width; tables and lists keep their lines. */
function paragraphs(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const safe = printable(line);
    return safe.startsWith("|") ? [`  ${safe}`] : wrapped(safe, width - 4, "  ").map((part) => `  ${part}`);
  });
}

// --- rows ---------------------------------------------------------------------------------------------------

function rowsLines({ rows }: Of<"rows">, { bold, dim, yellow }: Colours): string[] {
  const number = { align: "right" } as const;
  const schema =
    rows.schema === undefined
      ? "of no known schema"
      : `schema ${rows.schema.id} (${rows.schema.fingerprint})`;
  const columns = rows.columns.map((column) => [
    printable(column.name),
    column.role,
    column.type,
    groupedText(column.missing),
    column.distinct > 1000 ? "> 1,000" : groupedText(column.distinct),
    ...[column.minimum, column.mean, column.maximum].map((value) =>
      value === undefined ? "" : numberText(value),
    ),
  ]);
  const titles = ["COLUMN", "ROLE", "TYPE", "MISSING", "DISTINCT", "MINIMUM", "MEAN", "MAXIMUM"];
  const specification = titles.map((title, index) => ({ title, ...(index > 2 ? number : {}), maximum: 36 }));
  const classes = rows.classes?.counts.map(({ name, rows: count }) => [
    printable(name),
    groupedText(count),
    share(count, rows.rows),
  ]);
  return [
    `${bold(printable(rows.path))}: ${counted(rows.rows, "row")}, ${rows.format}, ${bytesText(rows.bytes)}, ${schema}`,
    ...rows.warnings.map((warning) => yellow(`  ${printable(warning)}`)),
    ...rows.dropped.map(({ reason, rows: count }) =>
      yellow(`  left out, ${reason}: ${counted(count, "row")}`),
    ),
    ...(classes === undefined
      ? []
      : [
          "",
          `${bold("Classes")} ${dim(`column ${printable(rows.classes?.column ?? "")}`)}`,
          ...tableLines([{}, number, number], classes),
        ]),
    "",
    ...tableLines(specification, columns, { indent: 0, titleStyle: bold }),
  ];
}

function share(count: number, total: number): string {
  return total === 0 ? "" : `${((100 * count) / total).toFixed(1)} %`;
}
