// What CICFlowMeter measures, computed by ../assembly/cic/write.ts as the rules of a generation say; see
// ../engines/cic.ts for the rules.

import type { MeasureGroup } from "./contract.ts";

export const cicGroup: MeasureGroup = {
  id: "cic",
  version: 1,
  measures: [
    "protocol",
    "duration",
    ...both("packets"),
    ...both("length.total"),
    ...both("length.max", "length.min", "length.mean", "length.std"),
    "bytes.rate",
    "packets.rate",
    ...gaps("iat"),
    ...["forward.iat", "backward.iat"].flatMap((series) => [`${series}.total`, ...gaps(series)]),
    ...["push", "urgent", "reset", "header.total", "packets.rate"].flatMap((name) => both(name)),
    "length.min",
    "length.max",
    "length.mean",
    "length.std",
    "length.variance",
    "flags.fin",
    "flags.syn",
    "flags.rst",
    "flags.psh",
    "flags.ack",
    "flags.urg",
    "flags.cwr",
    "flags.ece",
    "ratio",
    "length.average",
    ...both("segment.mean"),
    ...both("bulk.bytes", "bulk.packets", "bulk.rate"),
    ...both("subflow.packets", "subflow.bytes"),
    ...both("window"),
    ...both("data.packets"),
    ...both("header.min"),
    ...periods("active"),
    ...periods("idle"),
    "icmp.code",
    "icmp.type",
    ...both("retransmissions"),
    "retransmissions",
    "connection.duration",
  ],
};

/** Measures of the forward direction, then the same of the backward one. */
function both(...names: string[]): string[] {
  return ["forward", "backward"].flatMap((side) => names.map((name) => `${side}.${name}`));
}

function gaps(series: string): string[] {
  return [`${series}.mean`, `${series}.std`, `${series}.max`, `${series}.min`];
}

function periods(name: string): string[] {
  return [`${name}.mean`, `${name}.std`, `${name}.max`, `${name}.min`];
}
