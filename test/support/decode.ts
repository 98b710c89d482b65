// Decodes one hand-built frame the hard way: it lies in the middle of a larger block, with other bytes around it.

import { Decoder } from "../../src/packet/decode.ts";
import { LINK_ETHERNET } from "../../src/packet/link.ts";
import type { Packet } from "../../src/packet/packet.ts";
import { problemName } from "../../src/packet/problems.ts";

export interface DecodeSetting {
  linkType?: number;
  /** Bytes that are captured; all of the frame unless given. */
  captured?: number;
  /** Bytes on the wire; as many as the frame has unless given. */
  wire?: number;
  tunnels?: boolean;
}

const MARGIN = 11;

/** The packet of a decoder of its own. */
export function decodeFrame(frame: Uint8Array, setting: DecodeSetting = {}): Packet {
  return decodeWith(new Decoder({ tunnels: setting.tunnels ?? false }), frame, setting);
}

export function decodeWith(decoder: Decoder, frame: Uint8Array, setting: DecodeSetting = {}): Packet {
  const block = new Uint8Array(frame.length + 2 * MARGIN).fill(0xee);
  block.set(frame, MARGIN);
  const captured = setting.captured ?? frame.length;
  return decoder.decode(
    block,
    MARGIN,
    captured,
    setting.wire ?? frame.length,
    0,
    setting.linkType ?? LINK_ETHERNET,
  );
}

/** An offset of the packet, from the start of its frame. */
export function at(packet: Packet, offset: number): number {
  return offset - packet.start;
}

/** "tcp: header cut" and the like; "none". */
export function problemOf(packet: Packet): string {
  return problemName(packet.problem);
}
