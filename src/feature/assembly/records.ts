// The records that a conductor hands to its shards; the layout is told in flow-shard.ts.

import { Decoder } from "../../packet/assembly/decode";
import { LINK_ETHERNET } from "../../packet/assembly/link";
import { Packet } from "../../packet/assembly/packet";

/** A packet. */
export const RECORD_PACKET: u32 = 1;
/** No packet older than this will come. */
export const RECORD_ADVANCE: u32 = 2;
/** A new clock begins. */
export const RECORD_RESET: u32 = 3;
/** An Ethernet frame that lies where it was read: its packet is decoded where it is metered. */
export const RECORD_FRAME: u32 = 4;

/** Of a frame, behind the head: address u32 | captured length u32 | wire length u32 | 4 free | time f64 | ordinal f64. */
export const FRAME_START: usize = 16;
export const FRAME_CAPTURED: usize = 20;
export const FRAME_WIRE: usize = 24;
export const FRAME_TIME: usize = 32;
export const FRAME_ORDINAL: usize = 40;
export const RECORD_FRAME_BYTES: usize = 48;

/** Where the payload lies in a record. */
export const RECORD_PAYLOAD: usize = (16 + offsetof<Packet>() + 15) & ~15;
export const RECORD_HEAD: usize = 16;
/** Of a packet as CICFlowMeter's library sees it, there: its own time f64 | ICMP type and code i32 | 4 free. */
export const RECORD_SEEN_BYTES: usize = 16;

/** Decodes the frame of a record. */
@inline
export function decodeFrame(decoder: Decoder, record: usize): Packet {
  decoder.packet.ordinal = load<f64>(record, FRAME_ORDINAL) - 1;
  return decoder.decode(
    <usize>load<u32>(record, FRAME_START),
    load<i32>(record, FRAME_CAPTURED),
    load<u32>(record, FRAME_WIRE),
    load<f64>(record, FRAME_TIME),
    LINK_ETHERNET,
  );
}

/** The packet of a record, with its payload. */
@inline
export function packetOf(record: usize): Packet {
  const packet = changetype<Packet>(record + RECORD_HEAD);
  packet.payloadOffset = <i32>(record + RECORD_PAYLOAD);
  return packet;
}
