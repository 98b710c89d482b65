// A TCP packet and the totals of its conversation; written by ../assembly/apa-engine.ts.

import type { MeasureGroup } from "./contract.ts";

const TOTALS = ["packets", "bytes", "sent.packets", "sent.bytes", "received.packets", "received.bytes"];

export const conversationGroup: MeasureGroup = {
  id: "conversation",
  version: 1,
  measures: [
    "packet.source.port",
    "packet.destination.port",
    "packet.protocol",
    "packet.length",
    "packet.tcp.syn",
    "packet.tcp.reset",
    "packet.tcp.push",
    "packet.tcp.acknowledgment",
    "packet.ip.more-fragments",
    "packet.ip.dont-fragment",
    "packet.ip.reserved",
    "packet.tcp.sequence.relative",
    "packet.tcp.acknowledged.relative",
    ...TOTALS.map((name) => `conversation.whole.${name}`),
    ...TOTALS.map((name) => `conversation.so-far.${name}`),
  ],
};
