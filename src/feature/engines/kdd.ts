// The engines of the KDD schemas; see ../assembly/kdd/kdd-engine.ts and extractor-engine.ts there.
//
// Their lifecycles are part of what they compute: time-outs are those of KDD, and the options for them change nothing.

import { KERNEL_BASE64 as EXTRACTOR_BASE64 } from "../kdd-extractor-kernels.generated.ts";
import { KERNEL_BASE64 } from "../kdd-kernels.generated.ts";
import {
  KDD_EXTRACTOR_MEASURE_GROUPS,
  KDD_MEASURE_GROUPS,
  kddServiceCodes,
  kddTextKinds,
} from "../measures/kdd.ts";
import type { EngineDefinition, EngineKernels } from "./contract.ts";

/** What the modules export beside the common functions. */
interface KddKernels extends EngineKernels {
  tableAddress(table: number): number;
  setup(
    maximumFlows: number,
    seed: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    windowSize: number,
  ): number;
}

interface ExtractorKernels extends EngineKernels {
  tableAddress(table: number): number;
  setup(maximumFlows: number, seed: number, batchRows: number, columns: number): number;
}

/** No ICMP message is the counterpart of another: connections of ICMP go one way. */
const ONE_WAY = new Uint8Array(new Int16Array(512).fill(-1).buffer);

/** With so many connections in the window of connections. */
function kddEngineOf(id: string, windowSize: number): EngineDefinition {
  return {
    id,
    kernel: KERNEL_BASE64,
    groups: KDD_MEASURE_GROUPS,
    figures: ["kddSessionsNotRead", "kddConnectionsForgotten"],
    setup(common, options, buffer) {
      const kernels = common as KddKernels;
      const done = kernels.setup(
        options.maximumFlows,
        options.hashSeed,
        options.tunnelDepth,
        options.batchRows,
        options.schema.columns.length,
        windowSize,
      );
      return done !== 0 && writeTables(kernels, [ONE_WAY, kddServiceCodes("kdd"), kddTextKinds()], buffer);
    },
  };
}

/** 256 connections, as the values of KDD's records ask for. */
export const kddEngine = kddEngineOf("kdd", 256);

/** 100 connections, as the description of KDD has it. */
export const kdd100Engine = kddEngineOf("kdd-100", 100);

export const kddExtractorEngine: EngineDefinition = {
  id: "kdd-extractor",
  kernel: EXTRACTOR_BASE64,
  groups: KDD_EXTRACTOR_MEASURE_GROUPS,
  figures: ["kddConnectionsForgotten"],
  setup(common, options, buffer) {
    const kernels = common as ExtractorKernels;
    const { columns } = options.schema;
    const done = kernels.setup(options.maximumFlows, options.hashSeed, options.batchRows, columns.length);
    return done !== 0 && writeTables(kernels, [ONE_WAY, kddServiceCodes("extractor")], buffer);
  },
};

function writeTables(
  kernels: { tableAddress(table: number): number },
  tables: readonly Uint8Array[],
  buffer: () => ArrayBufferLike,
): boolean {
  for (const [index, table] of tables.entries()) {
    const address = kernels.tableAddress(index);
    if (address === 0) return false;
    new Uint8Array(buffer(), address, table.length).set(table);
  }
  return true;
}
