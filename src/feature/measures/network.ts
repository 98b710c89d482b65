// Network layer: time to live per direction, fragments, "don't fragment"; computed by ../assembly/network.ts.

import type { MeasureGroup } from "./contract.ts";

export const networkGroup: MeasureGroup = {
  id: "network",
  version: 1,
  measures: [
    "forward.ttl.min",
    "forward.ttl.max",
    "backward.ttl.min",
    "backward.ttl.max",
    "fragments",
    "dont_fragment.share",
    "ip.version",
  ],
};
