// Builds capture files by hand, byte for byte as the format descriptions draw them, so that the decoder is not
// tested with a writer of its own making. Also collects what a parser hands over.

import type { CaptureSummary, FrameHandler } from "../../src/capture/contract.ts";
import { CaptureParser, type ParserOptions } from "../../src/capture/parse.ts";

export interface CollectedFrame {
  bytes: number[];
  wireLength: number;
  timestampUs: number;
  linkType: number;
}

/** Keeps copies of frames and checks that each lies inside the array that was handed over. */
export class Collector implements FrameHandler {
  readonly frames: CollectedFrame[] = [];

  frame(
    bytes: Uint8Array,
    start: number,
    captured: number,
    wire: number,
    timestampUs: number,
    linkType: number,
  ): void {
    if (start < 0 || captured < 0 || start + captured > bytes.length)
      throw new Error("frame outside its block");
    if (wire < captured) throw new Error("captured length above wire length");
    if (!Number.isSafeInteger(timestampUs)) throw new Error(`time ${timestampUs} is not whole`);
    this.frames.push({
      bytes: [...bytes.subarray(start, start + captured)],
      wireLength: wire,
      timestampUs,
      linkType,
    });
  }
}

export interface Parsed {
  frames: CollectedFrame[];
  summary: CaptureSummary;
}

/** Parses a file cut into blocks of the given sizes, used in turn; one block when none are given. */
export function parseFile(
  file: Uint8Array,
  cuts: readonly number[] = [],
  options: ParserOptions = {},
): Parsed {
  const collector = new Collector();
  const parser = new CaptureParser(collector, options);
  for (let position = 0, index = 0; position < file.length; index++) {
    const size = cuts.length === 0 ? file.length : Math.max(1, cuts[index % cuts.length]);
    // A copy that is wiped afterwards: nothing may be kept from a block.
    const block = file.slice(position, position + size);
    parser.push(block);
    block.fill(0xee);
    position += size;
  }
  return { summary: parser.end(), frames: collector.frames };
}

export function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** Numbers of a stated size in a stated byte order, such as `fields(true, [4, 0xa1b2c3d4], [2, 2])`. */
export function fields(
  little: boolean,
  ...values: readonly (readonly [1 | 2 | 4 | 8, number | bigint])[]
): Uint8Array {
  const bytes = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let position = 0;
  for (const [size, value] of values) {
    if (size === 8) view.setBigUint64(position, BigInt.asUintN(64, BigInt(value)), little);
    else if (size === 4) view.setUint32(position, Number(value), little);
    else if (size === 2) view.setUint16(position, Number(value), little);
    else view.setUint8(position, Number(value));
    position += size;
  }
  return bytes;
}

export interface PcapOptions {
  little?: boolean;
  magic?: number;
  version?: readonly [number, number];
  linkType?: number;
  snapLength?: number;
}

export function pcapHeader(options: PcapOptions = {}): Uint8Array {
  const { little = true, magic = 0xa1b2c3d4, version = [2, 4], linkType = 1, snapLength = 65535 } = options;
  return fields(
    little,
    [4, magic],
    [2, version[0]],
    [2, version[1]],
    [4, 0],
    [4, 0],
    [4, snapLength],
    [4, linkType],
  );
}

export interface RecordOptions {
  little?: boolean;
  seconds?: number;
  fraction?: number;
  captured?: number;
  wire?: number;
  /** Bytes between the record header and the frame. */
  extra?: Uint8Array;
}

export function pcapRecord(frame: Uint8Array, options: RecordOptions = {}): Uint8Array {
  const { little = true, seconds = 1_600_000_000, fraction = 0, extra = new Uint8Array(0) } = options;
  const { captured = frame.length, wire = frame.length } = options;
  return concatenate(fields(little, [4, seconds], [4, fraction], [4, captured], [4, wire]), extra, frame);
}

export function block(
  little: boolean,
  type: number,
  body: Uint8Array,
  options: { total?: number } = {},
): Uint8Array {
  const padding = new Uint8Array((4 - (body.length % 4)) % 4);
  const total = options.total ?? 12 + body.length + padding.length;
  return concatenate(fields(little, [4, type], [4, total]), body, padding, fields(little, [4, total]));
}

export function option(little: boolean, code: number, value: Uint8Array): Uint8Array {
  const padding = new Uint8Array((4 - (value.length % 4)) % 4);
  return concatenate(fields(little, [2, code], [2, value.length]), value, padding);
}

export function section(little = true, version: readonly [number, number] = [1, 0]): Uint8Array {
  return block(
    little,
    0x0a0d0d0a,
    fields(little, [4, 0x1a2b3c4d], [2, version[0]], [2, version[1]], [8, -1n]),
  );
}

export interface InterfaceOptions {
  little?: boolean;
  linkType?: number;
  snapLength?: number;
  resolution?: number;
  offsetSeconds?: bigint;
  name?: string;
}

export function interfaceBlock(options: InterfaceOptions = {}): Uint8Array {
  const { little = true, linkType = 1, snapLength = 0 } = options;
  const parts = [fields(little, [2, linkType], [2, 0], [4, snapLength])];
  if (options.name !== undefined) parts.push(option(little, 2, new TextEncoder().encode(options.name)));
  if (options.resolution !== undefined)
    parts.push(option(little, 9, fields(little, [1, options.resolution])));
  if (options.offsetSeconds !== undefined)
    parts.push(option(little, 14, fields(little, [8, options.offsetSeconds])));
  if (parts.length > 1) parts.push(option(little, 0, new Uint8Array(0)));
  return block(little, 1, concatenate(...parts));
}

export interface PacketOptions {
  little?: boolean;
  number?: number;
  ticks?: bigint;
  captured?: number;
  wire?: number;
  options?: Uint8Array;
}

export function enhancedPacket(frame: Uint8Array, given: PacketOptions = {}): Uint8Array {
  const { little = true, number = 0, ticks = 0n, captured = frame.length, wire = frame.length } = given;
  const padding = new Uint8Array((4 - (frame.length % 4)) % 4);
  const times = fields(
    little,
    [4, number],
    [4, ticks >> 32n],
    [4, ticks & 0xffffffffn],
    [4, captured],
    [4, wire],
  );
  return block(little, 6, concatenate(times, frame, padding, given.options ?? new Uint8Array(0)));
}

export function obsoletePacket(frame: Uint8Array, given: PacketOptions = {}): Uint8Array {
  const { little = true, number = 0, ticks = 0n, captured = frame.length, wire = frame.length } = given;
  const head = fields(
    little,
    [2, number],
    [2, 0],
    [4, ticks >> 32n],
    [4, ticks & 0xffffffffn],
    [4, captured],
    [4, wire],
  );
  return block(little, 2, concatenate(head, frame));
}

export function simplePacket(frame: Uint8Array, given: { little?: boolean; wire?: number } = {}): Uint8Array {
  const { little = true, wire = frame.length } = given;
  return block(little, 3, concatenate(fields(little, [4, wire]), frame));
}

/** A frame of the given length whose bytes tell where they belong. */
export function sampleFrame(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (seed * 31 + index * 7 + 1) & 0xff);
}
