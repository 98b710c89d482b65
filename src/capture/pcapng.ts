// Decodes pcapng: blocks in sections, packets of several interfaces, each with its own clock and link type.
// Source: pcapng draft (draft-ietf-opsawg-pcapng).
//
//     block:    type (4) · total length (4) · body, padded to 4 bytes · total length again (4)
//     section:  0x0A0D0D0A · length · 0x1A2B3C4D (tells the byte order) · version · section length · options
//
//     enhanced packet   0 type 6      4 length   8 interface   12 time high   16 time low
//                      20 captured   24 wire    28 frame, padded · options · length
//     obsolete packet   as above, but 8 interface (2), drops (2)
//     simple packet     8 wire length, 12 frame: interface 0, no time; it gets the time of the packet before
//
// Guarantees: every frame lies inside the given bytes and inside its block; a block is used only when it is whole and
// both its lengths agree; blocks that hold no packets are passed over without being held. Must not know files or pcap.

import { OrbweaverError } from "../base/errors.ts";
import { type Clock, clockOf, isTimeBound, ticksToUs } from "./clock.ts";
import type { CaptureInterface } from "./contract.ts";
import { type Decoder, FRAME_BYTES_MAX, type Ledger, placeOf, WIRE_BYTES_MAX } from "./ledger.ts";

export const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

/** Most bytes of a block that is read as a whole (packets, sections, interfaces). Wireshark's bound. */
export const BLOCK_BYTES_MAX = 16_777_216;
/** Most interfaces of one section whose packets are read. */
export const INTERFACES_MAX = 4096;

const BLOCK_OVERHEAD = 12;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const WORD = 4294967296;
const TEXT_BYTES_MAX = 256;
const MICROSECOND_RESOLUTION = 6;

/** Least total length of the blocks that are read. */
const LENGTH_MIN: Record<number, number> = {
  [SECTION_HEADER]: 28,
  [INTERFACE_DESCRIPTION]: 20,
  [OBSOLETE_PACKET]: 32,
  [SIMPLE_PACKET]: 16,
  [INTERFACE_STATISTICS]: 24,
  [ENHANCED_PACKET]: 32,
};

/** Names of blocks that are passed over; others are "other". */
const SKIPPED: Record<number, string> = {
  4: "name resolution",
  9: "systemd journal",
  10: "decryption secrets",
  2989: "custom",
  1073744813: "custom",
};

interface InterfaceState {
  linkType: number;
  snapLength: number;
  clock: Clock;
  entry: CaptureInterface;
}

export class PcapngDecoder implements Decoder {
  readonly format = "pcapng";
  need = BLOCK_OVERHEAD;
  skip = 0;
  ending = false;
  readonly #ledger: Ledger;
  readonly #path: string;
  #little = true;
  #interfaces: InterfaceState[] = [];
  /** Interfaces that the section described, also those beyond INTERFACES_MAX. */
  #described = 0;
  /** Closing length that a passed-over block must end with; 0 when none is open. */
  #openLength = 0;
  #openOffset = 0;

  constructor(ledger: Ledger, path: string) {
    this.#ledger = ledger;
    this.#path = path;
  }

  decode(bytes: Uint8Array, position: number, end: number, origin: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = position;
    while (!this.#ledger.stopped && this.skip === 0) {
      const before = at;
      at = this.#next(bytes, view, at, end, origin);
      if (at === before) break;
    }
    return at;
  }

  /** One block or part of one. Returns `at` itself when more bytes are needed, or when the ledger says stopped. */
  #next(bytes: Uint8Array, view: DataView, at: number, end: number, origin: number): number {
    if (this.#openLength !== 0) return this.#closePassedOver(view, at, end);
    this.need = 8;
    if (end - at < 8) return at;
    const type = view.getUint32(at, this.#little);
    if (type === ENHANCED_PACKET) return this.#enhancedPackets(bytes, view, at, end, origin);
    return this.#block(bytes, view, at, end, origin, type);
  }

  partial(read: number, carried: number): { offset: number; message: string } | undefined {
    if (carried === 0 && this.#openLength === 0) return undefined;
    const offset = this.#openLength === 0 ? read - carried : this.#openOffset;
    const length = this.#openLength === 0 ? this.need : padded(this.#openLength);
    return {
      offset,
      message:
        `file ends inside the block at offset ${offset}, behind packet ${this.#ledger.frames}: ` +
        `${read - offset} of ${length} bytes; earlier packets were used`,
    };
  }

  /** The hot loop: a run of enhanced packet blocks. Counters live in locals and are written back once. */
  #enhancedPackets(bytes: Uint8Array, view: DataView, position: number, end: number, origin: number): number {
    const ledger = this.#ledger;
    const handler = ledger.handler;
    const little = this.#little;
    const interfaces = this.#interfaces;
    const framesMax = ledger.maxFrames - ledger.frames;
    let frames = 0;
    let capturedBytes = 0;
    let wireBytes = 0;
    let { firstUs, lastUs, previousUs, timesBackward } = ledger;
    let at = position;
    while (frames < framesMax) {
      if (end - at < 8) {
        this.need = 8;
        break;
      }
      if (view.getUint32(at, little) !== ENHANCED_PACKET) break;
      const total = view.getUint32(at + 4, little);
      if (total < 32 || total > BLOCK_BYTES_MAX) {
        this.#noteLength(origin + at, ENHANCED_PACKET, total);
        break;
      }
      const next = at + ((total + 3) & ~3);
      if (next > end) {
        this.need = next - at;
        break;
      }
      const captured = view.getUint32(at + 20, little);
      if (captured > FRAME_BYTES_MAX || captured > total - 32) {
        ledger.noteCaptured(origin + at, ledger.frames + frames + 1, captured, total - 32);
        break;
      }
      if (!this.#closes(view, next - 4, total, origin + at, ledger.frames + frames)) break;
      const number = view.getUint32(at + 8, little);
      if (number >= interfaces.length) {
        this.#noteInterface(origin + at, number);
        at = next;
        continue;
      }
      const source = interfaces[number];
      let wire = view.getUint32(at + 24, little);
      if (wire < captured || wire > WIRE_BYTES_MAX) {
        ledger.noteWire(origin + at, ledger.frames + frames + 1, captured, wire);
        wire = captured;
      }
      const high = view.getUint32(at + 12, little);
      const low = view.getUint32(at + 16, little);
      const clock = source.clock;
      let timestampUs = high * WORD + low;
      if (clock.plain === 0 || high >= 0x1fffff) {
        timestampUs = ticksToUs(clock, high, low);
        if (isTimeBound(timestampUs)) this.#noteTime(origin + at, ledger.frames + frames + 1);
      }
      if (timestampUs < firstUs) firstUs = timestampUs;
      if (timestampUs > lastUs) lastUs = timestampUs;
      if (timestampUs < previousUs) timesBackward++;
      previousUs = timestampUs;
      frames++;
      capturedBytes += captured;
      wireBytes += wire;
      source.entry.frames++;
      handler.frame(bytes, at + 28, captured, wire, timestampUs, source.linkType);
      at = next;
    }
    ledger.frames += frames;
    ledger.bytes += capturedBytes;
    ledger.wireBytes += wireBytes;
    ledger.firstUs = firstUs;
    ledger.lastUs = lastUs;
    ledger.previousUs = previousUs;
    ledger.timesBackward = timesBackward;
    if (ledger.frames >= ledger.maxFrames) ledger.stopped = true;
    return at;
  }

  /** Any other block: read when whole, or passed over. */
  #block(bytes: Uint8Array, view: DataView, at: number, end: number, origin: number, type: number): number {
    if (type === SECTION_HEADER) {
      this.need = BLOCK_OVERHEAD;
      if (end - at < BLOCK_OVERHEAD || !this.#byteOrder(view, at, origin)) return at;
    }
    const total = view.getUint32(at + 4, this.#little);
    const least = LENGTH_MIN[type];
    if (total < (least ?? BLOCK_OVERHEAD) || (least !== undefined && total > BLOCK_BYTES_MAX)) {
      this.#noteLength(origin + at, type, total);
      return at;
    }
    if (least === undefined) return this.#passOver(at, origin, type, total);
    const next = at + padded(total);
    this.need = next - at;
    if (next > end || !this.#closes(view, next - 4, total, origin + at)) return at;
    const bodyEnd = at + total - 4;
    if (type === SECTION_HEADER) this.#section(view, at, origin);
    else if (type === INTERFACE_DESCRIPTION) this.#interface(bytes, view, at, bodyEnd, origin);
    else if (type === INTERFACE_STATISTICS) this.#statistics(view, at, bodyEnd, origin);
    else if (type === SIMPLE_PACKET) this.#simplePacket(bytes, view, at, bodyEnd, origin);
    else this.#obsoletePacket(bytes, view, at, bodyEnd, origin);
    return this.#ledger.stopped && this.#ledger.has("corrupt") ? at : next;
  }

  /** Passes over a block without holding it; its closing length is looked at when it comes. */
  #passOver(at: number, origin: number, type: number, total: number): number {
    this.#ledger.noteSkipped(SKIPPED[type] ?? "other");
    this.skip = padded(total) - BLOCK_OVERHEAD;
    this.#openLength = total;
    this.#openOffset = origin + at;
    return at + 8;
  }

  #closePassedOver(view: DataView, at: number, end: number): number {
    this.need = 4;
    if (end - at < 4 || !this.#closes(view, at, this.#openLength, this.#openOffset)) return at;
    this.#openLength = 0;
    return at + 4;
  }

  /** Sets the byte order of the section whose header lies at `at`; false and a note when it has none. */
  #byteOrder(view: DataView, at: number, origin: number): boolean {
    if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) this.#little = true;
    else if (view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) this.#little = false;
    else {
      const found = view
        .getUint32(at + 8, false)
        .toString(16)
        .padStart(8, "0");
      this.#sectionError(origin + at, `byte-order mark ${found}, expected 1a2b3c4d or 4d3c2b1a`);
      return false;
    }
    return true;
  }

  #section(view: DataView, at: number, origin: number): void {
    const major = view.getUint16(at + 12, this.#little);
    const minor = view.getUint16(at + 14, this.#little);
    if (major !== 1) {
      this.#sectionError(origin + at, `version ${major}.${minor}, expected 1.x`);
      return;
    }
    this.#ledger.sections++;
    this.#interfaces = [];
    this.#described = 0;
  }

  /** A first section that cannot be read means that the file is not ours; a later one is damage. */
  #sectionError(offset: number, found: string): void {
    if (offset === 0) throw new OrbweaverError("capture-format", `${this.#path}: pcapng with ${found}`);
    this.#ledger.note(
      "corrupt",
      offset,
      () => `section at offset ${offset}: ${found}; earlier packets were used`,
    );
  }

  #interface(bytes: Uint8Array, view: DataView, at: number, end: number, origin: number): void {
    let resolutionByte = MICROSECOND_RESOLUTION;
    let offsetSeconds = 0n;
    let name = "";
    let description = "";
    this.#options(view, at + 16, end, origin + at, (code, start, length) => {
      if (code === 2) name = textOf(bytes, start, length);
      if (code === 3) description = textOf(bytes, start, length);
      if (code === 9 && length >= 1) resolutionByte = view.getUint8(start);
      if (code === 14 && length >= 8) offsetSeconds = view.getBigInt64(start, this.#little);
    });
    const clock = clockOf(resolutionByte, offsetSeconds);
    const entry: CaptureInterface = {
      section: this.#ledger.sections - 1,
      index: this.#described++,
      linkType: view.getUint16(at + 8, this.#little),
      snapLength: view.getUint32(at + 12, this.#little),
      resolution: clock.resolution,
      offsetSeconds: safeNumber(offsetSeconds),
      name,
      description,
      frames: 0,
      received: undefined,
      droppedByInterface: undefined,
      droppedBySystem: undefined,
    };
    this.#ledger.addInterface(entry);
    if (this.#interfaces.length >= INTERFACES_MAX) return;
    this.#interfaces.push({ linkType: entry.linkType, snapLength: entry.snapLength, clock, entry });
  }

  #statistics(view: DataView, at: number, end: number, origin: number): void {
    const number = view.getUint32(at + 8, this.#little);
    if (number >= this.#interfaces.length) {
      this.#noteInterface(origin + at, number);
      return;
    }
    const entry = this.#interfaces[number].entry;
    this.#options(view, at + 20, end, origin + at, (code, start, length) => {
      if (length < 8 || code < 4 || code > 7) return;
      const count = safeNumber(view.getBigUint64(start, this.#little));
      if (code === 4) entry.received = count;
      if (code === 5) entry.droppedByInterface = count;
      if (code === 7) entry.droppedBySystem = count;
    });
  }

  #options(
    view: DataView,
    start: number,
    end: number,
    offset: number,
    take: (code: number, start: number, length: number) => void,
  ): void {
    let at = start;
    while (end - at >= 4) {
      const code = view.getUint16(at, this.#little);
      const length = view.getUint16(at + 2, this.#little);
      if (code === 0) return;
      if (length > end - at - 4) {
        const found = `option ${code} of ${length} bytes where ${end - at - 4} are left`;
        this.#ledger.note("options-malformed", offset, () => `block at offset ${offset}: ${found}`);
        return;
      }
      take(code, at + 4, length);
      at += 4 + padded(length);
    }
  }

  #simplePacket(bytes: Uint8Array, view: DataView, at: number, end: number, origin: number): void {
    const source = this.#interfaces[0];
    if (source === undefined) {
      this.#noteInterface(origin + at, 0);
      return;
    }
    let wire = view.getUint32(at + 8, this.#little);
    const limit = source.snapLength === 0 ? FRAME_BYTES_MAX : source.snapLength;
    const captured = Math.min(wire, limit);
    const ordinal = this.#ledger.frames + 1;
    if (captured > end - at - 12 || captured > FRAME_BYTES_MAX) {
      this.#ledger.noteCaptured(origin + at, ordinal, captured, end - at - 12);
      return;
    }
    if (wire > WIRE_BYTES_MAX) {
      this.#ledger.noteWire(origin + at, ordinal, captured, wire);
      wire = captured;
    }
    this.#ledger.note("time-missing", origin + at, () => `${placeOf(ordinal, origin + at)} has no time`);
    const previousUs = this.#ledger.previousUs;
    this.#single(bytes, at + 12, captured, wire, Number.isFinite(previousUs) ? previousUs : 0, source);
  }

  #obsoletePacket(bytes: Uint8Array, view: DataView, at: number, end: number, origin: number): void {
    const number = view.getUint16(at + 8, this.#little);
    const captured = view.getUint32(at + 20, this.#little);
    const ordinal = this.#ledger.frames + 1;
    if (captured > FRAME_BYTES_MAX || captured > end - at - 28) {
      this.#ledger.noteCaptured(origin + at, ordinal, captured, end - at - 28);
      return;
    }
    const source = this.#interfaces[number];
    if (source === undefined) {
      this.#noteInterface(origin + at, number);
      return;
    }
    let wire = view.getUint32(at + 24, this.#little);
    if (wire < captured || wire > WIRE_BYTES_MAX) {
      this.#ledger.noteWire(origin + at, ordinal, captured, wire);
      wire = captured;
    }
    const high = view.getUint32(at + 12, this.#little);
    const timestampUs = ticksToUs(source.clock, high, view.getUint32(at + 16, this.#little));
    if (isTimeBound(timestampUs)) this.#noteTime(origin + at, ordinal);
    this.#timed(timestampUs);
    this.#single(bytes, at + 28, captured, wire, timestampUs, source);
  }

  #timed(timestampUs: number): void {
    const ledger = this.#ledger;
    if (timestampUs < ledger.previousUs) ledger.timesBackward++;
    ledger.firstUs = Math.min(ledger.firstUs, timestampUs);
    ledger.lastUs = Math.max(ledger.lastUs, timestampUs);
    ledger.previousUs = timestampUs;
  }

  #single(
    bytes: Uint8Array,
    start: number,
    captured: number,
    wire: number,
    timestampUs: number,
    source: InterfaceState,
  ): void {
    const ledger = this.#ledger;
    ledger.frames++;
    ledger.bytes += captured;
    ledger.wireBytes += wire;
    source.entry.frames++;
    if (ledger.frames >= ledger.maxFrames) ledger.stopped = true;
    ledger.handler.frame(bytes, start, captured, wire, timestampUs, source.linkType);
  }

  #closes(view: DataView, at: number, total: number, offset: number, behind = this.#ledger.frames): boolean {
    const closing = view.getUint32(at, this.#little);
    if (closing === total) return true;
    this.#ledger.note(
      "corrupt",
      offset,
      () =>
        `block at offset ${offset}, behind packet ${behind}: closing length ${closing}, ` +
        `expected ${total} as at its start; earlier packets were used`,
    );
    return false;
  }

  #noteLength(offset: number, type: number, total: number): void {
    const least = LENGTH_MIN[type] ?? BLOCK_OVERHEAD;
    const expected = total < least ? `at least ${least}` : `at most ${BLOCK_BYTES_MAX}`;
    this.#ledger.note(
      "corrupt",
      offset,
      () =>
        `block of type ${type} at offset ${offset}: length ${total}, expected ${expected}; earlier packets were used`,
    );
  }

  #noteInterface(offset: number, number: number): void {
    const known = this.#described;
    this.#ledger.note(
      number < known ? "interface-limit" : "interface-unknown",
      offset,
      () =>
        `block at offset ${offset}: interface ${number} where ${Math.min(known, INTERFACES_MAX)} are known`,
    );
  }

  #noteTime(offset: number, ordinal: number): void {
    this.#ledger.note("time-range", offset, () => `${placeOf(ordinal, offset)}: time beyond ±2^53 µs`);
  }
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function textOf(bytes: Uint8Array, start: number, length: number): string {
  const text = new TextDecoder("utf-8").decode(
    bytes.subarray(start, start + Math.min(length, TEXT_BYTES_MAX)),
  );
  return text.replace(/\0.*$/s, "");
}

function safeNumber(value: bigint): number {
  const bound = BigInt(Number.MAX_SAFE_INTEGER);
  if (value > bound) return Number.MAX_SAFE_INTEGER;
  if (value < -bound) return -Number.MAX_SAFE_INTEGER;
  return Number(value);
}
