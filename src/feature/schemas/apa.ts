// The schemas `apa` and `apa-live`: a TCP packet with the totals of its conversation, as the APA-DDoS data set has it.
//
// The names of `apa` are those of the public file, so that it can be read as rows of this schema. `apa-live` differs in the
// totals alone: they are those so far, and their names say so, so that nobody takes one for the other.

import { conversationGroup } from "../measures/conversation.ts";
import { type ColumnDefinition, defineSchema } from "../schema.ts";

type Row = readonly [name: string, measure: string, unit: string, description: string];

const packet: Row[] = [
  ["tcp.srcport", "packet.source.port", "", "Port of the sender"],
  ["tcp.dstport", "packet.destination.port", "", "Port of the receiver"],
  ["ip.proto", "packet.protocol", "", "IP protocol: always 6"],
  ["frame.len", "packet.length", "bytes", "Frame bytes on the wire"],
  ["tcp.flags.syn", "packet.tcp.syn", "", "1 when SYN is set"],
  ["tcp.flags.reset", "packet.tcp.reset", "", "1 when RST is set"],
  ["tcp.flags.push", "packet.tcp.push", "", "1 when PSH is set"],
  ["tcp.flags.ack", "packet.tcp.acknowledgment", "", "1 when ACK is set"],
  ["ip.flags.mf", "packet.ip.more-fragments", "", "1 when more fragments follow; missing for IPv6"],
  ["ip.flags.df", "packet.ip.dont-fragment", "", "1 when fragments are forbidden; missing for IPv6"],
  ["ip.flags.rb", "packet.ip.reserved", "", "The reserved bit; missing for IPv6"],
  [
    "tcp.seq",
    "packet.tcp.sequence.relative",
    "bytes",
    "Sequence number, counted from the sender's first one in the conversation",
  ],
  [
    "tcp.ack",
    "packet.tcp.acknowledged.relative",
    "bytes",
    "Acknowledgment number, counted from the receiver's first sequence number; as it stands without ACK",
  ],
];

const totals: Row[] = [
  ["Packets", "packets", "packets", "Packets of the conversation, both directions"],
  ["Bytes", "bytes", "bytes", "Frame bytes of the conversation, both directions"],
  ["Tx Packets", "sent.packets", "packets", "Packets from the conversation's first address"],
  ["Tx Bytes", "sent.bytes", "bytes", "Frame bytes from the conversation's first address"],
  ["Rx Packets", "received.packets", "packets", "Packets to the conversation's first address"],
  ["Rx Bytes", "received.bytes", "bytes", "Frame bytes to the conversation's first address"],
];

function columns(rows: readonly Row[]): ColumnDefinition[] {
  return rows.map(([name, measure, unit, description]) => ({ name, measure, unit, description }));
}

const SHARED = {
  lifecycle: "tcp-conversation",
  engine: "apa",
  rowOf: "packet",
  versions: `${conversationGroup.id}/${conversationGroup.version}`,
} as const;

/** What the names of running totals end in. */
export const SO_FAR = " so far";

export const apaSchema = defineSchema({
  ...SHARED,
  id: "apa",
  title: "TCP packets with the totals of their whole conversation (APA-DDoS)",
  description:
    "One row per TCP packet, joined with the totals of its whole conversation. Captures are read twice, so standard input cannot be metered: take apa-live there.",
  passes: 2,
  columns: columns([
    ...packet,
    ...totals.map(([name, measure, ...rest]): Row => [name, `conversation.whole.${measure}`, ...rest]),
  ]),
});

export const apaLiveSchema = defineSchema({
  ...SHARED,
  id: "apa-live",
  title: "TCP packets with the totals of their conversation so far",
  description: "As apa, in one pass: the totals are those of the conversation so far, this packet included.",
  columns: columns([
    ...packet,
    ...totals.map(
      ([name, measure, unit, description]): Row => [
        `${name}${SO_FAR}`,
        `conversation.so-far.${measure}`,
        unit,
        `${description}, so far`,
      ],
    ),
  ]),
});
