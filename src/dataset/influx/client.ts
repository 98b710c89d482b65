// Asks an InfluxDB server over HTTP, with time-outs, and turns everything that can go wrong into one clear line: a server that
// is not there, that does not let one in, that knows no such database, or that dies in the middle of an answer.
//
// A request is tried again after failures that pass (429, 5xx, a broken connection), a bounded number of times with growing
// pauses. Secrets go into one header and nowhere else.

import { setTimeout as pause } from "node:timers/promises";
import { OrbweaverError } from "../../base/errors.ts";
import { durationText } from "../../base/number-text.ts";
import { messageOf, shown } from "../file-error.ts";
import type { InfluxAddress } from "./address.ts";

export interface ClientOptions {
  signal?: AbortSignal;
  /** Until a server answers at all, ms; default 10 s. */
  connectTimeoutMs?: number;
  /** Until the answer to a query or a batch begins, and between its pieces, ms; default 5 min. */
  idleTimeoutMs?: number;
  /** Before the second try, ms; each further one waits twice as long. Default 250. */
  retryPauseMs?: number;
}

export interface InfluxRequest {
  method: "GET" | "POST";
  /** Path and parameters. */
  path: string;
  parameters?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Also tried again when it fails in passing: what may be done twice. */
  retries?: boolean;
}

/** What a server said no with. */
export interface Refusal {
  status: number;
  /** Its own words. */
  message: string;
}

export interface InfluxClient {
  readonly address: InfluxAddress;
  /** Throws `influx-unreachable` unless a server answers. */
  ping(): Promise<void>;
  /** The answer, in pieces of text. Throws `influx-…` for every status but 2xx. */
  text(request: InfluxRequest): AsyncGenerator<string>;
  /** Sends; returns what the server refused it with, or undefined where it took it. 401 and 403 are thrown. */
  send(request: InfluxRequest): Promise<Refusal | undefined>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 300_000;
const RETRY_PAUSE_MS = 250;
const TRIES = 6;
/** A server that asks for more patience than this is given up. */
const RETRY_AFTER_MAX_MS = 30_000;
/** Of an error's text. */
const MESSAGE_BYTES_MAX = 1 << 16;

export function influxClient(address: InfluxAddress, options: ClientOptions = {}): InfluxClient {
  const { signal } = options;
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const idleTimeoutMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;

  /** One try. The clock is started again by every call of `alive`, and stopped by `done`. */
  async function fetched(
    request: InfluxRequest,
    timeoutMs: number,
  ): Promise<{ response: Response; clock: Clock }> {
    const clock = startClock(signal, timeoutMs);
    try {
      const response = await fetch(`${address.origin}${request.path}${parametersText(request.parameters)}`, {
        method: request.method,
        headers: {
          ...(address.authorization === undefined ? {} : { authorization: address.authorization }),
          ...request.headers,
        },
        body: request.body,
        redirect: "error",
        signal: clock.signal,
      });
      clock.alive();
      return { response, clock };
    } catch (cause) {
      clock.done();
      throw failureOf(cause, clock);
    }
  }

  function failureOf(cause: unknown, clock: Clock): OrbweaverError {
    if (cause instanceof OrbweaverError) return cause;
    if (signal?.aborted) return new OrbweaverError("cancelled", "the exchange with InfluxDB was cancelled");
    const why = clock.isOver()
      ? `no answer within ${durationText(clock.timeoutMs * 1000)}`
      : networkText(cause);
    return new OrbweaverError("influx-unreachable", `${place(address)} cannot be reached: ${why}`, { cause });
  }

  /** Tries until it works, or fails for good. */
  async function patient(request: InfluxRequest): Promise<{ response: Response; clock: Clock }> {
    for (let attempt = 1; ; attempt++) {
      const isLast = !request.retries || attempt === TRIES;
      let waitMs = (options.retryPauseMs ?? RETRY_PAUSE_MS) * 2 ** (attempt - 1);
      try {
        const answer = await fetched(request, idleTimeoutMs);
        const { status, headers } = answer.response;
        if (isLast || (status !== 429 && status < 500)) return answer;
        const asked = Number(headers.get("retry-after")) * 1000;
        if (asked > RETRY_AFTER_MAX_MS) return answer;
        if (asked > 0) waitMs = asked;
        await dropped(answer);
      } catch (failure) {
        if (isLast || !(failure instanceof OrbweaverError) || failure.code !== "influx-unreachable")
          throw failure;
      }
      await pause(waitMs, undefined, { signal }).catch(() => {
        throw new OrbweaverError("cancelled", "the exchange with InfluxDB was cancelled");
      });
    }
  }

  async function* pieces(response: Response, clock: Clock): AsyncGenerator<string> {
    const decoder = new TextDecoder("utf-8");
    try {
      if (response.body === null) return;
      for await (const bytes of response.body) {
        clock.alive();
        yield decoder.decode(bytes as Uint8Array, { stream: true });
      }
      yield decoder.decode();
    } catch (cause) {
      if (cause instanceof OrbweaverError) throw cause;
      const failure = failureOf(cause, clock);
      if (failure.code === "cancelled") throw failure;
      const why = clock.isOver()
        ? `nothing came for ${durationText(clock.timeoutMs * 1000)}`
        : networkText(cause);
      throw new OrbweaverError(
        "influx-unreachable",
        `${place(address)} broke off in the middle of its answer: ${why}`,
        {
          hint: "Look into the server's log; it may have run out of memory. Try again, or ask for fewer rows.",
          cause,
        },
      );
    } finally {
      clock.done();
    }
  }

  return {
    address,
    async ping() {
      const { response, clock } = await fetched({ method: "GET", path: "/ping" }, connectTimeoutMs);
      await dropped({ response, clock });
      if (response.ok || response.status === 401 || response.status === 403) return;
      throw new OrbweaverError(
        "influx-unreachable",
        `${place(address)} is no InfluxDB: it answers /ping with status ${response.status}`,
      );
    },
    async *text(request) {
      const { response, clock } = await patient(request);
      if (!response.ok) throw refusalError(address, await refusalOf(response, clock));
      yield* pieces(response, clock);
    },
    async send(request) {
      const { response, clock } = await patient(request);
      if (response.ok) {
        await dropped({ response, clock });
        return undefined;
      }
      const refusal = await refusalOf(response, clock);
      if (isAboutAccess(refusal.status)) throw refusalError(address, refusal);
      return refusal;
    },
  };
}

interface Clock {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Something came: the time starts again. */
  alive(): void;
  isOver(): boolean;
  done(): void;
}

function startClock(outer: AbortSignal | undefined, timeoutMs: number): Clock {
  const controller = new AbortController();
  let over = false;
  const abort = (): void => controller.abort();
  const timer = setTimeout(() => {
    over = true;
    abort();
  }, timeoutMs);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    timeoutMs,
    alive: () => timer.refresh(),
    isOver: () => over,
    done() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    },
  };
}

async function dropped({ response, clock }: { response: Response; clock: Clock }): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
  clock.done();
}

async function refusalOf(response: Response, clock: Clock): Promise<Refusal> {
  let text = "";
  try {
    const decoder = new TextDecoder("utf-8");
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes as Uint8Array, { stream: true });
      if (text.length > MESSAGE_BYTES_MAX) break;
    }
  } catch {
    // The status says enough.
  } finally {
    clock.done();
  }
  return { status: response.status, message: refusalText(text) };
}

/** The words of {"error": …} (1.x) and {"message": …} (2.x), or the text as it is. */
function refusalText(text: string): string {
  try {
    const value = JSON.parse(text) as { error?: unknown; message?: unknown };
    return String(value.error ?? value.message ?? text);
  } catch {
    return text.trim();
  }
}

function isAboutAccess(status: number): boolean {
  return status === 401 || status === 403;
}

/** The error for what a server refused. */
export function refusalError(address: InfluxAddress, { status, message }: Refusal): OrbweaverError {
  const words = longShown(message);
  if (isAboutAccess(status)) {
    const given = address.authorization === undefined ? " without user or token" : "";
    return new OrbweaverError(
      "influx-auth",
      `${place(address)} does not let us in${given}: ${words || status}`,
    );
  }
  if (status === 404 && !/not found:|could not find/i.test(message)) {
    const other = address.version === 1 ? "influx2://" : "influx://";
    return new OrbweaverError(
      "influx-query",
      `${place(address)} does not know what InfluxDB ${address.version}.x is asked: status 404`,
      { hint: `Is it of another version? Then the address begins with ${other}.` },
    );
  }
  if (status === 429 || status >= 500)
    return new OrbweaverError(
      "influx-unreachable",
      `${place(address)} fails with status ${status}: ${words}`,
      {
        hint: "The server is overloaded or broken; look into its log, and try again.",
      },
    );
  return new OrbweaverError("influx-query", `${place(address)} refuses: ${words || `status ${status}`}`);
}

/** The server for messages. */
export function place(address: InfluxAddress): string {
  return `InfluxDB at ${address.origin}`;
}

/** A server's words as one line of bounded length. */
export function longShown(text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, " ").trim();
  return plain.length > 300 ? `${plain.slice(0, 299)}…` : plain;
}

function parametersText(parameters: InfluxRequest["parameters"] = {}): string {
  const text = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) if (value !== undefined) text.set(key, value);
  return text.size === 0 ? "" : `?${text}`;
}

const NETWORK_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  EPIPE: "the connection was cut",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name of the host cannot be looked up",
  ETIMEDOUT: "no answer",
  UND_ERR_CONNECT_TIMEOUT: "no answer",
  EHOSTUNREACH: "no way to the host",
  ENETUNREACH: "no way to the host",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "its certificate is signed by itself; name the authority with NODE_EXTRA_CA_CERTS",
  SELF_SIGNED_CERT_IN_CHAIN:
    "its certificate is signed by itself; name the authority with NODE_EXTRA_CA_CERTS",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there; leave tls=true out",
};

/** Why a connection failed, in words; fetch hides it in causes. */
function networkText(cause: unknown): string {
  for (let failure: unknown = cause; failure instanceof Error; failure = failure.cause) {
    const code = (failure as NodeJS.ErrnoException).code ?? "";
    if (NETWORK_TEXTS[code] !== undefined) return NETWORK_TEXTS[code];
    const errors = (failure as AggregateError).errors as unknown;
    if (Array.isArray(errors) && errors.length > 0) return networkText(errors[0]);
  }
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return shown(messageOf(inner));
}
