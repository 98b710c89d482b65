// What `detect` says at the end: packets by protocol, flows, verdicts, top talkers, alerts, the loss ledger.

import type { Alert, DetectRun, Reason } from "../app/detect.ts";
import { bytesText, counted, groupedText } from "../base/number-text.ts";
import { captureFacts, nameOf, spanText } from "./captures.ts";
import { ledgerLines } from "./ledger-text.ts";
import { type Colours, printable } from "./output.ts";
import { tableLines, wrapped } from "./table.ts";

export interface SummaryOptions {
  width: number;
  colours: Colours;
  /** Alerts and talkers listed. */
  top: number;
  attackClasses: ReadonlySet<string>;
}

/** All lines of the summary. `alerts` are those that were kept, in the order of their endings. */
export function summaryLines(run: DetectRun, alerts: AlertList, options: SummaryOptions): string[] {
  const blocks = [
    captureLines(run, options),
    protocolLines(run, options),
    verdictLines(run, options),
    talkerLines(run, options),
    alertLines(alerts, options),
    ledgerLines(run.ledger, options.colours),
  ];
  return blocks.filter((lines) => lines.length > 0).flatMap((lines) => ["", ...lines]);
}

/** Captures told one by one. */
const CAPTURES_LISTED = 8;

function captureLines(run: DetectRun, { colours, width }: SummaryOptions): string[] {
  const seconds = run.elapsedMs / 1000;
  const rate = groupedText(run.ledger.frames / Math.max(seconds, 0.001));
  const state = run.cancelled ? colours.yellow("Stopped before the end. ") : "";
  const files = run.captures
    .slice(0, CAPTURES_LISTED)
    .flatMap((capture) => [
      `  ${printable(nameOf(capture.path))}`,
      ...captureFacts(capture).flatMap((fact) => wrapped(fact, width - 5, "").map((line) => `    ${line}`)),
    ]);
  const more = run.captures.length - CAPTURES_LISTED;
  if (more > 0) files.push(colours.dim(`  … and ${groupedText(more)} more`));
  return [
    colours.bold("Captures"),
    ...files,
    colours.dim(`  ${state}Read in ${seconds.toFixed(1)} s, ${rate} packets/s.`),
  ];
}

function protocolLines(run: DetectRun, { colours }: SummaryOptions): string[] {
  const { layers, packets } = run.decode;
  const rows = Object.entries(layers)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [name, groupedText(count), shareText(count, packets)]);
  if (rows.length === 0) return [];
  return [
    colours.bold("Packets by protocol"),
    ...tableLines([{}, { align: "right" }, { align: "right" }], rows),
  ];
}

function verdictLines(run: DetectRun, { colours, attackClasses }: SummaryOptions): string[] {
  const { verdict, rows, rowOf } = run.ledger;
  const classes = Object.entries(verdict.byClass).sort(([, a], [, b]) => b - a);
  const lines = tableLines(
    [{}, {}, { align: "right" }, { align: "right" }],
    classes.map(([name, count]) => [
      printable(name),
      attackClasses.has(name) ? "attack" : "",
      groupedText(count),
      shareText(count, verdict.verdicts),
    ]),
  );
  const early = verdict.earlyVerdicts > 0 ? `, ${groupedText(verdict.earlyVerdicts)} of them early` : "";
  const title = `${colours.bold("Verdicts")} ${colours.dim(`on ${groupedText(rows)} ${rowOf ?? "flow"}s${early}`)}`;
  const shown = lines.map((line, index) =>
    attackClasses.has(classes[index][0]) && classes[index][1] > 0 ? colours.red(line) : line,
  );
  return [title, ...shown];
}

function talkerLines(run: DetectRun, { colours, top }: SummaryOptions): string[] {
  const rows = run.talkers
    .slice(0, top)
    .map(({ address, wireBytes, surplus, flows }) => [
      address,
      bytesText(wireBytes),
      counted(flows, run.ledger.rowOf ?? "flow"),
      surplus > 0 ? `at most ${bytesText(surplus)} too many` : "",
    ]);
  if (rows.length === 0) return [];
  return [
    `${colours.bold("Top talkers")} ${colours.dim("bytes sent and received")}`,
    ...tableLines([{}, { align: "right" }, { align: "right" }, {}], rows),
  ];
}

function alertLines(alerts: AlertList, options: SummaryOptions): string[] {
  const { colours, top } = options;
  const { kept, total } = alerts;
  if (total === 0) return [colours.bold("Alerts"), "  none"];
  const listed = [...kept].sort((a, b) => b.flows - a.flows || a.alert - b.alert).slice(0, top);
  const lines = listed.flatMap((alert) => oneAlert(alert, options));
  const rest = total - listed.length;
  const title = `${colours.bold("Alerts")} ${colours.dim(groupedText(total))}`;
  if (rest === 0) return [title, ...lines];
  return [
    title,
    ...lines,
    colours.dim(`  … and ${groupedText(rest)} smaller ones (--top N shows more, --json all)`),
  ];
}

function oneAlert(alert: Alert, { colours, width }: SummaryOptions): string[] {
  const { dim, bold, red } = colours;
  const indent = "      ";
  const className = printable(alert.className);
  const examples = examplesText(alert);
  const sums = [
    counted(alert.flows, "flow"),
    ...(Number.isNaN(alert.packets) ? [] : [counted(alert.packets, "packet")]),
    ...(Number.isNaN(alert.wireBytes) ? [] : [bytesText(alert.wireBytes)]),
    `probability up to ${alert.probabilityMax.toFixed(3)}`,
  ].join(", ");
  const why = [...alert.reasons]
    .sort((a, b) => Number(b.amount > 0) - Number(a.amount > 0))
    .filter(isTelling)
    .map((reason) => reason.text)
    .join("; ");
  return [
    ...whoLines(alert, width - 2).map((line, index) =>
      index === 0 ? `  ${bold(red(className))}${line.slice(className.length)}` : `  ${line}`,
    ),
    `${indent}${spanText(alert.firstUs, alert.lastUs)}`,
    `${indent}${sums}`,
    ...(examples === ""
      ? []
      : wrapped(examples, width - indent.length - 1, "    ").map((line) => `${indent}${line}`)),
    ...(why === ""
      ? []
      : wrapped(`why ${why}`, width - indent.length - 1, "    ").map((line) => `${indent}${line}`)),
    dim(`${indent}Community ID ${alert.communityIds[0] ?? ""}${alert.flows > 1 ? " and more" : ""}`),
  ];
}

/** Reasons that moved next to nothing are left out, save the first. */
function isTelling(reason: Reason, index: number): boolean {
  return index === 0 || Math.abs(reason.amount) >= 0.05;
}

/** Class and who; on two lines where long addresses need them. */
function whoLines(alert: Alert, width: number): string[] {
  const line = `${printable(alert.className)}  ${whoText(alert)}`;
  const at = line.indexOf(" -> ");
  return line.length <= width ? [line] : [line.slice(0, at), `   ${line.slice(at)}`];
}

/** "10.0.0.66 -> 812 hosts, port 22 (tcp)" */
function whoText(alert: Alert): string {
  const { sources, targets, ports, transport } = alert;
  return `${hostsText(sources)} -> ${hostsText(targets)}${portsText(ports)} (${transport})`;
}

function hostsText(hosts: Alert["sources"]): string {
  return hosts.count === 1 ? hosts.examples[0] : `${countText(hosts)} hosts`;
}

function portsText(ports: Alert["ports"]): string {
  if (ports.count === 0) return "";
  return ports.count === 1 ? `, port ${ports.examples[0]}` : `, ${countText(ports)} ports`;
}

function countText({ count, exact }: { count: number; exact: boolean }): string {
  return `${exact ? "" : "about "}${groupedText(count)}`;
}

/** Where several hosts or ports are named by number only: the first of them. */
function examplesText({ sources, targets, ports }: Alert): string {
  const named = [
    ["from", sources],
    ["to", targets],
    ["ports", ports],
  ] as const;
  return named
    .filter(([, { count }]) => count > 1)
    .map(([what, { count, examples }]) => {
      const more = count > examples.length ? ", …" : "";
      return `${what} ${examples.join(", ")}${more}`;
    })
    .join("; ");
}

function shareText(count: number, total: number): string {
  return total === 0 ? "" : `${((100 * count) / total).toFixed(1)} %`;
}

/** Alerts kept for the summary: the largest ones, in bounded memory. */
export class AlertList {
  total = 0;
  #kept: Alert[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get kept(): readonly Alert[] {
    return this.#kept;
  }

  add(alert: Alert): void {
    this.total++;
    this.#kept.push(alert);
    if (this.#kept.length < this.#limit * 2) return;
    this.#kept = this.#kept.sort((a, b) => b.flows - a.flows || a.alert - b.alert).slice(0, this.#limit);
  }
}
