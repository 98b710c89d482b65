// Engines with a row for every packet: conversations that are opened, closed and used again, their bound, and two passes.

import { describe, expect, test } from "vitest";
import { RowMeter, type RowMeterOptions, schemaById } from "../../src/feature/row-meter.ts";
import { arp, ethernet, ipv4, ipv6, type TcpFields, tcp, udp } from "../support/frames.ts";

const SYN = 0x02;
const ACK = 0x10;
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

interface MeteredPackets {
  rows: Record<string, number>[];
  reasons: string[];
  meter: RowMeter;
}

function metered(
  id: string,
  frames: readonly Uint8Array[],
  options: Partial<RowMeterOptions> = {},
): MeteredPackets {
  const schema = schemaById(id);
  const rows: Record<string, number>[] = [];
  const reasons: string[] = [];
  const meter = new RowMeter({
    schema,
    ...options,
    onRows: (batch) => {
      for (let row = 0; row < batch.count; row++) {
        const at = row * batch.columnCount;
        const values = schema.columns.map(({ name }, column) => [name, batch.values[at + column]]);
        rows.push(Object.fromEntries(values));
        reasons.push(batch.identity(row).endReason);
      }
    },
  });
  for (let pass = 1; pass <= meter.passes; pass++) {
    if (pass > 1) meter.rewind();
    for (const [index, frame] of frames.entries())
      meter.frame(frame, 0, frame.length, frame.length, index, 1);
  }
  expect(meter.end()).toBe(true);
  return { rows, reasons, meter };
}

function segment(
  from: number[],
  to: number[],
  fields: TcpFields,
  payload: readonly number[] = [],
): Uint8Array {
  return ethernet(0x0800, ipv4({ protocol: 6, source: from, destination: to }, tcp(fields, payload)));
}

const up = (fields: TcpFields): Uint8Array =>
  segment(CLIENT, SERVER, { sourcePort: 5000, destinationPort: 80, ...fields });
const down = (fields: TcpFields): Uint8Array =>
  segment(SERVER, CLIENT, { sourcePort: 80, destinationPort: 5000, ...fields });

const OPENING = [
  up({ flags: SYN, sequence: 1000 }),
  down({ flags: SYN | ACK, sequence: 0xffffffff, acknowledgment: 1001 }),
  up({ flags: ACK, sequence: 1001, acknowledgment: 0 }),
];

describe("conversations", () => {
  test("sequence numbers are relative, also over the end of their range", () => {
    const { rows } = metered("apa", OPENING);
    expect(rows.map((row) => [row["tcp.seq"], row["tcp.ack"]])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
  });

  test("whole totals stand in every row, running ones grow", () => {
    const whole = metered("apa", OPENING).rows;
    const live = metered("apa-live", OPENING).rows;
    expect(whole.map((row) => [row["Packets"], row["Tx Packets"], row["Rx Packets"]])).toEqual([
      [3, 2, 1],
      [3, 2, 1],
      [3, 2, 1],
    ]);
    expect(
      live.map((row) => [row["Packets so far"], row["Tx Packets so far"], row["Rx Packets so far"]]),
    ).toEqual([
      [1, 1, 0],
      [2, 1, 1],
      [3, 2, 1],
    ]);
    const bytes = OPENING.reduce((sum, frame) => sum + frame.length, 0);
    expect(whole[0]["Bytes"]).toBe(bytes);
    expect(live[2]["Bytes so far"]).toBe(bytes);
  });

  test("a SYN with another number opens a new one, a repeated SYN does not", () => {
    const again = up({ flags: SYN, sequence: 77 });
    const { rows, reasons, meter } = metered("apa", [...OPENING, OPENING[0], again, again]);
    expect(rows.map((row) => row["Packets"])).toEqual([4, 4, 4, 4, 2, 2]);
    expect(new Set(reasons)).toEqual(new Set(["packet"]));
    const ledger = meter.ledger();
    expect(ledger.flowsOpened).toBe(2);
    expect(ledger.flowsEnded).toMatchObject({ reused: 1, "end-of-input": 1 });
    expect(ledger.rows).toBe(6);
  });

  test("the first address is that of whoever spoke first, whatever the ports", () => {
    const { rows } = metered("apa", [
      down({ flags: ACK, sequence: 9 }),
      up({ flags: ACK }),
      up({ flags: ACK }),
    ]);
    expect(rows[0]).toMatchObject({ "Tx Packets": 1, "Rx Packets": 2, "tcp.seq": 1 });
  });

  test("beyond the bound the one that was silent longest is closed, alike in both passes", () => {
    const port = (sourcePort: number): Uint8Array =>
      segment(CLIENT, SERVER, { sourcePort, destinationPort: 80, flags: ACK });
    const frames = [port(1), port(2), port(1), port(3), port(2)];
    const { rows, meter } = metered("apa", frames, { maximumFlows: 2 });
    expect(rows.map((row) => row["Packets"])).toEqual([2, 1, 2, 1, 1]);
    expect(meter.ledger().flowsEnded).toMatchObject({ evicted: 2, "end-of-input": 2 });
    expect(meter.ledger().measures).toEqual({ conversationsWithoutTotals: 0 });
  });

  test("many conversations, more than fit into one piece of memory for totals", () => {
    const frames = Array.from({ length: 70_000 }, (_, index) =>
      segment([10, 1, index >> 8, index & 255], SERVER, { sourcePort: 1024 + (index >> 16), flags: ACK }),
    );
    const { rows, meter } = metered("apa", [...frames, frames[69_999], frames[3]]);
    expect(rows.filter((row) => row["Packets"] !== 1).length).toBe(4);
    expect(meter.ledger().flowsOpened).toBe(70_000);
  });

  test("other packets have no row and are counted", () => {
    const other = [ethernet(0x0806, arp(1)), ethernet(0x0800, ipv4({ protocol: 17 }, udp({})))];
    const { rows, meter } = metered("apa", [...other, ...OPENING]);
    expect(rows.length).toBe(3);
    expect(meter.ledger()).toMatchObject({ packets: 5, withoutFlow: 2, metered: 3 });
    expect(meter.statistics.packets).toBe(5);
  });

  test("of IPv6 the flags of IPv4 are missing", () => {
    const { rows } = metered("apa", [ethernet(0x86dd, ipv6({ next: 6 }, tcp({ flags: ACK })))]);
    expect(rows[0]).toMatchObject({ "ip.proto": 6, "ip.flags.df": Number.NaN, "ip.flags.rb": Number.NaN });
  });
});

describe("layers", () => {
  test("a frame of any kind has a row", () => {
    const frames = [ethernet(0x88cc, [1]), ethernet(0x0806, arp(2)), OPENING[0], Uint8Array.of(1, 2)];
    const { rows, meter } = metered("antinex", frames);
    expect(rows.map((row) => row["eth_type"])).toEqual([0x88cc, 0x0806, 0x0800, Number.NaN]);
    expect(rows[1]).toMatchObject({ arp_op: 2, arp_hwtype: 1, arp_ptype: 0x0800, arp_hwlen: 6, arp_plen: 4 });
    expect(rows[1]["ip_version"]).toBeNaN();
    expect(rows[2]).toMatchObject({ tcp_seq: 1000, tcp_flags: SYN, tcp_dataofs: 5, ip_ttl: 64 });
    expect(meter.ledger()).toMatchObject({ metered: 4, rows: 4, flowsOpened: 0 });
  });

  test("the recorder kept the last field that was not 0 under the name before it", () => {
    const frame = OPENING[0].slice();
    const { rows } = metered("antinex-legacy", [frame]);
    // Without checksums: protocol 6 in IPv4, the window in TCP.
    expect(rows[0]).toMatchObject({ ip_len: 6, tcp_seq: 65_535, idx: 0 });
    frame.set([0x12, 0x34], 24);
    frame.set([0xfe, 0x28], 50);
    expect(metered("antinex-legacy", [frame]).rows[0]).toMatchObject({ ip_len: 0x1234, tcp_seq: 65_064 });
  });
});
