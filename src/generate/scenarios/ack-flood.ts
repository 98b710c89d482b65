// ACKs of no connection: floods that pass filters which only look for SYN.

import { TCP_ACK } from "../../packet/packet.ts";
import type { Scenario } from "../stage.ts";
import { answerParameter, FLOOD_PARAMETERS, startTcpFlood } from "./common.ts";

export const scenario: Scenario = {
  name: "ack-flood",
  label: "flood",
  attack: true,
  title: "ACK flood",
  description:
    "TCP ACK packets that belong to no connection, to load firewalls and servers; answered by RST or not at all.",
  parameters: [...FLOOD_PARAMETERS, answerParameter("ack-flood")],
  start: (stage) => startTcpFlood(stage, TCP_ACK),
};
