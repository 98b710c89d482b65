// Decodes pcap, the format of libpcap: a header of 24 bytes, then records of a header and a frame each.
// Source: pcap draft (draft-ietf-opsawg-pcap), libpcap's savefile.c, and for the variants Wireshark's notes.
//
//     offset  file header                       offset  record header
//       0     magic: byte order, unit, variant    0     seconds
//       4     version major, minor (16 bits)      4     fraction: µs or ns, by magic
//       8     zone, accuracy: not used            8     captured length
//      16     snapshot length                    12     wire length
//      20     link type (low 16 bits)            16     4 more bytes (Nokia) or 8 more (Kuznetzov)
//
// Guarantees: every frame lies inside the given bytes; damage is a note in the ledger, never a throw; only a version
// that nobody wrote is an error. Must not know files or pcapng.

import { OrbweaverError } from "../base/errors.ts";
import type { RecordsSoFar } from "./contract.ts";
import { type Decoder, FRAME_BYTES_MAX, type Ledger, placeOf, WIRE_BYTES_MAX } from "./ledger.ts";

const FILE_HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const NOKIA_RECORD_BYTES = 20;
const SECOND_US = 1_000_000;
/** The first two records lie no further apart in time than this where the Nokia variant is believed. */
const VARIANT_GAP_S = 30 * 86_400;

export interface PcapVariant {
  magic: number;
  name: string;
  nanoseconds: boolean;
  recordBytes: number;
  /** Another record header that is in use under the same magic, told by where the second record lies. */
  other?: { name: string; recordBytes: number };
}

export const PCAP_VARIANTS: readonly PcapVariant[] = [
  {
    magic: 0xa1b2c3d4,
    name: "",
    nanoseconds: false,
    recordBytes: RECORD_BYTES,
    other: { name: "Nokia, ", recordBytes: NOKIA_RECORD_BYTES },
  },
  { magic: 0xa1b23c4d, name: "", nanoseconds: true, recordBytes: RECORD_BYTES },
  { magic: 0xa1b2cd34, name: "Kuznetzov, ", nanoseconds: false, recordBytes: 24 },
];

export class PcapDecoder implements Decoder {
  need = FILE_HEADER_BYTES;
  skip = 0;
  ending = false;
  readonly #ledger: Ledger;
  readonly #little: boolean;
  readonly #variant: PcapVariant;
  readonly #path: string;
  #name: string;
  #recordBytes: number;
  #stage: "file-header" | "variant" | "records" = "file-header";
  #linkType = 0;
  /** Versions before 2.4 wrote the two lengths in either order. */
  #lengthsSwapped = false;

  constructor(ledger: Ledger, variant: PcapVariant, little: boolean, path: string) {
    this.#ledger = ledger;
    this.#variant = variant;
    this.#little = little;
    this.#path = path;
    this.#name = variant.name;
    this.#recordBytes = variant.recordBytes;
  }

  get format(): string {
    const unit = this.#variant.nanoseconds ? "ns" : "µs";
    return `pcap (${this.#name}${unit}, ${this.#little ? "little" : "big"}-endian)`;
  }

  /** What who reads records by himself must know; undefined where they are not as everybody writes them. */
  get records(): Pick<RecordsSoFar, "linkType" | "littleEndian" | "nanoseconds"> | undefined {
    if (this.#stage !== "records" || this.#recordBytes !== RECORD_BYTES || this.#lengthsSwapped)
      return undefined;
    return {
      linkType: this.#linkType,
      littleEndian: this.#little,
      nanoseconds: this.#variant.nanoseconds,
    };
  }

  decode(bytes: Uint8Array, position: number, end: number, origin: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#stage === "file-header") {
      this.need = FILE_HEADER_BYTES;
      if (end - position < FILE_HEADER_BYTES) return position;
      this.#fileHeader(view, position);
      position += FILE_HEADER_BYTES;
    }
    if (this.#stage === "variant" && !this.#chooseVariant(view, position, end)) return position;
    return this.#records(bytes, view, position, end, origin);
  }

  partial(read: number, carried: number): { offset: number; message: string } | undefined {
    if (carried === 0) return undefined;
    const ordinal = this.#ledger.frames + 1;
    const offset = read - carried;
    const headerBytes = this.#recordBytes;
    let message: string;
    if (this.#stage === "file-header") {
      message = `file ends inside the pcap header: ${carried} of ${FILE_HEADER_BYTES} bytes`;
    } else if (carried < headerBytes) {
      message = `file ends inside the header of packet ${ordinal}: ${carried} of ${headerBytes} bytes`;
    } else {
      const found = carried - headerBytes;
      message = `file ends inside packet ${ordinal}: ${found} of ${this.need - headerBytes} bytes`;
    }
    return { offset, message: `${message}; earlier packets were used` };
  }

  #fileHeader(view: DataView, at: number): void {
    const major = view.getUint16(at + 4, this.#little);
    const minor = view.getUint16(at + 6, this.#little);
    if (major !== 2) {
      throw new OrbweaverError(
        "capture-format",
        `${this.#path}: pcap version ${major}.${minor}, expected 2.x`,
      );
    }
    this.#lengthsSwapped = minor < 4;
    this.#linkType = view.getUint16(at + (this.#little ? 20 : 22), this.#little);
    this.#stage = this.#variant.other === undefined ? "records" : "variant";
    this.#ledger.sections = 1;
    this.#ledger.addInterface({
      section: 0,
      index: 0,
      linkType: this.#linkType,
      snapLength: view.getUint32(at + 16, this.#little),
      resolution: this.#variant.nanoseconds ? "1e-9 s" : "1e-6 s",
      offsetSeconds: 0,
      name: "",
      description: "",
      frames: 0,
      received: undefined,
      droppedByInterface: undefined,
      droppedBySystem: undefined,
    });
  }

  /**
   * The Nokia variant shares its magic with everybody: it is taken when the second record makes sense behind its
   * record header and not behind the usual one. Needs the first record and the header of the second.
   */
  #chooseVariant(view: DataView, at: number, end: number): boolean {
    const { recordBytes, other } = this.#variant;
    this.need = recordBytes;
    if (end - at >= recordBytes) {
      const captured = view.getUint32(at + 8, this.#little);
      const enough = captured > FRAME_BYTES_MAX ? 0 : NOKIA_RECORD_BYTES + captured + RECORD_BYTES;
      if (end - at >= enough) {
        const usual = this.#plausible(view, at + recordBytes + captured, end);
        if (
          other !== undefined &&
          !usual &&
          this.#follows(view, at, at + other.recordBytes + captured, end)
        ) {
          this.#recordBytes = other.recordBytes;
          this.#name = other.name;
        }
        this.#stage = "records";
        return true;
      }
      this.need = enough;
    }
    if (this.ending) this.#stage = "records";
    return this.ending;
  }

  /** True when a record header may lie at `at`: lengths and fraction as everybody writes them. */
  #plausible(view: DataView, at: number, end: number): boolean {
    if (at + RECORD_BYTES > end) return false;
    const captured = view.getUint32(at + 8, this.#little);
    const wire = view.getUint32(at + 12, this.#little);
    return (
      view.getUint32(at + 4, this.#little) < SECOND_US &&
      captured <= FRAME_BYTES_MAX &&
      captured <= wire &&
      wire <= WIRE_BYTES_MAX
    );
  }

  /** True when a record header at `second` is plausible, of a real frame, and of about the same time. */
  #follows(view: DataView, first: number, second: number, end: number): boolean {
    if (!this.#plausible(view, second, end) || view.getUint32(second + 8, this.#little) === 0) return false;
    const gapS = view.getUint32(second, this.#little) - view.getUint32(first, this.#little);
    return Math.abs(gapS) < VARIANT_GAP_S;
  }

  /** The hot loop. Counters live in locals and are written back once. */
  #records(bytes: Uint8Array, view: DataView, position: number, end: number, origin: number): number {
    const ledger = this.#ledger;
    const handler = ledger.handler;
    const little = this.#little;
    const recordBytes = this.#recordBytes;
    const linkType = this.#linkType;
    const nanoseconds = this.#variant.nanoseconds;
    const fractionMax = nanoseconds ? 999_999_999 : 999_999;
    const lengthsSwapped = this.#lengthsSwapped;
    const framesMax = ledger.maxFrames - ledger.frames;
    let frames = 0;
    let capturedBytes = 0;
    let wireBytes = 0;
    let { firstUs, lastUs, previousUs, timesBackward } = ledger;
    let at = position;
    while (frames < framesMax) {
      if (end - at < recordBytes) {
        this.need = recordBytes;
        break;
      }
      let captured = view.getUint32(at + 8, little);
      let wire = view.getUint32(at + 12, little);
      if (lengthsSwapped && captured > wire) {
        const swapped = captured;
        captured = wire;
        wire = swapped;
      }
      if (captured > FRAME_BYTES_MAX) {
        ledger.noteCaptured(origin + at, ledger.frames + frames + 1, captured, FRAME_BYTES_MAX);
        break;
      }
      const start = at + recordBytes;
      const next = start + captured;
      if (next > end) {
        this.need = next - at;
        break;
      }
      if (wire < captured || wire > WIRE_BYTES_MAX) {
        ledger.noteWire(origin + at, ledger.frames + frames + 1, captured, wire);
        wire = captured;
      }
      const fraction = view.getUint32(at + 4, little);
      if (fraction > fractionMax) this.#noteFraction(origin + at, ledger.frames + frames + 1, fraction);
      const fractionUs = nanoseconds ? Math.floor(fraction / 1000) : fraction;
      const timestampUs = view.getUint32(at, little) * SECOND_US + fractionUs;
      if (timestampUs < firstUs) firstUs = timestampUs;
      if (timestampUs > lastUs) lastUs = timestampUs;
      if (timestampUs < previousUs) timesBackward++;
      previousUs = timestampUs;
      frames++;
      capturedBytes += captured;
      wireBytes += wire;
      handler.frame(bytes, start, captured, wire, timestampUs, linkType);
      at = next;
    }
    ledger.frames += frames;
    ledger.bytes += capturedBytes;
    ledger.wireBytes += wireBytes;
    ledger.firstUs = firstUs;
    ledger.lastUs = lastUs;
    ledger.previousUs = previousUs;
    ledger.timesBackward = timesBackward;
    ledger.interfaces[0].frames = ledger.frames;
    if (ledger.frames >= ledger.maxFrames) ledger.stopped = true;
    return at;
  }

  #noteFraction(offset: number, ordinal: number, fraction: number): void {
    const unit = this.#variant.nanoseconds ? "ns" : "µs";
    this.#ledger.note(
      "time-fraction",
      offset,
      () => `${placeOf(ordinal, offset)}: fraction of a second ${fraction} ${unit}, expected less than 1 s`,
    );
  }
}
