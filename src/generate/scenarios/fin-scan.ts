// A scan by FIN alone, which old filters let pass.

import { TCP_FIN } from "../../packet/packet.ts";
import type { Scenario } from "../stage.ts";
import { SCAN_PARAMETERS, startStealthScan } from "./common.ts";

export const scenario: Scenario = {
  name: "fin-scan",
  label: "scan",
  attack: true,
  title: "FIN scan",
  description:
    "TCP segments with FIN alone to many ports of a host: closed ports answer RST, open and filtered ones stay silent and are asked again.",
  parameters: SCAN_PARAMETERS,
  start: (stage) => startStealthScan(stage, TCP_FIN),
};
