// Events for listeners that come and go: the newest ones in a ring, each with a number, so that a listener that was away goes
// on behind the last event that it saw.
//
// What it guarantees: bounded memory however many listeners there are and however slow they read; a listener that is too slow
// loses the oldest events and is told how many. Knows no HTTP.

import { randomBytes } from "node:crypto";

export interface RingEvent<T> {
  /** To go on behind it: "EPOCH-NUMBER". */
  id: string;
  event: string;
  data: T;
}

/** So many events were lost; what follows begins anew. */
export interface Dropped {
  dropped: number;
  id: string;
}

export class EventRing<T> {
  readonly #epoch = randomBytes(4).toString("hex");
  readonly #events: { event: string; data: T }[] = [];
  readonly #capacity: number;
  /** Number of the event behind the last one. */
  #next = 1;
  #ended = false;
  #waiting: (() => void)[] = [];
  #listeners = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get listeners(): number {
    return this.#listeners;
  }

  push(event: string, data: T): void {
    if (this.#ended) return;
    this.#events[this.#next % this.#capacity] = { event, data };
    this.#next++;
    this.#wake();
  }

  /** No more events come; listeners end when they have seen them all. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Whether a listener that saw `lastId` can go on without a loss. */
  knows(lastId: string | undefined): boolean {
    return this.#numberOf(lastId) !== undefined;
  }

  /** Events behind `lastId`; where that is not known any more, those that come from now on. */
  async *follow(lastId: string | undefined, signal: AbortSignal): AsyncGenerator<RingEvent<T> | Dropped> {
    let number = (this.#numberOf(lastId) ?? this.#next - 1) + 1;
    this.#listeners++;
    try {
      while (!signal.aborted) {
        const first = Math.max(1, this.#next - this.#capacity);
        if (number < first) {
          const dropped = first - number;
          number = first;
          yield { dropped, id: this.#id(number - 1) };
        } else if (number < this.#next) {
          const { event, data } = this.#events[number % this.#capacity];
          number++;
          yield { id: this.#id(number - 1), event, data };
        } else if (this.#ended) return;
        else await this.#untilNext(signal);
      }
    } finally {
      this.#listeners--;
    }
  }

  /** Id of the newest event. */
  get newest(): string {
    return this.#id(this.#next - 1);
  }

  /** Id to follow from so that the last `count` events come first, or all that are kept. */
  recent(count: number): string {
    return this.#id(this.#next - 1 - Math.min(count, this.#capacity, this.#next - 1));
  }

  #id(number: number): string {
    return `${this.#epoch}-${number}`;
  }

  #numberOf(id: string | undefined): number | undefined {
    const match = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id ?? "");
    if (match === null || match[1] !== this.#epoch) return undefined;
    const number = Number(match[2]);
    return number < this.#next && number >= this.#next - 1 - this.#capacity ? number : undefined;
  }

  #untilNext(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      signal.addEventListener("abort", done);
      this.#waiting.push(done);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
