// Where text goes: standard output and standard error, with a live last line for progress.
//
// What it guarantees: a reader that leaves (`| head`) is noticed and never an error; text for people never carries
// control characters of strangers (see `printable`); the live line never mixes with printed lines. Knows no command.

import type { Writable } from "node:stream";
import picocolors from "picocolors";
import { OrbweaverError } from "../base/errors.ts";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Characters gathered before they are handed to the system. */
const CHUNK_CHARACTERS = 1 << 16;
/** The live line changes at most this often, ms. */
const LIVE_INTERVAL_MS = 100;
const WIDTH_DEFAULT = 80;
/** What the system says when nobody reads a stream any more. */
const GONE_CODES = ["EPIPE", "ERR_STREAM_DESTROYED", "EIO"];
const CLEAR_LINE = "\r\u001b[2K";

type Stream = Writable & { isTTY?: boolean; columns?: number };

/** One stream of text. */
export class Output {
  readonly stream: Stream;
  readonly isTerminal: boolean;
  #gone = false;
  #failure: Error | undefined;
  #text = "";
  #onGone: (() => void) | undefined;
  /** While the reader is slow. */
  #drained: Promise<void> | undefined;

  constructor(stream: Stream) {
    this.stream = stream;
    this.isTerminal = stream.isTTY === true;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!GONE_CODES.includes(error.code ?? "")) this.#failure = error;
      this.#gone = true;
      this.#onGone?.();
    });
  }

  /** Throws `file-write` when writing failed for another reason than a reader that left. */
  check(): void {
    if (this.#failure === undefined) return;
    const { message } = this.#failure;
    throw new OrbweaverError("file-write", `cannot write to standard output: ${message}`, {
      cause: this.#failure,
    });
  }

  /** True once nobody reads any more; further text is dropped. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Columns of the terminal; 80 where there is none. */
  get width(): number {
    return this.stream.columns ?? WIDTH_DEFAULT;
  }

  /** Called once when the reader leaves. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
  }

  /** Adds text. A promise is returned when the reader is slow; wait for it before adding more. */
  write(text: string): void | Promise<void> {
    this.#text += text;
    if (this.isTerminal || this.#text.length >= CHUNK_CHARACTERS) return this.flush();
    return this.#drained;
  }

  line(text = ""): void | Promise<void> {
    return this.write(`${text}\n`);
  }

  /** Hands on what was gathered. */
  flush(): void | Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (this.#gone) return;
    if (text !== "" && !this.stream.write(text)) this.#drained ??= this.#untilDrained();
    return this.#drained;
  }

  #untilDrained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.stream.off("drain", done);
        this.stream.off("error", done);
        this.#drained = undefined;
        resolve();
      };
      this.stream.once("drain", done);
      this.stream.once("error", done);
    });
  }
}

/** Standard output and standard error of one command, and how to write on them. */
export class Console {
  readonly out: Output;
  readonly err: Output;
  /** Colours of standard output; functions that change nothing where colours are off. */
  readonly colours: Colours;
  readonly errColours: Colours;
  /** True where progress is shown. */
  readonly showsProgress: boolean;
  #live = "";
  #liveAt = 0;

  constructor(out: Output, err: Output, options: { color: boolean; quiet: boolean }) {
    this.out = out;
    this.err = err;
    this.colours = picocolors.createColors(options.color && wantsColour(out.isTerminal));
    this.errColours = picocolors.createColors(options.color && wantsColour(err.isTerminal));
    this.showsProgress = !options.quiet && err.isTerminal && process.env["TERM"] !== "dumb";
  }

  /** Prints a line on standard output. */
  line(text = ""): void | Promise<void> {
    if (this.#live !== "" && this.out.isTerminal) this.clearLive();
    return this.out.line(text);
  }

  /** Prints a remark on standard error. */
  note(text: string): void {
    this.clearLive();
    this.err.line(text);
    this.err.flush();
  }

  /** Shows the last line of the terminal, made only when it is time to. */
  live(text: (width: number) => string, force = false): void {
    const now = performance.now();
    if (!this.showsProgress || (!force && now - this.#liveAt < LIVE_INTERVAL_MS)) return;
    this.#liveAt = now;
    this.#live = fitted(text(this.err.width - 1), this.err.width - 1);
    this.err.write(CLEAR_LINE + this.errColours.dim(this.#live));
  }

  clearLive(): void {
    if (this.#live === "") return;
    this.#live = "";
    this.#liveAt = 0;
    this.err.write(CLEAR_LINE);
  }

  async flush(): Promise<void> {
    this.clearLive();
    await this.out.flush();
    await this.err.flush();
  }
}

function wantsColour(isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  return isTerminal && TERM !== "dumb";
}

/** Text cut to a width, with an ellipsis. */
export function fitted(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Text of strangers - names in captures, files, labels - without what could steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A warning for standard error. */
export function warningText(console: Console, text: string): string {
  const { bold, yellow } = console.errColours;
  return `${bold(yellow("orbweaver: warning:"))} ${printable(text)}`;
}
