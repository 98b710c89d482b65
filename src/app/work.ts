// What a server keeps and runs for its clients: uploads, captures, jobs, live sources.

import { mkdir } from "node:fs/promises";
import { openProject } from "../dataset/store/project.ts";
import { type JobQueue, type JobSettings, openJobQueue } from "./jobs.ts";
import { LiveSources } from "./live/sources.ts";
import type { Place, Store } from "./place.ts";
import type { Charge } from "./serving/charge.ts";
import { type FileBounds, StoredFiles } from "./stored-files.ts";
import { TableRows } from "./table-rows.ts";

export interface WorkOptions {
  place: Place;
  store: Store;
  charge: Charge;
  jobs?: JobSettings;
  files?: Partial<FileBounds>;
}

export interface Work {
  /** Folder that everything lies in. */
  root: string;
  store: Store;
  queue: JobQueue;
  uploads: StoredFiles;
  captures: StoredFiles;
  sources: LiveSources;
  /** Pages of rows of the tables that jobs made. */
  tables: TableRows;
  /** Ends jobs and sources; jobs that can go on do so at the next start. */
  close(): Promise<void>;
}

/** Opens all of it, and begins to run jobs. */
export async function openWork({ place, store, charge, jobs, files }: WorkOptions): Promise<Work> {
  await mkdir(place.root, { recursive: true });
  // Data sets lie in a project, and jobs find it from their folders upwards.
  await openProject({ folder: place.root, create: true });
  const uploads = new StoredFiles(store, place.root, "uploads", files);
  const captures = new StoredFiles(store, place.root, "captures", files);
  await Promise.all([uploads.sweep(), captures.sweep()]);
  const queue = await openJobQueue(place, store, jobs);
  await queue.start();
  const sources = new LiveSources(charge, captures);
  const tables = new TableRows();
  return {
    root: place.root,
    store,
    queue,
    uploads,
    captures,
    sources,
    tables,
    async close() {
      await sources.close();
      await queue.stop();
      await tables.close();
    },
  };
}
