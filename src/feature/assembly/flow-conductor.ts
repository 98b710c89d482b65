// The conductor of the schema `flow`; what it does is told in conducting.ts. The surroundings of hosts, which span shards, are
// looked at here, in the order of packets.
//
// scripts/build-kernels.mjs compiles this file, and what it imports, into src/feature/conductor.generated.ts;
// ../conductor.ts drives it.

import { reserve, touch } from "../../flow/assembly/arena";
import { REASON_EARLY } from "../../flow/assembly/reasons";
import {
  FLOW_STATE,
  mergeJournals,
  meterBytes,
  numberFlow,
  pieceRowBytes,
  setupShards,
  takePiece,
} from "./conducting";
import { Context, CONTEXT_BYTES, CONTEXT_MEASURES } from "./context";
import { deal } from "./dealing";
import { FlowDealer } from "./flow-dealer";
import { FLOW_BYTES, FLOW_MEASURES } from "./flow-rows";
import { ENTRY_ANSWER, ENTRY_OPEN, ENTRY_ROW, ENTRY_SETTLE, ROW_MEASURES } from "./journal";
import { MeasuredFlow } from "./measured-flow";
import { PacketDealer } from "./packet-dealer";
import { Rows } from "./rows";
import { distinctTable } from "./windows";

export { reserve } from "../../flow/assembly/arena";
export { figure, pieceBytes, pieceRowBytes, setComplete, shardBytes } from "./conducting";
export { dealingAddress } from "./dealing";

/** What a shard takes beside its flows and journal: fragments, constant tables, and all that is small. */
const SHARD_REST: usize = 1 << 20;
/** At the most. */
const MARKS: usize = 2;
const MEASURES: i32 = FLOW_MEASURES - CONTEXT_MEASURES;

/** Carries out entries: looks at surroundings, and hands rows out with them. */
@unmanaged
@final
class Player {
  context: Context;
  rows: Rows;

  /** True when the entry is a row, which is used up. */
  @inline
  play(entry: usize, flow: usize, row: usize): bool {
    const kind = load<u32>(entry, 16);
    const state = flow + FLOW_STATE;
    if (kind == ENTRY_OPEN) this.open(entry, flow);
    else if (kind == ENTRY_ANSWER) this.context.answer(state, load<f64>(entry, 40));
    else if (kind == ENTRY_SETTLE) this.context.settle(state, load<f64>(entry));
    else if (kind == ENTRY_ROW) {
      this.handOut(entry, flow, row);
      return true;
    }
    return false;
  }

  private open(entry: usize, flow: usize): void {
    numberFlow(flow);
    const state = flow + FLOW_STATE;
    memory.fill(state, 0, CONTEXT_BYTES);
    const continued = load<u32>(entry, 36) != 0;
    this.context.begin(state, load<u32>(entry, 24), load<u32>(entry, 28), load<u32>(entry, 32), load<f64>(entry, 40), continued);
  }

  private handOut(entry: usize, flow: usize, row: usize): void {
    const context = this.context;
    const rows = this.rows;
    const reason = <i32>load<u32>(entry, 24);
    const state = flow + FLOW_STATE;
    const others = <usize>MEASURES << 3;
    memory.copy(rows.measures, row + ROW_MEASURES, others);
    if (reason == REASON_EARLY) {
      context.beginEarly(state);
      context.settle(state, load<f64>(entry));
      context.write(state, rows.measures + others);
      context.endEarly(state);
    } else context.write(state, rows.measures + others);
    const known = changetype<MeasuredFlow>(row);
    known.ordinal = load<f64>(flow);
    rows.add(known, reason, 0);
  }

  /** Has fetched what an entry looks at; true when it is a row. */
  @inline
  touch(entry: usize, state: usize, row: usize): bool {
    const kind = load<u32>(entry, 16);
    if (kind == ENTRY_SETTLE) this.context.touchSurroundings(state);
    else if (kind == ENTRY_ROW) {
      touch(row, pieceRowBytes());
      return true;
    } else if (kind == ENTRY_OPEN) {
      this.context.touchSets(load<u32>(entry, 24), load<u32>(entry, 28), load<u32>(entry, 32));
    }
    return false;
  }

  @inline
  touchState(state: usize): void {
    touch(state, CONTEXT_BYTES);
  }

  forget(): void {
    this.context.forget();
  }
}

const dealer = changetype<FlowDealer>(reserve(offsetof<FlowDealer>()));
const player = changetype<Player>(reserve(offsetof<Player>()));

/** Takes all memory; false when it is refused. `flowsPerShard` places at the most in each. */
export function setup(
  count: u32,
  flowsPerShard: u32,
  tunnelDepth: i32,
  batchRows: u32,
  columns: u32,
  hosts: u32,
  pairs: u32,
): bool {
  dealer.packets = changetype<PacketDealer>(reserve(offsetof<PacketDealer>()));
  player.context = changetype<Context>(reserve(offsetof<Context>()));
  player.rows = changetype<Rows>(reserve(offsetof<Rows>()));
  const beside = meterBytes(flowsPerShard, FLOW_BYTES, MARKS) + SHARD_REST;
  if (!setupShards(count, flowsPerShard, CONTEXT_BYTES, MEASURES, CONTEXT_MEASURES, beside)) return false;
  if (!dealer.packets.setup(tunnelDepth)) return false;
  return player.context.setup(hosts, pairs) && player.rows.setup(batchRows, columns, FLOW_MEASURES);
}

export function measureCount(): i32 {
  return FLOW_MEASURES;
}

/** Where the table of distinct partners is to be written. */
export function tableAddress(): usize {
  return distinctTable();
}

export function rowsAddress(): usize {
  return changetype<usize>(player.rows);
}

export function statisticsAddress(): usize {
  return changetype<usize>(dealer.packets.decoder.statistics);
}

/** What the tables of hosts replaced: 0 sources, 1 destinations, 2 pairs. */
export function measureFigure(which: i32): f64 {
  const context = player.context;
  if (which == 0) return context.sources.replaced;
  return which == 1 ? context.destinations.replaced : context.pairs.replaced;
}

/** For other modules to deal by, too. */
export function dealerAddress(): usize {
  return changetype<usize>(dealer);
}

/** Adds a frame, or the packet decoded from it, to a chunk; false when the chunk has no room. */
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
  player.rows.flush();
}
