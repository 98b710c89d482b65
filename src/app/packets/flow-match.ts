// Which packets are of a flow, told by who it was and when: addresses, ports, transport, times. Fragments that come behind the one
// with the ports are found by their datagram's identification; ICMP messages by their type, or the one that answers it.

import { OrbweaverError } from "../../base/errors.ts";
import { protocolNumber } from "../../dataset/flow-question.ts";
import { parseAddress } from "../../flow/address.ts";
import { icmpCounterpart } from "../../flow/icmp.ts";
import { type Packet, PROTOCOL_ICMP, PROTOCOL_ICMPV6 } from "../../packet/packet.ts";

export interface FlowWanted {
  sourceAddress: string;
  /** ICMP: type. */
  sourcePort: number;
  destinationAddress: string;
  /** ICMP: code. */
  destinationPort: number;
  /** "tcp", "udp", …, or a protocol number. */
  transport: string;
  /** First and last packet, µs since 1970, both included. */
  fromUs: number;
  toUs: number;
}

/** Datagrams in fragments that are remembered. */
const DATAGRAMS_MAX = 4_096;

export type Direction = "forward" | "backward";

export class FlowMatch {
  readonly #source: readonly number[];
  readonly #destination: readonly number[];
  readonly #protocol: number;
  readonly #wanted: FlowWanted;
  readonly #counterpart: number;
  readonly #datagrams = new Set<string>();

  /** @throws `request-invalid` for what is no address or transport */
  constructor(wanted: FlowWanted) {
    this.#wanted = wanted;
    this.#source = words(wanted.sourceAddress, "source_address");
    this.#destination = words(wanted.destinationAddress, "destination_address");
    const protocol = protocolNumber(wanted.transport);
    if (protocol === undefined) throw refused("transport", wanted.transport, "tcp, udp, icmp or a number");
    this.#protocol = protocol;
    this.#counterpart = icmpCounterpart(protocol, wanted.sourcePort & 255);
  }

  /** Which way a packet goes in the flow; undefined where it is none of it. */
  directionOf(packet: Packet): Direction | undefined {
    const { fromUs, toUs, sourcePort, destinationPort } = this.#wanted;
    if (packet.protocol !== this.#protocol || packet.ipVersion === 0) return undefined;
    if (packet.timestampUs < fromUs || packet.timestampUs > toUs) return undefined;
    const isForward = this.#isBetween(packet, this.#source, this.#destination);
    const isBackward = this.#isBetween(packet, this.#destination, this.#source);
    if (!isForward && !isBackward) return undefined;
    if (packet.fragmentOffset > 0) {
      if (!this.#datagrams.has(datagramOf(packet))) return undefined;
      return isForward ? "forward" : "backward";
    }
    const direction = this.#byPorts(packet, { isForward, isBackward, sourcePort, destinationPort });
    if (direction !== undefined && packet.moreFragments === 1 && this.#datagrams.size < DATAGRAMS_MAX)
      this.#datagrams.add(datagramOf(packet));
    return direction;
  }

  #byPorts(
    packet: Packet,
    ends: { isForward: boolean; isBackward: boolean; sourcePort: number; destinationPort: number },
  ): Direction | undefined {
    const { isForward, isBackward, sourcePort, destinationPort } = ends;
    if (this.#protocol === PROTOCOL_ICMP || this.#protocol === PROTOCOL_ICMPV6) {
      if (isForward && packet.icmpType === sourcePort) return "forward";
      return isBackward && packet.icmpType === this.#counterpart ? "backward" : undefined;
    }
    const { sourcePort: from, destinationPort: to } = packet;
    if (isForward && from === sourcePort && to === destinationPort) return "forward";
    return isBackward && from === destinationPort && to === sourcePort ? "backward" : undefined;
  }

  #isBetween(packet: Packet, source: readonly number[], destination: readonly number[]): boolean {
    return (
      packet.source3 === source[3] &&
      packet.destination3 === destination[3] &&
      packet.source2 === source[2] &&
      packet.destination2 === destination[2] &&
      packet.source1 === source[1] &&
      packet.destination1 === destination[1] &&
      packet.source0 === source[0] &&
      packet.destination0 === destination[0]
    );
  }
}

function datagramOf({ source3, destination3, fragmentIdentification }: Packet): string {
  return `${source3} ${destination3} ${fragmentIdentification}`;
}

function words(text: string, field: string): number[] {
  const found = parseAddress(text);
  if (found === undefined) throw refused(field, text, "an IPv4 or IPv6 address");
  return found.map((word) => word | 0);
}

function refused(field: string, found: string, expected: string): OrbweaverError {
  const told = found.slice(0, 100);
  return new OrbweaverError("request-invalid", `${field}: found ${told}, expected ${expected}`, {
    fields: [{ field, found: told, expected }],
  });
}
