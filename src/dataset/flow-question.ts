// What labels are asked by: the five-tuple and the time of a flow, in numbers. Knows no files.

import type { FlowIdentity, RowBatch } from "../feature/row.ts";
import { parseAddress } from "../flow/address.ts";

export interface FlowQuestion {
  /** Eight words: source, then destination; IPv4 mapped. */
  words: Int32Array;
  /** ICMP: type. */
  sourcePort: number;
  /** ICMP: code. */
  destinationPort: number;
  protocol: number;
  startUs: number;
  endUs: number;
}

const PROTOCOLS: Record<string, number> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };

/** Number of a transport by its name ("tcp") or number ("6"); undefined when it is none. */
export function protocolNumber(name: string): number | undefined {
  const text = name.trim().toLowerCase();
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  return PROTOCOLS[text];
}

export function newQuestion(): FlowQuestion {
  return { words: new Int32Array(8), sourcePort: 0, destinationPort: 0, protocol: 0, startUs: 0, endUs: 0 };
}

export function askOfRow(batch: RowBatch, row: number, out: FlowQuestion): FlowQuestion {
  for (let word = 0; word < 8; word++) out.words[word] = batch.addresses[row * 8 + word];
  out.sourcePort = batch.ports[row * 2];
  out.destinationPort = batch.ports[row * 2 + 1];
  out.protocol = batch.protocol[row];
  out.startUs = batch.startUs[row];
  out.endUs = batch.endUs[row];
  return out;
}

/** Throws RangeError for an identity whose texts are no addresses, which only a programming mistake can make. */
export function askOfIdentity(identity: FlowIdentity, out: FlowQuestion): FlowQuestion {
  const source = parseAddress(identity.sourceAddress);
  const destination = parseAddress(identity.destinationAddress);
  const protocol = protocolNumber(identity.transport);
  if (source === undefined || destination === undefined || protocol === undefined) {
    throw new RangeError(`flow ${identity.flow}: no addresses or transport`);
  }
  out.words.set(source);
  out.words.set(destination, 4);
  out.sourcePort = identity.sourcePort;
  out.destinationPort = identity.destinationPort;
  out.protocol = protocol;
  out.startUs = identity.startUs;
  out.endUs = identity.endUs;
  return out;
}
