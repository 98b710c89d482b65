// The engine of the schemas `apa` and `apa-live`; see ../assembly/apa-engine.ts.

import { KERNEL_BASE64 } from "../apa-kernels.generated.ts";
import { conversationGroup } from "../measures/conversation.ts";
import type { EngineDefinition, EngineKernels } from "./contract.ts";

/** What the module exports beside the common functions. */
interface ApaKernels extends EngineKernels {
  setup(
    maximumFlows: number,
    seed: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    passes: number,
  ): number;
}

export const apaEngine: EngineDefinition = {
  id: "apa",
  kernel: KERNEL_BASE64,
  groups: [conversationGroup],
  figures: ["conversationsWithoutTotals"],
  setup(common, options) {
    const { schema } = options;
    const done = (common as ApaKernels).setup(
      options.maximumFlows,
      options.hashSeed,
      options.tunnelDepth,
      options.batchRows,
      schema.columns.length,
      schema.passes ?? 1,
    );
    return done !== 0;
  },
};
