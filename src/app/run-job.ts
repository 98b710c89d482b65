// Runs one job here and now, as a server would: in a process of its own, kept in the same store.

import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { requireReadable } from "../dataset/file-error.ts";
import { isCaptureFile } from "../dataset/row-format.ts";
import { isEnded, type JobProgress, type JobView, openJobQueue } from "./jobs.ts";
import { openPlace } from "./place.ts";
import { StoredFiles } from "./stored-files.ts";

export interface RunJobOptions {
  kind: string;
  /** JSON; {"file": PATH} in it means a file of this machine, which is copied among uploads or captures first. */
  request: string;
  project?: string;
  signal: AbortSignal;
  onProgress?: (progress: JobProgress) => void;
  onLine?: (line: string) => void;
}

/** Throws `job-kind-unknown`, `job-invalid`, file errors, and what stores throw. */
export async function runJobHere(options: RunJobOptions): Promise<JobView> {
  const { kind, signal, onProgress, onLine } = options;
  const { place, store } = await openPlace({ project: options.project, create: true });
  const queue = await openJobQueue(place, store);
  try {
    queue.shelf.kind(kind);
    const request = await withFiles(parsed(options.request), {
      uploads: new StoredFiles(store, place.root, "uploads"),
      captures: new StoredFiles(store, place.root, "captures"),
    });
    const { id, ended } = await queue.runHere(kind, request);
    const stop = (): void => void queue.cancel(id).catch(() => undefined);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    for await (const event of queue.events(id, undefined, new AbortController().signal)) {
      if ("dropped" in event) continue;
      if (event.event === "progress") onProgress?.(event.data as JobProgress);
      if (event.event === "log") onLine?.((event.data as { line: string }).line);
      if (event.event === "state" && isEnded((event.data as JobView).state)) break;
    }
    signal.removeEventListener("abort", stop);
    return await ended;
  } finally {
    await queue.stop();
    await store.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OrbweaverError("job-invalid", `the request is no JSON: ${(cause as Error).message}`);
  }
}

interface Shelves {
  uploads: StoredFiles;
  captures: StoredFiles;
}

async function withFiles(value: unknown, shelves: Shelves): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => withFiles(one, shelves)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[name, path] = []] = entries;
  if (entries.length === 1 && name === "file" && typeof path === "string") return stored(path, shelves);
  const changed = await Promise.all(
    entries.map(async ([key, part]) => [key, await withFiles(part, shelves)] as const),
  );
  return Object.fromEntries(changed);
}

async function stored(path: string, { uploads, captures }: Shelves): Promise<object> {
  const expectedBytes = await requireReadable(path);
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const received = { name: basename(path), expectedBytes };
  if (await isCaptureFile(path)) return { capture: (await captures.receive(source, received)).id };
  return { upload: (await uploads.receive(source, received)).id };
}
