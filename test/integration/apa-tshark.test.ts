// Rows of the schemas `apa` and `apa-live` beside what tshark says of the same packets and conversations.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { readCapture } from "../../src/capture/read.ts";
import { RowMeter, schemaById } from "../../src/feature/row-meter.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import { type TsharkRow, tsharkRows, tsharkTest } from "../support/tshark.ts";

const run = promisify(execFile);

/** What `tshark -z conv,tcp` prints of each conversation: first address, other address, packets from, to, both. */
async function toldConversations(path: string): Promise<string[]> {
  const { stdout } = await run("tshark", ["-n", "-q", "-r", path, "-z", "conv,tcp"], { maxBuffer: 1 << 26 });
  return stdout.split("\n").flatMap((line) => {
    const ends = /^(\S+)\s+<->\s+(\S+)\s+(\d+) [\d.]+ \S+\s+(\d+) [\d.]+ \S+\s+(\d+) /.exec(line);
    return ends === null ? [] : [`${ends[1]} ${ends[2]} sent ${ends[4]} received ${ends[3]} of ${ends[5]}`];
  });
}

interface PacketRow {
  frame: number;
  source: string;
  destination: string;
  values: Record<string, number>;
}

async function packetRows(path: string, id: string): Promise<PacketRow[]> {
  const schema = schemaById(id);
  const rows: PacketRow[] = [];
  const meter = new RowMeter({
    schema,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const identity = batch.identity(row);
        const values = schema.columns.map(({ name }, column) => [
          name,
          batch.values[row * batch.columnCount + column],
        ]);
        rows.push({
          frame: identity.flow,
          source: identity.sourceAddress,
          destination: identity.destinationAddress,
          values: Object.fromEntries(values),
        });
      }
    },
  });
  for (let pass = 1; pass <= meter.passes; pass++) {
    if (pass > 1) meter.rewind();
    await readCapture(path, { onFrame: meter });
  }
  meter.end();
  return rows;
}

/** Columns that are fields of Wireshark's, under its names. */
const FIELDS = [
  "tcp.srcport",
  "tcp.dstport",
  "ip.proto",
  "frame.len",
  "tcp.flags.syn",
  "tcp.flags.reset",
  "tcp.flags.push",
  "tcp.flags.ack",
  "ip.flags.mf",
  "ip.flags.df",
  "ip.flags.rb",
  "tcp.seq",
  "tcp.ack",
];
const WITH_CONVERSATIONS = [
  "-o",
  "tcp.analyze_sequence_numbers:TRUE",
  "-o",
  "tcp.relative_sequence_numbers:TRUE",
  "-Y",
  "tcp",
];

/** Frames whose outermost TCP header is that of the frame itself: not one quoted by an ICMP message, or in a tunnel. */
function isOwn(row: TsharkRow): boolean {
  const layers = row["frame.protocols"].split(":");
  const before = layers.slice(0, layers.indexOf("tcp"));
  const network = before.filter((layer) => layer === "ip" || layer === "ipv6");
  if (network.length !== 1 || before.includes("icmp") || before.includes("icmpv6")) return false;
  // A header that is not there in full, or says it is shorter than it can be, is not read: its packet gets no row.
  return Number(row["tcp.hdr_len"]) >= 20 && row["tcp.urgent_pointer"] !== "";
}

interface Totals {
  first: string;
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
}

/** What each packet's conversation holds, by tshark's stream numbers: in whole, or up to the packet. */
class Streams {
  readonly #streams = new Map<string, Totals>();

  add(row: TsharkRow): Totals {
    const source = `${row["ip.src"] || row["ipv6.src"]} ${row["tcp.srcport"]}`;
    const known = this.#streams.get(row["tcp.stream"]);
    const totals = known ?? { first: source, sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 };
    this.#streams.set(row["tcp.stream"], totals);
    const bytes = Number(row["frame.len"]);
    if (totals.first === source) {
      totals.sent++;
      totals.sentBytes += bytes;
    } else {
      totals.received++;
      totals.receivedBytes += bytes;
    }
    return totals;
  }

  get(row: TsharkRow): Totals {
    return this.#streams.get(row["tcp.stream"]) as Totals;
  }
}

function columnsOf(totals: Totals, suffix = ""): Record<string, number> {
  return {
    [`Packets${suffix}`]: totals.sent + totals.received,
    [`Bytes${suffix}`]: totals.sentBytes + totals.receivedBytes,
    [`Tx Packets${suffix}`]: totals.sent,
    [`Tx Bytes${suffix}`]: totals.sentBytes,
    [`Rx Packets${suffix}`]: totals.received,
    [`Rx Bytes${suffix}`]: totals.receivedBytes,
  };
}

function fieldsOf(row: TsharkRow): Record<string, number> {
  const values = FIELDS.map((name) => [name, row[name] === "" ? Number.NaN : Number(row[name])]);
  // An IPv6 header has no such field; the schema says the protocol anyway.
  return { ...Object.fromEntries(values), "ip.proto": 6 };
}

const CAPTURES = [
  ...sharedFiles("pcap/ndpi"),
  ...sharedFiles("pcap/zeek-btest"),
  ...sharedFiles("pcap/practical-packet-analysis-3e"),
  ...sharedFiles("pcap/pcap-attack"),
].filter((path) => /\.(pcap|pcapng|cap|trace)$/.test(path));

describe("packets and conversations", () => {
  for (const capture of CAPTURES) {
    tsharkTest(
      `${capture} as tshark tells it`,
      async () => {
        const path = sharedData(capture);
        const told = (
          await tsharkRows(
            path,
            [
              "frame.number",
              "tcp.stream",
              "tcp.hdr_len",
              "tcp.urgent_pointer",
              "ip.src",
              "ipv6.src",
              ...FIELDS,
            ],
            WITH_CONVERSATIONS,
          )
        ).filter(isOwn);
        const whole = new Streams();
        for (const row of told) whole.add(row);
        const soFar = new Streams();
        const rows = await packetRows(path, "apa");
        const live = await packetRows(path, "apa-live");
        expect(rows.map(({ frame }) => frame)).toEqual(told.map((row) => Number(row["frame.number"])));
        for (const [index, row] of told.entries()) {
          const fields = fieldsOf(row);
          expect({ frame: rows[index].frame, ...rows[index].values }).toEqual({
            frame: Number(row["frame.number"]),
            ...fields,
            ...columnsOf(whole.get(row)),
          });
          expect({ frame: live[index].frame, ...live[index].values }).toEqual({
            frame: Number(row["frame.number"]),
            ...fields,
            ...columnsOf(soFar.add(row), " so far"),
          });
        }
      },
      120_000,
    );
  }
});

// Captures without fragments, tunnels and packets quoted by ICMP, which tshark counts there too.
const WHOLE = [
  "pcap/ndpi/ssh.pcap",
  "pcap/ndpi/http_ipv6.pcap",
  "pcap/ndpi/synscan.pcap",
  "pcap/zeek-btest/vnc-scanner.pcap",
  "pcap/zeek-btest/handshake-reorder.pcap",
];

for (const capture of WHOLE) {
  tsharkTest(
    `${capture} has the conversations of tshark -z conv,tcp`,
    async () => {
      const path = sharedData(capture);
      const conversations = new Map<string, string>();
      for (const { values, source, destination } of await packetRows(path, "apa")) {
        const sender = `${source}:${values["tcp.srcport"]}`;
        const receiver = `${destination}:${values["tcp.dstport"]}`;
        const known = conversations.get([sender, receiver].sort().join());
        if (known !== undefined) continue;
        const totals = `sent ${values["Tx Packets"]} received ${values["Rx Packets"]} of ${values["Packets"]}`;
        conversations.set([sender, receiver].sort().join(), `${sender} ${receiver} ${totals}`);
      }
      const told = await toldConversations(path);
      expect(told.length).toBeGreaterThan(0);
      expect([...conversations.values()].sort()).toEqual(told.sort());
    },
    120_000,
  );
}
