// Objects as files: `objects/ab/SHA-256`, each written beside, made durable and then named, so that a name means whole bytes.

import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { isObjectName, requireObjectName } from "./check.ts";
import { writeDigested } from "./digested-file.ts";
import { readFailed, systemCode, writeFailed } from "./failure.ts";
import { syncFolder } from "./journal-writer.ts";

const FOLDER = "objects";
const TEMPORARY = /\.partial$/;

/** Objects younger than this are kept though nothing names them: the commit that does may be on its way. */
export const SWEEP_AGE_MS = 3_600_000;

export function objectPath(folder: string, object: string): string {
  return join(folder, FOLDER, object.slice(0, 2), object);
}

/**
 * Keeps bytes. Of bytes that are there already the age begins anew, by `renew`, which must run while nobody sweeps.
 *
 * @throws `file-write`, and what `source` throws; nothing is left then
 */
export async function putObjectFile(
  folder: string,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>,
): Promise<{ object: string; bytes: number }> {
  const temporary = join(folder, FOLDER, `${randomBytes(9).toString("hex")}.partial`);
  try {
    await making(folder, () => mkdir(join(folder, FOLDER), { recursive: true }));
    const pieces = source instanceof Uint8Array ? [source] : source;
    const failed = (cause: unknown): Error => writeFailed(temporary, cause);
    const { sha256: object, bytes } = await writeDigested(temporary, pieces, { failed });
    const path = objectPath(folder, object);
    await making(path, async () => {
      const isNew = await mkdir(join(folder, FOLDER, object.slice(0, 2)), { recursive: true });
      if (!(await exists(path)) || !(await exclusively(() => renewed(path)))) {
        await rename(temporary, path);
        await syncFolder(join(folder, FOLDER, object.slice(0, 2)));
        if (isNew !== undefined) await syncFolder(join(folder, FOLDER));
      }
    });
    return { object, bytes };
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function making<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw writeFailed(path, cause);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** False where it is gone meanwhile. */
async function renewed(path: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return false;
    throw cause;
  }
}

/** Throws `store-damaged` where it is not there or is other bytes. */
export async function readObjectFile(folder: string, object: string): Promise<Uint8Array> {
  requireObjectName(folder, object);
  const path = objectPath(folder, object);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw objectFailed(path, cause);
  });
  if (createHash("sha256").update(bytes).digest("hex") !== object) throw changed(path);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The bytes in pieces; throws `store-damaged` behind the last one where they are others. */
export async function* streamObjectFile(folder: string, object: string): AsyncGenerator<Uint8Array> {
  requireObjectName(folder, object);
  const path = objectPath(folder, object);
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) {
      hash.update(piece);
      yield piece;
    }
  } catch (cause) {
    throw objectFailed(path, cause);
  }
  if (hash.digest("hex") !== object) throw changed(path);
}

function objectFailed(path: string, cause: unknown): OrbweaverError {
  if (systemCode(cause) !== "ENOENT") return readFailed(path, cause);
  return new OrbweaverError("store-damaged", `${path} is not there, and a document names it`);
}

function changed(path: string): OrbweaverError {
  return new OrbweaverError("store-damaged", `${path} holds other bytes than its name says`);
}

/** Removes old objects that are not `named`, and what was begun and never ended. Called while nobody commits. */
export async function sweepObjectFiles(
  folder: string,
  named: ReadonlySet<string>,
): Promise<{ removed: number; bytes: number }> {
  const swept = { removed: 0, bytes: 0 };
  const root = join(folder, FOLDER);
  for (const name of await namesIn(root)) {
    if (TEMPORARY.test(name)) await removeOld(join(root, name));
    else if (/^[0-9a-f]{2}$/.test(name)) {
      for (const object of await namesIn(join(root, name))) {
        if (!isObjectName(object) || named.has(object)) continue;
        const bytes = await removeOld(join(root, name, object));
        if (bytes === undefined) continue;
        swept.removed++;
        swept.bytes += bytes;
      }
    }
  }
  return swept;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return [];
    throw readFailed(folder, cause);
  });
}

/** Gives the bytes; undefined where the file is young, or gone. */
async function removeOld(path: string): Promise<number | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined || Date.now() - facts.mtimeMs < SWEEP_AGE_MS) return undefined;
  await making(path, () => rm(path));
  return facts.size;
}
