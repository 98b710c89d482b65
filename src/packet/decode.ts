// The decoder for tools and tests: one frame in JavaScript's memory in, one reused Packet out.
//
// The decoder itself is assembly/decode.ts, in WebAssembly; there is no other. Here a frame is copied into a small memory of
// its own, and the packet read back. Engines, which have their frames in WebAssembly's memory, decode there in place.
// Guarantees: never throws, whatever the bytes; every field of the packet is set; every offset lies inside the captured
// frame. Must not know flows, files or clocks.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";
import { readPacket } from "./memory.ts";
import { Packet } from "./packet.ts";
import { DecodeStatistics } from "./statistics.ts";

export interface DecoderOptions {
  /** Look into IP-in-IP, 6in4, GRE and VXLAN: the packet then describes the innermost one that could be read. */
  tunnels?: boolean;
}

/** What assembly/index.ts exports. */
export interface DecoderKernel {
  decoderBytes(): number;
  packetOffset(): number;
  statisticsOffset(): number;
  setup(address: number, depthMax: number): void;
  decode(
    address: number,
    start: number,
    captured: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void;
}

/** Tunnels in each other that are entered, as in assembly/tunnel.ts. */
export const TUNNEL_DEPTH_MAX = 4;

const DECODER_ADDRESS = 64;

/**
 * No header lies farther behind the start of its frame. The longest way is that through NFLOG's 64 attributes of at most
 * 65,536 bytes each; tunnels add 5 × (16 extension headers of at most 2,048 bytes and less than 1,024 bytes of others).
 */
const REACH_BYTES = 64 * 65_536 + 5 * (16 * 2048 + 1024);
const MEMORY_PAGES_MAX = Math.ceil(REACH_BYTES / PAGE_BYTES) + 2;

/** Up to here, copying word by word is about as quick as making a view, and leaves no garbage. */
const SHORT_BYTES = 160;

let compiled: WasmModule | undefined;

export class Decoder {
  /** The packet of the last `decode`; the same object every time. */
  readonly packet = new Packet();
  readonly statistics: DecodeStatistics;
  readonly #memory: WasmMemory;
  readonly #kernel: DecoderKernel;
  readonly #packetAddress: number;
  readonly #frameAddress: number;
  #bytes: Uint8Array;
  #view: DataView;
  #words: Int32Array;
  #numbers: Float64Array;

  constructor(options: DecoderOptions = {}) {
    compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
    this.#memory = sharedWasmMemory(MEMORY_PAGES_MAX);
    this.#kernel = instantiateWasm<DecoderKernel>(compiled, this.#memory);
    this.#kernel.setup(DECODER_ADDRESS, options.tunnels === true ? TUNNEL_DEPTH_MAX : 0);
    this.#packetAddress = DECODER_ADDRESS + this.#kernel.packetOffset();
    this.#frameAddress = DECODER_ADDRESS + this.#kernel.decoderBytes();
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
    this.#numbers = new Float64Array(this.#memory.buffer);
    const countsAddress = DECODER_ADDRESS + this.#kernel.statisticsOffset();
    this.statistics = new DecodeStatistics(this.#numbers, countsAddress / 8);
  }

  /**
   * Decodes the frame of `capturedLength` bytes at `start` of `bytes`, which was `wireLength` bytes long on the wire, and
   * counts it. `timestampUs` is microseconds since 1970-01-01 UTC; `linkType` a LINKTYPE number. Returns `packet`.
   */
  decode(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): Packet {
    const { packet } = this;
    const captured = Math.max(0, Math.min(capturedLength, bytes.length - start)) | 0;
    // Shared memory is copied to eight bytes at a time only between places that are aligned alike.
    const frame = this.#frameAddress + ((bytes.byteOffset + start) & 7);
    this.#copy(bytes, start, Math.min(captured, REACH_BYTES), frame);
    this.#kernel.decode(DECODER_ADDRESS, frame, captured, wireLength, timestampUs, linkType);
    packet.bytes = bytes;
    readPacket(this.#words, this.#numbers, this.#packetAddress, packet, start - frame);
    return packet;
  }

  #copy(bytes: Uint8Array, start: number, length: number, to: number): void {
    if (to + length > this.#bytes.length) this.#grow(to + length);
    if (length > SHORT_BYTES) this.#bytes.set(bytes.subarray(start, start + length), to);
    else copyShort(bytes, start, length, this.#view, to);
  }

  /** The memory is shared, so views of it as it was stay valid: the statistics keep theirs. */
  #grow(size: number): void {
    this.#memory.grow(Math.ceil((size - this.#bytes.length) / PAGE_BYTES));
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
    this.#numbers = new Float64Array(this.#memory.buffer);
  }
}

function copyShort(bytes: Uint8Array, start: number, length: number, view: DataView, to: number): void {
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const from = start + at;
    const low = bytes[from] | (bytes[from + 1] << 8);
    view.setInt32(to + at, low | (bytes[from + 2] << 16) | (bytes[from + 3] << 24), true);
  }
  for (; at < length; at++) view.setUint8(to + at, bytes[start + at]);
}

export { dnsName } from "./dns.ts";
export { DecodeStatistics } from "./statistics.ts";
