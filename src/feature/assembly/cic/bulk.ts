// Bulks: four or more packets with data of one direction, none more than a second behind the one before it, and none
// with data of the other direction between them.

import { CicFlow, Bulk, BACKWARD_BULK, FORWARD_BULK } from "./flow";
import { BULKS_MIXED, BULKS_NONE, Rules } from "./rules";

const BULK_PACKETS: u32 = 4;
const BULK_GAP_US: f64 = 1_000_000;

/** Tells the bulks of a packet with `payload` bytes. */
export function bulkAdd(flow: CicFlow, rules: Rules, timeUs: f64, payload: f64, forward: bool): void {
  if (rules.bulks == BULKS_NONE) return;
  // Mixed: the original compares references where it means addresses, and finds every packet to be a backward one.
  const ahead = forward && rules.bulks != BULKS_MIXED;
  const at = changetype<usize>(flow);
  const own = changetype<Bulk>(at + (ahead ? FORWARD_BULK : BACKWARD_BULK));
  const other = changetype<Bulk>(at + (ahead ? BACKWARD_BULK : FORWARD_BULK));
  if (other.lastUs > own.startUs) own.startUs = 0;
  if (payload <= 0) return;
  if (own.startUs == 0 || timeUs - own.lastUs > BULK_GAP_US) {
    own.startUs = timeUs;
    own.count = 1;
    own.size = payload;
  } else {
    own.count += 1;
    own.size += payload;
    if (own.count == BULK_PACKETS) {
      own.bulks += 1;
      own.packets += BULK_PACKETS;
      own.bytes += own.size;
      own.durationUs += timeUs - own.startUs;
    } else if (own.count > BULK_PACKETS) {
      own.packets += 1;
      own.bytes += payload;
      own.durationUs += timeUs - own.lastUs;
    }
  }
  own.lastUs = timeUs;
}
