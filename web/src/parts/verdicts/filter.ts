// What verdicts are narrowed by: read from and written into the address of a page, and asked of rows that are in memory. Rows
// that the server holds are asked by the same filter as conditions (conditions.ts).

import { reasonsOf, type VerdictRow } from "./verdict-row.ts";

export interface VerdictFilter {
  /** Anywhere in a row, whatever the case of its letters. */
  text?: string;
  /** One of these classes. */
  classes?: readonly string[];
  attack?: boolean;
  /** The beginning of either address, or all of it. */
  address?: string;
  /** Either port. */
  port?: number;
  communityId?: string;
  /** When the flow began, in UTC, as an input of a moment writes it: 2018-02-16T10:00:05. Both are included. */
  from?: string;
  to?: string;
}

type Search = Readonly<Record<string, unknown>>;

/** The filter in the address; what makes no sense there is none. */
export function readFilter(search: Search): VerdictFilter {
  const filter: VerdictFilter = {};
  const text = textOf(search["text"]);
  if (text !== undefined) filter.text = text;
  const classes = search["class"];
  if (Array.isArray(classes) && classes.length > 0) filter.classes = classes.map(String);
  else if (classes !== undefined && !Array.isArray(classes)) filter.classes = [String(classes)];
  if (typeof search["attack"] === "boolean") filter.attack = search["attack"];
  const address = textOf(search["address"]);
  if (address !== undefined) filter.address = address;
  const port = Number(search["port"] ?? Number.NaN);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) filter.port = port;
  const communityId = textOf(search["community_id"]);
  if (communityId !== undefined) filter.communityId = communityId;
  for (const side of ["from", "to"] as const) {
    const moment = textOf(search[side]);
    if (moment !== undefined && momentUs(moment) !== undefined) filter[side] = moment;
  }
  return filter;
}

/** The filter as the address has it; what is not filtered by is undefined, so that it goes from the address. */
export function writeFilter(filter: VerdictFilter): Record<string, unknown> {
  return {
    text: filter.text || undefined,
    class: filter.classes?.length ? [...filter.classes] : undefined,
    attack: filter.attack,
    address: filter.address || undefined,
    port: filter.port,
    community_id: filter.communityId || undefined,
    from: filter.from || undefined,
    to: filter.to || undefined,
  };
}

export function isFiltered(filter: VerdictFilter): boolean {
  return Object.values(writeFilter(filter)).some((value) => value !== undefined);
}

/** A moment in UTC as microseconds since 1970; undefined for what is none. */
export function momentUs(text: string): number | undefined {
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms * 1_000;
}

/** The last microsecond of the second, or of the part of it, that was named. */
export function endOfMomentUs(text: string): number | undefined {
  const us = momentUs(text);
  if (us === undefined) return undefined;
  const hasSeconds = /T\d\d:\d\d:\d\d/.test(text.replace(" ", "T"));
  if (/\.\d+/.test(text)) return us + 999;
  return us + (hasSeconds ? 999_999 : 59_999_999);
}

/** A question to rows that are in memory, with all that can be made ready before made ready. */
export function rowFilter(filter: VerdictFilter): (row: VerdictRow) => boolean {
  const questions: ((row: VerdictRow) => boolean)[] = [];
  const { classes, attack, address, port, communityId, from, to, text } = filter;
  if (attack !== undefined) questions.push((row) => row.attack === attack);
  if (classes?.length) {
    const wanted = new Set(classes);
    questions.push((row) => wanted.has(row.class));
  }
  if (port !== undefined) questions.push((row) => row.source_port === port || row.destination_port === port);
  if (address) {
    const start = address.toLowerCase();
    questions.push(
      (row) => row.source_address.startsWith(start) || row.destination_address.startsWith(start),
    );
  }
  if (communityId) questions.push((row) => row.community_id === communityId);
  const fromUs = from === undefined ? undefined : momentUs(from);
  if (fromUs !== undefined) questions.push((row) => row.start_us >= fromUs);
  const toUs = to === undefined ? undefined : endOfMomentUs(to);
  if (toUs !== undefined) questions.push((row) => row.start_us <= toUs);
  if (text) {
    const wanted = text.toLowerCase();
    questions.push((row) => searched(row).toLowerCase().includes(wanted));
  }
  return (row) => questions.every((question) => question(row));
}

/** Columns that a search for a text looks into. */
export const SEARCHED_COLUMNS = [
  "class",
  "source_address",
  "destination_address",
  "transport",
  "community_id",
  "end_reason",
] as const;

function searched(row: VerdictRow): string {
  const fields = SEARCHED_COLUMNS.map((column) => row[column]);
  return [...fields, row.source_port, row.destination_port, row.service ?? "", reasonsOf(row)].join("\n");
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : String(value).slice(0, 200);
}
