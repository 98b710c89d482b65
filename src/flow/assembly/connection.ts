// The lifecycle of our own schema: a flow is a connection.
//
// It opens with the first packet; forward is the side that opened it: the sender of a SYN, the receiver of a SYN-ACK,
// and, where the opening was not seen, the side without the well-known port (below 1024), else the first sender.
// It ends when both sides sent FIN or one sent RST, `linger` later, so that last ACKs, repeated FINs and stray
// packets stay with it; by silence; or by age, and then it goes on as a new flow in the same direction. A closed
// connection is not cut by age: its end is near anyway.

import { Packet, PROTOCOL_TCP, PROTOCOL_UDP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../../packet/assembly/packet";
import { Flow } from "./flow";
import { ACTION_ADD, ACTION_CUT, ACTION_RENEW } from "./lifecycle";
import { REASON_ACTIVE, REASON_CLOSED, REASON_IDLE, REASON_RESET, REASON_REUSED } from "./reasons";

const BIT_FIN_FORWARD: i32 = 1;
const BIT_FIN_BACKWARD: i32 = 2;
const BIT_RESET: i32 = 4;
const BIT_ANSWERED: i32 = 8;
const BIT_SYN_ONLY: i32 = 16;
const BITS_FIN: i32 = BIT_FIN_FORWARD | BIT_FIN_BACKWARD;

const CLASS_IDLE: i32 = 0;
const CLASS_UNANSWERED: i32 = 1;
const CLASS_CLOSED: i32 = 2;
const CLASS_RESET: i32 = 3;

@unmanaged
@final
export class ConnectionLifecycle {
  /** Silence that ends a flow, µs. */
  idleTimeoutUs: f64;
  /** Silence that ends a TCP connection attempt that nobody answered, µs. */
  unansweredTimeoutUs: f64;
  /** Age at which a flow is cut and continued, µs. */
  activeTimeoutUs: f64;
  /** How long a closed connection still takes packets, µs. */
  lingerUs: f64;

  @inline
  classes(): i32 {
    return 4;
  }

  timeoutUs(timeoutClass: i32): f64 {
    if (timeoutClass == CLASS_IDLE) return this.idleTimeoutUs;
    return timeoutClass == CLASS_UNANSWERED ? this.unansweredTimeoutUs : this.lingerUs;
  }

  timeoutReason(timeoutClass: i32): i32 {
    if (timeoutClass == CLASS_CLOSED) return REASON_CLOSED;
    return timeoutClass == CLASS_RESET ? REASON_RESET : REASON_IDLE;
  }

  @inline
  timeoutFixed(timeoutClass: i32): bool {
    return timeoutClass >= CLASS_CLOSED;
  }

  isReversed(packet: Packet): bool {
    if (packet.protocol == PROTOCOL_TCP) {
      const opening = packet.tcpFlags & (TCP_SYN | TCP_ACK);
      if (opening == TCP_SYN) return false;
      if (opening == (TCP_SYN | TCP_ACK)) return true;
    } else if (packet.protocol != PROTOCOL_UDP) return false;
    return packet.sourcePort < 1024 && packet.destinationPort >= 1024 && packet.sourcePort != 0;
  }

  open(packet: Packet, forward: bool): i32 {
    const attempt = packet.protocol == PROTOCOL_TCP && (packet.tcpFlags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    return this.advance(attempt ? BIT_SYN_ONLY : 0, packet, forward);
  }

  decide(flow: Flow, packet: Packet, nowUs: f64): i32 {
    if (isClosed(<i32>flow.bits)) {
      return (packet.tcpFlags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN ? ACTION_RENEW : ACTION_ADD;
    }
    return nowUs - flow.openedUs > this.activeTimeoutUs ? ACTION_CUT : ACTION_ADD;
  }

  reason(action: i32): i32 {
    return action == ACTION_RENEW ? REASON_REUSED : REASON_ACTIVE;
  }

  advance(bits: i32, packet: Packet, forward: bool): i32 {
    let next = forward ? bits : bits | BIT_ANSWERED;
    if (packet.protocol != PROTOCOL_TCP) return next;
    const flags = packet.tcpFlags;
    if ((flags & TCP_FIN) != 0) next |= forward ? BIT_FIN_FORWARD : BIT_FIN_BACKWARD;
    if ((flags & TCP_RST) != 0) next |= BIT_RESET;
    return next;
  }

  timeoutClass(bits: i32, packet: Packet): i32 {
    if (packet.protocol != PROTOCOL_TCP) return CLASS_IDLE;
    if ((bits & BIT_RESET) != 0) return CLASS_RESET;
    if (isClosed(bits)) return CLASS_CLOSED;
    return (bits & (BIT_SYN_ONLY | BIT_ANSWERED)) == BIT_SYN_ONLY ? CLASS_UNANSWERED : CLASS_IDLE;
  }
}

@inline
function isClosed(bits: i32): bool {
  return (bits & BIT_RESET) != 0 || (bits & BITS_FIN) == BITS_FIN;
}
