// What a column is by its name and by its values: an identifier, an address, a clock, a port, a class under another name.
//
// A name alone may mislead, and so may values; findings say which of the two spoke. Knows no SQL.

import { type NameMeaning, nameMeaning, plainName } from "../column-names.ts";
import { KDD_DIFFICULTY } from "../kdd.ts";
import type { DatasetColumn } from "../store/contract.ts";
import type { Sample, SampleValues } from "./sample.ts";

export type Meaning = NameMeaning | "difficulty" | "port";

export interface ColumnMeaning {
  meaning: Meaning;
  /** What says so. */
  by: "name" | "values" | "name and values";
  /** What the values look like, in words: "rises from row to row". */
  looks?: string;
}

const PORT =
  /^((src|dst|source|destination|orig|resp|client|server)_?)?port$|^(tcp|udp)_(src|dst|source|destination|s|d)_?port$|^id_(orig|resp)_p$|^[sd]port$/;
/** NSL-KDD's difficulty counts learners out of this many. */
const LEARNERS = 21;

export function meaningOf(
  column: DatasetColumn,
  values: SampleValues,
  sample: Sample,
): ColumnMeaning | undefined {
  const named = meaningByName(column.name);
  const seen = meaningByValues(values, sample, column.kind === "time");
  if (named === "class" && isDifficulty(column.name, values))
    return { meaning: "difficulty", by: "name and values", looks: `whole numbers from 0 to ${LEARNERS}` };
  if (named === undefined) return seen && { meaning: seen.meaning, by: "values", looks: seen.looks };
  if (seen === undefined) return { meaning: named, by: "name" };
  // A clock often rises as identifiers do; what the name says is the better word for it.
  return { meaning: named, by: "name and values", looks: seen.looks };
}

function meaningByName(name: string): Meaning | undefined {
  return nameMeaning(name) ?? (PORT.test(plainName(name)) ? "port" : undefined);
}

function isDifficulty(name: string, values: SampleValues): boolean {
  if (plainName(name) !== KDD_DIFFICULTY || values.kind !== "number") return false;
  return values.values.every((value) => Number.isInteger(value) && value >= 0 && value <= LEARNERS);
}

// --- by values ------------------------------------------------------------------------------------------------

/** Fewer rows tell nothing about how a column goes on. */
const ROWS_MIN = 100;
/** Share of the values that must look alike. */
const ALIKE_SHARE = 0.98;
/** Share of different values among identifiers. */
const DISTINCT_SHARE = 0.95;

/** Moments from 2000 to 2040 in s, ms, µs and ns since 1970; other numbers of that size are rare, and not all alike. */
const EPOCH_UNITS = [
  ["s", 1],
  ["ms", 1e3],
  ["µs", 1e6],
  ["ns", 1e9],
] as const;
const EPOCH_FIRST = 946_684_800;
const EPOCH_LAST = 2_208_988_800;
/** A recording lasts at most this long; a spread over the whole range is no clock. */
const EPOCH_SPAN_MAX = 15 * 366 * 86_400;

const IPV4 = /^(\d{1,3}\.){3}\d{1,3}$/;
const IPV6 = /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(%\w+)?$/i;
const MAC = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i;
const MOMENT = /\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/. ,]+\d{1,4}[ T,]+\d{1,2}:\d{2}/;

interface Look {
  meaning: Meaning;
  looks: string;
}

function meaningByValues(values: SampleValues, sample: Sample, isTime: boolean): Look | undefined {
  if (isTime) return { meaning: "clock", looks: "holds times" };
  if (sample.rows < ROWS_MIN) return undefined;
  return values.kind === "number" ? lookAtNumbers(values.values, sample) : lookAtTexts(values);
}

function lookAtNumbers(values: Float64Array, sample: Sample): Look | undefined {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length < ROWS_MIN || present.length < ALIKE_SHARE * values.length) return undefined;
  const sorted = present.toSorted();
  const distinct = distinctCount(sorted) / sorted.length;
  const rises = isRising(values);
  const unit = epochUnit(sorted);
  if (unit !== undefined) {
    const looks = `holds moments in ${unit} since 1970${rises ? " that rise from row to row" : ""}`;
    if (rises || distinct > 0.5) return { meaning: "clock", looks };
  }
  if (distinct < DISTINCT_SHARE || !sorted.every(Number.isInteger)) return undefined;
  if (rises) return { meaning: "identifier", looks: "rises from row to row" };
  const span = sorted[sorted.length - 1] - sorted[0] + 1;
  return span <= 1.5 * sample.table.rows
    ? { meaning: "identifier", looks: "numbers the rows, in another order" }
    : undefined;
}

/** Whether values never fall, save for the few steps at which files were joined. */
function isRising(values: Float64Array): boolean {
  let falls = 0;
  for (let row = 1; row < values.length; row++) if (values[row] < values[row - 1]) falls++;
  return falls <= (1 - ALIKE_SHARE) * 0.1 * values.length;
}

function distinctCount(sorted: Float64Array): number {
  let count = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) count++;
  return count;
}

function epochUnit(sorted: Float64Array): string | undefined {
  const low = sorted[Math.floor(sorted.length * (1 - ALIKE_SHARE) * 0.5)];
  const high = sorted[Math.ceil(sorted.length * (1 - (1 - ALIKE_SHARE) * 0.5)) - 1];
  return EPOCH_UNITS.find(
    ([, scale]) =>
      low >= EPOCH_FIRST * scale && high <= EPOCH_LAST * scale && high - low <= EPOCH_SPAN_MAX * scale,
  )?.[0];
}

function lookAtTexts({ codes, texts }: { codes: Int32Array; texts: readonly string[] }): Look | undefined {
  if (texts.length === 0) return undefined;
  const share = (pattern: RegExp): number =>
    texts.filter((text) => pattern.test(text.trim())).length / texts.length;
  if ([IPV4, IPV6].some((pattern) => share(pattern) >= ALIKE_SHARE))
    return { meaning: "address", looks: "holds IP addresses" };
  if (share(MAC) >= ALIKE_SHARE) return { meaning: "address", looks: "holds hardware addresses" };
  if (share(MOMENT) >= ALIKE_SHARE) return { meaning: "clock", looks: "holds dates and times" };
  const present = codes.filter((code) => code >= 0).length;
  if (present < ROWS_MIN || texts.length < DISTINCT_SHARE * present) return undefined;
  return { meaning: "identifier", looks: "has another text in nearly every row" };
}
