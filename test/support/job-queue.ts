// A queue of the jobs of job-work.ts, for tests.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { JobQueue, type QueueOptions } from "../../src/job/queue.ts";
import { JobShelf, type ShelfOptions } from "../../src/job/shelf.ts";
import type { Store } from "../../src/store/contract.ts";
import { TEST_KINDS } from "./job-work.ts";

const TSX = fileURLToPath(new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url));
const WORK = fileURLToPath(new URL("job-work.ts", import.meta.url));

export function openTestQueue(
  folder: string,
  store: Store,
  options: Partial<QueueOptions & ShelfOptions> = {},
): JobQueue {
  const shelf = new JobShelf({ store, kinds: TEST_KINDS, jobs: join(folder, "jobs"), ...options });
  return new JobQueue({
    store,
    shelf,
    program: { file: process.execPath, args: () => ["--import", TSX, WORK, "work"] },
    root: folder,
    hidden: [folder],
    ...options,
  });
}
