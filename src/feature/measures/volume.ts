// Volume: packets, bytes and payload lengths, per direction and together; computed by ../assembly/volume.ts.

import type { MeasureGroup } from "./contract.ts";

export const volumeGroup: MeasureGroup = {
  id: "volume",
  version: 2,
  measures: [
    "duration",
    ...directionMeasures("forward"),
    ...directionMeasures("backward"),
    "packets",
    "wire.bytes",
    "payload.bytes",
    "payload.min",
    "payload.max",
    "payload.mean",
    "payload.std",
    "packets.rate",
    "wire.rate",
    "packets.ratio",
    "payload.ratio",
  ],
};

function directionMeasures(name: string): string[] {
  return [
    `${name}.packets`,
    `${name}.wire.bytes`,
    `${name}.payload.bytes`,
    `${name}.payload.packets`,
    `${name}.payload.min`,
    `${name}.payload.max`,
    `${name}.payload.mean`,
    `${name}.payload.std`,
    `${name}.header.mean`,
    `${name}.packets.rate`,
    `${name}.wire.rate`,
  ];
}
