// The records that a conductor hands to its shards; the layout is told in flow-shard.ts.

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
