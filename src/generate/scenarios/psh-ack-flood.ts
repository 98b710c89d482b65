// Data of no connection, as some public data sets hold them under this name.

import { TCP_ACK, TCP_PSH } from "../../packet/packet.ts";
import type { Scenario } from "../stage.ts";
import { answerParameter, FLOOD_PARAMETERS, startTcpFlood } from "./common.ts";

export const scenario: Scenario = {
  name: "psh-ack-flood",
  label: "flood",
  attack: true,
  title: "PSH-ACK flood",
  description: "TCP packets with PSH, ACK and payload that belong to no connection.",
  parameters: [...FLOOD_PARAMETERS, answerParameter("ack-flood")],
  start: (stage) => startTcpFlood(stage, TCP_PSH | TCP_ACK),
};
