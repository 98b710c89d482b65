// How frames of the schemas `cic` and `cic-…` are dealt out. Those that do not stay where they are, and those whose addresses do not
// lie where they mostly do, are read here, and what was seen of them is copied.

import { byte } from "../../../packet/assembly/cursor";
import { LINK_ETHERNET } from "../../../packet/assembly/link";
import { mappedHash } from "../context";
import { appendRecord, copy, frameOrdinal, leaveOut, NO_SHARD, shardOf, shardOfIpv4, shardOfIpv6 } from "../dealing";
import { PacketDealer } from "../packet-dealer";
import { RECORD_HEAD, RECORD_PACKET, RECORD_PAYLOAD, RECORD_SEEN_BYTES } from "../records";
import { Intake } from "./intake";

const ETHERNET_BYTES: i32 = 14;

/** Deals frames out by the addresses that the generation sees. */
@unmanaged
@final
export class CicDealer {
  packets: PacketDealer;
  /** 0 where our decoder reads frames. */
  intake: Intake;

  @inline
  private get isOriginal(): bool {
    return changetype<usize>(this.intake) != 0;
  }

  /** The originals know no clock. */
  @inline
  hasClock(): bool {
    return !this.isOriginal;
  }

  @inline
  shardOfFrame(start: usize, captured: i32, linkType: i32): u32 {
    if (this.isOriginal) {
      const shard = shardOfIpv4(start, captured);
      // A header that is cut off is none, and the frame is read from its first byte.
      if (shard == NO_SHARD || ETHERNET_BYTES + ((byte(start + ETHERNET_BYTES) & 0x0f) << 2) <= captured) return shard;
      return NO_SHARD;
    }
    if (linkType != LINK_ETHERNET || this.packets.entersTunnels) return NO_SHARD;
    const shard = shardOfIpv4(start, captured);
    return shard != NO_SHARD ? shard : shardOfIpv6(start, captured);
  }

  @inline
  read(start: usize, captured: i32, wireLength: u32, timestampUs: f64, linkType: i32): bool {
    if (this.isOriginal) return this.see(start, captured, wireLength, timestampUs);
    return this.packets.read(start, captured, wireLength, timestampUs, linkType, 0);
  }

  private see(start: usize, captured: i32, wireLength: u32, timestampUs: f64): bool {
    const intake = this.intake;
    intake.packet.ordinal = frameOrdinal() - 1;
    const packet = intake.read(start, captured, wireLength, timestampUs);
    if (packet.ipVersion == 0) return leaveOut();
    const shard = shardOf(mappedHash(packet.source3), mappedHash(packet.destination3));
    const record = appendRecord(shard, RECORD_PACKET, RECORD_PAYLOAD + RECORD_SEEN_BYTES);
    if (record == 0) return false;
    copy(record + RECORD_HEAD, changetype<usize>(packet), RECORD_PAYLOAD - RECORD_HEAD);
    store<f64>(record + RECORD_PAYLOAD, intake.timeUs);
    store<i32>(record + RECORD_PAYLOAD, intake.icmp, 8);
    return true;
  }
}
