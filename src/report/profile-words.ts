// How a profile's columns are told in words, and where they are on its page.

import { groupedText, momentText } from "../base/number-text.ts";
import { shortText } from "../base/short-number.ts";
import {
  CLASSES_MAX,
  type ColumnProfile,
  type NumberColumn,
  type Profile,
} from "../dataset/profile/contract.ts";
import type { ClassShares } from "./heat.ts";
import type { Cell } from "./page.ts";

/** A name and a value. */
export type Fact = [name: string, value: string];

/** Length of a time without seconds: what a person compares. */
const MINUTES = 16;
/** Cards; a page of more would be too large to open. */
export const CARDS_MAX = 300;
/** Classes told apart in a chart of a column, most rows first. */
export const CLASSES_IN_CARD = 8;

export const isNumberColumn = (column: ColumnProfile): column is NumberColumn =>
  column.kind === "number" || column.kind === "time";

export function numbersOf(columns: readonly ColumnProfile[]): NumberColumn[] {
  return columns.filter(isNumberColumn);
}

/** Names of columns may hold anything; their places on the page are numbered. */
export function columnLink(name: string, columns: readonly ColumnProfile[]): Cell {
  const at = columns.findIndex((column) => column.name === name);
  return at < 0 || at >= CARDS_MAX ? name : { text: name, to: `column-${at + 1}` };
}

export function kindText(column: ColumnProfile): string {
  if (column.kind === "number") return column.whole ? "whole number" : "number";
  return column.kind;
}

export function distinctText({ distinct }: ColumnProfile): string {
  return `${distinct.exact ? "" : "about "}${groupedText(distinct.count)}`;
}

export function quantileText(column: NumberColumn, share: number): string {
  const found = column.quantiles?.find((quantile) => quantile.share === share);
  return found === undefined ? "" : valueText(column, found.value);
}

export function valueText({ kind }: NumberColumn, value: number): string {
  return kind === "time" ? momentText(Math.round(value)).slice(0, MINUTES) : shortText(value);
}

export function exactText(column: NumberColumn, value: number): string {
  return column.kind === "time" ? momentText(value, 6) : String(value);
}

export function classNames({ classes }: Profile): string[] {
  if (classes === undefined || classes.count > CLASSES_MAX) return [];
  return classes.list.slice(0, CLASSES_IN_CARD).map(({ name }) => name || "(empty)");
}

/**
 * Shares of each class that is told apart, by bin or value, of its `totals`; undefined where there are fewer than two classes.
 */
export function classShares(
  profile: Profile,
  bins: readonly { byClass?: readonly number[] }[],
  totals: (at: number) => number,
): ClassShares | undefined {
  const names = classNames(profile);
  if (names.length < 2) return undefined;
  const share = (count: number, total: number): number => (total === 0 ? 0 : count / total);
  return {
    names,
    shares: names.map((_, at) => bins.map(({ byClass }) => share(byClass?.[at] ?? 0, totals(at)))),
  };
}
