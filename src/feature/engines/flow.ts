// The engine of the schema `flow`; see ../assembly/flow-engine.ts.

import { icmpCounterparts } from "../../flow/icmp.ts";
import { KERNEL_BASE64 as CONDUCTOR_BASE64 } from "../conductor.generated.ts";
import { KERNEL_BASE64 } from "../kernels.generated.ts";
import { entropyProducts } from "../measures/content.ts";
import { HOSTS_REMEMBERED, PAIRS_REMEMBERED, SETTLE_US } from "../measures/context.ts";
import { GROUPS } from "../measures/index.ts";
import { serviceCodes } from "../measures/service.ts";
import { distinctCounts } from "../measures/windows.ts";
import { KERNEL_BASE64 as SHARD_BASE64 } from "../shard.generated.ts";
import type { EngineDefinition, EngineKernels } from "./contract.ts";
import type { DividedEngine } from "./divided.ts";

/** What the module exports beside the common functions. */
interface FlowKernels extends EngineKernels {
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
}

const divided: DividedEngine = {
  conductorKernel: CONDUCTOR_BASE64,
  shardKernel: SHARD_BASE64,
  figuresOfShards: false,
  conductorTable: distinctCounts,
  shardTables: () => [icmpCounterparts(), serviceCodes(), entropyProducts()],
  conductorNumbers: () => [HOSTS_REMEMBERED, PAIRS_REMEMBERED],
  shardNumbers: ({ lifecycle }) => [
    lifecycle.idleTimeoutUs,
    lifecycle.unansweredTimeoutUs,
    lifecycle.activeTimeoutUs,
    lifecycle.lingerUs,
    SETTLE_US,
  ],
};

export const flowEngine: EngineDefinition = {
  id: "flow",
  kernel: KERNEL_BASE64,
  groups: GROUPS,
  figures: ["contextSourcesReplaced", "contextDestinationsReplaced", "contextPairsReplaced"],
  divided,
  setup(common, options, buffer) {
    const kernels = common as FlowKernels;
    const { idleTimeoutUs, unansweredTimeoutUs, activeTimeoutUs, lingerUs } = options.lifecycle;
    kernels.setTimeouts(idleTimeoutUs, unansweredTimeoutUs, activeTimeoutUs, lingerUs);
    const done = kernels.setup(
      options.maximumFlows,
      options.hashSeed,
      options.tunnelDepth,
      options.batchRows,
      options.schema.columns.length,
      HOSTS_REMEMBERED,
      PAIRS_REMEMBERED,
      SETTLE_US,
      options.earlyPackets,
      options.earlyAfterUs,
    );
    const places = [0, 1, 2, 3].map((table) => kernels.tableAddress(table));
    if (done === 0 || places.includes(0)) return false;
    const memory = buffer();
    const tables = [icmpCounterparts(), serviceCodes(), entropyProducts(), distinctCounts()];
    for (const [index, table] of tables.entries()) {
      const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
      new Uint8Array(memory, places[index], bytes.length).set(bytes);
    }
    return true;
  },
};
