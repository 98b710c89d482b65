// What a decoder has counted: packets and bytes, packets by layer, by IP protocol, and by problem.
//
// Guarantees: counting allocates nothing; counts are exact up to 2^53. A packet counts once per layer, however many headers
// of it there are, and once per problem, its first; so the problems' counts add up to the packets that had one. Knows
// nothing of captures or flows. DecodeStatistics of ../statistics.ts reads what is counted here: 64-bit numbers,
//
//   0        5         37             293          293 + PROBLEM_COUNT
//   | totals | layers | IP protocols | problems |

import { LAYER_ARP, LAYER_IPV4, LAYER_IPV6, Packet } from "./packet";
import { PROBLEM_COUNT } from "./problems";

const NETWORK_LAYERS: i32 = LAYER_ARP | LAYER_IPV4 | LAYER_IPV6;

/** Places of the counts, in numbers. */
export const TOTAL_PACKETS: usize = 0;
export const TOTAL_BYTES: usize = 1;
export const TOTAL_CAPTURED: usize = 2;
export const TOTAL_CUT: usize = 3;
export const TOTAL_OTHER: usize = 4;
export const LAYERS_AT: usize = 5;
export const IP_PROTOCOLS_AT: usize = 37;
export const PROBLEMS_AT: usize = 293;
export const STATISTICS_COUNT: usize = PROBLEMS_AT + PROBLEM_COUNT;

/** Never made with `new`: laid over STATISTICS_COUNT numbers in memory. */
@unmanaged
export class DecodeStatistics {
  /** Counts a decoded packet. `outerLayers` are layers around tunnels, which the packet no longer tells. */
  @inline count(packet: Packet, outerLayers: i32): void {
    const layers = packet.layers | outerLayers;
    this.add(TOTAL_PACKETS, 1);
    this.add(TOTAL_BYTES, <f64>packet.wireLength);
    this.add(TOTAL_CAPTURED, <f64>packet.capturedLength);
    if (<u32>packet.capturedLength < packet.wireLength) this.add(TOTAL_CUT, 1);
    if ((layers & NETWORK_LAYERS) == 0) this.add(TOTAL_OTHER, 1);
    if (packet.protocol >= 0) this.add(IP_PROTOCOLS_AT + <usize>packet.protocol, 1);
    this.add(PROBLEMS_AT + <usize>packet.problem, 1);
    for (let rest = layers; rest != 0; rest &= rest - 1) this.add(LAYERS_AT + <usize>ctz(rest), 1);
  }

  @inline private add(place: usize, count: f64): void {
    const address = changetype<usize>(this) + (place << 3);
    store<f64>(address, load<f64>(address) + count);
  }
}
