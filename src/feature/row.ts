// Rows as they leave the meter: one bounded, reused batch of feature values and of who the flow was.
//
// `values` holds only features (an allow-list: the schema). Identity - addresses, ports, times - travels beside it
// and is never a feature.

import { addressText } from "../flow/address.ts";
import { communityId } from "../flow/community-id.ts";
import { endReasonName } from "../flow/reasons.ts";
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../packet/packet.ts";
import type { Schema } from "./schema.ts";

/** Who one flow was, as text and numbers, for output. */
export interface FlowIdentity {
  /** Number of the flow in its run, from 1, by first packet. */
  flow: number;
  communityId: string;
  startUs: number;
  endUs: number;
  sourceAddress: string;
  sourcePort: number;
  destinationAddress: string;
  destinationPort: number;
  /** "tcp", "udp", "icmp", "icmpv6", "sctp", or the protocol number. */
  transport: string;
  /** Why the row was handed out: a name of END_REASONS, or "early". */
  endReason: string;
}

/** The identity columns of row files, in order; the names are snake-case forms of FlowIdentity's. */
export const IDENTITY_COLUMNS = [
  { name: "flow", kind: "number", description: "Number of the flow in its run, from 1, by first packet" },
  { name: "community_id", kind: "text", description: "Community ID v1, seed 0" },
  { name: "start_us", kind: "number", description: "Time of the first packet, µs since 1970 UTC" },
  { name: "end_us", kind: "number", description: "Time of the last packet, µs since 1970 UTC" },
  { name: "source_address", kind: "text", description: "Address of the side that opened the flow" },
  { name: "source_port", kind: "number", description: "Its port; ICMP: type" },
  { name: "destination_address", kind: "text", description: "Address of the other side" },
  { name: "destination_port", kind: "number", description: "Its port; ICMP: code" },
  { name: "transport", kind: "text", description: "tcp, udp, icmp, icmpv6, sctp, or the protocol number" },
  { name: "end_reason", kind: "text", description: "Why the row was handed out" },
] as const;

/** Where a batch keeps its rows. */
export interface RowStorage {
  /** Row-major: `values[row * columnCount + column]`; NaN is missing. */
  readonly values: Float64Array;
  readonly flow: Float64Array;
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** Eight words a row: source, then destination. */
  readonly addresses: Int32Array;
  /** Two a row: source, destination port; for ICMP its type and code. */
  readonly ports: Uint16Array;
  readonly protocol: Uint8Array;
  /** Index into END_REASONS. */
  readonly reason: Uint8Array;
  /** 1 where the flow is known by the name of its destination first, in schemas that name flows. */
  readonly keyReversed?: Uint8Array;
}

function newStorage(rows: number, columns: number): RowStorage {
  return {
    values: new Float64Array(rows * columns),
    flow: new Float64Array(rows),
    startUs: new Float64Array(rows),
    endUs: new Float64Array(rows),
    addresses: new Int32Array(rows * 8),
    ports: new Uint16Array(rows * 2),
    protocol: new Uint8Array(rows),
    reason: new Uint8Array(rows),
  };
}

export class RowBatch implements RowStorage {
  readonly schema: Schema;
  readonly capacity: number;
  readonly columnCount: number;
  count = 0;
  readonly values: Float64Array;
  readonly flow: Float64Array;
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  readonly addresses: Int32Array;
  readonly ports: Uint16Array;
  readonly protocol: Uint8Array;
  readonly reason: Uint8Array;
  readonly keyReversed?: Uint8Array;

  /** @param storage memory of others to lie over; of its own when absent */
  constructor(schema: Schema, capacity = 1024, storage = newStorage(capacity, schema.columns.length)) {
    this.schema = schema;
    this.capacity = capacity;
    this.columnCount = schema.columns.length;
    this.values = storage.values;
    this.flow = storage.flow;
    this.startUs = storage.startUs;
    this.endUs = storage.endUs;
    this.addresses = storage.addresses;
    this.ports = storage.ports;
    this.protocol = storage.protocol;
    this.reason = storage.reason;
    this.keyReversed = storage.keyReversed;
  }

  clear(): void {
    this.count = 0;
  }

  /** Identity of one row, for people and files. Allocates; not for the hot path. */
  identity(row: number): FlowIdentity {
    const protocol = this.protocol[row];
    const words = this.addresses.subarray(row * 8, row * 8 + 8);
    const sourcePort = this.ports[row * 2];
    const destinationPort = this.ports[row * 2 + 1];
    return {
      flow: this.flow[row],
      communityId: communityId({ words, protocol, sourcePort, destinationPort }),
      startUs: this.startUs[row],
      endUs: this.endUs[row],
      sourceAddress: addressText(words[0], words[1], words[2], words[3]),
      sourcePort,
      destinationAddress: addressText(words[4], words[5], words[6], words[7]),
      destinationPort,
      transport: transportName(protocol),
      endReason: endReasonName(this.reason[row]),
    };
  }
}

/** Field's name of an IP protocol number. */
export function transportName(protocol: number): string {
  switch (protocol) {
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case PROTOCOL_ICMP:
      return "icmp";
    case PROTOCOL_ICMPV6:
      return "icmpv6";
    case 132:
      return "sctp";
    default:
      return String(protocol);
  }
}
