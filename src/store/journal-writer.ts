// Writes a journal: adds groups of commits to it, and writes it anew when it is much longer than what it holds. Called by who
// holds the lock of the folder, and has read the journal to its end.

import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode, writeFailed } from "./failure.ts";
import {
  contentOf,
  JOURNAL_VERSION,
  type JournalRecord,
  type KeptBody,
  type KeptDocument,
} from "./journal-form.ts";
import type { JournalReader } from "./journal-reader.ts";
import { recordOf } from "./record.ts";
import type { StoreState } from "./state.ts";

/** Documents, or commits of the history, in one record of a journal that is written anew. */
const BATCH = 256;
/** Bytes of documents in one record, unless one alone has more. */
export const BATCH_BYTES = 2 ** 16;
/** A journal is written anew when what was added is more than this, and more than what was there before. */
const ADDED_MIN = 2 ** 20;

/** Adds records behind `end`, where the journal is cut first, and makes them durable. Throws `file-write`, with nothing added. */
export async function appendTo(path: string, end: number, bytes: Uint8Array): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r+");
    const { size } = await handle.stat();
    if (size > end) await handle.truncate(end);
    await writeAll(handle, bytes, end);
    await handle.datasync();
  } catch (cause) {
    await handle?.truncate(end).catch(() => undefined);
    throw writeFailed(path, cause);
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, start + written);
    written += bytesWritten;
  }
}

/** Whether a journal is so much longer than what it holds that it is worth writing it anew. */
export function isWorthRewriting({ end, baseEnd }: JournalReader): boolean {
  return end - baseEnd > Math.max(ADDED_MIN, baseEnd);
}

/** Writes a journal that holds a state; it is there whole or not at all. `alive` is called while it takes. Throws `file-write`. */
export async function writeAnew(
  path: string,
  state: StoreState,
  alive: () => Promise<void> = async () => undefined,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.partial`;
  let handle: FileHandle | undefined;
  try {
    // For nobody else: it may hold keys that tokens are signed with, and hashes of passwords.
    handle = await open(temporary, "wx", 0o600);
    let end = 0;
    for (const record of recordsOf(state)) {
      const bytes = recordOf(contentOf(record));
      await writeAll(handle, bytes, end);
      end += bytes.length;
      await alive();
    }
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await handle?.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailed(path, cause);
  }
}

function* recordsOf(state: StoreState): Generator<JournalRecord> {
  yield { store: JOURNAL_VERSION, revision: state.revision };
  let batch: KeptDocument[] = [];
  let bytes = 0;
  for (const document of state.documents()) {
    batch.push(document);
    bytes += roughSize(document[3]);
    if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
    yield { d: batch };
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield { d: batch };
  const history = state.history();
  for (let start = 0; start < history.length; start += BATCH) {
    const part = history.slice(start, start + BATCH);
    yield {
      h: part.map(({ revision, changes }) => [
        revision,
        changes.map(({ collection, id }) => [collection, id]),
      ]),
    };
  }
}

function roughSize(body: KeptBody): number {
  return Buffer.isBuffer(body) ? body.length : JSON.stringify(body.value).length;
}

/** Makes the names in a folder durable, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    // Some systems cannot open folders, and some file systems cannot sync them.
    if (!["EISDIR", "EPERM", "EINVAL", "EACCES", "ENOTSUP"].includes(systemCode(cause))) throw cause;
  }
}
