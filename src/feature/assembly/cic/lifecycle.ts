// When CICFlowMeter's flows start and end: a lifecycle of ../../../flow/assembly/meter.ts for every generation.
//
// The originals know no clock: a flow ends by a packet of its own key, or at the end of the input, so their class of
// flows is due at the end of time. LIFECYCLE_CLOCK is the corrected one: silence ends a flow, and a closed connection
// ends a while after it was closed. Sections name those of the specification: docs/reference/cic.md.

import { Flow } from "../../../flow/assembly/flow";
import {
  ACTION_ADD,
  ACTION_ADD_AND_END,
  ACTION_CUT,
  ACTION_DROP,
  ACTION_RENEW,
} from "../../../flow/assembly/lifecycle";
import {
  REASON_ACTIVE,
  REASON_CLOSED,
  REASON_IDLE,
  REASON_RESET,
  REASON_REUSED,
} from "../../../flow/assembly/reasons";
import {
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
} from "../../../packet/assembly/packet";
import { CicFlow } from "./flow";
import { Intake } from "./intake";
import {
  LIFECYCLE_BACKWARD_FIN,
  LIFECYCLE_CLOCK,
  LIFECYCLE_FIRST_FIN,
  LIFECYCLE_MARKED,
  LIFECYCLE_STATES,
  LIFECYCLE_STATES_2022,
  Rules,
} from "./rules";

const BIT_FIN_FORWARD: i32 = 1;
const BIT_FIN_BACKWARD: i32 = 2;
const BITS_FIN: i32 = BIT_FIN_FORWARD | BIT_FIN_BACKWARD;
/** No more packets are expected: both FINs and their ACK, or RST. */
const BIT_READY: i32 = 4;
const BIT_FIN_1: i32 = 8;
const BIT_FIN_2: i32 = 16;
const BIT_RESET: i32 = 32;

const CLASS_OPEN: i32 = 0;
const CLASS_CLOSED: i32 = 1;
const CLASS_RESET: i32 = 2;
/** Later than all times: nothing ends by silence. Finite, so that the end of the input is later still. */
const NEVER_US: f64 = 1e300;

@unmanaged
@final
export class CicLifecycle {
  rules: Rules;
  /** Where packets' own times are told; 0 where the packet tells. */
  intake: Intake;
  flowTimeoutUs: f64;
  idleTimeoutUs: f64;
  lingerUs: f64;
  /** Why the flow ends that `decide` ends. */
  ending: i32;
  /** True when `decide` ends a flow whose place the packet takes. */
  renews: bool;

  @inline
  classes(): i32 {
    return 3;
  }

  timeoutUs(timeoutClass: i32): f64 {
    if (this.rules.lifecycle != LIFECYCLE_CLOCK) return NEVER_US;
    return timeoutClass == CLASS_OPEN ? this.idleTimeoutUs : this.lingerUs;
  }

  timeoutReason(timeoutClass: i32): i32 {
    if (timeoutClass == CLASS_CLOSED) return REASON_CLOSED;
    return timeoutClass == CLASS_RESET ? REASON_RESET : REASON_IDLE;
  }

  @inline
  timeoutFixed(timeoutClass: i32): bool {
    return timeoutClass != CLASS_OPEN;
  }

  timeoutClass(bits: i32, packet: Packet): i32 {
    if (this.rules.lifecycle != LIFECYCLE_CLOCK || (bits & BIT_READY) == 0) return CLASS_OPEN;
    return (bits & BIT_RESET) != 0 ? CLASS_RESET : CLASS_CLOSED;
  }

  /** From 2023 on the sender of a SYN-ACK is known not to be the opener. */
  isReversed(packet: Packet): bool {
    const flags = TCP_SYN | TCP_ACK;
    return this.rules.lifecycle >= LIFECYCLE_STATES && (packet.tcpFlags & flags) == flags;
  }

  open(packet: Packet, forward: bool): i32 {
    const rules = this.rules;
    if (rules.lifecycle == LIFECYCLE_CLOCK) return this.advance(0, packet, forward);
    // The first packet's flags change no state; from 2023 on its FIN is remembered for its direction.
    if (rules.lifecycle != LIFECYCLE_STATES || (packet.tcpFlags & TCP_FIN) == 0) return 0;
    return forward ? BIT_FIN_FORWARD : BIT_FIN_BACKWARD;
  }

  @inline
  timeOf(packet: Packet): f64 {
    return changetype<usize>(this.intake) == 0 ? packet.timestampUs : this.intake.timeUs;
  }

  decide(known: Flow, packet: Packet, nowUs: f64): i32 {
    const flow = changetype<CicFlow>(changetype<usize>(known));
    const timeUs = this.timeOf(packet);
    const over = timeUs - flow.startUs > this.flowTimeoutUs;
    const flags = packet.tcpFlags;
    switch (this.rules.lifecycle) {
      case LIFECYCLE_FIRST_FIN:
        if (over) return this.end(REASON_ACTIVE, ACTION_CUT);
        return (flags & TCP_FIN) != 0 ? this.end(REASON_CLOSED, ACTION_ADD_AND_END) : ACTION_ADD;
      case LIFECYCLE_BACKWARD_FIN:
        return over ? this.end(REASON_ACTIVE, ACTION_CUT) : this.decideBackwardFin(flow, packet);
      case LIFECYCLE_MARKED:
        if (!over && ((flow.bits & BIT_READY) == 0 || (flags & TCP_SYN) == 0)) return ACTION_ADD;
        return this.end(over ? REASON_ACTIVE : REASON_REUSED, isSynAlone(flags) ? ACTION_RENEW : ACTION_CUT);
      default:
        return this.decideByState(flow, packet, timeUs, over);
    }
  }

  /** Section 4, V4: FINs of the source never end a flow, and only the first is counted; the other side's ends at once. */
  private decideBackwardFin(flow: CicFlow, packet: Packet): i32 {
    const flags = packet.tcpFlags;
    if ((flags & TCP_FIN) != 0) {
      if (packet.source3 != flow.source3) return this.end(REASON_CLOSED, ACTION_ADD_AND_END);
      return (flow.bits & BIT_FIN_FORWARD) != 0 ? ACTION_DROP : ACTION_ADD;
    }
    return (flags & TCP_RST) != 0 ? this.end(REASON_RESET, ACTION_ADD_AND_END) : ACTION_ADD;
  }

  private decideByState(flow: CicFlow, packet: Packet, timeUs: f64, over: bool): i32 {
    const flags = packet.tcpFlags;
    const again = (flow.bits & BIT_READY) != 0 && (flags & TCP_SYN) != 0;
    if (!over && !again) {
      if ((flags & (TCP_FIN | TCP_RST | TCP_ACK)) != 0 || packet.protocol != PROTOCOL_ICMP) return ACTION_ADD;
      if (changetype<usize>(this.intake) == 0) return ACTION_ADD; // the key tells ICMP messages apart
      const icmp = this.intake.icmp;
      const other = icmp >> 8 != flow.firstIcmp >> 8 && (icmp & 0xff) != (flow.firstIcmp & 0xff);
      return other ? this.end(REASON_REUSED, ACTION_RENEW) : ACTION_ADD;
    }
    const tcp = packet.protocol == PROTOCOL_TCP;
    let fresh: bool;
    if (this.rules.lifecycle == LIFECYCLE_STATES_2022) fresh = !tcp || (again && isSynAlone(flags));
    else {
      const silent = packet.protocol == PROTOCOL_UDP && timeUs - flow.endUs > this.flowTimeoutUs;
      fresh = again || silent || (!tcp && packet.protocol != PROTOCOL_UDP);
    }
    return this.end(over ? REASON_ACTIVE : REASON_REUSED, fresh ? ACTION_RENEW : ACTION_CUT);
  }

  private end(reason: i32, action: i32): i32 {
    this.ending = reason;
    this.renews = action == ACTION_RENEW;
    return action;
  }

  reason(action: i32): i32 {
    return this.ending;
  }

  advance(bits: i32, packet: Packet, forward: bool): i32 {
    const flags = packet.tcpFlags;
    const ahead = forward || isLoop(packet, this.rules);
    let next = bits;
    if ((flags & TCP_FIN) != 0) next |= ahead ? BIT_FIN_FORWARD : BIT_FIN_BACKWARD;
    if (this.rules.lifecycle < LIFECYCLE_MARKED) return next;
    if (this.rules.lifecycle == LIFECYCLE_MARKED) {
      if ((next & BITS_FIN) == BITS_FIN || (flags & TCP_RST) != 0) next |= BIT_READY;
      return next;
    }
    if ((flags & TCP_FIN) != 0) {
      if ((bits & (BIT_READY | BIT_FIN_1 | BIT_FIN_2)) == 0) return next | BIT_FIN_1;
      if ((bits & BIT_FIN_1) != 0 && (next & BITS_FIN) == BITS_FIN) next = (next & ~BIT_FIN_1) | BIT_FIN_2;
      return next;
    }
    if ((flags & TCP_RST) != 0) return (next & ~(BIT_FIN_1 | BIT_FIN_2)) | BIT_READY | BIT_RESET;
    if ((flags & TCP_ACK) != 0 && (bits & BIT_FIN_2) != 0) next = (next & ~BIT_FIN_2) | BIT_READY;
    return next;
  }
}

/** True for packets whose direction is forward since ports do not tell. */
@inline
export function isLoop(packet: Packet, rules: Rules): bool {
  return rules.portsIgnored != 0 && packet.source3 == packet.destination3;
}

@inline
function isSynAlone(flags: i32): bool {
  return (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}
