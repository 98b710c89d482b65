// Verdicts as lines of a table that fits the terminal: what a person reads while flows end.
//
// The columns that fit are chosen once by width; where the reason does not fit beside the flow, attacks carry it on a
// second line. Knows no streams.

import type { FlowVerdict } from "../app/detect.ts";
import { bytesText, dateText, groupedText, timeText } from "../base/number-text.ts";
import { type Colours, fitted, printable } from "./output.ts";

interface Column {
  title: string;
  width: number;
  align: "left" | "right";
  text: (verdict: FlowVerdict, width: number) => string;
}

/** Two IPv4 addresses, an arrow and a port fit into this. */
const FLOW_WIDTH = 41;
const FLOW_WIDTH_WIDE = 54;
/** Room that most reasons fit into, and room from which the reason stands on the same line. */
const WHY_WIDTH = 55;
const WHY_WIDTH_MIN = 45;
const GAP = 2;
/** Puts what belongs to a verdict below its class. */
const SECOND_LINE_INDENT = " ".repeat(10);
/** Services that say no more than the port does. */
const PLAIN_SERVICES = new Set(["", "none", "system", "registered", "dynamic"]);

export class VerdictTable {
  readonly #columns: readonly Column[];
  readonly #whyWidth: number;
  readonly #width: number;
  readonly #colours: Colours;
  #date = "";

  /** @param width columns of the terminal; @param classNames all classes, for the width of theirs */
  constructor(width: number, classNames: readonly string[], colours: Colours) {
    this.#width = Math.max(width, 60);
    this.#colours = colours;
    this.#columns = chosenColumns(
      this.#width,
      Math.max(7, ...classNames.map((name) => printable(name).length)),
    );
    const rest = this.#width - widthOf(this.#columns) - GAP;
    this.#whyWidth = rest >= WHY_WIDTH_MIN ? rest : 0;
  }

  header(): string {
    const titles = this.#columns.map(({ title, width, align }) =>
      aligned(fitted(title, width), width, align),
    );
    if (this.#whyWidth > 0) titles.push("WHY");
    return this.#colours.bold(titles.join("  "));
  }

  /** The lines of one verdict, with a line for the date where a new one begins. */
  lines(verdict: FlowVerdict): string[] {
    const lines: string[] = [];
    const date = dateText(verdict.endUs);
    if (date !== this.#date) lines.push(this.#colours.dim(`${date} UTC`));
    this.#date = date;
    const why = this.#why(verdict);
    const cells = this.#columns.map(({ title, width, align, text }) => {
      const cell = aligned(fitted(text(verdict, width), width), width, align);
      return title === "VERDICT" ? this.#emphasised(verdict, cell) : cell;
    });
    if (this.#whyWidth > 0) cells.push(fitted(why, this.#whyWidth));
    const line = cells.join("  ").trimEnd();
    lines.push(verdict.attack ? line : this.#colours.dim(line));
    if (this.#whyWidth === 0 && verdict.attack && why !== "") {
      lines.push(this.#colours.dim(fitted(`${SECOND_LINE_INDENT}${why}`, this.#width)));
    }
    return lines;
  }

  /** "… 1,200 more scan, 40 more benign" */
  foldedLine(folded: readonly [className: string, count: number][]): string {
    const parts = folded.map(([name, count]) => `${groupedText(count)} more ${printable(name)}`);
    return this.#colours.dim(fitted(`${SECOND_LINE_INDENT}… ${parts.join(", ")}`, this.#width));
  }

  /** The main reason; without its unit where that does not fit. */
  #why(verdict: FlowVerdict): string {
    const reasons = verdict.reasons();
    const main = reasons.find((reason) => reason.amount > 0) ?? reasons[0];
    const text = main?.text ?? "";
    const room = this.#whyWidth > 0 ? this.#whyWidth : this.#width - SECOND_LINE_INDENT.length;
    return text.length <= room ? text : text.replace(/ = (\S+) [^(]*\(/, " = $1 (");
  }

  #emphasised(verdict: FlowVerdict, cell: string): string {
    const { red, bold } = this.#colours;
    return verdict.attack ? bold(red(cell)) : cell;
  }
}

/** One plain line of a verdict, for pipes and files: nothing is cut. Attacks have their main reason behind. */
export function plainLine(verdict: FlowVerdict): string {
  const { probability, service, transport, packets, wireBytes } = verdict;
  const reason = verdict.attack ? (verdict.reasons(1)[0]?.text ?? "") : "";
  const early = verdict.early ? " early" : "";
  return [
    `${dateText(verdict.endUs)}T${timeText(verdict.endUs, 6)}Z`,
    verdict.attack ? "attack" : "benign",
    printable(verdict.className),
    probability.toFixed(4),
    `${flowText(verdict)}${early}`,
    service === "" ? transport : `${transport}/${service}`,
    `${known(packets, String)} packets`,
    `${known(wireBytes, String)} bytes`,
    reason,
  ].join("\t");
}

/** Not every schema tells how many packets and bytes a flow has. */
function known(value: number, text: (value: number) => string): string {
  return Number.isNaN(value) ? "-" : text(value);
}

function chosenColumns(width: number, classWidth: number): Column[] {
  const time: Column = { title: "TIME UTC", width: 8, align: "left", text: (v) => timeText(v.endUs) };
  const name: Column = {
    title: "VERDICT",
    width: Math.min(classWidth, 14),
    align: "left",
    text: (v) => printable(v.className),
  };
  const share: Column = { title: "PROB", width: 5, align: "right", text: (v) => v.probability.toFixed(3) };
  const flow = (size: number): Column => ({
    title: "SOURCE -> DESTINATION",
    width: size,
    align: "left",
    text: (v, room) => flowText(v, room),
  });
  const packets: Column = {
    title: "PACKETS",
    width: 7,
    align: "right",
    text: (v) => known(v.packets, groupedText),
  };
  const bytes: Column = {
    title: "BYTES",
    width: 7,
    align: "right",
    text: (v) => known(v.wireBytes, bytesText),
  };
  const service: Column = { title: "SERVICE", width: 12, align: "left", text: serviceText };
  const base = [time, name, share, flow(FLOW_WIDTH)];
  const narrow = [...base, packets];
  const choices = [
    { columns: [time, name, share, flow(FLOW_WIDTH_WIDE), service, packets, bytes], rest: GAP + WHY_WIDTH },
    { columns: [...base, service, packets, bytes], rest: GAP + WHY_WIDTH },
    { columns: [...base, packets, bytes], rest: GAP + WHY_WIDTH_MIN },
    { columns: [...base, service, packets, bytes], rest: 0 },
    { columns: [...base, packets, bytes], rest: 0 },
    { columns: narrow, rest: 0 },
  ];
  const fitting = choices.find(({ columns, rest }) => widthOf(columns) + rest <= width);
  if (fitting !== undefined) return fitting.columns;
  return [time, name, share, flow(Math.max(18, FLOW_WIDTH + width - widthOf(narrow))), packets];
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width, 0) + GAP * (columns.length - 1);
}

function aligned(text: string, width: number, align: "left" | "right"): string {
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}

function serviceText(verdict: FlowVerdict): string {
  const { service, transport } = verdict;
  return PLAIN_SERVICES.has(service) ? transport : `${transport}/${service}`;
}

/** "10.0.0.66 -> 10.0.3.17:22"; long addresses are cut in their middle to fit. */
export function flowText(verdict: FlowVerdict, room = Number.POSITIVE_INFINITY): string {
  const port = verdict.destinationPort < 0 ? "" : String(verdict.destinationPort);
  const { source, destination } = verdict;
  const whole = `${source} -> ${endpoint(destination, port)}`;
  if (whole.length <= room) return whole;
  const frame = whole.length - source.length - destination.length;
  const each = Math.floor((room - frame) / 2);
  const shortSource = middleCut(source, Math.max(each, room - frame - destination.length));
  return `${shortSource} -> ${endpoint(middleCut(destination, room - frame - shortSource.length), port)}`;
}

function endpoint(address: string, port: string): string {
  if (port === "") return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function middleCut(text: string, width: number): string {
  if (text.length <= width) return text;
  const tail = Math.floor((width - 1) / 2);
  return `${text.slice(0, Math.max(0, width - 1 - tail))}…${text.slice(text.length - tail)}`;
}
