// Rows of the schemas `antinex` and `antinex-legacy` beside the raw fields that tshark reads in the same frames.

import { describe, expect } from "vitest";
import { readCapture } from "../../src/capture/read.ts";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import { type TsharkRow, tsharkRows, tsharkTest } from "../support/tshark.ts";

async function packetRows(path: string, id: string): Promise<Record<string, number>[]> {
  const schema = schemaById(id);
  const rows: Record<string, number>[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        rows.push(
          Object.fromEntries(schema.columns.map(({ name }, column) => [name, batch.values[at + column]])),
        );
      }
    },
  });
  await readCapture(path, { onFrame: meter });
  meter.end();
  return rows;
}

type Reader = (field: (name: string) => number) => number;

const same =
  (name: string): Reader =>
  (field) =>
    field(name);
const words =
  (name: string): Reader =>
  (field) =>
    field(name) / 4;

/** Column → how tshark tells it, and the layer whose field it is. */
const COLUMNS: Record<string, readonly [layer: string, read: Reader]> = {
  eth_type: ["eth", same("eth.type")],
  arp_hwtype: ["arp", same("arp.hw.type")],
  arp_ptype: ["arp", same("arp.proto.type")],
  arp_hwlen: ["arp", same("arp.hw.size")],
  arp_plen: ["arp", same("arp.proto.size")],
  arp_op: ["arp", same("arp.opcode")],
  ip_version: ["ip", same("ip.version")],
  ip_ihl: ["ip", words("ip.hdr_len")],
  ip_tos: ["ip", same("ip.dsfield")],
  ip_len: ["ip", same("ip.len")],
  ip_ttl: ["ip", same("ip.ttl")],
  ip_proto: ["ip", same("ip.proto")],
  ip_chksum: ["ip", same("ip.checksum")],
  ip_flags: ["ip", (field) => field("ip.flags.rb") * 4 + field("ip.flags.df") * 2 + field("ip.flags.mf")],
  ip_frag: ["ip", same("ip.frag_offset")],
  ipv6_version: ["ipv6", same("ipv6.version")],
  ipv6_tc: ["ipv6", same("ipv6.tclass")],
  ipv6_fl: ["ipv6", same("ipv6.flow")],
  ipv6_plen: ["ipv6", same("ipv6.plen")],
  ipv6_nh: ["ipv6", same("ipv6.nxt")],
  ipv6_hlim: ["ipv6", same("ipv6.hlim")],
  tcp_sport: ["tcp", same("tcp.srcport")],
  tcp_dport: ["tcp", same("tcp.dstport")],
  tcp_seq: ["tcp", same("tcp.seq")],
  tcp_ack: ["tcp", same("tcp.ack")],
  tcp_dataofs: ["tcp", words("tcp.hdr_len")],
  tcp_flags: ["tcp", (field) => field("tcp.flags") & 0x1ff],
  tcp_reserved: ["tcp", (field) => field("tcp.flags") >> 9],
  tcp_window: ["tcp", same("tcp.window_size_value")],
  tcp_chksum: ["tcp", same("tcp.checksum")],
  "tcp_fields_options.MSS": ["tcp", same("tcp.options.mss_val")],
  "tcp_fields_options.WScale": ["tcp", same("tcp.options.wscale.shift")],
  "tcp_fields_options.Timestamp": ["tcp", same("tcp.options.timestamp.tsval")],
  udp_sport: ["udp", same("udp.srcport")],
  udp_dport: ["udp", same("udp.dstport")],
  udp_len: ["udp", same("udp.length")],
  udp_chksum: ["udp", same("udp.checksum")],
  icmp_type: ["icmp", same("icmp.type")],
  icmp_code: ["icmp", same("icmp.code")],
  icmp_chksum: ["icmp", same("icmp.checksum")],
  icmp_seq: ["icmp", same("icmp.seq")],
  dns_id: ["dns", same("dns.id")],
  dns_qr: ["dns", same("dns.flags.response")],
  dns_opcode: ["dns", same("dns.flags.opcode")],
  dns_tc: ["dns", same("dns.flags.truncated")],
  dns_rd: ["dns", same("dns.flags.recdesired")],
  dns_qdcount: ["dns", same("dns.count.queries")],
  dns_ancount: ["dns", same("dns.count.answers")],
  dns_nscount: ["dns", same("dns.count.auth_rr")],
  dns_arcount: ["dns", same("dns.count.add_rr")],
};
const FIELDS = [
  "eth.type",
  "arp.hw.type",
  "arp.proto.type",
  "arp.hw.size",
  "arp.proto.size",
  "arp.opcode",
  "ip.version",
  "ip.hdr_len",
  "ip.dsfield",
  "ip.len",
  "ip.id",
  "ip.ttl",
  "ip.proto",
  "ip.checksum",
  "ip.flags.rb",
  "ip.flags.df",
  "ip.flags.mf",
  "ip.frag_offset",
  "ipv6.version",
  "ipv6.tclass",
  "ipv6.flow",
  "ipv6.plen",
  "ipv6.nxt",
  "ipv6.hlim",
  "tcp.srcport",
  "tcp.dstport",
  "tcp.seq",
  "tcp.ack",
  "tcp.hdr_len",
  "tcp.flags",
  "tcp.window_size_value",
  "tcp.checksum",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.timestamp.tsval",
  "udp.srcport",
  "udp.dstport",
  "udp.length",
  "udp.checksum",
  "icmp.type",
  "icmp.code",
  "icmp.checksum",
  "icmp.ident",
  "icmp.seq",
  "dns.id",
  "dns.flags.response",
  "dns.flags.opcode",
  "dns.flags.truncated",
  "dns.flags.recdesired",
  "dns.count.queries",
  "dns.count.answers",
  "dns.count.auth_rr",
  "dns.count.add_rr",
];

function fieldOf(row: TsharkRow): (name: string) => number {
  return (name) => {
    const text = row[name];
    if (text === undefined) throw new RangeError(`field ${name} was not asked for`);
    return text === "" ? Number.NaN : Number(text);
  };
}

const NETWORK = ["ip", "ipv6"];
const TRANSPORT = ["tcp", "udp", "icmp", "icmpv6", "sctp", "igmp", "ospf", "gre", "esp"];

/** The layers up to the outermost transport header and what it carries; undefined where headers are in each other. */
function ownLayers(row: TsharkRow): Set<string> | undefined {
  const layers = row["frame.protocols"].split(":");
  const first = layers.findIndex((layer) => TRANSPORT.includes(layer));
  const before = first < 0 ? layers : layers.slice(0, first + 1);
  if (before.filter((layer) => NETWORK.includes(layer)).length > 1) return undefined;
  const carried = ["dns", "mdns", "llmnr"].includes(layers[first + 1]) ? ["dns"] : [];
  return new Set([...before, ...carried]);
}

/**
 * True where tshark tells other things: of a message in a TCP segment, where it takes any segment on the port for one; of
 * link-local names, whose bit has another meaning; of an ICMP error, whose quoted packet has fields of the same names.
 */
function isToldOtherwise(layer: string, column: string, row: TsharkRow): boolean {
  const layers = row["frame.protocols"].split(":");
  if (layer === "dns" && layers.includes("tcp")) return true;
  if (column === "dns_rd" && layers.includes("llmnr")) return true;
  return (
    (column === "icmp_seq" || column === "icmp_code") && layers.indexOf("icmp") < layers.lastIndexOf("ip")
  );
}

/** The last that is not 0 of several, else the first. */
function last(...values: number[]): number {
  return values.findLast((value, index) => index === 0 || value !== 0) as number;
}

const LEGACY: Record<string, readonly [layer: string, read: Reader]> = {
  ip_len: [
    "ip",
    (field) =>
      last(
        field("ip.len"),
        field("ip.id"),
        field("ip.flags.rb") * 4 + field("ip.flags.df") * 2 + field("ip.flags.mf"),
        field("ip.frag_offset"),
        field("ip.ttl"),
        field("ip.proto"),
        field("ip.checksum"),
      ),
  ],
  tcp_seq: [
    "tcp",
    (field) =>
      last(
        field("tcp.seq"),
        field("tcp.ack"),
        field("tcp.hdr_len") / 4,
        field("tcp.flags") >> 9,
        field("tcp.flags") & 0x1ff,
        field("tcp.window_size_value"),
        field("tcp.checksum"),
      ),
  ],
  udp_len: ["udp", (field) => last(field("udp.length"), field("udp.checksum"))],
  icmp_code: ["icmp", (field) => last(field("icmp.code"), field("icmp.checksum"), field("icmp.ident") || 0)],
  icmp_type: ["icmp", same("icmp.type")],
  tcp_sport: ["tcp", same("tcp.srcport")],
  "tcp_fields_options.Timestamp": ["tcp", same("tcp.options.timestamp.tsval")],
  "tcp_fields_options.NOP": ["tcp", () => Number.NaN],
  dns_default_rd: ["dns", () => 1],
  dns_default_aa: ["dns", () => 0],
  dns_default_qdcount: ["dns", () => Number.NaN],
};

// Left out: captures of headers that lie about their lengths or are cut, whose fields tshark tells as far as they go.
const DAMAGED = /fuzz-|garbage|header-trunc/;

const CAPTURES = ["pcap/ndpi", "pcap/zeek-btest", "pcap/practical-packet-analysis-3e"].flatMap((folder) =>
  sharedFiles(folder).filter((path) => /\.(pcap|pcapng|trace)$/.test(path) && !DAMAGED.test(path)),
);

describe("fields of headers", () => {
  for (const capture of CAPTURES) {
    tsharkTest(
      `${capture} as tshark reads it`,
      async () => {
        const path = sharedData(capture);
        const told = await tsharkRows(path, FIELDS);
        const rows = await packetRows(path, "antinex");
        const legacy = await packetRows(path, "antinex-legacy");
        expect(rows.length).toBe(told.length);
        const wrong: string[] = [];
        for (const [index, row] of told.entries()) {
          const layers = ownLayers(row);
          if (layers === undefined || row["frame.protocols"].includes("_ws.")) continue;
          const field = fieldOf(row);
          for (const [table, found] of [
            [COLUMNS, rows[index]],
            [LEGACY, legacy[index]],
          ] as const) {
            for (const [column, [layer, read]] of Object.entries(table)) {
              if (isToldOtherwise(layer, column, row)) continue;
              const expected = layers.has(layer) ? read(field) : Number.NaN;
              if (Object.is(found[column], expected)) continue;
              wrong.push(
                `frame ${index + 1}: ${column} is ${found[column]}, expected ${expected} (${row["frame.protocols"]})`,
              );
            }
          }
        }
        expect(wrong).toEqual([]);
      },
      120_000,
    );
  }
});
