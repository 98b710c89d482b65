// Row files as CSV in the way of a public data set: its fields in its order under its names, identity where the data set
// has it. Which fields those are says the schema (feature/published.ts); any other format holds rows as all schemas do.

import { OrbweaverError } from "../base/errors.ts";
import type { NameStyle, PublishedSource, PublishedTable } from "../feature/published.ts";
import type { FlowIdentity, RowBatch } from "../feature/row.ts";
import {
  type ExtraValue,
  type ExtraValues,
  type RowLayout,
  type RowWriter,
  storedExtra,
} from "./row-layout.ts";
import { csvField } from "./row-text.ts";
import { Pages, type Target } from "./sink.ts";

/** The column of labels takes the values of an extra column of this name. */
const LABEL = "label";

/** Rows as CSV with a header line; `timestamp` is of `timestampWriter`, `names` the data set's own unless given. */
export function publishedCsvWriter(
  target: Target,
  layout: RowLayout,
  table: PublishedTable,
  timestamp: TimestampWriter,
  names: NameStyle = table.style,
): RowWriter {
  return new PublishedRowWriter(target, layout, table, timestamp, names);
}

class PublishedRowWriter implements RowWriter {
  readonly #target: Target;
  readonly #pages: Pages;
  readonly #layout: RowLayout;
  readonly #table: PublishedTable;
  readonly #timestamp: TimestampWriter;
  /** Index of the extra column that holds labels, -1 for none. */
  readonly #label: number;
  #rows = 0;

  constructor(
    target: Target,
    layout: RowLayout,
    table: PublishedTable,
    timestamp: TimestampWriter,
    style: NameStyle,
  ) {
    this.#target = target;
    this.#pages = new Pages(target);
    this.#layout = layout;
    this.#table = table;
    this.#timestamp = timestamp;
    this.#label = layout.extra.findIndex((column) => column.name === LABEL);
    const names = table.fields.map((field) => field.names[style]);
    const extra = layout.extra.filter((_, index) => index !== this.#label).map((column) => column.name);
    this.#put(`${[...names, ...extra].map(csvField).join(",")}\n`);
  }

  get readerGone(): boolean {
    return this.#target.readerGone;
  }

  write(batch: RowBatch, extra?: ExtraValues): void | Promise<void> {
    for (let row = 0; row < batch.count; row++) {
      this.#put(this.#line(batch, row, extra === undefined ? [] : extra(row)));
    }
    this.#rows += batch.count;
    return this.#pages.flush();
  }

  flush(): void | Promise<void> {
    return this.#pages.flush(1);
  }

  async close(): Promise<{ path: string; rows: number; bytes: number }> {
    const bytes = await this.#pages.finish();
    return { path: this.#target.path, rows: this.#rows, bytes };
  }

  abort(): Promise<void> {
    return this.#pages.abort();
  }

  #line(batch: RowBatch, row: number, extra: readonly ExtraValue[]): string {
    const identity = endpointsOf(batch, row);
    const start = row * batch.columnCount;
    const texts = this.#table.fields.map(({ source }) =>
      typeof source === "number"
        ? this.#value(batch.values[start + source], source)
        : this.#identity(source, identity, extra),
    );
    for (const [index, column] of this.#layout.extra.entries()) {
      if (index !== this.#label) texts.push(csvField(String(storedExtra(column, extra[index]) ?? "")));
    }
    return `${texts.join(",")}\n`;
  }

  #value(value: number, column: number): string {
    const { kind, categories } = this.#layout.schema.columns[column];
    if (kind === "categorical") return csvField(categories[value] ?? this.#table.missing);
    return Number.isNaN(value) ? this.#table.missing : String(value);
  }

  #identity(source: PublishedSource, flow: Endpoints, extra: readonly ExtraValue[]): string {
    switch (source) {
      case "flow-id":
        return flow.id;
      case "source-address":
        return flow.sourceAddress;
      case "source-port":
        return String(flow.sourcePort);
      case "destination-address":
        return flow.destinationAddress;
      case "destination-port":
        return String(flow.destinationPort);
      case "timestamp":
        return this.#timestamp(flow.startUs);
      case "label":
        return csvField(String(extra[this.#label] ?? this.#table.label));
    }
  }

  #put(text: string): void {
    const pages = this.#pages;
    pages.reserve(text.length * 3);
    pages.length += pages.page.write(text, pages.length, "utf8");
  }
}

interface Endpoints
  extends Pick<
    FlowIdentity,
    "sourceAddress" | "sourcePort" | "destinationAddress" | "destinationPort" | "startUs"
  > {
  id: string;
}

const PROTOCOL_ICMP = 1;
const PROTOCOL_ICMPV6 = 58;

/** Who a flow was, as the data sets tell it: ICMP has no ports. */
function endpointsOf(batch: RowBatch, row: number): Endpoints {
  const protocol = batch.protocol[row];
  const ported = protocol !== PROTOCOL_ICMP && protocol !== PROTOCOL_ICMPV6;
  const { startUs, sourceAddress, destinationAddress, ...ports } = batch.identity(row);
  const sourcePort = ported ? ports.sourcePort : 0;
  const destinationPort = ported ? ports.destinationPort : 0;
  const id =
    batch.keyReversed?.[row] === 1
      ? [destinationAddress, sourceAddress, destinationPort, sourcePort]
      : [sourceAddress, destinationAddress, sourcePort, destinationPort];
  return {
    startUs,
    sourceAddress,
    sourcePort,
    destinationAddress,
    destinationPort,
    id: `${id.join("-")}-${protocol}`,
  };
}

const SECOND_US = 1_000_000;
const MILLISECOND_US = 1000;

/** A time, µs since 1970 UTC, as a data set writes it. */
export type TimestampWriter = (timeUs: number) => string;

/**
 * Writes times as a data set does. Times of one second are asked for in a row, so the last one is kept. Throws
 * `parameter-invalid` for a zone that is unknown.
 */
export function timestampWriter(form: PublishedTable["timestamp"], timezone = "UTC"): TimestampWriter {
  const partsOf = localTime(timezone);
  let second = Number.NaN;
  let text = "";
  return (timeUs) => {
    const now = Math.floor(timeUs / SECOND_US);
    if (now !== second) {
      second = now;
      text = secondText(form, partsOf(now * 1000));
    }
    return form === "microseconds" ? text + fractionText(timeUs - now * SECOND_US) : text;
  };
}

/** Year, month, day, hour, minute and second, two digits or more each. */
type LocalTime = readonly [
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
];

function localTime(timezone: string): (timeMs: number) => LocalTime {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    throw new OrbweaverError(
      "parameter-invalid",
      `no time zone '${timezone}': expected a name such as Europe/Berlin`,
      {
        hint: "Name a zone of the IANA database, or UTC.",
      },
    );
  }
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
    return [part("year"), part("month"), part("day"), part("hour"), part("minute"), part("second")];
  };
}

function secondText(
  form: PublishedTable["timestamp"],
  [year, month, day, hour, minute, second]: LocalTime,
): string {
  if (form === "microseconds") return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  const half = String(((Number(hour) + 11) % 12) + 1).padStart(2, "0");
  const text = `${day}/${month}/${year} ${half}:${minute}:${second}`;
  return form === "12-hour" ? text : `${text} ${Number(hour) < 12 ? "AM" : "PM"}`;
}

/** Digits of the second: none, milliseconds, or microseconds. */
function fractionText(us: number): string {
  if (us === 0) return "";
  if (us % MILLISECOND_US === 0) return `.${String(us / MILLISECOND_US).padStart(3, "0")}`;
  return `.${String(Math.floor(us)).padStart(6, "0")}`;
}
