// What a decoder has counted: packets and bytes, packets by layer, by IP protocol, and by problem.
//
// Guarantees: counting allocates nothing; counts are exact up to 2^53. A packet counts once per layer, however many headers
// of it there are, and once per problem, its first; so the problems' counts add up to the packets that had one. Knows
// nothing of captures or flows.

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
  type Packet,
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
const NETWORK_LAYERS = LAYER_ARP | LAYER_IPV4 | LAYER_IPV6;

const TOTAL_PACKETS = 0;
const TOTAL_BYTES = 1;
const TOTAL_CAPTURED = 2;
const TOTAL_CUT = 3;
const TOTAL_OTHER = 4;
const TOTALS = 5;

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
  readonly #totals = new Float64Array(TOTALS);
  readonly #layers = new Float64Array(LAYER_BITS);
  readonly #ipProtocols = new Float64Array(IP_PROTOCOLS);
  readonly #problems = new Float64Array(PROBLEMS.length);

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

  /** Counts a decoded packet. `outerLayers` are layers around tunnels, which the packet no longer tells. */
  count(packet: Packet, outerLayers: number): void {
    const totals = this.#totals;
    const layerCounts = this.#layers;
    const layers = packet.layers | outerLayers;
    totals[TOTAL_PACKETS]++;
    totals[TOTAL_BYTES] += packet.wireLength;
    totals[TOTAL_CAPTURED] += packet.capturedLength;
    if (packet.capturedLength < packet.wireLength) totals[TOTAL_CUT]++;
    if ((layers & NETWORK_LAYERS) === 0) totals[TOTAL_OTHER]++;
    if (packet.protocol >= 0) this.#ipProtocols[packet.protocol]++;
    this.#problems[packet.problem]++;
    for (let rest = layers; rest !== 0; rest &= rest - 1) layerCounts[31 - Math.clz32(rest & -rest)]++;
  }

  /** Adds another decoder's counts to these. */
  merge(other: DecodeStatistics): void {
    add(this.#totals, other.#totals);
    add(this.#layers, other.#layers);
    add(this.#ipProtocols, other.#ipProtocols);
    add(this.#problems, other.#problems);
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

function add(sums: Float64Array, counts: Float64Array): void {
  for (let index = 0; index < sums.length; index++) sums[index] += counts[index];
}

/** 1234567 as "1,234,567". */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
