// A scan by segments without any flag, which no healthy stack sends.

import type { Scenario } from "../stage.ts";
import { SCAN_PARAMETERS, startStealthScan } from "./common.ts";

export const scenario: Scenario = {
  name: "null-scan",
  label: "scan",
  attack: true,
  title: "NULL scan",
  description:
    "TCP segments without any flag to many ports of a host: closed ports answer RST, open and filtered ones stay silent and are asked again.",
  parameters: SCAN_PARAMETERS,
  start: (stage) => startStealthScan(stage, 0),
};
