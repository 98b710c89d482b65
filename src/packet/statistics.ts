// What a decoder has counted: packets and bytes, packets by layer, by IP protocol, and by problem.
//
// The decoder counts in WebAssembly's memory (assembly/statistics.ts); here the counts are read and told, so they may be
// read at any time. They are exact up to 2^53. A packet counts once per layer, however many headers of it there are, and once
// per problem, its first; so the problems' counts add up to the packets that had one. Knows nothing of captures or flows.

import {
  LAYER_ARP,
  LAYER_COOKED,
  LAYER_DNS,
  LAYER_ETHERNET,
  LAYER_FRAGMENT,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_LLC,
  LAYER_MPLS,
  LAYER_PPP,
  LAYER_SCTP,
  LAYER_TCP,
  LAYER_TUNNEL,
  LAYER_UDP,
  LAYER_VLAN,
} from "./packet.ts";
import { PROBLEMS, type ProblemKind, problemName } from "./problems.ts";

export interface LayerEntry {
  readonly layer: number;
  readonly name: string;
  readonly description: string;
}

/** What is counted by layer, in the order in which it is told. */
export const LAYERS: readonly LayerEntry[] = [
  { layer: LAYER_ETHERNET, name: "ethernet", description: "An Ethernet header was read" },
  { layer: LAYER_COOKED, name: "cooked", description: "A Linux cooked header was read" },
  { layer: LAYER_LLC, name: "llc", description: "An LLC header, with or without SNAP" },
  { layer: LAYER_VLAN, name: "vlan", description: "One or more VLAN tags" },
  { layer: LAYER_MPLS, name: "mpls", description: "One or more MPLS labels" },
  { layer: LAYER_PPP, name: "ppp", description: "A PPP protocol field, also behind PPPoE" },
  { layer: LAYER_ARP, name: "arp", description: "The fixed 8 bytes of an ARP message" },
  {
    layer: LAYER_IPV4,
    name: "ipv4",
    description: "The fixed 20 bytes of an IPv4 header, with a sound version and header length",
  },
  {
    layer: LAYER_IPV6,
    name: "ipv6",
    description: "The fixed 40 bytes of an IPv6 header, with a sound version",
  },
  {
    layer: LAYER_FRAGMENT,
    name: "fragments",
    description: "A fragment, first or later, of an IPv4 or IPv6 datagram",
  },
  {
    layer: LAYER_TUNNEL,
    name: "tunnels",
    description: "A tunnel was entered (only when tunnels are decoded)",
  },
  { layer: LAYER_TCP, name: "tcp", description: "At least the ports of a TCP header" },
  { layer: LAYER_UDP, name: "udp", description: "At least the ports of a UDP header" },
  { layer: LAYER_SCTP, name: "sctp", description: "At least the ports of an SCTP header" },
  { layer: LAYER_ICMP, name: "icmp", description: "At least type and code of an ICMP message" },
  { layer: LAYER_ICMPV6, name: "icmpv6", description: "At least type and code of an ICMPv6 message" },
  { layer: LAYER_DNS, name: "dns", description: "A DNS header on port 53, 5353 or 5355" },
];

const LAYER_BITS = 32;
const IP_PROTOCOLS = 256;

const TOTAL_PACKETS = 0;
const TOTAL_BYTES = 1;
const TOTAL_CAPTURED = 2;
const TOTAL_CUT = 3;
const TOTAL_OTHER = 4;
const TOTALS = 5;

/** 64-bit numbers that the counts take: totals, then by layer, IP protocol and problem. */
export const STATISTICS_NUMBERS = TOTALS + LAYER_BITS + IP_PROTOCOLS + PROBLEMS.length;

/** The counts as plain data, for JSON; what is 0 is left out of the lists. */
export interface DecodeReport {
  packets: number;
  bytes: number;
  capturedBytes: number;
  cutFrames: number;
  layers: Record<string, number>;
  ipProtocols: Record<string, number>;
  problems: { layer: string; reason: string; kind: ProblemKind; packets: number }[];
}

export class DecodeStatistics {
  readonly #counts: Float64Array;
  readonly #totals: Float64Array;
  readonly #layers: Float64Array;
  readonly #ipProtocols: Float64Array;
  readonly #problems: Float64Array;

  /** Over the STATISTICS_NUMBERS numbers from index `at` of a view of a decoder's memory; over zeroes when there is none. */
  constructor(numbers: Float64Array = new Float64Array(STATISTICS_NUMBERS), at = 0) {
    let end = at;
    const next = (count: number): Float64Array => {
      end += count;
      return numbers.subarray(end - count, end);
    };
    this.#totals = next(TOTALS);
    this.#layers = next(LAYER_BITS);
    this.#ipProtocols = next(IP_PROTOCOLS);
    this.#problems = next(PROBLEMS.length);
    this.#counts = numbers.subarray(at, end);
  }

  get packets(): number {
    return this.#totals[TOTAL_PACKETS];
  }

  /** Bytes on the wire. */
  get bytes(): number {
    return this.#totals[TOTAL_BYTES];
  }

  get capturedBytes(): number {
    return this.#totals[TOTAL_CAPTURED];
  }

  /** Packets of which less was captured than was on the wire. No problem by itself: see `PROBLEMS` of kind "cut". */
  get cutFrames(): number {
    return this.#totals[TOTAL_CUT];
  }

  /** Packets in which neither ARP nor IP was found. */
  get other(): number {
    return this.#totals[TOTAL_OTHER];
  }

  /** Packets with a layer (one LAYER_* bit), also where it was outside of a tunnel that was entered. */
  layer(bit: number): number {
    return this.#layers[31 - Math.clz32(bit)];
  }

  /** Packets whose (innermost decoded) IP header leads to this protocol. */
  ipProtocol(protocol: number): number {
    return this.#ipProtocols[protocol] ?? 0;
  }

  /** Packets whose first problem was this index into PROBLEMS; index 0 counts those without one. */
  problem(index: number): number {
    return this.#problems[index] ?? 0;
  }

  /** Packets whose first problem was of a kind. */
  problemsOfKind(kind: ProblemKind): number {
    return PROBLEMS.reduce((sum, entry, index) => sum + (entry.kind === kind ? this.#problems[index] : 0), 0);
  }

  /** Adds another decoder's counts to these. */
  merge(other: DecodeStatistics): void {
    for (let index = 0; index < STATISTICS_NUMBERS; index++) this.#counts[index] += other.#counts[index];
  }

  report(): DecodeReport {
    const layers: Record<string, number> = {};
    for (const { layer, name } of LAYERS) if (this.layer(layer) > 0) layers[name] = this.layer(layer);
    if (this.other > 0) layers["other"] = this.other;
    const ipProtocols: Record<string, number> = {};
    this.#ipProtocols.forEach((packets, protocol) => {
      if (packets > 0) ipProtocols[protocol] = packets;
    });
    const problems = PROBLEMS.map(({ layer, reason, kind }, index) => ({
      layer,
      reason,
      kind,
      packets: this.problem(index),
    }));
    return {
      packets: this.packets,
      bytes: this.bytes,
      capturedBytes: this.capturedBytes,
      cutFrames: this.cutFrames,
      layers,
      ipProtocols,
      problems: problems.filter(({ kind, packets }) => kind !== "none" && packets > 0),
    };
  }

  /** A few lines for people; no final line break. */
  summary(): string {
    const lines = [`${grouped(this.packets)} packets, ${grouped(this.bytes)} bytes on the wire`];
    if (this.cutFrames > 0) lines.push(`captured in part (snap length): ${grouped(this.cutFrames)}`);
    const layers = Object.entries(this.report().layers).map(
      ([name, packets]) => `${name} ${grouped(packets)}`,
    );
    if (layers.length > 0) lines.push(layers.join(", "));
    for (const kind of ["malformed", "cut", "unsupported"] as const) {
      const packets = this.problemsOfKind(kind);
      if (packets > 0) lines.push(`${kind}: ${this.#problemList(kind)}`);
    }
    return lines.join("\n");
  }

  #problemList(kind: ProblemKind): string {
    const indices = PROBLEMS.map((_, index) => index);
    return indices
      .filter((index) => PROBLEMS[index].kind === kind && this.problem(index) > 0)
      .sort((first, second) => this.problem(second) - this.problem(first))
      .map((index) => `${problemName(index)} (${grouped(this.problem(index))})`)
      .join(", ");
  }
}

/** 1234567 as "1,234,567". */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
