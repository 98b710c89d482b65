// The engine of the schemas `antinex` and `antinex-legacy`; see ../assembly/antinex-engine.ts.

import { KERNEL_BASE64 } from "../antinex-kernels.generated.ts";
import { layersGroup, recordedGroup } from "../measures/layers.ts";
import type { EngineDefinition, EngineKernels } from "./contract.ts";

/** What the module exports beside the common functions. */
interface AntinexKernels extends EngineKernels {
  setup(tunnelDepth: number, batchRows: number, columns: number): number;
}

export const antinexEngine: EngineDefinition = {
  id: "antinex",
  kernel: KERNEL_BASE64,
  groups: [layersGroup, recordedGroup],
  figures: [],
  setup(common, { tunnelDepth, batchRows, schema }) {
    return (common as AntinexKernels).setup(tunnelDepth, batchRows, schema.columns.length) !== 0;
  },
};
