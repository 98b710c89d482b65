// The typed client of the HTTP interface, for Node.js and browsers: every path with its types, tokens that are renewed by
// themselves, failures as errors, files as streams, and server-sent events that go on where they were.
//
//   const client = createClient({ baseUrl: "http://127.0.0.1:8085", key: "…" });
//   const { data } = await client.api.GET("/models");
//
// What it guarantees: an answer that is none of the good ones is thrown as ApiError with the problem that the server told; no
// token is written anywhere. Imports nothing of Node.js.

import createFetchClient, { type Client as FetchClient } from "openapi-fetch";
import { ApiError, apiErrorOf, type Problem } from "./api-error.ts";
import { type EventsOptions, followEvents, type ServerEvent } from "./events.ts";
import type { components, paths } from "./openapi.generated.ts";
import { Session, type SessionOptions, type SharedTokens, type Tokens } from "./session.ts";
import { type FileSource, uploadBody } from "./upload.ts";

export type { components, operations, paths } from "./openapi.generated.ts";
export {
  ApiError,
  type EventsOptions,
  type FileSource,
  type Problem,
  type ServerEvent,
  type SharedTokens,
  type Tokens,
};

export type Schemas = components["schemas"];
export type Job = Schemas["Job"];
export type NewJob = Schemas["NewJobInput"];
export type StoredFile = Schemas["File"];
export type Source = Schemas["Source"];

export interface ClientOptions extends SessionOptions {
  /** Address of the server, without a slash behind: "http://127.0.0.1:8085". */
  baseUrl: string;
}

export interface UploadOptions {
  /** What the file is called; its ending may tell its format. */
  name?: string;
  signal?: AbortSignal;
}

const ENDED: readonly string[] = ["finished", "failed", "cancelled", "interrupted"];

/** Whether a job stays as it is. */
export function isEnded({ state }: Pick<Job, "state">): boolean {
  return ENDED.includes(state);
}

export interface Client {
  /** Every path, with its types: `api.GET("/jobs/{id}", { params: { path: { id } } })`. */
  readonly api: FetchClient<paths>;
  /** Any request, with who asks added; throws ApiError. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  login(name: string, password: string): Promise<Tokens>;
  logout(): Promise<void>;
  /** Sends a file of rows as it is read; nothing is held in memory. */
  upload(source: FileSource, options?: UploadOptions): Promise<StoredFile>;
  uploadCapture(source: FileSource, options?: UploadOptions): Promise<StoredFile>;
  createJob(job: NewJob): Promise<Job>;
  /** What happens to a job until it has ended. */
  jobEvents(id: string, options?: EventsOptions): AsyncGenerator<ServerEvent>;
  /** Verdicts and alerts of a live source; with `recent` the last ones come first. */
  sourceEvents(name: string, options?: EventsOptions & { recent?: number }): AsyncGenerator<ServerEvent>;
  /** Resolves when a job has ended, however it did. */
  untilEnded(id: string, options?: EventsOptions & { onEvent?: (event: ServerEvent) => void }): Promise<Job>;
  /** A file that a job made, as it comes. */
  result(
    id: string,
    name: string,
    options?: { format?: "csv" | "parquet" | "jsonl"; signal?: AbortSignal },
  ): Promise<Response>;
}

export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const session = new Session(baseUrl, options);
  const checked = async (request: Request): Promise<Response> => {
    const answer = await session.fetch(request);
    if (answer.ok) return answer;
    throw await apiErrorOf(answer);
  };
  const fetchPath = (path: string, init?: RequestInit): Promise<Response> =>
    checked(new Request(`${baseUrl}${path}`, init));
  const send = async (
    path: string,
    source: FileSource,
    { name, signal }: UploadOptions,
  ): Promise<StoredFile> => {
    const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
    const headers = { "content-type": "application/octet-stream" };
    const init = { method: "POST", headers, signal, ...uploadBody(source) };
    return (await (await fetchPath(`${path}${query}`, init)).json()) as StoredFile;
  };
  const follow = (path: string, given: EventsOptions = {}): AsyncGenerator<ServerEvent> =>
    followEvents((init) => fetchPath(path, init), given);
  const api = createFetchClient<paths>({ baseUrl, fetch: checked });
  const jobPath = (id: string): string => `/jobs/${encodeURIComponent(id)}`;
  const client: Client = {
    api,
    fetch: fetchPath,
    login: (name, password) => session.login(name, password),
    logout: () => session.logout(),
    upload: (source, given = {}) => send("/uploads", source, given),
    uploadCapture: (source, given = {}) => send("/captures", source, given),
    async createJob(body) {
      const { data } = await api.POST("/jobs", { body });
      return data as Job;
    },
    jobEvents: (id, given) => follow(`${jobPath(id)}/events`, given),
    sourceEvents: (name, { recent, ...given } = {}) => {
      const query = recent === undefined ? "" : `?recent=${recent}`;
      return follow(`/sources/${encodeURIComponent(name)}/events${query}`, given);
    },
    async untilEnded(id, { onEvent, ...given } = {}) {
      for (;;) {
        for await (const event of client.jobEvents(id, given)) {
          onEvent?.(event);
          if (event.event === "state" && isEnded(event.data as Job)) return event.data as Job;
        }
        // A server that ends in order ends its streams, and the job goes on when it is back.
        const job = (await (await fetchPath(jobPath(id), { signal: given.signal })).json()) as Job;
        if (isEnded(job) || given.signal?.aborted) return job;
      }
    },
    result(id, name, { format, signal } = {}) {
      const query = format === undefined ? "" : `?format=${format}`;
      return fetchPath(`${jobPath(id)}/results/${encodeURIComponent(name)}${query}`, { signal });
    },
  };
  return client;
}
