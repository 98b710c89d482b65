// The lifecycle of our own schema: a flow is a connection.
//
// It opens with the first packet; forward is the side that opened it: the sender of a SYN, the receiver of a SYN-ACK,
// and, where the opening was not seen, the side without the well-known port (below 1024), else the first sender.
// It ends when both sides sent FIN or one sent RST, `lingerUs` later, so that last ACKs, repeated FINs and stray
// packets stay with it; by silence; or by age, and then it goes on as a new flow in the same direction. A closed
// connection is not cut by age: its end is near anyway.

import {
  type Packet,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
} from "../../packet/packet.ts";
import { ACTION_ADD, ACTION_CUT, ACTION_RENEW, type FlowStates, type Lifecycle } from "../contract.ts";
import { REASON_ACTIVE, REASON_CLOSED, REASON_IDLE, REASON_RESET, REASON_REUSED } from "../reasons.ts";

const BIT_FIN_FORWARD = 1;
const BIT_FIN_BACKWARD = 2;
const BIT_RESET = 4;
const BIT_ANSWERED = 8;
const BIT_SYN_ONLY = 16;

const CLASS_IDLE = 0;
const CLASS_UNANSWERED = 1;
const CLASS_CLOSED = 2;
const CLASS_RESET = 3;

export interface ConnectionOptions {
  /** Silence that ends a flow, µs. */
  idleTimeoutUs: number;
  /** Silence that ends a TCP connection attempt that nobody answered, µs. */
  unansweredTimeoutUs: number;
  /** Age at which a flow is cut and continued, µs. */
  activeTimeoutUs: number;
  /** How long a closed connection still takes packets, µs. */
  lingerUs: number;
}

export const CONNECTION_DEFAULTS: ConnectionOptions = {
  idleTimeoutUs: 60_000_000,
  unansweredTimeoutUs: 30_000_000,
  activeTimeoutUs: 300_000_000,
  lingerUs: 5_000_000,
};

export class ConnectionLifecycle implements Lifecycle {
  readonly id = "connection";
  readonly timeoutsUs: readonly number[];
  readonly timeoutReasons = [REASON_IDLE, REASON_IDLE, REASON_CLOSED, REASON_RESET];
  readonly timeoutFixed = [0, 0, 1, 1];
  readonly #activeTimeoutUs: number;

  constructor(options: ConnectionOptions = CONNECTION_DEFAULTS) {
    this.timeoutsUs = [
      options.idleTimeoutUs,
      options.unansweredTimeoutUs,
      options.lingerUs,
      options.lingerUs,
    ];
    this.#activeTimeoutUs = options.activeTimeoutUs;
  }

  isReversed(packet: Packet): boolean {
    if (packet.protocol === PROTOCOL_TCP) {
      const opening = packet.tcpFlags & (TCP_SYN | TCP_ACK);
      if (opening === TCP_SYN) return false;
      if (opening === (TCP_SYN | TCP_ACK)) return true;
    } else if (packet.protocol !== PROTOCOL_UDP) return false;
    return packet.sourcePort < 1024 && packet.destinationPort >= 1024 && packet.sourcePort !== 0;
  }

  open(packet: Packet, forward: boolean): number {
    const attempt = packet.protocol === PROTOCOL_TCP && (packet.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    return this.advance(attempt ? BIT_SYN_ONLY : 0, packet, forward);
  }

  decide(states: FlowStates, flow: number, packet: Packet, nowUs: number): number {
    const bits = states.bits[flow];
    if ((bits & (BIT_RESET | BIT_FIN_FORWARD | BIT_FIN_BACKWARD)) !== 0 && isClosed(bits)) {
      return (packet.tcpFlags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN ? ACTION_RENEW : ACTION_ADD;
    }
    return nowUs - states.openedUs[flow] > this.#activeTimeoutUs ? ACTION_CUT : ACTION_ADD;
  }

  reason(action: number): number {
    return action === ACTION_RENEW ? REASON_REUSED : REASON_ACTIVE;
  }

  advance(bits: number, packet: Packet, forward: boolean): number {
    let next = forward ? bits : bits | BIT_ANSWERED;
    if (packet.protocol !== PROTOCOL_TCP) return next;
    const flags = packet.tcpFlags;
    if ((flags & TCP_FIN) !== 0) next |= forward ? BIT_FIN_FORWARD : BIT_FIN_BACKWARD;
    if ((flags & TCP_RST) !== 0) next |= BIT_RESET;
    return next;
  }

  timeoutClass(bits: number, packet: Packet): number {
    if (packet.protocol !== PROTOCOL_TCP) return CLASS_IDLE;
    if ((bits & BIT_RESET) !== 0) return CLASS_RESET;
    if (isClosed(bits)) return CLASS_CLOSED;
    return (bits & (BIT_SYN_ONLY | BIT_ANSWERED)) === BIT_SYN_ONLY ? CLASS_UNANSWERED : CLASS_IDLE;
  }
}

function isClosed(bits: number): boolean {
  const fins = BIT_FIN_FORWARD | BIT_FIN_BACKWARD;
  return (bits & BIT_RESET) !== 0 || (bits & fins) === fins;
}
