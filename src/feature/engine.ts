// An engine in WebAssembly, seen from outside: its memory, and the batch of rows it fills.
//
// One engine meters one input; it is made once and thrown away. All memory is taken at the beginning, in the size that
// tables may have at the most; what is not written to costs nothing. What engines have in common is told in
// engines/contract.ts.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { METER_COUNTS } from "../flow/counts.ts";
import { memoryRefused } from "../flow/meter.ts";
import { PACKET_BYTES } from "../packet/memory.ts";
import { DecodeStatistics } from "../packet/statistics.ts";
import { engineById } from "./engines/_index.ts";
import type { EngineDefinition, EngineKernels, EngineOptions } from "./engines/contract.ts";
import { RowBatch } from "./row.ts";
import type { Schema } from "./schema.ts";

const modules = new Map<string, WasmModule>();

/** The compiled module of an engine; it may be handed to other threads. */
function moduleOf(definition: EngineDefinition): WasmModule {
  let module = modules.get(definition.id);
  if (module === undefined) {
    module = compileWasm(decodeBase64(definition.kernel));
    modules.set(definition.id, module);
  }
  return module;
}

export class Engine {
  readonly definition: EngineDefinition;
  readonly kernels: EngineKernels;
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
    this.definition = engineById(options.schema.engine);
    this.#memory = sharedWasmMemory();
    this.kernels = instantiateWasm<EngineKernels>(moduleOf(this.definition), this.#memory, {
      takeRows: () => {
        this.batch.count = this.#rowCount[0];
        takeRows(this.batch);
        this.batch.clear();
      },
    });
    const { kernels } = this;
    if (!this.definition.setup(kernels, options, () => this.#memory.buffer)) {
      throw memoryRefused(options.maximumFlows);
    }
    this.packetAddress = kernels.reserve(PACKET_BYTES);
    const { buffer } = this.#memory;
    const rows = kernels.rowsAddress();
    this.#rowCount = new Int32Array(buffer, rows, 1);
    this.batch = batchOver(buffer, rows, options.schema, options.batchRows, kernels.keysAddress?.());
    this.counts = new Float64Array(buffer, kernels.countsAddress(), METER_COUNTS);
    this.statistics = new DecodeStatistics(new Float64Array(buffer), kernels.statisticsAddress() / 8);
    writePlaces(buffer, rows, options.schema, this.definition, kernels.measureCount());
  }

  /** The whole memory as it is now. It may be longer later. */
  get buffer(): ArrayBuffer | SharedArrayBuffer {
    return this.#memory.buffer;
  }
}

// Words of the batch in memory (assembly/rows.ts).
const ROWS_VALUES = 3;
const ROWS_SOURCES = 11;
const ROWS_WORDS = 13;

/** Tells the module where the measure of each column lies among those that it writes. */
export function writePlaces(
  buffer: ArrayBufferLike,
  rowsAddress: number,
  schema: Schema,
  definition: EngineDefinition,
  measureCount: number,
): void {
  const names = definition.groups.flatMap((group) => group.measures);
  if (names.length !== measureCount) throw new RangeError("measures are listed in two ways");
  const places = schema.columns.map(({ measure }) => {
    const place = names.indexOf(measure);
    if (place < 0) throw new RangeError(`engine ${definition.id} computes no ${measure}`);
    return place * 8;
  });
  const address = new Uint32Array(buffer, rowsAddress, ROWS_WORDS)[ROWS_SOURCES];
  new Uint32Array(buffer, address, places.length).set(places);
}

/** Blocks of so many bytes, one behind the other from an address on. */
export function blocksOver(
  buffer: ArrayBufferLike,
  address: number,
  bytes: number,
  count: number,
): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(buffer, address + index * bytes, bytes));
}

/** A batch over the rows that a module fills. */
export function batchOver(
  buffer: ArrayBufferLike,
  rowsAddress: number,
  schema: Schema,
  batchRows: number,
  keysAddress?: number,
): RowBatch {
  const words = new Uint32Array(buffer, rowsAddress, ROWS_WORDS);
  const [values, flow, startUs, endUs, addresses, ports, protocol, reason] = words.subarray(ROWS_VALUES);
  return new RowBatch(schema, batchRows, {
    values: new Float64Array(buffer, values, batchRows * schema.columns.length),
    flow: new Float64Array(buffer, flow, batchRows),
    startUs: new Float64Array(buffer, startUs, batchRows),
    endUs: new Float64Array(buffer, endUs, batchRows),
    addresses: new Int32Array(buffer, addresses, batchRows * 8),
    ports: new Uint16Array(buffer, ports, batchRows * 2),
    protocol: new Uint8Array(buffer, protocol, batchRows),
    reason: new Uint8Array(buffer, reason, batchRows),
    keyReversed: keysAddress === undefined ? undefined : new Uint8Array(buffer, keysAddress, batchRows),
  });
}
