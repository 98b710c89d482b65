// Captures that clients sent: checked to be some, and looked at once.

import { OrbweaverError } from "../base/errors.ts";
import { isCaptureFile } from "../dataset/row-format.ts";
import type { Json } from "../store/contract.ts";
import { inspect } from "./inspect.ts";
import type { StoredFile, StoredFiles } from "./stored-files.ts";

/** Throws `capture-format` for a file that is no capture. */
export async function requireCapture(path: string): Promise<void> {
  if (await isCaptureFile(path)) return;
  throw new OrbweaverError(
    "capture-format",
    "the file is no capture, expected pcap or pcapng, plain or gzip",
  );
}

/** The one that is looked at, behind which others wait. */
let looking: Promise<unknown> = Promise.resolve();

/** A capture with what it holds: frames, times, link types, what was found in them. Looked at the first time that it is asked for. */
export function inspectedCapture(
  captures: StoredFiles,
  id: string,
  signal: AbortSignal,
): Promise<StoredFile> {
  const found = looking.then(() => inspected(captures, id, signal));
  looking = found.catch(() => undefined);
  return found;
}

async function inspected(captures: StoredFiles, id: string, signal: AbortSignal): Promise<StoredFile> {
  const file = await captures.show(id);
  if (file.facts !== undefined) return file;
  const found = await inspect({ path: await captures.path(id), signal });
  if (found.type !== "capture") throw new OrbweaverError("capture-format", `${file.name} is no capture`);
  if (signal.aborted) throw new OrbweaverError("cancelled", "looking at the capture was stopped");
  const { path: _, ...capture } = found.capture as { path?: string } & typeof found.capture;
  return captures.keepFacts(id, JSON.parse(JSON.stringify({ ...found, capture })) as Json);
}
