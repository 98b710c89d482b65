// Server-sent events by fetch, which sends who asks, as EventSource cannot: read as they come, gone on with behind the last one
// when the connection breaks.

import { ApiError } from "./api-error.ts";

export interface ServerEvent {
  /** To go on behind it. */
  id: string;
  /** "state", "progress", "log", "verdict", "alert", "dropped". */
  event: string;
  data: unknown;
}

export interface EventsOptions {
  /** Go on behind this event. */
  lastEventId?: string;
  signal?: AbortSignal;
  /** How often in a row a connection that breaks is tried again; 10 unless given. */
  retries?: number;
  /** Told when a connection broke, before it is tried again. */
  onRetry?: (failure: unknown) => void;
}

const RETRIES = 10;
const RETRY_MS = 1_000;
const RETRY_MOST_MS = 15_000;
/** Characters of an event; more is no event of ours. */
const EVENT_MAX = 16 << 20;

/** Events until the server ends them, `signal` is aborted, or the server refuses. Throws ApiError, and what fetch throws. */
export async function* followEvents(
  open: (init: RequestInit) => Promise<Response>,
  { lastEventId, signal, retries = RETRIES, onRetry }: EventsOptions,
): AsyncGenerator<ServerEvent> {
  let lastId = lastEventId;
  let pauseMs = RETRY_MS;
  for (let failures = 0; ; ) {
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (lastId !== undefined) headers["last-event-id"] = lastId;
      const answer = await open({ headers, signal });
      for await (const event of eventsOf(answer)) {
        if ("retryMs" in event) {
          pauseMs = event.retryMs;
          continue;
        }
        failures = 0;
        lastId = event.id;
        yield event;
      }
      return;
    } catch (failure) {
      if (signal?.aborted) return;
      // What the server refuses it refuses again; but for a moment it may be busy, or gone and coming back.
      const isFinal = failure instanceof ApiError && failure.status < 500 && failure.status !== 429;
      if (isFinal || ++failures > retries) throw failure;
      onRetry?.(failure);
    }
    await pause(Math.min(pauseMs * 2 ** (failures - 1), RETRY_MOST_MS), signal);
    if (signal?.aborted) return;
  }
}

/** The events of one answer (HTML, section 9.2.6). An answer that ends within an event broke. */
async function* eventsOf(answer: Response): AsyncGenerator<ServerEvent | { retryMs: number }> {
  if (answer.body === null) return;
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const event = eventOf(text.slice(0, end));
        text = text.slice(end + 2);
        if (event !== undefined) yield event;
      }
      if (text.length > EVENT_MAX) throw new Error("an event of the server is too long");
      if (done) break;
    }
    if (text.trim() !== "") throw new Error("the connection broke within an event");
  } finally {
    // Whoever leaves early ends the connection.
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(text: string): ServerEvent | { retryMs: number } | undefined {
  let id = "";
  let event = "message";
  const data: string[] = [];
  for (const line of text.split("\n")) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "id") id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "retry" && /^\d+$/.test(value)) return { retryMs: Number(value) };
  }
  return data.length === 0 ? undefined : { id, event, data: JSON.parse(data.join("\n")) as unknown };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
