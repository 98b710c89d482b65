// What a lifecycle says to a packet of a known flow; the contract is that of ../contract.ts.

/** The packet belongs to the flow. */
export const ACTION_ADD: i32 = 0;
/** Hand the flow out; this packet opens its continuation, same direction. */
export const ACTION_CUT: i32 = 1;
/** Hand the flow out; this packet opens a new flow in its own direction. */
export const ACTION_RENEW: i32 = 2;
/** The packet belongs to no flow. */
export const ACTION_DROP: i32 = 3;
/** The packet is the flow's last one; hand it out at once. */
export const ACTION_ADD_AND_END: i32 = 4;
