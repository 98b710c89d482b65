// A scan by FIN, PSH and URG together, which no healthy stack sends.

import { TCP_FIN, TCP_PSH, TCP_URG } from "../../packet/packet.ts";
import type { Scenario } from "../stage.ts";
import { SCAN_PARAMETERS, startStealthScan } from "./common.ts";

export const scenario: Scenario = {
  name: "xmas-scan",
  label: "scan",
  attack: true,
  title: "Xmas scan",
  description:
    "TCP segments with FIN, PSH and URG to many ports of a host: closed ports answer RST, open and filtered ones stay silent and are asked again.",
  parameters: SCAN_PARAMETERS,
  start: (stage) => startStealthScan(stage, TCP_FIN | TCP_PSH | TCP_URG),
};
