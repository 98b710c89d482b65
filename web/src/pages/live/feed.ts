// A live source as it is followed: its state and what it did in the last minutes, and its verdicts as they come. One connection,
// which is made again when it breaks, and says so.
//
// What it guarantees: memory that does not grow however long a page is left open: the samples of five minutes, and verdicts only
// until they are handed on, a few times a second.

import { ApiError, api, client, data, type Schemas } from "../../api/client.ts";
import type { VerdictRow } from "../../parts/verdicts/verdict-row.ts";

export type Source = Schemas["Source"];
export type Sample = Schemas["LiveSample"];

/** "refused": the server says that there is nothing to follow, or not for this person. */
export type FeedStatus = "connecting" | "following" | "broken" | "ended" | "refused";

export interface FeedView {
  status: FeedStatus;
  source?: Source;
  /** Oldest first. */
  samples: readonly Sample[];
  /** Events that were lost on the way, since this page or the connection was too slow. */
  dropped: number;
  failure?: unknown;
}

export const NOTHING_YET: FeedView = { status: "connecting", samples: [], dropped: 0 };

const SAMPLES_MAX = 300;
/** Events that came before the page was opened. */
const RECENT = 1_000;
/** How often what came is handed on, ms. */
const HAND_ON_MS = 250;
/** Pages that nobody sees are given time seldom; what waits then is bounded. */
const WAITING_MAX = 100_000;
const AGAIN_MS = 2_000;
/** A source tells its state every second: a connection without a word for so long is dead, though nobody closed it, ms. */
const SILENCE_MS = 15_000;

export interface FeedListener {
  onView: (view: FeedView) => void;
  /** Oldest first. */
  onVerdicts?: (verdicts: VerdictRow[]) => void;
}

export class SourceFeed {
  readonly #name: string;
  readonly #listener: FeedListener;
  readonly #stopping = new AbortController();
  #view: FeedView = NOTHING_YET;
  #waiting: VerdictRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastEventId: string | undefined;

  constructor(name: string, listener: FeedListener) {
    this.#name = name;
    this.#listener = listener;
  }

  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#timer);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#once(signal);
        if (this.#view.source?.ended !== undefined) return this.#set({ status: "ended" });
        this.#set({ status: "broken" });
      } catch (failure) {
        if (failure instanceof ApiError && failure.status < 500 && failure.status !== 429)
          return this.#set({ status: "refused", failure });
        this.#set({ status: "broken", failure });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  /** Until the server ends the stream: the source has ended, or the server has. */
  async #once(signal: AbortSignal): Promise<void> {
    await this.#askHistory();
    const connection = connectionOf(signal);
    try {
      await this.#read(connection);
    } finally {
      connection.close();
    }
  }

  async #read({ signal, heard }: Connection): Promise<void> {
    const events = client.sourceEvents(this.#name, {
      signal,
      recent: RECENT,
      lastEventId: this.#lastEventId,
      retries: Number.POSITIVE_INFINITY,
      onRetry: (failure) => this.#set({ status: "broken", failure }),
    });
    for await (const { id, event, data: told } of events) {
      if (signal.aborted) return;
      heard();
      this.#lastEventId = id;
      if (event === "verdict") this.#take(told as VerdictRow);
      else if (event === "state") this.#takeState(told as Source);
      else if (event === "dropped") this.#takeDropped(told as { dropped: number });
    }
  }

  async #askHistory(): Promise<void> {
    const { samples } = await data(
      api.GET("/sources/{name}/history", {
        params: { path: { name: this.#name } },
        signal: this.#stopping.signal,
      }),
    );
    this.#set({ samples });
  }

  #take(verdict: VerdictRow): void {
    this.#waiting.push(verdict);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.splice(0, WAITING_MAX / 10);
    this.#handOnSoon();
  }

  #takeState(source: Source): void {
    const { source: before, samples } = this.#view;
    // Another source of the same name, since the server or a person started it anew.
    const isOther = before !== undefined && before.started !== source.started;
    if (isOther) void this.#askHistory().catch(() => undefined);
    // States of the past come first, with the verdicts that came before the page was opened.
    const isOld = !isOther && (before?.latest?.ordinal ?? 0) > (source.latest?.ordinal ?? 0);
    const followed = { status: "following", failure: undefined } as const;
    if (isOld) this.#set(followed);
    else this.#set({ ...followed, source, samples: isOther ? [] : withSample(samples, source.latest) });
  }

  #takeDropped({ dropped }: { dropped: number }): void {
    this.#set({ status: "following", dropped: this.#view.dropped + dropped });
  }

  #set(change: Partial<FeedView>): void {
    this.#view = { ...this.#view, ...change };
    this.#handOnSoon();
  }

  #handOnSoon(): void {
    if (this.#stopping.signal.aborted) return;
    this.#timer ??= setTimeout(() => this.#handOn(), HAND_ON_MS);
  }

  #handOn(): void {
    this.#timer = undefined;
    const verdicts = this.#waiting;
    this.#waiting = [];
    if (verdicts.length > 0) this.#listener.onVerdicts?.(verdicts);
    this.#listener.onView(this.#view);
  }
}

interface Connection {
  signal: AbortSignal;
  /** To be called when something came. */
  heard: () => void;
  close: () => void;
}

/** What ends a connection: whoever stops the feed, long silence, and a machine that goes off the network. */
function connectionOf(stopping: AbortSignal): Connection {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  let timer = setTimeout(end, SILENCE_MS);
  window.addEventListener("offline", end);
  stopping.addEventListener("abort", end);
  return {
    signal: ending.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE_MS);
    },
    close() {
      clearTimeout(timer);
      window.removeEventListener("offline", end);
      stopping.removeEventListener("abort", end);
    },
  };
}

/** Samples with one more, the oldest of too many left out; a sample that is known is not added twice. */
export function withSample(samples: readonly Sample[], sample: Sample | undefined): readonly Sample[] {
  if (sample === undefined || sample.ordinal <= (samples.at(-1)?.ordinal ?? 0)) return samples;
  return [...samples.slice(1 - SAMPLES_MAX), sample];
}
