// The lifecycle of KDD connections: bidirectional for TCP and UDP, one way for ICMP; forward is whoever sent first.
//
// TCP ends with SF and SH at once, else by silence that depends on its state; UDP and ICMP end by silence. A flow's bits
// are its state (states.ts). Time-outs are those that the original extractor was meant to have.

import { Packet, PROTOCOL_TCP, PROTOCOL_UDP } from "../../../packet/assembly/packet";
import { Flow } from "../../../flow/assembly/flow";
import { ACTION_ADD, ACTION_ADD_AND_END } from "../../../flow/assembly/lifecycle";
import { REASON_CLOSED, REASON_IDLE, REASON_RESET } from "../../../flow/assembly/reasons";
import {
  firstState,
  nextState,
  STATE_ESTABLISHED,
  STATE_OTH,
  STATE_S0,
  STATE_S1,
  STATE_S2,
  STATE_S2F,
  STATE_S3,
  STATE_S3F,
  STATE_SF,
  STATE_SH,
} from "./states";

const CLASS_UDP: i32 = 0;
const CLASS_ICMP: i32 = 1;
/** Not established, or seen from its middle on only. */
const CLASS_ATTEMPT: i32 = 2;
const CLASS_ESTABLISHED: i32 = 3;
const CLASS_RESET: i32 = 4;
/** One FIN. */
const CLASS_HALF_CLOSED: i32 = 5;
/** Both FINs, the last ACK is missing. */
const CLASS_LAST_ACK: i32 = 6;
const CLASSES: i32 = 7;

const SECOND_US: f64 = 1_000_000;

@unmanaged
@final
export class KddLifecycle {
  /** Nothing is kept; a class needs a field to have a size. */
  none: u64;

  @inline
  classes(): i32 {
    return CLASSES;
  }

  timeoutUs(timeoutClass: i32): f64 {
    switch (timeoutClass) {
      case CLASS_UDP:
        return 180 * SECOND_US;
      case CLASS_ICMP:
      case CLASS_LAST_ACK:
        return 30 * SECOND_US;
      case CLASS_ESTABLISHED:
        return 432_000 * SECOND_US;
      case CLASS_RESET:
        return 10 * SECOND_US;
      default:
        return 120 * SECOND_US;
    }
  }

  timeoutReason(timeoutClass: i32): i32 {
    if (timeoutClass == CLASS_RESET) return REASON_RESET;
    return timeoutClass == CLASS_LAST_ACK ? REASON_CLOSED : REASON_IDLE;
  }

  @inline
  timeoutFixed(_timeoutClass: i32): bool {
    return false;
  }

  @inline
  isReversed(_packet: Packet): bool {
    return false;
  }

  open(packet: Packet, _forward: bool): i32 {
    return packet.protocol == PROTOCOL_TCP ? firstState(packet.tcpFlags, STATE_S0) : STATE_SF;
  }

  decide(flow: Flow, packet: Packet, _nowUs: f64): i32 {
    if (packet.protocol != PROTOCOL_TCP) return ACTION_ADD;
    const state = nextState(<i32>flow.bits, packet.tcpFlags, isForward(flow, packet));
    flow.bits = <u16>state;
    return state == STATE_SF || state == STATE_SH ? ACTION_ADD_AND_END : ACTION_ADD;
  }

  @inline
  reason(_action: i32): i32 {
    return REASON_CLOSED;
  }

  /** The state was brought forward when the packet was decided about. */
  @inline
  advance(bits: i32, _packet: Packet, _forward: bool): i32 {
    return bits;
  }

  timeoutClass(bits: i32, packet: Packet): i32 {
    if (packet.protocol != PROTOCOL_TCP) return packet.protocol == PROTOCOL_UDP ? CLASS_UDP : CLASS_ICMP;
    switch (bits) {
      case STATE_OTH:
      case STATE_S0:
      case STATE_S1:
        return CLASS_ATTEMPT;
      case STATE_ESTABLISHED:
        return CLASS_ESTABLISHED;
      case STATE_S2:
      case STATE_S3:
        return CLASS_HALF_CLOSED;
      case STATE_S2F:
      case STATE_S3F:
        return CLASS_LAST_ACK;
      default:
        return CLASS_RESET;
    }
  }
}

/** Whether the packet is of the side that sent the flow's first one. */
function isForward(flow: Flow, packet: Packet): bool {
  if (flow.ports != ((packet.sourcePort << 16) | packet.destinationPort)) return false;
  return (
    flow.source3 == packet.source3 &&
    flow.source2 == packet.source2 &&
    flow.source1 == packet.source1 &&
    flow.source0 == packet.source0
  );
}
