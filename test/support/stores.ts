// The drivers of stores as tests take them: an empty store of each, opened as often as wanted, by other processes too.

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Store } from "../../src/store/contract.ts";
import { openStore } from "../../src/store/open.ts";
import { askPostgres, postgresSchema } from "./postgres.ts";

export interface TestStore {
  place: string;
  /** Opens it once more. */
  open: () => Promise<Store>;
  /** Makes an object older than what a sweep leaves alone. */
  age: (object: string) => Promise<void>;
  /** Puts other bytes where an object's were. */
  spoil: (object: string) => Promise<void>;
  /** Forgets what the commits up to a revision changed, as otherwise only thousands of others do. */
  forget?: (revision: number) => Promise<void>;
  /** Closes what was opened and removes everything. */
  end: () => Promise<void>;
}

const TWO_HOURS_MS = 7_200_000;

function opening(place: string): { open: () => Promise<Store>; close: () => Promise<void> } {
  const opened: Store[] = [];
  return {
    open: async () => {
      const store = await openStore(place);
      opened.push(store);
      return store;
    },
    close: async () => {
      await Promise.all(opened.map((store) => store.close()));
    },
  };
}

export async function fileStore(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-store-"));
  const place = join(folder, "store");
  const { open, close } = opening(place);
  const path = (object: string): string => join(place, "objects", object.slice(0, 2), object);
  const { writeFile } = await import("node:fs/promises");
  return {
    place,
    open,
    age: async (object) => {
      const then = new Date(Date.now() - TWO_HOURS_MS);
      utimesSync(path(object), then, then);
    },
    spoil: (object) => writeFile(path(object), "spoilt"),
    end: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function postgresStore(): Promise<TestStore> {
  const { url, drop } = await postgresSchema();
  const { open, close } = opening(url);
  return {
    place: url,
    open,
    age: async (object) => {
      await askPostgres(
        "UPDATE orbweaver_objects SET touched = now() - interval '2 hours' WHERE object = $1",
        [object],
        url,
      );
    },
    spoil: async (object) => {
      await askPostgres("UPDATE orbweaver_chunks SET piece = 'spoilt' WHERE object = $1", [object], url);
    },
    forget: async (revision) => {
      await askPostgres("DELETE FROM orbweaver_commits WHERE revision <= $1", [revision], url);
    },
    end: async () => {
      await close();
      await drop();
    },
  };
}

// --- other processes --------------------------------------------------------------------------------------------

const CHILD = fileURLToPath(new URL("store-child.ts", import.meta.url));
const LOADER = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;

export interface StoreChild {
  process: ChildProcess;
  /** Lines of what it says, as JSON. */
  lines: AsyncIterableIterator<unknown>;
  ended: Promise<{ status: number | null; err: string }>;
}

/** Starts store-child.ts. */
export function storeChild(...args: string[]): StoreChild {
  return started(["--import", LOADER, CHILD, ...args]);
}

/** store-child.ts as one file, which starts in a fraction of the time; as whom, and within which limits, may be told. */
export async function bundledStoreChild(): Promise<{
  start: (args: readonly string[], options?: ChildOptions) => StoreChild;
  remove: () => void;
}> {
  const { build } = await import("esbuild");
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-child-"));
  chmodSync(folder, 0o755);
  const outfile = join(folder, "child.mjs");
  await build({
    entryPoints: [CHILD],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    // Its driver for PostgreSQL is not asked for.
    external: ["./drivers/postgres.ts"],
  });
  return {
    start: (args, options) => started([outfile, ...args], options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface ChildOptions {
  /** Run as another user; only root may. */
  user?: number;
  /** Files may not grow beyond this many blocks of 1,024 bytes. */
  blocks?: number;
}

function started(args: readonly string[], { user, blocks }: ChildOptions = {}): StoreChild {
  const [program, all] =
    blocks === undefined
      ? [process.execPath, args]
      : ["/bin/bash", ["-c", `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, ...args]];
  const child = spawn(program, all, { stdio: ["pipe", "pipe", "pipe"], uid: user });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  async function* lines(): AsyncGenerator<unknown> {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
  }
  return {
    process: child,
    lines: lines(),
    ended: new Promise((resolve) => {
      child.once("close", (status) => resolve({ status, err }));
    }),
  };
}
