// What a capture's decoder counts on the way: frames, bytes, times, interfaces, problems. One per capture.
//
// Guarantees: bounded, whatever the file says (problems by kind, a capped list of interfaces, blocks by kind). Must not
// know where bytes come from.

import type {
  CaptureInterface,
  CaptureProblem,
  FrameHandler,
  ProblemKind,
  RecordsSoFar,
} from "./contract.ts";
import { PROBLEM_KINDS } from "./contract.ts";

/** Most bytes of one frame. The bound of libpcap and Wireshark; a greater length is taken for damage. */
export const FRAME_BYTES_MAX = 262_144;
/** Most bytes that a frame can claim to have had on the wire. Wireshark's bound. */
export const WIRE_BYTES_MAX = 134_217_728;
/** Most interfaces that a summary lists. */
export const INTERFACES_LISTED_MAX = 256;

export class Ledger {
  readonly handler: FrameHandler;
  /** Reading stops when this many frames were handed over. */
  readonly maxFrames: number;

  frames = 0;
  bytes = 0;
  wireBytes = 0;
  firstUs = Number.POSITIVE_INFINITY;
  lastUs = Number.NEGATIVE_INFINITY;
  /** Time of the frame before, for backward steps and for frames without a time. */
  previousUs = Number.NEGATIVE_INFINITY;
  timesBackward = 0;
  sections = 0;
  interfaceCount = 0;
  readonly interfaces: CaptureInterface[] = [];
  readonly linkTypes: number[] = [];
  /** True when nothing more can be read: damage, or the frame limit. */
  stopped = false;

  readonly #problems = new Map<ProblemKind, CaptureProblem>();
  readonly #skippedBlocks = new Map<string, number>();

  constructor(handler: FrameHandler, maxFrames: number) {
    this.handler = handler;
    this.maxFrames = maxFrames;
    this.stopped = maxFrames <= 0;
  }

  /** Counts a problem; the sentence is made only for the first of its kind. */
  note(kind: ProblemKind, offset: number, sentence: () => string): void {
    const known = this.#problems.get(kind);
    if (known !== undefined) known.count++;
    else this.#problems.set(kind, { kind, count: 1, message: sentence(), firstOffset: offset });
    if (PROBLEM_KINDS[kind].stops) this.stopped = true;
  }

  /** A captured length that cannot be: later packets cannot be found. `most` is the room that there is. */
  noteCaptured(offset: number, ordinal: number, captured: number, most: number): void {
    const found = `captured length ${captured}, expected at most ${Math.min(most, FRAME_BYTES_MAX)}`;
    this.note("corrupt", offset, () => `${placeOf(ordinal, offset)}: ${found}; earlier packets were used`);
  }

  /** A wire length below the captured one, or beyond belief. */
  noteWire(offset: number, ordinal: number, captured: number, wire: number): void {
    const short = wire < captured;
    const expected = short ? `at least the captured ${captured}` : `at most ${WIRE_BYTES_MAX}`;
    const sentence = () => `${placeOf(ordinal, offset)}: wire length ${wire}, expected ${expected}`;
    this.note(short ? "length-order" : "wire-length", offset, sentence);
  }

  /** Frames were read by others. */
  take(so: RecordsSoFar): void {
    this.frames = so.frames;
    this.bytes = so.bytes;
    this.wireBytes = so.wireBytes;
    this.firstUs = so.firstUs;
    this.lastUs = so.lastUs;
    this.previousUs = so.previousUs;
    this.timesBackward = so.timesBackward;
    this.interfaces[0].frames = so.frames;
  }

  noteSkipped(kind: string): void {
    this.#skippedBlocks.set(kind, (this.#skippedBlocks.get(kind) ?? 0) + 1);
  }

  addInterface(entry: CaptureInterface): void {
    this.interfaceCount++;
    if (this.interfaces.length < INTERFACES_LISTED_MAX) this.interfaces.push(entry);
    if (!this.linkTypes.includes(entry.linkType)) this.linkTypes.push(entry.linkType);
  }

  has(kind: ProblemKind): boolean {
    return this.#problems.has(kind);
  }

  problems(): CaptureProblem[] {
    return [...this.#problems.values()];
  }

  skippedBlocks(): { kind: string; count: number }[] {
    return [...this.#skippedBlocks].map(([kind, count]) => ({ kind, count }));
  }

  /** Lost frames by the last statistics of each listed interface. */
  droppedFrames(): number | undefined {
    let dropped: number | undefined;
    for (const { droppedByInterface, droppedBySystem } of this.interfaces) {
      if (droppedByInterface === undefined && droppedBySystem === undefined) continue;
      dropped = (dropped ?? 0) + (droppedByInterface ?? 0) + (droppedBySystem ?? 0);
    }
    return dropped;
  }
}

/** Where a packet is, for people. */
export function placeOf(ordinal: number, offset: number): string {
  return `packet ${ordinal} at offset ${offset}`;
}

/** One capture format, fed with consecutive bytes. */
export interface Decoder {
  /** For people, such as "pcap (µs, little-endian)". */
  readonly format: string;
  /** Bytes that the unit at the returned position needs in all; more than there were. */
  readonly need: number;
  /** Where records may be read by others: how. */
  readonly records?: Pick<RecordsSoFar, "linkType" | "littleEndian" | "nanoseconds"> | undefined;
  /** Bytes to pass over from the returned position on; the caller sets it back to 0. */
  skip: number;
  /** Set at the end of the input: decide with what there is. */
  ending: boolean;
  /**
   * Decodes whole units of bytes[position, end) and returns where it stopped: `skip` bytes are to be passed over
   * there, or `need` bytes are needed from there, or the ledger says stopped. `origin` is the offset of bytes[0] in
   * the capture.
   */
  decode(bytes: Uint8Array, position: number, end: number, origin: number): number;
  /** The unit that the input ended in, given the bytes read in all and those at hand; undefined at a clean end. */
  partial(read: number, carried: number): { offset: number; message: string } | undefined;
}
