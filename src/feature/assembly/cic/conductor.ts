// The conductor of the schemas `cic` and `cic-…`; what it does is told in ../conducting.ts. Nothing spans shards but the numbers
// of flows.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/cic-conductor.generated.ts;
// ../../conductor.ts drives it, ../../engines/cic.ts writes the rules of a generation.

import { reserve, touch } from "../../../flow/assembly/arena";
import {
  FLOW_STATE,
  mergeJournals,
  meterBytes,
  numberFlow,
  pieceRowBytes,
  setupShards,
  takePiece,
} from "../conducting";
import { deal } from "../dealing";
import { ENTRY_OPEN, ENTRY_ROW, ROW_MEASURES } from "../journal";
import { MeasuredFlow } from "../measured-flow";
import { PacketDealer } from "../packet-dealer";
import { CicBatch } from "./batch";
import { CicDealer } from "./dealer";
import { FLOW_BYTES } from "./flow";
import { Intake } from "./intake";
import { RETRANSMISSIONS_BYTES } from "./retransmissions";
import { INTAKE_DECODER, Rules } from "./rules";
import { CIC_MEASURES } from "./write";

export { reserve } from "../../../flow/assembly/arena";
export { figure, pieceBytes, pieceRowBytes, setComplete, shardBytes } from "../conducting";
export { dealingAddress } from "../dealing";

/** What a shard takes beside its flows, journal and segments: fragments, and all that is small. */
const SHARD_REST: usize = 1 << 20;
/** At the most. */
const MARKS: usize = 1;

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
    batch.rows.measures = row + ROW_MEASURES;
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

const dealer = changetype<CicDealer>(reserve(offsetof<CicDealer>()));
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
  const beside = meterBytes(flowsPerShard, FLOW_BYTES, MARKS) + RETRANSMISSIONS_BYTES + SHARD_REST;
  if (!setupShards(count, flowsPerShard, 0, CIC_MEASURES, 0, beside)) return false;
  if (!dealer.packets.setup(tunnelDepth)) return false;
  if (rules.intake != INTAKE_DECODER) {
    const decoder = dealer.packets.decoder;
    dealer.intake = changetype<Intake>(reserve(offsetof<Intake>()));
    dealer.intake.setup(decoder.packet, decoder.statistics, rules);
  }
  return player.batch.setup(batchRows, columns);
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

/** For other modules to deal by, too. */
export function dealerAddress(): usize {
  return changetype<usize>(dealer);
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
