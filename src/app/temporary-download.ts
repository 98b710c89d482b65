// Downloads that are written to a file first: the file goes when it was sent, when the client has gone, and when making it failed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Content {
  content: AsyncIterable<Uint8Array | string>;
}

/**
 * @param name of the file, in a folder of its own among the temporary files
 * @param make writes the file and tells what is to be sent of it
 */
export async function fromTemporary<Made extends Content>(
  name: string,
  signal: AbortSignal,
  make: (path: string) => Promise<Made>,
): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-download-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const made = await make(join(folder, name));
    // Also where nobody begins to read.
    signal.addEventListener("abort", () => void remove(), { once: true });
    return { ...made, content: thenRemoved(made.content, remove) };
  } catch (failure) {
    await remove();
    throw failure;
  }
}

async function* thenRemoved(
  content: Content["content"],
  remove: () => Promise<void>,
): AsyncGenerator<Uint8Array | string> {
  try {
    yield* content;
  } finally {
    await remove();
  }
}
