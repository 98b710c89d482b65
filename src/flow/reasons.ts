// Why a flow, or an early row of it, was handed out.

export const END_REASONS = [
  "idle", // no packet for longer than the idle timeout
  "active", // the flow grew older than the active timeout and is continued in a new one
  "closed", // TCP: FIN of both sides
  "reset", // TCP: RST
  "reused", // TCP: a new SYN on a closed connection
  "evicted", // the flow table was full and this flow had been silent longest
  "end-of-input", // the capture ended
  "early", // an early row: the flow goes on
  "packet", // a row of one packet, in schemas that have one for each
] as const;

export const REASON_IDLE = 0;
export const REASON_ACTIVE = 1;
export const REASON_CLOSED = 2;
export const REASON_RESET = 3;
export const REASON_REUSED = 4;
export const REASON_EVICTED = 5;
export const REASON_END_OF_INPUT = 6;
export const REASON_EARLY = 7;

/** Those of ended flows come first. */
export const ENDINGS = REASON_EARLY;

export function endReasonName(reason: number): string {
  return END_REASONS[reason] ?? "unknown";
}
