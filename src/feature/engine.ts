// An engine in WebAssembly, seen from outside: its memory, the tables it needs, and the batch of rows it fills.
//
// One engine meters one input; it is made once and thrown away. All memory is taken at the beginning, in the size that
// tables may have at the most; what is not written to costs nothing. See assembly/flow-engine.ts.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { type ConnectionOptions, MAXIMUM_FLOWS_DEFAULT } from "../flow/contract.ts";
import { METER_COUNTS } from "../flow/counts.ts";
import { icmpCounterparts } from "../flow/icmp.ts";
import { memoryRefused } from "../flow/meter.ts";
import { TUNNEL_DEPTH_MAX } from "../packet/decode.ts";
import { PACKET_BYTES } from "../packet/memory.ts";
import { DecodeStatistics } from "../packet/statistics.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";
import { entropyProducts } from "./measures/content.ts";
import { HOSTS_REMEMBERED, PAIRS_REMEMBERED, SETTLE_US } from "./measures/context.ts";
import { GROUPS } from "./measures/index.ts";
import { serviceCodes } from "./measures/service.ts";
import { distinctCounts } from "./measures/windows.ts";
import { RowBatch, type RowStorage } from "./row.ts";
import type { Schema } from "./schema.ts";

/** What assembly/flow-engine.ts exports. */
interface Kernels {
  reserve(bytes: number): number;
  flowBytes(): number;
  measureCount(): number;
  tableAddress(table: number): number;
  setTimeouts(idleUs: number, unansweredUs: number, activeUs: number, lingerUs: number): void;
  setup(
    maximumFlows: number,
    seed: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    hosts: number,
    pairs: number,
    settleUs: number,
    earlyPackets: number,
    earlyAfterUs: number,
  ): number;
  rowsAddress(): number;
  countsAddress(): number;
  statisticsAddress(): number;
  figure(which: number): number;
  frame(start: number, captured: number, wireLength: number, timestampUs: number, linkType: number): void;
  push(packet: number): void;
  advance(nowUs: number): void;
  end(limit: number): number;
  flush(): void;
}

/** Figures by their numbers in the engine. */
export const FIGURE = { earlyRows: 1, rows: 2, sources: 3, destinations: 4, pairs: 5 } as const;

export interface EngineOptions {
  schema: Schema;
  lifecycle: ConnectionOptions;
  maximumFlows?: number;
  hashSeed?: number;
  tunnels?: boolean;
  batchRows: number;
  earlyPackets?: number;
  earlyAfterUs?: number;
}

let compiled: WasmModule | undefined;

export class Engine {
  readonly kernels: Kernels;
  readonly batch: RowBatch;
  readonly statistics: DecodeStatistics;
  /** Of the meter; see flow/counts.ts. */
  readonly counts: Float64Array;
  /** Room for one packet. */
  readonly packetAddress: number;
  readonly #memory: WasmMemory;
  readonly #rowCount: Int32Array;

  /** @param takeRows called when the batch is full, or on flush; the batch is cleared when it returns */
  constructor(options: EngineOptions, takeRows: (batch: RowBatch) => void) {
    compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
    this.#memory = sharedWasmMemory();
    this.kernels = instantiateWasm<Kernels>(compiled, this.#memory, {
      takeRows: () => {
        this.batch.count = this.#rowCount[0];
        takeRows(this.batch);
        this.batch.clear();
      },
    });
    this.#setup(options);
    this.packetAddress = this.kernels.reserve(PACKET_BYTES);
    const { buffer } = this.#memory;
    const rows = this.kernels.rowsAddress();
    this.#rowCount = new Int32Array(buffer, rows, 1);
    this.batch = new RowBatch(options.schema, options.batchRows, batchStorage(buffer, rows, options));
    this.counts = new Float64Array(buffer, this.kernels.countsAddress(), METER_COUNTS);
    this.statistics = new DecodeStatistics(new Float64Array(buffer), this.kernels.statisticsAddress() / 8);
    this.#writeTables(options.schema);
  }

  /** The whole memory as it is now. It may be longer later. */
  get buffer(): ArrayBuffer | SharedArrayBuffer {
    return this.#memory.buffer;
  }

  #setup(options: EngineOptions): void {
    const { lifecycle, schema, batchRows } = options;
    this.kernels.setTimeouts(
      lifecycle.idleTimeoutUs,
      lifecycle.unansweredTimeoutUs,
      lifecycle.activeTimeoutUs,
      lifecycle.lingerUs,
    );
    const maximumFlows = Math.max(1, options.maximumFlows ?? MAXIMUM_FLOWS_DEFAULT);
    const done = this.kernels.setup(
      maximumFlows,
      options.hashSeed ?? 0x2545f491,
      options.tunnels === true ? TUNNEL_DEPTH_MAX : 0,
      batchRows,
      schema.columns.length,
      HOSTS_REMEMBERED,
      PAIRS_REMEMBERED,
      SETTLE_US,
      options.earlyPackets ?? 0,
      options.earlyAfterUs ?? -1,
    );
    if (done === 0) throw memoryRefused(maximumFlows);
  }

  #writeTables(schema: Schema): void {
    const { kernels } = this;
    const services = kernels.tableAddress(1);
    const { buffer } = this.#memory;
    new Int16Array(buffer, kernels.tableAddress(0), 512).set(icmpCounterparts());
    new Uint8Array(buffer, services, 65536).set(serviceCodes());
    const products = entropyProducts();
    new Float64Array(buffer, kernels.tableAddress(2), products.length).set(products);
    const distinct = distinctCounts();
    new Int32Array(buffer, kernels.tableAddress(3), distinct.length).set(distinct);
    const names = GROUPS.flatMap((group) => group.measures);
    if (names.length !== kernels.measureCount()) throw new RangeError("measures are listed in two ways");
    const sources = new Uint32Array(buffer, kernels.rowsAddress(), ROWS_WORDS)[ROWS_SOURCES];
    const places = schema.columns.map(({ measure }) => names.indexOf(measure) * 8);
    new Uint32Array(buffer, sources, places.length).set(places);
  }
}

// Words of the batch in memory (assembly/rows.ts).
const ROWS_VALUES = 3;
const ROWS_SOURCES = 11;
const ROWS_WORDS = 13;

function batchStorage(
  buffer: ArrayBuffer | SharedArrayBuffer,
  address: number,
  { schema, batchRows }: EngineOptions,
): RowStorage {
  const [values, flow, startUs, endUs, addresses, ports, protocol, reason] = new Uint32Array(
    buffer,
    address,
    ROWS_WORDS,
  ).subarray(ROWS_VALUES);
  return {
    values: new Float64Array(buffer, values, batchRows * schema.columns.length),
    flow: new Float64Array(buffer, flow, batchRows),
    startUs: new Float64Array(buffer, startUs, batchRows),
    endUs: new Float64Array(buffer, endUs, batchRows),
    addresses: new Int32Array(buffer, addresses, batchRows * 8),
    ports: new Uint16Array(buffer, ports, batchRows * 2),
    protocol: new Uint8Array(buffer, protocol, batchRows),
    reason: new Uint8Array(buffer, reason, batchRows),
  };
}
