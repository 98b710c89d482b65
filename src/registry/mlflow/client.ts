// Asks an MLflow tracking server: one request at a time, tried again where the server is busy, with a time limit for each.
//
// Credentials are those of MLflow's own clients: MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.
// They go into a header and nowhere else; a URL that holds some is told without them. Knows no runs.

import { setTimeout as sleep } from "node:timers/promises";
import { OrbweaverError } from "../../base/errors.ts";

const TIMEOUT_MS = 30_000;
/** Objects of any size are sent within this. */
const UPLOAD_TIMEOUT_MS = 600_000;
const ATTEMPTS = 4;
const PAUSE_MS = 500;
/** The longest that a server may ask to wait. */
const PAUSE_MAX_MS = 20_000;
const MESSAGE_MAX = 300;

export interface MlflowOptions {
  /** Address of the server. */
  url: string;
  token?: string;
  user?: string;
  password?: string;
  signal?: AbortSignal;
  /** First pause before trying again, ms. */
  pauseMs?: number;
}

export interface MlflowClient {
  /** Without credentials. */
  readonly server: string;
  get<Answer>(path: string, query: Readonly<Record<string, string>>): Promise<Answer>;
  post<Answer>(path: string, body: object): Promise<Answer>;
  /** With a body, as MLflow's own clients send it. */
  delete(path: string, body: object): Promise<void>;
  /** Sends bytes to a path below the server's address. */
  put(path: string, bytes: Uint8Array, type: string): Promise<void>;
}

/** Says that what was asked for is not there, by MLflow's own code. */
export class MlflowAbsent extends Error {}

interface Request {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: string | Uint8Array;
  type?: string;
}

/** Throws `usage` for an address that is none. */
export function mlflowClient(options: MlflowOptions): MlflowClient {
  const base = baseOf(options.url);
  const api = (path: string): string => `api/2.0/mlflow/${path}`;
  const ask = (request: Request): Promise<string> => answered(base, options, request);
  return {
    server: base.server,
    get: async (path, query) =>
      JSON.parse(await ask({ method: "GET", path: `${api(path)}?${new URLSearchParams(query)}` })),
    post: async (path, body) =>
      JSON.parse(
        await ask({ method: "POST", path: api(path), body: JSON.stringify(body), type: "application/json" }),
      ),
    delete: async (path, body) => {
      await ask({ method: "DELETE", path: api(path), body: JSON.stringify(body), type: "application/json" });
    },
    put: async (path, bytes, type) => {
      await ask({ method: "PUT", path, body: bytes, type });
    },
  };
}

interface Base {
  server: string;
  authorization?: string;
}

function baseOf(text: string): Base {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid("the address of the MLflow server cannot be read");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalid(`the address of the MLflow server begins with ${url.protocol}`);
  const { username, password } = url;
  const path = url.pathname.replace(/\/+$/, "");
  return {
    server: `${url.protocol}//${url.host}${path}`,
    ...(username !== "" && {
      authorization: basic(decodeURIComponent(username), decodeURIComponent(password)),
    }),
  };
}

function invalid(found: string): OrbweaverError {
  return new OrbweaverError("usage", `${found}, expected http://HOST:PORT or https://HOST`);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function authorizationOf(base: Base, { token, user, password }: MlflowOptions): string | undefined {
  if (token !== undefined && token !== "") return `Bearer ${token}`;
  if (user !== undefined && user !== "") return basic(user, password ?? "");
  return base.authorization;
}

async function answered(base: Base, options: MlflowOptions, request: Request): Promise<string> {
  const { signal, pauseMs = PAUSE_MS } = options;
  for (let attempt = 1; ; attempt++) {
    const response = await sent(base, options, request);
    const text = await response.text().catch(() => "");
    if (response.ok) return text === "" ? "{}" : text;
    if (attempt === ATTEMPTS || !isWorthRepeating(response.status))
      throw refused(base, request, response, text);
    const pause = Math.max(pauseMs * 2 ** (attempt - 1), askedPause(response));
    await sleep(Math.min(pause, PAUSE_MAX_MS), undefined, { signal }).catch(() => {
      throw stopped();
    });
  }
}

function isWorthRepeating(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

/** Retry-After in seconds; moments are not waited for. */
function askedPause(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? "0");
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

async function sent(
  base: Base,
  options: MlflowOptions,
  { method, path, body, type }: Request,
): Promise<Response> {
  const authorization = authorizationOf(base, options);
  const limit = AbortSignal.timeout(body instanceof Uint8Array ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS);
  try {
    return await fetch(`${base.server}/${path}`, {
      method,
      // A password must not follow to wherever a server sends us.
      redirect: "error",
      signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(type !== undefined && { "content-type": type }),
      },
      ...(body !== undefined && { body: body as string }),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw stopped();
    const words = limit.aborted ? "it did not answer in time" : reasonOf(cause);
    throw new OrbweaverError(
      "mlflow-unreachable",
      `the MLflow server ${base.server} cannot be reached: ${words}`,
      {
        cause,
      },
    );
  }
}

function stopped(): OrbweaverError {
  return new OrbweaverError("cancelled", "logging to MLflow was stopped");
}

/** What fetch says is in its cause. */
function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? String((cause as Error).message ?? cause);
}

function refused({ server }: Base, { method, path }: Request, response: Response, text: string): Error {
  const { status } = response;
  const { code, message } = errorOf(text);
  const what = `${method} ${path.split("?", 1)[0]}`;
  if (status === 401 || status === 403)
    return new OrbweaverError("mlflow-auth", `the MLflow server ${server} refuses ${what}: ${status}`);
  if (code === "RESOURCE_DOES_NOT_EXIST") return new MlflowAbsent(message);
  const told = message === "" ? "" : `: ${message}`;
  return new OrbweaverError(
    "mlflow-refused",
    `the MLflow server ${server} answers ${what} with ${status}${told}`,
  );
}

/** MLflow's errors are JSON with a code and a message. */
function errorOf(text: string): { code: string; message: string } {
  try {
    const { error_code: code, message } = JSON.parse(text) as { error_code?: unknown; message?: unknown };
    return { code: String(code ?? ""), message: oneLine(String(message ?? "")) };
  } catch {
    return { code: "", message: "" };
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, MESSAGE_MAX);
}
