// A capture in, the same capture with other addresses out.
//
// What it guarantees: one key gives one mapping, in captures as in rows; the file appears whole or not at all. What is
// not touched is told in docs/guide/anonymise.md. Prints nothing.

import { setImmediate } from "node:timers/promises";
import { type AnonymiseCounts, Anonymiser } from "../capture/anonymise.ts";
import type { CaptureSummary, FrameHandler } from "../capture/contract.ts";
import { type ReadProgress, readCapture } from "../capture/read.ts";
import { CaptureWriter } from "../capture/write.ts";
import { readCipher } from "./anonymise-key.ts";

export interface AnonymiseOptions {
  capture: string;
  /** Capture file, or "-" for standard output. */
  out: string;
  /** File of the key; the environment's key unless given. */
  keyFile?: string;
  /** Cut frames behind their headers. */
  headersOnly?: boolean;
  onProgress?: (progress: ReadProgress) => void;
  signal?: AbortSignal;
}

export interface AnonymiseResult {
  capture: CaptureSummary;
  counts: AnonymiseCounts;
  written: { path: string; frames: number; bytes: number };
  cancelled: boolean;
}

export async function anonymise(options: AnonymiseOptions): Promise<AnonymiseResult> {
  const cipher = await readCipher({ keyFile: options.keyFile });
  const output = new Output(options.out);
  const anonymiser = new Anonymiser(cipher, output, { headersOnly: options.headersOnly });
  try {
    const capture = await readCapture(options.capture, {
      onFrame: anonymiser,
      onBlock: async (progress) => {
        await output.writer?.flushIfNeeded();
        options.onProgress?.(progress);
        await setImmediate();
      },
      signal: options.signal,
    });
    const writer = output.opened(capture.linkTypes[0]);
    await writer.close();
    return {
      capture,
      counts: anonymiser.counts,
      written: { path: options.out, frames: writer.frames, bytes: writer.bytesWritten },
      cancelled: options.signal?.aborted ?? false,
    };
  } catch (failure) {
    output.writer?.discard();
    throw failure;
  }
}

/** A capture file that begins with its first frame, whose link type it takes. */
class Output implements FrameHandler {
  writer: CaptureWriter | undefined;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  opened(linkType: number | undefined): CaptureWriter {
    this.writer ??= CaptureWriter.open(this.#path, { linkType });
    return this.writer;
  }

  frame(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void {
    this.opened(linkType).frame(bytes, start, capturedLength, wireLength, timestampUs, linkType);
  }
}
