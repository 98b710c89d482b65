// The hosts with the most bytes and the most flows since a live source began, in bounded memory: two tables of space-saving
// counters (src/verdict/heavy-hitters.ts).
//
// What it guarantees: a host with more than 1/256 of all bytes (of all flows) is in its table; what is told of a host is never below the
// truth, and exceeds it by no more than its `surplus`. The same flows in the same order give the same tables.

import { HeavyHitters } from "../../verdict/heavy-hitters.ts";

/** Hosts counted in each table. */
export const TALKERS_COUNTED = 256;
/** Hosts told of each table. */
export const TALKERS_TOLD = 10;

export interface LiveTalker {
  address: string;
  /** Bytes, or flows: never below the truth. */
  amount: number;
  /** How much of it may be another host's. */
  surplus: number;
}

export interface TalkerTable {
  /** Largest first. */
  top: LiveTalker[];
  /** Of all flows; each counts for both of its ends, so the shares of all hosts add up to 2. */
  total: number;
  /** What a host that is not counted may have at the most. */
  uncountedMax: number;
}

export interface LiveTalkers {
  counted: number;
  bytes: TalkerTable;
  flows: TalkerTable;
}

export class TopTalkers {
  readonly #bytes = new HeavyHitters<string>(TALKERS_COUNTED);
  readonly #flows = new HeavyHitters<string>(TALKERS_COUNTED);
  #bytesTotal = 0;
  #flowsTotal = 0;

  /** Takes a flow that has ended; bytes that are not known count as none. */
  add(source: string, destination: string, wireBytes: number): void {
    const bytes = wireBytes || 0;
    this.#bytesTotal += bytes;
    this.#flowsTotal++;
    this.#count(source, bytes);
    if (destination !== source) this.#count(destination, bytes);
  }

  told(): LiveTalkers {
    return {
      counted: TALKERS_COUNTED,
      bytes: tableOf(this.#bytes, this.#bytesTotal),
      flows: tableOf(this.#flows, this.#flowsTotal),
    };
  }

  #count(address: string, bytes: number): void {
    this.#bytes.add(address, bytes);
    this.#flows.add(address, 1);
  }
}

function tableOf(hosts: HeavyHitters<string>, total: number): TalkerTable {
  const top = hosts
    .top(TALKERS_TOLD)
    .map(({ key, weight, surplus }) => ({ address: key, amount: weight, surplus }));
  return { top, total, uncountedMax: hosts.uncountedMax };
}
