// TCP health: flags, windows, retransmissions, reordering, handshake times and the state of the connection; computed by
// ../assembly/tcp.ts.

import type { MeasureGroup } from "./contract.ts";

/** Late by less than a round trip, or by less than this where none is known, is reordering; µs. */
export const REORDER_US = 3_000;
/** What is asked for by two repeated acknowledgments and comes within this was sent again, µs. */
export const FAST_RETRANSMISSION_US = 20_000;

/** Codes of `connection.state`, as Zeek's conn.log names them. Flows other than TCP are SF when answered, else S0. */
export const CONNECTION_STATES = [
  "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH",
] as const; // biome-ignore format: a table

export const tcpGroup: MeasureGroup = {
  id: "tcp",
  version: 2,
  measures: [
    ...directionMeasures("forward"),
    ...directionMeasures("backward"),
    "handshake.rtt",
    "handshake.server",
    "response.time",
    "connection.state",
    "protocol",
  ],
};

function directionMeasures(name: string): string[] {
  return [
    `${name}.syn`,
    `${name}.fin`,
    `${name}.rst`,
    `${name}.psh`,
    `${name}.ack`,
    `${name}.urg`,
    `${name}.ecn`,
    `${name}.retransmitted`,
    `${name}.out_of_order`,
    `${name}.window.first`,
    `${name}.window.min`,
    `${name}.window.max`,
    `${name}.window.zero`,
    `${name}.mss`,
  ];
}
