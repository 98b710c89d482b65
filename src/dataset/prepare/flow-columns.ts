// Which columns of a table tell the five-tuple and the time of its flows, and how its rows become questions.

import * as z from "zod";
import { parseAddress } from "../../flow/address.ts";
import { identifier } from "../duck.ts";
import { type FlowQuestion, newQuestion, protocolNumber } from "../flow-question.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { nameForm } from "./step.ts";

/** Names that are looked for, the first that is there taken. Times must be of kind time. */
const NAMES = {
  start: ["start_us", "frame.time", "timestamp", "time"],
  end: ["end_us"],
  source: ["source_address", "ip.src", "ip_src"],
  destination: ["destination_address", "ip.dst", "ip_dst"],
  source_port: ["source_port", "tcp.srcport", "tcp_sport"],
  destination_port: ["destination_port", "tcp.dstport", "tcp_dport"],
  transport: ["transport", "protocol", "ip.proto"],
} as const;
export type FlowColumn = keyof typeof NAMES;

const FLOW_COLUMNS = Object.keys(NAMES) as FlowColumn[];
const TIMES: ReadonlySet<FlowColumn> = new Set(["start", "end"]);
const NUMBERS: ReadonlySet<FlowColumn> = new Set(["start", "end", "source_port", "destination_port"]);
const ADDRESSES_REMEMBERED = 200_000;

/** Names of columns that are called otherwise. */
export const flowColumnsForm = z.strictObject(
  Object.fromEntries(FLOW_COLUMNS.map((name) => [name, nameForm.optional()])) as Record<
    FlowColumn,
    z.ZodOptional<typeof nameForm>
  >,
);
type Given = z.output<typeof flowColumnsForm>;

export interface FlowColumns {
  /** The column of each, where there is one. */
  found: ReadonlyMap<FlowColumn, string>;
  /** SQL of the seven values of a row, in the order that `flowQuestions` reads. */
  expressions: readonly string[];
}

/** Returns a text that says what is wrong where a column is named that is not there, or a time is no time. */
export function flowColumns(columns: readonly DatasetColumn[], given: Given = {}): FlowColumns | string {
  const found = new Map<FlowColumn, string>();
  for (const what of FLOW_COLUMNS) {
    const name = given[what];
    const named = columns.find((column) => column.name === name);
    if (name !== undefined && named === undefined) return `there is no column '${name}' for ${what}`;
    if (named !== undefined && TIMES.has(what) && named.kind !== "time")
      return `column '${named.name}' is a ${named.kind}, expected a time; a step 'time' makes one`;
    const candidates = NAMES[what].map((candidate) => columns.find((column) => column.name === candidate));
    const column =
      named ?? candidates.find((one) => one !== undefined && (!TIMES.has(what) || one.kind === "time"));
    if (column !== undefined) found.set(what, column.name);
  }
  const expressions = FLOW_COLUMNS.map((what) => {
    const name = found.get(what);
    if (name === undefined) return NUMBERS.has(what) ? "NULL::DOUBLE" : "NULL::VARCHAR";
    return NUMBERS.has(what) ? `TRY_CAST(${identifier(name)} AS DOUBLE)` : `${identifier(name)}::VARCHAR`;
  });
  return { found, expressions };
}

/** What is absent and needed, in words; undefined where all is there. */
export function lackingText({ found }: FlowColumns, needed: readonly FlowColumn[]): string | undefined {
  const absent = needed.filter((what) => !found.has(what));
  if (absent.length === 0) return undefined;
  return `no column tells the ${absent.map((what) => what.replace("_", " ")).join(", ")} of flows; name it under 'columns'`;
}

/**
 * Turns the seven values of rows into questions. The question is reused. Undefined where an address is none; where whole
 * flows are needed, also where an address or the time is missing.
 */
export function flowQuestions(
  needs: "whole flows" | "what is there",
): (columns: readonly unknown[][], row: number) => FlowQuestion | undefined {
  const question = newQuestion();
  const known = new Map<string, readonly number[] | undefined>();
  const wordsOf = (text: unknown): readonly number[] | undefined => {
    if (typeof text !== "string") return undefined;
    if (known.size > ADDRESSES_REMEMBERED) known.clear();
    if (!known.has(text)) known.set(text, parseAddress(text.trim()));
    return known.get(text);
  };
  return ([starts, ends, sources, destinations, sourcePorts, destinationPorts, transports], row) => {
    const source = wordsOf(sources[row]);
    const destination = wordsOf(destinations[row]);
    question.words.fill(0);
    if (source !== undefined) question.words.set(source);
    if (destination !== undefined) question.words.set(destination, 4);
    question.startUs = numberOf(starts[row]);
    question.endUs = ends[row] === null ? question.startUs : numberOf(ends[row]);
    question.sourcePort = numberOf(sourcePorts[row]);
    question.destinationPort = numberOf(destinationPorts[row]);
    question.protocol = protocolNumber(String(transports[row] ?? "")) ?? -1;
    const isOdd =
      (source === undefined && sources[row] !== null) ||
      (destination === undefined && destinations[row] !== null);
    const isWhole = source !== undefined && destination !== undefined && !Number.isNaN(question.startUs);
    return isOdd || (needs === "whole flows" && !isWhole) ? undefined : question;
  };
}

function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}
