// Captures live: frames of a network interface, by way of a child dumpcap or tcpdump and a pipe.
//
// Guarantees: Orbweaver needs no privilege; a child that dies is noticed and started again, with growing pauses and a
// bound, and the time without capture is told as a gap; what the kernel lost is told; a stop hands on everything that was
// captured before it. Failures before the first frame are errors of the table, later ones end the capture and are told in
// the summary, so that what was captured is kept. Must not know what the frames mean.

import { setTimeout } from "node:timers/promises";
import { type ErrorCode, OrbweaverError } from "../base/errors.ts";
import { CaptureChild, type FoundProgram, findCaptureProgram } from "./capture-child.ts";
import { type CaptureProgramName, failureOf, type ProgramFailure } from "./capture-program.ts";
import type { CaptureSummary, FrameHandler } from "./contract.ts";
import { type Endpoint, filterWithout } from "./endpoint.ts";
import { type ReadProgress, readSource } from "./read.ts";
import { type ReadBuffers, StreamSource } from "./source.ts";

/** MiB of the kernel's buffer; libpcap's own 2 are lost in a burst of milliseconds. */
export const BUFFER_MEGABYTES_DEFAULT = 64;

/** Pauses before a program is started again: 0.25, 0.5, 1, 2, 4, 4 s; then it is given up. */
const RESTARTS_IN_A_ROW = 6;
const PAUSE_FIRST_MS = 250;
const PAUSE_MOST_MS = 4_000;
/** A program that ran this long starts the count anew. */
const STEADY_MS = 30_000;
/** How long a frame may be on its way through kernel and program, so that it is lost with the program, µs. */
const HELD_US = 2_000_000;
const GAPS_LISTED_MAX = 1_000;
/** How long a program that closed its output may take to say why, ms. */
const LAST_WORDS_MS = 2_000;
/** How long a stop may take to reach this process when it reached the program already, ms. */
const STOP_HEARD_MS = 100;

export interface LiveSettings {
  /** Name of the interface. */
  interface: string;
  /** A filter of libpcap. */
  filter?: string;
  /** Traffic that is left out. */
  exclude?: readonly Endpoint[];
  /** Bytes kept of each frame; all by default. */
  snapLength?: number;
  bufferMegabytes?: number;
  /** Which program captures; the first that is there by default. */
  program?: CaptureProgramName;
  /** Ends after this time, ms, counted from when the program captures. */
  durationMs?: number;
}

export interface LiveOptions extends LiveSettings {
  onFrame: FrameHandler;
  /** As with files. */
  onBlock?: (progress: ReadProgress) => void | Promise<void>;
  /** Called when the program captures, also after each restart. */
  onStart?: (program: string) => void;
  /** Called when the program ended by itself and is to be started again. */
  onGap?: (words: string) => void;
  /** Ends the capture: what is on its way is handed on first. */
  signal?: AbortSignal;
  buffers: ReadBuffers;
  /** Ends when the program captured this many. */
  maxFrames?: number;
}

/** A time in which nothing was captured, µs since 1970. Frames in it were lost, how many is not known. */
export interface CaptureGap {
  fromUs: number;
  toUs: number;
  /** What the program died of. */
  words: string;
}

export interface LiveSummary {
  program: CaptureProgramName;
  interface: string;
  /** The filter in effect, with what is left out. */
  filter: string;
  /** The first 1,000 gaps. */
  gaps: CaptureGap[];
  gapCount: number;
  /** Time in all gaps, µs. */
  gapUs: number;
  /** Starts of the program whose losses are not known, since it told nothing before it died. */
  lossesUnknown: number;
  /** Why it ended without being asked to; undefined when it was. */
  failure: { code: ErrorCode; message: string } | undefined;
}

export interface LiveRun {
  summary: LiveSummary;
  /** One for each start of the program. */
  captures: CaptureSummary[];
}

/**
 * Captures until it is told to stop, or has what it was asked for.
 *
 * @throws OrbweaverError `capture-program`, `capture-permission`, `capture-interface`, `capture-filter`,
 *   `capture-stopped` when capturing does not begin; whatever `onFrame` and `onBlock` throw passes through
 */
export function readLive(options: LiveOptions): Promise<LiveRun> {
  return new LiveReading(options, findCaptureProgram(options.program)).run();
}

class LiveReading {
  readonly #options: LiveOptions;
  readonly #found: FoundProgram;
  readonly #filter: string;
  readonly #captures: CaptureSummary[] = [];
  readonly #gaps: CaptureGap[] = [];
  #gapCount = 0;
  #gapUs = 0;
  #lossesUnknown = 0;
  #frames = 0;
  #lastUs = Number.NEGATIVE_INFINITY;
  #child: CaptureChild | undefined;
  readonly #stopping = new AbortController();
  readonly #timers = new AbortController();
  #startedMs = 0;
  /** The gap that ends when the program captures again. */
  #openGap: { fromUs: number; words: string } | undefined;

  constructor(options: LiveOptions, found: FoundProgram) {
    this.#options = options;
    this.#found = found;
    this.#filter = filterWithout(options.filter ?? "", options.exclude ?? []);
  }

  async run(): Promise<LiveRun> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#stop();
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) this.#stop();
    try {
      return this.#summary(await this.#untilEnd());
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#timers.abort();
    }
  }

  /** One child after the other; why it ended when nobody asked for it. */
  async #untilEnd(): Promise<ProgramFailure | undefined> {
    let attempts = 0;
    while (!this.#isOver()) {
      const hadCaptured = this.#captures.length > 0;
      const failure = await this.#oneChild();
      if (failure === undefined || this.#isOver()) return undefined;
      const hasCaptured = this.#captures.length > 0;
      if (!hasCaptured) throw this.#startError(failure);
      if (failure.code === "capture-gone") return failure;
      // The interface was there before, so it is gone now; nor does a filter or a permission come back.
      if (hadCaptured && failure.code === "capture-interface") return { ...failure, code: "capture-gone" };
      if (hadCaptured && failure.code !== "capture-stopped") return failure;
      if (performance.now() - this.#startedMs > STEADY_MS) attempts = 0;
      if (attempts === RESTARTS_IN_A_ROW) return failure;
      await this.#pause(Math.min(PAUSE_FIRST_MS * 2 ** attempts, PAUSE_MOST_MS));
      attempts++;
    }
    return undefined;
  }

  /** Stopped, or everything is there that was asked for. */
  #isOver(): boolean {
    return (
      this.#stopping.signal.aborted || this.#frames >= (this.#options.maxFrames ?? Number.POSITIVE_INFINITY)
    );
  }

  /** Reads one child to its end; what it died of, or undefined when that was our wish. */
  async #oneChild(): Promise<ProgramFailure | undefined> {
    const child = this.#start();
    const source = new StreamSource(child.output, this.#options.interface, this.#options.buffers);
    this.#startedMs = Number.POSITIVE_INFINITY;
    let summary: CaptureSummary | undefined;
    try {
      summary = await this.#read(child, source);
      await Promise.race([child.ended, setTimeout(LAST_WORDS_MS, undefined, { ref: false })]);
    } catch (error) {
      // Nothing at all came: what the program says tells more.
      if (!(error instanceof OrbweaverError && error.code === "capture-format")) throw error;
    } finally {
      child.stop();
      await child.ended;
      this.#child = undefined;
    }
    if (summary !== undefined) this.#keep(summary, child);
    // Ctrl-C reaches the program as well, and perhaps first.
    await this.#pause(STOP_HEARD_MS);
    if (this.#isOver()) return undefined;
    const failure = this.#diedOf(child.said, await child.ended);
    if (this.#captures.length > 0 && this.#openGap === undefined) {
      // Frames behind the last one may have been lost with the program, but not those that it had time to hand on.
      this.#openGap = { fromUs: Math.max(this.#lastUs, wallUs() - HELD_US), words: failure.words };
      this.#options.onGap?.(failure.words);
    }
    return failure;
  }

  #start(): CaptureChild {
    const { interface: name, snapLength, bufferMegabytes, maxFrames } = this.#options;
    const child = new CaptureChild(this.#found, {
      interface: name,
      filter: this.#filter,
      snapLength: snapLength ?? 0,
      bufferMegabytes: bufferMegabytes ?? BUFFER_MEGABYTES_DEFAULT,
      count: maxFrames === undefined ? undefined : maxFrames - this.#frames,
    });
    this.#child = child;
    return child;
  }

  #read(child: CaptureChild, source: StreamSource): Promise<CaptureSummary> {
    const { onFrame, onBlock, interface: name } = this.#options;
    let hasBegun = false;
    return readSource(name, source, {
      onFrame,
      onBlock: (progress) => {
        if (!hasBegun) this.#begun(child);
        hasBegun = true;
        return onBlock?.(progress);
      },
      flushed: true,
    });
  }

  /** The header of a capture came: the program captures. */
  #begun(child: CaptureChild): void {
    const { durationMs, onStart } = this.#options;
    this.#startedMs = performance.now();
    child.started();
    if (this.#openGap !== undefined) {
      const gap = { ...this.#openGap, toUs: wallUs() };
      if (this.#gaps.length < GAPS_LISTED_MAX) this.#gaps.push(gap);
      this.#closeGap(gap.toUs);
    } else if (durationMs !== undefined) {
      this.#stopAfter(durationMs);
    }
    onStart?.(this.#found.program.name);
  }

  #closeGap(toUs: number): void {
    if (this.#openGap === undefined) return;
    this.#gapCount++;
    this.#gapUs += toUs - this.#openGap.fromUs;
    this.#openGap = undefined;
  }

  #keep(summary: CaptureSummary, child: CaptureChild): void {
    summary.droppedFrames ??= child.lost;
    if (summary.droppedFrames === undefined) this.#lossesUnknown++;
    this.#captures.push(summary);
    this.#frames += summary.frames;
    if (summary.frames > 0) this.#lastUs = Math.max(this.#lastUs, summary.lastUs);
  }

  #diedOf(said: string, { status, signal }: { status?: number; signal?: string }): ProgramFailure {
    const name = this.#found.program.name;
    if (signal !== undefined) return { code: "capture-stopped", words: `${name} was ended by ${signal}` };
    const failure = failureOf(said);
    if (status === 0 && failure.code === "capture-stopped") {
      return { code: "capture-stopped", words: `${name} ended by itself` };
    }
    return failure;
  }

  #startError({ code, words }: ProgramFailure): OrbweaverError {
    return new OrbweaverError(code, this.#message(words));
  }

  #message(words: string): string {
    return `cannot capture on ${this.#options.interface}: ${words}`;
  }

  #stop(): void {
    this.#stopping.abort();
    this.#child?.stop();
  }

  async #stopAfter(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#timers.signal }).then(
      () => this.#stop(),
      () => undefined,
    );
  }

  /** Waits, but no longer than until the capture is stopped. */
  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #summary(failure: ProgramFailure | undefined): LiveRun {
    // A gap that nothing ended lasts until now; one before an interface that went for good is its end, no gap.
    if (failure?.code !== "capture-gone") this.#closeGap(wallUs());
    return {
      summary: {
        program: this.#found.program.name,
        interface: this.#options.interface,
        filter: this.#filter,
        gaps: this.#gaps,
        gapCount: this.#gapCount,
        gapUs: this.#gapUs,
        lossesUnknown: this.#lossesUnknown,
        failure: failure && { code: failure.code, message: this.#ending(failure) },
      },
      captures: this.#captures,
    };
  }

  #ending({ code, words }: ProgramFailure): string {
    if (code === "capture-gone") return `the interface ${this.#options.interface} is gone: ${words}`;
    return this.#message(words);
  }
}

function wallUs(): number {
  return Date.now() * 1000;
}
