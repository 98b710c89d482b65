// Half-open connections until the server has no room; everything that tools vary is varied independently.

import { TCP_SYN } from "../../packet/packet.ts";
import type { Scenario } from "../stage.ts";
import { answerParameter, FLOOD_PARAMETERS, startTcpFlood } from "./common.ts";

export const scenario: Scenario = {
  name: "syn-flood",
  label: "flood",
  attack: true,
  title: "SYN flood",
  description:
    "TCP SYN packets exhaust a server's half-open connections. Sources, ports, headers, rate and what the victim answers (SYN-ACK with repeats, RST, nothing) vary independently.",
  parameters: [...FLOOD_PARAMETERS, answerParameter("syn-flood")],
  start: (stage) => startTcpFlood(stage, TCP_SYN),
};
