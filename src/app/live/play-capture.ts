// A capture of this machine, played again and again as a live source: what a console that was just started shows.

import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import { sha256OfFile } from "../../dataset/store/sets.ts";
import { requireCapture } from "../captures.ts";
import type { Work } from "../work.ts";

export interface PlayOptions {
  path: string;
  /** Of the source. */
  name: string;
  /** 2 plays twice as fast; 1 unless given. */
  speed?: number;
}

/**
 * Gives the id of the capture among those that clients sent; one of the same content is kept once.
 *
 * @throws what reading and looking at the file throws, and what starting a source throws
 */
export async function playCapture({ captures, sources }: Work, options: PlayOptions): Promise<string> {
  const { path, name, speed } = options;
  await requireCapture(path).catch((failure: unknown) => {
    if (!(failure instanceof OrbweaverError) || failure.message.includes(path)) throw failure;
    throw new OrbweaverError(failure.code, `${path}: ${failure.message}`, { cause: failure });
  });
  const sha256 = await sha256OfFile(path);
  const kept = (await captures.list()).find((file) => file.sha256 === sha256);
  const { id } = kept ?? (await captures.receive(createReadStream(path), { name: basename(path) }));
  await sources.start({ name, from: { capture: id, ...(speed === undefined ? {} : { speed }) } });
  return id;
}
