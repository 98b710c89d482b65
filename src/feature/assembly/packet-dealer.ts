// Frames that a conductor decodes itself: their packets are copied into the chunk of their shard.

import { reserve } from "../../flow/assembly/arena";
import { Decoder } from "../../packet/assembly/decode";
import { appendRecord, copy, frameOrdinal, leaveOut, shardOf } from "./dealing";
import { receiverHash, senderHash } from "./context";
import { RECORD_HEAD, RECORD_PACKET, RECORD_PAYLOAD } from "./records";

@unmanaged
@final
export class PacketDealer {
  decoder: Decoder;
  entersTunnels: bool;

  /** Takes memory; false when it is refused. */
  setup(tunnelDepth: i32): bool {
    const decoder = reserve(Decoder.bytes());
    if (decoder == 0) return false;
    this.decoder = changetype<Decoder>(decoder);
    this.decoder.setup(tunnelDepth);
    this.entersTunnels = tunnelDepth > 0;
    return true;
  }

  /** False when the chunk has no room. `payloadKept` bytes of payload go along, a multiple of 16. */
  read(
    start: usize,
    captured: i32,
    wireLength: u32,
    timestampUs: f64,
    linkType: i32,
    payloadKept: usize,
  ): bool {
    const decoder = this.decoder;
    decoder.packet.ordinal = frameOrdinal() - 1;
    const packet = decoder.decode(start, captured, wireLength, timestampUs, linkType);
    if (packet.ipVersion == 0) return leaveOut();
    const kept: usize = packet.payloadCaptured > 0 ? payloadKept : 0;
    const record = appendRecord(shardOf(senderHash(packet), receiverHash(packet)), RECORD_PACKET, RECORD_PAYLOAD + kept);
    if (record == 0) return false;
    copy(record + RECORD_HEAD, changetype<usize>(packet), RECORD_PAYLOAD - RECORD_HEAD);
    // Bytes behind the end of the frame may come along; nobody looks at them.
    if (kept > 0) copy(record + RECORD_PAYLOAD, <usize>packet.payloadOffset, kept);
    return true;
  }
}
