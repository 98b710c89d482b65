// The conductor of the schemas `cic` and `cic-…`; what it does is told in ../conducting.ts. Nothing spans shards but the numbers
// of flows.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/cic-conductor.generated.ts;
// ../../conductor.ts drives it, ../../engines/cic.ts writes the rules of a generation.

import { reserve, touch } from "../../../flow/assembly/arena";
import { byte } from "../../../packet/assembly/cursor";
import { LINK_ETHERNET } from "../../../packet/assembly/link";
import {
  appendRecord,
  copy,
  deal,
  FLOW_STATE,
  frameOrdinal,
  journalBytes,
  leaveOut,
  mergeJournals,
  meterBytes,
  NO_SHARD,
  numberFlow,
  pieceRowBytes,
  setupShards,
  shardOf,
  shardOfIpv4,
  shardOfIpv6,
  takePiece,
} from "../conducting";
import { mappedHash } from "../context";
import { ENTRY_OPEN, ENTRY_ROW, ROW_MEASURES } from "../journal";
import { MeasuredFlow } from "../measured-flow";
import { PacketDealer } from "../packet-dealer";
import { RECORD_HEAD, RECORD_PACKET, RECORD_PAYLOAD, RECORD_SEEN_BYTES } from "../records";
import { CicBatch } from "./batch";
import { FLOW_BYTES } from "./flow";
import { Intake } from "./intake";
import { RETRANSMISSIONS_BYTES } from "./retransmissions";
import { INTAKE_DECODER, Rules } from "./rules";
import { CIC_MEASURES } from "./write";

export { reserve } from "../../../flow/assembly/arena";
export {
  advanceAll,
  chunkBytes,
  closeChunks,
  figure,
  pieceRowBytes,
  setChunk,
  setComplete,
} from "../conducting";

/** What a shard takes beside its flows, journal and segments: fragments, and all that is small. */
const SHARD_REST: usize = 1 << 20;
/** At the most. */
const MARKS: usize = 1;
const ETHERNET_BYTES: i32 = 14;

/** Deals frames out by the addresses that the generation sees. */
@unmanaged
@final
class Dealer {
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

/** Carries out entries: numbers flows, and hands rows out. */
@unmanaged
@final
class Player {
  batch: CicBatch;

  /** True when the entry is a row, which is used up. */
  @inline
  play(entry: usize, flow: usize, row: usize): bool {
    const kind = load<u32>(entry, 16);
    if (kind == ENTRY_OPEN) numberFlow(flow);
    if (kind != ENTRY_ROW) return false;
    const batch = this.batch;
    memory.copy(batch.measures, row + ROW_MEASURES, (<usize>CIC_MEASURES) << 3);
    const known = changetype<MeasuredFlow>(row);
    known.ordinal = load<f64>(flow);
    batch.add(known, <i32>load<u32>(entry, 24), load<u32>(entry, 28) != 0, 0);
    return true;
  }

  /** Has fetched what an entry looks at; true when it is a row. */
  @inline
  touch(entry: usize, _state: usize, row: usize): bool {
    if (load<u32>(entry, 16) != ENTRY_ROW) return false;
    touch(row, pieceRowBytes());
    return true;
  }

  @inline
  touchState(state: usize): void {
    touch(state - FLOW_STATE, FLOW_STATE);
  }

  @inline
  forget(): void {}
}

const dealer = changetype<Dealer>(reserve(offsetof<Dealer>()));
const player = changetype<Player>(reserve(offsetof<Player>()));
const rules = changetype<Rules>(reserve(offsetof<Rules>()));

/** Where the rules are to be written, before `setup`: 32-bit numbers in the order of Rules. */
export function tableAddress(): usize {
  return changetype<usize>(rules);
}

/** Takes all memory; false when it is refused. `flowsPerShard` places at the most in each. */
export function setup(count: u32, flowsPerShard: u32, tunnelDepth: i32, batchRows: u32, columns: u32): bool {
  dealer.packets = changetype<PacketDealer>(reserve(offsetof<PacketDealer>()));
  player.batch = changetype<CicBatch>(reserve(offsetof<CicBatch>()));
  if (!dealer.packets.setup(tunnelDepth) || !setupShards(count, flowsPerShard, 0, CIC_MEASURES)) return false;
  if (rules.intake != INTAKE_DECODER) {
    const decoder = dealer.packets.decoder;
    dealer.intake = changetype<Intake>(reserve(offsetof<Intake>()));
    dealer.intake.setup(decoder.packet, decoder.statistics, rules);
  }
  return player.batch.setup(batchRows, columns);
}

/** Bytes that a shard takes for so many flows and pieces of its journal. */
export function shardBytes(flows: u32, pieces: u32, entries: u32, rowsOfPiece: u32): usize {
  const journal = journalBytes(pieces, entries, rowsOfPiece, CIC_MEASURES, 0);
  return meterBytes(flows, FLOW_BYTES, MARKS) + journal + RETRANSMISSIONS_BYTES + SHARD_REST;
}

/** Bytes of a piece of a journal. */
export function pieceBytes(entries: u32, rowsOfPiece: u32): usize {
  return journalBytes(1, entries, rowsOfPiece, CIC_MEASURES, 0);
}

export function measureCount(): i32 {
  return CIC_MEASURES;
}

export function rowsAddress(): usize {
  return changetype<usize>(player.batch.rows);
}

/** One byte a row: 1 when the flow is known by the name of its destination first. */
export function keysAddress(): usize {
  return player.batch.keys;
}

export function statisticsAddress(): usize {
  return changetype<usize>(dealer.packets.decoder.statistics);
}

/** Adds a frame, or what is read of it, to a chunk; false when the chunk has no room. */
export function frame(
  start: usize,
  captured: i32,
  wireLength: u32,
  timestampUs: f64,
  linkType: i32,
  stays: bool,
): bool {
  return deal(dealer, start, captured, wireLength, timestampUs, linkType, stays);
}

export function setPiece(index: u32, entries: usize, count: u32, rowsOfPiece: usize): void {
  takePiece(player, index, entries, count, rowsOfPiece);
}

export function merge(): i32 {
  return mergeJournals(player);
}

export function flush(): void {
  player.batch.rows.flush();
}
