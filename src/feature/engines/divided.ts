// The contract of an engine that can be divided among threads: one module deals frames out to shards and puts their rows in order,
// another meters a shard. See ../conductor.ts, which drives both; all addresses are in bytes.

import type { EngineOptions } from "./contract.ts";

/** What modules export that conduct (../assembly/conducting.ts). */
export interface ConductorKernels {
  reserve(bytes: number): number;
  /** Takes all memory but that of shards; 0 when it is refused. Behind the common numbers, the engine's own. */
  setup(
    shards: number,
    flowsPerShard: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    ...own: number[]
  ): number;
  /** Bytes of a shard's part, of a piece of its journal, and of a row in it. */
  shardBytes(pieces: number, entries: number, rows: number): number;
  pieceBytes(entries: number, rows: number): number;
  pieceRowBytes(): number;
  measureCount(): number;
  /** Where the engine's constant table is to be written, before `setup`. */
  tableAddress(): number;
  rowsAddress(): number;
  keysAddress?(): number;
  statisticsAddress(): number;
  /** What threads deal by. */
  dealingAddress(): number;
  dealerAddress(): number;
  /** 0 newest packet time, 1 packets without a flow, 2 clock resets, 3 flows opened. */
  figure(which: number): number;
  /** Figures of the measure groups. */
  measureFigure?(which: number): number;
  /** Deals a frame out; 0 when the chunk has no room. `stays` is 1 where the frame lies there until it is metered. */
  frame(
    start: number,
    captured: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
    stays: number,
  ): number;
  setPiece(shard: number, entries: number, count: number, rows: number): void;
  setComplete(shard: number, complete: number): void;
  /** Hands rows out as far as journals go; the shard whose next piece is needed, or -1. */
  merge(): number;
  flush(): void;
}

/** What modules export that meter shards (../assembly/sharding.ts). */
export interface ShardKernels {
  confine(from: number, to: number): void;
  tableAddress(table: number): number;
  /** Takes a shard's memory and gives its address; 0 when that is too small. Behind the common numbers, the engine's own. */
  setup(
    maximumFlows: number,
    seed: number,
    pieces: number,
    entries: number,
    rows: number,
    earlyPackets: number,
    earlyAfterUs: number,
    ...own: number[]
  ): number;
  join(control: number, reads: number): void;
  adoptDealing(address: number): void;
  /** Opens the next step to be filled; 0 while its chunks are in use. */
  openStep(): number;
  /** Deals out the step that was filled; 0 when a chunk has no room for its end. */
  closeStep(): number;
  dealStep(): void;
  /** Bytes of packets that wait in the open step. */
  packetBytes(): number;
  /** Meters a chunk, if one waits; else 0. */
  help(): number;
  /** Does what there is to do in the lane (../assembly/lane.ts); else 0. */
  drive(): number;
  /** All by the address of a shard. */
  countsAddress(shard: number): number;
  statisticsAddress(shard: number): number;
  /** 0 early rows, 1 rows of ended flows; from 2 on those of the measure groups, where shards have them. */
  figure(shard: number, which: number): number;
}

export interface DividedEngine {
  /** The modules as base64 text. */
  readonly conductorKernel: string;
  readonly shardKernel: string;
  /** The conductor's table, and those of every thread by number. */
  conductorTable(): ArrayBufferView;
  shardTables(): readonly ArrayBufferView[];
  /** The engine's own numbers behind the common ones of `setup`. */
  conductorNumbers(options: EngineOptions): readonly number[];
  shardNumbers(options: EngineOptions): readonly number[];
  /** Whether shards, rather than the conductor, know the figures of the measure groups. */
  readonly figuresOfShards: boolean;
}
