// The newest verdicts of a live source, held in the page: narrowed by a filter, in the order in which they came or sorted, and
// held still while somebody looks. What comes is worked in by what it costs alone, so that a full log takes a thousand a second.
//
// What it guarantees: no more than `capacity` verdicts, the newest ones; while it is held still what is shown does not change. Knows
// no page.

import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";

export type LogRow = VerdictRow & { /** Its number among all that came, from 1. */ sequence: number };
export type Compare = (one: VerdictRow, other: VerdictRow) => number;

export class VerdictLog {
  readonly capacity: number;
  /** All that is held, oldest first. */
  #held: LogRow[] = [];
  /** What passes the filter: oldest first, or as it is sorted. */
  #shown: LogRow[] = [];
  #passes: (row: VerdictRow) => boolean = () => true;
  #compare: Compare | undefined;
  #isStill = false;
  #sequence = 0;
  /** Of the newest row that was worked in. */
  #workedIn = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Verdicts that are held. */
  get size(): number {
    return this.#held.length;
  }

  /** Verdicts that pass the filter. */
  get count(): number {
    return this.#shown.length;
  }

  /** Verdicts that came while it was held still. */
  get waiting(): number {
    return this.#sequence - this.#workedIn;
  }

  /** The row at a place: newest first, unless they are sorted. */
  rowAt(index: number): LogRow | undefined {
    return this.#shown[this.#compare === undefined ? this.#shown.length - 1 - index : index];
  }

  /** All that are shown, in their order. */
  *rows(): Generator<LogRow> {
    for (let index = 0; index < this.#shown.length; index++) yield this.rowAt(index) as LogRow;
  }

  /** Takes verdicts, oldest first. */
  add(verdicts: readonly VerdictRow[]): void {
    for (const verdict of verdicts) {
      this.#sequence++;
      this.#held.push(Object.assign(verdict, { sequence: this.#sequence }));
    }
    const over = this.#held.length - this.capacity;
    if (over > 0) this.#held.splice(0, over);
    if (!this.#isStill) this.#workIn();
  }

  filter(passes: (row: VerdictRow) => boolean): void {
    this.#passes = passes;
    this.#begin();
  }

  /** Without an order they stand newest first. */
  sort(compare: Compare | undefined): void {
    this.#compare = compare;
    this.#begin();
  }

  /** Holds what is shown still, or lets it go on. A new filter or order is worked out in any case. */
  holdStill(isStill: boolean): void {
    this.#isStill = isStill;
    if (!isStill) this.#workIn();
  }

  #begin(): void {
    this.#shown = this.#held.filter(this.#passes);
    if (this.#compare !== undefined) this.#shown.sort(withNewest(this.#compare));
    this.#workedIn = this.#sequence;
  }

  #workIn(): void {
    const oldest = this.#held[0]?.sequence ?? 0;
    const fresh = this.#held.slice(this.#placeOf(this.#workedIn + 1)).filter(this.#passes);
    this.#workedIn = this.#sequence;
    if (this.#compare === undefined) this.#follow(fresh, oldest);
    else this.#merge(fresh, oldest, withNewest(this.#compare));
  }

  /** Place among what is held of the first row of this sequence number or a later one. */
  #placeOf(sequence: number): number {
    return Math.max(0, sequence - (this.#held[0]?.sequence ?? sequence));
  }

  #follow(fresh: readonly LogRow[], oldest: number): void {
    let gone = 0;
    while (gone < this.#shown.length && this.#shown[gone].sequence < oldest) gone++;
    if (gone > 0) this.#shown.splice(0, gone);
    for (const row of fresh) this.#shown.push(row);
  }

  #merge(fresh: LogRow[], oldest: number, compare: (one: LogRow, other: LogRow) => number): void {
    fresh.sort(compare);
    const merged: LogRow[] = [];
    let next = 0;
    for (const row of this.#shown) {
      if (row.sequence < oldest) continue;
      while (next < fresh.length && compare(fresh[next], row) < 0) merged.push(fresh[next++]);
      merged.push(row);
    }
    while (next < fresh.length) merged.push(fresh[next++]);
    this.#shown = merged;
  }
}

/** Rows that are equal stand newest first. */
function withNewest(compare: Compare): (one: LogRow, other: LogRow) => number {
  return (one, other) => compare(one, other) || other.sequence - one.sequence;
}

/** The order by a column; what is not known stands last, whichever way. */
export function compareBy(column: string, descending: boolean): Compare {
  const field = column as keyof VerdictRow;
  const sign = descending ? -1 : 1;
  return (one, other) => {
    const [first, second] = [one[field], other[field]];
    if (first === second) return 0;
    if (first === undefined || first === null) return 1;
    if (second === undefined || second === null) return -1;
    return first < second ? -sign : sign;
  };
}
