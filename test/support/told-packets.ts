// What tshark says of the packets of a capture, as flows need it: who to whom, when, how long, and its TCP analysis.
//
// Ports of later fragments are found here in a way of its own: from the whole list of frames, without any time limit.

import { LAYER_ICMP, LAYER_ICMPV6, LAYER_SCTP, LAYER_TCP, LAYER_UDP } from "../../src/packet/packet.ts";
import { type TsharkRow, tsharkRows } from "./tshark.ts";
import { tsharkLayers } from "./tshark-fields.ts";

export interface ToldPacket {
  /** Number of the frame, from 1. */
  ordinal: number;
  /** µs, cut. */
  timeUs: number;
  wireLength: number;
  /** "tcp", "udp", "sctp", "icmp", "icmpv6" or "other", as in the outermost IP header. */
  transport: string;
  /** "address:port", or the address where there are no ports. */
  source: string;
  destination: string;
  fragment: boolean;
  row: TsharkRow;
}

const FIELDS = [
  "frame.number", "frame.time_epoch", "frame.len", "communityid",
  "ip.src", "ip.dst", "ip.proto", "ip.id", "ip.frag_offset", "ip.flags.mf", "ip.ttl", "ip.hdr_len", "ip.len",
  "ipv6.src", "ipv6.dst", "ipv6.hlim", "ipv6.plen", "ipv6.fraghdr.ident", "ipv6.fraghdr.offset", "ipv6.fraghdr.more",
  "tcp.srcport", "tcp.dstport", "tcp.stream", "tcp.flags", "tcp.len", "tcp.hdr_len", "tcp.window_size_value",
  "udp.srcport", "udp.dstport", "udp.length", "sctp.srcport", "sctp.dstport",
  "tcp.payload", "udp.payload",
  "tcp.analysis.retransmission", "tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission",
  "tcp.analysis.out_of_order", "tcp.analysis.zero_window", "tcp.analysis.initial_rtt",
] as const; // biome-ignore format: a table

const ANALYSIS = ["-o", "tcp.analyze_sequence_numbers:TRUE", "--enable-protocol", "communityid"];

const TRANSPORTS: readonly (readonly [number, string])[] = [
  [LAYER_TCP, "tcp"],
  [LAYER_UDP, "udp"],
  [LAYER_SCTP, "sctp"],
  [LAYER_ICMP, "icmp"],
  [LAYER_ICMPV6, "icmpv6"],
];

/** The packets of a capture that have an IP header. */
export async function toldPackets(path: string): Promise<ToldPacket[]> {
  const rows = await tsharkRows(path, FIELDS, ANALYSIS);
  const headers = transportHeaders(rows);
  return rows.flatMap((row, index) => {
    const version = outermost(row);
    if (version === undefined || row[`${version}.src`] === "") return [];
    const header = headers[index];
    const transport = header === undefined ? announced(row) : transportOf(header);
    return [
      {
        ordinal: Number(row["frame.number"]),
        timeUs: microseconds(row["frame.time_epoch"]),
        wireLength: Number(row["frame.len"]),
        transport,
        source: endpoint(row[`${version}.src`], transport, header?.[`${transport}.srcport`]),
        destination: endpoint(row[`${version}.dst`], transport, header?.[`${transport}.dstport`]),
        fragment: isFragment(row),
        row,
      },
    ];
  });
}

/** "address:port", or the address where the transport has no ports; unknown ports are 0. */
export function endpoint(address: string, transport: string, port: string | number | undefined): string {
  if (!["tcp", "udp", "sctp"].includes(transport)) return address;
  return `${address}:${port === undefined || port === "" ? 0 : port}`;
}

/**
 * For each frame, the one with the transport header of its datagram: itself, or for later fragments the newest first
 * fragment before them, else the next one behind them, if any.
 */
function transportHeaders(rows: readonly TsharkRow[]): (TsharkRow | undefined)[] {
  const newest = new Map<string, TsharkRow>();
  const next = new Map<string, TsharkRow>();
  const isFirst = (row: TsharkRow): boolean => isFragment(row) && !isLater(row);
  const before = rows.map((row) => {
    if (isFirst(row)) newest.set(datagram(row), row);
    return isLater(row) ? newest.get(datagram(row)) : row;
  });
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (isFirst(row)) next.set(datagram(row), row);
    before[index] ??= next.get(datagram(row));
  }
  return before;
}

/** "1700000000.123456789" in whole µs. */
function microseconds(text: string): number {
  const [seconds, fraction = ""] = text.split(".");
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

function outermost(row: TsharkRow): "ip" | "ipv6" | undefined {
  const network = row["frame.protocols"].split(":").find((name) => name === "ip" || name === "ipv6");
  return network as "ip" | "ipv6" | undefined;
}

function transportOf(row: TsharkRow): string {
  const layers = tsharkLayers(row["frame.protocols"], false);
  return TRANSPORTS.find(([layer]) => (layers & layer) !== 0)?.[1] ?? announced(row);
}

/** The transport that an IPv4 header names, though nothing of it is there. */
function announced(row: TsharkRow): string {
  if (outermost(row) !== "ip") return "other";
  const names: Record<string, string> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp" };
  return names[row["ip.proto"]] ?? "other";
}

function isLater(row: TsharkRow): boolean {
  const offset = outermost(row) === "ip" ? row["ip.frag_offset"] : row["ipv6.fraghdr.offset"];
  return Number(offset || 0) > 0;
}

function isFragment(row: TsharkRow): boolean {
  const more = outermost(row) === "ip" ? row["ip.flags.mf"] : row["ipv6.fraghdr.more"];
  return isLater(row) || more === "1" || more === "True";
}

function datagram(row: TsharkRow): string {
  return outermost(row) === "ip"
    ? [row["ip.src"], row["ip.dst"], row["ip.proto"], row["ip.id"]].join()
    : [row["ipv6.src"], row["ipv6.dst"], row["ipv6.fraghdr.ident"]].join();
}
