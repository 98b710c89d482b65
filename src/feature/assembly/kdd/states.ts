// The states of a TCP connection as KDD names them, and how packets lead from one to the next.
//
//   first packet: SYN -> S0 (the original extractor: S1), everything else -> OTH
//   S0:  opener's RST -> RSTOS0, its FIN -> SH; responder's RST -> REJ, its SYN-ACK -> S1
//   S1:  opener's ACK -> ESTABLISHED; RST -> RSTO or RSTR by sender
//   ESTABLISHED: FIN -> S2 (opener's) or S3 (responder's)        RST, here and below, -> RSTO or RSTR
//   S2:  responder's FIN -> S2F: opener's ACK -> SF
//   S3:  opener's FIN -> S3F: responder's ACK -> SF
//
// What is not listed leaves the state as it is. RST is looked at first. Other protocols are SF from the first packet on.

import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../../../packet/assembly/packet";

// The first eleven are the categories of `flag`, in their order.
export const STATE_OTH: i32 = 0;
export const STATE_REJ: i32 = 1;
export const STATE_RSTO: i32 = 2;
export const STATE_RSTOS0: i32 = 3;
export const STATE_RSTR: i32 = 4;
export const STATE_S0: i32 = 5;
export const STATE_S1: i32 = 6;
export const STATE_S2: i32 = 7;
export const STATE_S3: i32 = 8;
export const STATE_SF: i32 = 9;
export const STATE_SH: i32 = 10;
export const STATE_ESTABLISHED: i32 = 11;
export const STATE_S2F: i32 = 12;
export const STATE_S3F: i32 = 13;

const LONE_SYN: i32 = TCP_SYN;

/** After the first packet of a TCP connection; `attempt` is the state of one that begins with a SYN. */
@inline
export function firstState(flags: i32, attempt: i32): i32 {
  return (flags & (TCP_SYN | TCP_ACK)) == LONE_SYN ? attempt : STATE_OTH;
}

/** After a further packet. */
export function nextState(state: i32, flags: i32, forward: bool): i32 {
  if (state == STATE_S0) return afterAttempt(flags, forward);
  const established = state >= STATE_ESTABLISHED || (state >= STATE_S1 && state <= STATE_S3);
  if (!established) return state;
  if ((flags & TCP_RST) != 0) return forward ? STATE_RSTO : STATE_RSTR;
  const fin = (flags & TCP_FIN) != 0;
  const ack = (flags & TCP_ACK) != 0;
  switch (state) {
    case STATE_S1:
      return forward && ack ? STATE_ESTABLISHED : state;
    case STATE_ESTABLISHED:
      return !fin ? state : forward ? STATE_S2 : STATE_S3;
    case STATE_S2:
      return fin && !forward ? STATE_S2F : state;
    case STATE_S3:
      return fin && forward ? STATE_S3F : state;
    case STATE_S2F:
      return ack && forward ? STATE_SF : state;
    default:
      return ack && !forward ? STATE_SF : state;
  }
}

function afterAttempt(flags: i32, forward: bool): i32 {
  if ((flags & TCP_RST) != 0) return forward ? STATE_RSTOS0 : STATE_REJ;
  if (forward) return (flags & TCP_FIN) != 0 ? STATE_SH : STATE_S0;
  return (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) ? STATE_S1 : STATE_S0;
}

/** As it is written into rows. */
@inline
export function flagOf(state: i32): i32 {
  if (state == STATE_ESTABLISHED) return STATE_S1;
  if (state == STATE_S2F) return STATE_S2;
  return state == STATE_S3F ? STATE_S3 : state;
}
