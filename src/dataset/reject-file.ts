// The file of rows that an import could not take: source, line, reason, and the text as it stood. It appears only when there
// are some, and holds a bounded number of them; all are counted. Written as they come, so memory is bounded.

import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { writeError } from "./file-error.ts";
import { csvField } from "./row-text.ts";
import { temporaryName } from "./sink.ts";

export interface RejectedRow {
  source: string;
  /** Line of the file, from 1; number of the record where lines are not known. */
  line: number;
  reason: string;
  text: string;
}

/** Rows that are written; more are only counted. */
const ROWS_WRITTEN_MAX = 1_000_000;
/** Characters of a row that are kept. */
const TEXT_MAX = 100_000;
/** Characters gathered before they are written. */
const CHUNK = 1 << 18;

export class RejectFile {
  /** Rows that were rejected, written or not. */
  rows = 0;
  readonly #path: string;
  #written = "";
  #descriptor: number | undefined;
  #text = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws `file-write`. */
  add({ source, line, reason, text }: RejectedRow): void {
    this.rows++;
    if (this.rows > ROWS_WRITTEN_MAX) return;
    if (this.rows === 1) this.#text = "source,line,reason,text\n";
    const fields = [source, String(line), reason, text.slice(0, TEXT_MAX)];
    this.#text += `${fields.map(csvField).join(",")}\n`;
    if (this.#text.length >= CHUNK) this.#flush();
  }

  /** The file appears, where there is something to tell; an older one goes. Throws `file-write`. */
  finish(): void {
    if (this.rows === 0) {
      rmSync(this.#path, { force: true });
      return;
    }
    this.#flush();
    try {
      closeSync(this.#descriptor as number);
      renameSync(this.#written, this.#path);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  /** Leaves nothing behind. Never throws. */
  discard(): void {
    if (this.#descriptor === undefined) return;
    try {
      closeSync(this.#descriptor);
    } catch {
      // It cannot be written any more; what matters is that it goes.
    }
    rmSync(this.#written, { force: true });
  }

  #flush(): void {
    try {
      if (this.#descriptor === undefined) {
        mkdirSync(dirname(this.#path), { recursive: true });
        this.#written = temporaryName(this.#path);
        this.#descriptor = openSync(this.#written, "wx");
      }
      writeSync(this.#descriptor, this.#text);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
    this.#text = "";
  }
}
