// How frames of the schema `flow` are dealt out. Those of other links than Ethernet, in tunnels, and those that do not stay where
// they are, are decoded here, and their packets are copied.

import { LINK_ETHERNET } from "../../packet/assembly/link";
import { NO_SHARD, shardOfIpv4, shardOfIpv6 } from "./dealing";
import { PacketDealer } from "./packet-dealer";

/** Payload bytes that shards look at. */
const PAYLOAD_KEPT: usize = 64;

/** Deals frames out by their decoded packets. */
@unmanaged
@final
export class FlowDealer {
  packets: PacketDealer;

  @inline
  hasClock(): bool {
    return true;
  }

  @inline
  shardOfFrame(start: usize, captured: i32, linkType: i32): u32 {
    // Where tunnels are entered, which hosts speak is told by decoding only.
    if (linkType != LINK_ETHERNET || this.packets.entersTunnels) return NO_SHARD;
    const shard = shardOfIpv4(start, captured);
    return shard != NO_SHARD ? shard : shardOfIpv6(start, captured);
  }

  @inline
  read(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): bool {
    return this.packets.read(start, captured, wireLength, timestampUs, linkType, PAYLOAD_KEPT);
  }
}
