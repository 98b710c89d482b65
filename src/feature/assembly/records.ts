// The records that a conductor hands to its shards; the layout is told in flow-shard.ts.

import { Packet } from "../../packet/assembly/packet";

/** A packet. */
export const RECORD_PACKET: u32 = 1;
/** No packet older than this will come. */
export const RECORD_ADVANCE: u32 = 2;
/** A new clock begins. */
export const RECORD_RESET: u32 = 3;

/** Where the payload lies in a record. */
export const RECORD_PAYLOAD: usize = (16 + offsetof<Packet>() + 15) & ~15;
export const RECORD_HEAD: usize = 16;
