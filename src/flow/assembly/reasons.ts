// Why flows are handed out: indices into END_REASONS of ../reasons.ts.

export const REASON_IDLE: i32 = 0;
export const REASON_ACTIVE: i32 = 1;
export const REASON_CLOSED: i32 = 2;
export const REASON_RESET: i32 = 3;
export const REASON_REUSED: i32 = 4;
export const REASON_EVICTED: i32 = 5;
export const REASON_END_OF_INPUT: i32 = 6;
export const REASON_EARLY: i32 = 7;
export const REASONS: i32 = 8;
