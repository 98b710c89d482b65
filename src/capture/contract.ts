// What flows out of a capture: frames, one call each, and at the end a summary of what was read.
//
// Guarantees: a frame's bytes lie inside the array that is handed over; whatever was odd about the input is in the
// summary, counted, with the place where it was first seen. Must not know: protocols, flows, files.

/** Takes the frames of a capture in file order. Called once per frame, on the hot path. */
export interface FrameHandler {
  /**
   * One captured frame.
   *
   * `bytes` is valid during the call only: buffers are reused. The frame is bytes[start, start + capturedLength).
   * `capturedLength` ≤ `wireLength`, both in bytes. `timestampUs` is whole microseconds since 1970-01-01 UTC, finer
   * digits cut; it may be negative where a clock offset says so. `linkType` is the LINKTYPE_ number of tcpdump.org.
   */
  frame(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void;
}

/** A place in a pcap file where a record begins, and what was read up to there. */
export interface RecordsSoFar {
  /** Of the open file. */
  descriptor: number;
  linkType: number;
  littleEndian: boolean;
  nanoseconds: boolean;
  /** Where the record begins in the file. */
  offset: number;
  frames: number;
  /** Captured bytes of all frames, and those on the wire. */
  bytes: number;
  wireBytes: number;
  /** ±Infinity before the first frame. */
  firstUs: number;
  lastUs: number;
  /** Time of the frame before. */
  previousUs: number;
  timesBackward: number;
}

/**
 * Takes frames of a pcap file from a place on by itself, as long as records are as everybody writes them; where it stopped, and what
 * was read. Asks now and then whether to go on.
 */
export type RecordReader = (
  from: RecordsSoFar,
  goesOn: (so: RecordsSoFar) => boolean | Promise<boolean>,
) => Promise<RecordsSoFar>;

/** What can be odd about a capture. `stops`: nothing behind it was read. */
export const PROBLEM_KINDS = {
  truncated: { stops: true, meaning: "the file ends inside a packet or block" },
  corrupt: { stops: true, meaning: "a length or a marker is impossible, so later packets cannot be found" },
  "gzip-truncated": { stops: true, meaning: "the compressed file ends inside a gzip member" },
  "gzip-corrupt": { stops: true, meaning: "the compressed data are damaged" },
  "gzip-garbage": { stops: false, meaning: "bytes behind the last gzip member, not read" },
  "length-order": {
    stops: false,
    meaning: "a captured length above the wire length; the captured length is used for both",
  },
  "wire-length": { stops: false, meaning: "an impossible wire length; the captured length is used instead" },
  "time-missing": { stops: false, meaning: "a packet without a time; it gets that of the packet before" },
  "time-fraction": {
    stops: false,
    meaning: "a fraction of a second above one second; it is added as it stands",
  },
  "time-range": { stops: false, meaning: "a time beyond ±2^53 µs; it is held at that bound" },
  "interface-unknown": {
    stops: false,
    meaning: "a packet of an interface that was never described; it is left out",
  },
  "interface-limit": {
    stops: false,
    meaning: "more interfaces in a section than are kept; packets of the rest are left out",
  },
  "options-malformed": {
    stops: false,
    meaning: "an option longer than its block; the options behind it are left out",
  },
} as const satisfies Record<string, { stops: boolean; meaning: string }>;

export type ProblemKind = keyof typeof PROBLEM_KINDS;

export interface CaptureProblem {
  kind: ProblemKind;
  /** How often it was met. */
  count: number;
  /** One sentence about the first time: what was found, what was expected. */
  message: string;
  /** Byte offset of the first one in the capture, after decompression. */
  firstOffset: number;
}

/** One interface of a pcapng section; a pcap file has exactly one. */
export interface CaptureInterface {
  /** Section of the file, from 0. */
  section: number;
  /** Number of the interface in its section, from 0. */
  index: number;
  linkType: number;
  /** Most bytes that are captured of a frame, as the file claims; 0 means no limit. */
  snapLength: number;
  /** Unit of the file's times, such as "1e-6 s" or "2^-10 s". */
  resolution: string;
  /** Seconds added to each time (pcapng if_tsoffset), cut to a safe integer. */
  offsetSeconds: number;
  /** Empty when not given. */
  name: string;
  description: string;
  frames: number;
  /** Counters of the last interface statistics block; undefined when not given. */
  received: number | undefined;
  droppedByInterface: number | undefined;
  droppedBySystem: number | undefined;
}

export interface CaptureSummary {
  /** As given; "-" for standard input. */
  path: string;
  /** For people, such as "pcap (µs, little-endian)", "pcapng", "pcapng in gzip". */
  format: string;
  frames: number;
  /** Captured bytes of all frames. */
  bytes: number;
  /** Bytes of all frames on the wire. */
  wireBytes: number;
  /** Earliest and latest time of a frame, µs since 1970-01-01 UTC; both 0 when no frame has a time. */
  firstUs: number;
  lastUs: number;
  /** Frames whose time lies before that of the frame before. */
  timesBackward: number;
  /** Link types that the file declares, in order of appearance. */
  linkTypes: number[];
  /** The first 256 interfaces. */
  interfaces: CaptureInterface[];
  /** All interfaces, also those not listed. */
  interfaceCount: number;
  /** Sections of a pcapng file; 1 for pcap. */
  sections: number;
  /** Frames that the capturing side says it lost, over the listed interfaces; undefined when it does not say. */
  droppedFrames: number | undefined;
  /** True when the input ends inside a packet, a block or a gzip member. */
  truncated: boolean;
  problems: CaptureProblem[];
  /** pcapng blocks that hold no packets and were passed over, by kind. */
  skippedBlocks: { kind: string; count: number }[];
  /** Bytes of the capture that were taken in, after decompression. */
  bytesRead: number;
  /** True when reading went on to the end of the input, even if that end was cut off. */
  complete: boolean;
  /** True when the caller stopped the reading. */
  cancelled: boolean;
}
