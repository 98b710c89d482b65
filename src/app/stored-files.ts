// Files that clients sent: uploads and captures, each in a folder of its own, written as they come and there only when whole.
//
//   uploads/ID/NAME     captures/ID/NAME
//
// What it guarantees: memory that does not grow with a file; a bound of each file, of all files together and of what is left on
// the disk; a file that did not come whole leaves nothing. Knows no HTTP.

import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { type ErrorCode, OrbweaverError } from "../base/errors.ts";
import { requireRoom } from "../job/keeping.ts";
import { isJobId, newJobId } from "../job/records.ts";
import type { Json, Store } from "../store/contract.ts";
import { writeDigested } from "../store/digested-file.ts";
import { writeFailure } from "./file.ts";

export const SHELF_NAMES = ["uploads", "captures"] as const;
export type ShelfName = (typeof SHELF_NAMES)[number];

export interface StoredFile {
  id: string;
  /** As the client called it, without folders; at most 200 characters. */
  name: string;
  bytes: number;
  sha256: string;
  /** Moment in UTC, ISO 8601. */
  created: string;
  owner?: string;
  /** What a capture holds; told when it was looked at. */
  facts?: Json;
}

export interface FileBounds {
  /** Bytes of one file. */
  bytesMax: number;
  /** Bytes of all files of a shelf. */
  totalMax: number;
  filesMax: number;
  /** Bytes that stay free on the disk. */
  freeMin: number;
}

export const FILE_BOUNDS: FileBounds = {
  bytesMax: 20 * 2 ** 30,
  totalMax: 200 * 2 ** 30,
  filesMax: 10_000,
  freeMin: 2 ** 30,
};

/** How often the disk is looked at while a file comes. */
const ROOM_BYTES = 64 << 20;
const BUFFER_BYTES = 1 << 20;
const NAME_MAX = 200;
/** Folders without a record that are older than this were left by a server that died. */
const STRAY_AGE_MS = 3_600_000;

const UNKNOWN: Readonly<Record<ShelfName, ErrorCode>> = {
  uploads: "upload-unknown",
  captures: "capture-unknown",
};

export interface Received {
  name: string;
  owner?: string;
  /** As the client says; a file that is too large is refused before it comes. */
  expectedBytes?: number;
  /** Looks at the whole file before it is taken; throws to refuse it. */
  check?: (path: string) => Promise<void>;
}

export class StoredFiles {
  readonly #store: Store;
  readonly #root: string;
  readonly #shelf: ShelfName;
  readonly #bounds: FileBounds;
  /** Bytes of files that are coming. */
  #coming = 0;

  constructor(store: Store, root: string, shelf: ShelfName, bounds: Partial<FileBounds> = {}) {
    this.#store = store;
    this.#root = root;
    this.#shelf = shelf;
    this.#bounds = { ...FILE_BOUNDS, ...bounds };
  }

  get bounds(): FileBounds {
    return this.#bounds;
  }

  /** Newest first. */
  async list(): Promise<StoredFile[]> {
    const found = await this.#store.list(this.#shelf);
    return found.map(({ body }) => body as unknown as StoredFile).reverse();
  }

  /** Throws `upload-unknown`, `capture-unknown`. */
  async show(id: string): Promise<StoredFile> {
    const found = isJobId(id) ? await this.#store.read(this.#shelf, id) : undefined;
    if (found !== undefined) return found.body as unknown as StoredFile;
    throw new OrbweaverError(UNKNOWN[this.#shelf], `there is no ${this.#one} '${id.slice(0, 60)}'`);
  }

  async path(id: string): Promise<string> {
    return this.#pathOf(await this.show(id));
  }

  async read(id: string): Promise<{ file: StoredFile; bytes: AsyncIterable<Uint8Array> }> {
    const file = await this.show(id);
    return { file, bytes: createReadStream(this.#pathOf(file), { highWaterMark: BUFFER_BYTES }) };
  }

  /**
   * Takes a file as it comes.
   *
   * @throws `upload-too-large`, `disk-full`, `upload-invalid` for an empty one, `file-write`, and what reading the source throws
   */
  async receive(source: AsyncIterable<Uint8Array>, received: Received): Promise<StoredFile> {
    const { name, owner, expectedBytes, check } = received;
    await this.#requireAllowed(expectedBytes ?? 0);
    const id = newJobId(Date.now());
    const folder = join(this.#root, this.#shelf, id);
    const path = join(folder, safeName(name));
    try {
      await makeFolder(folder);
      const { bytes, sha256 } = await this.#write(source, `${path}.partial`);
      if (bytes === 0) throw new OrbweaverError("upload-invalid", "the file is empty, expected some bytes");
      await check?.(`${path}.partial`);
      await rename(`${path}.partial`, path);
      const file: StoredFile = {
        id,
        name: shownName(name),
        bytes,
        sha256,
        created: new Date().toISOString(),
        ...(owner === undefined ? {} : { owner }),
      };
      await this.#store.commit([{ collection: this.#shelf, id, expected: 0, body: file as unknown as Json }]);
      return file;
    } catch (failure) {
      await rm(folder, { recursive: true, force: true });
      throw failure;
    }
  }

  /** Keeps what a capture holds. */
  async keepFacts(id: string, facts: Json): Promise<StoredFile> {
    const file = { ...(await this.show(id)), facts };
    await this.#store.commit([{ collection: this.#shelf, id, body: file as unknown as Json }]);
    return file;
  }

  /** Throws `upload-unknown`, `capture-unknown`, and `upload-in-use` where it is among those `inUse`. */
  async remove(id: string, inUse: ReadonlySet<string>): Promise<void> {
    await this.show(id);
    if (inUse.has(id))
      throw new OrbweaverError("upload-in-use", `${this.#one} '${id}' is read by a job that has not ended`);
    await this.#store.commit([{ collection: this.#shelf, id, removed: true }]);
    await rm(join(this.#root, this.#shelf, id), { recursive: true, force: true });
  }

  /** Removes what a server that died left. */
  async sweep(): Promise<void> {
    const known = new Set((await this.list()).map(({ id }) => id));
    const folder = join(this.#root, this.#shelf);
    for (const name of await readdir(folder).catch(() => [])) {
      if (!isJobId(name) || known.has(name)) continue;
      const facts = await stat(join(folder, name)).catch(() => undefined);
      if (facts !== undefined && Date.now() - facts.mtimeMs > STRAY_AGE_MS)
        await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  get #one(): string {
    return this.#shelf.slice(0, -1);
  }

  #pathOf({ id, name }: StoredFile): string {
    return join(this.#root, this.#shelf, id, safeName(name));
  }

  async #requireAllowed(bytes: number): Promise<void> {
    const { totalMax, filesMax, freeMin } = this.#bounds;
    this.#requireSize(bytes);
    const files = await this.list();
    if (files.length >= filesMax)
      throw new OrbweaverError(
        "disk-full",
        `there are ${files.length} ${this.#shelf} already, as many as may be`,
      );
    const total = files.reduce((sum, file) => sum + file.bytes, this.#coming);
    if (total + bytes > totalMax)
      throw new OrbweaverError("disk-full", `all ${this.#shelf} would be more than ${totalMax} bytes`);
    await makeFolder(join(this.#root, this.#shelf));
    await requireRoom(this.#root, freeMin + bytes);
  }

  #requireSize(bytes: number): void {
    const { bytesMax } = this.#bounds;
    if (bytes > bytesMax)
      throw new OrbweaverError(
        "upload-too-large",
        `the file has more than ${bytesMax} bytes, which is the most`,
      );
  }

  async #write(source: AsyncIterable<Uint8Array>, path: string): Promise<{ bytes: number; sha256: string }> {
    let coming = 0;
    try {
      return await writeDigested(path, source, {
        mode: 0o600,
        failed: (cause) => writeFailure(basename(path), cause),
        admit: async (piece, bytes) => {
          coming = bytes;
          this.#coming += piece;
          this.#requireSize(bytes);
          if (Math.floor(bytes / ROOM_BYTES) > Math.floor((bytes - piece) / ROOM_BYTES))
            await requireRoom(this.#root, this.#bounds.freeMin);
        },
      });
    } finally {
      this.#coming -= coming;
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** What the client calls it, without folders and controls. */
function shownName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  return last.replaceAll(/\p{C}/gu, "").trim().slice(0, NAME_MAX) || "file";
}

/** A name that is one on every file system, means no folder and is not hidden. */
function safeName(name: string): string {
  const plain = shownName(name)
    .replaceAll(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^[.-]+/, "");
  return plain.slice(-100) || "file";
}
