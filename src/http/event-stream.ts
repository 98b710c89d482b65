// Server-sent events (HTML, section 9.2): events with ids that a client goes on behind, heartbeats, and an end when the client
// or the server goes.
//
// What it guarantees: a client that does not read holds up nobody and fills no memory: what it is sent is taken from a ring
// when it is read, and what it lost is told as `dropped`. Knows no events.

import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dropped, RingEvent } from "../app/jobs.ts";
import { OrbweaverError } from "../base/errors.ts";
import type { App } from "./app.ts";

export type Events = AsyncGenerator<RingEvent<unknown> | Dropped>;

/** Silence after which a comment is sent, so that nobody between thinks that the connection is dead, ms. */
const HEARTBEAT_MS = 15_000;
/** How long a client waits before it connects again, ms. */
const RETRY_MS = 1_000;
/** Listeners of a server at once. */
const LISTENERS_MAX = 256;

export class EventStreams {
  readonly #open = new Set<AbortController>();

  /** @param app whose closing ends all streams */
  constructor(app: App) {
    app.addHook("preClose", async () => {
      for (const controller of this.#open) controller.abort();
    });
  }

  /** Answers with events; what `open` throws before the first one is an answer of its own. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    open: (lastId: string | undefined, signal: AbortSignal) => Events,
  ): Promise<FastifyReply> {
    if (this.#open.size >= LISTENERS_MAX)
      throw new OrbweaverError("rate-limited", `${this.#open.size} streams of events are open already`, {
        hint: "Close streams that nobody reads.",
        retryAfterS: 5,
      });
    const controller = new AbortController();
    this.#open.add(controller);
    const close = (): void => {
      controller.abort();
      this.#open.delete(controller);
    };
    reply.raw.once("close", close);
    try {
      const events = open(lastIdOf(request), controller.signal);
      const first = await events.next();
      reply
        .header("content-type", "text/event-stream; charset=utf-8")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no");
      const text = textOf(first, events, controller.signal);
      return reply.send(Readable.from(text, { objectMode: false, highWaterMark: 1 << 14 }));
    } catch (failure) {
      close();
      throw failure;
    }
  }
}

function lastIdOf({ headers }: FastifyRequest): string | undefined {
  const id = headers["last-event-id"];
  return typeof id === "string" && id.length <= 100 ? id : undefined;
}

async function* textOf(
  first: IteratorResult<RingEvent<unknown> | Dropped>,
  events: Events,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  let next: Promise<IteratorResult<RingEvent<unknown> | Dropped>> = Promise.resolve(first);
  while (!signal.aborted) {
    const found = await orSilence(next, signal);
    if (found === undefined) yield ": still here\n\n";
    else if (found.done) return;
    else {
      yield eventText(found.value);
      next = events.next();
    }
  }
}

/** What comes, or undefined when nothing came for a while. */
async function orSilence<T>(next: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  const silence = new Promise<undefined>((resolve) => {
    wake = () => resolve(undefined);
    timer = setTimeout(wake, HEARTBEAT_MS);
    signal.addEventListener("abort", wake);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
    if (wake !== undefined) signal.removeEventListener("abort", wake);
  }
}

function eventText(event: RingEvent<unknown> | Dropped): string {
  if ("dropped" in event)
    return `id: ${event.id}\nevent: dropped\ndata: ${JSON.stringify({ dropped: event.dropped })}\n\n`;
  return `id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`;
}
